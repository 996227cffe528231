/*
 * API keys: unk_<tenant, 32 hex>_<id, 12 letters>_<secret, 43 letters of base64url>; publishable
 * ones, which an app may ship, begin with pub_. The secret is 32 random bytes: its plain SHA-256 is
 * stored.
 */
#ifndef UNKNOT_ACCESS_API_KEY_H
#define UNKNOT_ACCESS_API_KEY_H

#include "access/principal.h"
#include "base/digest.h"

enum {
    API_KEY_LEN = 4 + 32 + 1 + 12 + 1 + 43,
    API_KEY_SIZE = API_KEY_LEN + 1,
    API_KEY_ID_SIZE = 13,
    API_KEY_PREFIX_SIZE = 4 + 32 + 1 + 12 + 1, /* all before the secret and its dash */
};

/* A key without its secret: safe to keep, never logged all the same. */
struct api_key {
    bool publishable;
    char tenant[TENANT_SIZE];
    char id[API_KEY_ID_SIZE];
    char prefix[API_KEY_PREFIX_SIZE]; /* what people recognise the key by */
    unsigned char hash[DIGEST_BYTES]; /* of the 43 letters of the secret */
};

/* True when the text has the shape of a key; whether there is such a key is another question. */
bool api_key_parse(const char *text, size_t len, struct api_key *key) MUST_CHECK;

/* Does it at least begin like a key? */
bool api_key_is_meant(const char *text, size_t len);

/* A fresh key for `tenant` (a UUID); `text` is the only copy of its secret, to be shown once and
 * wiped. */
enum status api_key_generate(const char *tenant, bool publishable, char text[API_KEY_SIZE],
                             struct api_key *key) MUST_CHECK;

/* What the database knows about a key. */
struct api_key_row {
    unsigned char hash[DIGEST_BYTES];
    bool publishable;
    enum principal_kind kind;
    char subject[PRINCIPAL_SUBJECT_SIZE];
    scope_set scopes;
    int64_t expires_at; /* Unix seconds; 0: never */
    bool revoked;
};

/* The principal behind a key: STATUS_UNAUTHENTICATED when the row does not prove it (another
   secret, revoked, expired). Compares in constant time. The caller owns one reference. */
enum status api_key_judge(const struct api_key *key, const struct api_key_row *row, int64_t now,
                          struct principal **principal) MUST_CHECK;

#endif
