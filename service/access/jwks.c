#include "access/jwks.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"

enum { RSA_BITS_MIN = 2048, RSA_BITS_MAX = 8192 };

struct jwks {
    atomic_uint references;
    size_t count;
    struct jwks_key keys[JWKS_KEYS_MAX];
};

struct jwks *jwks_keep(struct jwks *jwks) {
    (void)atomic_fetch_add_explicit(&jwks->references, 1, memory_order_relaxed);
    return jwks;
}

void jwks_release(struct jwks *jwks) {
    if (!jwks || atomic_fetch_sub_explicit(&jwks->references, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < jwks->count; i++)
        r_jwk_free(jwks->keys[i].jwk);
    free(jwks);
}

const struct jwks_key *jwks_find(const struct jwks *jwks, const char *kid) {
    for (size_t i = 0; i < jwks->count; i++)
        if (strcmp(jwks->keys[i].kid, kid) == 0)
            return &jwks->keys[i];
    return NULL;
}

size_t jwks_count(const struct jwks *jwks) {
    return jwks->count;
}

static const char *member(const json_t *json, const char *name) {
    const char *text = json_string_value(json_object_get(json, name));
    return text ? text : "";
}

static bool kind_of(const json_t *json, enum jwk_kind *kind) {
    static const struct {
        const char *kty, *crv;
        enum jwk_kind kind;
    } rows[] = {
        {"RSA", "", JWK_RSA},
        {"EC", "P-256", JWK_P256},
        {"EC", "P-384", JWK_P384},
        {"OKP", "Ed25519", JWK_ED25519},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].kty, member(json, "kty")) == 0 &&
            strcmp(rows[i].crv, member(json, "crv")) == 0) {
            *kind = rows[i].kind;
            return true;
        }
    return false;
}

static bool may_verify(const json_t *json) {
    const json_t *operations = json_object_get(json, "key_ops");
    const char *use = member(json, "use");
    if (*use && strcmp(use, "sig") != 0)
        return false;
    for (size_t i = 0; i < json_array_size(operations); i++) {
        const char *operation = json_string_value(json_array_get(operations, i));
        if (operation && strcmp(operation, "verify") == 0)
            return true;
    }
    return operations == NULL;
}

/* Only what the key's numbers need: no x5u, so that nothing is ever fetched. */
static json_t *bare_key(const json_t *json) {
    static const char *const names[] = {"kty", "crv", "x", "y", "n", "e"};
    json_t *bare = json_object();
    for (size_t i = 0; bare && i < sizeof names / sizeof *names; i++) {
        json_t *value = json_object_get(json, names[i]);
        if (value && json_object_set(bare, names[i], value) != 0) {
            json_decref(bare);
            return NULL;
        }
    }
    return bare;
}

static bool is_strong(jwk_t *jwk, enum jwk_kind kind) {
    unsigned bits = 0;
    int type = r_jwk_key_type(jwk, &bits, R_FLAG_IGNORE_REMOTE);
    if (!(type & R_KEY_TYPE_PUBLIC))
        return false;
    return kind != JWK_RSA || (bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX);
}

static jwk_t *import(const json_t *json, enum jwk_kind kind) {
    jwk_t *jwk = NULL;
    json_t *bare = bare_key(json);
    bool good = bare && r_jwk_init(&jwk) == RHN_OK &&
                r_jwk_import_from_json_t(jwk, bare) == RHN_OK && is_strong(jwk, kind);
    json_decref(bare);
    if (good)
        return jwk;
    r_jwk_free(jwk);
    return NULL;
}

/* Adds the key if it is one for us. */
static void add(struct jwks *jwks, const json_t *json) {
    struct jwks_key *key = &jwks->keys[jwks->count];
    const char *kid = member(json, "kid"), *alg = member(json, "alg");
    bool secret = json_object_get(json, "d") || json_object_get(json, "k");
    if (!*kid || strlen(kid) >= sizeof key->kid || strlen(alg) >= sizeof key->alg || secret ||
        !kind_of(json, &key->kind) || !may_verify(json))
        return;
    key->jwk = import(json, key->kind);
    if (!key->jwk)
        return;
    (void)snprintf(key->kid, sizeof key->kid, "%s", kid);
    (void)snprintf(key->alg, sizeof key->alg, "%s", alg);
    jwks->count++;
}

static const char *fill(struct jwks *jwks, const json_t *json) {
    const json_t *keys = json_object_get(json, "keys");
    if (!json_is_array(keys))
        return "it has no array 'keys'";
    if (json_array_size(keys) > JWKS_KEYS_MAX)
        return "it has too many keys";
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const json_t *key = json_array_get(keys, i);
        if (*member(key, "kid") && jwks_find(jwks, member(key, "kid")))
            return "a kid stands there twice";
        add(jwks, key);
    }
    return jwks->count ? NULL : "none of its keys can verify RS256, RS384, ES256, ES384 or EdDSA";
}

struct jwks *jwks_parse(const char *json, size_t len, char *message, size_t size) {
    struct json_text_problem problem = {.detail = "it is too large"};
    json_t *parsed = len <= JWKS_BYTES_MAX ? json_text_parse(json, len, &problem) : NULL;
    struct jwks *jwks = parsed ? calloc(1, sizeof *jwks) : NULL;
    const char *fault = problem.detail;
    if (jwks) {
        atomic_init(&jwks->references, 1);
        fault = fill(jwks, parsed);
    } else if (parsed) {
        fault = "no memory";
    }
    json_decref(parsed);
    if (!fault)
        return jwks;
    (void)snprintf(message, size, "not a usable key set: %s", fault);
    jwks_release(jwks);
    return NULL;
}
