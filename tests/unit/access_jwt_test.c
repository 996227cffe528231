/* Tokens that hold, and every way in which one does not. */
#include "access_token.h"

#include <check.h>
#include <gnutls/crypto.h>
#include <stdio.h>

#include "access/jwt.h"

Suite *access_jwt_suite(void);

enum { RSA, P256, P384, ED25519, STRANGER, SIGNERS };
static struct signer signers[SIGNERS];
static struct jwks *keys;

static const struct jwt_rules rules = {
    .issuer = "https://id.example",
    .audiences = "other, unknot",
    .tenant_claim = "tenant",
    .patient_claim = "patient",
    .therapist_claim = "therapist",
};

static void make_keys(void) {
    char message[200];
    ck_assert_int_eq(r_global_init(), RHN_OK);
    signers[RSA] = signer_new(R_KEY_TYPE_RSA, 2048, "rsa");
    signers[P256] = signer_new(R_KEY_TYPE_EC, 256, "p256");
    signers[P384] = signer_new(R_KEY_TYPE_EC, 384, "p384");
    signers[ED25519] = signer_new(R_KEY_TYPE_EDDSA, 256, "ed");
    signers[STRANGER] = signer_new(R_KEY_TYPE_RSA, 2048, "stranger");
    char *text = key_set_text(signers, STRANGER, "{\"use\":\"sig\"}");
    keys = jwks_parse(text, strlen(text), message, sizeof message);
    ck_assert_msg(keys && jwks_count(keys) == 4, "%s", message);
    free(text);
}

static void drop_keys(void) {
    jwks_release(keys);
    for (size_t i = 0; i < SIGNERS; i++)
        signer_free(&signers[i]);
    r_global_close();
}

static struct jwt_verdict judge(const char *token) {
    struct jwt_verdict verdict;
    jwt_judge(&rules, keys, token, strlen(token), TOKEN_TIME, &verdict);
    ck_assert_msg(!verdict.principal == (verdict.reached != JWT_ACCEPTED), "%s", verdict.detail);
    return verdict;
}

static void expect(const char *token, enum jwt_check reached, const char *name) {
    struct jwt_verdict verdict = judge(token);
    ck_assert_msg(verdict.reached == reached, "%s: %s, %s", name, jwt_check_name(verdict.reached),
                  verdict.detail);
    principal_release(verdict.principal);
}

static const struct {
    size_t signer;
    jwa_alg alg;
    const char *kid;
} honest[] = {
    {RSA, R_JWA_ALG_RS256, "rsa"},    {RSA, R_JWA_ALG_RS384, "rsa"},
    {P256, R_JWA_ALG_ES256, "p256"},  {P384, R_JWA_ALG_ES384, "p384"},
    {ED25519, R_JWA_ALG_EDDSA, "ed"},
};

START_TEST(accepts_five_algorithms) {
    char *token =
        jws_token(&signers[honest[_i].signer], honest[_i].alg, honest[_i].kid, TOKEN_CLAIMS);
    struct jwt_verdict verdict = judge(token);
    ck_assert_msg(verdict.reached == JWT_ACCEPTED, "%s %s", jwt_check_name(verdict.reached),
                  verdict.detail);
    ck_assert_str_eq(verdict.principal->tenant, TOKEN_TENANT);
    ck_assert_str_eq(verdict.principal->name, "jwt:backend");
    ck_assert_int_eq(verdict.principal->kind, PRINCIPAL_CLINIC);
    ck_assert_uint_eq(verdict.principal->scopes, SCOPE_PLANS_READ | SCOPE_PLANS_CLEAR);
    ck_assert_int_eq(verdict.principal->expires_at, TOKEN_TIME + 300 + JWT_LEEWAY_S);
    principal_release(verdict.principal);
    r_free(token);
}
END_TEST

