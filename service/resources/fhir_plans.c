#include "resources/fhir_plans.h"

#include <string.h>

#include "interop/fhir_care_plan.h"

#include "resources/app.h"
#include "resources/tenant_secrets.h"

json_t *fhir_plan_as(const struct knowledge *knowledge, const char *type, const json_t *plan) {
    if (strcmp(type, "Goal") == 0)
        return fhir_goal(plan);
    return strcmp(type, "Provenance") == 0 ? fhir_provenance(plan)
                                           : fhir_care_plan(knowledge, plan);
}

json_t *fhir_plan_json(const struct care_plan *plan, int today) {
    struct buffer text;
    struct json_writer json;
    json_t *value = NULL;
    buffer_init(&text);
    jw_init(&json, &text);
    care_plan_write(&json, plan, false, today);
    if (jw_ok(&json))
        value = json_loadb(text.data, text.len, 0, NULL);
    buffer_free(&text);
    if (value && plan->decision)
        (void)json_object_set_new(value, "snapshot", json_loads(plan->decision, 0, NULL));
    return value;
}

static enum status take(struct tenant_call *call, struct care_plan *plan, int step, const char *own,
                        json_t **json) {
    care_plan_take(plan, call, step, 0);
    if (!plan->status ||
        !caller_sees_plan(call->caller, own, plan->ref.patient_id, plan->therapist_id))
        return STATUS_NOT_FOUND;
    if (plan->gone) {
        response_problem(call->response, "gone", "The plan was deleted.");
        return STATUS_NOT_FOUND;
    }
    *json = fhir_plan_json(plan, app_today());
    return *json ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status fhir_plan_read(const struct http_request *request, struct http_response *response,
                           const char *id, json_t **plan) {
    struct care_plan row = {0};
    struct tenant_call call;
    char own[PATIENT_ID_SIZE];
    *plan = NULL;
    if (!plan_ref_parse(id, &row.ref))
        return STATUS_NOT_FOUND;
    enum status status = caller_patient_id(request, response, own);
    if (status != STATUS_OK)
        return status;
    tenant_call_begin(&call, request, response, TENANT_READ);
    int step = TENANT_CALL_ADD(&call, "care_plan_get", row.ref.patient_id, row.ref.plan_id, "true");
    status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = take(&call, &row, step, own, plan);
    tenant_call_end(&call);
    return status;
}
