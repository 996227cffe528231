/* Parts of a resource: _summary and _elements. */
#ifndef UNKNOT_INTEROP_FHIR_SUBSET_H
#define UNKNOT_INTEROP_FHIR_SUBSET_H

#include <jansson.h>

/*
 * Takes a resource and gives what is asked for: summary "true", "text", "data" (anything else: all
 * of it), or elements "status,title". What must be there stays; a part is tagged SUBSETTED.
 */
json_t *fhir_subset_of(json_t *resource_owned, const char *summary, const char *elements);

#endif
