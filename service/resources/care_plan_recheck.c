/*
 * POST .../clearances and POST .../re-checks: the plan is judged again, and is confirmed, changed
 * or paused. New answers replace the old ones; a clearance is added to the answers there are.
 */
#include <limits.h>
#include <string.h>

#include "access/access.h"
#include "care/recheck.h"
#include "resources/body_check.h"
#include "resources/care_plan_change.h"
#include "resources/care_plan_judge.h"
#include "resources/handlers.h"
#include "resources/preconditions.h"

#define SESSIONS_COUNTED "1000"

struct rechecking {
    struct plan_change change;
    struct judgement judgement;
    json_t *answers;  /* owned; as they are stored */
    json_t *document; /* owned; as it is stored */
    unsigned technique;
    size_t new_clearances_from, new_clearances_to;
    const char *clearances; /* rows for SQL */
    struct recheck result;
    struct buffer report; /* what recheck_compare() says */
    unsigned answer_status;
    int sessions_done;
    bool same_answers; /* as old as they were */
};

/* ---- comparing ---- */

static enum status find_technique(struct rechecking *rechecking) {
    const struct knowledge *knowledge = rechecking->judgement.app->knowledge;
    const char *name = rechecking->change.now.technique;
    int64_t number = name_map_get(&knowledge->technique_names, name);
    if (number < 0) {
        response_problem(rechecking->change.response, "conflict",
                         "The knowledge in force no longer has the technique %s: change the "
                         "technique of the plan.",
                         name);
        return STATUS_CONFLICT;
    }
    rechecking->technique = (unsigned)number;
    return STATUS_OK;
}

static enum status compare(struct rechecking *rechecking) {
    struct json_writer json;
    json_t *snapshot = json_loads(rechecking->change.now.decision, 0, NULL);
    buffer_init(&rechecking->report);
    jw_init(&json, &rechecking->report);
    enum status status =
        recheck_compare(snapshot, rechecking->technique, rechecking->judgement.decision, &json,
                        &rechecking->result);
    json_decref(snapshot);
    if (status == STATUS_INVALID)
        return STATUS_INTERNAL; /* we wrote that snapshot */
    return status == STATUS_OK && !jw_ok(&json) ? STATUS_NO_MEMORY : status;
}

/* ---- the plan that follows ---- */

/* As it was wished for, beginning on the day it began. */
static struct plan_wish *old_wish(struct rechecking *rechecking, bool with_dose) {
    const struct care_plan *now = &rechecking->change.now;
    struct judgement *judgement = &rechecking->judgement;
    json_t *preferences = json_deep_copy(json_object_get(rechecking->document, "preferences"));
    if (!with_dose) {
        (void)json_object_del(preferences, "per_week");
        (void)json_object_del(preferences, "minutes");
    }
    json_t *wish = json_pack("{s:s, s:s, s:o?}", "technique", now->technique, "time_zone",
                             now->time_zone, "preferences", preferences);
    struct plan_wish *read =
        wish ? plan_wish_read(judgement->decision, wish, judgement->arena, &judgement->complaints)
             : NULL;
    json_decref(wish);
    if (read)
        read->starts_on = date_days(now->starts_on);
    return read;
}

/* A wish that the new limits do not allow gives way to what they allow. */
static enum status derive_anew(struct rechecking *rechecking) {
    struct judgement *judgement = &rechecking->judgement;
    for (int with_dose = 1; with_dose >= 0; with_dose--) {
        complaints_init(&judgement->complaints, judgement->arena);
        judgement->wish = old_wish(rechecking, with_dose);
        if (!judgement->wish)
            return STATUS_INTERNAL;
        enum status status = judgement_plan(judgement);
        if (status != STATUS_INVALID)
            return status;
    }
    return STATUS_INTERNAL;
}

/*
 * What a plan that was not paused needs no more. The knowledge in force has judged. An adverse
 * event asked for the safety questions anew (G5): new answers that somebody who treats took down
 * settle it, a patient's own and a clearance do not. Pain that grew is settled by who resumes the
 * plan.
 */
static enum status settle(struct rechecking *rechecking) {
    const struct principal *caller = access_caller(rechecking->change.request);
    struct care_plan *next = &rechecking->change.next;
    const char *settled[] = {"knowledge_stricter", NULL, NULL};
    if (!rechecking->same_answers && caller->kind != PRINCIPAL_PATIENT)
        settled[1] = "adverse_event";
    next->review_needed =
        care_plan_reviews_without(&rechecking->judgement, next->review_needed, settled);
    return next->review_needed ? STATUS_OK : STATUS_NO_MEMORY;
}

