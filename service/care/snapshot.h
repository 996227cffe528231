/*
 * What a decision says of every technique, in the short form that is kept with a plan and compared
 * at the next re-check:
 *   {decision_id, as_of, knowledge: {version, sha256}, triage, techniques: {ID: {verdict,
 *    pressure_max, minutes_max, areas_to_avoid[], areas_limited: {AREA: max}, positions[],
 *    modifications[], expert_only}}}
 */
#ifndef UNKNOT_CARE_SNAPSHOT_H
#define UNKNOT_CARE_SNAPSHOT_H

#include "base/json_writer.h"
#include "engine/decision.h"

/* The whole snapshot, one JSON value. */
void snapshot_write(struct json_writer *json, const struct decision *decision);

/* The part about one technique, one JSON value. */
void snapshot_limits(struct json_writer *json, const struct decision *decision, unsigned technique);

/* The snapshot as a JSON value, which the caller releases; NULL without memory. */
json_t *snapshot_new(const struct decision *decision) MUST_CHECK;

/* The highest pressure a technique may use, 0 when it may not be used at all. */
int snapshot_pressure(const struct decision *decision, unsigned technique);

/*
 * Calls `each` for every modification that concerns the technique, once, in the order of the rules.
 */
void each_modification(const struct decision *decision, unsigned technique,
                       void (*each)(void *context, unsigned modification), void *context);

#endif
