/*
 * Pieces are ordinary ones of malloc, so it does not matter which thread gives one back, nor
 * whether it was taken before json_memory_start(). A kept piece holds the pointer to the next one.
 */
#include "base/json_memory.h"

#include <jansson.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

/* A sanitizer must see every piece. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KEPT_BYTES 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define KEPT_BYTES 0
#endif
#endif
#ifndef KEPT_BYTES
#define KEPT_BYTES ((size_t)96 * 1024) /* a thread at most: about a body of 10 KB */
#endif

enum {
    UNIT = 16,
    CLASSES = 9, /* pieces up to 128 bytes: values, short texts, tables of eight */
};

struct piece {
    struct piece *next;
};

static _Thread_local struct {
    struct piece *first[CLASSES];
    size_t bytes;
    bool watched; /* the end of the thread gives everything back */
} kept;

static _Thread_local bool failed;

static pthread_key_t at_end;

static void give_back(void *unused) {
    (void)unused;
    for (size_t i = 0; i < CLASSES; i++)
        while (kept.first[i]) {
            struct piece *piece = kept.first[i];
            kept.first[i] = piece->next;
            free(piece);
        }
    kept.bytes = 0;
    kept.watched = false;
}

static void *take_piece(size_t size) {
    size_t class = (size + UNIT - 1) / UNIT;
    if (class >= CLASSES)
        return malloc(size);
    struct piece *piece = kept.first[class];
    if (!piece)
        return malloc(class * UNIT);
    kept.first[class] = piece->next;
    kept.bytes -= class * UNIT;
    return piece;
}

static void *take(size_t size) {
    void *memory = take_piece(size);
    failed |= memory == NULL;
    return memory;
}

static bool may_keep(size_t size) {
    if (!kept.watched)
        kept.watched = pthread_setspecific(at_end, &kept) == 0;
    return kept.watched && kept.bytes + size <= KEPT_BYTES;
}

static void give(void *memory) {
    if (!memory)
        return;
    size_t class = malloc_usable_size(memory) / UNIT;
    if (class == 0 || class >= CLASSES || !may_keep(class * UNIT)) {
        free(memory);
        return;
    }
    struct piece *piece = memory;
    piece->next = kept.first[class];
    kept.first[class] = piece;
    kept.bytes += class * UNIT;
}

void json_memory_start(void) {
    if (pthread_key_create(&at_end, give_back) == 0)
        json_set_alloc_funcs(take, give);
}

void json_memory_begin(void) {
    failed = false;
}

bool json_memory_failed(void) {
    return failed;
}
