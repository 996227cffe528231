#include "cli/serve_access.h"

#include <string.h>

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

struct access *serve_access_open(const struct settings *settings, struct app *app) {
    char message[300] = "out of memory";
    const char *wrong = NULL;
    struct access *access = NULL;
    const struct access_settings wanted = {
        .anonymous_off = !settings->anonymous,
        .per_principal = {"caller", (unsigned)settings->caller_quota, 60},
        .per_address = {"address", (unsigned)settings->address_quota, 60},
        .find_key = app_find_key,
        .find_key_cls = app,
        .database_is_up = app_database_is_up,
        .database_cls = app,
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
