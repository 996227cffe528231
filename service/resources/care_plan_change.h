/*
 * A plan that is going to be changed: read it, decide what it shall be, store that. Two trips; the
 * second one applies only to the version that the first one read.
 *
 *     status = plan_change_open(&change, app, request, response, IDEMPOTENCY_OPTIONAL);
 *     if (status == STATUS_OK && !change.answered) ... fill change.next ...
 *         status = plan_change_store(&change, &what);
 *     plan_change_close(&change);
 */
#ifndef UNKNOT_RESOURCES_CARE_PLAN_CHANGE_H
#define UNKNOT_RESOURCES_CARE_PLAN_CHANGE_H

#include "resources/app.h"
#include "resources/care_plan_row.h"
#include "resources/idempotency.h"

struct plan_change {
    const struct app *app;
    const struct http_request *request;
    struct http_response *response;
    bool answered; /* a replay: nothing is left to do */
    char own[PATIENT_ID_SIZE];
    char path[CARE_PLAN_PATH_SIZE];
    struct idempotency once;
    struct tenant_call read; /* `now` borrows from it */
    struct buffer clearances;
    struct care_plan now, next; /* next begins as a copy of now, one version later */
};

/*
 * Reads the plan of {plan_id}. STATUS_NOT_FOUND also for who may not see it; 410 for a deleted one;
 * If-Match is held against it, needed where the method is PATCH or DELETE.
 */
enum status plan_change_open(struct plan_change *change, const struct app *app,
                             const struct http_request *request, struct http_response *response,
                             enum idempotency_need need) MUST_CHECK;
void plan_change_close(struct plan_change *change);

/* 409 unless the plan is in a state that can be changed. */
enum status plan_change_is_open(struct plan_change *change) MUST_CHECK;

struct plan_effect {
    const char *action;     /* "care_plan.patch" */
    const char *summary;    /* for people */
    const char *change;     /* JSON, for programs */
    const char *clearances; /* JSON rows; "[]" */
};

/*
 * Stores `next`. The answer (status, body, Location) must be in the response already: it is kept
 * with the Idempotency-Key. A failure replaces it: 412 when somebody was faster.
 */
enum status plan_change_store(struct plan_change *change,
                              const struct plan_effect *effect) MUST_CHECK;

#endif
