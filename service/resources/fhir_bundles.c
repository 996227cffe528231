/*
 * POST /fhir: a Bundle of requests. A transaction is one transaction of the database: each entry is
 * the request it would be alone, in R4's order (DELETE, POST, PUT and PATCH, GET), and one that
 * fails undoes all. The entries of a batch stand for themselves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread_arena.h"
#include "interop/fhir_bundle.h"
#include "interop/fhir_json.h"
#include "interop/fhir_references.h"
#include "resources/body_check.h"
#include "resources/fhir_entry.h"
#include "resources/fhir_once.h"
#include "resources/fhir_plans.h"
#include "resources/handlers.h"

/* A plan with a session a day for two months, its scores and more. */
enum { ENTRIES_MOST = 100 };

struct bundle {
    struct app *app;
    const struct http_request *request;
    struct http_response *response;
    bool batch;
    size_t count;
    struct fhir_entry *entries; /* owned */
    json_t *targets;            /* owned: of references, see interop/fhir_references.h */
    char patient_id[PATIENT_ID_SIZE];
};

/* ---- reading ---- */

static enum status check_bundle(struct bundle *bundle, const json_t *list,
                                struct complaints *complaints) {
    const char *type = fhir_text(bundle->request->json, "type");
    enum status status = fhir_body_is(bundle->request, bundle->response, "Bundle");
    if (status != STATUS_OK)
        return status;
    bundle->batch = type && strcmp(type, "batch") == 0;
    bundle->count = json_array_size(list);
    if (!type || (!bundle->batch && strcmp(type, "transaction") != 0))
        complain(complaints, "#/type", type ? "not_supported" : "required",
                 "must be transaction or batch");
    if (list && !json_is_array(list))
        complain(complaints, "#/entry", "type", "must be a list");
    if (bundle->count > ENTRIES_MOST)
        complain(complaints, "#/entry", "too_long", "has %zu entries; %d are the most",
                 bundle->count, ENTRIES_MOST);
    return body_refuse(bundle->response, complaints);
}

/* The names of what entries make; each once. */
static bool note_name(struct bundle *bundle, const struct fhir_entry *entry,
                      struct complaints *complaints) {
    char pointer[ENTRY_POINTER_SIZE + 16];
    if (!entry->full_url)
        return true;
    if (entry->request.method != HTTP_POST)
        return true;
    if (!json_object_get(bundle->targets, entry->full_url))
        return json_object_set_new(bundle->targets, entry->full_url, json_null()) == 0;
    (void)snprintf(pointer, sizeof pointer, "%s/fullUrl", entry->pointer);
    complain(complaints, pointer, "duplicate", "is that of another entry");
    return true;
}

/* Of a batch, a request that is none spoils itself alone. */
static enum status open_entry(struct bundle *bundle, struct fhir_entry *entry, const json_t *json,
                              size_t number, struct complaints *complaints) {
    size_t before = complaints->total;
    enum status status =
        fhir_entry_open(entry, bundle->app, bundle->request, json, number, complaints);
    entry->request.is_part = !bundle->batch;
    if (status == STATUS_OK && !bundle->batch)
        status = note_name(bundle, entry, complaints) ? STATUS_OK : STATUS_NO_MEMORY;
    if (!bundle->batch || status != STATUS_OK || complaints->total == before)
        return status;
    entry->status = body_refuse(&entry->response, complaints);
    entry->done = true;
    complaints_init(complaints, complaints->arena);
    return STATUS_OK;
}

static enum status open_entries(struct bundle *bundle, const json_t *list,
                                struct complaints *complaints) {
    enum status status = STATUS_OK;
    bundle->targets = json_object();
    bundle->entries = calloc(bundle->count + 1, sizeof *bundle->entries);
    if (!bundle->targets || !bundle->entries)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; status == STATUS_OK && i < bundle->count; i++)
        status = open_entry(bundle, &bundle->entries[i], json_array_get(list, i), i, complaints);
    return status;
}

static enum status read_bundle(struct bundle *bundle) {
    struct complaints complaints;
    const json_t *list = json_object_get(bundle->request->json, "entry");
    struct arena *arena = thread_arena();
    if (!arena)
        return STATUS_NO_MEMORY;
    complaints_init(&complaints, arena);
    enum status status = check_bundle(bundle, list, &complaints);
    if (status == STATUS_OK)
        status = open_entries(bundle, list, &complaints);
    return status == STATUS_OK ? body_refuse(bundle->response, &complaints) : status;
}

