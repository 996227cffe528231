/*
 * A care plan of ours as FHIR resources: CarePlan, Goal, Provenance. Each takes the CarePlan of the
 * contract (whole, with `snapshot`: the decision it rests on) and gives a new resource, or NULL
 * without memory.
 */
#ifndef UNKNOT_INTEROP_FHIR_CARE_PLAN_H
#define UNKNOT_INTEROP_FHIR_CARE_PLAN_H

#include <stddef.h>

#include "engine/knowledge.h"

json_t *fhir_care_plan(const struct knowledge *knowledge, const json_t *plan);
json_t *fhir_goal(const json_t *plan);
json_t *fhir_provenance(const json_t *plan);

/*
 * Who a patient is, in both directions. A clinic's reference is one text: "system|value" becomes an
 * identifier with its system; what can be a FHIR id also a reference Patient/id.
 */
json_t *fhir_subject(const char *patient);

/* The text for `subject`, in `patient`. False: there is none in it, or it is too long; `*where`
 * names the member. */
enum { FHIR_PATIENT_SIZE = 1024 };
bool fhir_patient_of(const json_t *subject, char patient[FHIR_PATIENT_SIZE], const char **where);

/* "Patient/p1", "p1" or "https://other/fhir/Patient/p1" is "p1"; NULL: it refers to something else.
 */
const char *fhir_id_in(const char *reference, const char *type);

/* Can it be the id of a resource? */
bool fhir_id_is(const char *text);

/* A technique as a CodeableConcept, with the name the release has for it; NULL without memory. */
json_t *fhir_technique(const struct knowledge *knowledge, const char *id);

/* The system of a coding with that code, or of the concept as a whole: the code, NULL for none. */
const char *fhir_code_in(const json_t *concept, const char *system);

#endif
