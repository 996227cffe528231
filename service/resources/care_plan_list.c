/* GET /care-plans: pages, newest first, and what changed since a phone was last here. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "access/access.h"
#include "care/moment.h"
#include "engine/intake.h"
#include "resources/care_plan_row.h"
#include "resources/cursor.h"
#include "resources/handlers.h"
#include "resources/query_check.h"
#include "resources/sql_value.h"

/* Longer than any write may last, clocks apart included: see db/README.md. */
enum { OVERLAP_S = 60 };

struct listing {
    const struct app *app;
    const struct http_request *request;
    struct http_response *response;
    const struct principal *caller;
    struct tenant_secrets secrets;
    struct page page;
    char own[PATIENT_ID_SIZE];        /* of a calling patient */
    char patient_id[PATIENT_ID_SIZE]; /* only this patient; "" for any */
    const char *therapist;            /* only this therapist; NULL for any */
    bool for_nobody; /* asks for what is somebody else's: as if it were not there */
    char today[11];
    struct tenant_call call;
    int tenant, rows; /* steps */
};

/* ---- filters ---- */

static enum status refuse(struct listing *listing, const char *name, const char *code,
                          const char *why) {
    response_parameter_error(listing->response, name, code, "%s", why);
    response_problem(listing->response, "invalid-parameter", "A parameter is not valid.");
    return STATUS_INVALID;
}

static enum status check_technique(struct listing *listing) {
    const char *name = page_filter(&listing->page, "technique");
    if (name && name_map_get(&listing->app->knowledge->technique_names, name) < 0)
        return refuse(listing, "technique", "unknown_id", "there is no such technique");
    return STATUS_OK;
}

/* A phone keeps all that it may see: a plan that leaves a filter would never be heard of again. */
static enum status check_changed_since(struct listing *listing) {
    static const char *const others[] = {"status", "technique", "review_needed"};
    const char *since = page_filter(&listing->page, "changed_since");
    if (!since)
        return STATUS_OK;
    if (moment_read(since) == NO_MOMENT)
        return refuse(listing, "changed_since", "format",
                      "must be a time such as 2026-11-22T10:00:00Z");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (page_filter(&listing->page, others[i]))
            return refuse(listing, others[i], "conflict", "does not go with changed_since");
    return STATUS_OK;
}

static enum status find_people(struct listing *listing) {
    const char *patient = page_filter(&listing->page, "patient");
    listing->therapist = page_filter(&listing->page, "therapist");
    enum status status = caller_patient_id(listing->request, listing->response, listing->own);
    if (status == STATUS_OK && patient)
        status = patient_id_of(&listing->secrets, patient, listing->patient_id);
    if (status == STATUS_OK && !patient)
        memcpy(listing->patient_id, listing->own, sizeof listing->patient_id);
    if (*listing->own && strcmp(listing->own, listing->patient_id) != 0)
        listing->for_nobody = true;
    if (listing->caller->kind != PRINCIPAL_THERAPIST)
        return status;
    if (listing->therapist && strcmp(listing->therapist, listing->caller->subject) != 0)
        listing->for_nobody = true;
    listing->therapist = listing->caller->subject;
    return status;
}

/* A therapist walks the own plans, whoever's they are: pages and tombstones of a patient's other
 * plans would tell of them. */
static bool walks_by_patient(const struct listing *listing) {
    return *listing->patient_id && listing->caller->kind != PRINCIPAL_THERAPIST;
}

static enum status open_listing(struct listing *listing) {
    enum status status = tenant_secrets_get(listing->request, listing->response, &listing->secrets);
    if (status == STATUS_OK)
        status = page_read(&listing->page, listing->request, listing->response, &listing->secrets);
    if (status == STATUS_OK)
        status = check_technique(listing);
    if (status == STATUS_OK)
        status = check_changed_since(listing);
    date_text(app_today(), listing->today);
    return status == STATUS_OK ? find_people(listing) : status;
}

/* The statements walk by patient or by therapist; a caller who asks for both gets what is left
 * after this. */
static bool is_wanted(const struct listing *listing, const struct care_plan *plan) {
    if (*listing->patient_id && strcmp(listing->patient_id, plan->ref.patient_id) != 0)
        return false;
    if (plan->gone)
        return true; /* nothing but an id, and phones must hear of it */
    if (listing->therapist &&
        (!plan->therapist_id || strcmp(plan->therapist_id, listing->therapist) != 0))
        return false;
    return caller_sees_plan(listing->caller, listing->own, plan->ref.patient_id,
                            plan->therapist_id);
}

/* ---- asking ---- */

static void ask_page(struct listing *listing) {
    const struct page *page = &listing->page;
    struct tenant_call *call = &listing->call;
    const char *at = page_after(page, "created_at"), *id = page_after(page, "plan_id");
    const char *status = page_filter(page, "status"), *technique = page_filter(page, "technique");
    const char *review = page_filter(page, "review_needed");
    at = at ? at : "infinity";
    id = id ? id : "";
    if (walks_by_patient(listing))
        listing->rows =
            TENANT_CALL_ADD(call, "care_plans_page_patient", listing->patient_id, at, id, status,
                            technique, review, listing->today, page->limit_text);
    else if (listing->therapist)
        listing->rows =
            TENANT_CALL_ADD(call, "care_plans_page_therapist", listing->therapist, at, id, status,
                            technique, review, listing->today, page->limit_text);
    else
        listing->rows = TENANT_CALL_ADD(call, "care_plans_page", at, id, status, technique, review,
                                        listing->today, page->limit_text);
}

