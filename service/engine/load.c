/* Reading members of a release, each mistake with its place. */
#include "engine/load.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "base/json_writer.h"
#include "engine/condition.h"

void load_mistake(struct loader *loader, const char *format, ...) {
    char reason[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    report_add(loader->report, loader->file, loader->id, "%s", reason);
}

void *load_take(struct loader *loader, size_t count, size_t size) {
    void *piece = arena_array(&loader->knowledge->arena, count + 1, size);
    if (!piece && !loader->out_of_memory) {
        loader->out_of_memory = true;
        load_mistake(loader, "out of memory");
    }
    return piece;
}

json_t *load_rows(struct loader *loader, const char *file, const char *member) {
    loader->file = file;
    loader->id = NULL;
    json_t *rows = json_object_get(json_object_get(loader->knowledge->files, file), member);
    if (!json_is_array(rows))
        load_mistake(loader, "the file or its array '%s' is missing", member);
    return rows;
}

static const char *copy(struct loader *loader, const char *string, size_t len) {
    char *bytes = load_take(loader, len, 1);
    if (bytes)
        memcpy(bytes, string, len);
    return bytes;
}

const char *load_copy(struct loader *loader, const char *string) {
    return string ? copy(loader, string, strlen(string)) : NULL;
}

const char *load_string(struct loader *loader, json_t *row, const char *member, bool required) {
    json_t *value = json_object_get(row, member);
    if (json_is_string(value) && json_string_length(value) > 0)
        return copy(loader, json_string_value(value), json_string_length(value));
    if (required || value)
        load_mistake(loader, "'%s' must be a text", member);
    return NULL;
}

int64_t load_int(struct loader *loader, json_t *row, const char *member, int64_t min, int64_t max,
                 int64_t fallback) {
    json_t *value = json_object_get(row, member);
    if (!value)
        return fallback;
    int64_t number = json_integer_value(value);
    if (json_is_integer(value) && number >= min && number <= max)
        return number;
    load_mistake(loader, "'%s' must be a whole number from %lld to %lld", member, (long long)min,
                 (long long)max);
    return fallback;
}

int64_t load_thousandths(json_t *row, const char *member, int64_t fallback) {
    json_t *value = json_object_get(row, member);
    return json_is_number(value) ? llround(json_number_value(value) * 1000.0) : fallback;
}

static bool load_words(struct loader *loader, const char *utf8, size_t len, struct words *words) {
    struct buffer escaped;
    buffer_init(&escaped);
    json_escape(&escaped, utf8, len);
    size_t json_len = escaped.len;
    if (escaped.failed)
        load_mistake(loader, "out of memory");
    words->utf8 = copy(loader, utf8, len);
    words->json = escaped.failed ? NULL : copy(loader, escaped.data, json_len);
    words->json_len = (uint32_t)json_len;
    buffer_free(&escaped);
    return words->utf8 && words->json;
}

text load_text(struct loader *loader, json_t *row, const char *member, bool required) {
    struct knowledge *knowledge = loader->knowledge;
    json_t *value = json_object_get(row, member);
    if (!value && !required)
        return NULL;
    struct words *all = load_take(loader, knowledge->language_count, sizeof *all);
    for (unsigned i = 0; all && i < knowledge->language_count; i++) {
        json_t *one = json_object_get(value, knowledge->languages[i]);
        if (!json_is_string(one) || json_string_length(one) == 0) {
            load_mistake(loader, "'%s' has no text in '%s'", member, knowledge->languages[i]);
            return NULL;
        }
        if (!load_words(loader, json_string_value(one), json_string_length(one), &all[i]))
            return NULL;
    }
    return all;
}

const char *load_json_array(struct loader *loader, json_t *row, const char *member) {
    json_t *value = json_object_get(row, member);
    if (!json_is_array(value))
        return "[]";
    size_t len = 0;
    char *printed = json_text_print(value, &len);
    if (!printed)
        load_mistake(loader, "out of memory");
    const char *kept = printed ? copy(loader, printed, len) : NULL;
    free(printed);
    return kept ? kept : "[]";
}

const struct expression *load_condition(struct loader *loader, json_t *row, const char *member) {
    char message[300] = "";
    json_t *value = json_object_get(row, member);
    if (!value)
        return NULL;
    if (!json_is_string(value)) {
        load_mistake(loader, "'%s' must be a condition", member);
        return NULL;
    }
    /* The tree keeps no text, but its words are read from a copy that lives as long as it. */
    const char *source = copy(loader, json_string_value(value), json_string_length(value));
    const struct expression *tree =
        source ? condition_parse(loader->knowledge, source, message, sizeof message) : NULL;
    if (!tree)
        load_mistake(loader, "%s: %s", member, message);
    return tree;
}

int load_name(struct loader *loader, const struct name_map *map, const char *what,
              const char *name) {
    int64_t found = name ? name_map_get(map, name) : -1;
    if (found >= 0)
        return (int)found;
    const char *nearest = name ? name_map_nearest(map, name) : NULL;
    if (nearest)
        load_mistake(loader, "unknown %s '%s'; did you mean '%s'?", what, name, nearest);
    else
        load_mistake(loader, "unknown %s '%s'", what, name ? name : "");
    return -1;
}

uint32_t load_mask(struct loader *loader, json_t *row, const char *member,
                   const struct name_map *map, const char *what) {
    uint32_t mask = 0;
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(row, member), i, item) {
        int number = load_name(loader, map, what, json_string_value(item));
        if (number >= 0 && number < 32)
            mask |= UINT32_C(1) << number;
    }
    return mask;
}

const uint16_t *load_numbers(struct loader *loader, json_t *row, const char *member,
                             const struct name_map *map, const char *what, uint16_t *count) {
    json_t *items = json_object_get(row, member);
    uint16_t *numbers = load_take(loader, json_array_size(items), sizeof *numbers);
    size_t i;
    json_t *item;
    *count = 0;
    if (numbers)
        json_array_foreach(items, i, item) {
            int number = load_name(loader, map, what, json_string_value(item));
            if (number >= 0)
                numbers[(*count)++] = (uint16_t)number;
        }
    return numbers;
}
