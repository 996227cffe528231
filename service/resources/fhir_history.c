/* CarePlan/{id}/_history, and one version of it. A version that was not kept is told without its
 * content. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interop/fhir_bundle.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "resources/care_plan_versions.h"
#include "resources/fhir_plans.h"
#include "resources/fhir_search.h"
#include "resources/handlers.h"
#include "resources/sql_value.h"

static json_t *resource_of(const struct app *app, const struct plan_version *version) {
    json_t *plan = fhir_plan_json(&version->plan, version->day);
    json_t *resource = plan ? fhir_care_plan(app->knowledge, plan) : NULL;
    json_decref(plan);
    return resource;
}

/* ---- vread ---- */

enum status fhir_care_plan_vread(void *app, const struct http_request *request,
                                 struct http_response *response) {
    struct plan_version version;
    struct tenant_call call = {0};
    enum status status = plan_version_read(&call, request, response, request_param(request, "id"),
                                           request_param(request, "vid"), &version, NULL);
    json_t *resource = status == STATUS_OK ? resource_of(app, &version) : NULL;
    if (resource) {
        fhir_version(response, version.plan.version,
                     fhir_text(json_object_get(resource, "meta"), "lastUpdated"));
        status = fhir_send(request, response, 200, fhir_subset(request, resource));
    } else if (status == STATUS_OK) {
        status = STATUS_NO_MEMORY;
    }
    tenant_call_end(&call);
    return status;
}

/* ---- history ---- */

struct plan_history {
    struct fhir_search search;
    struct plan_ref ref;
    char own[PATIENT_ID_SIZE];
    const char *id;
    struct fhir_bounds since;
    struct tenant_call call;
};

static json_t *request_of(const char *id, const struct plan_version *version) {
    if (version->plan.version == 1)
        return json_pack("{s:s, s:s}", "method", "POST", "url", "CarePlan");
    return json_pack("{s:s, s:o}", "method", version->deletion ? "DELETE" : "PUT", "url",
                     json_sprintf("CarePlan/%s", id));
}

static json_t *response_of(const struct plan_version *version) {
    char at[SQL_TIME_SIZE];
    long long number = version->plan.version;
    sql_time_text(version->at, at);
    return json_pack("{s:s, s:o, s:s}", "status",
                     version->deletion ? "204"
                     : number == 1     ? "201"
                                       : "200",
                     "etag", json_sprintf("W/\"%lld\"", number), "lastModified", at);
}

static void add_version(struct plan_history *h, int step, int row) {
    struct plan_version version;
    struct fhir_search *search = &h->search;
    plan_version_take(&version, &h->call, step, row, &h->ref, h->own);
    bool shown = version.kept && !version.deletion;
    json_t *resource = shown ? resource_of(search->app, &version) : NULL, *entry = json_object();
    resource = resource ? fhir_subset(search->request, resource) : NULL;
    bool good = entry && (resource || !shown) &&
                fhir_set(entry, "fullUrl", json_sprintf("%s/CarePlan/%s", search->base, h->id)) &&
                fhir_set(entry, "resource", json_incref(resource)) &&
                fhir_set(entry, "request", request_of(h->id, &version)) &&
                fhir_set(entry, "response", response_of(&version)) &&
                fhir_bundle_entry(search->bundle, json_incref(entry));
    search->failed |= !good;
    json_decref(resource);
    json_decref(entry);
}

static void add_page(struct plan_history *h, int step) {
    struct fhir_search *search = &h->search;
    int rows = tenant_call_count(&h->call, step), limit = (int)search->page.limit;
    const char *total = tenant_call_value(&h->call, step, 0, "total");
    search->failed |= !fhir_bundle_total(search->bundle, total ? strtoll(total, NULL, 10) : 0);
    if (search->counts_only)
        return;
    for (int row = 0; row < rows && row < limit; row++)
        add_version(h, step, row);
    if (rows > limit)
        fhir_search_more(
            search,
            json_pack("{s:s}", "version", tenant_call_value(&h->call, step, limit - 1, "version")));
}

/* The plan itself says whether the caller may see it: with `since` there may be no versions. */
static enum status judge(struct plan_history *h, int found) {
    const char *therapist = tenant_call_value(&h->call, found, 0, "therapist_id");
    bool seen = tenant_call_count(&h->call, found) == 1 &&
                caller_sees_plan(h->call.caller, h->own, h->ref.patient_id, therapist);
    return seen ? STATUS_OK : STATUS_NOT_FOUND;
}

static enum status ask(struct plan_history *h) {
    tenant_call_begin(&h->call, h->search.request, h->search.response, TENANT_READ);
    int found =
        TENANT_CALL_ADD(&h->call, "care_plan_get", h->ref.patient_id, h->ref.plan_id, "false");
    int step = plan_versions_add(&h->call, &h->ref, page_after(&h->search.page, "version"),
                                 fhir_or_null(h->since.start_from), h->search.page.limit_text);
    enum status status = tenant_call_run(&h->call);
    if (status == STATUS_OK)
        status = judge(h, found);
    if (status == STATUS_OK) {
        add_page(h, step);
        (void)json_array_clear(h->search.ignored); /* a history has no place for an outcome */
        status = fhir_search_send(&h->search);
    }
    tenant_call_end(&h->call);
    return status;
}

static enum status read_since(struct plan_history *h) {
    const char *since = fhir_search_value(&h->search, "_since");
    if (!since || (*since >= '0' && *since <= '9' && fhir_search_moments(since, &h->since)))
        return STATUS_OK;
    return fhir_search_refuse(&h->search, "_since", "must be a time");
}

enum status fhir_care_plan_history(void *app, const struct http_request *request,
                                   struct http_response *response) {
    struct plan_history h = {.id = request_param(request, "id")};
    if (!plan_ref_parse(h.id, &h.ref))
        return STATUS_NOT_FOUND;
    enum status status = caller_patient_id(request, response, h.own);
    if (status == STATUS_OK)
        status = fhir_search_open(&h.search, app, request, response);
    if (status == STATUS_OK) {
        (void)snprintf(h.search.type, sizeof h.search.type, "CarePlan/%s/_history", h.id);
        h.search.failed |= !fhir_set_text(h.search.bundle, "type", "history");
        status = read_since(&h);
    }
    if (status == STATUS_OK)
        status = ask(&h);
    fhir_search_close(&h.search);
    return status;
}
