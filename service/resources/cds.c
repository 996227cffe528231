/* /cds-services: discovery, and a call of a service: from a hook to a record to a decision to
 * cards. */
#include "resources/cds.h"

#include <stdio.h>
#include <string.h>

#include "base/thread_arena.h"
#include "engine/decision.h"
#include "interop/fhir_intake.h"
#include "resources/body_check.h"
#include "resources/cds_answers.h"
#include "resources/cds_record.h"
#include "resources/fhir_edge.h"
#include "resources/handlers.h"

void cds_base(const struct app *app, const struct http_request *request, char base[CDS_BASE_SIZE]) {
    static const char below[] = "/fhir";
    fhir_base(app, request, base);
    size_t len = strlen(base);
    if (len >= sizeof below - 1 && strcmp(base + len - (sizeof below - 1), below) == 0)
        base[len - (sizeof below - 1)] = '\0';
}

enum cds_hook cds_service_of(const struct http_request *request, struct http_response *response) {
    enum cds_hook hook = cds_service_named(request_param(request, "service_id"));
    if (hook == CDS_HOOKS)
        response_problem(response, "not-found",
                         "There is no such service; GET /cds-services lists them.");
    return hook;
}

enum status cds_discover(void *app, const struct http_request *request,
                         struct http_response *response) {
    struct buffer body;
    struct json_writer json;
    (void)app;
    (void)request;
    buffer_init(&body);
    jw_init(&json, &body);
    cds_discovery_write(&json);
    return response_json_buffer(response, &json, &body);
}

/* ---- a call ---- */

struct call {
    const struct app *app;
    const struct http_request *request;
    struct http_response *response;
    struct arena *arena;
    enum cds_hook hook;
    struct complaints complaints;
    struct cds_orders orders;
    struct cds_record record;
    json_t *answers;       /* to the form; NULL: none that count */
    struct cds_case about; /* what the cards will be about */
    char base[CDS_BASE_SIZE];
};

static const json_t *context_bundle(const struct call *call) {
    const char *member = cds_services[call->hook].bundle;
    return member ? json_object_get(json_object_get(call->request->json, "context"), member) : NULL;
}

/* The contract first: what it says is not said again. */
static enum status check_call(struct call *call) {
    body_check(call->app, call->request, &call->complaints);
    if (!call->complaints.total)
        cds_call_check(call->hook, call->request->json, &call->complaints);
    if (!call->complaints.total)
        return STATUS_OK;
    response_complaints(call->response, &call->complaints);
    response_problem(call->response, "invalid-hook-call", "%zu place%s wrong.",
                     call->complaints.total, call->complaints.total == 1 ? " is" : "s are");
    return STATUS_INVALID;
}

static bool has_orders(enum cds_hook hook) {
    return hook == CDS_ORDER_SELECT || hook == CDS_ORDER_SIGN || hook == CDS_APPOINTMENT_BOOK;
}

/* Does the call need the record at all? Orders that are not about massage need nothing. */
static bool is_for_us(struct call *call) {
    const json_t *context = json_object_get(call->request->json, "context");
    const json_t *selections =
        call->hook == CDS_ORDER_SELECT ? json_object_get(context, "selections") : NULL;
    if (!has_orders(call->hook))
        return true;
    cds_orders_find(call->app->knowledge, context_bundle(call), selections, call->arena,
                    &call->orders);
    return call->orders.count > 0;
}

static void say_lacking(const struct call *call, const struct cds_prefetch *wanted,
                        const struct cds_record_part *part) {
    bool failed = part->given == CDS_FAILED;
    char pointer[64];
    (void)snprintf(pointer, sizeof pointer, "#/prefetch/%s", wanted->key);
    response_error(call->response, pointer, failed ? "failed" : "required",
                   "%s%s%s%s: %s; send null for what was looked for and not found.",
                   failed ? "the client could not read it" : "it is missing",
                   *part->why ? ", and could not be fetched (" : "", part->why,
                   *part->why ? ")" : "", wanted->template);
}

static void note_missing(struct cds_case *about, enum cds_part part, enum cds_given given) {
    about->missing[about->missing_count].part = part;
    about->missing[about->missing_count++].given = given;
}

