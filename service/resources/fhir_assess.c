/*
 * QuestionnaireResponse/$assess and PlanDefinition/$apply: from answers, and a record where one is
 * given, to an intake, through the same checks and the same engine as POST /recommendations, to
 * FHIR. Nothing is stored.
 */
#include "resources/fhir_assess.h"

#include <stdio.h>
#include <string.h>

#include "base/thread_arena.h"
#include "engine/decision.h"
#include "interop/fhir_assessment.h"
#include "interop/fhir_intake.h"
#include "interop/fhir_json.h"
#include "interop/fhir_questionnaire_response.h"
#include "resources/app.h"
#include "resources/fhir_edge.h"
#include "resources/handlers.h"

/* ---- the parameters ---- */

/* What a call brings, borrowed from its body. */
struct call {
    const json_t *response; /* the QuestionnaireResponse, NULL: none */
    char response_at[64];   /* its place in the body */
    const json_t *data;     /* a Bundle or resource of the record, NULL: none */
    const char *definition; /* the canonical URL of what is applied, NULL: not said */
    char definition_at[64];
    const json_t *subject; /* a Reference; owned by the call where it was a text */
    json_t *subject_owned;
};

static bool is_type(const json_t *resource, const char *type) {
    const char *own = fhir_text(resource, "resourceType");
    return own && strcmp(own, type) == 0;
}

static void name_subject(struct call *call, const char *reference) {
    json_decref(call->subject_owned);
    call->subject_owned = json_pack("{s:s}", "reference", reference);
    call->subject = call->subject_owned;
}

/* The definition by its URL, or itself: then its URL must be ours. */
static bool read_definition(struct call *call, const json_t *parameter, const char *name,
                            size_t place) {
    const json_t *resource = json_object_get(parameter, "resource");
    if (strcmp(name, "planDefinition") == 0 && resource)
        call->definition = is_type(resource, "PlanDefinition") && fhir_text(resource, "url")
                               ? fhir_text(resource, "url")
                               : "";
    else if (strcmp(name, "canonical") == 0 && fhir_text(parameter, "valueCanonical"))
        call->definition = fhir_text(parameter, "valueCanonical");
    else
        return false;
    (void)snprintf(call->definition_at, sizeof call->definition_at, "#/parameter/%zu", place);
    return true;
}

static bool read_parameter(struct call *call, const json_t *parameter, size_t place) {
    const char *name = fhir_text(parameter, "name");
    const json_t *resource = json_object_get(parameter, "resource");
    const char *text = fhir_text(parameter, "valueString");
    if (!name)
        return false;
    if (strcmp(name, "questionnaireResponse") == 0 && resource) {
        call->response = resource;
        (void)snprintf(call->response_at, sizeof call->response_at, "#/parameter/%zu/resource",
                       place);
    } else if (strcmp(name, "data") == 0 && resource) {
        call->data = resource;
    } else if (strcmp(name, "subject") == 0 && text) {
        name_subject(call, text);
    } else if (strcmp(name, "subject") == 0 && json_object_get(parameter, "valueReference")) {
        call->subject = json_object_get(parameter, "valueReference");
    } else {
        return read_definition(call, parameter, name, place);
    }
    return true;
}

/* A QuestionnaireResponse alone, or Parameters; every part that is not understood is named. */
static void read_call(struct call *call, const json_t *body, struct complaints *complaints) {
    const json_t *parameters = json_object_get(body, "parameter");
    (void)snprintf(call->response_at, sizeof call->response_at, "#");
    if (is_type(body, "QuestionnaireResponse")) {
        call->response = body;
        return;
    }
    for (size_t i = 0; i < json_array_size(parameters); i++) {
        char place[64];
        (void)snprintf(place, sizeof place, "#/parameter/%zu", i);
        if (!read_parameter(call, json_array_get(parameters, i), i))
            complain(complaints, place, "unknown_member",
                     "must be questionnaireResponse, data or planDefinition with a resource, "
                     "canonical, or subject.");
    }
}

/* ---- the intake ---- */

/* The row of a finding in a list of them; NULL: none. Borrowed. */
static json_t *row_of(const json_t *findings, const char *id) {
    for (size_t i = 0; i < json_array_size(findings); i++) {
        json_t *row = json_array_get(findings, i);
        const char *own = fhir_text(row, "id");
        if (own && id && strcmp(own, id) == 0)
            return row;
    }
    return NULL;
}

static json_t *list_in(json_t *object, const char *name) {
    if (!json_object_get(object, name))
        (void)json_object_set_new(object, name, json_array());
    return json_object_get(object, name);
}

