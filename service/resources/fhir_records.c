/*
 * Observation, Procedure and AdverseEvent: what is recorded below the plans of one patient. Their
 * ids begin with the patient_id, so that reading one asks nobody else's. Searches are in
 * fhir_record_search.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "care/adverse_rules.h"
#include "interop/fhir_adverse_event.h"
#include "interop/fhir_json.h"
#include "interop/fhir_measurement.h"
#include "interop/fhir_procedure.h"
#include "resources/fhir_records.h"
#include "resources/fhir_search.h"
#include "resources/handlers.h"
#include "resources/session_row.h"
#include "resources/sql_value.h"

/* ---- ids: PATIENT.m-..., PATIENT.s-..., PATIENT.s-....3 ---- */

bool fhir_record_ref_parse(const char *text, enum fhir_record_kind kind,
                           struct fhir_record_ref *ref) {
    const char *dot = strchr(text, '.');
    char letter = kind == FHIR_OBSERVATION ? 'm' : 's';
    *ref = (struct fhir_record_ref){.number = -1};
    if (!dot || dot - text != PATIENT_ID_SIZE - 1 || strlen(dot + 1) < SUB_ID_SIZE - 1)
        return false;
    memcpy(ref->patient_id, text, PATIENT_ID_SIZE - 1);
    memcpy(ref->id, dot + 1, SUB_ID_SIZE - 1);
    const char *rest = dot + SUB_ID_SIZE;
    if (*rest == '.' && rest[1] >= '0' && rest[1] <= '9' && strlen(rest) < 4)
        ref->number = (int)strtol(rest + 1, NULL, 10);
    else if (*rest)
        return false;
    return patient_id_is(ref->patient_id) && sub_id_is(letter, ref->id) &&
           (kind == FHIR_ADVERSE_EVENT) == (ref->number >= 0);
}

/* ---- rows as resources ---- */

static json_t *plan_id_of(const char *patient_id, const struct tenant_call *call, int step,
                          int row) {
    return json_sprintf("%s.%s", patient_id, tenant_call_value(call, step, row, "plan_id"));
}

static json_t *time_of(const struct tenant_call *call, int step, int row, const char *column) {
    char text[SQL_TIME_SIZE];
    const char *value = tenant_call_value(call, step, row, column);
    sql_time_text(value ? value : "", text);
    return json_string(text);
}

json_t *fhir_observation_of(const struct tenant_call *call, int step, int row,
                            const char *patient_id) {
    const char *items = tenant_call_value(call, step, row, "items");
    const char *score = tenant_call_value(call, step, row, "score");
    json_t *given = json_pack(
        "{s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "id",
        json_sprintf("%s.%s", patient_id, tenant_call_value(call, step, row, "measurement_id")),
        "plan", plan_id_of(patient_id, call, step, row), "patient",
        tenant_call_value(call, step, row, "patient_ref"), "instrument",
        tenant_call_value(call, step, row, "instrument"), "score",
        json_loads(score ? score : "0", JSON_DECODE_ANY, NULL), "taken_at",
        time_of(call, step, row, "taken_at"), "created_at", time_of(call, step, row, "created_at"));
    if (given && items)
        (void)fhir_set(given, "items", json_loads(items, JSON_DECODE_ANY, NULL));
    json_t *resource = given ? fhir_observation(given) : NULL;
    json_decref(given);
    return resource;
}

json_t *fhir_procedure_of(const struct knowledge *knowledge, const struct tenant_call *call,
                          int step, int row, const char *patient_id) {
    json_t *session = session_of_row(call, step, row, NULL);
    json_t *given =
        session ? json_pack("{s:o, s:o, s:s, s:O}", "id",
                            json_sprintf("%s.%s", patient_id, fhir_text(session, "session_id")),
                            "plan", plan_id_of(patient_id, call, step, row), "patient",
                            tenant_call_value(call, step, row, "patient_ref"), "session", session)
                : NULL;
    json_t *resource = given ? fhir_procedure(knowledge, given) : NULL;
    json_decref(given);
    json_decref(session);
    return resource;
}

