/* CarePlan: each interaction is one of our own operations, translated there and back; earlier
   versions are in fhir_history.c. Goal and Provenance are read here too: other views of the row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/access.h"
#include "base/thread_arena.h"
#include "http/route.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_care_plan_read.h"
#include "interop/fhir_json.h"
#include "resources/body_check.h"
#include "resources/fhir_answers.h"
#include "resources/fhir_condition.h"
#include "resources/fhir_native.h"
#include "resources/fhir_once.h"
#include "resources/fhir_plans.h"
#include "resources/fhir_search.h"
#include "resources/fhir_write.h"
#include "resources/handlers.h"
#include "resources/json_patch.h"

enum { IF_MATCH_SIZE = 32, TYPE_SIZE = 32 };

/* ---- read ---- */

static int64_t version_of(const json_t *plan) {
    return json_integer_value(json_object_get(plan, "version"));
}

/* The type that the request is about: of its path. */
static const char *type_of(const struct http_request *request, char type[TYPE_SIZE]) {
    const char *path = request->route->path + strlen("/fhir/");
    (void)snprintf(type, TYPE_SIZE, "%.*s", (int)strcspn(path, "/"), path);
    return type;
}

/* Sends a plan, whole or as far as it was asked for. */
static enum status send_plan(const struct app *app, const struct http_request *request,
                             struct http_response *response, unsigned status, const json_t *plan) {
    char type[TYPE_SIZE];
    json_t *resource = fhir_plan_as(app->knowledge, type_of(request, type), plan);
    fhir_version(response, version_of(plan), fhir_text(plan, "updated_at"));
    return fhir_send(request, response, status, resource ? fhir_subset(request, resource) : NULL);
}

enum status fhir_plan_get(void *app, const struct http_request *request,
                          struct http_response *response) {
    json_t *plan;
    enum status status = fhir_plan_read(request, response, request_param(request, "id"), &plan);
    if (status == STATUS_OK)
        status = send_plan(app, request, response, 200, plan);
    json_decref(plan);
    return status;
}

/* ---- the answer to a write ---- */

static enum status answer_write(const struct app *app, const struct http_request *request,
                                struct http_response *response, unsigned status, const char *id,
                                const char *const *kept) {
    json_t *plan;
    char type[TYPE_SIZE];
    enum status read = fhir_plan_read(request, response, id, &plan);
    if (read == STATUS_OK)
        read = fhir_written(request, response, status,
                            fhir_plan_as(app->knowledge, type_of(request, type), plan), kept);
    json_decref(plan);
    return read;
}

/* ---- create ---- */

static const struct fhir_place create_places[] = {
    {"#/patient", "#/subject"},
    {"#/technique", "#/activity"},
    {"#/therapist", "#/activity"},
    {"#/preferences/per_week", "#/activity"},
    {"#/preferences/minutes", "#/activity"},
    {"#/start", "#/period/start"},
    {"#/title", "#/title"},
    {"#/status", "#/status"},
    {"#/intake", "#/contained"},
    {NULL, "#/contained"},
};

static bool set_avoided(json_t *intake, json_t *avoid) {
    if (json_array_size(avoid) == 0)
        return true;
    json_t *preferences = json_object_get(intake, "preferences");
    if (!preferences) {
        preferences = json_object();
        if (!preferences || json_object_set_new(intake, "preferences", preferences) != 0)
            return false;
    }
    return json_object_set(preferences, "avoid_techniques", avoid) == 0;
}

/* The body of POST /care-plans; NULL without memory. */
static json_t *create_body(const struct app *app, const json_t *resource, struct arena *arena,
                           struct complaints *complaints) {
    json_t *avoid = json_array();
    json_t *intake = fhir_answers(app, resource, arena, complaints);
    json_t *body = avoid ? fhir_care_plan_new(app->knowledge, resource, avoid, complaints) : NULL;
    bool good = body && intake && set_avoided(intake, avoid) &&
                json_object_set(body, "intake", intake) == 0;
    json_decref(avoid);
    json_decref(intake);
    if (good)
        return body;
    json_decref(body);
    return NULL;
}