static void close_bundle(struct bundle *bundle) {
    for (size_t i = 0; bundle->entries && i < bundle->count; i++)
        if (bundle->entries[i].json)
            fhir_entry_free(&bundle->entries[i]);
    free(bundle->entries);
    json_decref(bundle->targets);
}

/* ---- running ---- */

/* References to what other entries made become what they are. */
static enum status resolve(struct bundle *bundle, struct fhir_entry *entry) {
    struct complaints complaints;
    struct arena *arena = thread_arena();
    if (!entry->resource)
        return STATUS_OK;
    if (!arena)
        return STATUS_NO_MEMORY;
    complaints_init(&complaints, arena);
    bool good = fhir_references_resolve(entry->resource, bundle->targets, "#", &complaints);
    return good ? body_refuse(&entry->response, &complaints) : STATUS_NO_MEMORY;
}

/* Keys and answers, and what is erased with a person, are one patient's: so is a transaction. */
static void hold_patient(struct bundle *bundle, struct fhir_entry *entry) {
    char patient_id[PATIENT_ID_SIZE];
    const char *slash = strchr(entry->made, '/');
    fhir_patient_part(slash ? slash + 1 : NULL, patient_id);
    if (!*patient_id)
        return;
    if (!*bundle->patient_id)
        memcpy(bundle->patient_id, patient_id, sizeof patient_id);
    if (strcmp(bundle->patient_id, patient_id) == 0)
        return;
    response_problem(&entry->response, "invalid-content",
                     "It is about another patient: a transaction is about one.");
    entry->status = STATUS_INVALID;
}

static void run(struct bundle *bundle, struct fhir_entry *entry) {
    entry->status = resolve(bundle, entry);
    entry->done = true;
    if (entry->status == STATUS_OK)
        fhir_entry_run(entry, bundle->app);
    if (fhir_entry_succeeded(entry) && entry->request.method != HTTP_GET)
        hold_patient(bundle, entry);
    if (fhir_entry_succeeded(entry) && entry->full_url && *entry->made &&
        entry->request.method == HTTP_POST)
        (void)json_object_set_new(bundle->targets, entry->full_url, json_string(entry->made));
}

/* What is made for others to refer to comes before them. True: something was done. */
static bool run_turn(struct bundle *bundle, unsigned methods, bool *failed, size_t *waiting) {
    bool any = false;
    *waiting = 0;
    for (size_t i = 0; i < bundle->count && !*failed; i++) {
        struct fhir_entry *entry = &bundle->entries[i];
        if (entry->done || !(methods & 1u << entry->request.method))
            continue;
        if (fhir_references_wait(entry->resource, bundle->targets)) {
            ++*waiting;
            continue;
        }
        run(bundle, entry);
        *failed = !fhir_entry_succeeded(entry);
        any = true;
    }
    return any;
}

static struct fhir_entry *first_open(struct bundle *bundle, bool failed) {
    for (size_t i = 0; i < bundle->count; i++) {
        struct fhir_entry *entry = &bundle->entries[i];
        if (failed ? entry->done && !fhir_entry_succeeded(entry) : !entry->done)
            return entry;
    }
    return NULL;
}

/* The entry that failed; NULL: none did. */
static struct fhir_entry *run_all(struct bundle *bundle) {
    static const unsigned turns[] = {1u << HTTP_DELETE, 1u << HTTP_POST,
                                     1u << HTTP_PUT | 1u << HTTP_PATCH, 1u << HTTP_GET};
    bool failed = false;
    size_t waiting = 0;
    for (size_t turn = 0; turn < sizeof turns / sizeof *turns && !failed; turn++) {
        do
            waiting = 0;
        while (run_turn(bundle, turns[turn], &failed, &waiting) && waiting && !failed);
        if (!waiting || failed)
            continue;
        struct fhir_entry *entry = first_open(bundle, false);
        response_problem(&entry->response, "invalid-content",
                         "It refers to an entry that refers to it.");
        entry->status = STATUS_INVALID;
        return entry;
    }
    return failed ? first_open(bundle, true) : NULL;
}

/* ---- what went wrong ---- */

static const char *triage_of(const struct http_response *response) {
    for (size_t i = 0; i < PROBLEM_MEMBERS_MAX; i++)
        if (response->extra[i].key && strcmp(response->extra[i].key, "triage") == 0)
            return response->extra[i].value.data;
    return NULL;
}

