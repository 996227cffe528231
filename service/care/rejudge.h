/* A stored plan against the knowledge in force: does it still say what the plan was made from? */
#ifndef UNKNOT_CARE_REJUDGE_H
#define UNKNOT_CARE_REJUDGE_H

#include "care/recheck.h"

struct rejudgement {
    struct recheck result;
    unsigned stale; /* REVIEW_ bits that time brings */
};

/*
 * Decides the stored answers again, on the day of the stored decision (so that only knowledge can
 * make a difference), compares, and appends what changed to `change`. clearance_to as in plan.h.
 * STATUS_INVALID: the answers are not understood any more, or the technique is gone.
 */
enum status rejudge(const struct knowledge *knowledge, const json_t *answers,
                    const json_t *snapshot, const char *technique, int clearance_to, int today,
                    struct arena *arena, struct buffer *change, struct rejudgement *out) MUST_CHECK;

#endif
