/* PATCH /care-plans/{plan_id}: a merge patch of what people may change about a plan. */
#include <limits.h>
#include <string.h>

#include "access/access.h"
#include "resources/body_check.h"
#include "resources/care_plan_change.h"
#include "resources/care_plan_judge.h"
#include "resources/handlers.h"
#include "resources/merge_patch.h"
#include "resources/preconditions.h"

struct patching {
    struct plan_change change;
    struct judgement judgement;
    json_t *document; /* owned; of the plan as it is */
    const json_t *patch;
};

/* ---- what the plan looks like to a patch ---- */

/* The members that stand in the document once it was derived. */
static const char *const derived[] = {"technique", "start", "time_zone", "preferences"};
enum { DERIVED = sizeof derived / sizeof *derived };

static bool patches(const struct patching *patching, const char *member) {
    return json_object_get(patching->patch, member) != NULL;
}

static bool derives_anew(const struct patching *patching) {
    for (size_t i = 0; i < DERIVED; i++)
        if (patches(patching, derived[i]))
            return true;
    return false;
}

/* {technique, start, time_zone, preferences} as they are, changed by the patch. */
static json_t *patched_wish(const struct patching *patching) {
    const struct care_plan *now = &patching->change.now;
    json_t *wish = json_pack("{s:s, s:s, s:s, s:O?}", "technique", now->technique, "start",
                             now->starts_on, "time_zone", now->time_zone, "preferences",
                             json_object_get(patching->document, "preferences"));
    json_t *wanted = wish ? merge_patch(wish, patching->patch) : NULL;
    json_decref(wish);
    return wanted;
}

/* ---- status ---- */