/* Every bit of the text matters, and every cut is noticed. */
START_TEST(damage_is_noticed) {
    char *token = jws_token(&signers[P256], R_JWA_ALG_ES256, "p256", TOKEN_CLAIMS);
    size_t len = strlen(token);
    for (size_t i = 0; i < len; i += 3) {
        char kept = token[i];
        token[i] = kept == 'A' ? 'B' : 'A';
        struct jwt_verdict verdict = judge(token);
        ck_assert_msg(verdict.reached <= JWT_SIGNATURE, "byte %zu", i);
        token[i] = kept;
    }
    for (size_t i = 0; i < len; i++) {
        struct jwt_verdict verdict;
        jwt_judge(&rules, keys, token, i, TOKEN_TIME, &verdict);
        ck_assert_msg(verdict.reached <= JWT_SIGNATURE, "cut at %zu", i);
    }
    r_free(token);
}
END_TEST

#define H(members) "{\"alg\":\"RS256\",\"kid\":\"rsa\"" members "}"
static const struct {
    const char *header;
    enum jwt_check reached;
} headers[] = {
    {H(""), JWT_ACCEPTED},
    {H(",\"typ\":\"JWT\""), JWT_ACCEPTED},
    {H(",\"typ\":\"application/at+jwt\""), JWT_ACCEPTED},
    {H(",\"jku\":\"https://evil.example\",\"x5u\":\"https://evil.example\""), JWT_ACCEPTED},
    {H(",\"typ\":\"dpop+jwt\""), JWT_TYPE},
    {H(",\"typ\":\"JWE\""), JWT_TYPE},
    {H(",\"typ\":7"), JWT_TYPE},
    {H(",\"crit\":[\"exp\"]"), JWT_HEADER},
    {H(",\"zip\":\"DEF\""), JWT_HEADER},
    {H(",\"b64\":false"), JWT_HEADER},
    {H(",\"enc\":\"A256GCM\""), JWT_HEADER},
    {H(",\"alg\":\"RS256\""), JWT_HEADER},
    {"[]", JWT_HEADER},
    {"{", JWT_HEADER},
    {"{\"alg\":\"RS256\",\"kid\":\"rsa\\u0000\"}", JWT_HEADER},
    {"{\"kid\":\"rsa\"}", JWT_ALGORITHM},
    {"{\"alg\":null,\"kid\":\"rsa\"}", JWT_ALGORITHM},
    {"{\"alg\":\"none\",\"kid\":\"rsa\"}", JWT_ALGORITHM},
    {"{\"alg\":\"nOnE\",\"kid\":\"rsa\"}", JWT_ALGORITHM},
    {"{\"alg\":\"HS256\",\"kid\":\"rsa\"}", JWT_ALGORITHM},
    {"{\"alg\":\"RS512\",\"kid\":\"rsa\"}", JWT_ALGORITHM},
    {"{\"alg\":\"PS256\",\"kid\":\"rsa\"}", JWT_ALGORITHM},
    {"{\"alg\":\"rs256\",\"kid\":\"rsa\"}", JWT_ALGORITHM},
    {"{\"alg\":\"RS256\"}", JWT_KEY_ID},
    {"{\"alg\":\"RS256\",\"kid\":\"\"}", JWT_KEY_ID},
    {"{\"alg\":\"RS256\",\"kid\":1}", JWT_KEY_ID},
    {"{\"alg\":\"RS256\",\"kid\":\"other\"}", JWT_KEY},
    {"{\"alg\":\"RS256\",\"kid\":\"../../etc/passwd\"}", JWT_KEY},
    {"{\"alg\":\"RS256\",\"kid\":\"p256\"}", JWT_KEY},
    {"{\"alg\":\"ES256\",\"kid\":\"rsa\"}", JWT_KEY},
    {"{\"alg\":\"ES384\",\"kid\":\"p256\"}", JWT_KEY},
    {"{\"alg\":\"EdDSA\",\"kid\":\"p256\"}", JWT_KEY},
    {"{\"alg\":\"RS384\",\"kid\":\"rsa\"}", JWT_SIGNATURE}, /* signed as RS256 */
    {"{\"alg\":\"ES256\",\"kid\":\"p256\"}", JWT_SIGNATURE},
    {"{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", JWT_SIGNATURE},
};

