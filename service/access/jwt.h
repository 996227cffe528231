/*
 * Bearer tokens (RFC 7519 under RFC 8725): one issuer, its keys, asymmetric signatures only. Pure:
 * the time is a parameter, nothing is fetched, and what a token names (jku, x5u, jwk, x5c) is never
 * used.
 */
#ifndef UNKNOT_ACCESS_JWT_H
#define UNKNOT_ACCESS_JWT_H

#include "access/jwks.h"
#include "access/principal.h"

#include <jansson.h>

enum { JWT_MAX = 7 * 1024, JWT_LEEWAY_S = 60, JWT_DETAIL_SIZE = 200, JWT_ISSUER_SIZE = 512 };

/* The checks in their order: a token fails at the first. */
enum jwt_check {
    JWT_SIZE,
    JWT_SHAPE,     /* three parts of base64url */
    JWT_HEADER,    /* JSON without repeated names; nothing critical, compressed or detached */
    JWT_ALGORITHM, /* one of five; never none, never HMAC */
    JWT_TYPE,
    JWT_KEY_ID,
    JWT_KEY, /* known, and of the kind the algorithm needs */
    JWT_SIGNATURE,
    JWT_CLAIMS,
    JWT_ISSUER,
    JWT_AUDIENCE,
    JWT_EXPIRY,
    JWT_NOT_BEFORE,
    JWT_SUBJECT,
    JWT_TENANT,
    JWT_CALLER, /* which of clinic, therapist or patient */
    JWT_ACCEPTED,
};

struct jwt_rules {
    const char *issuer;          /* exactly */
    const char *audiences;       /* comma list: one of them must be in aud */
    const char *tenant_claim;    /* holds a UUID */
    const char *tenant;          /* the only one this issuer speaks for; NULL: as the claim says */
    const char *patient_claim;   /* the clinic's reference of a patient */
    const char *therapist_claim; /* a therapist_id */
};

struct jwt_verdict {
    enum jwt_check reached;       /* JWT_ACCEPTED, or what failed */
    char detail[JWT_DETAIL_SIZE]; /* of the failure, for the operator: printable, no secrets */
    struct principal *principal;  /* owned by the caller when accepted, else NULL */
    bool no_memory;
};

/* `jwks` may be NULL: no key is known. */
void jwt_judge(const struct jwt_rules *rules, const struct jwks *jwks, const char *token,
               size_t len, int64_t now, struct jwt_verdict *verdict);

/* The first half of jwt_judge: everything up to the signature. With it, `claims` is a new reference
   (NULL when they are no object) and verdict->reached is JWT_CLAIMS. */
void jwt_verify(const struct jwks *jwks, const char *token, size_t len, struct jwt_verdict *verdict,
                json_t **claims);

/* Header and claims, unproven: new references. False when it is no token, or has a header that we
   refuse. */
bool jwt_peek(const char *token, size_t len, json_t **header, json_t **claims);

/* The kid a token names, unproven; false when it has none. */
bool jwt_key_id(const char *token, size_t len, char kid[JWK_ID_SIZE]);

/* The issuer a token names, unproven; false when it has none. */
bool jwt_issuer(const char *token, size_t len, char issuer[JWT_ISSUER_SIZE]);

/* "signature", and what the check wants in words; never NULL. */
const char *jwt_check_name(enum jwt_check check);
const char *jwt_check_wants(enum jwt_check check);

#endif