/* When the first page of this walk was asked for. */
static const char *until_of(const struct listing *listing) {
    const char *until = page_after(&listing->page, "until");
    return until ? until : listing->call.now;
}

static void ask_changes(struct listing *listing) {
    const struct page *page = &listing->page;
    struct tenant_call *call = &listing->call;
    const char *at = page_after(page, "updated_at"), *id = page_after(page, "plan_id");
    const char *until = until_of(listing);
    at = at ? at : page_filter(page, "changed_since");
    id = id ? id : "";
    listing->tenant = tenant_call_add(call, "tenant_get", NULL, 0);
    if (walks_by_patient(listing))
        listing->rows = TENANT_CALL_ADD(call, "care_plans_changed_patient", listing->patient_id, at,
                                        id, until, page->limit_text);
    else if (listing->therapist)
        listing->rows = TENANT_CALL_ADD(call, "care_plans_changed_therapist", listing->therapist,
                                        at, id, until, page->limit_text);
    else
        listing->rows =
            TENANT_CALL_ADD(call, "care_plans_changed", at, id, until, page->limit_text);
}

/* An erasure leaves no tombstone: who was away then reads everything anew. */
static enum status check_erasure(struct listing *listing) {
    const char *erased = tenant_call_value(&listing->call, listing->tenant, 0, "last_erasure_at");
    const char *since = page_filter(&listing->page, "changed_since");
    if (!erased || moment_read(erased) < moment_read(since))
        return STATUS_OK;
    response_problem(listing->response, "gone",
                     "A patient was erased since then: read the whole list again.");
    return STATUS_NOT_FOUND;
}

/* ---- answering ---- */

static json_t *position_of(const struct listing *listing, int row, bool changes) {
    const struct tenant_call *call = &listing->call;
    const char *plan_id = tenant_call_value(call, listing->rows, row, "plan_id");
    if (!changes)
        return json_pack("{s:s, s:s}", "created_at",
                         tenant_call_value(call, listing->rows, row, "created_at"), "plan_id",
                         plan_id);
    return json_pack("{s:s, s:s, s:s}", "updated_at",
                     tenant_call_value(call, listing->rows, row, "updated_at"), "plan_id", plan_id,
                     "until", until_of(listing));
}

static void write_rows(struct json_writer *json, const struct listing *listing, int rows) {
    int today = app_today();
    jw_key(json, "items");
    jw_open_array(json);
    for (int row = 0; row < rows; row++) {
        struct care_plan plan = {0};
        care_plan_take(&plan, &listing->call, listing->rows, row);
        if (!is_wanted(listing, &plan))
            continue;
        if (plan.gone)
            care_plan_write_gone(json, &plan);
        else
            care_plan_write(json, &plan, false, today);
    }
    jw_close_array(json);
}

/* The `changed_since` of the next walk. */
static void write_next_since(struct json_writer *json, const struct listing *listing) {
    char text[MOMENT_TEXT];
    moment_text(moment_read(until_of(listing)) - OVERLAP_S, text);
    jw_member_text(json, "next_changed_since", text);
}

static enum status answer(struct listing *listing, bool changes) {
    struct buffer body, cursor;
    struct json_writer json;
    int rows = listing->for_nobody ? 0 : tenant_call_count(&listing->call, listing->rows);
    bool more = rows > (int)listing->page.limit;
    enum status status = STATUS_OK;
    buffer_init(&body);
    buffer_init(&cursor);
    if (more)
        rows = (int)listing->page.limit;
    if (more)
        status = page_next(&listing->page, listing->request, listing->response, &listing->secrets,
                           position_of(listing, rows - 1, changes), &cursor);
    jw_init(&json, &body);
    jw_open_object(&json);
    write_rows(&json, listing, rows);
    if (cursor.data)
        jw_member_text(&json, "next_cursor", cursor.data);
    if (changes && !more)
        write_next_since(&json, listing);
    jw_close_object(&json);
    buffer_free(&cursor);
    if (status == STATUS_OK)
        return response_json_buffer(listing->response, &json, &body);
    buffer_free(&body);
    return status;
}

static enum status ask(struct listing *listing, bool changes) {
    if (changes)
        ask_changes(listing);
    else
        ask_page(listing);
    enum status status = tenant_call_run(&listing->call);
    return status == STATUS_OK && changes ? check_erasure(listing) : status;
}

static enum status ask_and_answer(struct listing *listing) {
    bool changes = page_filter(&listing->page, "changed_since") != NULL;
    tenant_call_begin(&listing->call, listing->request, listing->response, TENANT_READ);
    enum status status = listing->for_nobody ? STATUS_OK : ask(listing, changes);
    if (status == STATUS_OK)
        status = answer(listing, changes);
    tenant_call_end(&listing->call);
    return status;
}

enum status care_plan_list(void *app, const struct http_request *request,
                           struct http_response *response) {
    struct listing listing = {
        .app = app, .request = request, .response = response, .caller = access_caller(request)};
    if (!query_is_valid(app, request, response))
        return STATUS_INVALID;
    enum status status = open_listing(&listing);
    if (status == STATUS_OK)
        status = ask_and_answer(&listing);
    page_free(&listing.page);
    return status;
}
