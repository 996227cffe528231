#include "interop/fhir_procedure.h"

#include <stdio.h>
#include <string.h>

#include "care/adverse_rules.h"
#include "interop/fhir_adverse_event.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "interop/fhir_kept.h"
#include "interop/fhir_names.h"
#include "interop/fhir_record.h"

#define SYSTEM_SESSION_STATUS FHIR_CODES("session-status")

enum { POINTER_SIZE = 64, DAY_LEN = 10 };

/* Ours and theirs; the first of theirs is the one that is meant when nothing more is said. */
static const struct state {
    const char *session, *procedure, *display;
} states[] = {
    {"planned", "preparation", NULL},
    {"done", "completed", NULL},
    {"missed", "not-done", "Missed"},
    {"cancelled", "not-done", "Cancelled"},
};
enum { STATES = sizeof states / sizeof *states };

/* Whole numbers that R4 has no member for. */
static const struct number {
    const char *member, *url;
} numbers[] = {
    {"minutes", FHIR_CANONICAL "/StructureDefinition/session-minutes"},
    {"pressure_used", FHIR_CANONICAL "/StructureDefinition/session-pressure-used"},
    {"pressure_tolerated", FHIR_CANONICAL "/StructureDefinition/session-pressure-tolerated"},
    {"pain_before", FHIR_CANONICAL "/StructureDefinition/session-pain-before"},
    {"pain_after", FHIR_CANONICAL "/StructureDefinition/session-pain-after"},
};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

/* ---- writing ---- */

static bool add_status(json_t *resource, const json_t *session) {
    const char *status = fhir_text(session, "status");
    for (size_t i = 0; i < STATES; i++) {
        if (!status || strcmp(states[i].session, status) != 0)
            continue;
        bool good = fhir_set_text(resource, "status", states[i].procedure);
        if (good && states[i].display)
            good = fhir_set(
                resource, "statusReason",
                fhir_concept(SYSTEM_SESSION_STATUS, status, states[i].display, states[i].display));
        return good;
    }
    return false;
}

/* When it was, or shall be: a time, times, or else the day. */
static bool add_time(json_t *resource, const json_t *session) {
    const char *from = fhir_text(session, "window_from"), *to = fhir_text(session, "window_to");
    if (!to)
        return fhir_set_text(resource, "performedDateTime",
                             from ? from : fhir_text(session, "planned_on"));
    json_t *period = json_object();
    return period && fhir_set_text(period, "start", from) && fhir_set_text(period, "end", to) &&
           fhir_set(resource, "performedPeriod", period);
}

static bool add_numbers(json_t *resource, const json_t *session) {
    json_t *list = json_array();
    bool good = list != NULL;
    for (size_t i = 0; good && i < NUMBERS; i++) {
        json_t *value = json_object_get(session, numbers[i].member);
        if (value)
            good = fhir_append(
                list, json_pack("{s:s, s:O}", "url", numbers[i].url, "valueInteger", value));
    }
    return good && fhir_set(resource, "extension", list);
}

/* That nothing happened is what came of it; everything else is a complication. */
static bool add_events(json_t *resource, const struct knowledge *knowledge, const json_t *session) {
    json_t *list = json_array(), *event, *nothing = NULL;
    bool good = list != NULL;
    size_t i;
    json_array_foreach(json_object_get(session, "adverse_events"), i, event) {
        const char *id = fhir_text(event, "id");
        const char *name = id ? adverse_name(knowledge, id) : NULL;
        json_t *concept = fhir_complication(event, name);
        if (id && strcmp(id, "ae_none") == 0)
        nothing = concept;
        else good = fhir_append(list, concept) && good;
    }
    return fhir_set(resource, "outcome", nothing) && fhir_set(resource, "complication", list) &&
           good;
}

json_t *fhir_procedure(const struct knowledge *knowledge, const json_t *row) {
    const json_t *session = json_object_get(row, "session");
    const char *technique = fhir_text(session, "technique"), *notes = fhir_text(session, "notes");
    json_t *resource = fhir_record(
        "Procedure", row, (long long)json_integer_value(json_object_get(session, "version")),
        fhir_text(session, "updated_at"));
    bool good = resource && add_numbers(resource, session) &&
                fhir_set(resource, "basedOn",
                         json_pack("[{s:o}]", "reference",
                                   json_sprintf("CarePlan/%s", fhir_text(row, "plan")))) &&
                add_status(resource, session) &&
                fhir_set(resource, "code", fhir_technique(knowledge, technique)) &&
                add_time(resource, session) && add_events(resource, knowledge, session) &&
                (!notes || fhir_set(resource, "note", json_pack("[{s:s}]", "text", notes)));
    if (good)
        return resource;
    json_decref(resource);
    return NULL;
}

/* ---- reading ---- */

const char *const fhir_procedure_kept[] = {
    "basedOn",   "status",          "statusReason", "code",
    "subject",   "performedPeriod", "complication", "performedDateTime",
    "note.text", "outcome.coding",  "outcome.text", "extension",
    NULL};

static void read_status(json_t *body, const json_t *resource, struct complaints *complaints) {
    const char *status = fhir_text(resource, "status"), *found = NULL;
    const char *reason =
        fhir_code_in(json_object_get(resource, "statusReason"), SYSTEM_SESSION_STATUS);
    for (size_t i = STATES; status && i-- > 0;)
        if (strcmp(states[i].procedure, status) == 0 &&
            (!found || !reason || strcmp(states[i].session, reason) == 0))
            found = states[i].session;
    if (found)
        (void)json_object_set_new(body, "status", json_string(found));
    else
        complain(complaints, "#/status", status ? "not_supported" : "required",
                 "must be preparation (planned), completed (done) or not-done (missed, or "
                 "cancelled where statusReason says so)");
}

