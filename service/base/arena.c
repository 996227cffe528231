/* Bump allocation in blocks. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

void arena_init(struct arena *arena, size_t block_size) {
    arena->blocks = NULL;
    arena->block_size = block_size;
    arena->failed = false;
}

static struct arena_block *block_new(size_t size) {
    struct arena_block *block = malloc(sizeof *block + size);
    if (!block)
        return NULL;
    block->next = NULL;
    block->used = 0;
    block->size = size;
    return block;
}

static void *refuse(struct arena *arena) {
    arena->failed = true;
    return NULL;
}

static void *take_bytes(struct arena *arena, size_t size) {
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        return refuse(arena);
    size = (size + align - 1) & ~(align - 1);
    struct arena_block *block = arena->blocks;
    if (!block || size > block->size - block->used) {
        block = block_new(size > arena->block_size ? size : arena->block_size);
        if (!block)
            return refuse(arena);
        block->next = arena->blocks;
        arena->blocks = block;
    }
    void *piece = block->bytes + block->used;
    block->used += size;
    return piece;
}

void *arena_take(struct arena *arena, size_t size) {
    void *piece = take_bytes(arena, size);
    return piece ? memset(piece, 0, size) : NULL;
}

void *arena_scratch(struct arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size)
        return refuse(arena);
    return take_bytes(arena, count * size);
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size)
        return refuse(arena);
    return arena_take(arena, count * size);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t len) {
    if (len == SIZE_MAX)
        return refuse(arena);
    char *copy = arena_scratch(arena, len + 1, 1);
    if (!copy)
        return NULL;
    if (len)
        memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

static void free_from(struct arena_block *block) {
    while (block) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_reset(struct arena *arena) {
    arena->failed = false;
    if (!arena->blocks)
        return;
    free_from(arena->blocks->next);
    arena->blocks->next = NULL;
    arena->blocks->used = 0;
}

void arena_free(struct arena *arena) {
    free_from(arena->blocks);
    arena->blocks = NULL;
    arena->failed = false;
}
