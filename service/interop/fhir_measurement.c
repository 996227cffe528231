#include "interop/fhir_measurement.h"

#include <stdio.h>
#include <string.h>

#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "interop/fhir_kept.h"
#include "interop/fhir_names.h"
#include "interop/fhir_record.h"

#define SYSTEM_INSTRUMENT FHIR_CODES("instrument")

static const struct instrument {
    const char *name, *loinc, *loinc_display, *display;
} instruments[] = {
    {"nrs", "72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported",
     "Average pain, 0 to 10"},
    {"peg", NULL, NULL, "PEG: pain, enjoyment, general activity, 0 to 10"},
    {"rmdq", NULL, NULL, "Roland-Morris Disability Questionnaire, 0 to 24"},
    {"psfs", NULL, NULL, "Patient-Specific Functional Scale, 0 to 10"},
};
enum { INSTRUMENTS = sizeof instruments / sizeof *instruments };

json_t *fhir_instrument(const char *name) {
    for (size_t i = 0; i < INSTRUMENTS; i++) {
        const struct instrument *known = &instruments[i];
        if (strcmp(known->name, name) != 0)
            continue;
        json_t *concept =
            fhir_concept(SYSTEM_INSTRUMENT, known->name, known->display, known->display);
        if (concept && known->loinc)
            (void)json_array_insert_new(json_object_get(concept, "coding"), 0,
                                        json_pack("{s:s, s:s, s:s}", "system", SYSTEM_LOINC, "code",
                                                  known->loinc, "display", known->loinc_display));
        return concept;
    }
    return NULL;
}

const char *fhir_instrument_of(const json_t *concept) {
    const char *loinc = fhir_code_in(concept, SYSTEM_LOINC);
    const char *own = fhir_code_in(concept, SYSTEM_INSTRUMENT);
    for (size_t i = 0; i < INSTRUMENTS; i++)
        if ((own && strcmp(own, instruments[i].name) == 0) ||
            (!own && loinc && instruments[i].loinc && strcmp(loinc, instruments[i].loinc) == 0))
            return instruments[i].name;
    return NULL;
}

json_t *fhir_score(const json_t *number) {
    return json_pack("{s:O, s:s, s:s, s:s}", "value", number, "unit", "score", "system",
                     SYSTEM_UCUM, "code", "{score}");
}

/* ---- Observation ---- */

/* Items of a questionnaire: yes or no, or a number with the activity it is about. */
static json_t *component(const json_t *item, size_t number) {
    const json_t *value = json_object_get(item, "score");
    const char *label = fhir_text(item, "activity");
    char name[32];
    (void)snprintf(name, sizeof name, "Item %zu", number + 1);
    json_t *component =
        json_pack("{s:o}", "code", fhir_concept(NULL, NULL, NULL, label ? label : name));
    if (!value)
        value = item;
    if (component && json_is_boolean(value))
        (void)fhir_set(component, "valueBoolean", json_incref((json_t *)value));
    else if (component && json_is_number(value))
        (void)fhir_set(component, "valueQuantity", fhir_score(value));
    return component;
}

static bool add_components(json_t *resource, const json_t *items) {
    json_t *list = json_array(), *item;
    size_t i;
    bool good = list != NULL;
    json_array_foreach((json_t *)items, i, item) {
        good = good && fhir_append(list, component(item, i));
    }
    return fhir_set(resource, "component", list) && good;
}

json_t *fhir_observation(const json_t *row) {
    json_t *resource = fhir_record("Observation", row, 1, fhir_text(row, "created_at"));
    bool good =
        resource &&
        fhir_set(resource, "basedOn",
                 json_pack("[{s:o}]", "reference",
                           json_sprintf("CarePlan/%s", fhir_text(row, "plan")))) &&
        fhir_set_text(resource, "status", "final") &&
        fhir_set(resource, "category",
                 json_pack("[o]", fhir_concept(
                                      "http://terminology.hl7.org/CodeSystem/observation-category",
                                      "survey", "Survey", NULL))) &&
        fhir_set(resource, "code", fhir_instrument(fhir_text(row, "instrument"))) &&
        fhir_set_text(resource, "effectiveDateTime", fhir_text(row, "taken_at")) &&
        fhir_set_text(resource, "issued", fhir_text(row, "created_at")) &&
        fhir_set(resource, "valueQuantity", fhir_score(json_object_get(row, "score"))) &&
        add_components(resource, json_object_get(row, "items"));
    if (good)
        return resource;
    json_decref(resource);
    return NULL;
}

static json_t *value_of(const json_t *resource) {
    json_t *value = json_object_get(json_object_get(resource, "valueQuantity"), "value");
    return value ? value : json_object_get(resource, "valueInteger");
}

static void read_time(json_t *body, const json_t *resource, struct complaints *complaints) {
    const char *time = fhir_text(resource, "effectiveDateTime");
    if (!time)
        return;
    if (strlen(time) > 10)
        (void)json_object_set_new(body, "taken_at", json_string(time));
    else if (strlen(time) == 10)
        (void)json_object_set_new(body, "taken_at", json_sprintf("%sT00:00:00Z", time));
    else
        complain(complaints, "#/effectiveDateTime", "format", "must name a day");
}

/* What changes the meaning is refused. */
static void refuse_rest(const json_t *resource, struct complaints *complaints) {
    static const char *const members[] = {"component",       "dataAbsentReason", "valueString",
                                          "bodySite",        "effectivePeriod",  "effectiveTiming",
                                          "effectiveInstant"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        char pointer[64];
        (void)snprintf(pointer, sizeof pointer, "#/%s", members[i]);
        if (json_object_get(resource, members[i]))
            complain(complaints, pointer, "not_supported", "is not understood here");
    }
}

const char *const fhir_observation_kept[] = {"basedOn",       "status",       "category",
                                             "code",          "subject",      "effectiveDateTime",
                                             "valueQuantity", "valueInteger", NULL};

json_t *fhir_observation_read(const json_t *resource, const char **plan,
                              struct complaints *complaints) {
    const json_t *based = json_object_get(resource, "basedOn");
    const char *reference = fhir_text(json_array_get(based, 0), "reference");
    const char *instrument = fhir_instrument_of(json_object_get(resource, "code"));
    const char *status = fhir_text(resource, "status");
    json_t *body = json_object(), *value = value_of(resource);
    *plan = reference && json_array_size(based) == 1 ? fhir_id_in(reference, "CarePlan") : NULL;
    if (!body)
        return NULL;
    if (!*plan)
        complain(complaints, "#/basedOn", "required", "must be one reference CarePlan/id");
    if (!status || strcmp(status, "final") != 0)
        complain(complaints, "#/status", status ? "not_supported" : "required", "must be final");
    if (instrument)
        (void)json_object_set_new(body, "instrument", json_string(instrument));
    else
        complain(complaints, "#/code", "unknown_id",
                 "must be LOINC 72514-3, or nrs, peg, rmdq or psfs of " SYSTEM_INSTRUMENT);
    if (value)
        (void)json_object_set(body, "score", value);
    else
        complain(complaints, "#/valueQuantity", "required", "is missing");
    read_time(body, resource, complaints);
    fhir_refuse_modifiers(resource, complaints);
    refuse_rest(resource, complaints);
    return body;
}