static void set_location(const struct app *app, const struct http_request *request,
                         struct http_response *response, const char *id, int64_t version) {
    char base[FHIR_BASE_SIZE];
    fhir_base(app, request, base);
    response_headerf(response, "Location", "%s/CarePlan/%s/_history/%lld", base, id,
                     (long long)version);
}

static enum status store_plan(struct app *app, const struct http_request *request,
                              struct http_response *response, json_t **plan) {
    struct complaints complaints;
    struct arena *arena = thread_arena();
    *plan = NULL;
    if (!arena)
        return STATUS_NO_MEMORY;
    complaints_init(&complaints, arena);
    json_t *body = create_body(app, request->json, arena, &complaints);
    if (!body)
        return STATUS_NO_MEMORY;
    enum status status = body_refuse(response, &complaints);
    if (status == STATUS_OK)
        status = fhir_check_kept(request, response, fhir_care_plan_kept);
    struct fhir_native native = {.operation = "createCarePlan", .body = body};
    if (status == STATUS_OK) {
        status = fhir_native_call(&native, app, request, response, plan);
        if (status != STATUS_OK || response->problem)
            fhir_native_places(response, create_places);
    } else {
        struct http_request inner = *request;
        inner.json = body;
        recommendation_salvage(app, &inner, response);
    }
    json_decref(body);
    return status;
}

void fhir_care_plan_salvage(struct app *app, const struct http_request *request,
                            struct http_response *response) {
    struct complaints ignored;
    struct arena *arena = thread_arena();
    if (!arena)
        return;
    complaints_init(&ignored, arena);
    struct http_request inner = *request;
    inner.json = create_body(app, request->json, arena, &ignored);
    if (inner.json)
        recommendation_salvage(app, &inner, response);
    json_decref(inner.json);
}

static enum status create(struct app *app, const struct http_request *request,
                          struct http_response *response, char patient_id[PATIENT_ID_SIZE]) {
    json_t *plan;
    enum status status = fhir_body_is(request, response, "CarePlan");
    if (status != STATUS_OK)
        return status;
    status = store_plan(app, request, response, &plan);
    if (status == STATUS_OK && !response->problem) {
        const char *id = fhir_text(plan, "id");
        fhir_patient_part(id, patient_id);
        set_location(app, request, response, id, 1);
        status = answer_write(app, request, response, 201, id, fhir_care_plan_kept);
    }
    json_decref(plan);
    return status;
}

/* The plan that is there already is the answer, with 200. */
static enum status create_unless(struct app *app, const struct http_request *request,
                                 struct http_response *response, char patient_id[PATIENT_ID_SIZE]) {
    char id[PLAN_REF_SIZE];
    enum status status = fhir_condition_find(app, request, response, id);
    if (status != STATUS_OK || response->problem)
        return status;
    if (!*id)
        return create(app, request, response, patient_id);
    fhir_patient_part(id, patient_id);
    status = answer_write(app, request, response, 200, id, NULL);
    set_location(app, request, response, id, etag_version(response->etag));
    return status;
}

enum status fhir_care_plan_create(void *app, const struct http_request *request,
                                  struct http_response *response) {
    return request_header(request, "If-None-Exist")
               ? fhir_whole(app, request, response, create_unless)
               : fhir_once(app, request, response, create);
}

/* ---- update and patch ---- */

static const struct fhir_place change_places[] = {
    {"#/technique", "#/activity"},    {"#/therapist", "#/activity"},
    {"#/preferences", "#/activity"},  {"#/start", "#/period/start"},
    {"#/title", "#/title"},           {"#/status", "#/status"},
    {"#/goal", "#/description/text"}, {NULL, "#"},
};

