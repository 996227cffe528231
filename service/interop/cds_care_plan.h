/* The care plan that a card suggests, as FHIR R4. */
#ifndef UNKNOT_INTEROP_CDS_CARE_PLAN_H
#define UNKNOT_INTEROP_CDS_CARE_PLAN_H

#include "engine/decision.h"
#include "interop/fhir_names.h"

/* The answers a plan rests on travel with it: the intake of POST /recommendations as JSON text. */
#define FHIR_INTAKE_EXTENSION FHIR_CANONICAL "/StructureDefinition/intake"

/*
 * A draft proposal for that technique, with the limits of this person, and with the techniques that
 * are contraindicated as what must not be done. NULL without memory.
 */
json_t *cds_care_plan(const struct decision *decision, const char *patient, const json_t *intake,
                      unsigned technique);

/* The same for answers that a clinician vouches for: the intake gets the clearance for that
   technique, given on the day of the decision. */
json_t *cds_attested_plan(const struct decision *decision, const char *patient,
                          const json_t *intake, unsigned technique);

/* The answers inside of a CarePlan that we made: a new reference; NULL when there are none, or they
   are no JSON object. */
json_t *cds_care_plan_intake(const json_t *care_plan);

#endif