json_t *fhir_adverse_event_of(const struct knowledge *knowledge, const struct tenant_call *call,
                              int step, int row, const char *patient_id, int number) {
    const char *version = tenant_call_value(call, step, row, "version");
    const char *session = tenant_call_value(call, step, row, "session_id");
    json_t *events = json_loads(tenant_call_value(call, step, row, "adverse_events"), 0, NULL);
    json_t *event = json_array_get(events, (size_t)number), *resource = NULL;
    const char *id = fhir_text(event, "id");
    json_t *given =
        id && strcmp(id, "ae_none") != 0
            ? json_pack("{s:o, s:o, s:s, s:I, s:o, s:O, s:s, s:s*, s:s*}", "id",
                        json_sprintf("%s.%s.%d", patient_id, session, number), "session",
                        json_sprintf("%s.%s", patient_id, session), "patient",
                        tenant_call_value(call, step, row, "patient_ref"), "version",
                        (json_int_t)(version ? strtoll(version, NULL, 10) : 1), "updated_at",
                        time_of(call, step, row, "updated_at"), "event", event, "name",
                        adverse_name(knowledge, id), "triage",
                        tenant_call_value(call, step, row, "triage"), "day",
                        tenant_call_value(call, step, row, "planned_on"))
            : NULL;
    if (given)
        resource = fhir_adverse_event(given);
    json_decref(given);
    json_decref(events);
    return resource;
}

bool fhir_record_seen(const struct tenant_call *call, int step, int row, const char *own,
                      const char *patient_id) {
    return caller_sees_plan(call->caller, own, patient_id,
                            tenant_call_value(call, step, row, "therapist_id"));
}

/* ---- reading one ---- */

static json_t *take(const struct knowledge *knowledge, const struct tenant_call *call, int step,
                    const struct fhir_record_ref *ref, enum fhir_record_kind kind,
                    const char *own) {
    const char *patient_id = ref->patient_id;
    if (tenant_call_count(call, step) != 1 || !fhir_record_seen(call, step, 0, own, patient_id))
        return NULL;
    if (kind == FHIR_OBSERVATION)
        return fhir_observation_of(call, step, 0, patient_id);
    return kind == FHIR_PROCEDURE
               ? fhir_procedure_of(knowledge, call, step, 0, patient_id)
               : fhir_adverse_event_of(knowledge, call, step, 0, patient_id, ref->number);
}

static int ask_one(struct tenant_call *call, const struct fhir_record_ref *ref,
                   enum fhir_record_kind kind, const char *ids) {
    const char *patient_id = ref->patient_id;
    if (kind == FHIR_OBSERVATION)
        return TENANT_CALL_ADD(call, "measurements_search", patient_id, NULL, ids, NULL, NULL, NULL,
                               "-infinity", "", "1");
    if (kind == FHIR_PROCEDURE)
        return TENANT_CALL_ADD(call, "sessions_search", patient_id, NULL, ids, "-infinity", "",
                               "1");
    return TENANT_CALL_ADD(call, "adverse_events_search", patient_id, NULL, ids, NULL, NULL, NULL,
                           NULL, NULL, NULL, "-infinity", "", "1");
}

enum status fhir_record_read(const struct app *app, const struct http_request *request,
                             struct http_response *response, enum fhir_record_kind kind,
                             const char *id, json_t **resource) {
    struct fhir_record_ref ref;
    struct tenant_call call;
    char own[PATIENT_ID_SIZE], ids[SUB_ID_SIZE + 4];
    *resource = NULL;
    if (!fhir_record_ref_parse(id, kind, &ref))
        return STATUS_NOT_FOUND;
    enum status status = caller_patient_id(request, response, own);
    if (status != STATUS_OK)
        return status;
    (void)snprintf(ids, sizeof ids, "{%s}", ref.id);
    tenant_call_begin(&call, request, response, TENANT_READ);
    int step = ask_one(&call, &ref, kind, ids);
    status = tenant_call_run(&call);
    if (status == STATUS_OK)
        *resource = take(app->knowledge, &call, step, &ref, kind, own);
    tenant_call_end(&call);
    return status == STATUS_OK && !*resource ? STATUS_NOT_FOUND : status;
}

static enum status get(void *app, const struct http_request *request,
                       struct http_response *response, enum fhir_record_kind kind) {
    json_t *resource;
    enum status status =
        fhir_record_read(app, request, response, kind, request_param(request, "id"), &resource);
    if (status != STATUS_OK)
        return status;
    fhir_version_of(response, resource);
    return fhir_send(request, response, 200, fhir_subset(request, resource));
}

enum status fhir_observation_get(void *app, const struct http_request *request,
                                 struct http_response *response) {
    return get(app, request, response, FHIR_OBSERVATION);
}

enum status fhir_procedure_get(void *app, const struct http_request *request,
                               struct http_response *response) {
    return get(app, request, response, FHIR_PROCEDURE);
}

enum status fhir_adverse_event_get(void *app, const struct http_request *request,
                                   struct http_response *response) {
    return get(app, request, response, FHIR_ADVERSE_EVENT);
}
