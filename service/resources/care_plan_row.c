#include "resources/care_plan_row.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "care/recheck.h"
#include "resources/sql_value.h"

/* ---- taking ---- */

static void take_ref(struct care_plan *plan, const struct tenant_call *call, int step, int row) {
    const char *patient_id = tenant_call_value(call, step, row, "patient_id");
    const char *plan_id = tenant_call_value(call, step, row, "plan_id");
    if (!patient_id || !plan_id)
        return;
    (void)snprintf(plan->ref.patient_id, sizeof plan->ref.patient_id, "%s", patient_id);
    (void)snprintf(plan->ref.plan_id, sizeof plan->ref.plan_id, "%s", plan_id);
}

void care_plan_take(struct care_plan *plan, const struct tenant_call *call, int step, int row) {
#define VALUE(column) tenant_call_value(call, step, row, column)
    const char *version = VALUE("version"), *gone = VALUE("gone");
    take_ref(plan, call, step, row);
    plan->version = version ? strtoll(version, NULL, 10) : 0;
    plan->gone = VALUE("deleted_at") || (gone && *gone == 't');
    plan->status = VALUE("status");
    plan->patient_ref = VALUE("patient_ref");
    plan->technique = VALUE("technique");
    plan->therapist_id = VALUE("therapist_id");
    plan->title = VALUE("title");
    plan->goal = VALUE("goal");
    plan->document = VALUE("document");
    plan->intake = VALUE("intake");
    plan->decision = VALUE("decision");
    plan->decision_id = VALUE("decision_id");
    plan->knowledge_version = VALUE("knowledge_version");
    plan->knowledge_sha256 = VALUE("knowledge_sha256");
    plan->time_zone = VALUE("time_zone");
    plan->starts_on = VALUE("starts_on");
    plan->review_needed = VALUE("review_needed");
    plan->recheck_due = VALUE("recheck_due");
    plan->clearance_ends = VALUE("clearance_ends");
    plan->session_count = VALUE("session_count");
    plan->created_at = VALUE("created_at");
    plan->created_by = VALUE("created_by");
    plan->updated_at = VALUE("updated_at");
#undef VALUE
}

/* ---- keeping ---- */

void care_plan_keep(struct tenant_call *call, const struct plan_ref *ref, const char *document,
                    const char *intake, const char *decision) {
    (void)TENANT_CALL_ADD(call, "care_plan_keep", ref->patient_id, ref->plan_id,
                          document ? "true" : "false", intake ? "true" : "false",
                          decision ? "true" : "false");
}

/* ---- clearances ---- */

static void clearance_write(struct json_writer *json, const struct tenant_call *call, int step,
                            int row) {
    static const char *const texts[] = {"role", "by", "reason"};
    static const char *const columns[] = {"role", "by_whom", "reason"};
    static const char *const lists[] = {"findings", "rules", "techniques"};
    jw_open_object(json);
    jw_member_optional(json, "id", tenant_call_value(call, step, row, "clearance_id"));
    for (size_t i = 0; i < 3; i++)
        jw_member_optional(json, texts[i], tenant_call_value(call, step, row, columns[i]));
    for (size_t i = 0; i < 3; i++)
        jw_member_array(json, lists[i], tenant_call_value(call, step, row, lists[i]));
    jw_member_optional(json, "recorded", tenant_call_value(call, step, row, "recorded"));
    jw_member_optional(json, "expires", tenant_call_value(call, step, row, "expires"));
    if (tenant_call_value(call, step, row, "began"))
        jw_member_optional(json, "began", tenant_call_value(call, step, row, "began"));
    jw_close_object(json);
}

static bool is_later(const char *timestamp, const char *until) {
    char a[SQL_TIME_SIZE], b[SQL_TIME_SIZE];
    sql_time_text(timestamp, a);
    sql_time_text(until, b);
    return strcmp(a, b) > 0;
}

void clearances_write(struct json_writer *json, const struct tenant_call *call, int step,
                      const char *until) {
    jw_open_array(json);
    for (int row = 0; row < tenant_call_count(call, step); row++)
        if (!until || !is_later(tenant_call_value(call, step, row, "created_at"), until))
            clearance_write(json, call, step, row);
    jw_close_array(json);
}

/* ---- writing ---- */

static bool lists(const json_t *list, const char *word) {
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_string_value(json_array_get(list, i)), word) == 0)
            return true;
    return false;
}