START_TEST(judges_headers) {
    char token[JWT_MAX];
    rsa_token(token, &signers[RSA], headers[_i].header, TOKEN_CLAIMS);
    expect(token, headers[_i].reached, headers[_i].header);
}
END_TEST

#define WHO "\"iss\":\"https://id.example\",\"aud\":\"unknot\",\"sub\":\"s\""
#define TIME "\"exp\":1800000300"
#define WHERE "\"tenant\":\"" TOKEN_TENANT "\",\"scope\":\"clinic\""
#define C(iss, aud, exp) "{\"iss\":" iss ",\"aud\":" aud ",\"sub\":\"s\"," exp "," WHERE "}"
#define ISS "\"https://id.example\""
static const struct {
    const char *claims;
    enum jwt_check reached;
} claim_rows[] = {
    {"{" WHO "," TIME "," WHERE "}", JWT_ACCEPTED},
    {"{" WHO "," TIME "," WHERE ",\"exp\":1900000000}", JWT_CLAIMS},
    {"{" WHO "," TIME "," WHERE ",\"tenant\":\"" TOKEN_TENANT "\"}", JWT_CLAIMS},
    {"\"text\"", JWT_CLAIMS},
    {"[]", JWT_CLAIMS},
    {"{" WHO "," TIME "," WHERE ",\"x\":\"\\u0000\"}", JWT_CLAIMS},
    {"{" WHO "," TIME "," WHERE ",\"x\":[[[[[[[[[1]]]]]]]]]}", JWT_CLAIMS},
    {C("\"https://id.example/\"", "\"unknot\"", TIME), JWT_ISSUER},
    {C("[\"https://id.example\"]", "\"unknot\"", TIME), JWT_ISSUER},
    {"{\"aud\":\"unknot\"," TIME "," WHERE "}", JWT_ISSUER},
    {C(ISS, "[\"x\",\"unknot\"]", TIME), JWT_ACCEPTED},
    {C(ISS, "\"other\"", TIME), JWT_ACCEPTED},
    {C(ISS, "\"unkno\"", TIME), JWT_AUDIENCE},
    {C(ISS, "\"other, unknot\"", TIME), JWT_AUDIENCE},
    {C(ISS, "[]", TIME), JWT_AUDIENCE},
    {C(ISS, "[[\"unknot\"]]", TIME), JWT_AUDIENCE},
    {C(ISS, "{\"unknot\":1}", TIME), JWT_AUDIENCE},
    {C(ISS, "\"unknot\"", "\"iat\":1"), JWT_EXPIRY},
    {C(ISS, "\"unknot\"", "\"exp\":\"1800000300\""), JWT_EXPIRY},
    {C(ISS, "\"unknot\"", "\"exp\":null"), JWT_EXPIRY},
    {C(ISS, "\"unknot\"", "\"exp\":-1"), JWT_EXPIRY},
    {C(ISS, "\"unknot\"", "\"exp\":1e300"), JWT_EXPIRY},
    {C(ISS, "\"unknot\"", "\"exp\":1799999940"), JWT_EXPIRY},
    {C(ISS, "\"unknot\"", "\"exp\":1799999941"), JWT_ACCEPTED}, /* the leeway */
    {C(ISS, "\"unknot\"", "\"exp\":1799999941.5"), JWT_ACCEPTED},
    {C(ISS, "\"unknot\"", TIME ",\"nbf\":1800000060"), JWT_ACCEPTED},
    {C(ISS, "\"unknot\"", TIME ",\"nbf\":1800000061"), JWT_NOT_BEFORE},
    {C(ISS, "\"unknot\"", TIME ",\"nbf\":\"soon\""), JWT_NOT_BEFORE},
    {C(ISS, "\"unknot\"", TIME ",\"iat\":1800000061"), JWT_NOT_BEFORE},
    {"{\"iss\":" ISS ",\"aud\":\"unknot\"," TIME "," WHERE "}", JWT_SUBJECT},
    {"{\"iss\":" ISS ",\"aud\":\"unknot\",\"sub\":\"a\\nb\"," TIME "," WHERE "}", JWT_SUBJECT},
    {"{\"iss\":" ISS ",\"aud\":\"unknot\",\"sub\":\"\"," TIME "," WHERE "}", JWT_SUBJECT},
    {"{" WHO "," TIME ",\"scope\":\"clinic\"}", JWT_TENANT},
    {"{" WHO "," TIME ",\"tenant\":\"x\",\"scope\":\"clinic\"}", JWT_TENANT},
    {"{" WHO "," TIME ",\"tenant\":[\"" TOKEN_TENANT "\"],\"scope\":\"clinic\"}", JWT_TENANT},
    {"{" WHO "," TIME ",\"tenant\":\"" TOKEN_TENANT "\"}", JWT_CALLER},
    {"{" WHO "," TIME ",\"tenant\":\"" TOKEN_TENANT "\",\"scope\":\"plans:read\"}", JWT_CALLER},
    {"{" WHO "," TIME ",\"tenant\":\"" TOKEN_TENANT "\",\"scope\":\"patient/*.*\"}", JWT_CALLER},
    {"{" WHO "," TIME "," WHERE ",\"patient\":\"p\",\"therapist\":\"t\"}", JWT_CALLER},
    {"{" WHO "," TIME "," WHERE ",\"patient\":\"\"}", JWT_CALLER},
    {"{" WHO "," TIME "," WHERE ",\"patient\":null}", JWT_CALLER},
    {"{" WHO "," TIME "," WHERE ",\"patient\":7}", JWT_CALLER},
};

