#include "interop/fhir_care_plan_read.h"

#include <stdio.h>
#include <string.h>

#include "base/json_pointer.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "interop/fhir_kept.h"
#include "interop/fhir_names.h"

enum { POINTER_SIZE = 128 };

/* ---- one activity ---- */

/* The technique a canonical URL names: ".../ActivityDefinition/swedish|1.0.0". */
static bool canonical_technique(const char *canonical, char *id, size_t size) {
    static const char prefix[] = FHIR_CANONICAL "/ActivityDefinition/";
    size_t len = strlen(prefix);
    if (strncmp(canonical, prefix, len) != 0)
        return false;
    (void)snprintf(id, size, "%.*s", (int)strcspn(canonical + len, "|"), canonical + len);
    return true;
}

/* The technique of an activity; NULL with a complaint when it names none of ours. */
static const char *technique_of(const struct knowledge *knowledge, const json_t *detail,
                                const char *pointer, struct complaints *complaints) {
    char id[80] = "", place[POINTER_SIZE];
    const char *code = fhir_code_in(json_object_get(detail, "code"), SYSTEM_TECHNIQUE);
    const char *canonical =
        json_string_value(json_array_get(json_object_get(detail, "instantiatesCanonical"), 0));
    (void)snprintf(place, sizeof place, "%s/detail/code", pointer);
    if (code)
        (void)snprintf(id, sizeof id, "%s", code);
    else if (!canonical || !canonical_technique(canonical, id, sizeof id))
        *id = '\0';
    int64_t number = *id ? name_map_get(&knowledge->technique_names, id) : -1;
    if (number >= 0)
        return knowledge->techniques[number].id;
    complain(complaints, place, *id ? "unknown_id" : "required",
             "names no technique: give a code of %s", SYSTEM_TECHNIQUE);
    return NULL;
}

static bool is_prohibition(const json_t *activity) {
    return json_is_true(json_object_get(json_object_get(activity, "detail"), "doNotPerform"));
}

static bool is_shaped(const json_t *activity, const char *pointer, struct complaints *complaints) {
    if (json_object_get(activity, "modifierExtension") ||
        json_object_get(json_object_get(activity, "detail"), "modifierExtension")) {
        complain(complaints, pointer, "not_supported", "a modifierExtension is not understood");
        return false;
    }
    if (json_is_object(json_object_get(activity, "detail")))
        return true;
    complain(complaints, pointer, "not_supported",
             "only activities with a detail are understood, not references");
    return false;
}

/* Whole sessions a week of a repeat; 0: it says nothing; -1: it cannot be read so. */
static int per_week_of(const json_t *repeat) {
    const json_t *frequency = json_object_get(repeat, "frequency");
    const json_t *period = json_object_get(repeat, "period");
    const char *unit = fhir_text(repeat, "periodUnit");
    if (!frequency && !period && !unit)
        return 0;
    json_int_t times = json_integer_value(frequency);
    bool weekly = unit && strcmp(unit, "wk") == 0 && json_number_value(period) == 1;
    bool in_days = unit && strcmp(unit, "d") == 0 && json_number_value(period) == 7;
    return (weekly || in_days) && times >= 1 && times <= 7 ? (int)times : -1;
}

static int minutes_of(const json_t *repeat) {
    const json_t *duration = json_object_get(repeat, "duration");
    const char *unit = fhir_text(repeat, "durationUnit");
    if (!duration)
        return 0;
    double length = json_number_value(duration);
    if (unit && strcmp(unit, "h") == 0)
        length *= 60;
    else if (!unit || strcmp(unit, "min") != 0)
        return -1;
    return length >= 1 && length <= 240 && length == (int)length ? (int)length : -1;
}

/* preferences of how often and how long; NULL: none, or complaints. */
static json_t *preferences_of(const json_t *detail, const char *pointer,
                              struct complaints *complaints) {
    char place[POINTER_SIZE];
    const json_t *timing = json_object_get(detail, "scheduledTiming");
    const json_t *repeat = json_object_get(timing, "repeat");
    int per_week = per_week_of(repeat), minutes = minutes_of(repeat);
    (void)snprintf(place, sizeof place, "%s/detail/scheduledTiming/repeat", pointer);
    if (per_week < 0 || minutes < 0) {
        complain(complaints, place, "not_supported",
                 "must be 1 to 7 times in 1 wk, and a duration of whole minutes up to 240");
        return NULL;
    }
    json_t *preferences = json_object();
    if (preferences && per_week)
        (void)json_object_set_new(preferences, "per_week", json_integer(per_week));
    if (preferences && minutes)
        (void)json_object_set_new(preferences, "minutes", json_integer(minutes));
    return preferences;
}

