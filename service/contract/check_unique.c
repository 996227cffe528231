/* uniqueItems by a hash table on the stack: the contract bounds such lists. Hashes only have to be
   equal for equal values; json_equal decides, but for numbers, where 1 and 1.0 are the same to JSON
   Schema and not to jansson. */
#include <string.h>

#include "contract/check.h"

enum { SLOTS = 2 * SCHEMA_UNIQUE_MAX, HASH_DEPTH = 4 };

static uint64_t mix(uint64_t hash, uint64_t more) {
    hash = (hash ^ more) * 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 29);
}

static uint64_t hash_bytes(const char *bytes, size_t len) {
    uint64_t hash = len;
    for (size_t i = 0; i < len; i++)
        hash = mix(hash, (unsigned char)bytes[i]);
    return hash;
}

static uint64_t hash_value(const json_t *value, unsigned depth);

/* A sum, for members have no order. */
static uint64_t hash_object(const json_t *value, unsigned depth) {
    json_t *json = (json_t *)value;
    uint64_t hash = 0;
    for (void *at = json_object_iter(json); at; at = json_object_iter_next(json, at))
        hash += mix(hash_bytes(json_object_iter_key(at), json_object_iter_key_len(at)),
                    hash_value(json_object_iter_value(at), depth + 1));
    return hash;
}

static uint64_t hash_value(const json_t *value, unsigned depth) {
    struct scalar scalar = scalar_of(value);
    if (scalar.kind == SCALAR_TEXT)
        return hash_bytes(scalar.text, scalar.len);
    if (scalar.kind == SCALAR_NUMBER)
        return scalar.number.whole ? mix(3, (uint64_t)scalar.number.integer) : 3;
    if (depth < HASH_DEPTH && json_is_object(value))
        return hash_object(value, depth);
    uint64_t hash = (uint64_t)json_typeof(value) + json_array_size(value);
    for (size_t i = 0; depth < HASH_DEPTH && i < json_array_size(value); i++)
        hash = mix(hash, hash_value(json_array_get(value, i), depth + 1));
    return hash;
}

static bool same(const json_t *a, const json_t *b) {
    if (json_is_number(a) && json_is_number(b)) {
        struct scalar left = scalar_of(a), right = scalar_of(b);
        return scalar_equal(&left, &right);
    }
    return json_equal(a, b);
}

static void check_item(struct check *check, const json_t *array, size_t i, uint16_t *slots,
                       size_t mask, const struct place *up) {
    const json_t *item = json_array_get(array, i);
    size_t slot = (size_t)hash_value(item, 0) & mask;
    for (; slots[slot]; slot = (slot + 1) & mask) {
        size_t earlier = slots[slot] - 1u;
        if (same(item, json_array_get(array, earlier))) {
            const struct place place = {.up = up, .index = i};
            check_fault(check, &place, "not_unique", "repeats item %zu of the list", earlier);
            return;
        }
    }
    slots[slot] = (uint16_t)(i + 1);
}

void check_unique(struct check *check, const json_t *array, const struct place *place) {
    uint16_t slots[SLOTS];
    size_t size = json_array_size(array), used = 16;
    while (used < size * 2 && used < SLOTS)
        used *= 2;
    memset(slots, 0, used * sizeof *slots);
    for (size_t i = 0; i < size && i < SCHEMA_UNIQUE_MAX; i++)
        check_item(check, array, i, slots, used - 1, place);
}