/* What came is looked through; what is needed and did not come is a 412 that names key and
 * template. */
static enum status check_record(struct call *call) {
    bool asked = false;
    for (int i = 0; i < CDS_PARTS; i++) {
        const struct cds_record_part *part = &call->record.parts[i];
        bool lacking = part->given == CDS_ABSENT || part->given == CDS_FAILED;
        if ((lacking || part->given == CDS_PARTLY) && i != CDS_ANSWERS)
            note_missing(&call->about, (enum cds_part)i, part->given);
        if (!lacking || !cds_prefetch[i].needed)
            continue;
        asked |= *part->why != '\0';
        say_lacking(call, &cds_prefetch[i], part);
    }
    if (!call->response->error_count)
        return STATUS_OK;
    response_problem(
        call->response, "prefetch-missing",
        asked ? "The record is needed, and its server did not give it to this service."
              : "The record is needed, and this service may not fetch it from that server.");
    return STATUS_INVALID;
}

/* ---- the record ---- */

static void add_new_problems(const struct call *call, struct fhir_intake *record) {
    if (call->hook == CDS_PROBLEM_CREATE)
        fhir_intake_add(record, context_bundle(call));
}

/* Medicines that are ordered together with the massage will be taken. */
static void add_new_medicines(const struct call *call, struct fhir_intake *record) {
    size_t i;
    json_t *entry;
    if (call->hook != CDS_ORDER_SELECT && call->hook != CDS_ORDER_SIGN)
        return;
    json_array_foreach(json_object_get(context_bundle(call), "entry"), i, entry) {
        const json_t *resource = json_object_get(entry, "resource");
        const char *type = json_string_value(json_object_get(resource, "resourceType"));
        if (type && strncmp(type, "Medication", 10) == 0)
            fhir_intake_add(record, resource);
    }
}

/* ---- deciding ---- */

static const struct decision *decide_on(const struct call *call, const json_t *answers) {
    struct complaints complaints;
    complaints_init(&complaints, call->arena);
    struct intake *intake =
        intake_read(call->app->knowledge, answers, app_today(), call->arena, &complaints);
    if (!intake || complaints.total)
        return NULL;
    intake->language = knowledge_language(call->app->knowledge, call->request->language);
    return decide(intake, DECIDE_QUESTIONS | DECIDE_IDENTITY, call->arena);
}

static bool read_record(const struct call *call, bool with_problem, const json_t *answers,
                        struct fhir_intake_result *result) {
    struct fhir_intake *record = fhir_intake_new(
        call->app->knowledge, cds_patient(call->request->json), app_today(), call->arena);
    if (!record)
        return false;
    for (int part = 0; part < CDS_ANSWERS; part++)
        if (call->record.parts[part].resource)
            fhir_intake_add(record, call->record.parts[part].resource);
    add_new_medicines(call, record);
    if (with_problem)
        add_new_problems(call, record);
    if (answers)
        fhir_intake_answer(record, answers);
    return fhir_intake_finish(record, result);
}

static void let_go(struct fhir_intake_result *result) {
    json_decref(result->intake);
    json_decref(result->unmapped);
    *result = (struct fhir_intake_result){0};
}

/* Record and answers together; answers that contradict themselves are not used. */
static const struct decision *decide_with(const struct call *call, bool with_problem,
                                          struct fhir_intake_result *result) {
    if (!read_record(call, with_problem, call->answers, result))
        return NULL;
    const struct decision *decision = decide_on(call, result->intake);
    if (decision || !call->answers || call->arena->failed)
        return decision;
    let_go(result);
    return read_record(call, with_problem, NULL, result) ? decide_on(call, result->intake) : NULL;
}

/* What would be so without this call: for a new problem without it, else for a person of whom
   nothing is known. */
static const struct decision *decide_before(const struct call *call) {
    struct fhir_intake_result result = {0};
    json_t *nothing = json_object();
    const struct decision *before = NULL;
    if (call->hook == CDS_PROBLEM_CREATE)
        before = decide_with(call, false, &result);
    else if (nothing)
        before = decide_on(call, nothing);
    json_decref(nothing);
    let_go(&result);
    return before;
}

