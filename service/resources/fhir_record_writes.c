/*
 * Observation, Procedure and AdverseEvent as they come in: a measurement, a session, and what
 * happened after a session. Each becomes a call of our own operation below the plan that the record
 * is based on.
 */
#include <stdio.h>
#include <string.h>

#include "base/thread_arena.h"
#include "interop/fhir_adverse_event.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "interop/fhir_measurement.h"
#include "interop/fhir_procedure.h"
#include "resources/body_check.h"
#include "resources/fhir_native.h"
#include "resources/fhir_once.h"
#include "resources/fhir_plans.h"
#include "resources/fhir_records.h"
#include "resources/fhir_write.h"
#include "resources/handlers.h"

static enum status begin(const struct http_request *request, struct http_response *response,
                         const char *type, struct complaints *complaints) {
    struct arena *arena = thread_arena();
    if (!arena)
        return STATUS_NO_MEMORY;
    complaints_init(complaints, arena);
    enum status status = fhir_refuse_condition(request, response);
    return status == STATUS_OK ? fhir_body_is(request, response, type) : status;
}

static enum status answer_created(const struct app *app, const struct http_request *request,
                                  struct http_response *response, enum fhir_record_kind kind,
                                  const char *id, const char *const *kept) {
    char base[FHIR_BASE_SIZE];
    json_t *resource;
    enum status status = fhir_record_read(app, request, response, kind, id, &resource);
    if (status != STATUS_OK)
        return status;
    fhir_base(app, request, base);
    response_headerf(response, "Location", "%s/%s/%s", base, fhir_text(resource, "resourceType"),
                     id);
    return fhir_written(request, response, 201, resource, kept);
}

/* ---- Observation and Procedure ---- */

static const struct fhir_place observation_places[] = {{"#/score", "#/valueQuantity/value"},
                                                       {"#/taken_at", "#/effectiveDateTime"},
                                                       {"#/instrument", "#/code"},
                                                       {NULL, "#"}};
static const struct fhir_place procedure_places[] = {{"#/status", "#/status"},
                                                     {"#/planned_on", "#/performedDateTime"},
                                                     {"#/window_from", "#/performedPeriod/start"},
                                                     {"#/window_to", "#/performedPeriod/end"},
                                                     {"#/technique", "#/code"},
                                                     {"#/notes", "#/note/0/text"},
                                                     {"#/adverse_events", "#/complication"},
                                                     {"#/adverse_events/", "#/complication/"},
                                                     {NULL, "#/extension"}};

/* A type of records that stand directly below a plan. */
static const struct record_type {
    const char *type, *operation, *id; /* our operation, and the member of its answer */
    enum fhir_record_kind kind;
    json_t *(*read)(const json_t *resource, const char **plan, struct complaints *complaints);
    const char *const *kept;
    const struct fhir_place *places;
} observation = {"Observation",         "createMeasurement",   "measurement_id",  FHIR_OBSERVATION,
                 fhir_observation_read, fhir_observation_kept, observation_places},
  procedure = {"Procedure",         "createSession",     "session_id",    FHIR_PROCEDURE,
               fhir_procedure_read, fhir_procedure_kept, procedure_places};

/* The plan is the subject's, or the record belongs to somebody else. */
static enum status check_subject(const struct http_request *request, struct http_response *response,
                                 const char *plan_id) {
    char patient[FHIR_PATIENT_SIZE];
    const char *where;
    json_t *plan;
    enum status status = fhir_plan_read(request, response, plan_id, &plan);
    if (status == STATUS_NOT_FOUND && !response->problem)
        return fhir_refuse_place(response, "#/basedOn", "unknown_id", "there is no such CarePlan");
    if (status != STATUS_OK)
        return status;
    bool same = fhir_patient_of(json_object_get(request->json, "subject"), patient, &where) &&
                strcmp(patient, fhir_text(plan, "patient")) == 0;
    json_decref(plan);
    return same
               ? STATUS_OK
               : fhir_refuse_place(response, where, "value", "must be the patient of the CarePlan");
}

