/*
 * Searches of Observation, Procedure and AdverseEvent: a search says whose record is meant. An
 * AdverseEvent is a part of its session's row: what SQL finds are sessions, of which the events
 * that were not meant are left out here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interop/fhir_adverse_event.h"
#include "interop/fhir_bundle.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "resources/fhir_person.h"
#include "resources/fhir_plans.h"
#include "resources/fhir_records.h"
#include "resources/fhir_search.h"
#include "resources/handlers.h"
#include "resources/sql_value.h"

#define SYSTEM_SERIOUSNESS "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness"
#define COUNTED_MOST "100000" /* rows of a patient; more than anybody has */

struct record_search {
    enum fhir_record_kind kind;
    struct fhir_search search;
    struct fhir_person person;
    struct buffer plans, ids, codes; /* text[] for SQL; "" for any */
    json_t *events;                  /* owned; the list of `codes`, where events are meant */
    int number;                      /* of the event of _id; -1: any */
    const char *serious;             /* "true", "false"; NULL: any */
    struct fhir_bounds date, updated;
    json_t *led_to; /* owned; ids of plans or sessions to include */
    struct tenant_call call;
};

/* ---- parameters ---- */

/* _id as a text[]; it names the patient as well. */
static void read_ids(struct record_search *s) {
    const char *value = fhir_search_value(&s->search, "_id");
    struct fhir_record_ref ref;
    if (!value)
        return;
    if (strlen(value) >= RECORD_ID_SIZE || !fhir_record_ref_parse(value, s->kind, &ref)) {
        s->person.nothing = true;
        return;
    }
    fhir_person_narrow(&s->person, ref.patient_id);
    fhir_search_codes(ref.id, NULL, &s->ids);
    s->number = ref.number;
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

/* What an adverse event came after: a session. */
static enum status read_substance(struct record_search *s) {
    const char *value = fhir_search_value(&s->search, "substance");
    const char *id = value ? fhir_search_id(value, "Procedure") : NULL;
    struct fhir_record_ref ref;
    if (!value)
        return STATUS_OK;
    if (!id)
        return fhir_search_refuse(&s->search, "substance", "must be one Procedure/id");
    if (!fhir_record_ref_parse(id, FHIR_PROCEDURE, &ref)) {
        s->person.nothing = true;
        return STATUS_OK;
    }
    fhir_person_narrow(&s->person, ref.patient_id);
    if (s->ids.len) /* _id as well: of this session, or nothing */
        s->person.nothing |= strstr(s->ids.data, ref.id) == NULL;
    else
        fhir_search_codes(ref.id, NULL, &s->ids);
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

/* Of an event: which, how serious, and that it happened, for others are not kept. */
static enum status read_event(struct record_search *s) {
    const char *event = fhir_search_value(&s->search, "event");
    const char *serious = fhir_search_value(&s->search, "seriousness");
    const char *actuality = fhir_search_value(&s->search, "actuality");
    struct buffer words;
    buffer_init(&words);
    if (event) {
        fhir_search_codes(event, SYSTEM_ADVERSE_EVENT, &s->codes);
        s->events = sql_array_read(s->codes.data ? s->codes.data : "{}");
        s->search.failed |= !s->events;
    }
    if (actuality)
        s->person.nothing |= strstr(actuality, "actual") == NULL;
    if (serious) {
        fhir_search_codes(serious, SYSTEM_SERIOUSNESS, &words);
        bool yes = words.data && strstr(words.data, "\"serious\"");
        bool no = words.data && strstr(words.data, "\"non-serious\"");
        s->person.nothing |= !yes && !no;
        s->serious = yes == no ? NULL : yes ? "true" : "false";
    }
    buffer_free(&words);
    return read_substance(s);
}

static enum status read_dates(struct record_search *s) {
    const char *date = fhir_search_value(&s->search, "date");
    const char *updated = fhir_search_value(&s->search, "_lastUpdated");
    bool days = s->kind == FHIR_ADVERSE_EVENT;
    if (date && !(days ? fhir_search_period(date, &s->date) : fhir_search_moments(date, &s->date)))
        return fhir_search_refuse(&s->search, "date", "must be a date or a time");
    if (updated && !fhir_search_moments(updated, &s->updated))
        return fhir_search_refuse(&s->search, "_lastUpdated", "must be a date or a time");
    return STATUS_OK;
}

static enum status read_filters(struct record_search *s) {
    enum status status = fhir_person_read(&s->search, &s->person);
    if (status == STATUS_OK)
        status = read_based_on(s);
    if (status == STATUS_OK)
        status = read_dates(s);
    read_ids(s);
    if (status == STATUS_OK)
        status = read_event(s);
    if (status != STATUS_OK)
        return status;
    read_codes(s);
    if (!*s->person.patient_id && !s->person.nothing)
        return fhir_search_refuse(&s->search, "patient",
                                  "is needed: records are searched patient by patient");
    return STATUS_OK;
}

/* ---- asking ---- */

static const char *list_of(const struct buffer *array) {
    return array->len ? array->data : NULL;
}

/* The tighter of two bounds as texts that sort; either may be "". */
static const char *later(const char *a, const char *b) {
    return fhir_or_null(strcmp(a, b) > 0 ? a : b);
}

static const char *earlier(const char *a, const char *b) {
    return !*a ? fhir_or_null(b) : !*b || strcmp(a, b) < 0 ? a : b;
}

static int ask_rows(struct record_search *s, const char *at, const char *id, const char *limit) {
    const char *patient_id = s->person.patient_id;
    const struct fhir_bounds *date = &s->date;
    if (s->kind == FHIR_OBSERVATION)
        return TENANT_CALL_ADD(&s->call, "measurements_search", patient_id, list_of(&s->plans),
                               list_of(&s->ids), list_of(&s->codes), fhir_or_null(date->start_from),
                               fhir_or_null(date->start_to), at, id, limit);
    if (s->kind == FHIR_PROCEDURE)
        return TENANT_CALL_ADD(&s->call, "sessions_search", patient_id, list_of(&s->plans),
                               list_of(&s->ids), at, id, limit);
    return TENANT_CALL_ADD(
        &s->call, "adverse_events_search", patient_id, list_of(&s->plans), list_of(&s->ids),
        list_of(&s->codes), s->serious, later(date->start_from, date->stop_from),
        earlier(date->start_to, date->stop_to), fhir_or_null(s->updated.start_from),
        fhir_or_null(s->updated.start_to), at, id, limit);
}

/* ---- rows ---- */

static bool is_meant(const struct record_search *s, const json_t *event, int number) {
    const char *code = fhir_code_in(json_object_get(event, "event"), SYSTEM_ADVERSE_EVENT);
    size_t i;
    json_t *wanted;
    if (s->number >= 0 && s->number != number)
        return false;
    json_array_foreach(s->events, i, wanted) {
        if (code && strcmp(json_string_value(wanted), code) == 0)
            return true;
    }
    return s->events == NULL;
}

/* The resources of a row, in a list; NULL without memory. */
static json_t *resources_of(struct record_search *s, int step, int row) {
    const struct knowledge *knowledge = s->search.app->knowledge;
    const char *patient_id = s->person.patient_id;
    json_t *list = json_array();
    bool good = list != NULL;
    if (good && !fhir_record_seen(&s->call, step, row, s->person.own, patient_id))
        return list;
    if (good && s->kind == FHIR_OBSERVATION)
        good = fhir_append(list, fhir_observation_of(&s->call, step, row, patient_id));
    else if (good && s->kind == FHIR_PROCEDURE)
        good = fhir_append(list, fhir_procedure_of(knowledge, &s->call, step, row, patient_id));
    for (int i = 0; good && s->kind == FHIR_ADVERSE_EVENT && i < RECORD_EVENTS_MAX; i++) {
        json_t *event = fhir_adverse_event_of(knowledge, &s->call, step, row, patient_id, i);
        if (event && is_meant(s, event, i))
            good = fhir_append(list, json_incref(event));
        json_decref(event);
    }
    if (good)
        return list;
    json_decref(list);
    return NULL;
}

/* What the row leads to, for fhir_search_include() later: its plan, or the session of its events.
 */
static void remember(struct record_search *s, int step, int row) {
    const char *column = s->kind == FHIR_ADVERSE_EVENT ? "session_id" : "plan_id";
    s->search.failed |=
        json_array_append_new(s->led_to,
                              json_string(tenant_call_value(&s->call, step, row, column))) != 0;
}

static void add_row(struct record_search *s, int step, int row) {
    size_t i;
    json_t *resource, *list = resources_of(s, step, row);
    s->search.failed |= !list;
    json_array_foreach(list, i, resource) fhir_search_add(&s->search, json_incref(resource));
    if (json_array_size(list) && json_array_size(s->search.includes))
        remember(s, step, row);
    json_decref(list);
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

static void add_total(struct record_search *s, int step) {
    long long total = 0;
    for (int row = 0; step >= 0 && row < tenant_call_count(&s->call, step); row++) {
        json_t *list = resources_of(s, step, row);
        s->search.failed |= !list;
        total += (long long)json_array_size(list);
        json_decref(list);
    }
    s->search.failed |= !fhir_bundle_total(s->search.bundle, total);
}

/* ---- what they lead to ---- */

static void include_row(struct record_search *s, int step, int row) {
    const struct knowledge *knowledge = s->search.app->knowledge;
    if (s->kind == FHIR_ADVERSE_EVENT) {
        fhir_search_include(
            &s->search, fhir_procedure_of(knowledge, &s->call, step, row, s->person.patient_id));
        return;
    }
    struct care_plan plan = {0};
    care_plan_take(&plan, &s->call, step, row);
    json_t *json = fhir_plan_json(&plan, app_today());
    fhir_search_include(&s->search, json ? fhir_plan_as(knowledge, "CarePlan", json) : NULL);
    json_decref(json);
}

static enum status include(struct record_search *s) {
    struct buffer ids;
    const char *patient_id = s->person.patient_id;
    int step;
    if (json_array_size(s->led_to) == 0)
        return STATUS_OK;
    buffer_init(&ids);
    sql_array_write(&ids, s->led_to);
    tenant_call_begin(&s->call, s->search.request, s->search.response, TENANT_READ);
    if (s->kind == FHIR_ADVERSE_EVENT)
        step = TENANT_CALL_ADD(&s->call, "sessions_search", patient_id, NULL, ids.data, "-infinity",
                               "", COUNTED_MOST);
    else
        step =
            TENANT_CALL_ADD(&s->call, "care_plans_search", patient_id, NULL, "infinity", "",
                            ids.data, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, COUNTED_MOST);
    enum status status = ids.failed ? STATUS_NO_MEMORY : tenant_call_run(&s->call);
    for (int row = 0; status == STATUS_OK && row < tenant_call_count(&s->call, step); row++)
        include_row(s, step, row);
    tenant_call_end(&s->call);
    buffer_free(&ids);
    return status;
}

/* ---- the search ---- */

static enum status ask(struct record_search *s) {
    const struct page *page = &s->search.page;
    const char *at = page_after(page, "at"), *id = page_after(page, "id");
    int rows = -1, all = -1;
    tenant_call_begin(&s->call, s->search.request, s->search.response, TENANT_READ);
    if (!s->search.counts_only)
        rows = ask_rows(s, at ? at : "-infinity", id ? id : "", page->limit_text);
    if (s->search.total)
        all = ask_rows(s, "-infinity", "", COUNTED_MOST);
    enum status status = s->person.nothing ? STATUS_OK : tenant_call_run(&s->call);
    if (status == STATUS_OK && rows >= 0 && !s->person.nothing)
        add_rows(s, rows);
    if (status == STATUS_OK && s->search.total)
        add_total(s, s->person.nothing ? -1 : all);
    tenant_call_end(&s->call);
    if (status == STATUS_OK)
        status = include(s);
    return status == STATUS_OK ? fhir_search_send(&s->search) : status;
}

static enum status search(void *app, const struct http_request *request,
                          struct http_response *response, enum fhir_record_kind kind) {
    struct record_search s = {.kind = kind, .number = -1, .led_to = json_array()};
    buffer_init(&s.plans);
    buffer_init(&s.ids);
    buffer_init(&s.codes);
    enum status status = fhir_search_open(&s.search, app, request, response);
    if (status == STATUS_OK)
        status = s.led_to ? read_filters(&s) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = ask(&s);
    buffer_free(&s.plans);
    buffer_free(&s.ids);
    buffer_free(&s.codes);
    json_decref(s.events);
    json_decref(s.led_to);
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
