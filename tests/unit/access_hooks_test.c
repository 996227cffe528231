/* The hooks as the edge calls them: who gets through, who is told to wait, who must slow down. */
#include "access_token.h"

#include <check.h>
#include <stdio.h>
#include <unistd.h>

#include "access/access.h"
#include "http/problem_types.h"
#include "http/route.h"

Suite *access_hooks_suite(void);

static const struct route catalogue = {.path = "/techniques", .scope = "catalogue:read"};
static const struct route plans = {.path = "/care-plans", .scope = "plans:read"};
static const struct route clearances = {.path = "/clearances", .scope = "plans:clear"};
static const struct route typo = {.path = "/x", .operation_id = "x", .scope = "plan:read"};
static const struct route livez = {.path = "/livez"};

static struct access *access_;
static struct signer signer;
static char key_file[] = "/tmp/unknot-keys-XXXXXX";
static uint64_t now_ns;
static int64_t now_s;
static int worker;

/* The database: one key, and how often it was asked. */
static struct api_key stored;
static struct api_key_row row;
static char secret[API_KEY_SIZE];
static enum status database;
static unsigned asked;

static enum status find_key(void *cls, void *worker_, const struct api_key *key,
                            struct api_key_row *found) {
    (void)cls;
    if (!worker_)
        return STATUS_UNAVAILABLE;
    asked++;
    if (database != STATUS_OK)
        return database;
    if (strcmp(key->id, stored.id) != 0)
        return STATUS_NOT_FOUND;
    *found = row;
    return STATUS_OK;
}

static bool is_up(void *cls) {
    (void)cls;
    return database == STATUS_OK;
}

static uint64_t clock_of_test(void) {
    return now_ns;
}

static int64_t wall_of_test(void) {
    return now_s;
}

static void write_keys(const struct signer *of) {
    char *text = key_set_text(of, 1, "{}");
    FILE *file = fopen(key_file, "we");
    ck_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
    free(text);
}

static const struct token_issuer issuers[] = {
    {{.issuer = "https://other.example", .audiences = "unknot", .tenant = TOKEN_TENANT},
     {.url = "https://other.example/keys", .allowed = "https://other.example/keys"}},
    {{.issuer = "https://id.example", .audiences = "unknot", .tenant_claim = "tenant"},
     {.file = key_file}},
};

static void start(bool anonymous_off, bool tokens, unsigned quota) {
    char message[200] = "";
    struct access_settings settings = {
        .anonymous_off = anonymous_off,
        .per_principal = {"default", 2 * quota, 60},
        .per_address = {"address", quota, 60},
        .find_key = find_key,
        .database_is_up = is_up,
        .issuers = issuers,
        .issuer_count = tokens ? 2 : 0,
        .clock_ns = clock_of_test,
        .wall_s = wall_of_test,
    };
    access_free(access_);
    ck_assert_msg(access_new(&settings, &access_, message, sizeof message) == STATUS_OK, "%s",
                  message);
}

static void make_signer(void) {
    ck_assert_int_eq(r_global_init(), RHN_OK);
    signer = signer_new(R_KEY_TYPE_EC, 256, "k");
    int fd = mkstemp(key_file);
    ck_assert_int_ge(fd, 0);
    (void)close(fd);
    write_keys(&signer);
}

static void drop_signer(void) {
    signer_free(&signer);
    (void)unlink(key_file);
    r_global_close();
}

static void set_up(void) {
    now_ns = 1000000000000u;
    now_s = TOKEN_TIME;
    asked = 0;
    database = STATUS_OK;
    ck_assert_int_eq(api_key_generate(TOKEN_TENANT, false, secret, &stored), STATUS_OK);
    row = (struct api_key_row){.kind = PRINCIPAL_CLINIC, .scopes = SCOPE_PLANS_READ};
    memcpy(row.hash, stored.hash, sizeof row.hash);
    start(false, false, 1000);
}

static void tear_down(void) {
    access_free(access_);
    access_ = NULL;
}

static void pass_seconds(unsigned seconds) {
    now_ns += seconds * 1000000000ull;
    now_s += seconds;
}

struct outcome {
    enum status status;
    unsigned http;
    bool waited;
    char caller[PRINCIPAL_NAME_SIZE], limit[64], challenge[128];
};