static int rank(const struct http_response *response) {
    static const char *const levels[] = {"clinician", "urgent", "emergency"};
    const char *text = triage_of(response);
    json_t *triage = text ? json_loads(text, 0, NULL) : NULL;
    const char *level = fhir_text(triage, "level");
    int found = 0;
    for (int i = 0; level && i < 3; i++)
        if (strcmp(level, levels[i]) == 0)
            found = i + 1;
    json_decref(triage);
    return found;
}

/* A red flag in any plan of a refused Bundle outranks the reason; the most urgent is told. */
static void salvage(struct bundle *bundle) {
    for (size_t i = 0; bundle->entries && i < bundle->count; i++) {
        struct http_response found;
        struct http_request request = *bundle->request;
        const json_t *resource = bundle->entries[i].resource;
        const char *type = fhir_text(resource, "resourceType");
        if (!type || strcmp(type, "CarePlan") != 0)
            continue;
        response_init(&found);
        request.json = bundle->entries[i].resource;
        fhir_care_plan_salvage(bundle->app, &request, &found);
        if (rank(&found) > rank(bundle->response))
            response_problem_member(bundle->response, "triage", &found.extra[0].value);
        response_free(&found);
    }
}

/* ---- the answer ---- */

static const char *status_text(unsigned status, char text[16]) {
    static const struct {
        unsigned status;
        const char *text;
    } known[] = {
        {200, "200 OK"}, {201, "201 Created"}, {204, "204 No Content"}, {304, "304 Not Modified"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].status == status)
            return known[i].text;
    (void)snprintf(text, 16, "%u", status);
    return text;
}

/* What it is at the end of it all, for later entries may have changed it; NULL: it is gone, or
 * nobody may read it. */
static json_t *read_again(const struct bundle *bundle, const struct fhir_entry *entry) {
    struct fhir_entry again = {.number = entry->number};
    struct complaints ignored;
    struct arena *arena = thread_arena();
    json_t *resource = NULL;
    json_t *json = json_pack("{s:{s:s, s:s}}", "request", "method", "GET", "url", entry->made);
    if (!arena || !json) {
        json_decref(json);
        return NULL;
    }
    complaints_init(&ignored, arena);
    enum status status =
        fhir_entry_open(&again, bundle->app, bundle->request, json, entry->number, &ignored);
    again.request.is_part = true;
    if (status == STATUS_OK && again.request.route)
        fhir_entry_run(&again, bundle->app);
    if (again.done && fhir_entry_succeeded(&again) && again.response.body.data)
        resource = json_loadb(again.response.body.data, again.response.body.len, 0, NULL);
    fhir_entry_free(&again);
    json_decref(json);
    return resource;
}

/* Warnings are worth telling; that it was stored, the status says. */
static bool add_outcome(json_t *told, json_t *outcome, enum fhir_return wanted) {
    bool worth =
        wanted == FHIR_RETURN_OUTCOME || json_array_size(json_object_get(outcome, "issue")) > 1;
    return !worth || fhir_set(told, "outcome", json_incref(outcome));
}

static bool add_location(const struct bundle *bundle, json_t *told, const struct fhir_entry *entry,
                         const json_t *resource) {
    char base[FHIR_BASE_SIZE];
    const char *version = fhir_text(json_object_get(resource, "meta"), "versionId");
    bool versions = strncmp(entry->made, "CarePlan/", 9) == 0 && version;
    fhir_base(bundle->app, bundle->request, base);
    return fhir_set(told, "location",
                    json_sprintf("%s/%s%s%s", base, entry->made, versions ? "/_history/" : "",
                                 versions ? version : ""));
}

static bool add_versions(json_t *told, const json_t *resource) {
    const json_t *meta = json_object_get(resource, "meta");
    const char *version = fhir_text(meta, "versionId");
    return (!version || fhir_set(told, "etag", json_sprintf("W/\"%s\"", version))) &&
           fhir_set_text(told, "lastModified", fhir_text(meta, "lastUpdated"));
}

/* A resource that several entries are about has its fullUrl once (bdl-7). */
static bool is_told_before(const struct bundle *bundle, const struct fhir_entry *entry) {
    for (const struct fhir_entry *other = bundle->entries; other < entry; other++)
        if (strcmp(other->made, entry->made) == 0)
            return true;
    return false;
}

