/*
 * One transaction for the caller's tenant: statements by name, run on the worker's connection, its
 * failures as problems. The tenant is $1 of every statement and is added here; give $2 and on.
 *
 *     struct tenant_call call;
 *     tenant_call_begin(&call, request, response, TENANT_READ);
 *     int plan = TENANT_CALL_ADD(&call, "care_plan_get", ref.patient_id, ref.plan_id, "false");
 *     enum status status = tenant_call_run(&call);
 *     if (status == STATUS_OK && tenant_call_count(&call, plan) == 1)
 *         ... tenant_call_value(&call, plan, 0, "title") ...
 *     tenant_call_end(&call);
 */
#ifndef UNKNOT_RESOURCES_TENANT_CALL_H
#define UNKNOT_RESOURCES_TENANT_CALL_H

#include "access/principal.h"
#include "http/request.h"
#include "http/response.h"
#include "resources/ids.h"
#include "store/store.h"

enum tenant_call_kind { TENANT_READ, TENANT_WRITE };

enum {
    CALL_TIME_SIZE = 32,  /* "2026-11-22T10:00:00.123456Z" */
    CALL_ACTOR_SIZE = 224 /* "clinic:key:Ab3..."; no patient is named in it */
};

struct tenant_call {
    const struct http_request *request;
    struct http_response *response;
    const struct principal *caller;
    char now[CALL_TIME_SIZE];    /* the one time of this call */
    char actor[CALL_ACTOR_SIZE]; /* for history and audit */
    char event_id[2][ID_SIZE];   /* of audit events */
    char resource[2][256];
    unsigned events;
    bool faulty; /* a step could not be added: our mistake */
    struct pg_transaction transaction;
};

void tenant_call_begin(struct tenant_call *call, const struct http_request *request,
                       struct http_response *response, enum tenant_call_kind kind);

/* Adds a statement; gives the number of its step. Values are borrowed until the run; NULL is SQL's.
 */
int tenant_call_add(struct tenant_call *call, const char *name, const char *const *values,
                    size_t count);
#define TENANT_CALL_ADD(call, name, ...)                                                           \
    tenant_call_add(call, name, (const char *const[]){__VA_ARGS__},                                \
                    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* Adds the audit event of the effect: always the last step. `resource` is a path without the first
 * slash ("care-plans/ID"), of letters that ids have; patient_id NULL: it is about nobody. */
void tenant_call_audit(struct tenant_call *call, const char *action, const char *resource,
                       const char *patient_id);

/*
 * Runs it. STATUS_OK; STATUS_CONFLICT when a statement said 22012 (nothing changed), 23505 (exists)
 * or 23503 (refers to nothing): the handler reads again and says which, tenant_call_failed() helps.
 * Every other failure is a problem already.
 */
enum status tenant_call_run(struct tenant_call *call) MUST_CHECK;

/* Was this the reason, in this step (-1: any)? */
bool tenant_call_failed(const struct tenant_call *call, int step, const char *sqlstate);

/* Rows of a step, and values as text: NULL is SQL's NULL. Valid until tenant_call_end(). */
int tenant_call_count(const struct tenant_call *call, int step);
const char *tenant_call_value(const struct tenant_call *call, int step, int row,
                              const char *column);

/* Frees results; a call may begin again afterwards. */
void tenant_call_end(struct tenant_call *call);

/*
 * From begin to end all calls of this request are parts of one transaction: each sees what those
 * before it wrote, and one that fails leaves nothing of itself. At the end all of it is stored, or
 * nothing; failures are problems in `response`. After STATUS_OK of the first, the second must
 * follow.
 */
enum status tenant_unit_begin(const struct http_request *request,
                              struct http_response *response) MUST_CHECK;
enum status tenant_unit_end(const struct http_request *request, struct http_response *response,
                            bool commit) MUST_CHECK;

/*
 * Best effort, after the answer is known: an audit event of something that did not happen.
 * outcome: denied | not_found | conflict | invalid | error. The resource as in tenant_call_audit().
 */
void audit_refusal(const struct http_request *request, const char *action, const char *resource,
                   const char *patient_id, const char *outcome);

/*
 * May the caller see a plan of this patient and therapist (NULL: nobody)? A clinic all, a therapist
 * those that name them, a patient their own; `own` is caller_patient_id(). False is 404.
 */
bool caller_sees_plan(const struct principal *caller, const char *own, const char *patient_id,
                      const char *therapist_id);

#endif
