/* Paths of the document: operations, their JSON bodies and their query parameters. */
#include <string.h>

#include "contract/loader.h"

static const struct {
    const char *key, *method;
} methods[] = {
    {"get", "GET"},     {"head", "HEAD"},     {"post", "POST"},       {"put", "PUT"},
    {"patch", "PATCH"}, {"delete", "DELETE"}, {"options", "OPTIONS"}, {"trace", "TRACE"},
};

static const char *method_of(const char *key) {
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(methods[i].key, key) == 0)
            return methods[i].method;
    return NULL;
}

static bool is_json_type(const char *type) {
    size_t len = strcspn(type, ";");
    return (len == 16 && strncmp(type, "application/json", len) == 0) ||
           (len > 5 && strncmp(type + len - 5, "+json", 5) == 0);
}

/* The schema that all JSON types of the body share; *schema stays NULL when there is no JSON. */
static bool json_content(struct loader *loader, const json_t *content, const json_t **schema) {
    const char *type;
    json_t *media;
    json_object_foreach(readable(content), type, media) {
        if (!is_json_type(type))
            continue;
        const json_t *found = json_object_get(media, "schema");
        if (!found)
            return loader_fail(loader, "%s has no schema", type);
        if (*schema && !json_equal(*schema, found))
            return loader_fail(loader, "the JSON types of a body must share one schema");
        *schema = found;
    }
    return true;
}

static bool load_body(struct loader *loader, const json_t *json, size_t number) {
    struct contract_operation *listed = &loader->contract->listed[number];
    struct operation *operation = &loader->contract->operations[number];
    if (!json)
        return true;
    json = loader_follow(loader, json, "requestBodies");
    const json_t *schema = NULL;
    if (!json || !json_content(loader, json_object_get(json, "content"), &schema))
        return false;
    if (!schema)
        return true;
    size_t before = loader_enter(loader, "requestBody");
    operation->body = load_schema(loader, schema);
    loader_leave(loader, before);
    listed->takes_body = true;
    listed->body_required = json_is_true(json_object_get(json, "required"));
    return operation->body != NULL;
}

static bool is_plain_list(const struct schema *schema) {
    const struct schema_array *array = schema->array;
    return schema->types == TYPE_ARRAY && !schema->ref && array && array->items &&
           array->min <= 1 && !array->unique && schema_is_plain(array->items) &&
           !(array->items->types & (TYPE_ARRAY | TYPE_OBJECT));
}

/* Lists come as ?tag=a&tag=b, or as ?tag=a,b with explode: false. */
static bool load_parameter_schema(struct loader *loader, const json_t *json,
                                  struct parameter *parameter) {
    const json_t *style = json_object_get(json, "style");
    const json_t *schema = json_object_get(json, "schema");
    if (!schema ||
        (style && (!json_is_string(style) || strcmp(json_string_value(style), "form") != 0)))
        return loader_fail(loader, "only parameters with a schema in form style are supported");
    parameter->schema = load_schema(loader, schema);
    if (!parameter->schema)
        return false;
    if (!schema_is_plain(parameter->schema))
        return loader_fail(loader, "combined schemas are not supported for parameters");
    if (!(parameter->schema->types & (TYPE_ARRAY | TYPE_OBJECT)))
        return true;
    if (!is_plain_list(parameter->schema))
        return loader_fail(loader, "a query parameter must have a type, and a list one of its "
                                   "items; minItems above 1 and uniqueItems are not supported");
    bool commas = json_is_false(json_object_get(json, "explode"));
    parameter->commas = commas;
    parameter->repeatable = !commas;
    return true;
}

static bool load_parameter(struct loader *loader, const json_t *json, struct operation *operation) {
    json = loader_follow(loader, json, "parameters");
    const char *in = json_string_value(json_object_get(json, "in"));
    const char *name = json_string_value(json_object_get(json, "name"));
    if (!in || !name)
        return loader_fail(loader, "a parameter lacks its name or in");
    if (strcmp(in, "query") != 0)
        return true;
    struct parameter parameter = {.required = json_is_true(json_object_get(json, "required"))};
    size_t before = loader_enter(loader, name);
    bool loaded = (parameter.name = loader_copy(loader, name)) != NULL &&
                  load_parameter_schema(loader, json, &parameter);
    loader_leave(loader, before);
    /* The operation's own come first and win over those of its path. */
    for (size_t i = 0; loaded && i < operation->count; i++)
        if (strcmp(operation->parameters[i].name, name) == 0)
            return true;
    if (loaded)
        operation->parameters[operation->count++] = parameter;
    return loaded;
}

