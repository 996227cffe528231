/*
 * A care plan as it stands in the database, or as it shall stand there: all values as the text that
 * PostgreSQL speaks, borrowed. An answer is written before the write, from the same values.
 */
#ifndef UNKNOT_RESOURCES_CARE_PLAN_ROW_H
#define UNKNOT_RESOURCES_CARE_PLAN_ROW_H

#include <jansson.h>

#include "base/json_writer.h"
#include "resources/tenant_call.h"

struct care_plan {
    struct plan_ref ref;
    int64_t version;
    bool gone; /* a tombstone, or out of this caller's sight now */
    const char *status, *patient_ref, *technique, *therapist_id, *title;
    const char *goal, *document, *intake, *decision; /* jsonb */
    const char *decision_id, *knowledge_version, *knowledge_sha256, *time_zone, *starts_on;
    const char *review_needed; /* text[]: what a write found; time adds to it */
    const char *recheck_due, *clearance_ends;
    const char *session_count, *created_at, *created_by, *updated_at;
    const char *clearances; /* JSON array for the answer; NULL: not read */
};

/* Takes a row of any statement that gives plans; `ref` is filled where the row names the plan. */
void care_plan_take(struct care_plan *plan, const struct tenant_call *call, int step, int row);

/*
 * Adds the step before every write to a plan that is there: it keeps the plan as it is, for who
 * reads earlier versions. Give what the write gives: what it leaves as it is (NULL) is not kept
 * twice.
 */
void care_plan_keep(struct tenant_call *call, const struct plan_ref *ref, const char *document,
                    const char *intake, const char *decision);

/* The clearances of a step of clearances_list as a JSON array; `until` (a timestamp; NULL: all)
 * leaves out those given later. */
void clearances_write(struct json_writer *json, const struct tenant_call *call, int step,
                      const char *until);

/*
 * Writes the plan as the contract's CarePlan. Whole: with intake and clearances; else as an item of
 * a list. `today` in days: what needs a review may follow from it.
 */
void care_plan_write(struct json_writer *json, const struct care_plan *plan, bool whole, int today);

/*
 * Why somebody should look at the plan: what a write found (text[]), and what the days since have
 * brought. The caller releases the list; NULL without memory.
 */
json_t *care_plan_reviews(const char *review_needed, const char *recheck_due,
                          const char *clearance_ends, int today) MUST_CHECK;

/* {id, version, deleted: true, updated_at} */
void care_plan_write_gone(struct json_writer *json, const struct care_plan *plan);

/* The path for Location and audit: "care-plans/ID". */
enum { CARE_PLAN_PATH_SIZE = 80 };
void care_plan_path(const struct plan_ref *ref, char path[CARE_PLAN_PATH_SIZE]);

#endif
