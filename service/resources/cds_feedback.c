/*
 * POST /cds-services/{service_id}/feedback and GET .../stats: what became of the cards, and how
 * often each rule is followed. A card's uuid names its rule; comments are counted, never kept.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/access.h"
#include "base/thread_arena.h"
#include "resources/body_check.h"
#include "resources/cds.h"
#include "resources/handlers.h"
#include "resources/sql_value.h"
#include "resources/tenant_call.h"

static const char *text_of(const json_t *object, const char *member) {
    return json_string_value(json_object_get(object, member));
}

/* ---- feedback ---- */

/* What the schema cannot say. */
static void check_item(const json_t *item, size_t place, struct complaints *complaints) {
    char pointer[80];
    bool accepted = strcmp(text_of(item, "outcome"), "accepted") == 0;
    const json_t *reason = json_object_get(item, "overrideReason");
    (void)snprintf(pointer, sizeof pointer, "#/feedback/%zu/outcomeTimestamp", place);
    char day[11];
    (void)snprintf(day, sizeof day, "%.10s", text_of(item, "outcomeTimestamp"));
    if (date_days(day) == INT_MIN)
        complain(complaints, pointer, "format", "must be a time such as 2026-11-22T10:00:00Z.");
    (void)snprintf(pointer, sizeof pointer, "#/feedback/%zu/acceptedSuggestions", place);
    if (accepted && json_array_size(json_object_get(item, "acceptedSuggestions")) == 0)
        complain(complaints, pointer, "required", "says which suggestion was accepted.");
    (void)snprintf(pointer, sizeof pointer, "#/feedback/%zu/overrideReason", place);
    if (reason && !json_object_get(reason, "reason") && !json_object_get(reason, "userComment"))
        complain(complaints, pointer, "required", "needs a reason or a userComment.");
}

static enum status check_feedback(const struct app *app, const struct http_request *request,
                                  struct http_response *response, struct arena *arena) {
    struct complaints complaints;
    size_t i;
    json_t *item;
    complaints_init(&complaints, arena);
    body_check(app, request, &complaints);
    if (!complaints.total)
        json_array_foreach(json_object_get(request->json, "feedback"), i, item)
            check_item(item, i, &complaints);
    if (!complaints.total)
        return STATUS_OK;
    response_complaints(response, &complaints);
    response_problem(response, "invalid-hook-call", "%zu place%s wrong.", complaints.total,
                     complaints.total == 1 ? " is" : "s are");
    return STATUS_INVALID;
}

/* One row for SQL. A card that another release or nobody made is kept under no rule. */
static json_t *row_of(const struct app *app, enum cds_hook hook, const json_t *item) {
    const json_t *override = json_object_get(item, "overrideReason");
    const char *reason = text_of(json_object_get(override, "reason"), "code");
    enum cds_topic topic;
    int rule = -1;
    char card[CDS_UUID_SIZE];
    (void)snprintf(card, sizeof card, "%s", text_of(item, "card"));
    for (char *c = card; *c; c++)
        if (*c >= 'A' && *c <= 'F')
            *c = (char)(*c - 'A' + 'a');
    bool ours = cds_card_is_ours(app->knowledge, card, &topic, &rule);
    size_t accepted = json_array_size(json_object_get(item, "acceptedSuggestions"));
    return json_pack(
        "{ss,ss,ss,ss,ss,ss,ss,sb,sI}", "card_id", card, "outcome", text_of(item, "outcome"),
        "outcome_at", text_of(item, "outcomeTimestamp"), "service", cds_services[hook].id, "topic",
        ours ? cds_topic_name(topic) : "unknown", "rule",
        rule < 0 ? "" : app->knowledge->rules[rule].id, "reason", reason ? reason : "", "commented",
        text_of(override, "userComment") != NULL, "suggestions", (json_int_t)accepted);
}

static char *rows_of(const struct app *app, enum cds_hook hook, const json_t *feedback) {
    json_t *rows = json_array();
    size_t i;
    json_t *item;
    bool good = rows != NULL;
    json_array_foreach(feedback, i, item) good =
        good && json_array_append_new(rows, row_of(app, hook, item)) == 0;
    char *text = good ? json_dumps(rows, JSON_COMPACT) : NULL;
    json_decref(rows);
    return text;
}

static enum status answer(struct http_response *response, long long stored) {
    return response_json(response, json_pack("{sI}", "stored", (json_int_t)stored));
}

