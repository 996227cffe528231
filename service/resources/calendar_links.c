/*
 * /care-plans/{plan_id}/calendar-links: made, listed, revoked; and /calendars/{calendar_file}, what
 * such a link opens. A link outlives the key it was made with, so that making and listing them
 * takes plans:write; what it shows says nothing of health unless that was asked for.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "access/access.h"
#include "base/thread_arena.h"
#include "engine/intake.h"
#include "resources/body_check.h"
#include "resources/calendar_token.h"
#include "resources/handlers.h"
#include "resources/idempotency.h"
#include "resources/plan_below.h"
#include "resources/plan_calendar.h"
#include "resources/sql_value.h"

enum { LINK_DAYS = 365, LINK_DAYS_MAX = 730, DATE_SIZE = 11 };

/* ---- representation ---- */

struct link {
    const char *id, *titles, *expires_on, *created_at, *created_by, *revoked_at;
};

/* With the path for who may open it; one that was revoked opens nothing. */
static enum status write_link(struct json_writer *json, const struct plan_below *below,
                              const struct tenant_secrets *secrets, const struct link *link) {
    struct calendar_token token = {0};
    char path[CALENDAR_PATH_SIZE];
    const struct principal *caller = access_caller(below->request);
    memcpy(token.tenant, caller->tenant, sizeof token.tenant);
    memcpy(token.patient_id, below->ref.patient_id, sizeof token.patient_id);
    (void)snprintf(token.link_id, sizeof token.link_id, "%s", link->id);
    enum status status = calendar_token_path(&token, secrets, path);
    jw_open_object(json);
    jw_member_text(json, "link_id", link->id);
    jw_member_text(json, "plan_id", below->ref_text);
    jw_member_optional(json, "url", link->revoked_at ? NULL : path);
    jw_member_optional(json, "titles", link->titles);
    jw_member_optional(json, "expires_on", link->expires_on);
    jw_member_time(json, "created_at", link->created_at);
    jw_member_optional(json, "created_by", link->created_by);
    jw_member_time(json, "revoked_at", link->revoked_at);
    jw_close_object(json);
    return status;
}

static struct link link_of_row(const struct tenant_call *call, int step, int row) {
    return (struct link){.id = tenant_call_value(call, step, row, "link_id"),
                         .titles = tenant_call_value(call, step, row, "titles"),
                         .expires_on = tenant_call_value(call, step, row, "expires_on"),
                         .created_at = tenant_call_value(call, step, row, "created_at"),
                         .created_by = tenant_call_value(call, step, row, "created_by"),
                         .revoked_at = tenant_call_value(call, step, row, "revoked_at")};
}

/* ---- list ---- */

static enum status write_list(struct plan_below *below, const struct tenant_secrets *secrets,
                              const struct tenant_call *call, int step) {
    enum status status = STATUS_OK;
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_key(&json, "items");
    jw_open_array(&json);
    for (int row = 0; status == STATUS_OK && row < tenant_call_count(call, step); row++) {
        struct link link = link_of_row(call, step, row);
        status = write_link(&json, below, secrets, &link);
    }
    jw_close_array(&json);
    jw_close_object(&json);
    if (status == STATUS_OK)
        status = response_json_buffer(below->response, &json, &body);
    buffer_free(&body);
    return status;
}