/* The therapist of an activity: an id, "" for nobody; NULL with a complaint. */
static const char *performer_of(const json_t *detail, const char *pointer,
                                struct complaints *complaints) {
    char place[POINTER_SIZE];
    const json_t *list = json_object_get(detail, "performer");
    if (json_array_size(list) == 0)
        return "";
    const json_t *first = json_array_get(list, 0), *named = json_object_get(first, "identifier");
    const char *reference = fhir_text(first, "reference"), *system = fhir_text(named, "system");
    bool ours = system && strcmp(system, FHIR_CANONICAL "/NamingSystem/therapist") == 0;
    const char *id = reference ? fhir_id_in(reference, "Practitioner")
                     : ours    ? fhir_text(named, "value")
                               : NULL;
    if (id && json_array_size(list) == 1)
        return id;
    (void)snprintf(place, sizeof place, "%s/detail/performer", pointer);
    complain(complaints, place, "not_supported", "must be one reference Practitioner/id");
    return NULL;
}

/* ---- a new plan ---- */

struct reading {
    const struct knowledge *knowledge;
    const json_t *resource;
    json_t *body, *avoid;
    struct complaints *complaints;
    bool performs; /* an activity to perform was read */
};

static void read_activity(struct reading *reading, const json_t *activity, size_t number) {
    char pointer[POINTER_SIZE];
    const json_t *detail = json_object_get(activity, "detail");
    (void)snprintf(pointer, sizeof pointer, "#/activity/%zu", number);
    if (!is_shaped(activity, pointer, reading->complaints))
        return;
    const char *technique = technique_of(reading->knowledge, detail, pointer, reading->complaints);
    if (!technique)
        return;
    if (is_prohibition(activity)) {
        (void)json_array_append_new(reading->avoid, json_string(technique));
        return;
    }
    if (reading->performs) {
        complain(reading->complaints, pointer, "not_supported",
                 "a plan has one technique that is performed");
        return;
    }
    reading->performs = true;
    const char *performer = performer_of(detail, pointer, reading->complaints);
    (void)json_object_set_new(reading->body, "technique", json_string(technique));
    (void)fhir_set_text(reading->body, "therapist", performer);
    (void)fhir_set(reading->body, "preferences",
                   preferences_of(detail, pointer, reading->complaints));
}

static void read_patient(struct reading *reading) {
    char patient[FHIR_PATIENT_SIZE];
    const char *where;
    const json_t *subject = json_object_get(reading->resource, "subject");
    if (fhir_patient_of(subject, patient, &where))
        (void)json_object_set_new(reading->body, "patient", json_string(patient));
    else
        complain(reading->complaints, where, "required",
                 "must name the patient: a reference Patient/id, or an identifier with a value");
}

static void read_start(struct reading *reading) {
    const char *start = fhir_text(json_object_get(reading->resource, "period"), "start");
    if (!start)
        return;
    if (fhir_names_day(start))
        (void)json_object_set_new(reading->body, "start", json_stringn(start, 10));
    else
        complain(reading->complaints, "#/period/start", "format", "must name a day");
}

static void read_status(struct reading *reading) {
    const char *status = fhir_text(reading->resource, "status");
    const char *intent = fhir_text(reading->resource, "intent");
    if (!status || (strcmp(status, "draft") != 0 && strcmp(status, "active") != 0))
        complain(reading->complaints, "#/status", status ? "not_supported" : "required",
                 "a new plan is draft or active");
    else
        (void)json_object_set_new(reading->body, "status", json_string(status));
    if (!intent || (strcmp(intent, "plan") != 0 && strcmp(intent, "proposal") != 0))
        complain(reading->complaints, "#/intent", intent ? "not_supported" : "required",
                 "must be plan, or a proposal that becomes one");
}

const char *const fhir_care_plan_kept[] = {"status",
                                           "intent",
                                           "title",
                                           "subject",
                                           "period.start",
                                           "contained",
                                           "extension",
                                           "activity.detail.kind",
                                           "activity.detail.status",
                                           "activity.detail.code",
                                           "activity.detail.instantiatesCanonical",
                                           "activity.detail.doNotPerform",
                                           "activity.detail.performer",
                                           "activity.detail.scheduledTiming.repeat.frequency",
                                           "activity.detail.scheduledTiming.repeat.period",
                                           "activity.detail.scheduledTiming.repeat.periodUnit",
                                           "activity.detail.scheduledTiming.repeat.duration",
                                           "activity.detail.scheduledTiming.repeat.durationUnit",
                                           NULL};