/* One request through all hooks, as exchange.c runs them. */
static struct outcome call(const struct route *route, const char *credential) {
    char value[8000] = "";
    struct outcome outcome = {0};
    struct http_request request = {.method = HTTP_GET, .route = route, .client.key = "somewhere"};
    struct http_response response;
    if (credential) {
        (void)snprintf(value, sizeof value, "Bearer %s", credential);
        request.headers[request.header_count++] = (struct http_header){"authorization", value};
    }
    response_init(&response);
    outcome.waited = route->scope && access_must_wait(access_, &request);
    request.worker = outcome.waited ? &worker : NULL;
    request.may_wait = outcome.waited;
    outcome.status = access_rate_limit(access_, &request, &response);
    if (outcome.status == STATUS_OK && route->scope)
        outcome.status = access_authorize(access_, &request, &response);
    outcome.http = response.problem              ? response.problem->status
                   : outcome.status == STATUS_OK ? 200
                                                 : problem_type_of(outcome.status)->status;
    const char *limit = response_header_value(&response, "RateLimit");
    const char *challenge = response_header_value(&response, "WWW-Authenticate");
    (void)snprintf(outcome.limit, sizeof outcome.limit, "%s", limit ? limit : "");
    (void)snprintf(outcome.challenge, sizeof outcome.challenge, "%s", challenge ? challenge : "");
    (void)snprintf(outcome.caller, sizeof outcome.caller, "%s", access_caller(&request)->name);
    if (credential && strlen(credential) > 1 && response.detail.data)
        ck_assert_ptr_null(strstr(response.detail.data, credential));
    if (request.caller)
        access_forget_caller(access_, request.caller);
    response_free(&response);
    return outcome;
}

START_TEST(anonymous_callers) {
    ck_assert_uint_eq(call(&catalogue, NULL).http, 200);
    ck_assert_str_eq(call(&catalogue, NULL).caller, "anonymous");
    struct outcome outcome = call(&plans, NULL);
    ck_assert_uint_eq(outcome.http, 401);
    ck_assert_str_eq(outcome.challenge, "Bearer realm=\"unknot\"");
    ck_assert(!outcome.waited);
    start(true, false, 1000);
    ck_assert_uint_eq(call(&catalogue, NULL).http, 401);
    ck_assert_uint_eq(call(&livez, NULL).http, 200);
}
END_TEST

START_TEST(keys_are_proven_once) {
    struct outcome outcome = call(&plans, secret);
    ck_assert(outcome.waited && outcome.http == 200 && asked == 1);
    ck_assert_int_eq(strncmp(outcome.caller, "key:", 4), 0);
    outcome = call(&plans, secret);
    ck_assert(!outcome.waited && outcome.http == 200 && asked == 1);
    outcome = call(&clearances, secret);
    ck_assert_uint_eq(outcome.http, 403);
    ck_assert_str_eq(outcome.challenge, "Bearer realm=\"unknot\", error=\"insufficient_scope\", "
                                        "scope=\"plans:clear\"");
    ck_assert_uint_eq(call(&catalogue, secret).http, 200); /* open to everybody */
    pass_seconds(121);
    ck_assert(call(&plans, secret).waited && asked == 2);
    access_forget_all(access_);
    ck_assert(call(&plans, secret).waited && asked == 3);
}
END_TEST

START_TEST(revoked_and_expired_keys) {
    ck_assert_uint_eq(call(&plans, secret).http, 200);
    row.revoked = true;
    pass_seconds(121);
    ck_assert_uint_eq(call(&plans, secret).http, 401);
    struct outcome outcome = call(&catalogue, secret); /* a bad key is never taken for nobody */
    ck_assert(!outcome.waited && outcome.http == 401 && asked == 2);
    row.revoked = false;
    row.expires_at = now_s + 60;
    pass_seconds(31); /* the refusal is forgotten */
    ck_assert_uint_eq(call(&plans, secret).http, 200);
    pass_seconds(29); /* expires while its proof is young */
    ck_assert_uint_eq(call(&plans, secret).http, 401);
}
END_TEST

START_TEST(what_is_no_credential) {
    static const char *const bad[] = {"", " ", "unk_x", "nonsense", "a.b.c"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct outcome outcome = call(&catalogue, bad[i]);
        ck_assert_msg(outcome.http == 401 && !outcome.waited, "%s", bad[i]);
        ck_assert_ptr_nonnull(strstr(outcome.challenge, "invalid_token"));
    }
    struct http_request request = {.route = &catalogue, .header_count = 2};
    struct http_response response;
    request.headers[0] = request.headers[1] = (struct http_header){"Authorization", "Bearer x"};
    for (size_t i = 0; i < 2; i++) { /* two headers, then Basic */
        response_init(&response);
        ck_assert_int_eq(access_authorize(access_, &request, &response), STATUS_UNAUTHENTICATED);
        response_free(&response);
        request.header_count = 1;
        request.headers[0].value = "Basic eDp5";
    }
    ck_assert_uint_eq(asked, 0);
}
END_TEST

