#include "resources/fhir_write.h"

#include <stdio.h>

#include "base/thread_arena.h"
#include "interop/fhir_json.h"
#include "interop/fhir_kept.h"
#include "interop/fhir_outcome.h"
#include "resources/body_check.h"
#include "resources/fhir_search.h"

static enum status find_dropped(const struct http_request *request, const char *const *kept,
                                struct complaints *dropped) {
    struct arena *arena = thread_arena();
    if (!arena)
        return STATUS_NO_MEMORY;
    complaints_init(dropped, arena);
    if (kept)
        fhir_find_dropped(request->json, kept, dropped);
    return STATUS_OK;
}

enum status fhir_check_kept(const struct http_request *request, struct http_response *response,
                            const char *const *kept) {
    struct complaints dropped;
    if (!fhir_is_strict(request))
        return STATUS_OK;
    enum status status = find_dropped(request, kept, &dropped);
    return status == STATUS_OK ? body_refuse(response, &dropped) : status;
}

static bool add_dropped(json_t *outcome, const char *type, const struct complaint *dropped) {
    char path[512];
    fhir_path_of(type, dropped->pointer, path, sizeof path);
    struct fhir_issue issue = {.severity = "warning",
                               .code = "not-supported",
                               .text = dropped->detail,
                               .expression = path};
    return fhir_outcome_add(outcome, &issue);
}

static json_t *outcome_of(const char *type, const struct complaints *dropped) {
    json_t *outcome = fhir_outcome();
    struct fhir_issue stored = {
        .severity = "information",
        .code = "informational",
        .text = dropped->total ? "It was stored, but for what is named here." : "It was stored."};
    bool good = outcome && fhir_outcome_add(outcome, &stored);
    for (size_t i = 0; good && i < dropped->count; i++)
        good = add_dropped(outcome, type, &dropped->all[i]);
    if (good)
        return outcome;
    json_decref(outcome);
    return NULL;
}

static enum status send_outcome(const struct http_request *request, struct http_response *response,
                                unsigned http_status, const char *type, const char *const *kept) {
    struct complaints dropped;
    enum status status = find_dropped(request, kept, &dropped);
    if (status != STATUS_OK)
        return status;
    response_header(response, "Preference-Applied", "return=OperationOutcome");
    return fhir_send(request, response, http_status, outcome_of(type, &dropped));
}

enum status fhir_written(const struct http_request *request, struct http_response *response,
                         unsigned status, json_t *resource_owned, const char *const *kept) {
    enum fhir_return wanted = fhir_return_of(request);
    if (!resource_owned)
        return STATUS_NO_MEMORY;
    fhir_version_of(response, resource_owned);
    if (wanted == FHIR_RETURN_REPRESENTATION)
        return fhir_send(request, response, status, fhir_subset(request, resource_owned));
    enum status sent = STATUS_OK;
    if (wanted == FHIR_RETURN_OUTCOME) {
        sent = send_outcome(request, response, status, fhir_text(resource_owned, "resourceType"),
                            kept);
    } else {
        response->status = status == 200 ? 204 : status;
        response_header(response, "Preference-Applied", "return=minimal");
    }
    json_decref(resource_owned);
    return sent;
}

enum status fhir_refuse_place(struct http_response *response, const char *pointer, const char *code,
                              const char *detail) {
    response_error(response, pointer, code, "%s", detail);
    response_problem(response, "invalid-content", "1 place is wrong.");
    return STATUS_INVALID;
}

enum status fhir_refuse_condition(const struct http_request *request,
                                  struct http_response *response) {
    if (!request_header(request, "If-None-Exist"))
        return STATUS_OK;
    response_problem(response, "unsupported-search",
                     "Only a CarePlan can be created under a condition: send an Idempotency-Key.");
    return STATUS_INVALID;
}
