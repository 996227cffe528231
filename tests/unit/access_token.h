/* Keys and tokens made on the spot, good ones and such as an attacker would send. */
#ifndef UNKNOT_TESTS_ACCESS_TOKEN_H
#define UNKNOT_TESTS_ACCESS_TOKEN_H

#include <gnutls/abstract.h>
#include <rhonabwy.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "access/base64url.h"

enum { TOKEN_TIME = 1800000000 };
#define TOKEN_TENANT "0192f0c1-7d2a-7c3e-9f00-1234567890ab"
#define TOKEN_CLAIMS                                                                               \
    "{\"iss\":\"https://id.example\",\"aud\":\"unknot\",\"sub\":\"backend\",\"exp\":1800000300,"   \
    "\"tenant\":\"" TOKEN_TENANT "\",\"scope\":\"clinic plans:read plans:clear\"}"

struct signer {
    jwk_t *private_key, *public_key;
};

static inline struct signer signer_new(int type, unsigned bits, const char *kid) {
    struct signer signer = {NULL, NULL};
    if (r_jwk_init(&signer.private_key) != RHN_OK || r_jwk_init(&signer.public_key) != RHN_OK ||
        r_jwk_generate_key_pair(signer.private_key, signer.public_key, type, bits, kid) != RHN_OK)
        abort();
    return signer;
}

static inline void signer_free(struct signer *signer) {
    r_jwk_free(signer->private_key);
    r_jwk_free(signer->public_key);
}

/* {"keys": [...]} with further members for every key; the caller frees it. */
static inline char *key_set_text(const struct signer *signers, size_t count, const char *more) {
    json_t *keys = json_array();
    json_t *extra = json_loads(more, 0, NULL);
    for (size_t i = 0; i < count; i++) {
        json_t *key = r_jwk_export_to_json_t(signers[i].public_key);
        json_object_update(key, extra);
        json_array_append_new(keys, key);
    }
    json_t *set = json_pack("{s:o}", "keys", keys);
    char *text = json_dumps(set, JSON_COMPACT);
    json_decref(set);
    json_decref(extra);
    return text;
}

static inline size_t put_part(char *out, const void *bytes, size_t len) {
    base64url_encode(bytes, len, out);
    out[BASE64URL_LEN(len)] = '\0';
    return BASE64URL_LEN(len);
}

/* header.claims of any bytes whatever. */
static inline size_t unsigned_token(char *out, const char *header, const char *claims) {
    size_t len = put_part(out, header, strlen(header));
    out[len++] = '.';
    return len + put_part(out + len, claims, strlen(claims));
}

/* A token signed by an RSA key as RS256, whatever the header says of it. */
static inline void rsa_token(char *out, const struct signer *signer, const char *header,
                             const char *claims) {
    size_t len = unsigned_token(out, header, claims);
    gnutls_datum_t data = {(unsigned char *)out, (unsigned)len}, signature;
    gnutls_privkey_t key = r_jwk_export_to_gnutls_privkey(signer->private_key);
    if (!key || gnutls_privkey_sign_data(key, GNUTLS_DIG_SHA256, 0, &data, &signature) != 0)
        abort();
    out[len++] = '.';
    (void)put_part(out + len, signature.data, signature.size);
    gnutls_free(signature.data);
    gnutls_privkey_deinit(key);
}

/* A token that rhonabwy signs; the caller frees it with r_free(). */
static inline char *jws_token(const struct signer *signer, jwa_alg alg, const char *kid,
                              const char *claims) {
    jws_t *jws = NULL;
    if (r_jws_init(&jws) != RHN_OK || r_jws_set_alg(jws, alg) != RHN_OK ||
        r_jws_set_header_str_value(jws, "kid", kid) != RHN_OK ||
        r_jws_set_payload(jws, (const unsigned char *)claims, strlen(claims)) != RHN_OK)
        abort();
    char *token = r_jws_serialize(jws, signer->private_key, 0);
    r_jws_free(jws);
    return token;
}

#endif
