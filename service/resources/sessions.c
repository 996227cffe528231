/*
 * /care-plans/{plan_id}/sessions: planned, logged, corrected. A write reads the plan with all that
 * happened, judges it, and writes on the versions it read; who comes in between makes it begin
 * again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread_arena.h"
#include "resources/body_check.h"
#include "resources/care_plan_row.h"
#include "resources/handlers.h"
#include "resources/idempotency.h"
#include "resources/merge_patch.h"
#include "resources/plan_course.h"
#include "resources/plan_list.h"
#include "resources/preconditions.h"
#include "resources/session_effect.h"
#include "resources/session_row.h"
#include "resources/session_rules.h"
#include "resources/sql_value.h"

enum { TRIES = 20 };

/* ---- reading ---- */

static void write_row(struct json_writer *json, const struct tenant_call *call, int step, int row,
                      void *below) {
    json_t *session = session_of_row(call, step, row, NULL);
    jw_open_object(json);
    session_write_members(json, below, session);
    jw_close_object(json);
    json_decref(session);
}

static json_t *after_row(const struct tenant_call *call, int step, int row) {
    return json_pack("{s:s}", "number", tenant_call_value(call, step, row, "number"));
}

static int add_page(const struct plan_below *below, const struct page *page,
                    struct tenant_call *call) {
    const char *after = page_after(page, "number");
    return TENANT_CALL_ADD(call, "sessions_page", below->ref.patient_id, below->ref.plan_id,
                           after ? after : "0", page_filter(page, "status"), page->limit_text);
}

enum status session_list(void *app, const struct http_request *request,
                         struct http_response *response) {
    static const struct plan_list list = {add_page, write_row, after_row};
    return plan_list_answer(&list, app, request, response);
}

/* The session of the path; 404 and 410 as for plans. */
static enum status take_session(const struct plan_below *below, const struct tenant_call *call,
                                int step, const char *id, json_t **session) {
    *session = NULL;
    if (tenant_call_count(call, step) != 1)
        return STATUS_NOT_FOUND;
    if (tenant_call_value(call, step, 0, "deleted_at")) {
        response_problem(below->response, "gone", "The session was deleted.");
        return STATUS_NOT_FOUND;
    }
    *session = session_of_row(call, step, 0, id);
    return *session ? STATUS_OK : STATUS_NO_MEMORY;
}

static int64_t version_of(const json_t *session) {
    return json_integer_value(json_object_get(session, "version"));
}

static enum status answer_session(const struct plan_below *below, const json_t *session) {
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    session_write_members(&json, below, session);
    jw_close_object(&json);
    response_version(below->response, version_of(session));
    enum status status = response_json_buffer(below->response, &json, &body);
    buffer_free(&body);
    return status;
}

static int add_session_get(const struct plan_below *below, struct tenant_call *call,
                           const char *id) {
    return TENANT_CALL_ADD(call, "session_get", below->ref.patient_id, below->ref.plan_id, id);
}

