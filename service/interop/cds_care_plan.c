#include "interop/cds_care_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"

enum { TEXT_SIZE = 400 };

static const char *name_of(const struct decision *decision, unsigned technique) {
    return text_in(decision->knowledge->techniques[technique].name, decision->intake->language)
        ->utf8;
}

static json_t *activity(const struct decision *decision, unsigned technique, bool forbidden,
                        const char *description) {
    const char *id = decision->knowledge->techniques[technique].id;
    const char *name = name_of(decision, technique);
    char canonical[200];
    json_t *detail = json_object(), *row = json_object(), *list = json_array();
    (void)snprintf(canonical, sizeof canonical, FHIR_CANONICAL "/ActivityDefinition/%s", id);
    bool good = fhir_append(list, json_string(canonical)) &&
                fhir_set_text(detail, "kind", "ServiceRequest") &&
                fhir_set(detail, "instantiatesCanonical", json_incref(list)) &&
                fhir_set(detail, "code", fhir_concept(SYSTEM_TECHNIQUE, id, name, name)) &&
                fhir_set_text(detail, "status", "not-started") &&
                (!forbidden || fhir_set(detail, "doNotPerform", json_true())) &&
                fhir_set_text(detail, "description", description) &&
                fhir_set(row, "detail", json_incref(detail));
    json_decref(detail);
    json_decref(list);
    if (good)
        return row;
    json_decref(row);
    return NULL;
}

static void describe(const struct decision *decision, unsigned t, char out[TEXT_SIZE]) {
    const struct technique *technique = &decision->knowledge->techniques[t];
    const struct limits *limits = &decision->outcome.limits[t];
    int low =
        technique->minutes_min < limits->minutes_max ? technique->minutes_min : limits->minutes_max;
    int len = snprintf(out, TEXT_SIZE, "Pressure up to %d of 5, %d to %d minutes.",
                       (int)limits->cap, low, (int)limits->minutes_max);
    for (area_set rest = limits->avoid; rest && len > 0 && len < TEXT_SIZE - 60; rest &= rest - 1)
        len += snprintf(out + len, (size_t)(TEXT_SIZE - len), "%s %s%s",
                        rest == limits->avoid ? " Not on:" : ",",
                        decision->knowledge->areas[__builtin_ctz(rest)].id,
                        rest & (rest - 1) ? "" : ".");
}

/* What must not be done is never left out for lack of memory. */
static bool add_activity(json_t *list, json_t *row_owned) {
    return row_owned && fhir_append(list, row_owned);
}

static bool add_activities(json_t *plan, const struct decision *decision, unsigned technique) {
    char description[TEXT_SIZE];
    json_t *list = json_array();
    describe(decision, technique, description);
    bool good = add_activity(list, activity(decision, technique, false, description));
    for (unsigned t = 0; good && t < decision->knowledge->technique_count; t++)
        if (decision->outcome.limits[t].verdict == VERDICT_CONTRAINDICATED)
            good = add_activity(list, activity(decision, t, true, "Contraindicated."));
    return fhir_set(plan, "activity", list) && good;
}

static bool add_intake(json_t *plan, const json_t *intake) {
    char *text = json_dumps(intake, JSON_COMPACT | JSON_SORT_KEYS);
    json_t *extension = json_array();
    bool good = text && fhir_append(extension, json_pack("{ssss}", "url", FHIR_INTAKE_EXTENSION,
                                                         "valueString", text));
    free(text);
    return fhir_set(plan, "extension", extension) && good;
}

json_t *cds_care_plan(const struct decision *decision, const char *patient, const json_t *intake,
                      unsigned technique) {
    char reference[FHIR_PATIENT_SIZE], title[200], day[11];
    json_t *plan = json_object();
    date_text(decision->intake->as_of, day);
    (void)snprintf(reference, sizeof reference, "Patient/%s", patient);
    (void)snprintf(title, sizeof title, "Massage plan: %.150s", name_of(decision, technique));
    bool good = plan && fhir_set_text(plan, "resourceType", "CarePlan") &&
                add_intake(plan, intake) && fhir_set_text(plan, "status", "draft") &&
                fhir_set_text(plan, "intent", "proposal") && fhir_set_text(plan, "title", title) &&
                fhir_set(plan, "subject", fhir_reference(reference, NULL)) &&
                fhir_set(plan, "period", json_pack("{ss}", "start", day)) &&
                fhir_set_text(plan, "created", day) && add_activities(plan, decision, technique);
    if (good)
        return plan;
    json_decref(plan);
    return NULL;
}

json_t *cds_attested_plan(const struct decision *decision, const char *patient,
                          const json_t *intake, unsigned technique) {
    char day[11];
    json_t *copy = json_deep_copy(intake);
    date_text(decision->intake->as_of, day);
    json_t *clearance = json_pack("{s:s,s:s,s:s,s:[s]}", "role", "clinician", "recorded", day,
                                  "reason", "Screened and agreed to in the clinic system.",
                                  "techniques", decision->knowledge->techniques[technique].id);
    json_t *plan = NULL;
    if (copy && clearance &&
        json_object_set_new(copy, "clearances", json_pack("[O]", clearance)) == 0)
        plan = cds_care_plan(decision, patient, copy, technique);
    json_decref(clearance);
    json_decref(copy);
    return plan;
}

json_t *cds_care_plan_intake(const json_t *care_plan) {
    size_t i;
    json_t *extension;
    json_array_foreach(json_object_get(care_plan, "extension"), i, extension) {
        const char *url = fhir_text(extension, "url");
        const char *text = fhir_text(extension, "valueString");
        struct json_text_problem problem;
        if (!url || !text || strcmp(url, FHIR_INTAKE_EXTENSION) != 0)
            continue;
        json_t *intake = json_text_parse(text, strlen(text), &problem);
        if (json_is_object(intake))
            return intake;
        json_decref(intake);
    }
    return NULL;
}
