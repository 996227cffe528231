#include "http/request.h"

#include <string.h>

#include "http/clock.h"

static const char *const method_names[HTTP_METHODS] = {
    [HTTP_GET] = "GET",     [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",      [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS"};

enum http_method http_method_named(const char *name) {
    for (unsigned i = 0; i < HTTP_METHODS; i++)
        if (strcmp(method_names[i], name) == 0)
            return (enum http_method)i;
    return HTTP_METHODS;
}

const char *http_method_name(enum http_method method) {
    return method < HTTP_METHODS ? method_names[method] : "other";
}

const char *request_param(const struct http_request *request, const char *name) {
    for (size_t i = 0; i < request->param_count; i++)
        if (strcmp(request->params[i].name, name) == 0)
            return request->params[i].value;
    return NULL;
}

const char *request_query(const struct http_request *request, const char *name) {
    return query_get(&request->query, name);
}

const char *request_header(const struct http_request *request, const char *name) {
    for (size_t i = 0; i < request->header_count; i++)
        if (text_names_match(request->headers[i].name, name))
            return request->headers[i].value;
    return NULL;
}

const char *request_header_list(const struct http_request *request, const char *name, char *out,
                                size_t size) {
    size_t used = 0;
    bool found = false;
    out[0] = '\0';
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_header *header = &request->headers[i];
        if (!text_names_match(header->name, name))
            continue;
        size_t len = strlen(header->value);
        if (used + len + 2 >= size)
            break;
        if (found)
            out[used++] = ',';
        memcpy(out + used, header->value, len + 1);
        used += len;
        found = true;
    }
    return found ? out : NULL;
}

unsigned request_time_left(const struct http_request *request) {
    uint64_t now = clock_ns();
    return now < request->deadline_ns ? (unsigned)((request->deadline_ns - now) / 1000000) : 0;
}
