/* POST /care-plans; GET and DELETE /care-plans/{plan_id}; its versions and history. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/access.h"
#include "base/json_text.h"
#include "resources/care_plan_change.h"
#include "resources/care_plan_judge.h"
#include "resources/care_plan_versions.h"
#include "resources/cursor.h"
#include "resources/handlers.h"
#include "resources/preconditions.h"
#include "resources/query_check.h"
#include "resources/sql_value.h"

/* ---- create ---- */

struct creation {
    struct judgement judgement;
    struct idempotency once;
    struct care_plan plan;
    const char *clearances; /* rows for SQL */
    const char *change;     /* for the history */
    char path[CARE_PLAN_PATH_SIZE];
    char now[SQL_TIME_SIZE];
};

/* Whose plan it is. Patients make plans for themselves alone; nobody else is there for them. */
static enum status find_patient(struct creation *creation) {
    const struct http_request *request = creation->judgement.request;
    struct http_response *response = creation->judgement.response;
    struct tenant_secrets secrets;
    char own[PATIENT_ID_SIZE];
    struct care_plan *plan = &creation->plan;
    plan->patient_ref = json_string_value(json_object_get(request->json, "patient"));
    enum status status = tenant_secrets_get(request, response, &secrets);
    if (status == STATUS_OK)
        status = patient_id_of(&secrets, plan->patient_ref, plan->ref.patient_id);
    if (status == STATUS_OK)
        status = caller_patient_id(request, response, own);
    if (status != STATUS_OK)
        return status;
    if (*own && strcmp(own, plan->ref.patient_id) != 0) {
        response_problem(response, "not-found", "There is no such patient.");
        return STATUS_NOT_FOUND;
    }
    return id_new(plan->ref.plan_id);
}

/* A therapist's plans name that therapist; only a clinic names others. */
static enum status find_therapist(struct creation *creation) {
    const struct principal *caller = access_caller(creation->judgement.request);
    const char *named =
        json_string_value(json_object_get(creation->judgement.request->json, "therapist"));
    creation->plan.therapist_id = caller->kind == PRINCIPAL_THERAPIST ? caller->subject : named;
    if (!named || caller->kind == PRINCIPAL_CLINIC ||
        (caller->kind == PRINCIPAL_THERAPIST && strcmp(named, caller->subject) == 0))
        return STATUS_OK;
    response_error(creation->judgement.response, "#/therapist", "forbidden",
                   "only the clinic names another therapist");
    response_problem(creation->judgement.response, "forbidden",
                     "Only the clinic says who gives the massage.");
    return STATUS_FORBIDDEN;
}

static enum status judge_body(struct creation *creation) {
    struct judgement *judgement = &creation->judgement;
    enum status status = judgement_of_body(judgement, NULL);
    if (status == STATUS_OK)
        status = judgement_refuse(judgement);
    if (status == STATUS_OK)
        status = find_therapist(creation);
    if (status != STATUS_OK)
        return status;
    judgement->wish = plan_wish_read(judgement->decision, judgement->request->json,
                                     judgement->arena, &judgement->complaints);
    if (!judgement->wish) {
        status = judgement_refuse(judgement);
        return status == STATUS_OK ? STATUS_NO_MEMORY : status;
    }
    status = judgement_plan(judgement);
    return status == STATUS_INVALID ? judgement_refuse(judgement) : status;
}

static enum status fill_plan(struct creation *creation) {
    struct judgement *judgement = &creation->judgement;
    struct care_plan *plan = &creation->plan;
    const json_t *body = judgement->request->json;
    json_t *shown = json_array();
    enum status status = judgement_clearances(judgement, 0, &creation->clearances, shown);
    plan->clearances = judgement_keep_json(judgement, shown);
    json_decref(shown);
    if (status == STATUS_OK)
        status = judgement_pin_clearances(judgement);
    if (status == STATUS_OK)
        status = judgement_texts(judgement, plan);
    const char *title = json_string_value(json_object_get(body, "title"));
    const char *state = json_string_value(json_object_get(body, "status"));
    plan->version = 1;
    plan->title = title ? title : plan->title;
    plan->status = state ? state : "active";
    plan->review_needed = "{}";
    plan->session_count = "0";
    return status == STATUS_OK && !plan->clearances ? STATUS_NO_MEMORY : status;
}

