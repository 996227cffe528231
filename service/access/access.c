/* The hooks: how often, who, and whether that is enough. */
#include "access/access.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/access_room.h"
#include "http/route.h"

enum {
    KEY_SECONDS = 120,
    PROVEN_MAX = 4096,
    REFUSED_MAX = 4096,
    BUCKETS_MAX = 65536,
};

/* ---- making and ending ---- */

static void init_libraries(void) {
    (void)r_global_init(); /* curl_global_init() too */
}

static bool policy_is_good(const struct rate_policy *policy) {
    return policy->quota == 0 || (policy->name && policy->quota <= 1000000000u &&
                                  policy->window_s > 0 && policy->window_s <= 86400);
}

static const char *issuer_fault(const struct access_settings *settings, size_t number) {
    const struct jwt_rules *rules = &settings->issuers[number].rules;
    char tenant[TENANT_SIZE];
    if (!rules->issuer || !*rules->issuer || !rules->audiences || !*rules->audiences)
        return "tokens need an issuer and an audience";
    if (!rules->tenant_claim && !rules->tenant)
        return "tokens need a tenant claim or a tenant";
    if (rules->tenant && !tenant_parse(rules->tenant, strlen(rules->tenant), tenant))
        return "the tenant of tokens is no UUID";
    for (size_t i = 0; i < number; i++)
        if (strcmp(settings->issuers[i].rules.issuer, rules->issuer) == 0)
            return "an issuer of tokens is there twice";
    return NULL;
}

static enum status check_settings(const struct access_settings *settings, char *message,
                                  size_t size) {
    const char *fault = NULL;
    if (!policy_is_good(&settings->per_principal) || !policy_is_good(&settings->per_address))
        fault = "rate limits: a window has 1 to 86400 seconds";
    else if (settings->issuer_count > ISSUERS_MAX)
        fault = "too many issuers of tokens";
    for (size_t i = 0; !fault && i < settings->issuer_count; i++)
        fault = issuer_fault(settings, i);
    if (!fault)
        return STATUS_OK;
    (void)snprintf(message, size, "%s", fault);
    return STATUS_INVALID;
}

enum status access_new(const struct access_settings *settings, struct access **access,
                       char *message, size_t size) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, init_libraries);
    *access = NULL;
    enum status status = check_settings(settings, message, size);
    if (status != STATUS_OK)
        return status;
    (void)snprintf(message, size, "out of memory");
    struct access *made = calloc(1, sizeof *made);
    if (!made)
        return STATUS_NO_MEMORY;
    made->settings = *settings;
    if (!made->settings.key_seconds)
        made->settings.key_seconds = KEY_SECONDS;
    status = credential_cache_new(PROVEN_MAX, REFUSED_MAX, &made->cache);
    if (status == STATUS_OK)
        status = rate_limiter_new(BUCKETS_MAX, &made->limiter);
    for (size_t i = 0; status == STATUS_OK && i < settings->issuer_count; i++)
        status = jwks_source_new(&settings->issuers[i].jwks, &made->keys[i], message, size);
    if (status == STATUS_OK)
        *access = made;
    else
        access_free(made);
    return status;
}

void access_free(struct access *access) {
    if (!access)
        return;
    credential_cache_free(access->cache);
    rate_limiter_free(access->limiter);
    for (size_t i = 0; i < ISSUERS_MAX; i++)
        jwks_source_free(access->keys[i]);
    free(access);
}

void access_forget_all(struct access *access) {
    credential_cache_clear(access->cache);
}

void access_forget_caller(void *access, void *caller) {
    (void)access;
    principal_release(caller);
}

const struct principal *access_caller(const struct http_request *request) {
    return request->caller ? request->caller : &principal_anonymous;
}

bool access_routes_are_known(const struct route *routes, size_t count, const char **wrong) {
    for (size_t i = 0; i < count; i++)
        if (routes[i].scope && !scope_named(routes[i].scope, strlen(routes[i].scope))) {
            *wrong = routes[i].operation_id;
            return false;
        }
    return true;
}

/* ---- clocks and small questions ---- */

static bool database_is_up(const struct access *access) {
    const struct access_settings *settings = &access->settings;
    return !settings->database_is_up || settings->database_is_up(settings->database_cls);
}

