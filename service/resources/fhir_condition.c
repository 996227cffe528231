#include "resources/fhir_condition.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "interop/fhir_json.h"
#include "interop/fhir_names.h"
#include "resources/fhir_edge.h"
#include "resources/handlers.h"
#include "resources/tenant_call.h"

#define SYSTEM_OWN FHIR_CANONICAL "/NamingSystem/care-plan|"

/* One request with this condition at a time, whoever sends it: two that find nothing make two. */
static enum status lock(const struct http_request *request, struct http_response *response,
                        const char *condition) {
    struct tenant_call call;
    tenant_call_begin(&call, request, response, TENANT_WRITE);
    int step = TENANT_CALL_ADD(&call, "idempotency_lock", "", "If-None-Exist", condition);
    enum status status = tenant_call_run(&call);
    const char *locked = status == STATUS_OK ? tenant_call_value(&call, step, 0, "locked") : NULL;
    if (status == STATUS_OK && (!locked || *locked != 't')) {
        response->retry_after = 1;
        response_problem(response, "conflict",
                         "Another request with this If-None-Exist runs at the moment.");
        status = STATUS_CONFLICT;
    }
    tenant_call_end(&call);
    return status;
}

/* Identifiers of others are not kept: looking for one would never find it, and make it again. */
static bool can_be_found(const struct query *query, struct http_response *response) {
    for (size_t i = 0; i < query->count; i++) {
        const char *name = query->params[i].name, *value = query->params[i].value;
        if (strcmp(name, "identifier") != 0 || strncmp(value, SYSTEM_OWN, strlen(SYSTEM_OWN)) == 0)
            continue;
        response_parameter_error(response, "identifier", "value",
                                 "only identifiers that this service gave are kept");
        response_problem(response, "unsupported-search",
                         "If-None-Exist asks for something that is not kept.");
        return false;
    }
    return true;
}

static const struct route *search_route(void) {
    for (size_t i = 0; i < app_route_count; i++)
        if (app_routes[i].handler == fhir_plan_search && app_routes[i].method == HTTP_GET &&
            strcmp(app_routes[i].path, "/fhir/CarePlan") == 0)
            return &app_routes[i];
    return NULL;
}

/* The search as a request of its own; strict, so that nothing of the condition is left out. */
static enum status search(struct app *app, const struct http_request *request,
                          struct http_response *response, const struct query *query,
                          json_t **found) {
    struct http_request inner = *request;
    inner.route = search_route();
    inner.method = HTTP_GET;
    inner.target = "/fhir/CarePlan";
    inner.json = NULL;
    inner.query = *query;
    inner.param_count = 0;
    size_t kept = 0;
    for (size_t i = 0; i < inner.header_count; i++)
        if (strcasecmp(inner.headers[i].name, "Prefer") != 0)
            inner.headers[kept++] = inner.headers[i];
    inner.header_count = kept;
    if (kept < HTTP_HEADERS_MAX)
        inner.headers[inner.header_count++] = (struct http_header){"Prefer", "handling=strict"};
    enum status status = fhir_plan_search(app, &inner, response);
    if (status != STATUS_OK || response->problem)
        return status;
    *found = json_loadb(response->body.data, response->body.len, 0, NULL);
    response_drop_body(response);
    return *found ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status take_only(struct http_response *response, const json_t *found,
                             char id[PLAN_REF_SIZE]) {
    const json_t *list = json_object_get(found, "entry");
    const json_t *first = json_object_get(json_array_get(list, 0), "resource");
    if (json_array_size(list) > 1) {
        response_problem(response, "precondition-failed",
                         "Several CarePlans are what If-None-Exist asks for.");
        return STATUS_CONFLICT;
    }
    if (first)
        (void)snprintf(id, PLAN_REF_SIZE, "%s", fhir_text(first, "id"));
    return STATUS_OK;
}

enum status fhir_condition_find(struct app *app, const struct http_request *request,
                                struct http_response *response, char id[PLAN_REF_SIZE]) {
    const char *condition = request_header(request, "If-None-Exist");
    struct query query = {0};
    enum text_fault why;
    json_t *found = NULL;
    id[0] = '\0';
    condition += *condition == '?';
    enum query_fault fault = query_parse(&query, condition, &why);
    if (fault == QUERY_NO_MEMORY)
        return STATUS_NO_MEMORY;
    enum status status = STATUS_INVALID;
    if (fault != QUERY_OK || query.count == 0)
        response_problem(response, "unsupported-search", "If-None-Exist is no search.");
    else if (can_be_found(&query, response))
        status = lock(request, response, condition);
    if (status == STATUS_OK)
        status = search(app, request, response, &query, &found);
    if (status == STATUS_OK && !response->problem)
        status = take_only(response, found, id);
    json_decref(found);
    query_free(&query);
    return status;
}
