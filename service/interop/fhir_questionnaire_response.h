/*
 * The answers to our Questionnaire as an intake: the very body of POST /recommendations, so that
 * they are checked and decided as any other. Pure.
 */
#ifndef UNKNOT_INTEROP_FHIR_QUESTIONNAIRE_RESPONSE_H
#define UNKNOT_INTEROP_FHIR_QUESTIONNAIRE_RESPONSE_H

#include "engine/knowledge.h"
#include "interop/fhir_trail.h"

/*
 * Reads `response`, a QuestionnaireResponse that stands at `root` of the body. Complains, with
 * pointers into the body, about another resource or questionnaire, items that are not ours, answers
 * of the wrong type and codes of another system; ids, ranges and contradictions are left to
 * intake_read() on what is returned. Items without an answer are left out: they were not asked.
 * Narrative and extensions are not looked at; a modifierExtension is refused.
 *
 * Gives a new reference that holds what could be read, also when there are complaints (for the red
 * flags in it); NULL without memory. `trail` lives in the arena.
 */
json_t *fhir_questionnaire_response_intake(const struct knowledge *knowledge,
                                           const json_t *response, const char *root,
                                           struct arena *arena, struct fhir_trail *trail,
                                           struct complaints *complaints) MUST_CHECK;

#endif