/* Watching the service must work when everything else is refused. */
static bool is_never_limited(const struct http_request *request) {
    static const char *const paths[] = {"/livez", "/readyz", "/metrics"};
    if (!request->route || request->method == HTTP_OPTIONS)
        return true;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (strcmp(request->route->path, paths[i]) == 0)
            return true;
    return false;
}

static scope_set scope_needed(const struct http_request *request) {
    const char *scope = request->route->scope;
    return scope_named(scope, strlen(scope));
}

static bool is_open(const struct access *access, scope_set needed) {
    return !access->settings.anonymous_off && (needed & SCOPES_OPEN) != 0;
}

bool access_is_open(const struct access *access, const char *scope) {
    return is_open(access, scope_named(scope, strlen(scope)));
}

/* ---- how often ---- */

/* This machine itself is not counted: it is an operator, or a proxy that nobody named, behind whose
   one address everybody would be. */
static const struct rate_policy *address_policy(const struct access *access,
                                                const struct http_request *request) {
    static const struct rate_policy none = {"address", 0, 1};
    return client_is_here(&request->client) ? &none : &access->settings.per_address;
}

/* Anonymous callers, unproven ones and those with a key that anybody can copy out of an app pay
   with their address. */
static const struct rate_policy *policy_for(const struct access *access,
                                            const struct http_request *request,
                                            const struct principal *principal,
                                            const unsigned char **key) {
    bool by_address = !principal || principal->publishable;
    *key = by_address ? request->client.key : principal->digest;
    return by_address ? address_policy(access, request) : &access->settings.per_principal;
}

static enum status charge(struct access *access, const struct http_request *request,
                          struct http_response *response, const struct principal *principal) {
    const unsigned char *key;
    const struct rate_policy *policy = policy_for(access, request, principal, &key);
    struct rate_verdict verdict =
        rate_limiter_take(access->limiter, policy, key, access_now_ns(access));
    rate_limit_headers(response, policy, verdict);
    if (verdict.allowed)
        return STATUS_OK;
    rate_limit_problem(response, policy, verdict);
    return STATUS_UNAVAILABLE;
}

enum status access_rate_limit(void *cls, struct http_request *request,
                              struct http_response *response) {
    struct access *access = cls;
    struct credential credential;
    if (is_never_limited(request))
        return STATUS_OK;
    credential_read(request, &credential);
    struct principal *principal = access_proven(access, &credential, ACCESS_OUTAGE_MS);
    enum status status = charge(access, request, response, principal);
    principal_release(principal);
    return status;
}

enum status access_rate_limit_line(void *cls, const struct http_request *request,
                                   struct http_response *response, bool take) {
    struct access *access = cls;
    const unsigned char *key;
    if (take)
        return charge(access, request, response, request->caller);
    const struct rate_policy *policy = policy_for(access, request, request->caller, &key);
    rate_limit_headers(response, policy,
                       rate_limiter_look(access->limiter, policy, key, access_now_ns(access)));
    return STATUS_OK;
}

/* A credential proved good for the first time: the address gets its request back, its owner pays.
 */
static enum status charge_owner(struct access *access, const struct http_request *request,
                                struct http_response *response, const struct principal *principal) {
    if (principal->publishable)
        return STATUS_OK;
    rate_limiter_give_back(access->limiter, address_policy(access, request), request->client.key);
    response_header_drop(response, "RateLimit-Policy");
    response_header_drop(response, "RateLimit");
    return charge(access, request, response, principal);
}

/* ---- who ---- */

static enum status say_unknown(struct http_response *response,
                               const struct credential *credential) {
    bool none = credential->kind == CREDENTIAL_NONE;
    response_header(response, "WWW-Authenticate",
                    none ? "Bearer realm=\"unknot\""
                         : "Bearer realm=\"unknot\", error=\"invalid_token\"");
    if (none)
        response_problem(response, "unauthenticated", "This operation needs a key or a token.");
    else if (credential->kind == CREDENTIAL_KEY)
        response_problem(response, "unauthenticated",
                         "There is no such key, or it was revoked or has expired.");
    else if (credential->kind == CREDENTIAL_TOKEN)
        response_problem(response, "unauthenticated",
                         "The token is not accepted; `unknot auth explain` says why.");
    else
        response_problem(
            response, "unauthenticated",
            "Send one Authorization header: Bearer, a space, and a whole key or token; or a whole "
            "key in X-Api-Key.");
    return STATUS_UNAUTHENTICATED;
}

