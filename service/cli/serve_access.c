#include "cli/serve_access.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "resources/app.h"
#include "resources/app_access.h"

struct serve_access {
    struct settings settings;
    struct access *access;
    atomic_uint holders;
};

static const char *or_null(const char *text) {
    return *text ? text : NULL;
}

static struct jwt_rules token_rules(const struct settings *settings) {
    return (struct jwt_rules){
        .issuer = settings->jwt_issuer,
        .audiences = settings->jwt_audience,
        .tenant_claim = settings->jwt_tenant_claim,
        .tenant = or_null(settings->jwt_tenant),
        .patient_claim = settings->jwt_patient_claim,
        .therapist_claim = settings->jwt_therapist_claim,
    };
}

static struct jwks_source_settings key_source(const struct settings *settings) {
    bool is_url = strstr(settings->jwks, "://") != NULL;
    return (struct jwks_source_settings){
        .file = is_url ? NULL : settings->jwks,
        .url = is_url ? settings->jwks : NULL,
        .allowed = settings->jwks_allowed,
    };
}

static bool fits_together(const struct settings *settings) {
    bool some = *settings->jwt_issuer || *settings->jwt_audience || *settings->jwks;
    bool all = *settings->jwt_issuer && *settings->jwt_audience && *settings->jwks;
    if (some && !all)
        (void)fprintf(stderr, "unknot: jwt-issuer, jwt-audience and jwks go together\n");
    return !some || all;
}

static struct access *make(const struct settings *settings, struct store **store) {
    char message[300] = "out of memory";
    const char *wrong = NULL;
    struct access *access = NULL;
    const struct access_settings wanted = {
        .anonymous_off = !settings->anonymous,
        .per_principal = {"caller", (unsigned)settings->caller_quota, 60},
        .per_address = {"address", (unsigned)settings->address_quota, 60},
        .find_key = app_find_key,
        .database_is_up = app_database_is_up,
        .database_cls = store,
        .tokens = *settings->jwt_issuer != '\0',
        .rules = token_rules(settings),
        .jwks = key_source(settings),
    };
    if (!fits_together(settings))
        return NULL;
    if (!access_routes_are_known(app_routes, app_route_count, &wrong))
        (void)fprintf(stderr, "unknot: the route of %s needs a scope that does not exist\n", wrong);
    else if (access_new(&wanted, &access, message, sizeof message) != STATUS_OK)
        (void)fprintf(stderr, "unknot: %s\n", message);
    return access;
}

struct serve_access *serve_access_new(const struct settings *settings, struct store **store) {
    struct serve_access *shared = calloc(1, sizeof *shared);
    if (!shared)
        return NULL;
    atomic_init(&shared->holders, 1);
    if (settings_copy(settings, &shared->settings) == STATUS_OK &&
        (shared->access = make(&shared->settings, store)))
        return shared;
    serve_access_let_go(shared);
    return NULL;
}

struct serve_access *serve_access_hold(struct serve_access *shared) {
    atomic_fetch_add(&shared->holders, 1);
    return shared;
}

void serve_access_let_go(struct serve_access *shared) {
    if (!shared || atomic_fetch_sub(&shared->holders, 1) != 1)
        return;
    access_free(shared->access);
    settings_free(&shared->settings);
    free(shared);
}

struct access *serve_access_of(struct serve_access *shared) {
    return shared->access;
}