static enum status write_created(struct creation *creation, const char *actor) {
    struct judgement *judgement = &creation->judgement;
    struct care_plan *plan = &creation->plan;
    struct buffer body;
    struct json_writer json;
    plan->created_at = plan->updated_at = creation->now;
    plan->created_by = actor;
    care_plan_path(&plan->ref, creation->path);
    buffer_init(&body);
    jw_init(&json, &body);
    care_plan_write(&json, plan, true, app_today());
    if (!jw_ok(&json)) {
        buffer_free(&body);
        return STATUS_NO_MEMORY;
    }
    response_headerf(judgement->response, "Location", "/%s", creation->path);
    return response_written(judgement->request, judgement->response, 201, 1, &body);
}

static enum status write_change(struct creation *creation) {
    const struct care_plan *plan = &creation->plan;
    struct buffer change;
    struct json_writer json;
    buffer_init(&change);
    jw_init(&json, &change);
    jw_open_object(&json);
    jw_member_text(&json, "status", plan->status);
    jw_member_text(&json, "technique", plan->technique);
    jw_member_text(&json, "decision_id", plan->decision_id);
    jw_member_text(&json, "knowledge_version", plan->knowledge_version);
    if (creation->judgement.intake->clearance_count)
        jw_member_json(&json, "clearances", creation->clearances);
    jw_close_object(&json);
    change.failed |= !jw_ok(&json);
    creation->change = judgement_keep(&creation->judgement, &change);
    return creation->change ? STATUS_OK : STATUS_NO_MEMORY;
}

static void add_creation(struct creation *creation, struct tenant_call *call) {
    const struct care_plan *plan = &creation->plan;
    const char *patient_id = plan->ref.patient_id;
    (void)TENANT_CALL_ADD(call, "patient_ensure", patient_id, call->now);
    (void)TENANT_CALL_ADD(call, "care_plan_create", patient_id, call->now, call->actor,
                          plan->ref.plan_id, plan->status, plan->patient_ref, plan->technique,
                          plan->therapist_id, plan->title, plan->goal, plan->document, plan->intake,
                          plan->decision, plan->decision_id, plan->knowledge_version,
                          plan->knowledge_sha256, plan->time_zone, plan->starts_on,
                          plan->review_needed, plan->recheck_due, plan->clearance_ends,
                          creation->clearances, plan->title, creation->change);
    tenant_call_audit(call, "care_plan.create", creation->path, patient_id);
}

static enum status explain_creation(struct creation *creation, const struct tenant_call *call) {
    struct http_response *response = creation->judgement.response;
    if (!tenant_call_failed(call, -1, "23503"))
        return STATUS_INTERNAL;
    response_error(response, "#/therapist", "unknown_id", "there is no such therapist");
    response_problem(response, "invalid-content", "1 place is wrong.");
    return STATUS_INVALID;
}

static enum status store_creation(struct creation *creation) {
    struct judgement *judgement = &creation->judgement;
    struct tenant_call call;
    bool replayed = false;
    tenant_call_begin(&call, judgement->request, judgement->response, TENANT_WRITE);
    memcpy(creation->now, call.now, sizeof creation->now);
    enum status status = write_created(creation, call.actor);
    if (status == STATUS_OK)
        status = write_change(creation);
    if (status == STATUS_OK)
        status = idempotency_begin(&creation->once, &call, creation->plan.ref.patient_id);
    if (status == STATUS_OK) {
        add_creation(creation, &call);
        status = idempotency_run(&creation->once, &call, &replayed);
    }
    if (status == STATUS_CONFLICT && !judgement->response->problem)
        status = explain_creation(creation, &call);
    tenant_call_end(&call);
    creation->plan.created_by = NULL; /* it was the call's */
    return status;
}

/* Time may have changed the verdict since the first try was stored: its answer stays. */
static bool was_stored_before(struct creation *creation) {
    struct http_response *response = creation->judgement.response;
    struct tenant_call call;
    bool known = false;
    tenant_call_begin(&call, creation->judgement.request, response, TENANT_READ);
    int step = idempotency_look(&creation->once, &call);
    if (tenant_call_run(&call) == STATUS_OK && tenant_call_count(&call, step) == 1) {
        response_forget_problem(response);
        if (idempotency_replay(&creation->once, &call, step, &known) != STATUS_OK)
            known = false; /* the key belongs to another request: that problem stands now */
        else if (!known)
            (void)(judgement_withheld(&creation->judgement) == STATUS_OK);
    }
    tenant_call_end(&call);
    return known;
}

