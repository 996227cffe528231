/*
 * /care-plans/{plan_id}/measurements: scores of NRS, PEG, RMDQ and PSFS. A score that shows that
 * the pain clearly went up pauses the plan.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread_arena.h"
#include "resources/body_check.h"
#include "resources/care_plan_row.h"
#include "resources/handlers.h"
#include "resources/idempotency.h"
#include "resources/plan_course.h"
#include "resources/plan_list.h"
#include "resources/preconditions.h"
#include "resources/session_row.h"
#include "resources/sql_value.h"

enum { TRIES = 20, CLOCKS_APART_S = 300 };

/* ---- reading ---- */

static json_t *measurement_of_row(const struct tenant_call *call, int step, int row) {
    json_t *all = measurements_of_rows(call, step);
    json_t *one = json_incref(json_array_get(all, (size_t)row));
    json_decref(all);
    return one;
}

static void write_row(struct json_writer *json, const struct tenant_call *call, int step, int row,
                      void *below) {
    json_t *measurement = measurement_of_row(call, step, row);
    jw_open_object(json);
    measurement_write_members(json, below, measurement);
    jw_close_object(json);
    json_decref(measurement);
}

static json_t *after_row(const struct tenant_call *call, int step, int row) {
    return json_pack("{s:s, s:s}", "taken_at", tenant_call_value(call, step, row, "taken_at"),
                     "measurement_id", tenant_call_value(call, step, row, "measurement_id"));
}

static int add_page(const struct plan_below *below, const struct page *page,
                    struct tenant_call *call) {
    const char *at = page_after(page, "taken_at"), *id = page_after(page, "measurement_id");
    return TENANT_CALL_ADD(call, "measurements_page", below->ref.patient_id, below->ref.plan_id,
                           at ? at : "-infinity", id ? id : "", page_filter(page, "instrument"),
                           page->limit_text);
}

enum status measurement_list(void *app, const struct http_request *request,
                             struct http_response *response) {
    static const struct plan_list list = {add_page, write_row, after_row};
    return plan_list_answer(&list, app, request, response);
}

/* ---- writing ---- */

struct measure_write {
    struct plan_below below;
    struct idempotency once;
    struct arena *arena;
    struct score_given given;
    char id[SUB_ID_SIZE], now[SQL_TIME_SIZE], score[24];
    bool answered;
    json_t *measurement;             /* owned: the new one, as session_row.h has them */
    json_t *sessions, *measurements; /* owned: all there are, the new one with them */
    char *items;                     /* owned JSON text; NULL: only the score was given */
    bool pause;
};

static void close_write(struct measure_write *write) {
    json_decref(write->measurement);
    json_decref(write->sessions);
    json_decref(write->measurements);
    free(write->items);
    idempotency_free(&write->once);
    plan_below_close(&write->below);
}

static void check_time(const struct measure_write *write, struct complaints *complaints) {
    const char *text = json_string_value(json_object_get(write->below.request->json, "taken_at"));
    int64_t at = text ? moment_read(text) : 0;
    if (at == NO_MOMENT)
        complain(complaints, "#/taken_at", "format", "is no date and time (RFC 3339).");
    else if (at > moment_read(write->now) + CLOCKS_APART_S)
        complain(complaints, "#/taken_at", "out_of_range", "lies in the future.");
}

static enum status read_body(struct measure_write *write) {
    struct plan_below *below = &write->below;
    struct complaints complaints;
    write->arena = thread_arena();
    if (!write->arena)
        return STATUS_NO_MEMORY;
    complaints_init(&complaints, write->arena);
    body_check(below->app, below->request, &complaints);
    bool known =
        score_read(below->app->knowledge, below->request->json, "#", &complaints, &write->given);
    check_time(write, &complaints);
    if (complaints.total || !known)
        return body_refuse(below->response, &complaints);
    (void)snprintf(write->score, sizeof write->score, "%" PRId64 ".%02d", write->given.score / 1000,
                   (int)(write->given.score % 1000 / 10));
    return STATUS_OK;
}

