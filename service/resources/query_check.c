#include "resources/query_check.h"

#include "base/thread_arena.h"

void query_complain(const struct app *app, const struct http_request *request,
                    struct http_response *response) {
    struct contract_pair pairs[QUERY_PARAMS_MAX];
    struct complaints complaints;
    struct arena *arena = thread_arena();
    if (!arena) {
        response->failed = true;
        return;
    }
    complaints_init(&complaints, arena);
    for (size_t i = 0; i < request->query.count; i++)
        pairs[i] =
            (struct contract_pair){request->query.params[i].name, request->query.params[i].value};
    contract_check_query(app->contract, request->route->operation_id, pairs, request->query.count,
                         &complaints);
    response_complaints(response, &complaints);
}

bool query_has_no_mistake(struct http_response *response) {
    if (response->error_count)
        response_problem(response, "invalid-parameter", "A parameter is not valid.");
    return response->error_count == 0;
}

bool query_is_valid(const struct app *app, const struct http_request *request,
                    struct http_response *response) {
    if (request->query.count)
        query_complain(app, request, response);
    return query_has_no_mistake(response);
}
