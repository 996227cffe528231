/* GET /audit-events: who did what and when, newest first; of a tenant, or about one patient. */
#include <string.h>

#include "care/moment.h"
#include "resources/handlers.h"
#include "resources/list_write.h"
#include "resources/query_check.h"
#include "resources/sql_value.h"

static void write_row(struct json_writer *json, const struct tenant_call *call, int step, int row,
                      void *unused) {
    (void)unused;
    static const char *const texts[] = {"principal", "action", "resource", "trace_id", "outcome"};
    jw_open_object(json);
    jw_member_text(json, "event_id", tenant_call_value(call, step, row, "event_id"));
    jw_member_time(json, "at", tenant_call_value(call, step, row, "at"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        jw_member_optional(json, texts[i], tenant_call_value(call, step, row, texts[i]));
    jw_close_object(json);
}

static json_t *after_row(const struct tenant_call *call, int step, int row) {
    return json_pack("{s:s, s:s}", "at", tenant_call_value(call, step, row, "at"), "event_id",
                     tenant_call_value(call, step, row, "event_id"));
}

struct audit_walk {
    const struct page *page;
    const struct tenant_secrets *secrets;
    char patient_id[PATIENT_ID_SIZE]; /* "": of everybody */
    char since[SQL_TIME_SIZE];
};

static int add_page(const struct audit_walk *walk, struct tenant_call *call) {
    const char *at = page_after(walk->page, "at"), *id = page_after(walk->page, "event_id");
    at = at ? at : "infinity";
    id = id ? id : "";
    if (*walk->patient_id)
        return TENANT_CALL_ADD(call, "audit_page_patient", walk->patient_id, at, id, walk->since,
                               walk->page->limit_text);
    return TENANT_CALL_ADD(call, "audit_page", at, id, walk->since, walk->page->limit_text);
}

static enum status list_page(const struct audit_walk *walk, const struct http_request *request,
                             struct http_response *response) {
    struct tenant_call call;
    tenant_call_begin(&call, request, response, TENANT_READ);
    int step = add_page(walk, &call);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = list_write(&(struct list_write){walk->page, walk->secrets, &call, step, write_row,
                                                 after_row, NULL});
    tenant_call_end(&call);
    return status;
}

static enum status read_filters(struct audit_walk *walk, struct http_response *response) {
    const char *since = page_filter(walk->page, "since");
    const char *reference = page_filter(walk->page, "patient");
    strcpy(walk->since, "-infinity");
    if (since)
        sql_time_text(since, walk->since);
    if (!*walk->since) {
        response_parameter_error(response, "since", "format", "is no date and time (RFC 3339).");
        response_problem(response, "invalid-parameter", "A parameter is not valid.");
        return STATUS_INVALID;
    }
    return reference ? patient_id_of(walk->secrets, reference, walk->patient_id) : STATUS_OK;
}

enum status audit_event_list(void *app, const struct http_request *request,
                             struct http_response *response) {
    struct page page;
    struct tenant_secrets secrets;
    struct audit_walk walk = {.page = &page, .secrets = &secrets};
    if (!query_is_valid(app, request, response))
        return STATUS_INVALID;
    enum status status = tenant_secrets_get(request, response, &secrets);
    if (status != STATUS_OK)
        return status;
    status = page_read(&page, request, response, &secrets);
    if (status == STATUS_OK)
        status = read_filters(&walk, response);
    if (status == STATUS_OK)
        status = list_page(&walk, request, response);
    page_free(&page);
    return status;
}
