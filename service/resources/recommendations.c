/* POST /recommendations and POST /contraindication-checks: from a body to a decision to an answer.
 */
#include <string.h>

#include "base/thread_arena.h"
#include "resources/answer.h"
#include "resources/app.h"
#include "resources/fhir_assess.h"
#include "resources/handlers.h"
#include "resources/query_check.h"

/* ---- refusal ---- */

static enum status refuse(struct http_response *response, const struct complaints *complaints) {
    for (size_t i = 0; i < complaints->count; i++)
        response_error(response, complaints->all[i].pointer, complaints->all[i].code, "%s",
                       complaints->all[i].detail);
    if (complaints->total > complaints->count)
        response_problem(response, "invalid-content",
                         "%zu places are wrong; the first %zu are listed.", complaints->total,
                         complaints->count);
    else
        response_problem(response, "invalid-content", "%zu place%s wrong.", complaints->total,
                         complaints->total == 1 ? " is" : "s are");
    return STATUS_INVALID;
}

/* Contract and engine together, so that every mistake is named at once. NULL: refused, see
 * `status`. */
static struct intake *read_body(const struct app *app, const struct http_request *request,
                                struct http_response *response, struct arena *arena,
                                enum status *status) {
    struct complaints complaints;
    complaints_init(&complaints, arena);
    contract_check(contract_request_schema(app->contract, request->route->operation_id),
                   request->json, &complaints);
    struct intake *intake =
        intake_read(app->knowledge, request->json, app_today(), arena, &complaints);
    *status = STATUS_NO_MEMORY;
    if (!intake)
        return NULL;
    if (complaints.total) {
        *status = refuse(response, &complaints);
        return NULL;
    }
    intake->language = knowledge_language(app->knowledge, request->language);
    return intake;
}

typedef enum status answer_writer(const struct decision *decision, struct buffer *out);

static enum status decide_and_answer(const struct app *app, const struct http_request *request,
                                     struct http_response *response, bool brief,
                                     answer_writer *write) {
    struct arena *arena = thread_arena();
    enum status status = STATUS_NO_MEMORY;
    struct intake *intake = arena ? read_body(app, request, response, arena, &status) : NULL;
    if (!intake)
        return status;
    intake->brief = brief;
    const struct decision *decision = decide(intake, DECIDE_EVERYTHING, arena);
    if (!decision)
        return STATUS_NO_MEMORY;
    struct buffer body;
    buffer_init(&body);
    status = write(decision, &body);
    if (status == STATUS_OK)
        status = response_buffer(response, MEDIA_JSON, &body);
    buffer_free(&body);
    return status;
}

bool recommendation_query_is_valid(void *app, const struct http_request *request,
                                   struct http_response *response) {
    return query_is_valid(app, request, response);
}

enum status recommendation_create(void *app, const struct http_request *request,
                                  struct http_response *response) {
    const char *view = request_query(request, "view");
    if (!query_is_valid(app, request, response))
        return STATUS_INVALID;
    return decide_and_answer(app, request, response, view && strcmp(view, "brief") == 0,
                             answer_recommendation);
}

enum status contraindication_check_create(void *app, const struct http_request *request,
                                          struct http_response *response) {
    return decide_and_answer(app, request, response, false, answer_checks);
}

/* ---- a red flag outranks every other error ---- */

/* {"linkId": "rf_saddle", "answer": [{"valueCoding": {"code": "present"}}]} of FHIR as a finding of
 * ours; a new reference. */
static json_t *finding_of_item(const json_t *item) {
    json_t *link = json_object_get(item, "linkId");
    const json_t *answer = json_array_get(json_object_get(item, "answer"), 0);
    const char *code =
        json_string_value(json_object_get(json_object_get(answer, "valueCoding"), "code"));
    if (!json_is_string(link) || !code || strcmp(code, "present") != 0)
        return NULL;
    return json_pack("{s:O, s:s}", "id", link, "state", "present");
}

/* Adds the findings of any object in broken JSON that reads {"id": ..., "state": "present"}, or
 * says the same as an item of FHIR. */
static void salvage_objects(const char *body, size_t len, json_t *findings) {
    enum { MOST_TRIES = 2000 };
    size_t tries = 0;
    for (size_t i = 0; i < len && tries < MOST_TRIES; i++) {
        if (body[i] != '{')
            continue;
        tries++;
        /* Only small objects can be one finding: the rest of a large body is not read again and
         * again. */
        size_t rest = len - i < 1024 ? len - i : 1024;
        json_t *object = json_loadb(body + i, rest, JSON_DISABLE_EOF_CHECK, NULL);
        const char *state = json_string_value(json_object_get(object, "state"));
        if (json_is_string(json_object_get(object, "id")) && state && strcmp(state, "present") == 0)
            (void)json_array_append(findings, object);
        json_t *finding = finding_of_item(object);
        if (finding)
            (void)json_array_append_new(findings, finding);
        json_decref(object);
    }
}

/* A body is the answers, or has them as `intake`. */
static json_t *answers_in(json_t *body) {
    json_t *intake = json_object_get(body, "intake");
    return json_is_object(intake) ? intake : body;
}

/*
 * The body as far as it can be read: as parsed, or from broken JSON every present finding that
 * stands anywhere in it. With repeated keys the last one would win; a red flag in the first one
 * must not be lost.
 */
static json_t *salvage_body(const struct app *app, const struct http_request *request,
                            struct arena *arena) {
    if (request->json) {
        json_t *answers = fhir_answers_in(app->knowledge, request->json, arena);
        return answers ? answers : json_incref(answers_in(request->json));
    }
    json_t *findings = json_array();
    salvage_objects(request->body, request->body_len, findings);
    json_t *body = json_loadb(request->body, request->body_len, 0, NULL);
    if (!json_is_object(body)) {
        json_decref(body);
        body = json_object();
    }
    json_t *answers = json_incref(answers_in(body));
    (void)json_object_set_new(answers, "findings", findings);
    json_decref(body);
    return answers;
}

/* The triage, if it is more than self-care, as a member of the problem. */
static enum status tell_triage(const struct decision *decision, struct http_response *response) {
    if (decision->outcome.triage <= TRIAGE_SELF_CARE)
        return STATUS_OK;
    struct buffer triage;
    struct json_writer json;
    buffer_init(&triage);
    jw_init(&json, &triage);
    answer_triage(&json, decision);
    bool whole = jw_ok(&json);
    if (whole)
        response_problem_member(response, "triage", &triage);
    buffer_free(&triage);
    return whole ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status salvage(const struct app *app, const struct http_request *request,
                           const json_t *body, struct arena *arena,
                           struct http_response *response) {
    struct complaints complaints;
    complaints_init(&complaints, arena);
    struct intake *intake = intake_read(app->knowledge, body, app_today(), arena, &complaints);
    if (!intake)
        return STATUS_NO_MEMORY;
    intake->language =
        knowledge_language(app->knowledge, request->language ? request->language : "en");
    const struct decision *decision = decide(intake, DECIDE_OUTCOME, arena);
    return decision ? tell_triage(decision, response) : STATUS_NO_MEMORY;
}

void recommendation_salvage(void *app_, const struct http_request *request,
                            struct http_response *response) {
    const struct app *app = app_;
    struct arena *arena = thread_arena();
    json_t *body = arena ? salvage_body(app, request, arena) : NULL;
    if (!body || salvage(app, request, body, arena, response) != STATUS_OK)
        response_no_memory(response); /* whether there is a red flag is not known: no 4xx now */
    json_decref(body);
}