START_TEST(judges_claims) {
    char token[JWT_MAX];
    rsa_token(token, &signers[RSA], H(""), claim_rows[_i].claims);
    expect(token, claim_rows[_i].reached, claim_rows[_i].claims);
}
END_TEST

static const struct {
    const char *members;
    enum principal_kind kind;
    const char *subject;
    scope_set scopes;
} callers[] = {
    {"\"scope\":\"system/CarePlan.rs\"", PRINCIPAL_CLINIC, "", SCOPE_PLANS_READ},
    {"\"scp\":\"clinic audit:read\"", PRINCIPAL_CLINIC, "", SCOPE_AUDIT_READ},
    {"\"therapist\":\"t-1\",\"scope\":\"user/CarePlan.cruds plans:clear system/Observation.write\"",
     PRINCIPAL_THERAPIST, "t-1", SCOPE_PLANS_READ | SCOPE_PLANS_WRITE},
    {"\"patient\":\"ref 7\",\"scope\":\"patient/CarePlan.read audit:read clinic sessions:write\"",
     PRINCIPAL_PATIENT, "ref 7", SCOPE_PLANS_READ | SCOPE_SESSIONS_WRITE},
    {"\"patient\":\"p\"", PRINCIPAL_PATIENT, "p", 0},
};

START_TEST(tells_callers_apart) {
    char token[JWT_MAX], claims[800];
    (void)snprintf(claims, sizeof claims, "{%s,%s,\"tenant\":\"%s\",%s}", WHO, TIME, TOKEN_TENANT,
                   callers[_i].members);
    rsa_token(token, &signers[RSA], H(""), claims);
    struct jwt_verdict verdict = judge(token);
    ck_assert_msg(verdict.principal, "%s", verdict.detail);
    ck_assert_int_eq(verdict.principal->kind, callers[_i].kind);
    ck_assert_str_eq(verdict.principal->subject, callers[_i].subject);
    ck_assert_uint_eq(verdict.principal->scopes, callers[_i].scopes);
    ck_assert(verdict.principal->subject_is_reference == (callers[_i].kind == PRINCIPAL_PATIENT));
    principal_release(verdict.principal);
}
END_TEST

