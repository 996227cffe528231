/* GET /care-plans/{plan_id}/summary: the page for the therapist, as HTML or PDF. */
#include <stdlib.h>
#include <string.h>

#include "care/moment.h"
#include "care/summary.h"
#include "care/summary_html.h"
#include "resources/care_plan_row.h"
#include "resources/handlers.h"
#include "resources/plan_course.h"
#include "resources/press.h"
#include "resources/query_check.h"

#define MEDIA_PDF "application/pdf"

static enum status answer_html(struct plan_below *below, const json_t *page, const char *paper) {
    struct buffer body;
    buffer_init(&body);
    enum status status = summary_html_write(page, paper, &body);
    if (status == STATUS_OK)
        status = response_buffer(below->response, "text/html; charset=utf-8", &body);
    buffer_free(&body);
    return status;
}

static enum status answer_pdf(struct plan_below *below, const json_t *page, const char *paper) {
    char *text = json_dumps(page, JSON_COMPACT);
    struct buffer body;
    if (!text)
        return STATUS_NO_MEMORY;
    buffer_init(&body);
    enum status status =
        press_print(text, strlen(text), paper, request_time_left(below->request), &body);
    free(text);
    if (status == STATUS_OK)
        status = response_buffer(below->response, MEDIA_PDF, &body);
    else if (status == STATUS_UNAVAILABLE)
        response_problem(below->response, "unavailable",
                         "No PDF can be made at the moment. The page is there as text/html.");
    buffer_free(&body);
    return status;
}

static enum status answer(struct plan_below *below, const json_t *page) {
    struct http_response *response = below->response;
    const char *wish = request_query(below->request, "paper");
    const char *paper = wish ? wish : "a4";
    bool pdf = strcmp(below->request->media_type, MEDIA_PDF) == 0;
    response_header(response, "Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                    "form-action 'none'");
    response_headerf(response, "Content-Disposition", "inline; filename=\"massage-summary.%s\"",
                     pdf ? "pdf" : "html");
    return pdf ? answer_pdf(below, page, paper) : answer_html(below, page, paper);
}

static json_t *read_clearances(const struct tenant_call *call, int step) {
    struct buffer list;
    struct json_writer json;
    json_t *clearances = NULL;
    buffer_init(&list);
    jw_init(&json, &list);
    clearances_write(&json, call, step, NULL);
    if (jw_ok(&json))
        clearances = json_loadb(list.data, list.len, 0, NULL);
    buffer_free(&list);
    return clearances;
}

static enum status write_page(struct plan_below *below, const struct tenant_call *call, int plan,
                              int step) {
    const char *changed = tenant_call_value(call, plan, 0, "updated_at");
    const char *recheck_due = tenant_call_value(call, plan, 0, "recheck_due");
    const char *clearance_ends = tenant_call_value(call, plan, 0, "clearance_ends");
    json_t *clearances = read_clearances(call, step);
    json_t *reviews = care_plan_reviews(tenant_call_value(call, plan, 0, "review_needed"),
                                        recheck_due, clearance_ends, app_today());
    struct summary_source source = {
        .words = {below->app->knowledge, plan_language(below)},
        .plan_ref = below->ref_text,
        .patient_ref = tenant_call_value(call, plan, 0, "patient_ref"),
        .version = below->version,
        .status = below->status,
        .changed = changed ? moment_read(changed) : 0,
        .recheck_due = recheck_due,
        .clearance_ends = clearance_ends,
        .review_needed = reviews,
        .document = below->document,
        .clearances = clearances,
        .today = app_today(),
    };
    json_t *page = clearances && reviews ? summary_make(&source) : NULL;
    enum status status = page ? answer(below, page) : STATUS_NO_MEMORY;
    json_decref(page);
    json_decref(reviews);
    json_decref(clearances);
    return status;
}

static enum status read_and_answer(struct plan_below *below) {
    struct tenant_call call;
    tenant_call_begin(&call, below->request, below->response, TENANT_READ);
    int plan = plan_below_add(below, &call);
    int clearances =
        TENANT_CALL_ADD(&call, "clearances_list", below->ref.patient_id, below->ref.plan_id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = plan_below_take(below, &call, plan);
    if (status == STATUS_OK)
        status = write_page(below, &call, plan, clearances);
    tenant_call_end(&call);
    return status;
}

enum status plan_summary_get(void *app, const struct http_request *request,
                             struct http_response *response) {
    struct plan_below below;
    if (!query_is_valid(app, request, response))
        return STATUS_INVALID;
    enum status status = plan_below_open(&below, app, request, response);
    if (status == STATUS_OK)
        status = read_and_answer(&below);
    plan_below_close(&below);
    return status;
}
