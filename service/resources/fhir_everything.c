/*
 * GET /fhir/Patient/{id}/$everything: all we keep about one person as one Bundle. The Patient in it
 * is logical: who that is, the clinic's own system knows. As the export of our own it is for the
 * clinic and for the person, and the audit log hears of it.
 */
#include <stdio.h>
#include <string.h>

#include "access/access.h"
#include "interop/fhir_bundle.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "interop/fhir_outcome.h"
#include "resources/fhir_edge.h"
#include "resources/fhir_plans.h"
#include "resources/fhir_records.h"
#include "resources/handlers.h"
#include "resources/tenant_secrets.h"

/* More than anybody has; what lies beyond is said to be missing. */
#define PLANS_MOST "501"
#define RECORDS_MOST "5001"
enum { PLANS = 500, RECORDS = 5000, PATH_SIZE = 64 };

struct everything {
    const struct app *app;
    const char *reference; /* of the patient, as in the URL */
    char base[FHIR_BASE_SIZE];
    char own[PATIENT_ID_SIZE], patient_id[PATIENT_ID_SIZE];
    struct tenant_call call;
    int person, plans, measurements, sessions, events; /* steps */
    json_t *bundle;                                    /* owned */
    bool failed, incomplete;
};

static void add(struct everything *all, json_t *resource_owned) {
    json_t *url = resource_owned ? fhir_full_url(all->base, resource_owned) : NULL;
    all->failed |=
        !url || !fhir_bundle_add(all->bundle, json_string_value(url), resource_owned, "match");
    json_decref(url);
}

static void add_person(struct everything *all) {
    add(all, json_pack("{s:s, s:s, s:[{s:s}]}", "resourceType", "Patient", "id", all->reference,
                       "identifier", "value", all->reference));
}

static void add_plans(struct everything *all) {
    static const char *const types[] = {"CarePlan", "Goal", "Provenance"};
    int rows = tenant_call_count(&all->call, all->plans);
    all->incomplete |= rows > PLANS;
    for (int row = 0; row < rows && row < PLANS; row++) {
        struct care_plan plan = {0};
        care_plan_take(&plan, &all->call, all->plans, row);
        json_t *json = fhir_plan_json(&plan, app_today());
        for (size_t i = 0; i < sizeof types / sizeof *types; i++)
            add(all, json ? fhir_plan_as(all->app->knowledge, types[i], json) : NULL);
        json_decref(json);
    }
}

static void add_records(struct everything *all) {
    int rows = tenant_call_count(&all->call, all->measurements);
    all->incomplete |= rows > RECORDS;
    for (int row = 0; row < rows && row < RECORDS; row++)
        add(all, fhir_observation_of(&all->call, all->measurements, row, all->patient_id));
    rows = tenant_call_count(&all->call, all->sessions);
    all->incomplete |= rows > RECORDS;
    for (int row = 0; row < rows && row < RECORDS; row++)
        add(all, fhir_procedure_of(all->app->knowledge, &all->call, all->sessions, row,
                                   all->patient_id));
    rows = tenant_call_count(&all->call, all->events);
    for (int row = 0; row < rows && row < RECORDS; row++)
        for (int i = 0; i < RECORD_EVENTS_MAX; i++) {
            json_t *event = fhir_adverse_event_of(all->app->knowledge, &all->call, all->events, row,
                                                  all->patient_id, i);
            if (event)
                add(all, event);
        }
}

static void tell_incomplete(struct everything *all) {
    json_t *outcome = fhir_outcome();
    struct fhir_issue issue = {.severity = "warning",
                               .code = "incomplete",
                               .text = "There is more than one answer holds: search each type."};
    if (outcome && fhir_outcome_add(outcome, &issue))
        all->failed |= !fhir_bundle_add(all->bundle, NULL, json_incref(outcome), "outcome");
    json_decref(outcome);
}

