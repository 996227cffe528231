#include "resources/care_plan_judge.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/access.h"
#include "base/json_text.h"
#include "base/thread_arena.h"
#include "care/recheck.h"
#include "care/snapshot.h"
#include "resources/answer.h"
#include "resources/body_check.h"
#include "resources/sql_value.h"

/* ---- beginning and ending ---- */

enum status judgement_begin(struct judgement *judgement, const struct app *app,
                            const struct http_request *request, struct http_response *response) {
    *judgement = (struct judgement){.app = app, .request = request, .response = response};
    judgement->arena = thread_arena();
    if (!judgement->arena)
        return STATUS_NO_MEMORY;
    complaints_init(&judgement->complaints, judgement->arena);
    return STATUS_OK;
}

void judgement_end(struct judgement *judgement) {
    json_decref(judgement->answers_owned);
    judgement->answers_owned = NULL;
}

enum status judgement_refuse(struct judgement *judgement) {
    return body_refuse(judgement->response, &judgement->complaints);
}

const char *judgement_keep(struct judgement *judgement, struct buffer *text_owned) {
    char *kept = NULL;
    if (!text_owned->failed)
        kept =
            arena_copy(judgement->arena, text_owned->data ? text_owned->data : "", text_owned->len);
    buffer_free(text_owned);
    return kept;
}

const char *judgement_keep_json(struct judgement *judgement, const json_t *value) {
    size_t len = 0;
    char *text = value ? json_text_print(value, &len) : NULL;
    const char *kept = text ? arena_copy(judgement->arena, text, len) : NULL;
    free(text);
    return kept;
}

/* ---- reading answers ---- */

/* "#/findings/0" is "#/intake/findings/0" for who sent it. */
static bool move_complaints(struct judgement *judgement, size_t from) {
    for (size_t i = from; i < judgement->complaints.count; i++) {
        struct complaint *one = &judgement->complaints.all[i];
        struct buffer pointer;
        buffer_init(&pointer);
        (void)buffer_printf(&pointer, "#/intake%s", one->pointer + 1);
        one->pointer = judgement_keep(judgement, &pointer);
        if (!one->pointer)
            return false;
    }
    return true;
}

static enum status read_intake(struct judgement *judgement, int today, struct intake **intake) {
    size_t before = judgement->complaints.count;
    *intake = intake_read(judgement->app->knowledge, judgement->answers_owned, today,
                          judgement->arena, &judgement->complaints);
    if (!*intake || !move_complaints(judgement, before))
        return STATUS_NO_MEMORY;
    (*intake)->language =
        knowledge_language(judgement->app->knowledge, judgement->request->language);
    judgement->intake = *intake;
    return STATUS_OK;
}

static enum status decide_now(struct judgement *judgement) {
    judgement->decision = decide(judgement->intake, DECIDE_IDENTITY, judgement->arena);
    return judgement->decision ? STATUS_OK : STATUS_NO_MEMORY;
}

/* The answers carry the day they were given from now on. */
static bool date_answers(json_t *answers, int day) {
    char date[11];
    date_text(day, date);
    return json_object_set_new(answers, "as_of", json_string(date)) == 0;
}

/* A plan is for now: backdated answers would bring back clearances that have ended. */
static void check_day(struct judgement *judgement) {
    int ahead = judgement->intake->as_of - app_today();
    if (ahead < -1 || ahead > 1)
        complain(&judgement->complaints, "#/intake/as_of", "out_of_range",
                 "must be today: what is planned now rests on what is so now.");
}

static enum status check_clearances(struct judgement *judgement) {
    bool may = (access_caller(judgement->request)->scopes & SCOPE_PLANS_CLEAR) != 0;
    if (may || judgement->intake->clearance_count == 0)
        return STATUS_OK;
    response_error(judgement->response, "#/intake/clearances", "forbidden",
                   "only a clinic with plans:clear records clearances");
    response_problem(judgement->response, "forbidden",
                     "Clearances count only from a caller with the scope plans:clear.");
    return STATUS_FORBIDDEN;
}

static bool has_ended(const json_t *clearance, int day) {
    const char *date = json_string_value(json_object_get(clearance, "expires"));
    int expires = date ? date_days(date) : INT_MAX;
    return expires != INT_MIN && expires < day;
}

