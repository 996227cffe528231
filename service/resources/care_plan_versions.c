#include "resources/care_plan_versions.h"

#include <stdlib.h>
#include <string.h>

#include "engine/intake.h"
#include "resources/sql_value.h"
#include "resources/tenant_secrets.h"

int plan_versions_add(struct tenant_call *call, const struct plan_ref *ref, const char *before,
                      const char *since, const char *limit) {
    return TENANT_CALL_ADD(call, "care_plan_versions", ref->patient_id, ref->plan_id,
                           before ? before : "9223372036854775807", since ? since : "-infinity",
                           limit);
}

void plan_version_take(struct plan_version *version, const struct tenant_call *call, int step,
                       int row, const struct plan_ref *ref, const char *own) {
    char day[SQL_TIME_SIZE];
    const char *kept = tenant_call_value(call, step, row, "kept");
    *version = (struct plan_version){
        .plan.ref = *ref,
        .action = tenant_call_value(call, step, row, "action"),
        .at = tenant_call_value(call, step, row, "at"),
        .seen = caller_sees_plan(call->caller, own, ref->patient_id,
                                 tenant_call_value(call, step, row, "present_therapist_id")),
        .kept = kept && *kept == 't'};
    version->deletion = version->action && strcmp(version->action, "care_plan.delete") == 0;
    care_plan_take(&version->plan, call, step, row);
    sql_time_text(version->at ? version->at : "", day);
    day[strcspn(day, "T")] = '\0';
    version->day = date_days(day);
}

/* ---- one version ---- */

/* "3" as the bound that follows it, "4". */
static bool read_number(const char *text, char before[SQL_NUMBER_SIZE]) {
    size_t digits = strspn(text, "0123456789");
    if (*text == '0' || digits < 1 || digits > 18 || text[digits])
        return false;
    (void)sql_number(before, strtoll(text, NULL, 10) + 1);
    return true;
}

static enum status judge(const struct plan_version *version, const char *number,
                         struct http_response *response) {
    char found[SQL_NUMBER_SIZE];
    if (!version->seen || strcmp(sql_number(found, version->plan.version), number) != 0)
        return STATUS_NOT_FOUND;
    if (version->deletion)
        response_problem(response, "gone", "Version %s is the deletion of the plan.", number);
    else if (!version->kept)
        response_problem(response, "not-found",
                         "What the plan was at version %s is not kept: it was replaced before "
                         "versions were. The history says what changed.",
                         number);
    else
        return STATUS_OK;
    return STATUS_NOT_FOUND;
}

enum status plan_version_read(struct tenant_call *call, const struct http_request *request,
                              struct http_response *response, const char *id, const char *number,
                              struct plan_version *version, int *clearances) {
    struct plan_ref ref;
    char own[PATIENT_ID_SIZE], before[SQL_NUMBER_SIZE];
    if (!plan_ref_parse(id, &ref) || !read_number(number, before))
        return STATUS_NOT_FOUND;
    enum status status = caller_patient_id(request, response, own);
    if (status != STATUS_OK)
        return status;
    tenant_call_begin(call, request, response, TENANT_READ);
    int step = plan_versions_add(call, &ref, before, NULL, "1");
    if (clearances)
        *clearances = TENANT_CALL_ADD(call, "clearances_list", ref.patient_id, ref.plan_id);
    status = tenant_call_run(call);
    if (status != STATUS_OK)
        return status;
    if (tenant_call_count(call, step) == 0)
        return STATUS_NOT_FOUND;
    plan_version_take(version, call, step, 0, &ref, own);
    return judge(version, number, response);
}
