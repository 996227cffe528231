/* The answers that a new CarePlan carries in `contained`, as an intake of ours. */
#ifndef UNKNOT_RESOURCES_FHIR_ANSWERS_H
#define UNKNOT_RESOURCES_FHIR_ANSWERS_H

#include "resources/app.h"

/*
 * Reads a contained QuestionnaireResponse, and a contained record (Patient, Condition,
 * MedicationStatement, MedicationRequest, AllergyIntolerance, Observation). Complains where there
 * is nothing to decide on, and about answers that cannot be. A new reference, NULL without memory;
 * it lives on its own, `arena` is needed for the reading only.
 */
json_t *fhir_answers(const struct app *app, const json_t *resource, struct arena *arena,
                     struct complaints *complaints) MUST_CHECK;

#endif
