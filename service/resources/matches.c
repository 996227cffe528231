/* GET /therapists/matches?care_plan=ID: who suits a plan, and who does not, with reasons. */
#include <stdlib.h>

#include "access/access.h"
#include "base/thread_arena.h"
#include "care/match.h"
#include "resources/handlers.h"
#include "resources/plan_course.h"
#include "resources/query_check.h"

#define THERAPISTS_ALL "5000"

struct ranking {
    struct plan_below *below;
    struct match_needs needs;
    struct match *matches;
    struct match **order; /* best first, not qualified ones last */
    json_t **documents;   /* owned */
    size_t count;
};

static void free_ranking(struct ranking *ranking) {
    for (size_t i = 0; ranking->documents && i < ranking->count; i++)
        json_decref(ranking->documents[i]);
}

static void read_needs(struct ranking *ranking) {
    const struct plan_below *below = ranking->below;
    const json_t *document = below->document;
    const json_t *next = json_object_get(document, "next_session");
    ranking->needs =
        (struct match_needs){.language = json_string_value(json_object_get(document, "language")),
                             .current = *below->therapist_id ? below->therapist_id : NULL,
                             .today = app_today(),
                             .words = {below->app->knowledge, plan_language(below)}};
    match_needs_read(document, json_object_get(next, "therapist_training"), &ranking->needs);
}

static enum status rank(struct ranking *ranking, const struct tenant_call *call, int step) {
    struct arena *arena = thread_arena();
    size_t count = (size_t)tenant_call_count(call, step);
    if (!arena)
        return STATUS_NO_MEMORY;
    read_needs(ranking);
    ranking->matches = arena_array(arena, count + 1, sizeof *ranking->matches);
    ranking->order = arena_array(arena, count + 1, sizeof *ranking->order);
    ranking->documents = arena_array(arena, count + 1, sizeof *ranking->documents);
    if (!ranking->matches || !ranking->order || !ranking->documents)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++, ranking->count++) {
        const char *text = tenant_call_value(call, step, (int)i, "document");
        ranking->documents[i] = text ? json_loads(text, 0, NULL) : NULL;
        match_judge(&ranking->needs, tenant_call_value(call, step, (int)i, "therapist_id"),
                    ranking->documents[i], &ranking->matches[i]);
        ranking->order[i] = &ranking->matches[i];
    }
    qsort(ranking->order, count, sizeof *ranking->order, match_compare);
    return STATUS_OK;
}

static void write_group(struct json_writer *json, const char *key, const struct ranking *ranking,
                        bool qualified) {
    jw_key(json, key);
    jw_open_array(json);
    for (size_t i = 0; i < ranking->count; i++)
        if (ranking->order[i]->qualified == qualified)
            match_write(json, &ranking->needs, ranking->order[i]);
    jw_close_array(json);
}

static enum status answer(const struct ranking *ranking) {
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_member_text(&json, "care_plan", ranking->below->ref_text);
    jw_key(&json, "needs");
    match_write_needs(&json, &ranking->needs);
    write_group(&json, "matches", ranking, true);
    write_group(&json, "not_qualified", ranking, false);
    jw_close_object(&json);
    enum status status = response_json_buffer(ranking->below->response, &json, &body);
    buffer_free(&body);
    return status;
}

static enum status match_plan(struct plan_below *below) {
    struct ranking ranking = {.below = below};
    struct tenant_call call;
    tenant_call_begin(&call, below->request, below->response, TENANT_READ);
    int plan = plan_below_add(below, &call);
    int step = TENANT_CALL_ADD(&call, "therapists_page", "", THERAPISTS_ALL);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = plan_below_take(below, &call, plan);
    if (status == STATUS_OK)
        status = rank(&ranking, &call, step);
    if (status == STATUS_OK)
        status = answer(&ranking);
    free_ranking(&ranking);
    tenant_call_end(&call);
    return status;
}

enum status therapist_match_list(void *app, const struct http_request *request,
                                 struct http_response *response) {
    struct plan_below below;
    const char *plan = request_query(request, "care_plan");
    query_complain(app, request, response); /* also that care_plan is missing */
    if (!query_has_no_mistake(response))
        return STATUS_INVALID;
    if (!(access_caller(request)->scopes & SCOPE_PLANS_READ)) { /* needs say much about a person */
        response_problem(response, "forbidden", "This needs the scope plans:read too.");
        return STATUS_FORBIDDEN;
    }
    enum status status = plan_below_open_id(&below, app, request, response, plan ? plan : "");
    if (status == STATUS_OK)
        status = match_plan(&below);
    plan_below_close(&below);
    return status;
}
