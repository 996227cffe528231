/* Decisions written as the JSON the contract promises. Translates, decides nothing. */
#ifndef UNKNOT_RESOURCES_ANSWER_H
#define UNKNOT_RESOURCES_ANSWER_H

#include "base/json_writer.h"
#include "engine/decision.h"

/* The answer of POST /recommendations, full or brief as the intake says. */
enum status answer_recommendation(const struct decision *decision, struct buffer *out) MUST_CHECK;

/* The answer of POST /contraindication-checks. */
enum status answer_checks(const struct decision *decision, struct buffer *out) MUST_CHECK;

/* The triage object, for problems that carry a red flag. */
void answer_triage(struct json_writer *json, const struct decision *decision);

#endif