static bool has_row(const json_t *list, const json_t *row) {
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_equal(json_array_get(list, i), row))
            return true;
    return false;
}

static bool add_known(json_t *answers, const json_t *known, int day) {
    json_t *list = json_object_get(answers, "clearances");
    if (!json_is_array(list)) {
        if (json_object_set_new(answers, "clearances", json_array()) != 0)
            return false;
        list = json_object_get(answers, "clearances");
    }
    for (size_t i = 0; i < json_array_size(known); i++) {
        json_t *row = json_array_get(known, i);
        if (!has_ended(row, day) && !has_row(list, row) && json_array_append(list, row) != 0)
            return false;
    }
    return true;
}

static enum status decide_with_known(struct judgement *judgement, const json_t *known) {
    struct intake *intake;
    int day = judgement->intake->as_of;
    if (json_array_size(known) == 0)
        return decide_now(judgement);
    if (!add_known(judgement->answers_owned, known, day))
        return STATUS_NO_MEMORY;
    enum status status = read_intake(judgement, day, &intake);
    return status == STATUS_OK ? decide_now(judgement) : status;
}

/*
 * Answers that may be changed: their day, and their clearances. The rest is shared with the body.
 * json_copy() leaves out what it has no memory for, and says nothing.
 */
static json_t *copy_answers(const json_t *answers) {
    json_t *copy = json_copy((json_t *)answers);
    const json_t *clearances = json_object_get(answers, "clearances");
    bool good = copy && json_object_size(copy) == json_object_size(answers);
    if (good && clearances)
        good = json_object_set_new(copy, "clearances", json_deep_copy(clearances)) == 0;
    if (good)
        return copy;
    json_decref(copy);
    return NULL;
}

enum status judgement_of_body(struct judgement *judgement, const json_t *known) {
    struct intake *intake;
    const json_t *body = judgement->request->json;
    const json_t *answers = json_object_get(body, "intake");
    body_check(judgement->app, judgement->request, &judgement->complaints);
    judgement->answers_owned = json_is_object(answers) ? copy_answers(answers) : json_object();
    if (!judgement->answers_owned)
        return STATUS_NO_MEMORY;
    enum status status = read_intake(judgement, app_today(), &intake);
    if (status != STATUS_OK)
        return status;
    check_day(judgement);
    if (judgement->complaints.total)
        return STATUS_OK;
    status = check_clearances(judgement);
    if (status != STATUS_OK)
        return status;
    if (!date_answers(judgement->answers_owned, intake->as_of))
        return STATUS_NO_MEMORY;
    return decide_with_known(judgement, known);
}

enum status judgement_of_answers(struct judgement *judgement, json_t *answers_owned, int day) {
    struct intake *intake;
    judgement->answers_owned = answers_owned;
    if (!answers_owned)
        return STATUS_NO_MEMORY;
    enum status status = read_intake(judgement, app_today(), &intake);
    if (status != STATUS_OK)
        return status;
    if (day != INT_MIN)
        intake->as_of = day;
    return decide_now(judgement);
}

/* ---- planning ---- */

enum status judgement_withheld(struct judgement *judgement) {
    struct buffer text;
    struct json_writer json;
    buffer_init(&text);
    jw_init(&json, &text);
    plan_write_withheld(&json, judgement->decision, judgement->wish);
    if (jw_ok(&json))
        response_problem_member(judgement->response, "withheld", &text);
    buffer_free(&text);
    jw_init(&json, &text);
    answer_triage(&json, judgement->decision);
    if (jw_ok(&json))
        response_problem_member(judgement->response, "triage", &text);
    buffer_free(&text);
    response_problem(judgement->response, "withheld",
                     "The answers speak against this massage now: see `triage` and `withheld`.");
    return STATUS_CONFLICT;
}

enum status judgement_plan(struct judgement *judgement) {
    enum status status = plan_derive(judgement->decision, judgement->wish, judgement->arena,
                                     &judgement->complaints, &judgement->plan);
    return status == STATUS_CONFLICT ? judgement_withheld(judgement) : status;
}