static enum status list_links(struct plan_below *below, const struct tenant_secrets *secrets) {
    struct tenant_call call;
    tenant_call_begin(&call, below->request, below->response, TENANT_READ);
    int plan = plan_below_add(below, &call);
    int step =
        TENANT_CALL_ADD(&call, "calendar_links_list", below->ref.patient_id, below->ref.plan_id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = plan_below_take(below, &call, plan);
    if (status == STATUS_OK)
        status = write_list(below, secrets, &call, step);
    tenant_call_end(&call);
    return status;
}

enum status calendar_link_list(void *app, const struct http_request *request,
                               struct http_response *response) {
    struct plan_below below;
    struct tenant_secrets secrets;
    enum status status = plan_below_open(&below, app, request, response);
    if (status == STATUS_OK)
        status = tenant_secrets_get(request, response, &secrets);
    if (status == STATUS_OK)
        status = list_links(&below, &secrets);
    plan_below_close(&below);
    return status;
}

/* ---- create ---- */

struct link_creation {
    struct plan_below below;
    struct tenant_secrets secrets;
    struct idempotency once;
    struct link link;
    char id[SUB_ID_SIZE], expires_on[DATE_SIZE], path[PLAN_PATH_SIZE];
    bool answered;
};

/* The last day: the one that was asked for, or a year from now. */
static void read_days(struct link_creation *creation, struct complaints *complaints) {
    const json_t *wish = json_object_get(creation->below.request->json, "expires_on");
    int today = app_today(), day = today + LINK_DAYS;
    if (json_is_string(wish))
        day = date_days(json_string_value(wish));
    if (day == INT_MIN)
        return; /* the contract has complained */
    if (day < today || day > today + LINK_DAYS_MAX)
        complain(complaints, "#/expires_on", "out_of_range",
                 "must lie between today and %d days from now", LINK_DAYS_MAX);
    date_text(day, creation->expires_on);
}

static enum status read_body(struct link_creation *creation) {
    struct plan_below *below = &creation->below;
    struct complaints complaints;
    struct arena *arena = thread_arena();
    if (!arena)
        return STATUS_NO_MEMORY;
    complaints_init(&complaints, arena);
    body_check(below->app, below->request, &complaints);
    const char *titles = json_string_value(json_object_get(below->request->json, "titles"));
    read_days(creation, &complaints);
    enum status status = body_refuse(below->response, &complaints);
    if (status == STATUS_OK)
        status = sub_id_new('k', creation->id);
    creation->link = (struct link){.id = creation->id,
                                   .titles = titles ? titles : "discreet",
                                   .expires_on = creation->expires_on};
    plan_below_path(below, "calendar-links", creation->id, creation->path);
    return status;
}

/* May this caller see the plan, and is this a replay? */
static enum status read_plan(struct link_creation *creation) {
    struct plan_below *below = &creation->below;
    struct tenant_call call;
    tenant_call_begin(&call, below->request, below->response, TENANT_READ);
    int plan = plan_below_add(below, &call);
    int key = idempotency_look(&creation->once, &call);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = plan_below_take(below, &call, plan);
    if (status == STATUS_OK)
        status = idempotency_replay(&creation->once, &call, key, &creation->answered);
    tenant_call_end(&call);
    return status;
}

static enum status answer_created(struct link_creation *creation) {
    struct http_response *response = creation->below.response;
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    enum status status = write_link(&json, &creation->below, &creation->secrets, &creation->link);
    response->status = 201;
    response_headerf(response, "Location", "/%s", creation->path);
    if (status == STATUS_OK)
        status = response_json_buffer(response, &json, &body);
    buffer_free(&body);
    return status;
}

static enum status store_link(struct link_creation *creation) {
    struct plan_below *below = &creation->below;
    const char *patient_id = below->ref.patient_id;
    struct tenant_call call;
    char today[DATE_SIZE];
    bool replayed = false;
    date_text(app_today(), today);
    tenant_call_begin(&call, below->request, below->response, TENANT_WRITE);
    creation->link.created_at = call.now;
    creation->link.created_by = call.actor;
    enum status status = answer_created(creation);
    if (status == STATUS_OK)
        status = idempotency_begin(&creation->once, &call, patient_id);
    (void)TENANT_CALL_ADD(&call, "calendar_link_create", patient_id, call.now, call.actor,
                          below->ref.plan_id, creation->id, creation->link.titles,
                          creation->expires_on, today);
    tenant_call_audit(&call, "calendar_link.create", creation->path, patient_id);
    if (status == STATUS_OK)
        status = idempotency_run(&creation->once, &call, &replayed);
    if (status == STATUS_CONFLICT && !below->response->problem)
        response_problem(below->response, "conflict",
                         "The plan has as many links as it may have. Revoke one first.");
    tenant_call_end(&call);
    return status;
}

enum status calendar_link_create(void *app, const struct http_request *request,
                                 struct http_response *response) {
    struct link_creation creation = {0};
    enum status status = idempotency_read(&creation.once, request, response, IDEMPOTENCY_REQUIRED);
    if (status == STATUS_OK)
        status = plan_below_open(&creation.below, app, request, response);
    if (status == STATUS_OK)
        status = tenant_secrets_get(request, response, &creation.secrets);
    if (status == STATUS_OK)
        status = read_plan(&creation);
    if (status == STATUS_OK && !creation.answered)
        status = read_body(&creation);
    if (status == STATUS_OK && !creation.answered)
        status = store_link(&creation);
    plan_below_close(&creation.below);
    idempotency_free(&creation.once);
    return status;
}

/* ---- revoke ---- */

/* The link of the path, of this plan. */
static enum status find_link(struct plan_below *below, const char *link_id) {
    struct tenant_call call;
    tenant_call_begin(&call, below->request, below->response, TENANT_READ);
    int plan = plan_below_add(below, &call);
    int step = TENANT_CALL_ADD(&call, "calendar_link_get", below->ref.patient_id, link_id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = plan_below_take(below, &call, plan);
    const char *of_plan = tenant_call_value(&call, step, 0, "plan_id");
    if (status == STATUS_OK && (!of_plan || strcmp(of_plan, below->ref.plan_id) != 0))
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK && tenant_call_value(&call, step, 0, "revoked_at")) {
        response_problem(below->response, "gone", "The link was revoked.");
        status = STATUS_NOT_FOUND;
    }
    tenant_call_end(&call);
    return status;
}

static enum status revoke_link(struct plan_below *below, const char *link_id) {
    char path[PLAN_PATH_SIZE];
    struct tenant_call call;
    plan_below_path(below, "calendar-links", link_id, path);
    tenant_call_begin(&call, below->request, below->response, TENANT_WRITE);
    (void)TENANT_CALL_ADD(&call, "calendar_link_revoke", below->ref.patient_id, below->ref.plan_id,
                          link_id, call.now);
    tenant_call_audit(&call, "calendar_link.revoke", path, below->ref.patient_id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_CONFLICT && !below->response->problem) {
        response_problem(below->response, "gone", "The link was revoked at the same moment.");
        status = STATUS_NOT_FOUND;
    }
    tenant_call_end(&call);
    below->response->status = 204;
    return status;
}

enum status calendar_link_delete(void *app, const struct http_request *request,
                                 struct http_response *response) {
    const char *link_id = request_param(request, "link_id");
    struct plan_below below;
    enum status status = plan_below_open(&below, app, request, response);
    if (status == STATUS_OK && !sub_id_is('k', link_id))
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = find_link(&below, link_id);
    if (status == STATUS_OK)
        status = revoke_link(&below, link_id);
    plan_below_close(&below);
    return status;
}

/* ---- what a link opens ---- */

struct opening {
    char plan_id[PLAN_REF_SIZE];
    bool discreet;
};

/* The row says whether the link still holds. */
static enum status open_link(const struct http_request *request, struct http_response *response,
                             const struct calendar_token *token, struct opening *opening) {
    struct tenant_call call;
    struct plan_ref ref;
    tenant_call_begin(&call, request, response, TENANT_READ);
    int step = TENANT_CALL_ADD(&call, "calendar_link_get", token->patient_id, token->link_id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK && tenant_call_count(&call, step) != 1)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        const char *ends = tenant_call_value(&call, step, 0, "expires_on");
        memcpy(ref.patient_id, token->patient_id, sizeof ref.patient_id);
        (void)snprintf(ref.plan_id, sizeof ref.plan_id, "%s",
                       tenant_call_value(&call, step, 0, "plan_id"));
        plan_ref_text(&ref, opening->plan_id);
        opening->discreet = strcmp(tenant_call_value(&call, step, 0, "titles"), "full") != 0;
        if (tenant_call_value(&call, step, 0, "revoked_at") || date_days(ends) < app_today()) {
            response_problem(response, "gone", "The link was revoked or has ended.");
            status = STATUS_NOT_FOUND;
        }
    }
    tenant_call_end(&call);
    return status;
}

