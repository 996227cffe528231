#include "resources/fhir_answers.h"

#include "interop/cds_care_plan.h"
#include "interop/fhir_intake.h"
#include "interop/fhir_json.h"

json_t *fhir_answers(const struct app *app, const json_t *resource, struct arena *arena,
                     struct complaints *complaints) {
    json_t *carried =
        cds_care_plan_intake(resource); /* a suggestion of ours has them as they are */
    if (carried)
        return carried;
    const json_t *contained = json_object_get(resource, "contained");
    struct fhir_intake *record = fhir_intake_new(app->knowledge, NULL, app_today(), arena);
    struct fhir_intake_result result = {0};
    size_t i;
    json_t *item;
    if (json_array_size(contained) == 0)
        complain(complaints, "#/contained", "required",
                 "must hold the answers to decide on: Patient, Condition, MedicationStatement, "
                 "AllergyIntolerance, Observation");
    json_array_foreach(contained, i, item) {
        if (record)
            fhir_intake_add(record, item);
    }
    if (!record || !fhir_intake_finish(record, &result))
        return NULL;
    json_decref(result.unmapped);
    return result.intake;
}
