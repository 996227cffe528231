/* Measurements as Observations, and adverse events; instruments by LOINC where it is verified, else
 * by our own codes. */
#ifndef UNKNOT_INTEROP_FHIR_MEASUREMENT_H
#define UNKNOT_INTEROP_FHIR_MEASUREMENT_H

#include <jansson.h>

#include "base/complaints.h"

/* The CodeableConcept of "nrs", "peg", "rmdq", "psfs". */
json_t *fhir_instrument(const char *name);

/* "nrs" of such a concept; NULL when no coding of it is known. */
const char *fhir_instrument_of(const json_t *concept);

/* A score as a Quantity. */
json_t *fhir_score(const json_t *number);

#endif