json_t *fhir_care_plan_new(const struct knowledge *knowledge, const json_t *resource, json_t *avoid,
                           struct complaints *complaints) {
    struct reading reading = {.knowledge = knowledge,
                              .resource = resource,
                              .body = json_object(),
                              .avoid = avoid,
                              .complaints = complaints};
    size_t i;
    json_t *activity;
    if (!reading.body)
        return NULL;
    fhir_refuse_modifiers(resource, complaints);
    read_status(&reading);
    read_patient(&reading);
    read_start(&reading);
    (void)fhir_set_text(reading.body, "title", fhir_text(resource, "title"));
    json_array_foreach(json_object_get(resource, "activity"), i, activity)
        read_activity(&reading, activity, i);
    return reading.body;
}

/* ---- a changed plan ---- */

struct change {
    const struct knowledge *knowledge;
    const json_t *now, *wanted;
    json_t *patch;
    struct complaints *complaints;
};

static void refuse_change(struct change *change, const char *pointer) {
    complain(change->complaints, pointer, "not_supported",
             "follows from the answers and cannot be written; record a re-check for new answers");
}

/* A member of a part that must be as it was, or absent. */
static void hold_same(struct change *change, const json_t *now, const json_t *wanted,
                      const char *member, const char *part) {
    char pointer[POINTER_SIZE];
    const json_t *value = json_object_get(wanted, member);
    if (!value || json_equal(value, json_object_get(now, member)))
        return;
    (void)snprintf(pointer, sizeof pointer, "%s", part);
    (void)json_pointer_add(pointer, sizeof pointer, member);
    refuse_change(change, pointer);
}

static const json_t *performed(const json_t *resource, size_t *at, size_t *count) {
    const json_t *found = NULL;
    size_t i;
    json_t *activity;
    *count = 0;
    json_array_foreach(json_object_get(resource, "activity"), i, activity) {
        if (is_prohibition(activity))
            continue;
        if (!(*count)++) {
            *at = i;
            found = activity;
        }
    }
    return found;
}

static bool lists(const json_t *list, const json_t *wanted) {
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)list, i, item) {
        if (json_equal(item, wanted))
            return true;
    }
    return false;
}

/* What must not be done is not for the client to add to, or to take from. */
static void hold_prohibitions(struct change *change) {
    const json_t *now = json_object_get(change->now, "activity");
    const json_t *wanted = json_object_get(change->wanted, "activity");
    char pointer[POINTER_SIZE];
    size_t i;
    json_t *activity;
    json_array_foreach((json_t *)wanted, i, activity) {
        (void)snprintf(pointer, sizeof pointer, "#/activity/%zu", i);
        if (is_prohibition(activity) && !lists(now, activity))
            refuse_change(change, pointer);
    }
    json_array_foreach((json_t *)now, i, activity) {
        if (!is_prohibition(activity) || lists(wanted, activity))
            continue;
        refuse_change(change, "#/activity");
        return;
    }
}

static void change_timing(struct change *change, const json_t *now, const json_t *wanted,
                          const char *pointer) {
    static const char *const fixed[] = {"boundsPeriod", "count",        "durationMax",
                                        "offset",       "when",         "dayOfWeek",
                                        "timeOfDay",    "frequencyMax", "periodMax"};
    char part[POINTER_SIZE];
    const json_t *before = json_object_get(json_object_get(now, "scheduledTiming"), "repeat");
    const json_t *after = json_object_get(json_object_get(wanted, "scheduledTiming"), "repeat");
    if (!after || json_equal(before, after))
        return;
    (void)snprintf(part, sizeof part, "%s/detail/scheduledTiming/repeat", pointer);
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        hold_same(change, before, after, fixed[i], part);
    json_t *was = preferences_of(now, pointer, change->complaints);
    json_t *shall = preferences_of(wanted, pointer, change->complaints);
    if (was && shall && !json_equal(was, shall))
        (void)json_object_set(change->patch, "preferences", shall);
    json_decref(was);
    json_decref(shall);
}

static void change_activity(struct change *change) {
    /* The status of an activity follows that of the plan: what it was when it was read may stay. */
    static const char *const fixed[] = {"kind",
                                        "statusReason",
                                        "goal",
                                        "description",
                                        "location",
                                        "productCodeableConcept",
                                        "dailyAmount",
                                        "quantity",
                                        "reasonCode",
                                        "reasonReference",
                                        "scheduledPeriod",
                                        "scheduledString"};
    char pointer[32], part[POINTER_SIZE];
    size_t at = 0, before_at, count, before_count;
    const json_t *before = performed(change->now, &before_at, &before_count);
    const json_t *after = performed(change->wanted, &at, &count);
    (void)snprintf(pointer, sizeof pointer, "#/activity/%zu", at);
    if (count != 1) {
        complain(change->complaints, count ? pointer : "#/activity", "not_supported",
                 "a plan has one technique that is performed");
        return;
    }
    if (json_equal(before, after) || !is_shaped(after, pointer, change->complaints))
        return;
    const json_t *now = json_object_get(before, "detail"),
                 *wanted = json_object_get(after, "detail");
    (void)snprintf(part, sizeof part, "%s/detail", pointer);
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        hold_same(change, now, wanted, fixed[i], part);
    const char *was = fhir_code_in(json_object_get(now, "code"), SYSTEM_TECHNIQUE);
    const char *technique = technique_of(change->knowledge, wanted, pointer, change->complaints);
    if (technique && was && strcmp(technique, was) != 0)
        (void)json_object_set_new(change->patch, "technique", json_string(technique));
    const char *from = performer_of(now, pointer, change->complaints);
    const char *to = performer_of(wanted, pointer, change->complaints);
    if (from && to && strcmp(from, to) != 0)
        (void)json_object_set_new(change->patch, "therapist", *to ? json_string(to) : json_null());
    change_timing(change, now, wanted, pointer);
}