static bool may_become(const char *from, const char *to) {
    static const char *const steps[][2] = {
        {"draft", "active"},     {"draft", "revoked"},     {"active", "on-hold"},
        {"active", "completed"}, {"active", "revoked"},    {"on-hold", "active"},
        {"on-hold", "revoked"},  {"on-hold", "completed"},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (strcmp(steps[i][0], from) == 0 && strcmp(steps[i][1], to) == 0)
            return true;
    return strcmp(from, to) == 0;
}

/* The stored decision about the technique, and the clearance it may rest on, allow it today. */
static bool is_allowed_now(const struct patching *patching) {
    const struct care_plan *now = &patching->change.next;
    json_t *snapshot = json_loads(now->decision, 0, NULL);
    const json_t *techniques = json_object_get(snapshot, "techniques");
    const char *verdict =
        json_string_value(json_object_get(json_object_get(techniques, now->technique), "verdict"));
    bool suits = verdict && (strcmp(verdict, verdict_name(VERDICT_SUITABLE)) == 0 ||
                             strcmp(verdict, verdict_name(VERDICT_CAUTION)) == 0);
    json_decref(snapshot);
    int ends = now->clearance_ends ? date_days(now->clearance_ends) : INT_MAX;
    return suits && ends >= app_today();
}

/*
 * After an adverse event the safety questions come first, for everybody. That pain grew is
 * something to look at for who treats, and looked at when they go on.
 */
static enum status resume(struct patching *patching) {
    static const char *const settled[] = {"pain_worse", NULL};
    struct http_response *response = patching->change.response;
    struct care_plan *next = &patching->change.next;
    bool patient = patching->change.read.caller->kind == PRINCIPAL_PATIENT;
    if (strstr(next->review_needed, "adverse_event")) {
        response_problem(response, "conflict",
                         "An adverse event put the plan on hold: the clinic or the therapist "
                         "records a re-check first.");
        return STATUS_CONFLICT;
    }
    if (patient && strstr(next->review_needed, "pain_worse")) {
        response_problem(response, "conflict",
                         "Pain grew: the clinic or the therapist looks at it and goes on.");
        return STATUS_CONFLICT;
    }
    next->review_needed =
        care_plan_reviews_without(&patching->judgement, next->review_needed, settled);
    return next->review_needed ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status patch_status(struct patching *patching) {
    struct http_response *response = patching->change.response;
    const char *from = patching->change.now.status;
    const char *to = json_string_value(json_object_get(patching->patch, "status"));
    if (!to)
        return STATUS_OK;
    if (!may_become(from, to)) {
        response_problem(response, "conflict", "A plan that is %s cannot become %s.", from, to);
        return STATUS_CONFLICT;
    }
    if (strcmp(to, from) != 0)
        patching->change.next.status = to;
    if (strcmp(from, "on-hold") == 0 && strcmp(to, "active") == 0) {
        enum status status = resume(patching);
        if (status != STATUS_OK)
            return status;
    }
    if (strcmp(to, "active") == 0 && !is_allowed_now(patching)) {
        response_problem(response, "withheld",
                         "The last answers speak against this massage, or the clearance has "
                         "ended: record a re-check or a clearance first.");
        return STATUS_CONFLICT;
    }
    return STATUS_OK;
}

/* ---- plain members ---- */

static enum status patch_therapist(struct patching *patching) {
    const json_t *wanted = json_object_get(patching->patch, "therapist");
    if (!wanted)
        return STATUS_OK;
    if (patching->change.read.caller->kind != PRINCIPAL_CLINIC) {
        response_error(patching->change.response, "#/therapist", "forbidden",
                       "only the clinic names the therapist");
        response_problem(patching->change.response, "forbidden",
                         "Only the clinic says who gives the massage.");
        return STATUS_FORBIDDEN;
    }
    patching->change.next.therapist_id = json_string_value(wanted);
    return STATUS_OK;
}

/* Own words for the goal; what is measured stays. */
static enum status patch_goal(struct patching *patching) {
    const char *words = json_string_value(json_object_get(patching->patch, "goal"));
    if (!words)
        return STATUS_OK;
    json_t *goal = json_loads(patching->change.next.goal, 0, NULL);
    bool good = goal && json_object_set_new(goal, "text", json_string(words)) == 0 &&
                json_object_set_new(goal, "own_words", json_true()) == 0;
    patching->change.next.goal = good ? judgement_keep_json(&patching->judgement, goal) : NULL;
    json_decref(goal);
    return patching->change.next.goal ? STATUS_OK : STATUS_NO_MEMORY;
}

static void patch_title(struct patching *patching) {
    const char *title = json_string_value(json_object_get(patching->patch, "title"));
    if (title)
        patching->change.next.title = title;
}

/* ---- deriving anew ---- */

static enum status read_wish(struct patching *patching) {
    struct judgement *judgement = &patching->judgement;
    json_t *wanted = patched_wish(patching);
    int starts_on = date_days(patching->change.now.starts_on);
    if (!wanted)
        return STATUS_NO_MEMORY;
    if (!patches(patching, "start"))
        (void)json_object_del(wanted, "start"); /* one that has passed is no mistake */
    judgement->wish =
        plan_wish_read(judgement->decision, wanted, judgement->arena, &judgement->complaints);
    json_decref(wanted);
    if (judgement->wish && !patches(patching, "start"))
        judgement->wish->starts_on = starts_on;
    if (judgement->wish)
        return STATUS_OK;
    enum status status = judgement_refuse(judgement);
    return status == STATUS_OK ? STATUS_NO_MEMORY : status;
}

static enum status derive_anew(struct patching *patching) {
    struct judgement *judgement = &patching->judgement;
    struct care_plan *next = &patching->change.next;
    const char *title = next->title, *due = next->recheck_due;
    json_t *answers = json_loads(next->intake, 0, NULL);
    enum status status = judgement_of_answers(judgement, answers, app_today());
    if (status == STATUS_OK)
        status = read_wish(patching);
    if (status == STATUS_OK)
        status = judgement_plan(judgement);
    if (status == STATUS_INVALID)
        return judgement_refuse(judgement);
    if (status == STATUS_OK)
        status = judgement_texts(judgement, next);
    next->recheck_due = due; /* the answers are as old as they were */
    next->intake = patching->change.now.intake;
    if (!patches(patching, "technique"))
        next->title = title;
    return status == STATUS_OK ? judgement_carry_on(&patching->judgement, patching->document,
                                                    &patching->change.next)
                               : status;
}

/* ---- the whole ---- */

static enum status check_patch(struct patching *patching) {
    struct judgement *judgement = &patching->judgement;
    body_check(judgement->app, judgement->request, &judgement->complaints);
    return judgement_refuse(judgement);
}

static enum status apply(struct patching *patching) {
    enum status status = plan_change_is_open(&patching->change);
    if (status == STATUS_OK)
        status = patch_therapist(patching);
    if (status == STATUS_OK && derives_anew(patching))
        status = derive_anew(patching);
    if (status == STATUS_OK)
        status = patch_goal(patching);
    patch_title(patching);
    return status == STATUS_OK ? patch_status(patching) : status;
}

static enum status answer(struct patching *patching) {
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    care_plan_write(&json, &patching->change.next, true, app_today());
    if (!jw_ok(&json)) {
        buffer_free(&body);
        return STATUS_NO_MEMORY;
    }
    return response_written(patching->change.request, patching->change.response, 200,
                            patching->change.next.version, &body);
}

static const char *summary_of(const struct patching *patching) {
    const char *to = patching->change.next.status;
    if (to == patching->change.now.status)
        return "The plan was changed.";
    if (strcmp(to, "active") == 0)
        return "The plan became active.";
    if (strcmp(to, "on-hold") == 0)
        return "The plan was put on hold.";
    return strcmp(to, "completed") == 0 ? "The plan was completed." : "The plan was revoked.";
}

static enum status patch_plan(struct patching *patching) {
    struct plan_effect effect = {.action = "care_plan.patch", .clearances = "[]"};
    enum status status = apply(patching);
    if (status == STATUS_OK)
        status = answer(patching);
    if (status != STATUS_OK)
        return status;
    effect.summary = summary_of(patching);
    effect.change = judgement_keep_json(&patching->judgement, patching->patch);
    return effect.change ? plan_change_store(&patching->change, &effect) : STATUS_NO_MEMORY;
}

static enum status open_and_patch(struct patching *patching) {
    enum status status =
        plan_change_open(&patching->change, patching->judgement.app, patching->judgement.request,
                         patching->judgement.response, IDEMPOTENCY_OPTIONAL);
    if (status != STATUS_OK || patching->change.answered)
        return status;
    status = check_patch(patching);
    patching->document = json_loads(patching->change.now.document, 0, NULL);
    return status == STATUS_OK ? patch_plan(patching) : status;
}

enum status care_plan_patch(void *app, const struct http_request *request,
                            struct http_response *response) {
    struct patching patching = {.patch = request->json};
    enum status status = judgement_begin(&patching.judgement, app, request, response);
    if (status == STATUS_OK)
        status = open_and_patch(&patching);
    plan_change_close(&patching.change);
    judgement_end(&patching.judgement);
    json_decref(patching.document);
    return status;
}
