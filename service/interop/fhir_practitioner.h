/* A therapist of a clinic's directory as Practitioner and PractitionerRole; NULL without memory. */
#ifndef UNKNOT_INTEROP_FHIR_PRACTITIONER_H
#define UNKNOT_INTEROP_FHIR_PRACTITIONER_H

#include "engine/knowledge.h"

json_t *fhir_practitioner(const json_t *therapist);
json_t *fhir_practitioner_role(const struct knowledge *knowledge, const json_t *therapist);

#endif
