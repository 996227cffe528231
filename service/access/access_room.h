/* What access.c and access_explain.c share. Inside of the room. */
#ifndef UNKNOT_ACCESS_ACCESS_ROOM_H
#define UNKNOT_ACCESS_ACCESS_ROOM_H

#include "access/access.h"
#include "access/credential_cache.h"

struct access {
    struct access_settings settings;
    struct credential_cache *cache;
    struct rate_limiter *limiter;
    struct jwks_source *jwks; /* NULL: no tokens */
};

/* Judges a token with the keys in force. */
void access_judge_token(struct access *access, const char *text, size_t len,
                        struct jwt_verdict *verdict);

#endif
