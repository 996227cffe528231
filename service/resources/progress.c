/* GET /care-plans/{plan_id}/progress: numbers with advice, or a picture of them. */
#include "care/progress.h"

#include <stdio.h>
#include <string.h>

#include "base/thread_arena.h"
#include "care/chart.h"
#include "resources/handlers.h"
#include "resources/plan_course.h"
#include "resources/session_row.h"

#define MEDIA_SVG "image/svg+xml"

static enum status write_json(struct http_response *response, const struct progress *progress,
                              struct buffer *body) {
    struct json_writer json;
    jw_init(&json, body);
    progress_write(&json, progress);
    return response_json_buffer(response, &json, body);
}

static enum status write_picture(struct http_response *response, const struct progress *progress,
                                 struct buffer *body) {
    enum status status = chart_write(progress, body);
    return status == STATUS_OK ? response_buffer(response, MEDIA_SVG, body) : status;
}

/* A picture and numbers of the same bytes: the edge makes the ETag of them. */
static enum status answer(struct plan_below *below, const json_t *sessions,
                          const json_t *measurements) {
    struct arena *arena = thread_arena();
    struct progress *progress = arena && sessions && measurements
                                    ? plan_course(below, sessions, measurements, arena)
                                    : NULL;
    if (!progress)
        return STATUS_NO_MEMORY;
    struct buffer body;
    buffer_init(&body);
    bool picture = strcmp(below->request->media_type, MEDIA_SVG) == 0;
    enum status status = picture ? write_picture(below->response, progress, &body)
                                 : write_json(below->response, progress, &body);
    buffer_free(&body);
    return status;
}

static enum status read_and_answer(struct plan_below *below) {
    struct tenant_call call;
    tenant_call_begin(&call, below->request, below->response, TENANT_READ);
    int plan = plan_below_add(below, &call);
    struct course_steps steps = plan_course_add(below, &call);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = plan_below_take(below, &call, plan);
    if (status == STATUS_OK) {
        json_t *sessions = sessions_of_rows(&call, steps.sessions);
        json_t *measurements = measurements_of_rows(&call, steps.measurements);
        status = answer(below, sessions, measurements);
        json_decref(sessions);
        json_decref(measurements);
    }
    tenant_call_end(&call);
    return status;
}

enum status plan_progress_get(void *app, const struct http_request *request,
                              struct http_response *response) {
    struct plan_below below;
    enum status status = plan_below_open(&below, app, request, response);
    if (status == STATUS_OK)
        status = read_and_answer(&below);
    plan_below_close(&below);
    return status;
}
