/* Measurements as Observations; instruments by LOINC where it is verified, else by our own codes.
 */
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

/* An Observation of {id, plan, patient, instrument, score, items?, taken_at, created_at}; NULL
 * without memory. */
json_t *fhir_observation(const json_t *measurement);

/*
 * The body of POST .../measurements that an Observation asks for; the id of its plan (basedOn) in
 * `*plan`, borrowed, NULL with a complaint. A new reference, NULL without memory.
 */
json_t *fhir_observation_read(const json_t *resource, const char **plan,
                              struct complaints *complaints) MUST_CHECK;

/* What of an Observation is kept, for fhir_find_dropped(). */
extern const char *const fhir_observation_kept[];

#endif