/* ---- texts ---- */

enum { TEXT_USUAL = 12 * 1024 }; /* bytes of a document or snapshot, so that it rarely grows */

static const char *keep_date(struct judgement *judgement, int day) {
    char date[11];
    date_text(day, date);
    return arena_copy(judgement->arena, date, strlen(date));
}

/* What `write` makes of `what`, in the arena; NULL without memory. */
static const char *keep_written(struct judgement *judgement,
                                void (*write)(struct json_writer *json, const void *what),
                                const void *what) {
    struct buffer text;
    struct json_writer json;
    buffer_init(&text);
    (void)buffer_reserve(&text, TEXT_USUAL);
    jw_init(&json, &text);
    write(&json, what);
    text.failed |= !jw_ok(&json);
    return judgement_keep(judgement, &text);
}

static void write_snapshot(struct json_writer *json, const void *decision) {
    snapshot_write(json, decision);
}

static void write_document(struct json_writer *json, const void *plan) {
    plan_write(json, plan);
}

static void write_goal(struct json_writer *json, const void *plan) {
    plan_write_goal(json, plan);
}

static const char *keep_title(struct judgement *judgement) {
    struct buffer title;
    buffer_init(&title);
    plan_title(judgement->plan, &title);
    return judgement_keep(judgement, &title);
}

enum status judgement_decision_texts(struct judgement *judgement, unsigned technique,
                                     struct care_plan *plan) {
    const struct knowledge *knowledge = judgement->app->knowledge;
    int due = answers_due(judgement->intake);
    int cleared = plan_clearance_ends(judgement->decision, technique);
    plan->intake = judgement_keep_json(judgement, judgement->answers_owned);
    plan->decision = keep_written(judgement, write_snapshot, judgement->decision);
    plan->decision_id = judgement->decision->id;
    plan->knowledge_version = knowledge->version;
    plan->knowledge_sha256 = knowledge->sha256;
    plan->recheck_due = due == INT_MAX ? NULL : keep_date(judgement, due);
    plan->clearance_ends = cleared == INT_MAX ? NULL : keep_date(judgement, cleared);
    bool whole = plan->intake && plan->decision && !judgement->arena->failed;
    return whole ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status judgement_texts(struct judgement *judgement, struct care_plan *plan) {
    plan->title = keep_title(judgement);
    plan->goal = keep_written(judgement, write_goal, judgement->plan);
    plan->document = keep_written(judgement, write_document, judgement->plan);
    plan->technique = judgement->app->knowledge->techniques[judgement->plan->technique].id;
    plan->time_zone = judgement->wish->time_zone;
    plan->starts_on = keep_date(judgement, judgement->wish->starts_on);
    if (!plan->title || !plan->goal || !plan->document || !plan->starts_on)
        return STATUS_NO_MEMORY;
    return judgement_decision_texts(judgement, judgement->plan->technique, plan);
}

/* ---- clearances ---- */

static json_t *list_of(const json_t *row, const char *member) {
    json_t *list = json_object_get(row, member);
    return json_is_array(list) ? json_incref(list) : json_array();
}

static json_t *text_of(const json_t *row, const char *member) {
    const char *text = json_string_value(json_object_get(row, member));
    return json_string(text ? text : "");
}

/* {clearance_id, role, by_whom, reason, findings, rules, techniques, recorded, expires, began} */
static json_t *clearance_row(const json_t *row, const struct clearance *clearance) {
    char id[SUB_ID_SIZE], recorded[11], expires[11], began[11];
    date_text(clearance->recorded, recorded);
    date_text(clearance->expires, expires);
    if (clearance->began != INT_MIN)
        date_text(clearance->began, began);
    if (sub_id_new('c', id) != STATUS_OK)
        return NULL;
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:s?}", "clearance_id", id,
                     "role", text_of(row, "role"), "by_whom", text_of(row, "by"), "reason",
                     text_of(row, "reason"), "findings", list_of(row, "findings"), "rules",
                     list_of(row, "rules"), "techniques", list_of(row, "techniques"), "recorded",
                     recorded, "expires", expires, "began",
                     clearance->began == INT_MIN ? NULL : began);
}

