/* GET /fhir/metadata and /fhir/.well-known/smart-configuration. */
#include <stdlib.h>
#include <string.h>

#include "interop/fhir_capability.h"
#include "interop/fhir_json.h"
#include "resources/fhir_edge.h"
#include "resources/handlers.h"

/* The rows of the route table under /fhir; the caller frees. */
static struct fhir_route *fhir_routes(size_t *count) {
    struct fhir_route *routes = calloc(app_route_count, sizeof *routes);
    *count = 0;
    for (size_t i = 0; routes && i < app_route_count; i++) {
        const struct route *route = &app_routes[i];
        if (strncmp(route->path, "/fhir", 5) == 0)
            routes[(*count)++] =
                (struct fhir_route){http_method_name(route->method), route->path, route->query};
    }
    return routes;
}

enum status fhir_metadata_get(void *app_, const struct http_request *request,
                              struct http_response *response) {
    const struct app *app = app_;
    char base[FHIR_BASE_SIZE];
    struct fhir_capability about = {.base = base,
                                    .version = UNKNOT_VERSION,
                                    .date = app->knowledge->date,
                                    .token_url = app->token_url};
    struct fhir_route *routes = fhir_routes(&about.route_count);
    if (!routes)
        return STATUS_NO_MEMORY;
    about.routes = routes;
    fhir_base(app, request, base);
    json_t *statement = fhir_capability(&about);
    free(routes);
    return fhir_send(request, response, 200, statement);
}

/* Backend services only: nobody is sent through a login here. */
enum status fhir_smart_get(void *app_, const struct http_request *request,
                           struct http_response *response) {
    const struct app *app = app_;
    (void)request;
    if (!app->token_url || !*app->token_url) {
        response_problem(response, "not-found",
                         "No authorization server is named here: call with an API key.");
        return STATUS_NOT_FOUND;
    }
    json_t *configuration = json_pack(
        "{s:s, s:[s], s:[s], s:[s, s], s:[s, s, s, s, s, s, s, s, s, s], s:[s, s, s], s:[s]}",
        "token_endpoint", app->token_url, "grant_types_supported", "client_credentials",
        "token_endpoint_auth_methods_supported", "private_key_jwt",
        "token_endpoint_auth_signing_alg_values_supported", "RS384", "ES384", "scopes_supported",
        "system/CarePlan.rs", "system/CarePlan.cruds", "system/Goal.rs", "system/Observation.cruds",
        "system/Procedure.cruds", "system/AdverseEvent.rs", "system/Practitioner.rs",
        "system/Provenance.rs", "system/PractitionerRole.rs", "system/*.rs", "capabilities",
        "client-confidential-asymmetric", "permission-v1", "permission-v2",
        "code_challenge_methods_supported", "S256");
    if (configuration && app->token_issuer &&
        !fhir_set_text(configuration, "issuer", app->token_issuer)) {
        json_decref(configuration);
        configuration = NULL;
    }
    response->status = 200;
    return response_json(response, configuration);
}
