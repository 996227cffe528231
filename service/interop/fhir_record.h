/* What everything recorded below a plan begins with as a resource. */
#ifndef UNKNOT_INTEROP_FHIR_RECORD_H
#define UNKNOT_INTEROP_FHIR_RECORD_H

#include <jansson.h>

/* {resourceType, id, meta, subject} of {id, patient}; NULL without memory. */
json_t *fhir_record(const char *type, const json_t *row, long long version, const char *updated);

#endif