START_TEST(unknown_scopes_close_a_route) {
    const char *wrong = NULL;
    ck_assert_int_eq(call(&typo, secret).status, STATUS_INTERNAL);
    ck_assert(access_routes_are_known(&plans, 1, &wrong));
    ck_assert(!access_routes_are_known(&typo, 1, &wrong));
    ck_assert_str_eq(wrong, "x");
}
END_TEST

START_TEST(without_the_database) {
    start(true, false, 1000);
    row.scopes |= SCOPE_CATALOGUE_READ;
    ck_assert_uint_eq(call(&plans, secret).http, 200);
    pass_seconds(600);
    database = STATUS_UNAVAILABLE;
    struct outcome outcome = call(&catalogue, secret);
    ck_assert(!outcome.waited && outcome.http == 200);
    ck_assert_int_eq(strncmp(outcome.caller, "key:", 4), 0);
    ck_assert_uint_eq(call(&plans, secret).http, 503);
    pass_seconds(3001);
    ck_assert_uint_eq(call(&catalogue, secret).http, 503);
    start(false, false, 1000); /* open to everybody, so to this one too */
    outcome = call(&catalogue, secret);
    ck_assert_uint_eq(outcome.http, 200);
    ck_assert_str_eq(outcome.caller, "anonymous");
    database = STATUS_OK;
    ck_assert_uint_eq(call(&plans, secret).http, 200);
}
END_TEST

START_TEST(publishable_keys) {
    ck_assert_int_eq(api_key_generate(TOKEN_TENANT, true, secret, &stored), STATUS_OK);
    row = (struct api_key_row){.kind = PRINCIPAL_CLINIC, .scopes = SCOPES_ALL, .publishable = true};
    memcpy(row.hash, stored.hash, sizeof row.hash);
    start(true, false, 5);
    ck_assert_uint_eq(call(&plans, secret).http, 403);
    struct outcome outcome = call(&catalogue, secret);
    ck_assert_uint_eq(outcome.http, 200);
    ck_assert_str_eq(outcome.limit, "\"address\";r=3;t=24");
}
END_TEST

START_TEST(limits) {
    start(false, false, 2);
    ck_assert_str_eq(call(&catalogue, NULL).limit, "\"address\";r=1;t=30");
    /* First seen, a key is charged to the address, which gets it back once the key is proven. */
    ck_assert_str_eq(call(&plans, secret).limit, "\"default\";r=3;t=15");
    ck_assert_str_eq(call(&catalogue, NULL).limit, "\"address\";r=0;t=30");
    struct outcome outcome = call(&catalogue, NULL);
    ck_assert(outcome.http == 429 && outcome.status == STATUS_UNAVAILABLE);
    ck_assert_uint_eq(call(&livez, NULL).http, 200);
    for (int i = 0; i < 3; i++) /* others at that address go on */
        ck_assert_uint_eq(call(&plans, secret).http, 200);
    ck_assert_uint_eq(call(&plans, secret).http, 429);
    char text[API_KEY_SIZE];
    struct api_key other;
    ck_assert_int_eq(api_key_generate(TOKEN_TENANT, false, text, &other), STATUS_OK);
    asked = 0;
    outcome = call(&plans, text); /* who guesses keys takes no worker */
    ck_assert(outcome.http == 429 && !outcome.waited && asked == 0);
    struct http_request preflight = {.method = HTTP_OPTIONS, .route = &plans};
    struct http_response response;
    response_init(&response);
    ck_assert_int_eq(access_rate_limit(access_, &preflight, &response), STATUS_OK);
    ck_assert_ptr_null(response_header_value(&response, "RateLimit"));
    response_free(&response);
}
END_TEST

START_TEST(tokens) {
    start(false, true, 1000);
    char *token = jws_token(&signer, R_JWA_ALG_ES256, "k", TOKEN_CLAIMS);
    struct outcome outcome = call(&clearances, token);
    ck_assert(!outcome.waited && outcome.http == 200 && asked == 0);
    ck_assert_str_eq(outcome.caller, "jwt:backend");
    ck_assert_uint_eq(call(&catalogue, token).http, 200);
    pass_seconds(361); /* expired, leeway and all */
    ck_assert_uint_eq(call(&catalogue, token).http, 401);
    r_free(token);
    start(false, false, 1000); /* no issuer: no tokens */
    token = jws_token(&signer, R_JWA_ALG_ES256, "k", TOKEN_CLAIMS);
    now_s = TOKEN_TIME;
    ck_assert_uint_eq(call(&clearances, token).http, 401);
    r_free(token);
}
END_TEST

