/*
 * Adverse events, theirs and ours. An event stands alone as AdverseEvent, and in the Procedure of
 * its session as a complication; what it was like (its details, the areas) stands in extensions of
 * either, so that nothing is lost on the way back.
 */
#ifndef UNKNOT_INTEROP_FHIR_ADVERSE_EVENT_H
#define UNKNOT_INTEROP_FHIR_ADVERSE_EVENT_H

#include <jansson.h>

#include "base/complaints.h"
#include "base/status.h"
#include "interop/fhir_names.h"

#define SYSTEM_ADVERSE_EVENT FHIR_CODES("adverse-event")

/*
 * An AdverseEvent of {id, session, patient, version, updated_at, day?, triage?, event: {id, areas?,
 * ...}, name}; NULL without memory.
 */
json_t *fhir_adverse_event(const json_t *row);

/* The event as a CodeableConcept with its extensions: a complication. NULL without memory. */
json_t *fhir_complication(const json_t *event, const char *name);

/* {id, areas?, DETAIL...} of a concept and of the extensions that tell of it (borrowed, may be
 * NULL). A new reference; NULL with a complaint, or without memory. */
json_t *fhir_event_of(const json_t *concept, const json_t *extensions, const char *pointer,
                      struct complaints *complaints) MUST_CHECK;

/*
 * The event that an AdverseEvent tells of; the id of the Procedure it came after (suspectEntity) in
 * `*session`, borrowed, NULL with a complaint. A new reference; NULL with complaints, or without
 * memory.
 */
json_t *fhir_adverse_event_read(const json_t *resource, const char **session,
                                struct complaints *complaints) MUST_CHECK;

#endif