/* What the person says of a finding stands; the record fills its gaps, and what it says otherwise
 * is left for the engine to refuse. */
static void join_findings(json_t *intake, const json_t *record) {
    json_t *own = list_in(intake, "findings");
    for (size_t i = 0; i < json_array_size(record); i++) {
        json_t *row = json_array_get(record, i), *known = row_of(own, fhir_text(row, "id"));
        if (known && json_equal(json_object_get(known, "state"), json_object_get(row, "state")))
            (void)json_object_update_missing(known, row);
        else
            (void)json_array_append(own, row);
    }
}

void fhir_join_record(json_t *intake, json_t *record) {
    static const char *const lists[] = {"medications", "diagnoses"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (json_array_size(json_object_get(record, lists[i])))
            (void)json_array_extend(list_in(intake, lists[i]), json_object_get(record, lists[i]));
    join_findings(intake, json_object_get(record, "findings"));
    (void)json_object_update_missing(intake, record);
}

/* False without memory. */
static bool add_record(const struct knowledge *knowledge, const struct call *call,
                       struct arena *arena, json_t *intake) {
    const char *reference = fhir_text(call->subject, "reference");
    const char *patient =
        reference && strncmp(reference, "Patient/", 8) == 0 ? reference + 8 : NULL;
    struct fhir_intake *reader = fhir_intake_new(knowledge, patient, app_today(), arena);
    struct fhir_intake_result result;
    if (!reader)
        return false;
    fhir_intake_add(reader, call->data);
    if (!fhir_intake_finish(reader, &result))
        return false;
    fhir_join_record(intake, result.intake);
    json_decref(result.intake);
    json_decref(result.unmapped);
    return true;
}

/* The body of POST /recommendations that the call amounts to. A new reference; NULL: no memory. */
static json_t *intake_of(const struct knowledge *knowledge, const struct call *call,
                         struct arena *arena, struct fhir_trail *trail,
                         struct complaints *complaints) {
    *trail = (struct fhir_trail){.root = "#"};
    json_t *intake = call->response ? fhir_questionnaire_response_intake(knowledge, call->response,
                                                                         call->response_at, arena,
                                                                         trail, complaints)
                                    : json_object();
    if (intake && call->data && !add_record(knowledge, call, arena, intake)) {
        json_decref(intake);
        return NULL;
    }
    return intake;
}

json_t *fhir_answers_in(const struct knowledge *knowledge, const json_t *body,
                        struct arena *arena) {
    struct complaints ignored;
    struct fhir_trail trail;
    struct call call = {0};
    json_t *intake = NULL;
    complaints_init(&ignored, arena);
    read_call(&call, body, &ignored);
    if (call.response)
        intake = intake_of(knowledge, &call, arena, &trail, &ignored);
    json_decref(call.subject_owned);
    return intake;
}

/* ---- the decision ---- */

/* Contract and engine together; their complaints get the places of the answers. */
static struct intake *check(const struct app *app, const json_t *body,
                            const struct fhir_trail *trail, struct arena *arena,
                            struct complaints *complaints) {
    struct complaints found;
    complaints_init(&found, arena);
    contract_check(contract_request_schema(app->contract, "createRecommendation"), body, &found);
    struct intake *intake = intake_read(app->knowledge, body, app_today(), arena, &found);
    fhir_trail_complaints(trail, &found, complaints);
    return intake;
}

/* The plan that would be proposed; NULL when nothing can be planned. */
static enum status propose(const struct decision *decision, struct arena *arena,
                           struct plan **plan) {
    struct complaints ignored;
    json_t *no_wishes = json_object();
    complaints_init(&ignored, arena);
    struct plan_wish *wish =
        no_wishes ? plan_wish_read(decision, no_wishes, arena, &ignored) : NULL;
    enum status status =
        wish ? plan_derive(decision, wish, arena, &ignored, plan) : STATUS_NO_MEMORY;
    json_decref(no_wishes);
    if (status == STATUS_CONFLICT)
        *plan = NULL;
    return status == STATUS_CONFLICT ? STATUS_OK : status;
}

typedef void writer(struct json_writer *json, const struct fhir_about *about);

static enum status answer(const struct app *app, const struct http_request *request,
                          struct http_response *response, const struct fhir_about *about,
                          writer *write) {
    struct buffer body;
    struct json_writer json;
    (void)app;
    buffer_init(&body);
    jw_init(&json, &body);
    write(&json, about);
    enum status status = STATUS_OK;
    if (!jw_ok(&json))
        status = body.failed ? STATUS_NO_MEMORY : STATUS_INTERNAL;
    if (status == STATUS_OK)
        status = response_buffer(
            response, strcmp(request->media_type, MEDIA_JSON) == 0 ? MEDIA_JSON : MEDIA_FHIR,
            &body);
    buffer_free(&body);
    return status;
}

static enum status decide_and_answer(const struct app *app, const struct http_request *request,
                                     struct http_response *response, const struct call *call,
                                     struct intake *intake, struct arena *arena, writer *write) {
    char base[FHIR_BASE_SIZE];
    struct plan *plan = NULL;
    intake->language = knowledge_language(app->knowledge, request->language);
    const struct decision *decision = decide(intake, DECIDE_EVERYTHING, arena);
    enum status status = decision ? propose(decision, arena, &plan) : STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        return status;
    fhir_base(app, request, base);
    const json_t *answered_for = json_object_get(call->response, "subject");
    struct fhir_about about = {
        .source = {.knowledge = app->knowledge, .language = intake->language},
        .decision = decision,
        .plan = plan,
        .base = base,
        .subject = call->subject ? call->subject : answered_for,
    };
    return answer(app, request, response, &about, write);
}

static enum status run(const struct app *app, const struct http_request *request,
                       struct http_response *response, struct call *call, struct arena *arena,
                       struct complaints *complaints, writer *write) {
    struct fhir_trail trail;
    json_t *body = complaints->total ? json_object()
                                     : intake_of(app->knowledge, call, arena, &trail, complaints);
    enum status status = body ? STATUS_OK : STATUS_NO_MEMORY;
    struct intake *intake = NULL;
    if (body && !complaints->total) {
        intake = check(app, body, &trail, arena, complaints);
        status = intake ? STATUS_OK : STATUS_NO_MEMORY;
    }
    if (complaints->total) {
        response_complaints(response, complaints);
        status = STATUS_INVALID;
    } else if (status == STATUS_OK) {
        status = decide_and_answer(app, request, response, call, intake, arena, write);
    }
    json_decref(body);
    return status;
}

/* ---- the operations ---- */

/* There is one protocol: the URL has its name, its own or ours, and "|version" at most. */
static void check_definition(const struct app *app, const struct call *call, bool needed,
                             struct complaints *complaints) {
    static const char own[] = FHIR_CANONICAL "/PlanDefinition/" FHIR_PROTOCOL_ID;
    const char *url = call->definition;
    if (!url && needed)
        complain(complaints, "#/parameter", "required", "canonical or planDefinition is missing.");
    else if (url &&
             (strncmp(url, own, strlen(own)) != 0 ||
              (url[strlen(own)] && (url[strlen(own)] != '|' ||
                                    strcmp(url + strlen(own) + 1, app->knowledge->version) != 0))))
        complain(complaints, call->definition_at, "not_supported", "must be %s|%s.", own,
                 app->knowledge->version);
}

/* Reads the call and does it. `needs_response`: without answers there is nothing to do. */
static enum status call_and_run(const struct app *app, const struct http_request *request,
                                struct http_response *response, bool needs_response,
                                writer *write) {
    struct arena *arena = thread_arena();
    struct call call = {0};
    struct complaints complaints;
    const char *subject = request_query(request, "subject");
    if (!arena)
        return STATUS_NO_MEMORY;
    if (request->json && !is_type(request->json, "QuestionnaireResponse") &&
        fhir_body_is(request, response, "Parameters") != STATUS_OK)
        return STATUS_INVALID;
    complaints_init(&complaints, arena);
    if (request->json)
        read_call(&call, request->json, &complaints);
    if (subject && *subject)
        name_subject(&call, subject);
    if (!complaints.total)
        check_definition(app, &call, !needs_response && !request_param(request, "id"), &complaints);
    if (needs_response && !call.response && !complaints.total)
        complain(&complaints, "#/parameter", "required", "questionnaireResponse is missing.");
    if (!needs_response && !call.subject && !call.response && !complaints.total)
        complain(&complaints, request->json ? "#/parameter" : "?subject", "required",
                 "subject is missing.");
    enum status status = run(app, request, response, &call, arena, &complaints, write);
    json_decref(call.subject_owned);
    return status;
}

enum status fhir_response_assess(void *app, const struct http_request *request,
                                 struct http_response *response) {
    return call_and_run(app, request, response, true, fhir_assessment_write);
}

enum status fhir_plan_apply(void *app, const struct http_request *request,
                            struct http_response *response) {
    const char *id = request_param(request, "id");
    if (id && strcmp(id, FHIR_PROTOCOL_ID) != 0)
        return STATUS_NOT_FOUND;
    return call_and_run(app, request, response, false, fhir_proposal_write);
}
