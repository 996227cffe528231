#include "access/api_key.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "access/base64url.h"

enum { TENANT_AT = 4, ID_AT = 37, SECRET_AT = 50, ID_LEN = 12, SECRET_LEN = 43, SECRET_BYTES = 32 };

static const char id_letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool api_key_is_meant(const char *text, size_t len) {
    return len >= TENANT_AT && (memcmp(text, "unk_", 4) == 0 || memcmp(text, "pub_", 4) == 0);
}

static bool is_id(const char *id) {
    for (size_t i = 0; i < ID_LEN; i++)
        if (!id[i] || !strchr(id_letters, id[i]))
            return false;
    return true;
}

static bool is_secret(const char *secret) {
    unsigned char bytes[SECRET_BYTES];
    size_t len = 0;
    bool good = base64url_decode(secret, SECRET_LEN, bytes, &len) && len == SECRET_BYTES;
    explicit_bzero(bytes, sizeof bytes);
    return good;
}

/* One text a key: the tenant in lower case. */
static bool is_lower(const char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            return false;
    return true;
}

bool api_key_parse(const char *text, size_t len, struct api_key *key) {
    memset(key, 0, sizeof *key);
    if (len != API_KEY_LEN || !api_key_is_meant(text, len) || text[ID_AT - 1] != '_' ||
        text[SECRET_AT - 1] != '_' || !is_id(text + ID_AT) || !is_secret(text + SECRET_AT) ||
        !is_lower(text + TENANT_AT, 32) || !tenant_parse(text + TENANT_AT, 32, key->tenant))
        return false;
    key->publishable = text[0] == 'p';
    memcpy(key->id, text + ID_AT, ID_LEN);
    memcpy(key->prefix, text, API_KEY_PREFIX_SIZE - 1);
    return gnutls_hash_fast(GNUTLS_DIG_SHA256, text + SECRET_AT, SECRET_LEN, key->hash) == 0;
}

static bool random_bytes(void *out, size_t len) {
    unsigned char *at = out;
    while (len > 0) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0) {
            at += got;
            len -= (size_t)got;
        }
    }
    return true;
}

static bool random_id(char *out) {
    enum { FAIR = 256 - 256 % 62 };
    for (size_t i = 0; i < ID_LEN;) {
        unsigned char byte;
        if (!random_bytes(&byte, 1))
            return false;
        if (byte < FAIR)
            out[i++] = id_letters[byte % 62];
    }
    return true;
}

enum status api_key_generate(const char *tenant, bool publishable, char text[API_KEY_SIZE],
                             struct api_key *key) {
    unsigned char secret[SECRET_BYTES];
    char checked[TENANT_SIZE];
    if (!tenant_parse(tenant, strlen(tenant), checked))
        return STATUS_INVALID;
    (void)snprintf(text, API_KEY_SIZE, "%s_", publishable ? "pub" : "unk");
    char *at = text + TENANT_AT;
    for (const char *c = checked; *c; c++)
        if (*c != '-')
            *at++ = *c;
    text[ID_AT - 1] = text[SECRET_AT - 1] = '_';
    text[API_KEY_LEN] = '\0';
    if (!random_id(text + ID_AT) || !random_bytes(secret, sizeof secret))
        return STATUS_INTERNAL;
    base64url_encode(secret, sizeof secret, text + SECRET_AT);
    explicit_bzero(secret, sizeof secret);
    return api_key_parse(text, API_KEY_LEN, key) ? STATUS_OK : STATUS_INTERNAL;
}

enum status api_key_judge(const struct api_key *key, const struct api_key_row *row, int64_t now,
                          struct principal **principal) {
    struct principal draft = {
        .kind = row->kind,
        .scopes = row->scopes,
        .publishable = row->publishable,
        .expires_at = row->expires_at,
    };
    bool same = gnutls_memcmp(key->hash, row->hash, DIGEST_BYTES) == 0;
    bool whole = row->kind == PRINCIPAL_CLINIC || row->subject[0] != '\0';
    *principal = NULL;
    if (!same || row->revoked || key->publishable != row->publishable || !whole ||
        row->kind == PRINCIPAL_ANONYMOUS || (row->expires_at && row->expires_at <= now))
        return STATUS_UNAUTHENTICATED;
    memcpy(draft.tenant, key->tenant, sizeof draft.tenant);
    memcpy(draft.subject, row->subject, sizeof draft.subject);
    (void)snprintf(draft.name, sizeof draft.name, "key:%s", key->id);
    *principal = principal_new(&draft);
    return *principal ? STATUS_OK : STATUS_NO_MEMORY;
}
