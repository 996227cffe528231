/* Any text as a credential: keys read twice are the same, and no token is accepted that these keys,
   whose private halves nobody has, did not sign. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "access/api_key.h"
#include "access/jwt_claims.h"
#include "base/json_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The examples of RFC 7515 (A.3) and RFC 8037 (A.2). */
static const char key_set[] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"e\","
                              "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                              "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"},"
                              "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"o\","
                              "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";

static const struct jwt_rules rules = {
    .issuer = "i",
    .audiences = "a",
    .tenant_claim = "t",
    .patient_claim = "p",
    .therapist_claim = "h",
};

static void try_key(const char *text, size_t len) {
    struct api_key key, again;
    if (!api_key_parse(text, len, &key))
        return;
    if (len != API_KEY_LEN || !api_key_parse(text, len, &again) ||
        memcmp(&key, &again, sizeof key) != 0)
        abort();
}

/* Scope lists of every shape: nothing beyond our bits. */
static void try_scopes(const char *text) {
    const char *unknown;
    unsigned seen;
    if ((scopes_parse(text, &unknown) | scopes_parse_smart(text, 7, &seen)) & ~SCOPES_ALL)
        abort();
}

/* What stands behind the signature, as if it had held. */
static void try_claims(const char *text, size_t len) {
    struct jwt_verdict verdict = {.reached = JWT_CLAIMS};
    struct json_text_problem problem;
    json_t *claims = json_text_parse(text, len, &problem);
    if (!claims)
        return;
    jwt_claims_judge(&rules, claims, 1800000000, &verdict);
    if (!verdict.principal != (verdict.reached != JWT_ACCEPTED))
        abort();
    const struct principal *principal = verdict.principal;
    if (principal && (principal->scopes & ~principal_limit(principal->kind, false)))
        abort();
    principal_release(verdict.principal);
    json_decref(claims);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct jwks *keys;
    struct jwt_verdict verdict;
    char message[200], kid[JWK_ID_SIZE];
    if (!keys && r_global_init() == RHN_OK)
        keys = jwks_parse(key_set, sizeof key_set - 1, message, sizeof message);
    char *text = malloc(size + 1); /* of its exact size, so that a byte too far is noticed */
    if (!keys || jwks_count(keys) != 2 || !text)
        abort();
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    try_key(text, size);
    try_scopes(text);
    try_claims(text, size);
    jwt_judge(&rules, keys, text, size, 1800000000, &verdict);
    if (verdict.principal || verdict.reached >= JWT_CLAIMS)
        abort();
    (void)jwt_key_id(text, size, kid);
    jwks_release(jwks_parse(text, size, message, sizeof message));
    free(text);
    return 0;
}
