/* One schema: which keywords there are and what each does. A keyword that is not in the table is
 * refused. */
#include <string.h>

#include "contract/load_keywords.h"

#define INFORMATIONAL NULL

static const struct keyword {
    const char *name;
    bool (*load)(struct loader *loader, struct schema *schema, const json_t *value);
} keywords[] = {
    {"$comment", INFORMATIONAL},
    {"$ref", keyword_ref},
    {"additionalProperties", keyword_additional_properties},
    {"allOf", keyword_all_of},
    {"anyOf", keyword_any_of},
    {"const", keyword_const},
    {"contentEncoding", INFORMATIONAL},
    {"contentMediaType", INFORMATIONAL},
    {"default", INFORMATIONAL},
    {"deprecated", INFORMATIONAL},
    {"description", INFORMATIONAL},
    {"discriminator", INFORMATIONAL}, /* branches are told apart by their consts */
    {"enum", keyword_enum},
    {"example", INFORMATIONAL},
    {"examples", INFORMATIONAL},
    {"exclusiveMaximum", keyword_exclusive_maximum},
    {"exclusiveMinimum", keyword_exclusive_minimum},
    {"externalDocs", INFORMATIONAL},
    {"format", keyword_format},
    {"items", keyword_items},
    {"maxItems", keyword_max_items},
    {"maxLength", keyword_max_length},
    {"maxProperties", keyword_max_properties},
    {"maximum", keyword_maximum},
    {"minItems", keyword_min_items},
    {"minLength", keyword_min_length},
    {"minProperties", keyword_min_properties},
    {"minimum", keyword_minimum},
    {"multipleOf", keyword_multiple_of},
    {"oneOf", keyword_one_of},
    {"pattern", keyword_pattern},
    {"properties", keyword_properties},
    {"propertyNames", keyword_property_names},
    {"readOnly", INFORMATIONAL},
    {"required", keyword_required},
    {"title", INFORMATIONAL},
    {"type", keyword_type},
    {"unevaluatedProperties", keyword_unevaluated_properties},
    {"uniqueItems", keyword_unique_items},
    {"writeOnly", INFORMATIONAL},
};

static const struct keyword *find_keyword(const char *name) {
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strcmp(keywords[i].name, name) == 0)
            return &keywords[i];
    return NULL;
}

static bool load_keyword(struct loader *loader, struct schema *schema, const char *name,
                         const json_t *value) {
    if (strncmp(name, "x-", 2) == 0)
        return true;
    const struct keyword *keyword = find_keyword(name);
    if (!keyword)
        return loader_fail(loader, "keyword '%s' is not supported%s", name,
                           strcmp(name, "nullable") == 0 ? "; write type: [..., 'null']" : "");
    if (!keyword->load)
        return true;
    size_t before = loader_enter(loader, name);
    bool loaded = keyword->load(loader, schema, value);
    loader_leave(loader, before);
    return loaded;
}

/* Only a $ref and words for people: the schema is the one it refers to. */
static bool is_alias(const json_t *json) {
    const char *name;
    json_t *value;
    json_object_foreach(readable(json), name, value) {
        const struct keyword *keyword = find_keyword(name);
        bool words = strncmp(name, "x-", 2) == 0 || (keyword && !keyword->load);
        if (!words && strcmp(name, "$ref") != 0)
            return false;
    }
    return json_object_get(json, "$ref") != NULL;
}

static struct schema *schema_new(struct loader *loader) {
    struct schema *schema = loader_array(loader, 1, sizeof *schema);
    if (!schema)
        return NULL;
    schema->types = TYPE_ANY;
    schema->place = loader_copy(loader, loader->where);
    schema->next = loader->contract->schemas;
    loader->contract->schemas = schema;
    return schema->place ? schema : NULL;
}

static bool fill_schema(struct loader *loader, struct schema *schema, const json_t *json) {
    enum { DEPTH = 64 };
    if (json_is_boolean(json)) {
        schema->nothing = json_is_false(json);
        return true;
    }
    if (!json_is_object(json))
        return loader_fail(loader, "a schema must be an object");
    if (loader->depth >= DEPTH)
        return loader_fail(loader, "schemas nest too deeply");
    loader->depth++;
    const char *name;
    json_t *value;
    bool loaded = true;
    json_object_foreach(readable(json), name, value) {
        loaded = loaded && load_keyword(loader, schema, name, value);
    }
    loader->depth--;
    return loaded;
}

/* Follows aliases to a component that says something itself; *name is its name. */
static const json_t *resolve(struct loader *loader, const char *ref, const char **name) {
    static const char prefix[] = "#/components/schemas/";
    const json_t *all = json_object_get(json_object_get(loader->document, "components"), "schemas");
    for (int hops = 0; hops < 16; hops++) {
        *name = ref + sizeof prefix - 1;
        const json_t *json =
            strncmp(ref, prefix, sizeof prefix - 1) == 0 ? json_object_get(all, *name) : NULL;
        if (!json) {
            (void)loader_fail(loader, "$ref '%s' leads nowhere", ref);
            return NULL;
        }
        if (!json_is_object(json) || !is_alias(json))
            return json;
        ref = json_string_value(json_object_get(json, "$ref"));
        if (!ref) {
            (void)loader_fail(loader, "$ref must be text");
            return NULL;
        }
    }
    (void)loader_fail(loader, "$ref goes in a circle");
    return NULL;
}

const struct schema *load_schema_ref(struct loader *loader, const char *ref) {
    const char *name = NULL;
    const json_t *json = resolve(loader, ref, &name);
    if (!json)
        return NULL;
    int64_t known = name_map_get(&loader->named, name);
    if (known >= 0)
        return loader->schemas[known];
    char where[sizeof loader->where];
    size_t before = loader->where_len;
    memcpy(where, loader->where, sizeof where);
    loader->where_len = 0;
    (void)loader_enter(loader, "components/schemas");
    (void)loader_enter(loader, name);
    /* Known before it is filled, for a schema may contain itself. */
    struct schema *schema = schema_new(loader);
    const char *kept = loader_copy(loader, name);
    uint32_t number = (uint32_t)loader->named_count;
    bool loaded = schema && kept && name_map_add(&loader->named, kept, number);
    if (loaded) {
        loader->schemas[loader->named_count++] = schema;
        loaded = fill_schema(loader, schema, json);
    }
    memcpy(loader->where, where, sizeof where);
    loader->where_len = before;
    return loaded ? schema : NULL;
}

const struct schema *load_schema(struct loader *loader, const json_t *json) {
    const json_t *ref = json_object_get(json, "$ref");
    if (json_is_string(ref) && is_alias(json))
        return load_schema_ref(loader, json_string_value(ref));
    struct schema *schema = schema_new(loader);
    return schema && fill_schema(loader, schema, json) ? schema : NULL;
}
