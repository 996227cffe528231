/* jansson allows 2,048 levels, and recursion over them is ours to pay: the depth is looked at
 * first. */
#include "http/json_body.h"

bool json_depth_within(const char *text, size_t len, unsigned limit) {
    unsigned depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (++depth > limit)
                return false;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return true;
}

static const char *error_code(const json_error_t *error) {
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        return "duplicate_key";
    case json_error_invalid_utf8:
        return "invalid_utf8";
    case json_error_premature_end_of_input:
        return "unexpected_end";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "nul";
    case json_error_numeric_overflow:
        return "number_out_of_range";
    default:
        return "syntax";
    }
}

enum status json_body_parse(const struct http_request *request, struct http_response *response,
                            json_t **json) {
    if (request->body_len == 0) {
        response_problem(response, "malformed-json", "the body is empty");
        return STATUS_INVALID;
    }
    if (!json_depth_within(request->body, request->body_len, JSON_BODY_DEPTH)) {
        response_problem(response, "malformed-json", "the body nests deeper than %d levels",
                         JSON_BODY_DEPTH);
        return STATUS_INVALID;
    }
    json_error_t error;
    *json = json_loadb(request->body, request->body_len, JSON_REJECT_DUPLICATES, &error);
    if (*json)
        return STATUS_OK;
    if (json_error_code(&error) == json_error_out_of_memory)
        return STATUS_NO_MEMORY;
    response_problem(response, "malformed-json", "line %d, column %d: %s", error.line, error.column,
                     error.text);
    response_error(response, "", error_code(&error), "line %d, column %d", error.line,
                   error.column);
    return STATUS_INVALID;
}
