/* Names to small numbers, filled once and then only read. */
#ifndef UNKNOT_BASE_NAME_MAP_H
#define UNKNOT_BASE_NAME_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct name_map {
    struct name_slot *slots;
    size_t mask; /* number of slots - 1 */
    size_t used;
};

/* Room for `count` names, taken from the arena. False without memory. */
bool name_map_init(struct name_map *map, struct arena *arena, size_t count) MUST_CHECK;

/* Adds a name that the map borrows. False when it is there already or the map is full. */
bool name_map_add(struct name_map *map, const char *name, uint32_t value) MUST_CHECK;

/* The number of a name, -1 when unknown. */
int64_t name_map_get(const struct name_map *map, const char *name);
int64_t name_map_get_len(const struct name_map *map, const char *name, size_t len);

/* The known name nearest to `name` by typing errors, NULL when none is near (at most a third of its
 * letters). */
const char *name_map_nearest(const struct name_map *map, const char *name);

#endif