/* Applies what differs; nothing at all is no new version. */
static enum status change_plan(struct app *app, const struct http_request *request,
                               struct http_response *response, const json_t *now,
                               const json_t *wanted, const char *if_match) {
    struct complaints complaints;
    struct arena *arena = thread_arena();
    const char *id = request_param(request, "id");
    json_t *answer = NULL;
    if (!arena)
        return STATUS_NO_MEMORY;
    complaints_init(&complaints, arena);
    bool goal = strcmp(fhir_text(now, "resourceType"), "Goal") == 0;
    json_t *body = goal ? fhir_goal_change(now, wanted, &complaints)
                        : fhir_care_plan_change(app->knowledge, now, wanted, &complaints);
    if (!body)
        return STATUS_NO_MEMORY;
    enum status status = body_refuse(response, &complaints);
    struct fhir_native native = {.operation = "patchCarePlan",
                                 .body = body,
                                 .params = {{"plan_id", id}},
                                 .if_match = if_match};
    if (status == STATUS_OK && json_object_size(body)) {
        status = fhir_native_call(&native, app, request, response, &answer);
        if (status != STATUS_OK || response->problem)
            fhir_native_places(response, change_places);
    }
    json_decref(answer);
    json_decref(body);
    return status;
}

/* The version a PUT is about: of If-Match, or the one the resource says it was read at. */
static enum status read_if_match(const struct http_request *request, struct http_response *response,
                                 int64_t version, char if_match[IF_MATCH_SIZE]) {
    const char *header = request_header(request, "If-Match");
    const char *meta = fhir_text(json_object_get(request->json, "meta"), "versionId");
    const char *given = header ? header : meta;
    if (!given) {
        response_problem(response, "precondition-required",
                         "Send If-Match with the ETag that you read, or the resource with its "
                         "meta.versionId.");
        return STATUS_INVALID;
    }
    int64_t wanted = etag_version(given);
    if (wanted != -2 && wanted != version) {
        response_problem(response, "precondition-failed",
                         "The resource is at version %lld now. Read it again.", (long long)version);
        return STATUS_CONFLICT;
    }
    (void)snprintf(if_match, IF_MATCH_SIZE, "\"%lld\"", (long long)version);
    return STATUS_OK;
}

/* PUT makes nothing new: the service gives the ids. */
static enum status refuse_creation(struct http_response *response, bool goal) {
    response_header(response, "Allow",
                    goal ? "GET, PUT, HEAD, OPTIONS" : "GET, PUT, PATCH, DELETE, HEAD, OPTIONS");
    response_problem(response, "method-not-allowed",
                     goal ? "There is no such Goal; one comes with each CarePlan, and has its id."
                          : "There is no such CarePlan; a new one is made by POST, and gets its id "
                            "then.");
    return STATUS_NOT_FOUND;
}

static enum status check_id(const struct http_request *request, struct http_response *response) {
    const char *id = fhir_text(request->json, "id");
    if (id && strcmp(id, request_param(request, "id")) == 0)
        return STATUS_OK;
    response_error(response, "#/id", id ? "value" : "required", "must be the id of the URL");
    response_problem(response, "malformed-resource", "The body is about another resource.");
    return STATUS_INVALID;
}

static enum status update(struct app *app, const struct http_request *request,
                          struct http_response *response, char patient_id[PATIENT_ID_SIZE]) {
    json_t *plan = NULL, *now = NULL;
    char if_match[IF_MATCH_SIZE];
    char type[TYPE_SIZE];
    const char *id = request_param(request, "id");
    enum status status = fhir_body_is(request, response, type_of(request, type));
    if (status == STATUS_OK)
        status = check_id(request, response);
    if (status != STATUS_OK)
        return status;
    fhir_patient_part(id, patient_id);
    status = fhir_plan_read(request, response, id, &plan);
    if (status == STATUS_NOT_FOUND && !response->problem)
        return refuse_creation(response, strcmp(type, "Goal") == 0);
    if (status == STATUS_OK)
        status = read_if_match(request, response, version_of(plan), if_match);
    if (status == STATUS_OK) {
        now = fhir_plan_as(app->knowledge, type, plan);
        status = now ? change_plan(app, request, response, now, request->json, if_match)
                     : STATUS_NO_MEMORY;
    }
    if (status == STATUS_OK && !response->problem)
        status = answer_write(app, request, response, 200, id, NULL);
    json_decref(now);
    json_decref(plan);
    return status;
}

