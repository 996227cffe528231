/* A set of public keys (RFC 7517) that tokens may be signed with. Immutable and shared. */
#ifndef UNKNOT_ACCESS_JWKS_H
#define UNKNOT_ACCESS_JWKS_H

#include <rhonabwy.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum { JWKS_BYTES_MAX = 256 * 1024, JWKS_KEYS_MAX = 64, JWK_ID_SIZE = 256 };

enum jwk_kind { JWK_RSA, JWK_P256, JWK_P384, JWK_ED25519 };

struct jwks_key {
    char kid[JWK_ID_SIZE];
    char alg[16]; /* the only one it is for, or "" */
    enum jwk_kind kind;
    jwk_t *jwk;
};

struct jwks;

/*
 * Reads a set. Keys that can never sign for us (symmetric, private, other curves, RSA under 2048
 * bits, no kid, use other than sig) are left out. NULL with a message when the text is no key set,
 * a kid repeats, or no key is left. Takes nothing; the caller owns one reference.
 */
struct jwks *jwks_parse(const char *json, size_t len, char *message, size_t size) MUST_CHECK;
struct jwks *jwks_keep(struct jwks *jwks);
void jwks_release(struct jwks *jwks); /* NULL is fine */

/* Lives as long as the set; NULL when it is not there. */
const struct jwks_key *jwks_find(const struct jwks *jwks, const char *kid);
size_t jwks_count(const struct jwks *jwks);

#endif
