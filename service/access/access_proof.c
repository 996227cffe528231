/* What makes a credential believed: the database's row of a key, or the signature of a token. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "access/access_room.h"
#include "http/clock.h"

uint64_t access_now_ns(const struct access *access) {
    return access->settings.clock_ns ? access->settings.clock_ns() : clock_ns();
}

uint64_t access_now_ms(const struct access *access) {
    return access_now_ns(access) / 1000000u;
}

static int64_t wall_s(const struct access *access) {
    return access->settings.wall_s ? access->settings.wall_s() : (int64_t)time(NULL);
}

struct principal *access_proven(const struct access *access, const struct credential *credential,
                                uint64_t max_age_ms) {
    if (credential->kind != CREDENTIAL_KEY && credential->kind != CREDENTIAL_TOKEN)
        return NULL;
    return credential_cache_get(access->cache, credential->hash, access_now_ms(access), max_age_ms,
                                wall_s(access));
}

uint64_t access_fresh_ms(const struct access *access) {
    return access->settings.key_seconds * 1000ull;
}

static enum status prove_key(struct access *access, void *worker,
                             const struct credential *credential, struct principal **principal) {
    struct api_key_row row = {0};
    const struct access_settings *settings = &access->settings;
    if (credential_cache_is_refused(access->cache, credential->hash, access_now_ms(access),
                                    ACCESS_REFUSED_MS))
        return STATUS_UNAUTHENTICATED;
    enum status status = settings->find_key ? settings->find_key(settings->find_key_cls, worker,
                                                                 &credential->key, &row)
                                            : STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = api_key_judge(&credential->key, &row, wall_s(access), principal);
    if (status == STATUS_NOT_FOUND || status == STATUS_UNAUTHENTICATED) {
        credential_cache_refuse(access->cache, credential->hash, access_now_ms(access));
        return STATUS_UNAUTHENTICATED;
    }
    return status;
}

int access_issuer_of(const struct access *access, const char *token, size_t len) {
    char issuer[JWT_ISSUER_SIZE];
    if (!jwt_issuer(token, len, issuer))
        return -1;
    for (size_t i = 0; i < access->settings.issuer_count; i++)
        if (strcmp(access->settings.issuers[i].rules.issuer, issuer) == 0)
            return (int)i;
    return -1;
}

/* One of nobody we know is held against the first: it fails there, and that is told. */
bool access_judge_token(struct access *access, const char *text, size_t len,
                        struct jwt_verdict *verdict) {
    int number = access_issuer_of(access, text, len);
    size_t at = number < 0 ? 0 : (size_t)number;
    struct jwks *keys = jwks_source_keys(access->keys[at], access_now_ms(access));
    jwt_judge(&access->settings.issuers[at].rules, keys, text, len, wall_s(access), verdict);
    bool loaded = keys != NULL;
    jwks_release(keys);
    return loaded;
}

static enum status prove_token(struct access *access, bool may_wait,
                               const struct credential *credential, struct principal **principal) {
    struct jwt_verdict verdict;
    char kid[JWK_ID_SIZE];
    int issuer = access_issuer_of(access, credential->text, credential->len);
    if (issuer < 0)
        return STATUS_UNAUTHENTICATED;
    if (may_wait && jwt_key_id(credential->text, credential->len, kid))
        jwks_source_refresh(access->keys[issuer], kid, access_now_ms(access));
    bool keys = access_judge_token(access, credential->text, credential->len, &verdict);
    *principal = verdict.principal;
    if (verdict.no_memory)
        return STATUS_NO_MEMORY;
    if (!keys && verdict.reached == JWT_KEY)
        return STATUS_UNAVAILABLE; /* the issuer was not to be reached yet */
    return verdict.principal ? STATUS_OK : STATUS_UNAUTHENTICATED;
}

/* Proves the credential anew. On success the caller owns a reference. */
enum status access_prove(struct access *access, const struct http_request *request,
                         const struct credential *credential, struct principal **principal) {
    enum status status = STATUS_UNAUTHENTICATED;
    *principal = NULL;
    if (credential->kind == CREDENTIAL_KEY)
        status = prove_key(access, request->worker, credential, principal);
    else if (credential->kind == CREDENTIAL_TOKEN)
        status = prove_token(access, request->may_wait, credential, principal);
    if (status == STATUS_OK)
        credential_cache_put(access->cache, credential->hash, *principal, access_now_ms(access));
    return status;
}
