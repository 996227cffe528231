#include "resources/body_check.h"

#include "base/thread_arena.h"

void body_check(const struct app *app, const struct http_request *request,
                struct complaints *complaints) {
    contract_check(contract_request_schema(app->contract, request->route->operation_id),
                   request->json, complaints);
}

enum status body_refuse(struct http_response *response, const struct complaints *complaints) {
    if (!complaints->total)
        return STATUS_OK;
    response_complaints(response, complaints);
    response_problem(response, "invalid-content", "%zu place%s wrong.", complaints->total,
                     complaints->total == 1 ? " is" : "s are");
    return STATUS_INVALID;
}

enum status body_is_object(void *app, const struct http_request *request,
                           struct http_response *response) {
    struct complaints complaints;
    struct arena *arena = thread_arena();
    if (!request->route->body_schema || json_is_object(request->json))
        return STATUS_OK;
    if (!arena)
        return STATUS_NO_MEMORY;
    complaints_init(&complaints, arena);
    body_check(app, request, &complaints);
    return body_refuse(response, &complaints);
}