static enum status create(struct creation *creation) {
    enum status status = judge_body(creation);
    if (status == STATUS_CONFLICT && creation->once.present && was_stored_before(creation))
        return STATUS_OK;
    if (status == STATUS_OK)
        status = find_patient(creation);
    if (status == STATUS_OK)
        status = fill_plan(creation);
    return status == STATUS_OK ? store_creation(creation) : status;
}

enum status care_plan_create(void *app, const struct http_request *request,
                             struct http_response *response) {
    struct creation creation = {0};
    enum status status = idempotency_read(&creation.once, request, response, IDEMPOTENCY_REQUIRED);
    if (status == STATUS_OK)
        status = judgement_begin(&creation.judgement, app, request, response);
    if (status == STATUS_OK)
        status = create(&creation);
    judgement_end(&creation.judgement);
    idempotency_free(&creation.once);
    return status;
}

/* ---- read ---- */

/* Adds the plan itself: true when the caller may see it and it is there. */
static enum status seen(const struct tenant_call *call, const struct care_plan *plan,
                        const char *own) {
    if (!plan->status ||
        !caller_sees_plan(call->caller, own, plan->ref.patient_id, plan->therapist_id))
        return STATUS_NOT_FOUND;
    if (!plan->gone)
        return STATUS_OK;
    response_problem(call->response, "gone", "The plan was deleted.");
    return STATUS_NOT_FOUND;
}

/* The plan as it was at `until` (NULL: as it is), with the reviews that it needed on that day. */
static enum status write_read(struct tenant_call *call, struct care_plan *plan, int clearances,
                              const char *until, int today) {
    struct buffer body, list;
    struct json_writer json;
    buffer_init(&list);
    buffer_init(&body);
    jw_init(&json, &list);
    clearances_write(&json, call, clearances, until);
    plan->clearances = list.data;
    jw_init(&json, &body);
    care_plan_write(&json, plan, true, today);
    bool whole = jw_ok(&json) && !list.failed;
    buffer_free(&list);
    response_version(call->response, plan->version);
    if (whole)
        return response_buffer(call->response, MEDIA_JSON, &body);
    buffer_free(&body);
    return STATUS_NO_MEMORY;
}

enum status care_plan_get(void *app, const struct http_request *request,
                          struct http_response *response) {
    struct care_plan plan = {0};
    struct tenant_call call;
    char own[PATIENT_ID_SIZE];
    (void)app;
    if (!plan_ref_parse(request_param(request, "plan_id"), &plan.ref))
        return STATUS_NOT_FOUND;
    enum status status = caller_patient_id(request, response, own);
    if (status != STATUS_OK)
        return status;
    tenant_call_begin(&call, request, response, TENANT_READ);
    int step =
        TENANT_CALL_ADD(&call, "care_plan_get", plan.ref.patient_id, plan.ref.plan_id, "false");
    int clearances =
        TENANT_CALL_ADD(&call, "clearances_list", plan.ref.patient_id, plan.ref.plan_id);
    status = tenant_call_run(&call);
    if (status == STATUS_OK) {
        care_plan_take(&plan, &call, step, 0);
        status = seen(&call, &plan, own);
    }
    if (status == STATUS_OK)
        status = write_read(&call, &plan, clearances, NULL, app_today());
    tenant_call_end(&call);
    return status;
}

enum status care_plan_version_get(void *app, const struct http_request *request,
                                  struct http_response *response) {
    struct plan_version version;
    struct tenant_call call = {0};
    int clearances;
    (void)app;
    enum status status =
        plan_version_read(&call, request, response, request_param(request, "plan_id"),
                          request_param(request, "version"), &version, &clearances);
    if (status == STATUS_OK)
        status = write_read(&call, &version.plan, clearances, version.at, version.day);
    tenant_call_end(&call);
    return status;
}

/* ---- delete ---- */

static enum status store_deletion(struct plan_change *change) {
    struct tenant_call call;
    char version[SQL_NUMBER_SIZE];
    bool replayed = false;
    const struct plan_ref *ref = &change->now.ref;
    change->response->status = 204;
    tenant_call_begin(&call, change->request, change->response, TENANT_WRITE);
    enum status status = idempotency_begin(&change->once, &call, ref->patient_id);
    care_plan_keep(&call, ref, NULL, NULL, NULL);
    (void)TENANT_CALL_ADD(&call, "care_plan_delete", ref->patient_id, call.now, call.actor,
                          ref->plan_id, sql_number(version, change->now.version),
                          "The plan was deleted.", "{}");
    tenant_call_audit(&call, "care_plan.delete", change->path, ref->patient_id);
    if (status == STATUS_OK)
        status = idempotency_run(&change->once, &call, &replayed);
    if (status == STATUS_CONFLICT)
        response_problem(change->response, "precondition-failed",
                         "Somebody changed the plan at the same moment. Read it again.");
    tenant_call_end(&call);
    return status;
}