START_TEST(an_issuer_of_one_tenant) {
    struct jwt_rules one = rules;
    struct jwt_verdict verdict;
    char token[JWT_MAX];
    one.tenant = "ffffffff-7d2a-7c3e-9f00-1234567890ab";
    rsa_token(token, &signers[RSA], H(""), TOKEN_CLAIMS);
    jwt_judge(&one, keys, token, strlen(token), TOKEN_TIME, &verdict);
    ck_assert_int_eq(verdict.reached, JWT_TENANT);
    rsa_token(token, &signers[RSA], H(""), "{" WHO "," TIME ",\"scope\":\"clinic\"}");
    jwt_judge(&one, keys, token, strlen(token), TOKEN_TIME, &verdict);
    ck_assert_int_eq(verdict.reached, JWT_ACCEPTED);
    ck_assert_str_eq(verdict.principal->tenant, one.tenant);
    principal_release(verdict.principal);
}
END_TEST

START_TEST(forgeries) {
    char token[JWT_MAX], pem[4096];
    unsigned char mac[32];
    size_t pem_len = sizeof pem;
    ck_assert_int_eq(r_jwk_export_to_pem_der(signers[RSA].public_key, R_FORMAT_PEM,
                                             (unsigned char *)pem, &pem_len, 0),
                     RHN_OK);
    size_t len = unsigned_token(token, "{\"alg\":\"HS256\",\"kid\":\"rsa\"}", TOKEN_CLAIMS);
    ck_assert_int_eq(gnutls_hmac_fast(GNUTLS_MAC_SHA256, pem, pem_len, token, len, mac), 0);
    token[len] = '.';
    (void)put_part(token + len + 1, mac, sizeof mac);
    expect(token, JWT_ALGORITHM, "public key as secret");

    len = unsigned_token(token, "{\"alg\":\"none\",\"kid\":\"rsa\"}", TOKEN_CLAIMS);
    expect(token, JWT_SHAPE, "two parts");
    strcpy(token + len, ".");
    expect(token, JWT_SHAPE, "no signature");
    strcpy(token + len, ".AA");
    expect(token, JWT_ALGORITHM, "none");

    rsa_token(token, &signers[STRANGER], H(""), TOKEN_CLAIMS);
    expect(token, JWT_SIGNATURE, "another key under a known kid");
    rsa_token(token, &signers[STRANGER], "{\"alg\":\"RS256\",\"kid\":\"stranger\"}", TOKEN_CLAIMS);
    expect(token, JWT_KEY, "a key that is not in the set");
    len = unsigned_token(token, "{\"alg\":\"ES256\",\"kid\":\"p256\"}", TOKEN_CLAIMS);
    token[len] = '.';
    (void)put_part(token + len + 1, (unsigned char[64]){0}, 64);
    expect(token, JWT_SIGNATURE, "psychic signature: r and s are zero");
}
END_TEST

START_TEST(shapes_and_sizes) {
    static char huge[JWT_MAX + 2];
    memset(huge, 'A', JWT_MAX + 1);
    expect(huge, JWT_SIZE, "huge");
    expect("", JWT_SIZE, "empty");
    expect(".", JWT_SHAPE, "dots");
    expect("..", JWT_SHAPE, "dots");
    expect("a.b.c.d", JWT_SHAPE, "four parts");
    expect("a.b.c.d.e", JWT_SHAPE, "a JWE");
    expect("e30=.e30.AA", JWT_SHAPE, "padding");
    expect("e30.e30.A A", JWT_SHAPE, "a space");
    expect("{}", JWT_SHAPE, "bare JSON");
}
END_TEST

START_TEST(without_keys) {
    struct jwt_verdict verdict;
    char token[JWT_MAX], kid[JWK_ID_SIZE];
    rsa_token(token, &signers[RSA], H(""), TOKEN_CLAIMS);
    jwt_judge(&rules, NULL, token, strlen(token), TOKEN_TIME, &verdict);
    ck_assert_int_eq(verdict.reached, JWT_KEY);
    ck_assert_str_eq(verdict.detail, "no key set is loaded");
    ck_assert(jwt_key_id(token, strlen(token), kid));
    ck_assert_str_eq(kid, "rsa");
    ck_assert(!jwt_key_id("e30.e30.AA", 10, kid));
    ck_assert(!jwt_key_id("", 0, kid));
}
END_TEST

