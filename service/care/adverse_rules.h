/* Reading the rows of adverse_events.json: shared by adverse.c and adverse_write.c. */
#ifndef UNKNOT_CARE_ADVERSE_RULES_H
#define UNKNOT_CARE_ADVERSE_RULES_H

#include "care/adverse.h"

/* The row of an event, NULL when there is none. */
const json_t *adverse_row(const struct knowledge *knowledge, const char *id);

/* What an event is called; its id where the release does not know it. */
const char *adverse_name(const struct knowledge *knowledge, const char *id);

/* The row of a detail, NULL when there is none. */
const json_t *adverse_detail(const struct knowledge *knowledge, const char *id);

/* True when every condition of `rule` holds for this event. */
bool adverse_rule_holds(const struct adverse_context *context, const json_t *rule,
                        const json_t *event);

/* True when some condition of `rule` waits for a detail nobody gave, and none is refuted. */
bool adverse_rule_open(const struct adverse_context *context, const json_t *rule,
                       const json_t *event);

/* Triage level of a row, TRIAGE_SELF_CARE when it names none. */
enum triage adverse_rule_triage(const json_t *rule);

/* The highest level of the rows that hold, and the grade, of one event. */
enum triage adverse_event_triage(const struct adverse_context *context, const json_t *event);
enum grade adverse_event_grade(const struct adverse_context *context, const json_t *event);

/* Areas an event names. */
area_set adverse_areas(const struct knowledge *knowledge, const json_t *event);

#endif