static enum status store_rows(const struct app *app, const struct http_request *request,
                              struct http_response *response, enum cds_hook hook) {
    struct tenant_call call;
    char *rows = rows_of(app, hook, json_object_get(request->json, "feedback"));
    if (!rows)
        return STATUS_NO_MEMORY;
    tenant_call_begin(&call, request, response, TENANT_WRITE);
    int step = TENANT_CALL_ADD(&call, "cds_feedback_add", call.now, rows);
    enum status status = tenant_call_run(&call);
    const char *added = status == STATUS_OK ? tenant_call_value(&call, step, 0, "added") : NULL;
    if (status == STATUS_OK)
        status = answer(response, added ? strtoll(added, NULL, 10) : 0);
    tenant_call_end(&call);
    free(rows);
    return status;
}

/* Whose feedback it is must be known for it to be kept; those who only try get an honest zero. */
enum status cds_feedback_create(void *cls, const struct http_request *request,
                                struct http_response *response) {
    const struct app *app = cls;
    struct arena *arena = thread_arena();
    enum cds_hook hook = cds_service_of(request, response);
    if (hook == CDS_HOOKS)
        return STATUS_NOT_FOUND;
    enum status status = arena ? check_feedback(app, request, response, arena) : STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        return status;
    if (!app->store || !*access_caller(request)->tenant)
        return answer(response, 0);
    return store_rows(app, request, response, hook);
}

/* ---- rates ---- */

struct rates {
    struct tenant_call *call;
    int step;
    struct json_writer *json;
};

static const char *cell(const struct rates *rates, int row, const char *column) {
    const char *value = tenant_call_value(rates->call, rates->step, row, column);
    return value ? value : "";
}

static bool same_rule(const struct rates *rates, int a, int b) {
    return strcmp(cell(rates, a, "topic"), cell(rates, b, "topic")) == 0 &&
           strcmp(cell(rates, a, "rule"), cell(rates, b, "rule")) == 0;
}

static void write_reasons(const struct rates *rates, int from, int to) {
    jw_key(rates->json, "override_reasons");
    jw_open_array(rates->json);
    for (int row = from; row < to; row++) {
        if (strcmp(cell(rates, row, "outcome"), "overridden") != 0)
            continue;
        jw_open_object(rates->json);
        if (*cell(rates, row, "reason"))
            jw_member_text(rates->json, "code", cell(rates, row, "reason"));
        jw_member_int(rates->json, "cards", strtoll(cell(rates, row, "cards"), NULL, 10));
        jw_close_object(rates->json);
    }
    jw_close_array(rates->json);
}

/* Rows of one topic and rule: one of each outcome and reason. */
static void write_rule(const struct rates *rates, int from, int to) {
    int64_t accepted = 0, overridden = 0, commented = 0;
    for (int row = from; row < to; row++) {
        int64_t cards = strtoll(cell(rates, row, "cards"), NULL, 10);
        bool yes = strcmp(cell(rates, row, "outcome"), "accepted") == 0;
        accepted += yes ? cards : 0;
        overridden += yes ? 0 : cards;
        commented += strtoll(cell(rates, row, "commented"), NULL, 10);
    }
    jw_open_object(rates->json);
    jw_member_text(rates->json, "topic", cell(rates, from, "topic"));
    if (*cell(rates, from, "rule"))
        jw_member_text(rates->json, "rule", cell(rates, from, "rule"));
    jw_member_int(rates->json, "accepted", accepted);
    jw_member_int(rates->json, "overridden", overridden);
    jw_key(rates->json, "override_rate");
    jw_milli(rates->json, overridden * 1000 / (accepted + overridden));
    jw_member_int(rates->json, "commented", commented);
    write_reasons(rates, from, to);
    jw_close_object(rates->json);
}

static enum status write_rates(const struct rates *rates, enum cds_hook hook,
                               struct http_response *response, struct buffer *body) {
    int count = tenant_call_count(rates->call, rates->step);
    jw_open_object(rates->json);
    jw_member_text(rates->json, "service", cds_services[hook].id);
    jw_key(rates->json, "items");
    jw_open_array(rates->json);
    for (int from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && same_rule(rates, from, to);)
            to++;
        write_rule(rates, from, to);
    }
    jw_close_array(rates->json);
    jw_close_object(rates->json);
    return response_json_buffer(response, rates->json, body);
}

enum status cds_stats_get(void *app, const struct http_request *request,
                          struct http_response *response) {
    struct tenant_call call;
    struct buffer body;
    struct json_writer json;
    struct rates rates = {.call = &call, .json = &json};
    enum cds_hook hook = cds_service_of(request, response);
    (void)app;
    if (hook == CDS_HOOKS)
        return STATUS_NOT_FOUND;
    buffer_init(&body);
    jw_init(&json, &body);
    tenant_call_begin(&call, request, response, TENANT_READ);
    rates.step = TENANT_CALL_ADD(&call, "cds_feedback_rates", cds_services[hook].id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = write_rates(&rates, hook, response, &body);
    tenant_call_end(&call);
    buffer_free(&body);
    return status;
}