static void change_subject(struct change *change) {
    char was[FHIR_PATIENT_SIZE], is[FHIR_PATIENT_SIZE];
    const char *where;
    if (!fhir_patient_of(json_object_get(change->now, "subject"), was, &where))
        return;
    if (!fhir_patient_of(json_object_get(change->wanted, "subject"), is, &where))
        complain(change->complaints, where, "required", "must name the patient");
    else if (strcmp(was, is) != 0)
        complain(change->complaints, where, "not_supported", "a plan stays with its patient");
}

static void change_period(struct change *change) {
    const json_t *now = json_object_get(change->now, "period");
    const json_t *wanted = json_object_get(change->wanted, "period");
    const char *was = fhir_text(now, "start"), *is = fhir_text(wanted, "start");
    if (is && was && strncmp(is, was, 10) != 0 && fhir_names_day(is))
        (void)json_object_set_new(change->patch, "start", json_stringn(is, 10));
    else if (is && !fhir_names_day(is))
        complain(change->complaints, "#/period/start", "format", "must name a day");
    else
        hold_same(change, now, wanted, "end", "#/period");
}

static void change_texts(struct change *change) {
    static const char *const members[] = {"status", "title"};
    for (size_t i = 0; i < 2; i++) {
        const char *was = fhir_text(change->now, members[i]);
        const char *is = fhir_text(change->wanted, members[i]);
        if (is && (!was || strcmp(was, is) != 0))
            (void)json_object_set_new(change->patch, members[i], json_string(is));
    }
    if (!fhir_text(change->wanted, "status"))
        complain(change->complaints, "#/status", "required", "is missing");
    if (!fhir_text(change->wanted, "intent"))
        complain(change->complaints, "#/intent", "required", "is missing");
}

/* All members but these must be as they were, or absent. */
static void hold_rest(struct change *change, const char *const *free) {
    const char *member;
    json_t *value;
    json_object_foreach((json_t *)change->wanted, member, value) {
        bool is_free = false;
        for (const char *const *name = free; *name; name++)
            is_free |= strcmp(*name, member) == 0;
        if (!is_free)
            hold_same(change, change->now, change->wanted, member, "#");
    }
}

json_t *fhir_care_plan_change(const struct knowledge *knowledge, const json_t *now,
                              const json_t *wanted, struct complaints *complaints) {
    static const char *const free[] = {"resourceType", "id",      "meta",   "text",     "status",
                                       "title",        "subject", "period", "activity", NULL};
    struct change change = {.knowledge = knowledge,
                            .now = now,
                            .wanted = wanted,
                            .patch = json_object(),
                            .complaints = complaints};
    if (!change.patch)
        return NULL;
    change_texts(&change);
    change_subject(&change);
    change_period(&change);
    if (json_object_get(wanted, "activity")) {
        hold_prohibitions(&change);
        change_activity(&change);
    }
    hold_rest(&change, free);
    return change.patch;
}

/* ---- a changed goal ---- */

json_t *fhir_goal_change(const json_t *now, const json_t *wanted, struct complaints *complaints) {
    static const char *const free[] = {"resourceType", "id", "meta", "text", "description", NULL};
    struct change change = {
        .now = now, .wanted = wanted, .patch = json_object(), .complaints = complaints};
    const json_t *description = json_object_get(wanted, "description");
    const char *was = fhir_text(json_object_get(now, "description"), "text");
    const char *is = fhir_text(description, "text");
    if (!change.patch)
        return NULL;
    if (!is)
        complain(complaints, "#/description/text", "required", "is missing");
    else if (!was || strcmp(was, is) != 0)
        (void)json_object_set_new(change.patch, "goal", json_string(is));
    hold_same(&change, json_object_get(now, "description"), description, "coding", "#/description");
    hold_rest(&change, free);
    return change.patch;
}