static enum status store(const struct record_type *type, struct app *app,
                         const struct http_request *request, struct http_response *response,
                         json_t *body, const char *plan) {
    char id[RECORD_ID_SIZE];
    json_t *made = NULL;
    struct fhir_native native = {
        .operation = type->operation, .body = body, .params = {{"plan_id", plan}}};
    enum status status = check_subject(request, response, plan);
    if (status != STATUS_OK)
        return status;
    status = fhir_native_call(&native, app, request, response, &made);
    if (status == STATUS_OK && !response->problem) {
        (void)snprintf(id, sizeof id, "%.32s.%s", plan, fhir_text(made, type->id));
        status = answer_created(app, request, response, type->kind, id, type->kept);
    } else {
        fhir_native_places(response, type->places);
    }
    json_decref(made);
    return status;
}

static enum status create(const struct record_type *type, struct app *app,
                          const struct http_request *request, struct http_response *response,
                          char patient_id[PATIENT_ID_SIZE]) {
    struct complaints complaints;
    const char *plan;
    enum status status = begin(request, response, type->type, &complaints);
    if (status != STATUS_OK)
        return status;
    json_t *body = type->read(request->json, &plan, &complaints);
    status = body ? body_refuse(response, &complaints) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = fhir_check_kept(request, response, type->kept);
    if (status == STATUS_OK) {
        fhir_patient_part(plan, patient_id);
        status = store(type, app, request, response, body, plan);
    }
    json_decref(body);
    return status;
}

static enum status create_observation(struct app *app, const struct http_request *request,
                                      struct http_response *response,
                                      char patient_id[PATIENT_ID_SIZE]) {
    return create(&observation, app, request, response, patient_id);
}

static enum status create_procedure(struct app *app, const struct http_request *request,
                                    struct http_response *response,
                                    char patient_id[PATIENT_ID_SIZE]) {
    return create(&procedure, app, request, response, patient_id);
}

enum status fhir_observation_create(void *app, const struct http_request *request,
                                    struct http_response *response) {
    return fhir_once(app, request, response, create_observation);
}

enum status fhir_procedure_create(void *app, const struct http_request *request,
                                  struct http_response *response) {
    return fhir_once(app, request, response, create_procedure);
}

/* ---- AdverseEvent: a session that went well becomes one that did not ---- */

static const struct fhir_place event_places[] = {
    {"#/adverse_events", "#/suspectEntity/0/instance"}, /* of a session that did not take place */
    {"#/adverse_events/", "#/event"},
    {NULL, "#/event"},
};

static const char *const event_kept[] = {"actuality", "event", "subject", "suspectEntity.instance",
                                         "extension", NULL};

/* The session that an event came after, by both its ids. */
struct after {
    char plan[PLAN_REF_SIZE];
    char session[SUB_ID_SIZE];
};

/* Where the session is, if it is there and the subject's. */
static enum status find_session(const struct app *app, const struct http_request *request,
                                struct http_response *response, const char *id,
                                struct after *after) {
    char patient[FHIR_PATIENT_SIZE], own[FHIR_PATIENT_SIZE];
    const char *where, *ignored;
    json_t *session;
    enum status status = fhir_record_read(app, request, response, FHIR_PROCEDURE, id, &session);
    if (status == STATUS_NOT_FOUND && !response->problem)
        return fhir_refuse_place(response, "#/suspectEntity/0/instance", "unknown_id",
                                 "there is no such Procedure");
    if (status != STATUS_OK)
        return status;
    bool same = fhir_patient_of(json_object_get(request->json, "subject"), patient, &where) &&
                fhir_patient_of(json_object_get(session, "subject"), own, &ignored) &&
                strcmp(patient, own) == 0;
    const json_t *based = json_array_get(json_object_get(session, "basedOn"), 0);
    (void)snprintf(after->plan, sizeof after->plan, "%s",
                   fhir_id_in(fhir_text(based, "reference"), "CarePlan"));
    (void)snprintf(after->session, sizeof after->session, "%s", strchr(id, '.') + 1);
    json_decref(session);
    return same ? STATUS_OK
                : fhir_refuse_place(response, where, "value",
                                    "must be the patient of the Procedure");
}