static enum status make_measurement(struct measure_write *write) {
    const json_t *body = write->below.request->json;
    json_t *items = json_object_get(body, "items");
    const char *taken_at = json_string_value(json_object_get(body, "taken_at"));
    write->measurement =
        json_pack("{s:s, s:s, s:s, s:s, s:s}", "measurement_id", write->id, "instrument",
                  instrument_name(write->given.instrument), "score", write->score, "taken_at",
                  taken_at ? taken_at : write->now, "created_at", write->now);
    if (!write->measurement)
        return STATUS_NO_MEMORY;
    if (!items)
        return STATUS_OK;
    write->items = json_dumps(items, JSON_COMPACT);
    bool good = write->items && json_object_set(write->measurement, "items", items) == 0;
    return good ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status take_reading(struct measure_write *write, const struct tenant_call *call,
                                int plan, struct course_steps steps) {
    enum status status = plan_below_take(&write->below, call, plan);
    if (status != STATUS_OK)
        return status;
    json_decref(write->sessions);
    json_decref(write->measurements);
    write->sessions = sessions_of_rows(call, steps.sessions);
    write->measurements = measurements_of_rows(call, steps.measurements);
    bool good = write->sessions && write->measurements &&
                json_array_append(write->measurements, write->measurement) == 0;
    return good ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status read_for_write(struct measure_write *write) {
    struct plan_below *below = &write->below;
    struct tenant_call call;
    tenant_call_begin(&call, below->request, below->response, TENANT_READ);
    int key = idempotency_look(&write->once, &call);
    int plan = plan_below_add(below, &call);
    struct course_steps steps = plan_course_add(below, &call);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = idempotency_replay(&write->once, &call, key, &write->answered);
    if (status == STATUS_OK && !write->answered)
        status = take_reading(write, &call, plan, steps);
    tenant_call_end(&call);
    return status;
}

static enum status write_answer(struct measure_write *write, const struct progress *progress) {
    const struct plan_below *below = &write->below;
    bool pauses = write->pause && strcmp(below->status, "active") == 0;
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    measurement_write_members(&json, below, write->measurement);
    jw_member_text(&json, "advice", advice_name(progress->advice));
    jw_member_text(&json, "rule", progress->rule);
    jw_key(&json, "plan");
    plan_below_write(&json, below, pauses ? "on-hold" : below->status, NULL);
    jw_close_object(&json);
    enum status status = jw_ok(&json) ? STATUS_OK : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = response_written(below->request, below->response, 201, 1, &body);
    buffer_free(&body);
    below->response->etag[0] = '\0'; /* a measurement never changes, and is not read alone */
    return status;
}

static enum status run_write(struct measure_write *write) {
    const struct plan_below *below = &write->below;
    char path[PLAN_PATH_SIZE], change[160], summary[120];
    const char *name = instrument_name(write->given.instrument);
    struct tenant_call call;
    bool replayed = false;
    plan_below_path(below, "measurements", write->id, path);
    (void)snprintf(change, sizeof change, "{\"measurement_id\":\"%s\",\"instrument\":\"%s\"}",
                   write->id, name);
    (void)snprintf(summary, sizeof summary, "Measured: %s%s.", name,
                   write->pause ? ", the plan pauses" : "");
    tenant_call_begin(&call, below->request, below->response, TENANT_WRITE);
    enum status status = idempotency_begin(&write->once, &call, below->ref.patient_id);
    care_plan_keep(&call, &below->ref, NULL, NULL, NULL);
    (void)TENANT_CALL_ADD(
        &call, "measurement_add", below->ref.patient_id, write->now, call.actor, below->ref.plan_id,
        below->version_text, write->id, name, write->score, write->items,
        json_string_value(json_object_get(write->measurement, "taken_at")),
        write->pause ? "true" : "false", NULL, write->pause ? "pain_worse" : NULL, summary, change);
    tenant_call_audit(&call, "measurement.add", path, below->ref.patient_id);
    if (status == STATUS_OK)
        status = idempotency_run(&write->once, &call, &replayed);
    tenant_call_end(&call);
    return status;
}

static enum status try_write(struct measure_write *write, bool *again) {
    *again = false;
    enum status status = read_for_write(write);
    if (status != STATUS_OK || write->answered)
        return status;
    const struct progress *progress =
        plan_course(&write->below, write->sessions, write->measurements, write->arena);
    if (!progress)
        return STATUS_NO_MEMORY;
    write->pause = progress->pause && strcmp(progress->rule, "stop_worse") == 0;
    status = write_answer(write, progress);
    if (status == STATUS_OK)
        status = run_write(write);
    *again = status == STATUS_CONFLICT && !write->below.response->problem;
    return status;
}

static enum status write_measurement(struct measure_write *write) {
    bool again = true;
    enum status status = make_measurement(write);
    for (int tries = 0; status == STATUS_OK && again && tries < TRIES; tries++) {
        plan_below_rest(tries);
        status = try_write(write, &again);
        status = again ? STATUS_OK : status;
    }
    if (status != STATUS_OK || !again)
        return status;
    write->below.response->retry_after = 1;
    response_problem(write->below.response, "conflict",
                     "Others change this plan all the time. Nothing was stored; try again.");
    return STATUS_CONFLICT;
}

enum status measurement_create(void *app, const struct http_request *request,
                               struct http_response *response) {
    struct measure_write write = {.pause = false};
    sql_time_now(write.now, 0);
    enum status status = plan_below_open(&write.below, app, request, response);
    if (status == STATUS_OK)
        status = idempotency_read(&write.once, request, response, IDEMPOTENCY_REQUIRED);
    if (status == STATUS_OK)
        status = read_body(&write);
    if (status == STATUS_OK)
        status = sub_id_new('m', write.id);
    if (status == STATUS_OK)
        status = write_measurement(&write);
    close_write(&write);
    return status;
}
