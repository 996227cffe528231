/* What the files of this room share: access*.c. */
#ifndef UNKNOT_ACCESS_ACCESS_ROOM_H
#define UNKNOT_ACCESS_ACCESS_ROOM_H

#include "access/access.h"
#include "access/credential.h"
#include "access/credential_cache.h"

enum {
    ACCESS_REFUSED_MS = 30 * 1000,
    ACCESS_OUTAGE_MS = 3600 * 1000, /* a proof serves what is open so long without the database */
};

struct access {
    struct access_settings settings;
    struct credential_cache *cache;
    struct rate_limiter *limiter;
    struct jwks_source *keys[ISSUERS_MAX]; /* of the issuers, in their order */
};

uint64_t access_now_ns(const struct access *access);
uint64_t access_now_ms(const struct access *access);
uint64_t access_fresh_ms(const struct access *access); /* how long a proof holds */

/* The principal that this credential was proven to be at most so long ago, with a reference for the
   caller, or NULL. */
struct principal *access_proven(const struct access *access, const struct credential *credential,
                                uint64_t max_age_ms);

/* Proves the credential anew and remembers how that went; only where the request may wait are keys
   of a URL asked for. STATUS_OK: the caller owns a reference.
   STATUS_UNAUTHENTICATED; STATUS_UNAVAILABLE or STATUS_TIMEOUT when nobody can say. */
enum status access_prove(struct access *access, const struct http_request *request,
                         const struct credential *credential,
                         struct principal **principal) MUST_CHECK;

/* The number of the issuer that a token says it is from, unproven; -1: none of ours. */
int access_issuer_of(const struct access *access, const char *token, size_t len);

/* Judges a token with the keys in force; false when there are none yet. */
bool access_judge_token(struct access *access, const char *text, size_t len,
                        struct jwt_verdict *verdict);

#endif