/* What is known to have happened, and this; that nothing happened is true no more. */
static json_t *events_with(const json_t *session, json_t *event) {
    json_t *list = json_array(), *known;
    size_t i;
    json_array_foreach(json_object_get(session, "adverse_events"), i, known) {
        const char *id = fhir_text(known, "id");
        if (list && id && strcmp(id, "ae_none") != 0)
            (void)json_array_append(list, known);
    }
    if (list && json_array_append(list, event) == 0)
        return list;
    json_decref(list);
    return NULL;
}

/* Reads the session and writes it with the event; `*number` is that of the event in it. */
static enum status add_to_session(struct app *app, const struct http_request *request,
                                  struct http_response *response, const struct after *after,
                                  json_t *event, size_t *number) {
    char if_match[32];
    json_t *session, *answer = NULL;
    struct fhir_native native = {
        .operation = "getSession",
        .params = {{"plan_id", after->plan}, {"session_id", after->session}}};
    enum status status = fhir_native_call(&native, app, request, response, &session);
    if (status != STATUS_OK || response->problem)
        return status;
    json_t *events = events_with(session, event);
    json_t *body = events ? json_pack("{s:o}", "adverse_events", events) : NULL;
    *number = json_array_size(events) - 1;
    (void)snprintf(if_match, sizeof if_match, "\"%lld\"",
                   (long long)json_integer_value(json_object_get(session, "version")));
    native.operation = "updateSession";
    native.body = body;
    native.if_match = if_match;
    status = body ? fhir_native_call(&native, app, request, response, &answer) : STATUS_NO_MEMORY;
    json_decref(answer);
    json_decref(body);
    json_decref(session);
    return status;
}

/* Who comes in between makes it begin again: nobody said which version was meant. */
static enum status store_event(struct app *app, const struct http_request *request,
                               struct http_response *response, const char *session_id,
                               json_t *event) {
    enum { TRIES = 5 };
    struct after after;
    char id[RECORD_ID_SIZE];
    size_t number = 0;
    enum status status = find_session(app, request, response, session_id, &after);
    if (status != STATUS_OK)
        return status;
    status = STATUS_CONFLICT;
    for (int tries = 0; status == STATUS_CONFLICT && tries < TRIES; tries++) {
        response_forget_problem(response);
        status = add_to_session(app, request, response, &after, event, &number);
    }
    if (status != STATUS_OK || response->problem) {
        fhir_native_places(response, event_places);
        return status;
    }
    (void)snprintf(id, sizeof id, "%.61s.%zu", session_id, number);
    return answer_created(app, request, response, FHIR_ADVERSE_EVENT, id, event_kept);
}

static enum status create_event(struct app *app, const struct http_request *request,
                                struct http_response *response, char patient_id[PATIENT_ID_SIZE]) {
    struct complaints complaints;
    const char *session;
    enum status status = begin(request, response, "AdverseEvent", &complaints);
    if (status != STATUS_OK)
        return status;
    json_t *event = fhir_adverse_event_read(request->json, &session, &complaints);
    status = body_refuse(response, &complaints);
    if (status == STATUS_OK && !event)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = fhir_check_kept(request, response, event_kept);
    if (status == STATUS_OK) {
        fhir_patient_part(session, patient_id);
        status = store_event(app, request, response, session, event);
    }
    json_decref(event);
    return status;
}

enum status fhir_adverse_event_create(void *app, const struct http_request *request,
                                      struct http_response *response) {
    return fhir_once(app, request, response, create_event);
}
