/* Who calls, once proven. Immutable and shared: between the cache of credentials and requests. */
#ifndef UNKNOT_ACCESS_PRINCIPAL_H
#define UNKNOT_ACCESS_PRINCIPAL_H

#include <stdatomic.h>
#include <stdbool.h>

#include "access/scopes.h"
#include "base/status.h"

enum {
    TENANT_SIZE = 37, /* a UUID in lower case with dashes, and a NUL */
    PRINCIPAL_SUBJECT_SIZE = 256,
    PRINCIPAL_NAME_SIZE = 208,
    PRINCIPAL_DIGEST = 16,
    PRINCIPAL_DIGEST_HEX = 2 * PRINCIPAL_DIGEST + 1,
};

enum principal_kind {
    PRINCIPAL_ANONYMOUS,
    PRINCIPAL_CLINIC,    /* all patients of its tenant */
    PRINCIPAL_THERAPIST, /* patients whose plans name them */
    PRINCIPAL_PATIENT,   /* self only */
};

struct principal {
    enum principal_kind kind;
    char tenant[TENANT_SIZE];             /* "" for anonymous */
    char subject[PRINCIPAL_SUBJECT_SIZE]; /* therapist_id or patient_id; "" for a clinic */
    bool subject_is_reference;      /* a token names a patient by the clinic's reference: HMAC it */
    char name[PRINCIPAL_NAME_SIZE]; /* for history and audit: "key:Ab3…", "jwt:subject" */
    scope_set scopes;               /* already cut to what the kind may ever do */
    bool publishable;               /* counted by address, not by key */
    int64_t expires_at;             /* Unix seconds; 0: never */
    unsigned char digest[PRINCIPAL_DIGEST]; /* of tenant, kind, subject and name */
    atomic_uint references;
};

/* The caller without a credential; never freed. */
extern const struct principal principal_anonymous;

/* A copy of `draft` with one reference, scopes cut and digest filled in. NULL without memory. */
struct principal *principal_new(const struct principal *draft) MUST_CHECK;
struct principal *principal_keep(struct principal *principal);
void principal_release(struct principal *principal); /* NULL is fine */

/* The most a caller of this kind may hold, whatever a key or token says. */
scope_set principal_limit(enum principal_kind kind, bool publishable);

/* "clinic"; never NULL. */
const char *principal_kind_name(enum principal_kind kind);
bool principal_kind_named(const char *name, enum principal_kind *kind);

/* Who this is, in 32 letters that say nothing: for keys of idempotency. */
void principal_digest_text(const struct principal *principal, char out[PRINCIPAL_DIGEST_HEX]);

/* Reads a UUID, with dashes or without, in either case, into its usual form. */
bool tenant_parse(const char *text, size_t len, char tenant[TENANT_SIZE]);

#endif