static enum status read_calendar(const struct app *app, const struct http_request *request,
                                 struct http_response *response,
                                 const struct calendar_token *token) {
    struct tenant_secrets secrets;
    struct plan_below below;
    struct opening opening;
    enum status status = tenant_secrets_get(request, response, &secrets);
    if (status == STATUS_UNAUTHENTICATED ||
        (status == STATUS_OK && !calendar_token_is_ours(token, &secrets)))
        return STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = open_link(request, response, token, &opening);
    if (status != STATUS_OK)
        return status;
    status = plan_below_open_id(&below, app, request, response, opening.plan_id);
    if (status == STATUS_OK)
        status = plan_calendar_answer(&below, opening.discreet);
    plan_below_close(&below);
    return status;
}

/* Who holds a link reads as the patient it was made for, and nothing but this. */
enum status calendar_get(void *app, const struct http_request *request,
                         struct http_response *response) {
    struct calendar_token token;
    if (!calendar_token_parse(request_param(request, "calendar_file"), &token))
        return STATUS_NOT_FOUND;
    struct principal holder = {.kind = PRINCIPAL_PATIENT, .scopes = SCOPE_PLANS_READ};
    struct http_request as_holder = *request;
    memcpy(holder.tenant, token.tenant, sizeof holder.tenant);
    memcpy(holder.subject, token.patient_id, sizeof token.patient_id);
    (void)snprintf(holder.name, sizeof holder.name, "link:%s", token.link_id);
    as_holder.caller = &holder;
    return read_calendar(app, &as_holder, response, &token);
}