enum status fhir_care_plan_update(void *app, const struct http_request *request,
                                  struct http_response *response) {
    return fhir_once(app, request, response, update);
}

enum status fhir_goal_update(void *app, const struct http_request *request,
                             struct http_response *response) {
    return fhir_once(app, request, response, update);
}

static enum status refuse_patch(struct http_response *response,
                                const struct json_patch_fault *fault) {
    char pointer[64];
    if (!fault->detail)
        return STATUS_NO_MEMORY;
    (void)snprintf(pointer, sizeof pointer, "#/%zu%s", fault->operation, fault->member);
    response_error(response, pointer, "value", "%s", fault->detail);
    response_problem(response, fault->malformed ? "malformed-resource" : "invalid-content",
                     "Operation %zu of the patch cannot be applied.", fault->operation);
    return STATUS_INVALID;
}

static enum status patch_plan(struct app *app, const struct http_request *request,
                              struct http_response *response, const json_t *plan) {
    struct json_patch_fault fault;
    char if_match[IF_MATCH_SIZE];
    const char *given = request_header(request, "If-Match");
    int64_t wanted = given ? etag_version(given) : -2;
    if (wanted != -2 && wanted != version_of(plan)) {
        response_problem(response, "precondition-failed",
                         "The resource is at version %lld now. Read it again.",
                         (long long)version_of(plan));
        return STATUS_CONFLICT;
    }
    (void)snprintf(if_match, sizeof if_match, "\"%lld\"", (long long)version_of(plan));
    json_t *now = fhir_care_plan(app->knowledge, plan);
    json_t *patched = now ? json_patch(now, request->json, &fault) : NULL;
    enum status status = STATUS_NO_MEMORY;
    if (now && !patched)
        status = refuse_patch(response, &fault);
    else if (patched)
        status = change_plan(app, request, response, now, patched, if_match);
    json_decref(now);
    json_decref(patched);
    return status;
}

static enum status patch(struct app *app, const struct http_request *request,
                         struct http_response *response, char patient_id[PATIENT_ID_SIZE]) {
    json_t *plan;
    const char *id = request_param(request, "id");
    fhir_patient_part(id, patient_id);
    enum status status = fhir_plan_read(request, response, id, &plan);
    if (status == STATUS_OK)
        status = patch_plan(app, request, response, plan);
    if (status == STATUS_OK && !response->problem)
        status = answer_write(app, request, response, 200, id, NULL);
    json_decref(plan);
    return status;
}

enum status fhir_care_plan_patch(void *app, const struct http_request *request,
                                 struct http_response *response) {
    return fhir_once(app, request, response, patch);
}

/* ---- delete ---- */

static enum status drop(struct app *app, const struct http_request *request,
                        struct http_response *response, char patient_id[PATIENT_ID_SIZE]) {
    json_t *answer;
    const char *given = request_header(request, "If-Match");
    struct fhir_native native = {.operation = "deleteCarePlan",
                                 .params = {{"plan_id", request_param(request, "id")}},
                                 .if_match = given ? NULL : "*"};
    fhir_patient_part(request_param(request, "id"), patient_id);
    enum status status = fhir_native_call(&native, app, request, response, &answer);
    json_decref(answer);
    return status;
}

enum status fhir_care_plan_delete(void *app, const struct http_request *request,
                                  struct http_response *response) {
    return fhir_once(app, request, response, drop);
}
