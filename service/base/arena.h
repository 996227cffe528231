/* Memory that is taken in small pieces and given back all at once: one release, one request. */
#ifndef UNKNOT_BASE_ARENA_H
#define UNKNOT_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    size_t block_size;
    bool failed; /* something was refused since arena_init(), arena_reset() or arena_free() */
};

/* block_size: bytes a fresh block holds; larger pieces get a block of their own. Allocates nothing
 * yet. */
void arena_init(struct arena *arena, size_t block_size);

/* Zeroed memory aligned for any type, NULL when there is none. Lives until arena_free or
 * arena_reset. */
void *arena_take(struct arena *arena, size_t size) MUST_CHECK;

/* As arena_take for `count` things of `size` bytes, refusing an overflow. */
void *arena_array(struct arena *arena, size_t count, size_t size) MUST_CHECK;

/* As arena_array, but with whatever bytes were there: for large scratch that is written before it
 * is read. */
void *arena_scratch(struct arena *arena, size_t count, size_t size) MUST_CHECK;

/* A NUL-terminated copy of `len` bytes. */
char *arena_copy(struct arena *arena, const char *bytes, size_t len) MUST_CHECK;

/* Forgets everything but keeps the newest block, so that a worn-in arena allocates no more. */
void arena_reset(struct arena *arena);

void arena_free(struct arena *arena);

#endif
