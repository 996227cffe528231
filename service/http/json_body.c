#include "http/json_body.h"

#include "base/json_text.h"

enum status json_body_parse(const struct http_request *request, struct http_response *response,
                            json_t **json) {
    struct json_text_problem problem;
    *json = json_text_parse(request->body, request->body_len, &problem);
    if (*json)
        return STATUS_OK;
    if (problem.kind == JSON_TEXT_NO_MEMORY)
        return STATUS_NO_MEMORY;
    response_problem(response, "malformed-json", "line %zu, column %zu: %s", problem.line,
                     problem.column, problem.detail);
    response_error(response, "#", json_text_kind_name(problem.kind), "line %zu, column %zu",
                   problem.line, problem.column);
    return STATUS_INVALID;
}