static bool index_parameters(struct loader *loader, struct operation *operation) {
    const char **names = loader_array(loader, operation->count + 1, sizeof *names);
    if (!names)
        return false;
    if (!name_map_init(&operation->index, &loader->contract->arena, operation->count))
        return loader_fail(loader, "no memory");
    for (size_t i = 0; i < operation->count; i++) {
        const char *name = operation->parameters[i].name;
        names[i] = loader_quote(loader, name);
        if (!names[i] || !name_map_add(&operation->index, name, (uint32_t)i))
            return loader_fail(loader, "no memory");
    }
    operation->list = loader_list(loader, names, operation->count, "and");
    return operation->list != NULL;
}

static bool load_parameters(struct loader *loader, const json_t *own, const json_t *shared,
                            struct operation *operation) {
    size_t own_count = json_array_size(own), count = own_count + json_array_size(shared);
    operation->parameters = loader_array(loader, count + 1, sizeof *operation->parameters);
    if (!operation->parameters)
        return false;
    size_t before = loader_enter(loader, "parameters");
    for (size_t i = 0; i < count; i++) {
        const json_t *json =
            i < own_count ? json_array_get(own, i) : json_array_get(shared, i - own_count);
        if (!load_parameter(loader, json, operation))
            return false;
    }
    loader_leave(loader, before);
    return index_parameters(loader, operation);
}

static bool load_operation(struct loader *loader, const char *path, const char *method,
                           const json_t *json, const json_t *shared) {
    struct contract *contract = loader->contract;
    size_t number = contract->count;
    const char *id = json_string_value(json_object_get(json, "operationId"));
    if (!id)
        return loader_fail(loader, "the operation has no operationId");
    struct contract_operation *listed = &contract->listed[number];
    listed->method = method;
    listed->path = loader_copy(loader, path);
    listed->id = loader_copy(loader, id);
    if (!listed->path || !listed->id)
        return false;
    if (!name_map_add(&contract->index, listed->id, (uint32_t)number))
        return loader_fail(loader, "operationId '%s' stands there twice", id);
    contract->count++;
    return load_body(loader, json_object_get(json, "requestBody"), number) &&
           load_parameters(loader, json_object_get(json, "parameters"), shared,
                           &contract->operations[number]);
}

static bool load_path(struct loader *loader, const char *path, const json_t *item) {
    const char *key;
    json_t *json;
    if (json_object_get(item, "$ref"))
        return loader_fail(loader, "$ref is not supported here");
    json_object_foreach(readable(item), key, json) {
        const char *method = method_of(key);
        if (!method)
            continue;
        size_t before = loader_enter(loader, key);
        if (!load_operation(loader, path, method, json, json_object_get(item, "parameters")))
            return false;
        loader_leave(loader, before);
    }
    return true;
}

static size_t count_operations(const json_t *paths) {
    size_t count = 0;
    const char *path;
    json_t *item;
    json_object_foreach(readable(paths), path, item) {
        count += json_object_size(item);
    }
    return count;
}

bool load_operations(struct loader *loader) {
    struct contract *contract = loader->contract;
    const json_t *paths = json_object_get(loader->document, "paths");
    if (!json_is_object(paths))
        return loader_fail(loader, "there are no paths");
    size_t room = count_operations(paths);
    contract->listed = loader_array(loader, room + 1, sizeof *contract->listed);
    contract->operations = loader_array(loader, room + 1, sizeof *contract->operations);
    if (!contract->listed || !contract->operations)
        return false;
    if (!name_map_init(&contract->index, &contract->arena, room))
        return loader_fail(loader, "no memory");
    const char *path;
    json_t *item;
    (void)loader_enter(loader, "paths");
    json_object_foreach(readable(paths), path, item) {
        size_t before = loader_enter(loader, path);
        if (!load_path(loader, path, item))
            return false;
        loader_leave(loader, before);
    }
    return true;
}