static enum status answer(struct everything *all) {
    const struct http_request *request = all->call.request;
    if (tenant_call_count(&all->call, all->person) != 1)
        return STATUS_NOT_FOUND;
    json_t *self = json_sprintf("%s/Patient/%s/$everything", all->base, all->reference);
    all->bundle = fhir_bundle("searchset");
    if (!all->bundle || !self || !fhir_bundle_link(all->bundle, "self", json_string_value(self))) {
        json_decref(self);
        return STATUS_NO_MEMORY;
    }
    json_decref(self);
    add_person(all);
    add_plans(all);
    add_records(all);
    size_t count = json_array_size(json_object_get(all->bundle, "entry"));
    if (all->incomplete)
        tell_incomplete(all);
    all->failed |= !fhir_bundle_total(all->bundle, (long long)count);
    if (all->failed)
        return STATUS_NO_MEMORY;
    json_t *bundle = all->bundle;
    all->bundle = NULL;
    return fhir_send(request, all->call.response, 200, bundle);
}

/* A therapist sees plans, not all of a person. */
static bool may_see(const struct everything *all, const struct principal *caller) {
    return caller->kind == PRINCIPAL_CLINIC ||
           (caller->kind == PRINCIPAL_PATIENT && strcmp(all->own, all->patient_id) == 0);
}

static void ask(struct everything *all) {
    struct tenant_call *call = &all->call;
    const char *patient_id = all->patient_id;
    all->person = TENANT_CALL_ADD(call, "patient_get", patient_id);
    all->plans = TENANT_CALL_ADD(call, "care_plans_search", patient_id, NULL, "infinity", "", NULL,
                                 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, PLANS_MOST);
    all->measurements = TENANT_CALL_ADD(call, "measurements_search", patient_id, NULL, NULL, NULL,
                                        NULL, NULL, "-infinity", "", RECORDS_MOST);
    all->sessions = TENANT_CALL_ADD(call, "sessions_search", patient_id, NULL, NULL, "-infinity",
                                    "", RECORDS_MOST);
    all->events = TENANT_CALL_ADD(call, "adverse_events_search", patient_id, NULL, NULL, NULL, NULL,
                                  NULL, NULL, NULL, NULL, "-infinity", "", RECORDS_MOST);
}

/* Somebody nobody knows leaves no trace: the audit event would name them for ever. */
static enum status note(const struct everything *all, const struct http_request *request,
                        struct http_response *response) {
    char path[PATH_SIZE];
    struct tenant_call call;
    (void)snprintf(path, sizeof path, "patients/%s", all->patient_id);
    tenant_call_begin(&call, request, response, TENANT_WRITE);
    tenant_call_audit(&call, "patient.export", path, all->patient_id);
    enum status status = tenant_call_run(&call);
    tenant_call_end(&call);
    return status;
}

/* Everything is everything: a parameter that would narrow it is not left out silently. */
static bool takes_query(const struct http_request *request, struct http_response *response) {
    for (size_t i = 0; i < request->query.count; i++)
        if (strcmp(request->query.params[i].name, "_format") != 0)
            response_parameter_error(response, request->query.params[i].name, "unknown",
                                     "is not supported");
    if (response->error_count)
        response_problem(response, "unsupported-search", "A parameter is not understood.");
    return response->error_count == 0;
}

enum status fhir_patient_everything(void *app, const struct http_request *request,
                                    struct http_response *response) {
    struct everything all = {.app = app, .reference = request_param(request, "id")};
    struct tenant_secrets secrets;
    if (!fhir_id_is(all.reference))
        return STATUS_NOT_FOUND;
    fhir_base(app, request, all.base);
    if (!takes_query(request, response))
        return STATUS_INVALID;
    enum status status = tenant_secrets_get(request, response, &secrets);
    if (status == STATUS_OK)
        status = patient_id_of(&secrets, all.reference, all.patient_id);
    if (status == STATUS_OK)
        status = caller_patient_id(request, response, all.own);
    if (status == STATUS_OK && !may_see(&all, access_caller(request)))
        status = STATUS_NOT_FOUND;
    if (status != STATUS_OK)
        return status;
    tenant_call_begin(&all.call, request, response, TENANT_READ);
    ask(&all);
    status = tenant_call_run(&all.call);
    if (status == STATUS_OK)
        status = answer(&all);
    tenant_call_end(&all.call);
    json_decref(all.bundle);
    return status == STATUS_OK ? note(&all, request, response) : status;
}
