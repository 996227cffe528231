/*
 * Which credentials were proven, and which were refused, a while ago. Known by their SHA-256 only.
 * Bounded: a full set drops its oldest entry. Refused ones stand apart, so that a flood of wrong
 * keys pushes no good one out.
 */
#ifndef UNKNOT_ACCESS_CREDENTIAL_CACHE_H
#define UNKNOT_ACCESS_CREDENTIAL_CACHE_H

#include "access/principal.h"
#include "base/digest.h"

struct credential_cache;

/* Room for so many of each; rounded up. */
enum status credential_cache_new(size_t proven, size_t refused,
                                 struct credential_cache **cache) MUST_CHECK;
void credential_cache_free(struct credential_cache *cache);

/*
 * The principal of a credential proven at most max_age_ms ago, with a reference for the caller;
 * NULL when there is none or it has expired (`wall`, Unix seconds).
 */
struct principal *credential_cache_get(struct credential_cache *cache,
                                       const unsigned char hash[DIGEST_BYTES], uint64_t now_ms,
                                       uint64_t max_age_ms, int64_t wall);

/* Was it refused at most max_age_ms ago? */
bool credential_cache_is_refused(struct credential_cache *cache,
                                 const unsigned char hash[DIGEST_BYTES], uint64_t now_ms,
                                 uint64_t max_age_ms);

/* Keeps a reference of its own; replaces what was known. */
void credential_cache_put(struct credential_cache *cache, const unsigned char hash[DIGEST_BYTES],
                          struct principal *principal, uint64_t now_ms);

/* Forgets the proof, if there was one. */
void credential_cache_refuse(struct credential_cache *cache, const unsigned char hash[DIGEST_BYTES],
                             uint64_t now_ms);

/* Forgets everything: keys were changed. */
void credential_cache_clear(struct credential_cache *cache);

#endif
