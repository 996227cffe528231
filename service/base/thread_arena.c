#include "base/thread_arena.h"

#include <pthread.h>
#include <stdlib.h>

enum { BLOCK = 128 * 1024 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static int key_made;

static void free_arena(void *arena) {
    if (!arena)
        return;
    arena_free(arena);
    free(arena);
}

static void make_key(void) {
    key_made = pthread_key_create(&key, free_arena) == 0;
}

struct arena *thread_arena(void) {
    (void)pthread_once(&once, make_key);
    if (!key_made)
        return NULL;
    struct arena *arena = pthread_getspecific(key);
    if (arena) {
        arena_reset(arena);
        return arena;
    }
    arena = malloc(sizeof *arena);
    if (!arena)
        return NULL;
    arena_init(arena, BLOCK);
    if (pthread_setspecific(key, arena) != 0) {
        free(arena);
        return NULL;
    }
    return arena;
}

void thread_arena_end(void) {
    if (!key_made)
        return;
    free_arena(pthread_getspecific(key));
    (void)pthread_setspecific(key, NULL);
}
