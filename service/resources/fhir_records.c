/*
 * Observation, Procedure and AdverseEvent: what is recorded below the plans of one patient. A
 * search says whose record is meant; ids begin with the patient_id, so that reading one asks nobody
 * else's.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "care/adverse_rules.h"
#include "http/route.h"
#include "interop/fhir_adverse_event.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "interop/fhir_measurement.h"
#include "interop/fhir_procedure.h"
#include "resources/fhir_person.h"
#include "resources/fhir_records.h"
#include "resources/handlers.h"
#include "resources/session_row.h"
#include "resources/sql_value.h"

enum { ALL_EVENTS = 30 };

/* ---- ids: PATIENT.m-..., PATIENT.s-..., PATIENT.s-....3 ---- */

struct record_ref {
    char patient_id[PATIENT_ID_SIZE];
    char id[SUB_ID_SIZE];
    int number; /* of an event of a session; -1: none */
};

static bool read_ref(const char *text, enum fhir_record_kind kind, struct record_ref *ref) {
    const char *dot = strchr(text, '.');
    char letter = kind == FHIR_OBSERVATION ? 'm' : 's';
    *ref = (struct record_ref){.number = -1};
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

/* ---- searching ---- */

struct record_search {
    struct fhir_search search;
    struct fhir_person person;
    struct buffer plans, ids, codes;
    struct fhir_bounds taken;
    enum fhir_record_kind kind;
    struct tenant_call call;
};

/* Ids of _id as a text[]; they name the patient as well. */
static void read_ids(struct record_search *s) {
    const char *value = fhir_search_value(&s->search, "_id");
    struct record_ref ref;
    char list[RECORD_ID_SIZE];
    if (!value)
        return;
    if (strlen(value) >= sizeof list || !read_ref(value, s->kind, &ref)) {
        s->person.nothing = true;
        return;
    }
    fhir_person_narrow(&s->person, ref.patient_id);
    fhir_search_codes(ref.id, NULL, &s->ids);
}

static enum status read_based_on(struct record_search *s) {
    const char *value = fhir_search_value(&s->search, "based-on");
    const char *id = value ? fhir_search_id(value, "CarePlan") : NULL;
    struct plan_ref ref;
    if (!value)
        return STATUS_OK;
    if (!id)
        return fhir_search_refuse(&s->search, "based-on", "must be one CarePlan/id");
    if (plan_ref_parse(id, &ref)) {
        fhir_person_narrow(&s->person, ref.patient_id);
        fhir_search_codes(ref.plan_id, NULL, &s->plans);
    } else {
        s->person.nothing = true;
    }
    return STATUS_OK;
}

/* The instruments that tokens name, in our own words; none of them is nothing. */
static void read_codes(struct record_search *s) {
    const char *value = fhir_search_value(&s->search, "code");
    struct buffer names;
    if (!value)
        return;
    buffer_init(&names);
    while (*value) {
        size_t len = strcspn(value, ",");
        const char *bar = memchr(value, '|', len), *code = bar ? bar + 1 : value;
        size_t code_len = (size_t)(value + len - code);
        bool loinc = code_len == 7 && strncmp(code, "72514-3", 7) == 0;
        buffer_puts(&names, names.len ? "," : "");
        buffer_append(&names, loinc ? "nrs" : code, loinc ? 3 : code_len);
        value += len + (value[len] == ',');
    }
    fhir_search_codes(names.data ? names.data : "", NULL, &s->codes);
    buffer_free(&names);
}

static enum status read_filters(struct record_search *s) {
    const char *date = fhir_search_value(&s->search, "date");
    enum status status = fhir_person_read(&s->search, &s->person);
    if (status == STATUS_OK)
        status = read_based_on(s);
    if (status != STATUS_OK)
        return status;
    if (date && !fhir_search_moments(date, &s->taken))
        return fhir_search_refuse(&s->search, "date", "must be a date or a time");
    read_ids(s);
    read_codes(s);
    if (!*s->person.patient_id && !s->person.nothing)
        return fhir_search_refuse(&s->search, "patient",
                                  "is needed: records are searched patient by patient");
    return STATUS_OK;
}

static const char *list_of(const struct buffer *array) {
    return array->len ? array->data : NULL;
}

static int ask_measurements(struct record_search *s) {
    const struct page *page = &s->search.page;
    const char *at = page_after(page, "at"), *id = page_after(page, "id");
    return TENANT_CALL_ADD(&s->call, "measurements_search", s->person.patient_id,
                           list_of(&s->plans), list_of(&s->ids), list_of(&s->codes),
                           fhir_or_null(s->taken.start_from), fhir_or_null(s->taken.start_to),
                           at ? at : "-infinity", id ? id : "", page->limit_text);
}

static int ask_sessions(struct record_search *s, const char *statement) {
    const struct page *page = &s->search.page;
    const char *at = page_after(page, "at"), *id = page_after(page, "id");
    return TENANT_CALL_ADD(&s->call, statement, s->person.patient_id, list_of(&s->plans),
                           list_of(&s->ids), at ? at : "-infinity", id ? id : "", page->limit_text);
}

static void add_row(struct record_search *s, int step, int row) {
    const struct knowledge *knowledge = s->search.app->knowledge;
    const char *patient_id = s->person.patient_id;
    if (!fhir_record_seen(&s->call, step, row, s->person.own, patient_id))
        return;
    if (s->kind == FHIR_OBSERVATION) {
        fhir_search_add(&s->search, fhir_observation_of(&s->call, step, row, patient_id));
        return;
    }
    if (s->kind == FHIR_PROCEDURE) {
        fhir_search_add(&s->search, fhir_procedure_of(knowledge, &s->call, step, row, patient_id));
        return;
    }
    for (int i = 0; i < ALL_EVENTS; i++) {
        json_t *event = fhir_adverse_event_of(knowledge, &s->call, step, row, patient_id, i);
        if (event)
            fhir_search_add(&s->search, event);
    }
}

static void add_rows(struct record_search *s, int step) {
    bool m = s->kind == FHIR_OBSERVATION;
    int rows = tenant_call_count(&s->call, step), limit = (int)s->search.page.limit;
    for (int row = 0; row < rows && row < limit; row++)
        add_row(s, step, row);
    if (rows > limit)
        fhir_search_more(
            &s->search,
            json_pack(
                "{s:s, s:s}", "at",
                tenant_call_value(&s->call, step, limit - 1, m ? "taken_at" : "created_at"), "id",
                tenant_call_value(&s->call, step, limit - 1, m ? "measurement_id" : "session_id")));
}

static enum status ask(struct record_search *s) {
    tenant_call_begin(&s->call, s->search.request, s->search.response, TENANT_READ);
    int step = s->kind == FHIR_OBSERVATION
                   ? ask_measurements(s)
                   : ask_sessions(s, s->kind == FHIR_PROCEDURE ? "sessions_search"
                                                               : "adverse_events_search");
    enum status status = s->person.nothing ? STATUS_OK : tenant_call_run(&s->call);
    if (status == STATUS_OK && !s->person.nothing)
        add_rows(s, step);
    if (status == STATUS_OK)
        status = fhir_search_send(&s->search);
    tenant_call_end(&s->call);
    return status;
}

static enum status search(void *app, const struct http_request *request,
                          struct http_response *response, enum fhir_record_kind kind) {
    struct record_search s = {.kind = kind};
    buffer_init(&s.plans);
    buffer_init(&s.ids);
    buffer_init(&s.codes);
    enum status status = fhir_search_open(&s.search, app, request, response);
    if (status == STATUS_OK)
        status = read_filters(&s);
    if (status == STATUS_OK)
        status = ask(&s);
    buffer_free(&s.plans);
    buffer_free(&s.ids);
    buffer_free(&s.codes);
    fhir_search_close(&s.search);
    return status;
}

enum status fhir_observation_search(void *app, const struct http_request *request,
                                    struct http_response *response) {
    return search(app, request, response, FHIR_OBSERVATION);
}

enum status fhir_procedure_search(void *app, const struct http_request *request,
                                  struct http_response *response) {
    return search(app, request, response, FHIR_PROCEDURE);
}

enum status fhir_adverse_event_search(void *app, const struct http_request *request,
                                      struct http_response *response) {
    return search(app, request, response, FHIR_ADVERSE_EVENT);
}

/* ---- reading one ---- */

static json_t *take(const struct knowledge *knowledge, const struct tenant_call *call, int step,
                    const struct record_ref *ref, enum fhir_record_kind kind, const char *own) {
    const char *patient_id = ref->patient_id;
    if (tenant_call_count(call, step) != 1 || !fhir_record_seen(call, step, 0, own, patient_id))
        return NULL;
    if (kind == FHIR_OBSERVATION)
        return fhir_observation_of(call, step, 0, patient_id);
    return kind == FHIR_PROCEDURE
               ? fhir_procedure_of(knowledge, call, step, 0, patient_id)
               : fhir_adverse_event_of(knowledge, call, step, 0, patient_id, ref->number);
}

static int ask_one(struct tenant_call *call, const struct record_ref *ref,
                   enum fhir_record_kind kind, const char *ids) {
    const char *patient_id = ref->patient_id;
    if (kind == FHIR_OBSERVATION)
        return TENANT_CALL_ADD(call, "measurements_search", patient_id, NULL, ids, NULL, NULL, NULL,
                               "-infinity", "", "1");
    return TENANT_CALL_ADD(call,
                           kind == FHIR_PROCEDURE ? "sessions_search" : "adverse_events_search",
                           patient_id, NULL, ids, "-infinity", "", "1");
}

enum status fhir_record_read(const struct app *app, const struct http_request *request,
                             struct http_response *response, enum fhir_record_kind kind,
                             const char *id, json_t **resource) {
    struct record_ref ref;
    struct tenant_call call;
    char own[PATIENT_ID_SIZE], ids[SUB_ID_SIZE + 4];
    *resource = NULL;
    if (!read_ref(id, kind, &ref))
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
