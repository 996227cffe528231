#include "resources/body_check.h"

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