enum status care_plan_delete(void *app, const struct http_request *request,
                             struct http_response *response) {
    struct plan_change change;
    enum status status = plan_change_open(&change, app, request, response, IDEMPOTENCY_OPTIONAL);
    if (status == STATUS_OK && !change.answered)
        status = store_deletion(&change);
    plan_change_close(&change);
    return status;
}

/* ---- history ---- */

static void write_event(struct json_writer *json, const struct tenant_call *call, int step,
                        int row) {
    const char *version = tenant_call_value(call, step, row, "version");
    jw_open_object(json);
    jw_member_int(json, "version", version ? strtoll(version, NULL, 10) : 0);
    jw_member_time(json, "at", tenant_call_value(call, step, row, "at"));
    jw_member_optional(json, "actor", tenant_call_value(call, step, row, "actor"));
    jw_member_optional(json, "action", tenant_call_value(call, step, row, "action"));
    jw_member_optional(json, "summary", tenant_call_value(call, step, row, "summary"));
    jw_member_json(json, "change", tenant_call_value(call, step, row, "change"));
    jw_close_object(json);
}

static enum status write_history(const struct tenant_call *call, int step, const struct page *page,
                                 const struct tenant_secrets *secrets) {
    struct buffer body, cursor;
    struct json_writer json;
    int rows = tenant_call_count(call, step), shown = rows;
    enum status status = STATUS_OK;
    buffer_init(&body);
    buffer_init(&cursor);
    if (rows > (int)page->limit) {
        shown = (int)page->limit;
        const char *last = tenant_call_value(call, step, shown - 1, "version");
        status = page_next(page, call->request, call->response, secrets,
                           json_pack("{s:s}", "version", last), &cursor);
    }
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_key(&json, "items");
    jw_open_array(&json);
    for (int row = 0; row < shown; row++)
        write_event(&json, call, step, row);
    jw_close_array(&json);
    if (cursor.data)
        jw_member_text(&json, "next_cursor", cursor.data);
    jw_close_object(&json);
    buffer_free(&cursor);
    if (status == STATUS_OK)
        return response_json_buffer(call->response, &json, &body);
    buffer_free(&body);
    return status;
}

static enum status read_history(const struct http_request *request, struct http_response *response,
                                const struct plan_ref *ref, const struct page *page,
                                const struct tenant_secrets *secrets) {
    struct care_plan plan = {.ref = *ref};
    struct tenant_call call;
    char own[PATIENT_ID_SIZE];
    const char *after = page_after(page, "version");
    enum status status = caller_patient_id(request, response, own);
    if (status != STATUS_OK)
        return status;
    tenant_call_begin(&call, request, response, TENANT_READ);
    int found = TENANT_CALL_ADD(&call, "care_plan_get", ref->patient_id, ref->plan_id, "false");
    int step = TENANT_CALL_ADD(&call, "care_plan_history_page", ref->patient_id, ref->plan_id,
                               after ? after : "0", page->limit_text);
    status = tenant_call_run(&call);
    if (status == STATUS_OK) {
        care_plan_take(&plan, &call, found, 0);
        plan.gone = false; /* what happened to a deleted plan is still history */
        status = seen(&call, &plan, own);
    }
    if (status == STATUS_OK)
        status = write_history(&call, step, page, secrets);
    tenant_call_end(&call);
    return status;
}

enum status care_plan_history(void *app, const struct http_request *request,
                              struct http_response *response) {
    struct plan_ref ref;
    struct tenant_secrets secrets;
    struct page page = {0};
    if (!query_is_valid(app, request, response))
        return STATUS_INVALID;
    if (!plan_ref_parse(request_param(request, "plan_id"), &ref))
        return STATUS_NOT_FOUND;
    enum status status = tenant_secrets_get(request, response, &secrets);
    if (status == STATUS_OK)
        status = page_read(&page, request, response, &secrets);
    if (status == STATUS_OK)
        status = read_history(request, response, &ref, &page, &secrets);
    page_free(&page);
    return status;
}