START_TEST(key_file_is_looked_at_again) {
    start(false, true, 1000);
    struct signer next = signer_new(R_KEY_TYPE_EC, 256, "next");
    char *old_token = jws_token(&signer, R_JWA_ALG_ES256, "k", TOKEN_CLAIMS);
    char *new_token = jws_token(&next, R_JWA_ALG_ES256, "next", TOKEN_CLAIMS);
    ck_assert_uint_eq(call(&plans, new_token).http, 401);
    write_keys(&next);
    pass_seconds(2);
    ck_assert_uint_eq(call(&plans, new_token).http, 200);
    ck_assert_uint_eq(call(&plans, old_token).http, 401);
    FILE *file = fopen(key_file, "we");
    ck_assert(file && fputs("{\"keys\":[", file) >= 0 && fclose(file) == 0);
    access_forget_all(access_);
    pass_seconds(2);
    ck_assert_uint_eq(call(&plans, new_token).http, 200); /* a broken file changes nothing */
    write_keys(&signer);
    r_free(old_token);
    r_free(new_token);
    signer_free(&next);
}
END_TEST

static const struct {
    const char *url, *allowed;
} urls[] = {
    {"http://id.example/keys", "http://id.example/keys"},
    {"https://id.example/keys", NULL},
    {"https://id.example/keys", "https://id.example/key"},
    {"https://user@id.example/keys", "https://user@id.example/keys"},
    {"https:///keys", "https:///keys"},
    {"https://id.example/ keys", "https://id.example/ keys"},
    {"file:///etc/passwd", "file:///etc/passwd"},
};

START_TEST(urls_must_be_allowed) {
    char message[200];
    struct jwks_source *source;
    struct jwks_source_settings settings = {.url = urls[_i].url, .allowed = urls[_i].allowed};
    ck_assert_int_eq(jwks_source_new(&settings, &source, message, sizeof message), STATUS_INVALID);
    ck_assert_ptr_null(source);
}
END_TEST

START_TEST(a_url_is_not_asked_too_often) {
    char message[200];
    struct jwks_source *source;
    struct jwks_source_settings settings = {.url = "https://127.0.0.1:1/keys",
                                            .allowed = "https://x/, https://127.0.0.1:1/keys"};
    ck_assert_int_eq(jwks_source_new(&settings, &source, message, sizeof message), STATUS_OK);
    ck_assert(jwks_source_is_due(source, "k", 5000));
    jwks_source_refresh(source, "k", 5000); /* nobody listens there */
    ck_assert_ptr_null(jwks_source_keys(source, 5000));
    ck_assert(!jwks_source_is_due(source, "k", 34999));
    ck_assert(jwks_source_is_due(source, "k", 35000));
    jwks_source_free(source);
}
END_TEST

START_TEST(settings_are_checked) {
    char message[200];
    struct access *none;
    struct token_issuer twice[2] = {{.jwks.file = key_file}, {.jwks.file = key_file}};
    struct token_issuer *issuer = &twice[0];
    struct access_settings settings = {.issuers = twice, .issuer_count = 1};
    ck_assert_int_eq(access_new(&settings, &none, message, sizeof message), STATUS_INVALID);
    issuer->rules = (struct jwt_rules){.issuer = "i", .audiences = "a"};
    ck_assert_int_eq(access_new(&settings, &none, message, sizeof message), STATUS_INVALID);
    issuer->rules.tenant = "no uuid";
    ck_assert_int_eq(access_new(&settings, &none, message, sizeof message), STATUS_INVALID);
    issuer->rules.tenant = TOKEN_TENANT;
    twice[1] = twice[0];
    settings.issuer_count = 2;
    ck_assert_int_eq(access_new(&settings, &none, message, sizeof message), STATUS_INVALID);
    ck_assert_str_eq(message, "an issuer of tokens is there twice");
    settings.issuer_count = 1;
    issuer->jwks.file = "/nonexistent";
    ck_assert_int_eq(access_new(&settings, &none, message, sizeof message), STATUS_INVALID);
    ck_assert_str_eq(message, "token keys: no such file");
    settings = (struct access_settings){.per_address = {"address", 5, 0}};
    ck_assert_int_eq(access_new(&settings, &none, message, sizeof message), STATUS_INVALID);
}
END_TEST

