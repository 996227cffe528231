/*
 * From answers to a plan: intake read, decided, derived, and written as the texts that are stored.
 *
 * Answers keep the day they were given (as_of); what time does to them is recheck_due. A clearance
 * that comes later is judged on its own day with the answers as they are: "three weeks ago" counts
 * as three weeks still, which never judges milder.
 */
#ifndef UNKNOT_RESOURCES_CARE_PLAN_JUDGE_H
#define UNKNOT_RESOURCES_CARE_PLAN_JUDGE_H

#include "care/plan.h"
#include "resources/app.h"
#include "resources/care_plan_row.h"

struct judgement {
    const struct app *app;
    const struct http_request *request;
    struct http_response *response;
    struct arena *arena; /* of the thread: one judgement a request */
    struct complaints complaints;
    json_t *answers_owned; /* the intake to store */
    const struct intake *intake;
    const struct decision *decision;
    struct plan_wish *wish;
    struct plan *plan;
};

/* After the query was checked, which uses the same arena. judgement_end() in every case. */
enum status judgement_begin(struct judgement *judgement, const struct app *app,
                            const struct http_request *request,
                            struct http_response *response) MUST_CHECK;
void judgement_end(struct judgement *judgement);

/* Complaints become a problem: STATUS_INVALID. */
enum status judgement_refuse(struct judgement *judgement) MUST_CHECK;

/*
 * Reads {intake} of the body (its schema too) and decides. Complaints are only gathered: refuse
 * afterwards. Without complaints STATUS_FORBIDDEN when it carries clearances and the caller lacks
 * plans:clear. `known` (may be NULL): clearances recorded before, which go on to count.
 */
enum status judgement_of_body(struct judgement *judgement, const json_t *known) MUST_CHECK;

/* Decides stored answers again, on that day (INT_MIN: their own). Takes the reference. */
enum status judgement_of_answers(struct judgement *judgement, json_t *answers_owned,
                                 int day) MUST_CHECK;

/*
 * Derives the plan from `wish`. STATUS_CONFLICT: withheld, and the response is that problem with
 * triage and verdict. STATUS_INVALID: complaints.
 */
enum status judgement_plan(struct judgement *judgement) MUST_CHECK;

/* The problem `withheld`, also where a stored decision says so. */
enum status judgement_withheld(struct judgement *judgement) MUST_CHECK;

/* The stored values of the plan: title, goal, document and what follows from the decision. Texts
 * live in the arena. */
enum status judgement_texts(struct judgement *judgement, struct care_plan *plan) MUST_CHECK;

/* The values of the decision alone: intake, snapshot, ids, recheck_due, clearance_ends. */
enum status judgement_decision_texts(struct judgement *judgement, unsigned technique,
                                     struct care_plan *plan) MUST_CHECK;

/* A copy in the arena; NULL without memory, or for a failed buffer. Frees the buffer. */
const char *judgement_keep(struct judgement *judgement, struct buffer *text_owned);
const char *judgement_keep_json(struct judgement *judgement, const json_t *value);

/*
 * The clearances `from` and on of the intake as rows for SQL ([{clearance_id, role, by_whom, ...}])
 * and, when `shown` is given, as the contract shows them, appended to a JSON array in it.
 */
enum status judgement_clearances(struct judgement *judgement, size_t from, const char **rows,
                                 json_t *shown) MUST_CHECK;

/*
 * Clearances that speak of nothing in particular are pinned to what they lifted today: a finding
 * that turns up later is not covered by an OK that was given before.
 */
enum status judgement_pin_clearances(struct judgement *judgement) MUST_CHECK;

/* What happened goes on to hold in a document that was derived anew: what an adverse event asked of
   the next session, and when the plan was last reviewed. */
enum status judgement_carry_on(struct judgement *judgement, const json_t *before,
                               struct care_plan *plan) MUST_CHECK;

/* The reasons of a text[] but some (ends with NULL), kept like judgement_keep(); NULL without
 * memory. */
const char *care_plan_reviews_without(struct judgement *judgement, const char *review_needed,
                                      const char *const *settled) MUST_CHECK;

#endif
