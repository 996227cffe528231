/*
 * Does a plan still hold? An old decision (its snapshot, see snapshot.h) against a new one; answers
 * that went stale; clearances that ended. Pure: today is given, days since 1970-01-01.
 */
#ifndef UNKNOT_CARE_RECHECK_H
#define UNKNOT_CARE_RECHECK_H

#include "base/json_writer.h"
#include "engine/decision.h"

enum recheck_result { RECHECK_CONFIRMED, RECHECK_CHANGED, RECHECK_PAUSED };

struct recheck {
    enum recheck_result
        result;    /* paused: the technique is withheld now (not suitable or caution) */
    bool stricter; /* some limit, or the triage, became stricter */
    unsigned changes;
};

/* "confirmed", "changed", "paused" */
const char *recheck_name(enum recheck_result result);

/*
 * Compares the plan's stored snapshot with a new decision for one technique, and writes
 * {result, stricter, text, triage, verdict, changes: [{what, from, to, id?, stricter, text}]}. Also
 * answers "does the knowledge in force judge worse?": decide the stored intake again and look at
 * `stricter`. STATUS_INVALID when the snapshot does not speak of the technique; NO_MEMORY.
 */
enum status recheck_compare(const json_t *snapshot, unsigned technique, const struct decision *now,
                            struct json_writer *json, struct recheck *out) MUST_CHECK;

/*
 * First day on which an answer is too old, INT_MAX: none gets old. recheck_days of the finding
 * count from the intake's day; 0 means "before every session" and is no date. An answer "no" is
 * good for 30 days at least (own choice).
 */
int answers_due(const struct intake *intake);

/* Writes [{finding, answered, due}] of answers too old on that day, one value; their number. */
unsigned answers_stale(struct json_writer *json, const struct intake *intake, int today);

/* What stands in review_needed of a plan. */
enum review_reason {
    REVIEW_ANSWERS_STALE = 1,
    REVIEW_CLEARANCE_ENDED = 2,
    REVIEW_KNOWLEDGE_STRICTER = 4,
};

/* Reasons that time alone brings; clearance_to as plan.h has it (last day, INT_MAX: none). */
unsigned review_by_time(const struct intake *intake, int clearance_to, int today);

/* "answers_stale", ...: one reason bit; its sentence is the phrase review_needed.NAME. */
const char *review_reason_name(enum review_reason reason);

#endif