static enum status say_forbidden(struct http_response *response, const char *scope) {
    response_headerf(response, "WWW-Authenticate",
                     "Bearer realm=\"unknot\", error=\"insufficient_scope\", scope=\"%s\"", scope);
    response_problem(response, "forbidden", "The caller lacks the scope %s.", scope);
    return STATUS_FORBIDDEN;
}

/*
 * Nobody can say whether a key is good. What is open stays open, as for everybody; an older proof
 * still serves catalogue and decisions.
 */
static enum status without_database(struct access *access, struct http_request *request,
                                    const struct credential *credential, enum status status) {
    scope_set needed = scope_needed(request);
    if (needed & SCOPES_OPEN)
        request->caller = access_proven(access, credential, ACCESS_OUTAGE_MS);
    return request->caller || is_open(access, needed) ? STATUS_OK : status;
}

/* Fills request->caller unless the caller is anonymous. */
static enum status identify(struct access *access, struct http_request *request,
                            struct http_response *response, const struct credential *credential) {
    request->caller = access_proven(access, credential, access_fresh_ms(access));
    if (request->caller)
        return STATUS_OK;
    struct principal *before = access_proven(access, credential, ACCESS_OUTAGE_MS);
    struct principal *principal = NULL;
    enum status status = access_prove(access, request, credential, &principal);
    request->caller = principal;
    if (status == STATUS_UNAVAILABLE || status == STATUS_TIMEOUT)
        status = without_database(access, request, credential, STATUS_UNAVAILABLE);
    else if (status == STATUS_UNAUTHENTICATED)
        status = say_unknown(response, credential);
    else if (status == STATUS_OK && !before)
        status = charge_owner(access, request, response, principal);
    principal_release(before);
    return status;
}

enum status access_allows(const struct access *access, const struct http_request *request,
                          struct http_response *response) {
    if (!request->route->scope)
        return STATUS_OK;
    scope_set needed = scope_needed(request);
    if ((access_caller(request)->scopes & needed) || is_open(access, needed))
        return STATUS_OK;
    return say_forbidden(response, request->route->scope);
}

enum status access_authorize(void *cls, struct http_request *request,
                             struct http_response *response) {
    struct access *access = cls;
    struct credential credential;
    scope_set needed = scope_needed(request);
    if (!needed)
        return STATUS_INTERNAL; /* a row that names no scope of ours is closed to everybody */
    credential_read(request, &credential);
    if (credential.kind == CREDENTIAL_NONE)
        return is_open(access, needed) ? STATUS_OK : say_unknown(response, &credential);
    enum status status = identify(access, request, response, &credential);
    if (status != STATUS_OK)
        return status;
    return access_allows(access, request, response);
}

/* A caller who is going to be refused for coming too often takes nobody's worker. */
static bool may_come(const struct access *access, const struct http_request *request) {
    return rate_limiter_look(access->limiter, address_policy(access, request), request->client.key,
                             access_now_ns(access))
        .allowed;
}

static bool key_must_wait(const struct access *access, const struct http_request *request,
                          const struct credential *credential) {
    struct principal *principal = access_proven(access, credential, ACCESS_OUTAGE_MS);
    bool stale = principal != NULL;
    principal_release(principal);
    return access->settings.find_key && database_is_up(access) &&
           !credential_cache_is_refused(access->cache, credential->hash, access_now_ms(access),
                                        ACCESS_REFUSED_MS) &&
           (stale || may_come(access, request));
}

bool access_must_wait(void *cls, const struct http_request *request) {
    struct access *access = cls;
    struct credential credential;
    char kid[JWK_ID_SIZE];
    credential_read(request, &credential);
    struct principal *principal = access_proven(access, &credential, access_fresh_ms(access));
    principal_release(principal);
    if (principal)
        return false;
    if (credential.kind == CREDENTIAL_KEY)
        return key_must_wait(access, request, &credential);
    int issuer = credential.kind == CREDENTIAL_TOKEN
                     ? access_issuer_of(access, credential.text, credential.len)
                     : -1;
    return issuer >= 0 && may_come(access, request) &&
           jwt_key_id(credential.text, credential.len, kid) &&
           jwks_source_is_due(access->keys[issuer], kid, access_now_ms(access));
}
