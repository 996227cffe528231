/* Rows of measurements_search and adverse_events_search as resources. */
#ifndef UNKNOT_RESOURCES_FHIR_RECORDS_H
#define UNKNOT_RESOURCES_FHIR_RECORDS_H

#include "engine/knowledge.h"
#include "resources/tenant_call.h"

/* NULL without memory. */
json_t *fhir_observation_of(const struct tenant_call *call, int step, int row,
                            const char *patient_id);

/* The event of that number in a session; NULL also when there is none. */
json_t *fhir_adverse_event_of(const struct knowledge *knowledge, const struct tenant_call *call,
                              int step, int row, const char *patient_id, int number);

/* May the caller see the row? `own` is caller_patient_id(). */
bool fhir_record_seen(const struct tenant_call *call, int step, int row, const char *own,
                      const char *patient_id);

#endif
