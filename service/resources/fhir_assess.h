/* Answers in FHIR bodies, for more than one operation. */
#ifndef UNKNOT_RESOURCES_FHIR_ASSESS_H
#define UNKNOT_RESOURCES_FHIR_ASSESS_H

#include "base/arena.h"
#include "engine/knowledge.h"

/* The answers in a QuestionnaireResponse, or in Parameters that hold one, as far as they can be
 * read. A new reference; NULL when there are none. */
json_t *fhir_answers_in(const struct knowledge *knowledge, const json_t *body,
                        struct arena *arena) MUST_CHECK;

/* Adds what a record says to what a person answered: the answers stand, the record fills gaps, and
 * where they differ the engine refuses. */
void fhir_join_record(json_t *intake, json_t *record);

#endif
