/* When a question is shown: conditions of the release as Questionnaire.item.enableWhen. */
#ifndef UNKNOT_INTEROP_FHIR_ENABLE_WHEN_H
#define UNKNOT_INTEROP_FHIR_ENABLE_WHEN_H

#include "engine/condition.h"
#include "interop/fhir_source.h"

/*
 * Writes the members enableWhen and enableBehavior; nothing where the item is always shown.
 * enableWhen knows one level of "any" or "all": what it cannot say is widened, never narrowed, so
 * that a question may be shown although the engine would not ask it, and never the other way round.
 * NULL is always.
 */
void fhir_enable_when(struct json_writer *json, const struct fhir_source *source,
                      const struct expression *condition);

/* One condition of an enableWhen, as a value: `question` is the linkId, `state` an answer state. */
void fhir_enable_state(struct json_writer *json, const char *question, const char *operation,
                       const char *state);

#endif
