#include "resources/refusals.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "access/access.h"
#include "http/problem_types.h"
#include "resources/ids.h"
#include "resources/tenant_call.h"

enum { ACTION_SIZE = 84, RESOURCE_SIZE = 96 };

/* The word for it in the log; NULL: nothing to tell. */
static const char *outcome_of(const struct http_response *response, enum status status) {
    const struct problem_type *problem =
        response->problem ? response->problem : problem_type_of(status);
    if (!problem || response->retry_after)
        return NULL;
    switch (problem->status) {
    case 403:
        return "denied";
    case 404:
        return "not_found";
    case 409:
        return "conflict";
    default:
        return NULL;
    }
}

bool refusal_has_to_be_told(void *app, const struct http_request *request,
                            const struct http_response *response, enum status status) {
    const struct principal *caller = access_caller(request);
    bool write = request->method != HTTP_GET && request->method != HTTP_HEAD;
    (void)app;
    return write && request->route->blocking && *caller->tenant && !caller->publishable &&
           outcome_of(response, status);
}

/* ---- the words ---- */

/* Where the action of a success is not what the name of the operation says. */
static const struct {
    const char *operation, *action;
} actions[] = {
    {"createClearance", "care_plan.clear"},   {"createRecheck", "care_plan.recheck"},
    {"createSession", "session.log"},         {"updateSession", "session.change"},
    {"createMeasurement", "measurement.add"}, {"updateTherapist", "therapist.patch"},
};

/* "patchCarePlan" is "care_plan.patch". */
static void write_action(const char *operation, char out[ACTION_SIZE]) {
    size_t verb = strcspn(operation, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), len = 0;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(actions[i].operation, operation) == 0) {
            (void)snprintf(out, ACTION_SIZE, "%s", actions[i].action);
            return;
        }
    for (const char *c = operation + verb; *c && len < ACTION_SIZE / 2 - 2; c++) {
        if (isupper((unsigned char)*c) && len)
            out[len++] = '_';
        out[len++] = (char)tolower((unsigned char)*c);
    }
    (void)snprintf(out + len, ACTION_SIZE - len, ".%.*s", (int)(verb < 40 ? verb : 40), operation);
}

/* Only a plan that the caller has seen is named: what is not there, or not theirs, has no name. */
static bool names_plan(const struct http_request *request, const char *outcome,
                       struct plan_ref *ref) {
    const char *id = request_param(request, "plan_id");
    return id && strcmp(outcome, "conflict") == 0 && plan_ref_parse(id, ref);
}

static void write_resource(const struct http_request *request, const struct plan_ref *ref,
                           char out[RESOURCE_SIZE]) {
    const char *path = request->route->path + 1;
    char id[PLAN_REF_SIZE];
    int first = (int)strcspn(path, "/");
    if (ref)
        plan_ref_text(ref, id);
    (void)snprintf(out, RESOURCE_SIZE, "%.*s%s%s", first, path, ref ? "/" : "", ref ? id : "");
}

void refusal_tell(void *app, const struct http_request *request,
                  const struct http_response *response, enum status status) {
    const char *outcome = outcome_of(response, status);
    char action[ACTION_SIZE], resource[RESOURCE_SIZE];
    struct plan_ref ref;
    (void)app;
    if (!outcome)
        return;
    bool named = names_plan(request, outcome, &ref);
    write_action(request->route->operation_id, action);
    write_resource(request, named ? &ref : NULL, resource);
    audit_refusal(request, action, resource, named ? ref.patient_id : NULL, outcome);
}