static bool is_before(const char *date, int day) {
    int days = date ? date_days(date) : INT_MIN;
    return days != INT_MIN && days < day;
}

static bool add_reason(json_t *reasons, enum review_reason reason, bool now) {
    const char *name = review_reason_name(reason);
    return !now || lists(reasons, name) || json_array_append_new(reasons, json_string(name)) == 0;
}

json_t *care_plan_reviews(const char *review_needed, const char *recheck_due,
                          const char *clearance_ends, int today) {
    json_t *reasons = sql_array_read(review_needed);
    if (add_reason(reasons, REVIEW_ANSWERS_STALE, is_before(recheck_due, today + 1)) &&
        add_reason(reasons, REVIEW_CLEARANCE_ENDED, is_before(clearance_ends, today)))
        return reasons;
    json_decref(reasons);
    return NULL;
}

static void write_reviews(struct json_writer *json, const struct care_plan *plan, int today) {
    json_t *reasons =
        care_plan_reviews(plan->review_needed, plan->recheck_due, plan->clearance_ends, today);
    jw_key(json, "review_needed");
    jw_open_array(json);
    for (size_t i = 0; i < json_array_size(reasons); i++)
        jw_text(json, json_string_value(json_array_get(reasons, i)));
    jw_close_array(json);
    json->out->failed |= !reasons;
    json_decref(reasons);
}

static void write_decision(struct json_writer *json, const struct care_plan *plan) {
    jw_key(json, "decision");
    jw_open_object(json);
    jw_member_optional(json, "id", plan->decision_id);
    jw_member_optional(json, "knowledge_version", plan->knowledge_version);
    jw_member_optional(json, "knowledge_sha256", plan->knowledge_sha256);
    jw_close_object(json);
}

static size_t length_of(const char *text) {
    return text ? strlen(text) : 0;
}

void care_plan_write(struct json_writer *json, const struct care_plan *plan, bool whole,
                     int today) {
    enum { REST_USUAL = 2048 };
    char id[PLAN_REF_SIZE];
    (void)buffer_reserve(json->out, length_of(plan->document) + length_of(plan->intake) +
                                        REST_USUAL); /* it grows once */
    plan_ref_text(&plan->ref, id);
    jw_open_object(json);
    jw_member_text(json, "id", id);
    jw_member_int(json, "version", plan->version);
    jw_member_optional(json, "status", plan->status);
    jw_member_optional(json, "patient", plan->patient_ref);
    jw_member_optional(json, "therapist", plan->therapist_id);
    jw_member_optional(json, "technique", plan->technique);
    jw_member_optional(json, "title", plan->title);
    jw_member_json(json, "goal", plan->goal);
    jw_member_optional(json, "starts_on", plan->starts_on);
    jw_member_optional(json, "time_zone", plan->time_zone);
    write_reviews(json, plan, today);
    jw_member_optional(json, "recheck_due", plan->recheck_due);
    jw_member_optional(json, "clearance_ends", plan->clearance_ends);
    jw_member_int(json, "session_count",
                  plan->session_count ? strtoll(plan->session_count, NULL, 10) : 0);
    write_decision(json, plan);
    jw_member_time(json, "created_at", plan->created_at);
    jw_member_optional(json, "created_by", plan->created_by);
    jw_member_time(json, "updated_at", plan->updated_at);
    jw_member_json(json, "plan", plan->document);
    if (whole) {
        jw_member_json(json, "intake", plan->intake);
        jw_member_json(json, "clearances", plan->clearances ? plan->clearances : "[]");
    }
    jw_close_object(json);
}

void care_plan_write_gone(struct json_writer *json, const struct care_plan *plan) {
    char id[PLAN_REF_SIZE];
    plan_ref_text(&plan->ref, id);
    jw_open_object(json);
    jw_member_text(json, "id", id);
    jw_member_int(json, "version", plan->version);
    jw_member_bool(json, "deleted", true);
    jw_member_time(json, "updated_at", plan->updated_at);
    jw_close_object(json);
}

void care_plan_path(const struct plan_ref *ref, char path[CARE_PLAN_PATH_SIZE]) {
    (void)snprintf(path, CARE_PLAN_PATH_SIZE, "care-plans/%s.%s", ref->patient_id, ref->plan_id);
}
