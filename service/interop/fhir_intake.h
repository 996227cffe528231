/*
 * A patient's record in FHIR R4 as an intake of ours: the body of POST /recommendations, and a list
 * of everything that could not be used, with the reason. What the record does not say was not
 * asked: nothing becomes "no" because it is not there. Pure: the day is given.
 *
 * Read: Patient, Condition, MedicationRequest, MedicationStatement (with Medication),
 * AllergyIntolerance, Observation, and Bundles of them.
 */
#ifndef UNKNOT_INTEROP_FHIR_INTAKE_H
#define UNKNOT_INTEROP_FHIR_INTAKE_H

#include "engine/intake.h"

struct fhir_intake;

/* patient: the id of whom it is about ("p1"), NULL: take all. Resources about somebody else are
   listed and not used. NULL without memory; lives in the arena. */
struct fhir_intake *fhir_intake_new(const struct knowledge *knowledge, const char *patient,
                                    int today, struct arena *arena) MUST_CHECK;

/* Takes notice of a resource, or of each in a Bundle; borrowed until the finish. The order of the
   resources means nothing. */
void fhir_intake_add(struct fhir_intake *record, const json_t *resource);

/* What was answered besides, as an intake (of fhir_questionnaire_response.h, say): where record and
   answers differ, the worse counts. Borrowed until the finish. */
void fhir_intake_answer(struct fhir_intake *record, const json_t *answers);

/* What came of it; the caller owns both. */
struct fhir_intake_result {
    json_t *intake;   /* keeps to the schema Intake */
    json_t *unmapped; /* [{resource?, system?, code?, text?, why}] */
    bool deceased;
};

/* Once a record. False without memory: then there is nothing to own. */
bool fhir_intake_finish(struct fhir_intake *record, struct fhir_intake_result *result) MUST_CHECK;

#endif
