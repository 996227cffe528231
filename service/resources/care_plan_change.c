#include "resources/care_plan_change.h"

#include <stdlib.h>
#include <string.h>

#include "resources/preconditions.h"
#include "resources/sql_value.h"
#include "resources/tenant_secrets.h"

/* ---- reading ---- */

static enum status check_seen(struct plan_change *change) {
    const struct care_plan *now = &change->now;
    if (!now->status ||
        !caller_sees_plan(change->read.caller, change->own, now->ref.patient_id, now->therapist_id))
        return STATUS_NOT_FOUND;
    if (now->gone) {
        response_problem(change->response, "gone", "The plan was deleted.");
        return STATUS_NOT_FOUND;
    }
    bool needed = change->request->method != HTTP_POST;
    return if_match_check(change->request, change->response, now->version,
                          needed ? IF_MATCH_REQUIRED : IF_MATCH_OPTIONAL);
}

static enum status take(struct plan_change *change, int plan, int clearances) {
    struct json_writer json;
    jw_init(&json, &change->clearances);
    clearances_write(&json, &change->read, clearances, NULL);
    if (!jw_ok(&json))
        return STATUS_NO_MEMORY;
    care_plan_take(&change->now, &change->read, plan, 0);
    change->now.clearances = change->clearances.data;
    return STATUS_OK;
}

/* `next` is what `now` becomes: later by a version and a moment. */
static void prepare_next(struct plan_change *change) {
    char before[SQL_TIME_SIZE];
    change->next = change->now;
    change->next.version++;
    sql_time_text(change->now.updated_at, before);
    if (strcmp(change->read.now, before) > 0)
        change->next.updated_at = change->read.now;
}

static enum status read_plan(struct plan_change *change) {
    struct tenant_call *call = &change->read;
    const struct plan_ref *ref = &change->now.ref;
    tenant_call_begin(call, change->request, change->response, TENANT_READ);
    int key = idempotency_look(&change->once, call);
    int plan = TENANT_CALL_ADD(call, "care_plan_get", ref->patient_id, ref->plan_id, "true");
    int clearances = TENANT_CALL_ADD(call, "clearances_list", ref->patient_id, ref->plan_id);
    enum status status = tenant_call_run(call);
    if (status == STATUS_OK)
        status = idempotency_replay(&change->once, call, key, &change->answered);
    if (status != STATUS_OK || change->answered)
        return status;
    status = take(change, plan, clearances);
    if (status == STATUS_OK)
        status = check_seen(change);
    prepare_next(change);
    return status;
}

enum status plan_change_open(struct plan_change *change, const struct app *app,
                             const struct http_request *request, struct http_response *response,
                             enum idempotency_need need) {
    *change = (struct plan_change){.app = app, .request = request, .response = response};
    buffer_init(&change->clearances);
    if (!plan_ref_parse(request_param(request, "plan_id"), &change->now.ref))
        return STATUS_NOT_FOUND;
    care_plan_path(&change->now.ref, change->path);
    enum status status = idempotency_read(&change->once, request, response, need);
    if (status == STATUS_OK)
        status = caller_patient_id(request, response, change->own);
    return status == STATUS_OK ? read_plan(change) : status;
}

void plan_change_close(struct plan_change *change) {
    tenant_call_end(&change->read);
    idempotency_free(&change->once);
    buffer_free(&change->clearances);
}

enum status plan_change_is_open(struct plan_change *change) {
    const char *status = change->now.status;
    if (strcmp(status, "completed") != 0 && strcmp(status, "revoked") != 0)
        return STATUS_OK;
    response_problem(change->response, "conflict", "The plan is %s: it is not changed any more.",
                     status);
    return STATUS_CONFLICT;
}

/* ---- storing ---- */

/* NULL keeps what is there: large values are not written again. */
static const char *if_new(const char *next, const char *now) {
    return next == now ? NULL : next;
}

static void add_update(struct plan_change *change, struct tenant_call *call,
                       const struct plan_effect *effect, const char *version) {
    const struct care_plan *now = &change->now, *next = &change->next;
#define NEW(member) if_new(next->member, now->member)
    care_plan_keep(call, &now->ref, NEW(document), NEW(intake), NEW(decision));
    (void)TENANT_CALL_ADD(call, "care_plan_update", next->ref.patient_id, change->read.now,
                          call->actor, next->ref.plan_id, version, effect->action, NEW(status),
                          NEW(technique), next->therapist_id, NEW(title), NEW(goal), NEW(document),
                          NEW(intake), NEW(decision), NEW(decision_id), NEW(knowledge_version),
                          NEW(knowledge_sha256), NEW(time_zone), NEW(starts_on), NEW(review_needed),
                          next->recheck_due, next->clearance_ends, effect->clearances,
                          effect->summary, effect->change);
#undef NEW
}

/* Somebody was faster, or named a therapist that does not exist. */
static enum status explain(struct plan_change *change, const struct tenant_call *call) {
    struct http_response *response = change->response;
    if (tenant_call_failed(call, -1, "23503")) {
        response_error(response, "#/therapist", "unknown_id", "there is no such therapist");
        response_problem(response, "invalid-content", "1 place is wrong.");
        return STATUS_INVALID;
    }
    if (request_header(change->request, "If-Match"))
        response_problem(response, "precondition-failed",
                         "Somebody changed the plan at the same moment. Read it again.");
    else
        response_problem(response, "conflict",
                         "Somebody changed the plan at the same moment. Send it again.");
    return STATUS_CONFLICT;
}

enum status plan_change_store(struct plan_change *change, const struct plan_effect *effect) {
    struct tenant_call call;
    char version[SQL_NUMBER_SIZE];
    bool replayed = false;
    const char *patient_id = change->now.ref.patient_id;
    tenant_call_begin(&call, change->request, change->response, TENANT_WRITE);
    enum status status = idempotency_begin(&change->once, &call, patient_id);
    add_update(change, &call, effect, sql_number(version, change->now.version));
    tenant_call_audit(&call, effect->action, change->path, patient_id);
    if (status == STATUS_OK)
        status = idempotency_run(&change->once, &call, &replayed);
    if (status == STATUS_CONFLICT && !change->response->problem)
        status = explain(change, &call);
    tenant_call_end(&call);
    return status;
}
