/* Objects and lists. */
#include <string.h>

#include "contract/check.h"

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

static void unknown_member(struct check *check, const struct schema_object *object,
                           const char *name, const struct place *place) {
    char quoted[SCALAR_WORDS] = "", suggestion[SCALAR_WORDS];
    if (!check_is_silent(check))
        quote_words(name, strlen(name), quoted);
    check_suggest(check, &object->index, name, suggestion);
    if (suggestion[0] || object->list[0] == '\0')
        check_fault(check, place, "unknown_member", "there is no member %s here%s", quoted,
                    suggestion);
    else
        check_fault(check, place, "unknown_member", "there is no member %s here; there are %s",
                    quoted, object->list);
}

static void check_name(struct check *check, const struct schema_object *object, const char *name,
                       const struct place *place) {
    struct scalar scalar = {.kind = SCALAR_TEXT, .text = name, .len = strlen(name)};
    check_scalar(check, object->names, &scalar, place);
}

/* One member; returns its bit when it is a required one. */
static uint64_t check_member(struct check *check, const struct schema_object *object,
                             const char *name, size_t len, const json_t *value,
                             const struct place *up) {
    const struct place place = {.up = up, .key = name};
    int64_t number = name_map_get_len(&object->index, name, len);
    const struct schema_member *member = number < 0 ? NULL : &object->members[number];
    if (object->names)
        check_name(check, object, name, &place);
    if (member && member->declared) {
        if (member->schema)
            check_value(check, member->schema, value, &place);
    } else if (object->closed) {
        unknown_member(check, object, name, &place);
    } else if (object->additional) {
        check_value(check, object->additional, value, &place);
    }
    return member ? member->required : 0;
}

static void check_missing(struct check *check, const struct schema_object *object, uint64_t seen,
                          const struct place *up) {
    for (size_t i = 0; i < object->count; i++) {
        const struct schema_member *member = &object->members[i];
        const struct place place = {.up = up, .key = member->name};
        if (member->required & ~seen)
            check_fault(check, &place, "missing_member", "'%.80s' is missing", member->name);
    }
}

static void check_object_size(struct check *check, const struct schema_object *object, size_t size,
                              const struct place *place) {
    if (size < object->min)
        check_fault(check, place, "too_few", "must have at least %zu member%s, not %zu",
                    object->min, plural(object->min), size);
    if (size > object->max)
        check_fault(check, place, "too_many", "must have at most %zu member%s, not %zu",
                    object->max, plural(object->max), size);
}

void check_object(struct check *check, const struct schema_object *object, const json_t *value,
                  const struct place *place) {
    json_t *json = (json_t *)value; /* jansson's iterators only read */
    uint64_t seen = 0;
    for (void *at = json_object_iter(json); at; at = json_object_iter_next(json, at)) {
        const char *name = json_object_iter_key(at);
        size_t len = json_object_iter_key_len(at);
        seen |= check_member(check, object, name, len, json_object_iter_value(at), place);
    }
    if (object->required & ~seen)
        check_missing(check, object, seen, place);
    check_object_size(check, object, json_object_size(value), place);
}

void check_array(struct check *check, const struct schema_array *array, const json_t *value,
                 const struct place *place) {
    size_t size = json_array_size(value);
    if (size < array->min)
        check_fault(check, place, "too_few", "must have at least %zu item%s, not %zu", array->min,
                    plural(array->min), size);
    if (size > array->max) {
        /* The rest is not looked at: the limit is there to bound the work. */
        check_fault(check, place, "too_many", "must have at most %zu item%s, not %zu", array->max,
                    plural(array->max), size);
        return;
    }
    for (size_t i = 0; array->items && i < size; i++) {
        const struct place item = {.up = place, .index = i};
        check_value(check, array->items, json_array_get(value, i), &item);
    }
    if (array->unique && size > 1)
        check_unique(check, value, place);
}
