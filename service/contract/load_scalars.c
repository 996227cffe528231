/* Keywords about values without members. */
#include <string.h>

#include "contract/load_keywords.h"

struct schema_range *range_of(struct loader *loader, struct schema *schema) {
    if (!schema->range)
        schema->range = loader_array(loader, 1, sizeof *schema->range);
    return schema->range;
}

struct schema_text *text_of(struct loader *loader, struct schema *schema) {
    if (!schema->text) {
        schema->text = loader_array(loader, 1, sizeof *schema->text);
        if (schema->text)
            schema->text->max = SIZE_MAX;
    }
    return schema->text;
}

bool load_size(struct loader *loader, size_t *size, const json_t *value) {
    struct scalar scalar = scalar_of(value);
    if (scalar.kind != SCALAR_NUMBER || !scalar.number.whole || scalar.number.integer < 0)
        return loader_fail(loader, "must be a whole number from 0");
    *size = (size_t)scalar.number.integer;
    return true;
}

static bool type_bit(struct loader *loader, const json_t *value, unsigned *types) {
    static const struct {
        const char *name;
        unsigned bits;
    } names[] = {
        {"null", TYPE_NULL},       {"boolean", TYPE_BOOLEAN},
        {"integer", TYPE_INTEGER}, {"number", TYPE_NUMBER | TYPE_INTEGER},
        {"string", TYPE_STRING},   {"array", TYPE_ARRAY},
        {"object", TYPE_OBJECT},
    };
    for (size_t i = 0; json_is_string(value) && i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i].name, json_string_value(value)) == 0) {
            *types |= names[i].bits;
            return true;
        }
    }
    return loader_fail(loader, "is no type");
}

KEYWORD(type) {
    schema->types = 0;
    if (!json_is_array(value))
        return type_bit(loader, value, &schema->types);
    for (size_t i = 0; i < json_array_size(value); i++)
        if (!type_bit(loader, json_array_get(value, i), &schema->types))
            return false;
    return schema->types != 0 || loader_fail(loader, "names no type");
}

static bool allow_value(struct loader *loader, struct schema_allowed *allowed, const json_t *value,
                        const char **word) {
    char words[SCALAR_WORDS];
    struct scalar scalar = scalar_of(value);
    if (scalar.kind == SCALAR_OTHER)
        return loader_fail(loader, "only values without members are supported");
    if (scalar.kind != SCALAR_TEXT) {
        value_words(value, words);
        allowed->scalars[allowed->scalar_count++] = scalar;
        *word = loader_copy(loader, words);
        return *word != NULL;
    }
    const char *text = loader_copy(loader, scalar.text);
    *word = loader_quote(loader, scalar.text);
    if (!text || !*word)
        return false;
    if (!name_map_add(&allowed->texts, text, (uint32_t)allowed->texts.used))
        return loader_fail(loader, "%s stands there twice", *word);
    if (!allowed->only)
        allowed->only = text;
    return true;
}

bool load_allowed(struct loader *loader, struct schema_allowed *allowed, const json_t *values) {
    size_t count = json_array_size(values);
    if (count == 0)
        return loader_fail(loader, "must be a list of values");
    const char **words = loader_array(loader, count, sizeof *words);
    allowed->scalars = loader_array(loader, count, sizeof *allowed->scalars);
    if (!words || !allowed->scalars)
        return false;
    if (!name_map_init(&allowed->texts, &loader->contract->arena, count))
        return loader_fail(loader, "no memory");
    for (size_t i = 0; i < count; i++)
        if (!allow_value(loader, allowed, json_array_get(values, i), &words[i]))
            return false;
    allowed->count = count;
    if (count != 1)
        allowed->only = NULL;
    allowed->list = loader_list(loader, words, count, "or");
    return allowed->list != NULL;
}

KEYWORD(enum) {
    if (schema->allowed)
        return loader_fail(loader, "enum and const exclude each other");
    schema->allowed = loader_array(loader, 1, sizeof *schema->allowed);
    return schema->allowed && load_allowed(loader, schema->allowed, value);
}

KEYWORD(const) {
    json_t *values = json_pack("[O]", readable(value));
    if (!values)
        return loader_fail(loader, "no memory");
    bool loaded = keyword_enum(loader, schema, values);
    json_decref(values);
    return loaded;
}

static bool limit(struct loader *loader, struct number *number, const json_t *value) {
    if (!json_is_number(value))
        return loader_fail(loader, "must be a number");
    *number = scalar_of(value).number;
    return true;
}

static bool load_min(struct loader *loader, struct schema *schema, const json_t *value,
                     bool exclusive) {
    struct schema_range *range = range_of(loader, schema);
    if (!range || range->has_min)
        return loader_fail(loader, "there is another lower limit");
    range->has_min = true;
    range->above = exclusive;
    return limit(loader, &range->min, value);
}

static bool load_max(struct loader *loader, struct schema *schema, const json_t *value,
                     bool exclusive) {
    struct schema_range *range = range_of(loader, schema);
    if (!range || range->has_max)
        return loader_fail(loader, "there is another upper limit");
    range->has_max = true;
    range->below = exclusive;
    return limit(loader, &range->max, value);
}

KEYWORD(minimum) {
    return load_min(loader, schema, value, false);
}

KEYWORD(exclusive_minimum) {
    return load_min(loader, schema, value, true);
}

KEYWORD(maximum) {
    return load_max(loader, schema, value, false);
}

KEYWORD(exclusive_maximum) {
    return load_max(loader, schema, value, true);
}

KEYWORD(multiple_of) {
    struct schema_range *range = range_of(loader, schema);
    struct scalar scalar = scalar_of(value);
    if (scalar.kind != SCALAR_NUMBER || !scalar.number.whole || scalar.number.integer < 1)
        return loader_fail(loader, "only whole numbers from 1 are supported");
    if (range)
        range->multiple_of = scalar.number.integer;
    return range != NULL;
}

KEYWORD(min_length) {
    struct schema_text *text = text_of(loader, schema);
    return text && load_size(loader, &text->min, value);
}

KEYWORD(max_length) {
    struct schema_text *text = text_of(loader, schema);
    return text && load_size(loader, &text->max, value);
}

KEYWORD(format) {
    if (!json_is_string(value))
        return loader_fail(loader, "must be text");
    if (strcmp(json_string_value(value), "date") != 0)
        return true;
    struct schema_text *text = text_of(loader, schema);
    if (text)
        text->date = true;
    return text != NULL;
}

KEYWORD(pattern) {
    const char *fault;
    struct schema_text *text = text_of(loader, schema);
    if (!json_is_string(value))
        return loader_fail(loader, "must be text");
    const char *spelled = loader_copy(loader, json_string_value(value));
    if (!text || !spelled)
        return false;
    struct pattern *pattern = pattern_compile(&loader->contract->arena, spelled, &fault);
    if (!pattern)
        return loader_fail(loader, "%s: %s", spelled, fault);
    if (pattern->regex) {
        pattern->next = loader->contract->patterns;
        loader->contract->patterns = pattern;
    }
    text->pattern = pattern;
    return true;
}
