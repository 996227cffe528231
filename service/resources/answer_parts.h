/* Pieces that both answers are made of. */
#ifndef UNKNOT_RESOURCES_ANSWER_PARTS_H
#define UNKNOT_RESOURCES_ANSWER_PARTS_H

#include "resources/answer.h"

void write_words(struct json_writer *json, const char *key, const struct decision *decision,
                 text words);
void write_phrase(struct json_writer *json, const char *key, const struct decision *decision,
                  const char *phrase);

/* The phrase as an item of an array. */
void write_phrase_item(struct json_writer *json, const struct decision *decision,
                       const char *phrase);

/* decision_id, as_of, language. */
void write_identity(struct json_writer *json, const struct decision *decision);

/* {rule, effect, text} of an acting rule. */
void write_reason(struct json_writer *json, const struct decision *decision,
                  const struct acting *acting);

/* The reasons for the verdict of a technique, as an array under `key`. */
void write_verdict_reasons_as(struct json_writer *json, const char *key,
                              const struct decision *decision, unsigned technique);

/* Findings whose answers an undetermined or withheld technique waits for. */
void write_waiting_for(struct json_writer *json, const struct decision *decision,
                       unsigned technique);

/* Other verdicts that one answer less would give: [{finding, verdict}]. */
void write_without(struct json_writer *json, const char *key, const struct decision *decision,
                   unsigned technique);

void write_area_list(struct json_writer *json, const char *key, const struct knowledge *knowledge,
                     area_set areas);
void write_position_list(struct json_writer *json, const char *key,
                         const struct knowledge *knowledge, position_set positions);

/* Areas with a lower limit than the technique has elsewhere. */
void write_limited_areas(struct json_writer *json, const struct decision *decision,
                         unsigned technique);

enum { ANY_TECHNIQUE = MAX_TECHNIQUES };

/* Modifications that concern a technique, or ANY_TECHNIQUE: [{id, text}]. */
void write_modifications(struct json_writer *json, const struct decision *decision,
                         unsigned technique);

/* The highest pressure a technique may use, 0 when it may not be used. */
int highest_pressure(const struct decision *decision, unsigned technique);

void write_questions(struct json_writer *json, const struct decision *decision, unsigned at_most);
void write_safety_net(struct json_writer *json, const struct decision *decision);
void write_knowledge(struct json_writer *json, const struct decision *decision);

#endif
