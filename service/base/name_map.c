/* Open addressing over borrowed names. */
#include "base/name_map.h"

#include <string.h>

#include "base/edit_distance.h"

struct name_slot {
    const char *name;
    size_t len;
    uint32_t value;
};

/* FNV-1a, 64 bit: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_name(const char *name, size_t len) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)name[i]) * 1099511628211u;
    return hash ^ (hash >> 32);
}

bool name_map_init(struct name_map *map, struct arena *arena, size_t count) {
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    map->slots = arena_array(arena, size, sizeof *map->slots);
    map->mask = size - 1;
    map->used = 0;
    return map->slots != NULL;
}

static struct name_slot *find_slot(const struct name_map *map, const char *name, size_t len) {
    size_t i = (size_t)hash_name(name, len) & map->mask;
    while (map->slots[i].name) {
        if (map->slots[i].len == len && memcmp(map->slots[i].name, name, len) == 0)
            break;
        i = (i + 1) & map->mask;
    }
    return &map->slots[i];
}

bool name_map_add(struct name_map *map, const char *name, uint32_t value) {
    if (map->used * 2 > map->mask)
        return false;
    struct name_slot *slot = find_slot(map, name, strlen(name));
    if (slot->name)
        return false;
    *slot = (struct name_slot){.name = name, .len = strlen(name), .value = value};
    map->used++;
    return true;
}

int64_t name_map_get_len(const struct name_map *map, const char *name, size_t len) {
    if (!map->slots)
        return -1;
    const struct name_slot *slot = find_slot(map, name, len);
    return slot->name ? (int64_t)slot->value : -1;
}

int64_t name_map_get(const struct name_map *map, const char *name) {
    return name_map_get_len(map, name, strlen(name));
}

const char *name_map_nearest(const struct name_map *map, const char *name) {
    size_t len = strlen(name);
    if (len < 3 || len > 64 || !map->slots)
        return NULL;
    const char *nearest = NULL;
    unsigned best = (unsigned)(len / 3);
    for (size_t i = 0; i <= map->mask; i++) {
        const struct name_slot *slot = &map->slots[i];
        if (!slot->name)
            continue;
        unsigned distance = edit_distance(name, len, slot->name, slot->len, best + 1);
        bool tie = distance == best && (!nearest || strcmp(slot->name, nearest) < 0);
        if (distance < best || tie) {
            best = distance;
            nearest = slot->name;
        }
    }
    return nearest;
}
