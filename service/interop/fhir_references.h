/*
 * References between the entries of a Bundle. Their targets are an object: the fullUrl of each
 * entry that makes something, with null until it is made, and then with its place, "CarePlan/ID".
 */
#ifndef UNKNOT_INTEROP_FHIR_REFERENCES_H
#define UNKNOT_INTEROP_FHIR_REFERENCES_H

#include <jansson.h>
#include <stdbool.h>

#include "base/complaints.h"

/* Does it refer to an entry that has not been made yet? */
bool fhir_references_wait(const json_t *resource, const json_t *targets);

/*
 * Puts the places where the names of entries stand. Complains, with a place below `pointer`, about
 * a urn: that names no entry of the Bundle, and about references by a search. False without memory.
 */
bool fhir_references_resolve(json_t *resource, const json_t *targets, const char *pointer,
                             struct complaints *complaints);

#endif
