/*
 * A session as a Procedure: what a plan plans is being prepared, what was done is completed, what
 * was missed or cancelled is not done. Numbers that a Procedure has no member for (minutes,
 * pressure, pain before and after) stand in extensions; what happened afterwards, in complications.
 */
#ifndef UNKNOT_INTEROP_FHIR_PROCEDURE_H
#define UNKNOT_INTEROP_FHIR_PROCEDURE_H

#include <jansson.h>

#include "base/complaints.h"
#include "base/status.h"
#include "engine/knowledge.h"

/* A Procedure of {id, plan, patient, session: {status, technique, ...}}, the session as the
 * contract has it; NULL without memory. */
json_t *fhir_procedure(const struct knowledge *knowledge, const json_t *row);

/*
 * The body of POST .../sessions that a Procedure asks for; the id of its plan (basedOn) in `*plan`,
 * borrowed, NULL with a complaint. A new reference, NULL without memory.
 */
json_t *fhir_procedure_read(const json_t *resource, const char **plan,
                            struct complaints *complaints) MUST_CHECK;

/* What of a Procedure is kept, for fhir_find_dropped(). */
extern const char *const fhir_procedure_kept[];

#endif
