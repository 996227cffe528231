/* A token up to its signature; what it claims is judged in jwt_claims.c. */
#include "access/jwt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "access/base64url.h"
#include "access/jwt_claims.h"
#include "base/json_text.h"

enum { DEPTH = 8 };

static const struct {
    const char *name, *wants;
} checks[] = {
    [JWT_SIZE] = {"size", "at most 7168 bytes"},
    [JWT_SHAPE] = {"shape", "header.claims.signature, each in base64url without padding"},
    [JWT_HEADER] = {"header", "a JSON object without repeated names, crit, zip or b64"},
    [JWT_ALGORITHM] = {"algorithm", "RS256, RS384, ES256, ES384 or EdDSA"},
    [JWT_TYPE] = {"type", "typ is JWT or at+jwt, or left out"},
    [JWT_KEY_ID] = {"key id", "kid is there"},
    [JWT_KEY] = {"key", "kid is in our key set, and its key is made for alg"},
    [JWT_SIGNATURE] = {"signature", "made by that key over these bytes"},
    [JWT_CLAIMS] = {"claims", "a JSON object without repeated names"},
    [JWT_ISSUER] = {"issuer", "iss is the issuer of our settings"},
    [JWT_AUDIENCE] = {"audience", "aud holds an audience of our settings"},
    [JWT_EXPIRY] = {"expiry", "exp is there and not past"},
    [JWT_NOT_BEFORE] = {"not before", "nbf and iat are not ahead of our clock"},
    [JWT_SUBJECT] = {"subject", "sub is there, printable, at most 200 bytes"},
    [JWT_TENANT] = {"tenant", "the tenant claim is a UUID, and the one of our settings"},
    [JWT_CALLER] = {"caller",
                    "a patient claim, a therapist claim, or the scope clinic or system/..."},
    [JWT_ACCEPTED] = {"accepted", ""},
};

const char *jwt_check_name(enum jwt_check check) {
    return (size_t)check <= JWT_ACCEPTED ? checks[check].name : "unknown";
}

const char *jwt_check_wants(enum jwt_check check) {
    return (size_t)check <= JWT_ACCEPTED ? checks[check].wants : "";
}

/* What an algorithm needs; everything else is refused by not being here. */
static const struct algorithm {
    const char *name;
    enum jwk_kind kind;
    size_t signature_bytes; /* 0: as long as the modulus */
} algorithms[] = {
    {"RS256", JWK_RSA, 0},   {"RS384", JWK_RSA, 0},      {"ES256", JWK_P256, 64},
    {"ES384", JWK_P384, 96}, {"EdDSA", JWK_ED25519, 64},
};

struct part {
    const char *text;
    size_t len;
};

struct token {
    struct part header, claims, signature;
    size_t signature_bytes;
    json_t *parsed_header;
    const struct algorithm *algorithm;
    const char *kid; /* of parsed_header */
};

static bool split(const char *token, size_t len, struct token *parts) {
    const char *end = token + len;
    const char *first = memchr(token, '.', len);
    const char *second = first ? memchr(first + 1, '.', (size_t)(end - first) - 1) : NULL;
    if (!second || memchr(second + 1, '.', (size_t)(end - second) - 1))
        return false;
    parts->header = (struct part){token, (size_t)(first - token)};
    parts->claims = (struct part){first + 1, (size_t)(second - first) - 1};
    parts->signature = (struct part){second + 1, (size_t)(end - second) - 1};
    return parts->header.len > 0 && parts->claims.len > 0 && parts->signature.len > 0;
}

static bool is_base64url(struct part part, size_t *bytes) {
    unsigned char decoded[JWT_MAX];
    return base64url_decode(part.text, part.len, decoded, bytes);
}

static json_t *parse_part(struct part part, struct jwt_verdict *verdict) {
    struct json_text_problem problem;
    unsigned char decoded[JWT_MAX];
    size_t len = 0;
    if (!base64url_decode(part.text, part.len, decoded, &len))
        return NULL;
    json_t *json = json_text_parse_within((const char *)decoded, len, DEPTH, &problem);
    if (!json)
        jwt_detail(verdict, "%s", problem.detail);
    if (!json_is_object(json)) {
        json_decref(json);
        return NULL;
    }
    return json;
}

static bool check_shape(struct token *token) {
    size_t header_bytes, claims_bytes;
    return is_base64url(token->header, &header_bytes) &&
           is_base64url(token->claims, &claims_bytes) &&
           is_base64url(token->signature, &token->signature_bytes);
}

static bool check_header(struct token *token, struct jwt_verdict *verdict) {
    static const char *const refused[] = {"crit", "zip", "b64", "enc"};
    token->parsed_header = parse_part(token->header, verdict);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (json_object_get(token->parsed_header, refused[i])) {
            jwt_detail(verdict, "it has %s", refused[i]);
            return false;
        }
    return token->parsed_header != NULL;
}

static bool check_algorithm(struct token *token, struct jwt_verdict *verdict) {
    const char *name = json_string_value(json_object_get(token->parsed_header, "alg"));
    for (size_t i = 0; name && i < sizeof algorithms / sizeof *algorithms; i++)
        if (strcmp(algorithms[i].name, name) == 0)
            token->algorithm = &algorithms[i];
    if (!token->algorithm)
        jwt_detail(verdict, "alg is %s", name ? name : "missing");
    return token->algorithm != NULL;
}