/* New answers are a review: progress counts the sessions since then. */
static enum status note_review(struct rechecking *rechecking) {
    struct care_plan *next = &rechecking->change.next;
    if (rechecking->same_answers)
        return STATUS_OK;
    json_t *document = json_loads(next->document, 0, NULL);
    bool good = document && json_object_set_new(document, "sessions_at_review",
                                                json_integer(rechecking->sessions_done)) == 0;
    next->document = good ? judgement_keep_json(&rechecking->judgement, document) : NULL;
    json_decref(document);
    return next->document ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status follow(struct rechecking *rechecking) {
    struct care_plan *next = &rechecking->change.next;
    struct judgement *judgement = &rechecking->judgement;
    const char *title = next->title, *goal = next->goal;
    if (rechecking->result.result == RECHECK_PAUSED) {
        if (strcmp(next->status, "active") == 0)
            next->status = "on-hold";
        return judgement_decision_texts(judgement, rechecking->technique, next);
    }
    if (rechecking->result.result == RECHECK_CONFIRMED)
        return judgement_decision_texts(judgement, rechecking->technique, next);
    enum status status = derive_anew(rechecking);
    if (status == STATUS_OK)
        status = judgement_texts(judgement, next);
    next->title = title;
    next->goal = goal;
    return status == STATUS_OK ? judgement_carry_on(judgement, rechecking->document, next) : status;
}

/* ---- the answer ---- */

static enum status add_shown(struct rechecking *rechecking, json_t *shown) {
    struct judgement *judgement = &rechecking->judgement;
    size_t to = rechecking->new_clearances_to;
    struct intake *intake = (struct intake *)judgement->intake;
    size_t all = intake->clearance_count;
    intake->clearance_count = (unsigned)to; /* those that were known stand behind the new ones */
    enum status status = judgement_clearances(judgement, rechecking->new_clearances_from,
                                              &rechecking->clearances, shown);
    intake->clearance_count = (unsigned)all;
    rechecking->change.next.clearances = judgement_keep_json(judgement, shown);
    return status == STATUS_OK && !rechecking->change.next.clearances ? STATUS_NO_MEMORY : status;
}

static enum status name_clearances(struct rechecking *rechecking) {
    json_t *shown = json_loads(rechecking->change.now.clearances, 0, NULL);
    enum status status = shown ? add_shown(rechecking, shown) : STATUS_NO_MEMORY;
    json_decref(shown);
    return status == STATUS_OK ? judgement_pin_clearances(&rechecking->judgement) : status;
}

static enum status answer(struct rechecking *rechecking) {
    struct http_response *response = rechecking->change.response;
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_key(&json, "recheck");
    jw_raw(&json, rechecking->report.data, rechecking->report.len);
    jw_key(&json, "care_plan");
    care_plan_write(&json, &rechecking->change.next, true, app_today());
    jw_close_object(&json);
    if (!jw_ok(&json)) {
        buffer_free(&body);
        return STATUS_NO_MEMORY;
    }
    if (rechecking->answer_status == 201)
        response_headerf(response, "Location", "/%s", rechecking->change.path);
    return response_written(rechecking->change.request, response, rechecking->answer_status,
                            rechecking->change.next.version, &body);
}

static const char *history_of(struct rechecking *rechecking) {
    json_t *change = json_loads(rechecking->report.data, 0, NULL);
    json_t *clearances = json_loads(rechecking->clearances, 0, NULL);
    if (json_array_size(clearances))
        (void)json_object_set(change, "clearances", clearances);
    (void)json_object_set_new(change, "decision_id",
                              json_string(rechecking->judgement.decision->id));
    const char *kept = judgement_keep_json(&rechecking->judgement, change);
    json_decref(clearances);
    json_decref(change);
    return kept;
}

static enum status conclude(struct rechecking *rechecking, const char *action) {
    static const char *const summaries[] = {
        [RECHECK_CONFIRMED] = "Judged again: the plan is confirmed.",
        [RECHECK_CHANGED] = "Judged again: the plan was changed.",
        [RECHECK_PAUSED] = "Judged again: the plan pauses.",
    };
    enum status status = compare(rechecking);
    if (status == STATUS_OK)
        status = name_clearances(rechecking);
    if (status == STATUS_OK)
        status = follow(rechecking);
    if (status == STATUS_OK)
        status = note_review(rechecking);
    if (status == STATUS_OK && rechecking->result.result != RECHECK_PAUSED)
        status = settle(rechecking);
    if (rechecking->same_answers)
        rechecking->change.next.recheck_due = rechecking->change.now.recheck_due;
    if (status == STATUS_OK)
        status = answer(rechecking);
    if (status != STATUS_OK)
        return status;
    struct plan_effect effect = {.action = action,
                                 .summary = summaries[rechecking->result.result],
                                 .change = history_of(rechecking),
                                 .clearances = rechecking->clearances};
    return effect.change ? plan_change_store(&rechecking->change, &effect) : STATUS_NO_MEMORY;
}

/* ---- new answers ---- */

static enum status count_sessions(struct rechecking *rechecking) {
    const struct plan_change *change = &rechecking->change;
    struct tenant_call call;
    tenant_call_begin(&call, change->request, change->response, TENANT_READ);
    int step = TENANT_CALL_ADD(&call, "sessions_page", change->now.ref.patient_id,
                               change->now.ref.plan_id, "0", "done", SESSIONS_COUNTED);
    enum status status = tenant_call_run(&call);
    rechecking->sessions_done = tenant_call_count(&call, step);
    tenant_call_end(&call);
    return status;
}

static enum status judge_new_answers(struct rechecking *rechecking) {
    struct judgement *judgement = &rechecking->judgement;
    const json_t *given =
        json_object_get(json_object_get(judgement->request->json, "intake"), "clearances");
    enum status status =
        judgement_of_body(judgement, json_object_get(rechecking->answers, "clearances"));
    if (status == STATUS_OK)
        status = judgement_refuse(judgement);
    if (status == STATUS_OK)
        status = count_sessions(rechecking);
    rechecking->new_clearances_from = 0;
    rechecking->new_clearances_to = json_array_size(given);
    rechecking->answer_status = 200;
    return status == STATUS_OK ? conclude(rechecking, "care_plan.recheck") : status;
}

/* ---- a clearance ---- */

static bool add_clearance(struct rechecking *rechecking) {
    json_t *list = json_object_get(rechecking->answers, "clearances");
    if (!json_is_array(list)) {
        if (json_object_set_new(rechecking->answers, "clearances", json_array()) != 0)
            return false;
        list = json_object_get(rechecking->answers, "clearances");
    }
    rechecking->new_clearances_from = json_array_size(list);
    rechecking->new_clearances_to = json_array_size(list) + 1;
    json_t *given = json_deep_copy(rechecking->judgement.request->json);
    return given && json_array_append_new(list, given) == 0;
}

/* "#/intake/clearances/2/role" is "#/role" for who sent the clearance. */
static void move_complaints(struct rechecking *rechecking) {
    static const char before[] = "#/intake/clearances/";
    struct complaints *complaints = &rechecking->judgement.complaints;
    for (size_t i = 0; i < complaints->count; i++) {
        const char *pointer = complaints->all[i].pointer;
        if (strncmp(pointer, before, sizeof before - 1) != 0)
            continue;
        pointer += sizeof before - 1;
        pointer += strspn(pointer, "0123456789");
        struct buffer moved;
        buffer_init(&moved);
        (void)buffer_printf(&moved, "#%s", pointer);
        const char *kept = judgement_keep(&rechecking->judgement, &moved);
        complaints->all[i].pointer = kept ? kept : "#";
    }
}

/* A clearance that is not in force today would be written down and change nothing. */
static void check_clearance(struct rechecking *rechecking) {
    const struct intake *intake = rechecking->judgement.intake;
    const struct clearance *clearance = &intake->clearances[rechecking->new_clearances_from];
    struct complaints *complaints = &rechecking->judgement.complaints;
    if (complaints->total)
        return;
    if (clearance->recorded > app_today() + 1)
        complain(complaints, "#/recorded", "out_of_range", "lies in the future.");
    if (clearance->expires < app_today())
        complain(complaints, "#/expires", "out_of_range", "the clearance has ended already.");
}

static enum status judge_clearance(struct rechecking *rechecking) {
    struct judgement *judgement = &rechecking->judgement;
    body_check(judgement->app, judgement->request, &judgement->complaints);
    if (judgement->complaints.total)
        return judgement_refuse(judgement);
    if (!add_clearance(rechecking))
        return STATUS_NO_MEMORY;
    enum status status =
        judgement_of_answers(judgement, json_incref(rechecking->answers), app_today());
    if (status != STATUS_OK)
        return status;
    move_complaints(rechecking);
    check_clearance(rechecking);
    status = judgement_refuse(judgement);
    rechecking->same_answers = true;
    rechecking->answer_status = 201;
    return status == STATUS_OK ? conclude(rechecking, "care_plan.clear") : status;
}

/* ---- both ---- */

typedef enum status judge(struct rechecking *rechecking);

static enum status open_and_judge(struct rechecking *rechecking, judge *judge_it) {
    struct judgement *judgement = &rechecking->judgement;
    struct plan_change *change = &rechecking->change;
    enum status status = plan_change_open(change, judgement->app, judgement->request,
                                          judgement->response, IDEMPOTENCY_REQUIRED);
    if (status != STATUS_OK || change->answered)
        return status;
    rechecking->answers = json_loads(change->now.intake, 0, NULL);
    rechecking->document = json_loads(change->now.document, 0, NULL);
    if (!rechecking->answers || !rechecking->document)
        return STATUS_NO_MEMORY;
    status = plan_change_is_open(change);
    if (status == STATUS_OK)
        status = find_technique(rechecking);
    return status == STATUS_OK ? judge_it(rechecking) : status;
}

static enum status run(void *app, const struct http_request *request,
                       struct http_response *response, judge *judge_it) {
    struct rechecking rechecking = {0};
    enum status status = judgement_begin(&rechecking.judgement, app, request, response);
    if (status == STATUS_OK)
        status = open_and_judge(&rechecking, judge_it);
    plan_change_close(&rechecking.change);
    judgement_end(&rechecking.judgement);
    buffer_free(&rechecking.report);
    json_decref(rechecking.answers);
    json_decref(rechecking.document);
    return status;
}

enum status care_plan_recheck(void *app, const struct http_request *request,
                              struct http_response *response) {
    return run(app, request, response, judge_new_answers);
}

enum status care_plan_clear(void *app, const struct http_request *request,
                            struct http_response *response) {
    return run(app, request, response, judge_clearance);
}