static void set_day(json_t *body, const char *time) {
    (void)json_object_set_new(body, "planned_on", json_stringn(time, DAY_LEN));
}

/* A time, and the day it is on; or a day. */
static void read_moment(json_t *body, const char *time, const char *pointer,
                        struct complaints *complaints) {
    if (!fhir_names_day(time)) {
        complain(complaints, pointer, "format", "must name a day");
        return;
    }
    set_day(body, time);
    if (strlen(time) > DAY_LEN)
        (void)fhir_set_text(body, "window_from", time);
}

static void read_time(json_t *body, const json_t *resource, struct complaints *complaints) {
    const json_t *period = json_object_get(resource, "performedPeriod");
    const char *time = fhir_text(resource, "performedDateTime");
    const char *start = fhir_text(period, "start"), *end = fhir_text(period, "end");
    if (time)
        read_moment(body, time, "#/performedDateTime", complaints);
    if (start)
        read_moment(body, start, "#/performedPeriod/start", complaints);
    if (end && strlen(end) > DAY_LEN)
        (void)fhir_set_text(body, "window_to", end);
    else if (end && (!start || strcmp(start, end) != 0))
        complain(complaints, "#/performedPeriod/end", "not_supported",
                 "must be a time, or the day of the start");
    if (json_object_get(resource, "performedString") || json_object_get(resource, "performedAge") ||
        json_object_get(resource, "performedRange"))
        complain(complaints, "#/performed", "not_supported", "must be a time, a day or a period");
}

static void read_technique(json_t *body, const json_t *resource, struct complaints *complaints) {
    const json_t *code = json_object_get(resource, "code");
    const char *technique = fhir_code_in(code, SYSTEM_TECHNIQUE);
    if (technique)
        (void)json_object_set_new(body, "technique", json_string(technique));
    else if (code)
        complain(complaints, "#/code", "unknown_id",
                 "names no technique: give a code of %s, or none for that of the plan",
                 SYSTEM_TECHNIQUE);
}

static const struct number *number_named(const json_t *extension) {
    const char *url = fhir_text(extension, "url");
    for (size_t i = 0; url && i < NUMBERS; i++)
        if (strcmp(numbers[i].url, url) == 0)
            return &numbers[i];
    return NULL;
}

static void read_numbers(json_t *body, const json_t *resource, struct complaints *complaints) {
    char place[POINTER_SIZE];
    size_t i;
    json_t *extension;
    json_array_foreach(json_object_get(resource, "extension"), i, extension) {
        const struct number *number = number_named(extension);
        json_t *value = json_object_get(extension, "valueInteger");
        (void)snprintf(place, sizeof place, "#/extension/%zu", i);
        if (number && value)
            (void)json_object_set(body, number->member, value);
        else if (number)
            complain(complaints, place, "required", "lacks valueInteger");
    }
}

static void add_event(json_t *events, const json_t *concept, const char *pointer,
                      struct complaints *complaints) {
    json_t *event =
        fhir_event_of(concept, json_object_get(concept, "extension"), pointer, complaints);
    if (event)
        (void)json_array_append_new(events, event);
}

static void read_events(json_t *body, const json_t *resource, struct complaints *complaints) {
    char place[POINTER_SIZE];
    json_t *events = json_array(), *concept;
    size_t i;
    const json_t *outcome = json_object_get(resource, "outcome");
    if (fhir_code_in(outcome, SYSTEM_ADVERSE_EVENT))
        add_event(events, outcome, "#/outcome", complaints);
    else if (outcome)
        complain(complaints, "#/outcome", "not_supported",
                 "must be ae_none of %s, which says that nothing happened", SYSTEM_ADVERSE_EVENT);
    json_array_foreach(json_object_get(resource, "complication"), i, concept) {
        (void)snprintf(place, sizeof place, "#/complication/%zu", i);
        add_event(events, concept, place, complaints);
    }
    (void)fhir_set(body, "adverse_events", events);
}

static void read_note(json_t *body, const json_t *resource, struct complaints *complaints) {
    const json_t *notes = json_object_get(resource, "note");
    if (json_array_size(notes) > 1)
        complain(complaints, "#/note/1", "not_supported", "a session has one note");
    (void)fhir_set_text(body, "notes", fhir_text(json_array_get(notes, 0), "text"));
}

json_t *fhir_procedure_read(const json_t *resource, const char **plan,
                            struct complaints *complaints) {
    const json_t *based = json_object_get(resource, "basedOn");
    const char *reference = fhir_text(json_array_get(based, 0), "reference");
    json_t *body = json_object();
    *plan = reference && json_array_size(based) == 1 ? fhir_id_in(reference, "CarePlan") : NULL;
    if (!body)
        return NULL;
    if (!*plan)
        complain(complaints, "#/basedOn", "required", "must be one reference CarePlan/id");
    fhir_refuse_modifiers(resource, complaints);
    read_status(body, resource, complaints);
    read_technique(body, resource, complaints);
    read_time(body, resource, complaints);
    read_numbers(body, resource, complaints);
    read_events(body, resource, complaints);
    read_note(body, resource, complaints);
    return body;
}
