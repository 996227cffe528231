#include "access/token_replay.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/digest.h"

enum { SLOTS = 65536, TRIES = 64, MARK = 24 };

struct slot {
    char mark[MARK]; /* of the digest of issuer and id */
    int64_t ends;    /* 0: free */
};

struct token_replay {
    pthread_mutex_t lock;
    struct slot slots[SLOTS];
};

enum status token_replay_new(struct token_replay **replay) {
    *replay = calloc(1, sizeof **replay);
    if (!*replay)
        return STATUS_NO_MEMORY;
    (void)pthread_mutex_init(&(*replay)->lock, NULL);
    return STATUS_OK;
}

void token_replay_free(struct token_replay *replay) {
    if (!replay)
        return;
    (void)pthread_mutex_destroy(&replay->lock);
    free(replay);
}

static enum status mark_of(const char *issuer, const char *id, char hex[DIGEST_HEX]) {
    struct buffer text;
    buffer_init(&text);
    (void)buffer_printf(&text, "%zu %s %s", strlen(issuer), issuer, id);
    enum status status = text.failed ? STATUS_NO_MEMORY : digest_hex(text.data, text.len, hex);
    buffer_free(&text);
    return status;
}

/* Looks at all places where it could be: a place that came free may hide a later one. */
static enum status use(struct token_replay *replay, const char *mark, int64_t now, int64_t ends) {
    struct slot *room = NULL;
    size_t first = (size_t)strtoul((char[]){mark[0], mark[1], mark[2], mark[3], '\0'}, NULL, 16);
    for (size_t i = 0; i < TRIES; i++) {
        struct slot *slot = &replay->slots[(first + i) % SLOTS];
        bool lives = slot->ends > now;
        if (lives && memcmp(slot->mark, mark, MARK) == 0)
            return STATUS_CONFLICT;
        if (!lives && !room)
            room = slot;
    }
    if (!room)
        return STATUS_UNAVAILABLE;
    memcpy(room->mark, mark, MARK);
    room->ends = ends;
    return STATUS_OK;
}

enum status token_replay_use(struct token_replay *replay, const char *issuer, const char *id,
                             int64_t now, int64_t ends) {
    char mark[DIGEST_HEX];
    enum status status = mark_of(issuer, id, mark);
    if (status != STATUS_OK)
        return status;
    (void)pthread_mutex_lock(&replay->lock);
    status = use(replay, mark, now, ends);
    (void)pthread_mutex_unlock(&replay->lock);
    return status;
}