/* Every safety question asked and answered with no, and a clinician's consent: what a person may
   say by choosing a suggestion, on top of what the record says. */
static json_t *all_clear(const struct knowledge *knowledge) {
    json_t *none_of = json_array();
    for (unsigned i = 0; i < knowledge->checklist_count; i++)
        (void)json_array_append_new(none_of, json_string(knowledge->checklists[i].id));
    return json_pack("{s:o}", "none_of", none_of);
}

static const struct decision *decide_attested(const struct call *call,
                                              struct fhir_intake_result *result) {
    json_t *answers = all_clear(call->app->knowledge);
    const struct decision *decision = NULL;
    char day[11];
    date_text(app_today(), day);
    if (answers && read_record(call, true, answers, result)) {
        json_t *cleared = json_copy(result->intake);
        if (cleared &&
            json_object_set_new(cleared, "clearances",
                                json_pack("[{ssss}]", "role", "clinician", "recorded", day)) == 0)
            decision = decide_on(call, cleared);
        json_decref(cleared);
    }
    json_decref(answers);
    return decision;
}

/* There is more in the record than was shown to us: nobody vouches for what is unread. */
static bool hides_something(const struct cds_case *about) {
    for (size_t i = 0; i < about->missing_count; i++)
        if (about->missing[i].given != CDS_ABSENT)
            return true;
    return false;
}

/* Not where something in the record itself asks for a doctor, or the answers are there. */
static void offer_attested(const struct call *call, struct cds_case *about,
                           struct fhir_intake_result *result) {
    if (call->answers || hides_something(about) ||
        about->decision->outcome.triage != TRIAGE_SELF_CARE || !about->orders)
        return;
    about->attested = decide_attested(call, result);
    about->attested_intake = result->intake;
}

static enum status send_cards(struct call *call, json_t *cards_owned) {
    if (!cards_owned)
        return STATUS_NO_MEMORY;
    return response_json(call->response, json_pack("{s:o}", "cards", cards_owned));
}

static enum status deal_cards(struct call *call) {
    struct fhir_intake_result result = {0}, attested = {0};
    const struct decision *before = decide_before(call);
    const struct decision *decision = before ? decide_with(call, true, &result) : NULL;
    if (!decision) {
        let_go(&result);
        return call->arena->failed ? STATUS_NO_MEMORY : STATUS_INTERNAL;
    }
    struct cds_case *about = &call->about;
    about->hook = call->hook;
    about->instance = json_string_value(json_object_get(call->request->json, "hookInstance"));
    about->patient = cds_patient(call->request->json);
    about->base = call->base;
    about->decision = decision;
    about->before = before;
    about->orders = has_orders(call->hook) ? &call->orders : NULL;
    about->intake = result.intake;
    about->unmapped = result.unmapped;
    cds_base(call->app, call->request, call->base);
    offer_attested(call, about, &attested);
    enum status status =
        send_cards(call, result.deceased ? json_array() : cds_cards(about, call->arena));
    let_go(&result);
    let_go(&attested);
    return status;
}

static enum status judge_record(struct call *call) {
    const json_t *form = call->record.parts[CDS_ANSWERS].resource;
    enum status status = check_record(call);
    if (status != STATUS_OK)
        return status;
    if (form)
        call->answers =
            cds_answers(call->app->knowledge, form, cds_patient(call->request->json), call->arena);
    status = deal_cards(call);
    json_decref(call->answers);
    return status;
}

enum status cds_service_call(void *cls, const struct http_request *request,
                             struct http_response *response) {
    struct call call = {.app = cls, .request = request, .response = response};
    call.hook = cds_service_of(request, response);
    if (call.hook == CDS_HOOKS)
        return STATUS_NOT_FOUND;
    call.arena = thread_arena();
    if (!call.arena)
        return STATUS_NO_MEMORY;
    complaints_init(&call.complaints, call.arena);
    enum status status = check_call(&call);
    if (status != STATUS_OK)
        return status;
    if (!is_for_us(&call))
        return send_cards(&call, json_array());
    cds_record_read(&call.record, request->json);
    status = cds_record_complete(&call.record, call.app, request);
    if (status == STATUS_OK)
        status = judge_record(&call);
    cds_record_free(&call.record);
    return status;
}