static bool explain(const char *credential, enum status found, struct buffer *out) {
    static const struct route plans = {.operation_id = "listCarePlans", .scope = "plans:read"};
    const struct access_question question = {
        .credential = credential, .route = &plans, .found = found, .row = &row};
    buffer_init(out);
    return access_explain(access_, &question, out);
}

START_TEST(explains) {
    struct buffer out;
    start(false, true, 1000);
    char *token = jws_token(&signer, R_JWA_ALG_ES256, "k", TOKEN_CLAIMS);
    ck_assert(explain(token, STATUS_UNAVAILABLE, &out));
    ck_assert_ptr_nonnull(strstr(out.data, "plans:clear"));
    ck_assert_ptr_nonnull(strstr(out.data, "ok      operation    listCarePlans needs the scope"));
    buffer_free(&out);
    now_s += 1000;
    ck_assert(!explain(token, STATUS_UNAVAILABLE, &out));
    ck_assert_ptr_nonnull(strstr(out.data, "ok      signature"));
    ck_assert_ptr_nonnull(strstr(out.data, "FAILED  expiry"));
    ck_assert_ptr_nonnull(strstr(out.data, "it expired 700 seconds ago"));
    ck_assert_ptr_null(strstr(out.data, token));
    buffer_free(&out);
    r_free(token);
}
END_TEST

START_TEST(explains_keys) {
    struct buffer out;
    ck_assert(explain(secret, STATUS_OK, &out));
    ck_assert_ptr_null(strstr(out.data, secret + 50));
    ck_assert_ptr_nonnull(strstr(out.data, "ok      expiry"));
    buffer_free(&out);
    ck_assert(explain(secret, STATUS_UNAVAILABLE, &out));
    ck_assert_ptr_nonnull(strstr(out.data, "the database was not asked"));
    buffer_free(&out);
    ck_assert(!explain(secret, STATUS_NOT_FOUND, &out));
    ck_assert_ptr_nonnull(strstr(out.data, "FAILED  known"));
    buffer_free(&out);
    row.scopes = SCOPE_CATALOGUE_READ;
    ck_assert(!explain(secret, STATUS_OK, &out));
    ck_assert_ptr_nonnull(strstr(out.data, "FAILED  operation    listCarePlans"));
    buffer_free(&out);
    row.revoked = true;
    ck_assert(!explain(secret, STATUS_OK, &out));
    ck_assert_ptr_nonnull(strstr(out.data, "FAILED  revoked"));
    buffer_free(&out);
    row.hash[0] ^= 1;
    ck_assert(!explain(secret, STATUS_OK, &out));
    ck_assert_ptr_nonnull(strstr(out.data, "FAILED  secret"));
    buffer_free(&out);
    ck_assert(!explain("unk_broken", STATUS_UNAVAILABLE, &out));
    ck_assert_ptr_nonnull(strstr(out.data, "FAILED  shape"));
    buffer_free(&out);
    ck_assert(!explain("", STATUS_UNAVAILABLE, &out));
    ck_assert_ptr_nonnull(strstr(out.data, "anonymous"));
    buffer_free(&out);
}
END_TEST

Suite *access_hooks_suite(void) {
    Suite *suite = suite_create("access_hooks");
    TCase *test = tcase_create("all");
    tcase_set_timeout(test, 30);
    tcase_add_unchecked_fixture(test, make_signer, drop_signer);
    tcase_add_checked_fixture(test, set_up, tear_down);
    tcase_add_test(test, anonymous_callers);
    tcase_add_test(test, keys_are_proven_once);
    tcase_add_test(test, revoked_and_expired_keys);
    tcase_add_test(test, what_is_no_credential);
    tcase_add_test(test, unknown_scopes_close_a_route);
    tcase_add_test(test, without_the_database);
    tcase_add_test(test, publishable_keys);
    tcase_add_test(test, limits);
    tcase_add_test(test, tokens);
    tcase_add_test(test, key_file_is_looked_at_again);
    tcase_add_loop_test(test, urls_must_be_allowed, 0, sizeof urls / sizeof *urls);
    tcase_add_test(test, a_url_is_not_asked_too_often);
    tcase_add_test(test, settings_are_checked);
    tcase_add_test(test, explains);
    tcase_add_test(test, explains_keys);
    suite_add_tcase(suite, test);
    return suite;
}