static json_t *body_of(const struct fhir_entry *entry) {
    const struct response_body *body = &entry->response.body;
    return body->data && body->len ? json_loadb(body->data, body->len, 0, NULL) : NULL;
}

/* {fullUrl, resource, response} of an entry that went well; NULL without memory. */
static json_t *answer_entry(const struct bundle *bundle, const struct fhir_entry *entry) {
    enum fhir_return wanted = fhir_return_of(bundle->request);
    bool get = entry->request.method == HTTP_GET;
    bool written = !get && entry->request.method != HTTP_DELETE;
    char text[16], base[FHIR_BASE_SIZE];
    json_t *answer = json_object(), *body = body_of(entry);
    json_t *told = json_pack("{s:s}", "status", status_text(entry->response.status, text));
    json_t *resource = written ? read_again(bundle, entry) : get ? json_incref(body) : NULL;
    bool shown = get || (written && wanted == FHIR_RETURN_REPRESENTATION);
    bool good = answer && told && add_versions(told, resource);
    fhir_base(bundle->app, bundle->request, base);
    if (good && entry->response.status == 201)
        good = add_location(bundle, told, entry, resource);
    if (good && written && body)
        good = add_outcome(told, body, wanted);
    if (good && shown && resource && *entry->made && !is_told_before(bundle, entry))
        good = fhir_set(answer, "fullUrl", json_sprintf("%s/%s", base, entry->made));
    if (good && shown)
        good = fhir_set(answer, "resource", json_incref(resource));
    good = good && fhir_set(answer, "response", json_incref(told));
    json_decref(resource);
    json_decref(told);
    json_decref(body);
    if (good)
        return answer;
    json_decref(answer);
    return NULL;
}

static json_t *answer_failed(struct fhir_entry *entry) {
    char text[16];
    json_t *outcome = fhir_entry_outcome(entry);
    return outcome ? json_pack("{s:{s:s, s:o}}", "response", "status",
                               status_text(entry->response.status, text), "outcome", outcome)
                   : NULL;
}

static enum status answer(struct bundle *bundle) {
    json_t *all = fhir_bundle(bundle->batch ? "batch-response" : "transaction-response");
    bool good = all != NULL;
    for (size_t i = 0; good && i < bundle->count; i++) {
        struct fhir_entry *entry = &bundle->entries[i];
        good = fhir_bundle_entry(all, fhir_entry_succeeded(entry) ? answer_entry(bundle, entry)
                                                                  : answer_failed(entry));
    }
    if (good)
        return fhir_send(bundle->request, bundle->response, 200, all);
    json_decref(all);
    return STATUS_NO_MEMORY;
}

/* ---- the whole ---- */

static enum status run_transaction(struct bundle *bundle) {
    struct fhir_entry *failed = run_all(bundle);
    if (!failed)
        return answer(bundle);
    fhir_entry_blame(failed, bundle->response);
    return failed->status == STATUS_OK ? STATUS_NO_MEMORY : failed->status;
}

static enum status transact(struct app *app, const struct http_request *request,
                            struct http_response *response, char patient_id[PATIENT_ID_SIZE]) {
    struct bundle bundle = {.app = app, .request = request, .response = response};
    enum status status = read_bundle(&bundle);
    if (status == STATUS_OK)
        status = run_transaction(&bundle);
    if (status != STATUS_OK || response->problem)
        salvage(&bundle);
    memcpy(patient_id, bundle.patient_id, PATIENT_ID_SIZE);
    close_bundle(&bundle);
    return status;
}

static enum status run_batch(struct app *app, const struct http_request *request,
                             struct http_response *response) {
    struct bundle bundle = {.app = app, .request = request, .response = response};
    enum status status = read_bundle(&bundle);
    for (size_t i = 0; status == STATUS_OK && i < bundle.count; i++)
        if (!bundle.entries[i].done)
            fhir_entry_run(&bundle.entries[i], app);
    if (status == STATUS_OK)
        status = answer(&bundle);
    close_bundle(&bundle);
    return status;
}

enum status fhir_bundle_post(void *app, const struct http_request *request,
                             struct http_response *response) {
    const char *type = fhir_text(request->json, "type");
    if (type && strcmp(type, "batch") == 0)
        return run_batch(app, request, response);
    return fhir_whole(app, request, response, transact);
}