static bool check_type(const struct token *token, struct jwt_verdict *verdict) {
    const json_t *member = json_object_get(token->parsed_header, "typ");
    const char *type = json_string_value(member);
    if (!member)
        return true;
    if (type && strncasecmp(type, "application/", 12) == 0)
        type += 12;
    if (type && (strcasecmp(type, "JWT") == 0 || strcasecmp(type, "at+jwt") == 0))
        return true;
    jwt_detail(verdict, "typ is %s", type ? type : "no string");
    return false;
}

static bool check_key_id(struct token *token) {
    token->kid = json_string_value(json_object_get(token->parsed_header, "kid"));
    return token->kid && *token->kid;
}

static bool check_key(const struct token *token, const struct jwks *jwks,
                      struct jwt_verdict *verdict) {
    const struct jwks_key *key = jwks ? jwks_find(jwks, token->kid) : NULL;
    if (!token->algorithm)
        return false; /* an earlier check saw to it */
    const char *alg = token->algorithm->name;
    if (!key) {
        jwt_detail(verdict, jwks ? "no key has kid %s" : "no key set is loaded%.0s", token->kid);
        return false;
    }
    if (key->kind == token->algorithm->kind && (!*key->alg || strcmp(key->alg, alg) == 0))
        return true;
    jwt_detail(verdict, "the key is not for %s", alg);
    return false;
}

/* rhonabwy sees the token only now, when nothing in it can make it do something else. */
static bool check_signature(const struct token *token, const struct jwks *jwks, const char *text,
                            size_t len) {
    jws_t *jws = NULL;
    if (!token->algorithm)
        return false; /* an earlier check saw to it */
    size_t wanted = token->algorithm->signature_bytes;
    if (wanted && token->signature_bytes != wanted)
        return false;
    bool good = r_jws_init(&jws) == RHN_OK &&
                r_jws_advanced_compact_parsen(jws, text, len, R_PARSE_NONE, R_FLAG_IGNORE_REMOTE) ==
                    RHN_OK &&
                r_jws_verify_signature(jws, jwks_find(jwks, token->kid)->jwk,
                                       R_FLAG_IGNORE_REMOTE) == RHN_OK;
    r_jws_free(jws);
    return good;
}

static bool passes(enum jwt_check check, const struct jwks *jwks, const char *text, size_t len,
                   struct token *token, struct jwt_verdict *verdict) {
    switch (check) {
    case JWT_SIZE:
        return len > 0 && len <= JWT_MAX;
    case JWT_SHAPE:
        return split(text, len, token) && check_shape(token);
    case JWT_HEADER:
        return check_header(token, verdict);
    case JWT_ALGORITHM:
        return check_algorithm(token, verdict);
    case JWT_TYPE:
        return check_type(token, verdict);
    case JWT_KEY_ID:
        return check_key_id(token);
    case JWT_KEY:
        return check_key(token, jwks, verdict);
    default:
        return check_signature(token, jwks, text, len);
    }
}

void jwt_judge(const struct jwt_rules *rules, const struct jwks *jwks, const char *token,
               size_t len, int64_t now, struct jwt_verdict *verdict) {
    json_t *claims;
    jwt_verify(jwks, token, len, verdict, &claims);
    if (claims)
        jwt_claims_judge(rules, claims, now, verdict);
    json_decref(claims);
}

void jwt_verify(const struct jwks *jwks, const char *token, size_t len, struct jwt_verdict *verdict,
                json_t **claims) {
    struct token parts = {0};
    *claims = NULL;
    memset(verdict, 0, sizeof *verdict);
    while (verdict->reached <= JWT_SIGNATURE &&
           passes(verdict->reached, jwks, token, len, &parts, verdict))
        verdict->reached++;
    json_decref(parts.parsed_header);
    if (verdict->reached > JWT_SIGNATURE)
        *claims = parse_part(parts.claims, verdict);
}

bool jwt_peek(const char *token, size_t len, json_t **header, json_t **claims) {
    struct jwt_verdict verdict;
    struct token parts = {0};
    *header = *claims = NULL;
    bool good = len <= JWT_MAX && split(token, len, &parts) && check_shape(&parts) &&
                check_header(&parts, &verdict) && (*claims = parse_part(parts.claims, &verdict));
    if (good)
        *header = parts.parsed_header;
    else
        json_decref(parts.parsed_header);
    return good;
}

bool jwt_key_id(const char *token, size_t len, char kid[JWK_ID_SIZE]) {
    struct jwt_verdict verdict;
    struct token parts = {0};
    bool found = len <= JWT_MAX && split(token, len, &parts) && check_header(&parts, &verdict) &&
                 check_key_id(&parts) && strlen(parts.kid) < JWK_ID_SIZE;
    if (found)
        (void)snprintf(kid, JWK_ID_SIZE, "%s", parts.kid);
    json_decref(parts.parsed_header);
    return found;
}

bool jwt_issuer(const char *token, size_t len, char issuer[JWT_ISSUER_SIZE]) {
    struct jwt_verdict verdict;
    struct token parts = {0};
    json_t *claims =
        len <= JWT_MAX && split(token, len, &parts) ? parse_part(parts.claims, &verdict) : NULL;
    const char *named = json_string_value(json_object_get(claims, "iss"));
    bool found = named && strlen(named) < JWT_ISSUER_SIZE;
    if (found)
        memcpy(issuer, named, strlen(named) + 1);
    json_decref(claims);
    return found;
}

void jwt_detail(struct jwt_verdict *verdict, const char *format, ...) {
    va_list args;
    va_start(args, format);
    (void)vsnprintf(verdict->detail, sizeof verdict->detail, format, args);
    va_end(args);
    for (char *c = verdict->detail; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
}
