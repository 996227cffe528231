/* The directory, for searches of other types. */
#ifndef UNKNOT_RESOURCES_FHIR_PRACTITIONERS_H
#define UNKNOT_RESOURCES_FHIR_PRACTITIONERS_H

#include "resources/fhir_search.h"

/* Adds the therapist of that id as an included Practitioner; none where there is no such any more,
 * or the id is none in FHIR. The caller may read the directory. */
enum status fhir_practitioner_include(struct fhir_search *search, struct app *app,
                                      const char *id) MUST_CHECK;

#endif