static enum status read_session(struct plan_below *below, const char *id) {
    struct tenant_call call;
    json_t *session = NULL;
    tenant_call_begin(&call, below->request, below->response, TENANT_READ);
    int plan = plan_below_add(below, &call), step = add_session_get(below, &call, id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = plan_below_take(below, &call, plan);
    if (status == STATUS_OK)
        status = take_session(below, &call, step, id, &session);
    if (status == STATUS_OK)
        status = answer_session(below, session);
    json_decref(session);
    tenant_call_end(&call);
    return status;
}

/* Opens the plan and looks at the id of the path. */
static enum status open_session(struct plan_below *below, struct app *app,
                                const struct http_request *request, struct http_response *response,
                                const char **id) {
    enum status status = plan_below_open(below, app, request, response);
    *id = request_param(request, "session_id");
    return status == STATUS_OK && !sub_id_is('s', *id) ? STATUS_NOT_FOUND : status;
}

enum status session_get(void *app, const struct http_request *request,
                        struct http_response *response) {
    struct plan_below below;
    const char *id;
    enum status status = open_session(&below, app, request, response, &id);
    if (status == STATUS_OK)
        status = read_session(&below, id);
    plan_below_close(&below);
    return status;
}

/* ---- writing ---- */

struct session_write {
    struct plan_below below;
    struct idempotency once;
    const char *id;
    char new_id[SUB_ID_SIZE];
    char now[SQL_TIME_SIZE];
    bool is_new;
    bool answered;        /* a replay: the response is there */
    json_t *before;       /* owned: the session as it was, NULL for a new one */
    json_t *session;      /* owned: as it shall be */
    json_t *sessions;     /* owned: all others */
    json_t *measurements; /* owned */
    struct session_effect effect;
};

static void forget_reading(struct session_write *write) {
    json_decref(write->before);
    json_decref(write->session);
    json_decref(write->sessions);
    json_decref(write->measurements);
    write->before = write->session = write->sessions = write->measurements = NULL;
    session_effect_free(&write->effect);
}

static void close_write(struct session_write *write) {
    forget_reading(write);
    idempotency_free(&write->once);
    plan_below_close(&write->below);
}

static void drop_session(json_t *sessions, const char *id) {
    for (size_t i = json_array_size(sessions); i-- > 0;) {
        const json_t *session = json_array_get(sessions, i);
        const char *own = json_string_value(json_object_get(session, "session_id"));
        if (own && strcmp(own, id) == 0)
            (void)json_array_remove(sessions, i);
    }
}

static enum status take_reading(struct session_write *write, const struct tenant_call *call,
                                int plan, struct course_steps steps, int own) {
    enum status status = plan_below_take(&write->below, call, plan);
    if (status == STATUS_OK && own >= 0)
        status = take_session(&write->below, call, own, write->id, &write->before);
    if (status != STATUS_OK)
        return status;
    write->sessions = sessions_of_rows(call, steps.sessions);
    write->measurements = measurements_of_rows(call, steps.measurements);
    if (!write->sessions || !write->measurements)
        return STATUS_NO_MEMORY;
    drop_session(write->sessions, write->id);
    return STATUS_OK;
}

static enum status read_for_write(struct session_write *write) {
    struct plan_below *below = &write->below;
    struct tenant_call call;
    forget_reading(write);
    tenant_call_begin(&call, below->request, below->response, TENANT_READ);
    int key = idempotency_look(&write->once, &call);
    int plan = plan_below_add(below, &call);
    struct course_steps steps = plan_course_add(below, &call);
    int own = write->is_new ? -1 : add_session_get(below, &call, write->id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = idempotency_replay(&write->once, &call, key, &write->answered);
    if (status == STATUS_OK && !write->answered)
        status = take_reading(write, &call, plan, steps, own);
    tenant_call_end(&call);
    return status;
}

static bool set_text(json_t *object, const char *member, const char *text) {
    return json_object_set_new(object, member, json_string(text)) == 0;
}

static bool set_number(json_t *object, const char *member, int64_t number) {
    return json_object_set_new(object, member, json_integer(number)) == 0;
}

/* The session as the caller wants it: a new one, or the old one with the patch. */
static enum status make_session(struct session_write *write) {
    const struct plan_below *below = &write->below;
    write->session = merge_patch(write->before, below->request->json);
    json_t *session = write->session;
    if (!session)
        return STATUS_NO_MEMORY;
    bool good = set_text(session, "session_id", write->id) &&
                set_number(session, "version", version_of(write->before) + 1) &&
                set_text(session, "updated_at", write->now);
    if (write->is_new)
        good = good && set_number(session, "number", below->session_count + 1) &&
               set_text(session, "created_at", write->now);
    if (!json_object_get(session, "status"))
        good = good && set_text(session, "status", "planned");
    if (!json_object_get(session, "technique"))
        good = good && set_text(session, "technique", below->technique);
    if (!json_object_get(session, "adverse_events"))
        good = good && json_object_set_new(session, "adverse_events", json_array()) == 0;
    return good ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status judge(struct session_write *write, struct arena *arena) {
    struct complaints complaints;
    complaints_init(&complaints, arena);
    body_check(write->below.app, write->below.request, &complaints);
    session_check(&write->below, write->session, &complaints);
    if (complaints.total) { /* nothing can be derived from numbers that cannot be */
        session_effect_complain(&write->below, write->session, arena, &complaints);
        return body_refuse(write->below.response, &complaints);
    }
    json_t *all = json_copy(write->sessions);
    if (!all || json_array_append(all, write->session) != 0) {
        json_decref(all);
        return STATUS_NO_MEMORY;
    }
    enum status status =
        session_effect_make(&write->below, write->session, all, write->measurements, arena,
                            &complaints, &write->effect);
    json_decref(all);
    if (complaints.total)
        return body_refuse(write->below.response, &complaints);
    if (status == STATUS_OK)
        status = session_allowed(&write->below, write->before, write->session, write->sessions);
    return status;
}

/* ---- the answer, known before the write ---- */

static const char *plan_status_after(const struct session_write *write) {
    bool pauses = write->effect.pause && strcmp(write->below.status, "active") == 0;
    return pauses ? "on-hold" : write->below.status;
}

static enum status write_answer(struct session_write *write) {
    const struct plan_below *below = &write->below;
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    session_write_members(&json, below, write->session);
    if (write->effect.follow_up)
        plan_below_json(&json, "follow_up", write->effect.follow_up);
    session_warn(&json, below, write->session, write->sessions);
    jw_key(&json, "plan");
    plan_below_write(&json, below, plan_status_after(write), write->effect.document);
    jw_close_object(&json);
    enum status status = jw_ok(&json) ? STATUS_OK : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = response_written(below->request, below->response, write->is_new ? 201 : 200,
                                  version_of(write->session), &body);
    buffer_free(&body);
    if (write->is_new && status == STATUS_OK)
        response_headerf(below->response, "Location", "/care-plans/%s/sessions/%s", below->ref_text,
                         write->id);
    return status;
}

/* ---- the statement ---- */

struct write_texts {
    char *session, *document, *change, *events; /* owned */
    char summary[160];
    const char *action;
    const char *pause;
};

/* For programs that read the history: what was said, without the words of people. */
static char *change_text(const struct session_write *write) {
    const json_t *session = write->session;
    json_t *change = json_object();
    static const char *const members[] = {"session_id", "number", "status", "technique", "triage"};
    for (size_t i = 0; change && i < sizeof members / sizeof *members; i++) {
        json_t *value = json_object_get(session, members[i]);
        if (value)
            (void)json_object_set(change, members[i], value);
    }
    if (change && write->effect.pause)
        (void)json_object_set_new(change, "paused", json_true());
    char *text = change ? json_dumps(change, JSON_COMPACT) : NULL;
    json_decref(change);
    return text;
}

static void make_summary(const struct session_write *write, char *out, size_t size) {
    char number[24];
    const char *status = session_value(write->session, "status", number);
    const char *triage = session_value(write->session, "triage", number);
    int n = (int)json_integer_value(json_object_get(write->session, "number"));
    (void)snprintf(out, size, "Session %d: %s%s%s%s.", n, status, triage ? ", triage " : "",
                   triage ? triage : "", write->effect.pause ? ", the plan pauses" : "");
}

static bool make_texts(const struct session_write *write, struct write_texts *texts) {
    char number[24];
    const char *status = session_value(write->session, "status", number);
    json_t *list = write->is_new ? json_pack("[O]", write->session) : NULL;
    *texts = (struct write_texts){.pause = write->effect.pause ? "true" : "false"};
    texts->session = list ? json_dumps(list, JSON_COMPACT) : NULL;
    json_decref(list);
    texts->events = json_dumps(json_object_get(write->session, "adverse_events"), JSON_COMPACT);
    texts->change = change_text(write);
    if (write->effect.document)
        texts->document = json_dumps(write->effect.document, JSON_COMPACT);
    texts->action = !write->is_new                   ? "session.change"
                    : strcmp(status, "planned") == 0 ? "session.plan"
                                                     : "session.log";
    make_summary(write, texts->summary, sizeof texts->summary);
    return texts->events && texts->change && (texts->session || !write->is_new) &&
           (texts->document || !write->effect.document);
}

static void free_texts(struct write_texts *texts) {
    free(texts->session);
    free(texts->document);
    free(texts->change);
    free(texts->events);
}

static void add_new(const struct session_write *write, const struct write_texts *texts,
                    struct tenant_call *call) {
    const struct plan_below *below = &write->below;
    care_plan_keep(call, &below->ref, texts->document, NULL, NULL);
    (void)TENANT_CALL_ADD(call, "sessions_add", below->ref.patient_id, write->now, call->actor,
                          below->ref.plan_id, below->version_text, texts->session, texts->pause,
                          texts->document, write->effect.review_reason, texts->action,
                          texts->summary, texts->change);
}

/* Values of the members that session_log takes, in its order. */
struct log_values {
    char numbers[10][24];
    const char *values[10];
};

static void read_values(const json_t *session, struct log_values *out) {
    static const char *const members[] = {
        "status",        "planned_on",         "window_from", "window_to",   "technique",
        "pressure_used", "pressure_tolerated", "minutes",     "pain_before", "pain_after"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        out->values[i] = session_value(session, members[i], out->numbers[i]);
}

static void add_change(const struct session_write *write, const struct write_texts *texts,
                       const struct log_values *log, const char *session_version,
                       struct tenant_call *call) {
    const struct plan_below *below = &write->below;
    const char *const *v = log->values;
    char unused[24];
    care_plan_keep(call, &below->ref, texts->document, NULL, NULL);
    (void)TENANT_CALL_ADD(
        call, "session_log", below->ref.patient_id, write->now, call->actor, below->ref.plan_id,
        below->version_text, write->id, session_version, v[0], v[1], v[2], v[3], v[4], v[5], v[6],
        v[7], v[8], v[9], session_value(write->session, "notes", unused), texts->events,
        session_value(write->session, "triage", unused), texts->pause, texts->document,
        write->effect.review_reason, texts->action, texts->summary, texts->change);
}

/* STATUS_CONFLICT: somebody came in between. */
static enum status run_write(struct session_write *write, const struct write_texts *texts) {
    const struct plan_below *below = &write->below;
    char path[PLAN_PATH_SIZE], version[SQL_NUMBER_SIZE];
    struct log_values log;
    struct tenant_call call;
    bool replayed = false;
    plan_below_path(below, "sessions", write->id, path);
    read_values(write->session, &log);
    (void)sql_number(version, version_of(write->before));
    tenant_call_begin(&call, below->request, below->response, TENANT_WRITE);
    enum status status = idempotency_begin(&write->once, &call, below->ref.patient_id);
    if (write->is_new)
        add_new(write, texts, &call);
    else
        add_change(write, texts, &log, version, &call);
    tenant_call_audit(&call, texts->action, path, below->ref.patient_id);
    if (status == STATUS_OK)
        status = idempotency_run(&write->once, &call, &replayed);
    tenant_call_end(&call);
    return status;
}

static enum status store_it(struct session_write *write) {
    struct write_texts texts;
    bool made = make_texts(write, &texts);
    enum status status = made ? write_answer(write) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = run_write(write, &texts);
    free_texts(&texts);
    return status;
}

/* One try: read, judge, write. */
static enum status try_write(struct session_write *write, bool *again) {
    struct plan_below *below = &write->below;
    *again = false;
    sql_time_now(write->now, 0);
    enum status status = read_for_write(write);
    if (status != STATUS_OK || write->answered)
        return status;
    if (!write->is_new)
        status = if_match_check(below->request, below->response, version_of(write->before),
                                IF_MATCH_REQUIRED);
    struct arena *arena = thread_arena();
    if (status == STATUS_OK)
        status = arena ? make_session(write) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = judge(write, arena);
    if (status != STATUS_OK)
        return status;
    status = store_it(write);
    *again = status == STATUS_CONFLICT && !below->response->problem;
    return status;
}

static enum status write_session(struct session_write *write) {
    bool again = true;
    enum status status = STATUS_OK;
    for (int tries = 0; again && tries < TRIES; tries++) {
        plan_below_rest(tries);
        status = try_write(write, &again);
    }
    if (again) {
        write->below.response->retry_after = 1;
        response_problem(write->below.response, "conflict",
                         "Others change this plan all the time. Nothing was stored; try again.");
    }
    return status;
}

enum status session_create(void *app, const struct http_request *request,
                           struct http_response *response) {
    struct session_write write = {.is_new = true, .id = write.new_id};
    enum status status = plan_below_open(&write.below, app, request, response);
    if (status == STATUS_OK)
        status = idempotency_read(&write.once, request, response, IDEMPOTENCY_REQUIRED);
    if (status == STATUS_OK)
        status = sub_id_new('s', write.new_id);
    if (status == STATUS_OK)
        status = write_session(&write);
    close_write(&write);
    return status;
}

enum status session_patch(void *app, const struct http_request *request,
                          struct http_response *response) {
    struct session_write write = {.is_new = false};
    enum status status = open_session(&write.below, app, request, response, &write.id);
    if (status == STATUS_OK)
        status = idempotency_read(&write.once, request, response, IDEMPOTENCY_OPTIONAL);
    if (status == STATUS_OK)
        status = write_session(&write);
    close_write(&write);
    return status;
}

/* ---- deleting ---- */

static enum status run_delete(struct session_write *write) {
    const struct plan_below *below = &write->below;
    char path[PLAN_PATH_SIZE], version[SQL_NUMBER_SIZE], change[80], summary[80];
    struct tenant_call call;
    bool replayed = false;
    int number = (int)json_integer_value(json_object_get(write->before, "number"));
    plan_below_path(below, "sessions", write->id, path);
    (void)sql_number(version, version_of(write->before));
    (void)snprintf(change, sizeof change, "{\"session_id\":\"%s\"}", write->id);
    (void)snprintf(summary, sizeof summary, "Session %d was entered by mistake.", number);
    tenant_call_begin(&call, below->request, below->response, TENANT_WRITE);
    enum status status = idempotency_begin(&write->once, &call, below->ref.patient_id);
    care_plan_keep(&call, &below->ref, NULL, NULL, NULL);
    (void)TENANT_CALL_ADD(&call, "session_delete", below->ref.patient_id, call.now, call.actor,
                          below->ref.plan_id, write->id, version, summary, change);
    tenant_call_audit(&call, "session.delete", path, below->ref.patient_id);
    if (status == STATUS_OK)
        status = idempotency_run(&write->once, &call, &replayed);
    tenant_call_end(&call);
    return status;
}

static enum status delete_session(struct session_write *write) {
    struct plan_below *below = &write->below;
    enum status status = read_for_write(write);
    if (status != STATUS_OK || write->answered)
        return status;
    status = if_match_check(below->request, below->response, version_of(write->before),
                            IF_MATCH_REQUIRED);
    below->response->status = 204;
    if (status == STATUS_OK)
        status = run_delete(write);
    if (status == STATUS_CONFLICT)
        response_problem(below->response, "precondition-failed",
                         "The session changed meanwhile. Read it again.");
    return status;
}

enum status session_delete(void *app, const struct http_request *request,
                           struct http_response *response) {
    struct session_write write = {.is_new = false};
    enum status status = open_session(&write.below, app, request, response, &write.id);
    if (status == STATUS_OK)
        status = idempotency_read(&write.once, request, response, IDEMPOTENCY_OPTIONAL);
    if (status == STATUS_OK)
        status = delete_session(&write);
    close_write(&write);
    return status;
}
