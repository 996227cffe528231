/* GET /care-plans/{plan_id}/calendar.ics */
#include "resources/plan_calendar.h"

#include <stdlib.h>
#include <string.h>

#include "base/thread_arena.h"
#include "care/moment.h"
#include "interop/icalendar.h"
#include "resources/handlers.h"
#include "resources/plan_course.h"
#include "resources/query_check.h"
#include "resources/session_row.h"

static int64_t moment_at(const struct tenant_call *call, int step, const char *column) {
    const char *text = tenant_call_value(call, step, 0, column);
    int64_t moment = text ? moment_read(text) : NO_MOMENT;
    return moment == NO_MOMENT ? 0 : moment;
}

/* sessions_of_rows() knows all columns but the one that says a session was deleted. */
static json_t *read_sessions(const struct tenant_call *call, int step) {
    json_t *sessions = sessions_of_rows(call, step);
    for (int row = 0; sessions && row < tenant_call_count(call, step); row++) {
        const char *deleted = tenant_call_value(call, step, row, "deleted");
        json_t *session = json_array_get(sessions, (size_t)row);
        if (deleted && *deleted == 't' &&
            json_object_set_new(session, "deleted", json_true()) != 0) {
            json_decref(sessions);
            return NULL;
        }
    }
    return sessions;
}

static enum status write_calendar(const struct plan_below *below, const struct tenant_call *call,
                                  int plan, const json_t *sessions, bool discreet) {
    const char *zone = tenant_call_value(call, plan, 0, "time_zone");
    struct agenda_source source = {
        .words = {below->app->knowledge, plan_language(below)},
        .discreet = discreet,
        .plan_id = below->ref.plan_id,
        .version = below->version,
        .status = below->status,
        .time_zone = zone ? zone : "UTC",
        .created = moment_at(call, plan, "created_at"),
        .changed = moment_at(call, plan, "updated_at"),
        .recheck_due = tenant_call_value(call, plan, 0, "recheck_due"),
        .clearance_ends = tenant_call_value(call, plan, 0, "clearance_ends"),
        .document = below->document,
        .sessions = sessions,
    };
    struct arena *arena = thread_arena();
    struct agenda *agenda = arena ? agenda_make(&source, arena) : NULL;
    struct buffer body;
    if (!agenda)
        return STATUS_NO_MEMORY;
    buffer_init(&body);
    enum status status = icalendar_write(agenda, &body);
    if (status == STATUS_OK)
        status = response_buffer(below->response, MEDIA_CALENDAR, &body);
    buffer_free(&body);
    if (status == STATUS_OK)
        response_header(below->response, "Content-Disposition",
                        "inline; filename=\"care-plan.ics\"");
    return status;
}

enum status plan_calendar_answer(struct plan_below *below, bool discreet) {
    struct tenant_call call;
    tenant_call_begin(&call, below->request, below->response, TENANT_READ);
    int plan = plan_below_add(below, &call);
    int rows = TENANT_CALL_ADD(&call, "sessions_calendar", below->ref.patient_id,
                               below->ref.plan_id, SESSIONS_ALL);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = plan_below_take(below, &call, plan);
    if (status == STATUS_OK) {
        json_t *sessions = read_sessions(&call, rows);
        status =
            sessions ? write_calendar(below, &call, plan, sessions, discreet) : STATUS_NO_MEMORY;
        json_decref(sessions);
    }
    tenant_call_end(&call);
    return status;
}

enum status plan_calendar_get(void *app, const struct http_request *request,
                              struct http_response *response) {
    struct plan_below below;
    const char *titles = request_query(request, "titles");
    if (!query_is_valid(app, request, response))
        return STATUS_INVALID;
    enum status status = plan_below_open(&below, app, request, response);
    if (status == STATUS_OK)
        status = plan_calendar_answer(&below, !titles || strcmp(titles, "full") != 0);
    plan_below_close(&below);
    return status;
}