/* As clearances_write() shows one. */
static bool show(json_t *shown, const json_t *row) {
    json_t *copy = json_copy((json_t *)row);
    bool good = copy && json_object_set(copy, "id", json_object_get(copy, "clearance_id")) == 0 &&
                json_object_set(copy, "by", json_object_get(copy, "by_whom")) == 0;
    if (!good) {
        json_decref(copy);
        return false;
    }
    (void)json_object_del(copy, "clearance_id");
    (void)json_object_del(copy, "by_whom");
    if (json_is_null(json_object_get(copy, "began")))
        (void)json_object_del(copy, "began");
    return json_array_append_new(shown, copy) == 0;
}

enum status judgement_clearances(struct judgement *judgement, size_t from, const char **rows,
                                 json_t *shown) {
    const json_t *given = json_object_get(judgement->answers_owned, "clearances");
    json_t *list = json_array();
    bool good = list != NULL;
    for (size_t i = from; good && i < judgement->intake->clearance_count; i++) {
        json_t *row = clearance_row(json_array_get(given, i), &judgement->intake->clearances[i]);
        good = row && json_array_append_new(list, row) == 0;
        good = good && (!shown || show(shown, row));
    }
    *rows = good ? judgement_keep_json(judgement, list) : NULL;
    json_decref(list);
    return *rows ? STATUS_OK : STATUS_NO_MEMORY;
}

static json_t *lifted_rules(const struct judgement *judgement) {
    const struct outcome *outcome = &judgement->decision->outcome;
    json_t *rules = json_array();
    for (unsigned i = 0; rules && i < outcome->acting_count; i++) {
        const struct rule *rule = &judgement->app->knowledge->rules[outcome->acting[i].rule];
        bool waits = rule->effect == EFFECT_CLR || rule->effect == EFFECT_CLINICIAN;
        if (outcome->acting[i].lifted && waits)
            (void)json_array_append_new(rules, json_string(rule->id));
    }
    return rules;
}

enum status judgement_pin_clearances(struct judgement *judgement) {
    json_t *list = json_object_get(judgement->answers_owned, "clearances");
    for (size_t i = json_array_size(list); i-- > 0;) {
        json_t *row = json_array_get(list, i);
        if (json_array_size(json_object_get(row, "findings")) ||
            json_array_size(json_object_get(row, "rules")))
            continue;
        json_t *rules = lifted_rules(judgement);
        if (!rules)
            return STATUS_NO_MEMORY;
        bool lifted = json_array_size(rules) > 0;
        if (lifted ? json_object_set(row, "rules", rules) != 0 : json_array_remove(list, i) != 0) {
            json_decref(rules);
            return STATUS_NO_MEMORY;
        }
        json_decref(rules);
    }
    return STATUS_OK;
}

static bool is_one_of(const char *word, const char *const *words) {
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

const char *care_plan_reviews_without(struct judgement *judgement, const char *review_needed,
                                      const char *const *settled) {
    json_t *reasons = sql_array_read(review_needed), *left = json_array();
    struct buffer text;
    size_t i;
    json_t *reason;
    bool good = reasons && left;
    json_array_foreach(reasons, i, reason) {
        if (!is_one_of(json_string_value(reason), settled))
            good = json_array_append(left, reason) == 0 && good;
    }
    buffer_init(&text);
    sql_array_write(&text, left);
    json_decref(reasons);
    json_decref(left);
    if (good)
        return judgement_keep(judgement, &text);
    buffer_free(&text);
    return NULL;
}

enum status judgement_carry_on(struct judgement *judgement, const json_t *before,
                               struct care_plan *plan) {
    static const char *const members[] = {"next_session", "sessions_at_review"};
    json_t *document = json_loads(plan->document, 0, NULL);
    bool good = document != NULL;
    for (size_t i = 0; good && i < sizeof members / sizeof *members; i++) {
        json_t *member = json_object_get(before, members[i]);
        good = !member || json_object_set(document, members[i], member) == 0;
    }
    plan->document = good ? judgement_keep_json(judgement, document) : NULL;
    json_decref(document);
    return plan->document ? STATUS_OK : STATUS_NO_MEMORY;
}