/* What goes to an operator's terminal is printable. */
START_TEST(details_are_printable) {
    char token[JWT_MAX];
    rsa_token(token, &signers[RSA], "{\"alg\":\"\\u001b[31m\\u00e9\",\"kid\":\"rsa\"}",
              TOKEN_CLAIMS);
    ck_assert_str_eq(judge(token).detail, "alg is ?[31m??");
}
END_TEST

START_TEST(key_sets) {
    static const struct signer *const one = &signers[RSA];
    char message[200];
    char *text = key_set_text(one, 1, "{\"alg\":\"RS384\"}");
    struct jwks *set = jwks_parse(text, strlen(text), message, sizeof message);
    struct jwt_verdict verdict;
    char token[JWT_MAX];
    rsa_token(token, one, H(""), TOKEN_CLAIMS);
    jwt_judge(&rules, set, token, strlen(token), TOKEN_TIME, &verdict);
    ck_assert_int_eq(verdict.reached, JWT_KEY); /* the key is for another algorithm */
    jwks_release(set);
    free(text);
    static const char *const unfit[] = {
        "{\"use\":\"enc\"}", "{\"key_ops\":[\"encrypt\"]}", "{\"kid\":\"\"}",
        "{\"d\":\"AQAB\"}",  "{\"kty\":\"oct\"}",           "{\"crv\":\"secp256k1\"}",
    };
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++) {
        text = key_set_text(one, 1, unfit[i]);
        ck_assert_msg(!jwks_parse(text, strlen(text), message, sizeof message), "%s", unfit[i]);
        free(text);
    }
    struct signer twins[] = {signers[RSA], signers[RSA]};
    text = key_set_text(twins, 2, "{}");
    ck_assert_ptr_null(jwks_parse(text, strlen(text), message, sizeof message));
    free(text);
    ck_assert_ptr_null(jwks_parse("{\"keys\":[]}", 11, message, sizeof message));
    ck_assert_ptr_null(jwks_parse("{\"keys\":[1,null,[]]}", 20, message, sizeof message));
    ck_assert_ptr_null(jwks_parse("nonsense", 8, message, sizeof message));
    ck_assert_ptr_null(jwks_parse("", 0, message, sizeof message));
}
END_TEST

START_TEST(weak_rsa_keys_are_left_out) {
    char message[200];
    struct signer weak = signer_new(R_KEY_TYPE_RSA, 1024, "weak");
    char *text = key_set_text(&weak, 1, "{}");
    ck_assert_ptr_null(jwks_parse(text, strlen(text), message, sizeof message));
    free(text);
    signer_free(&weak);
}
END_TEST

Suite *access_jwt_suite(void) {
    Suite *suite = suite_create("access_jwt");
    TCase *test = tcase_create("all");
    tcase_set_timeout(test, 60);
    tcase_add_unchecked_fixture(test, make_keys, drop_keys);
    tcase_add_loop_test(test, accepts_five_algorithms, 0, sizeof honest / sizeof *honest);
    tcase_add_test(test, damage_is_noticed);
    tcase_add_loop_test(test, judges_headers, 0, sizeof headers / sizeof *headers);
    tcase_add_loop_test(test, judges_claims, 0, sizeof claim_rows / sizeof *claim_rows);
    tcase_add_loop_test(test, tells_callers_apart, 0, sizeof callers / sizeof *callers);
    tcase_add_test(test, an_issuer_of_one_tenant);
    tcase_add_test(test, forgeries);
    tcase_add_test(test, shapes_and_sizes);
    tcase_add_test(test, without_keys);
    tcase_add_test(test, details_are_printable);
    tcase_add_test(test, key_sets);
    tcase_add_test(test, weak_rsa_keys_are_left_out);
    suite_add_tcase(suite, test);
    return suite;
}
