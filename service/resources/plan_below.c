#include "resources/plan_below.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/json_writer.h"
#include "resources/sql_value.h"

enum status plan_below_open_id(struct plan_below *below, const struct app *app,
                               const struct http_request *request, struct http_response *response,
                               const char *plan_id) {
    *below = (struct plan_below){.app = app, .request = request, .response = response};
    if (!plan_ref_parse(plan_id, &below->ref))
        return STATUS_NOT_FOUND;
    plan_ref_text(&below->ref, below->ref_text);
    return caller_patient_id(request, response, below->own);
}

enum status plan_below_open(struct plan_below *below, const struct app *app,
                            const struct http_request *request, struct http_response *response) {
    return plan_below_open_id(below, app, request, response, request_param(request, "plan_id"));
}

static void release(struct plan_below *below) {
    json_decref(below->document);
    json_decref(below->goal);
    json_decref(below->intake);
    json_decref(below->decision);
    json_decref(below->review_needed);
    below->document = below->goal = NULL;
    below->intake = below->decision = below->review_needed = NULL;
}

void plan_below_close(struct plan_below *below) {
    release(below);
}

int plan_below_add(struct plan_below *below, struct tenant_call *call) {
    return TENANT_CALL_ADD(call, "care_plan_get", below->ref.patient_id, below->ref.plan_id,
                           "true");
}

static void copy(char out[PLAN_WORD_SIZE], const struct tenant_call *call, int step,
                 const char *column) {
    const char *value = tenant_call_value(call, step, 0, column);
    (void)snprintf(out, PLAN_WORD_SIZE, "%s", value ? value : "");
}

static json_t *parsed(const struct tenant_call *call, int step, const char *column) {
    const char *text = tenant_call_value(call, step, 0, column);
    return text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
}

static enum status take_values(struct plan_below *below, const struct tenant_call *call, int step) {
    const char *version = tenant_call_value(call, step, 0, "version");
    const char *count = tenant_call_value(call, step, 0, "session_count");
    release(below);
    below->version = version ? strtoll(version, NULL, 10) : 0;
    (void)sql_number(below->version_text, below->version);
    below->session_count = count ? (int)strtol(count, NULL, 10) : 0;
    copy(below->status, call, step, "status");
    copy(below->technique, call, step, "technique");
    copy(below->therapist_id, call, step, "therapist_id");
    copy(below->starts_on, call, step, "starts_on");
    copy(below->clearance_ends, call, step, "clearance_ends");
    copy(below->created_at, call, step, "created_at");
    below->document = parsed(call, step, "document");
    below->goal = parsed(call, step, "goal");
    below->intake = parsed(call, step, "intake");
    below->decision = parsed(call, step, "decision");
    below->review_needed = sql_array_read(tenant_call_value(call, step, 0, "review_needed"));
    bool whole =
        below->document && below->goal && below->intake && below->decision && below->review_needed;
    return whole ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status plan_below_take(struct plan_below *below, const struct tenant_call *call, int step) {
    const char *therapist = tenant_call_value(call, step, 0, "therapist_id");
    if (tenant_call_count(call, step) != 1 ||
        !caller_sees_plan(call->caller, below->own, below->ref.patient_id, therapist))
        return STATUS_NOT_FOUND;
    if (tenant_call_value(call, step, 0, "deleted_at")) {
        response_problem(below->response, "gone", "The plan was deleted.");
        return STATUS_NOT_FOUND;
    }
    return take_values(below, call, step);
}

void plan_below_path(const struct plan_below *below, const char *list, const char *id,
                     char path[PLAN_PATH_SIZE]) {
    (void)snprintf(path, PLAN_PATH_SIZE, "care-plans/%s/%s%s%s", below->ref_text, list,
                   id ? "/" : "", id ? id : "");
}

void plan_below_rest(int tries) {
    enum { UNIT_US = 2000, TRIES_MAX = 12, NS_PER_US = 1000 };
    unsigned short chance = 0;
    (void)(getrandom(&chance, sizeof chance, GRND_NONBLOCK) == sizeof chance);
    int longest = UNIT_US * (tries < TRIES_MAX ? tries : TRIES_MAX);
    struct timespec rest = {.tv_nsec = (long)(longest * (int64_t)chance / 65536) * NS_PER_US};
    (void)nanosleep(&rest, NULL);
}

void plan_below_json(struct json_writer *json, const char *key, const json_t *value) {
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    if (key)
        jw_key(json, key);
    if (text)
        jw_raw(json, text, strlen(text));
    else
        jw_null(json);
    json->out->failed |= value && !text;
    free(text);
}

void plan_below_write(struct json_writer *json, const struct plan_below *below, const char *status,
                      const json_t *document) {
    const json_t *next = json_object_get(document ? document : below->document, "next_session");
    jw_open_object(json);
    jw_member_text(json, "plan_id", below->ref_text);
    jw_member_int(json, "version", below->version + 1);
    jw_member_text(json, "status", status);
    if (json_is_object(next))
        plan_below_json(json, "next_session", next);
    jw_close_object(json);
}

int plan_below_int(const struct plan_below *below, const char *const *path, int otherwise) {
    const json_t *value = below->document;
    while (*path)
        value = json_object_get(value, *path++);
    return json_is_integer(value) ? (int)json_integer_value(value) : otherwise;
}
