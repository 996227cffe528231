#include "resources/fhir_answers.h"

#include <stdio.h>
#include <string.h>

#include "engine/intake.h"
#include "interop/cds_care_plan.h"
#include "interop/fhir_intake.h"
#include "interop/fhir_json.h"
#include "interop/fhir_questionnaire_response.h"
#include "resources/fhir_assess.h"

struct answers {
    const struct app *app;
    struct arena *arena;
    struct complaints *complaints;
    struct fhir_trail trail;
    char root[48];
    json_t *intake; /* owned; of a QuestionnaireResponse, NULL: there is none */
};

static bool is_response(const json_t *resource) {
    const char *type = fhir_text(resource, "resourceType");
    return type && strcmp(type, "QuestionnaireResponse") == 0;
}

/* Out of range, unknown, contradicting: what the engine would refuse, at its place in the response.
 */
static void check_response(struct answers *answers) {
    struct complaints found;
    complaints_init(&found, answers->arena);
    /* NULL only with complaints, or without memory, which the next reading meets too. */
    const struct intake *intake =
        intake_read(answers->app->knowledge, answers->intake, app_today(), answers->arena, &found);
    if (intake && !found.total)
        return;
    fhir_trail_complaints(&answers->trail, &found, answers->complaints);
}

static bool take_response(struct answers *answers, const json_t *response, size_t number) {
    if (answers->intake) {
        complain(answers->complaints, answers->root, "not_supported",
                 "there is another QuestionnaireResponse; one holds the answers");
        return true;
    }
    (void)snprintf(answers->root, sizeof answers->root, "#/contained/%zu", number);
    answers->intake =
        fhir_questionnaire_response_intake(answers->app->knowledge, response, answers->root,
                                           answers->arena, &answers->trail, answers->complaints);
    if (answers->intake && !answers->complaints->total)
        check_response(answers);
    return answers->intake != NULL;
}

/* What the other resources say; a new reference, NULL without memory. */
static json_t *read_record(const struct answers *answers, const json_t *contained) {
    struct fhir_intake_result result = {0};
    struct fhir_intake *record =
        fhir_intake_new(answers->app->knowledge, NULL, app_today(), answers->arena);
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)contained, i, item) {
        if (record && !is_response(item))
            fhir_intake_add(record, item);
    }
    if (!record || !fhir_intake_finish(record, &result))
        return NULL;
    json_decref(result.unmapped);
    return result.intake;
}

json_t *fhir_answers(const struct app *app, const json_t *resource, struct arena *arena,
                     struct complaints *complaints) {
    json_t *carried = cds_care_plan_intake(resource);
    if (carried)
        return carried; /* a suggestion of ours has them as they are */
    struct answers answers = {.app = app, .arena = arena, .complaints = complaints};
    const json_t *contained = json_object_get(resource, "contained");
    size_t i;
    json_t *item;
    if (json_array_size(contained) == 0)
        complain(complaints, "#/contained", "required",
                 "must hold the answers to decide on: a QuestionnaireResponse, or a record "
                 "(Patient, Condition, MedicationStatement, AllergyIntolerance, Observation)");
    json_array_foreach(contained, i, item) {
        if (is_response(item) && !take_response(&answers, item, i))
            return NULL;
    }
    json_t *record = read_record(&answers, contained);
    if (!record || !answers.intake) {
        json_decref(answers.intake);
        return record;
    }
    fhir_join_record(answers.intake, record);
    json_decref(record);
    return answers.intake;
}
