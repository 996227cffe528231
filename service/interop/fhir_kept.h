/* What of a resource we cannot keep. What would change the meaning of the rest is refused; what is
 * only more than we store is told. */
#ifndef UNKNOT_INTEROP_FHIR_KEPT_H
#define UNKNOT_INTEROP_FHIR_KEPT_H

#include <jansson.h>

#include "base/complaints.h"

/* Extensions that change the meaning of everything must be understood, and none is. */
void fhir_refuse_modifiers(const json_t *resource, struct complaints *complaints);

/*
 * Names every member that is stored nowhere. `kept`, ended by NULL, are paths without numbers
 * ("activity.detail.code"), each with all below it; of an "extension" only our own are.
 * resourceType, id, meta and the narrative are nobody's loss.
 */
void fhir_find_dropped(const json_t *resource, const char *const *kept,
                       struct complaints *complaints);

#endif
