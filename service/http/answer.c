#include "http/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/gzip.h"
#include "http/media.h"
#include "http/problem_types.h"

static const char exposed_headers[] =
    "ETag, Location, Link, Retry-After, RateLimit, RateLimit-Policy, traceparent, "
    "Idempotency-Replayed, Server-Timing, Deprecation, Sunset, Last-Modified, Content-Location, "
    "X-Progress";
static const char allowed_headers[] =
    "authorization, content-type, accept, accept-language, idempotency-key, if-match, "
    "if-none-match, if-none-exist, if-modified-since, prefer, traceparent, tracestate, x-medplum, "
    "x-requested-with, x-api-key";

enum { LIST_SIZE = 2048, RETRY_AFTER_DEFAULT = 2, HEADERS_USUAL = 800 };

static void write_problem(struct http_response *response, const struct http_request *request,
                          const struct http_problem *problem) {
    char code[48];
    char type[96];
    struct buffer body;
    struct json_writer json;
    problem_type_code(problem->type, code);
    (void)snprintf(type, sizeof type, PROBLEM_TYPE_PREFIX "%s", problem->type->name);
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_member_text(&json, "type", type);
    jw_member_text(&json, "title", problem->type->title);
    jw_member_int(&json, "status", problem->type->status);
    if (*problem->detail)
        jw_member_text(&json, "detail", problem->detail);
    jw_member_text(&json, "instance", problem->instance);
    jw_member_text(&json, "code", code);
    jw_member_text(&json, "trace_id", request->trace.trace_id);
    if (*problem->errors) {
        jw_key(&json, "errors");
        jw_raw(&json, problem->errors, strlen(problem->errors));
    }
    for (size_t i = 0; i < PROBLEM_MEMBERS_MAX; i++) {
        const struct buffer *value = &response->extra[i].value;
        if (!response->extra[i].key || !value->data || value->failed)
            continue;
        jw_key(&json, response->extra[i].key);
        jw_raw(&json, value->data, value->len);
    }
    jw_close_object(&json);
    if (!jw_ok(&json) || response_buffer(response, MEDIA_PROBLEM, &body) != STATUS_OK) {
        buffer_free(&body);
        static const char bare[] = "{\"type\":\"about:blank\",\"title\":\"Error\"}";
        response_static(response, MEDIA_PROBLEM, bare, sizeof bare - 1);
    }
}

/* Headers that the protocol asks for with certain errors. */
static void add_error_headers(struct http_response *response) {
    unsigned status = response->status;
    if (status == 401 && !response_header_value(response, "WWW-Authenticate"))
        response_header(response, "WWW-Authenticate", "Bearer");
    if ((status == 503 || status == 429) && response->retry_after == 0)
        response->retry_after = RETRY_AFTER_DEFAULT;
    if (response->retry_after > 0)
        response_headerf(response, "Retry-After", "%u", response->retry_after);
}

/* What a handler said of the answer that there is not after all. */
static void drop_headers_of_answer(struct http_response *response) {
    static const char *const dropped[] = {"Location",
                                          "Content-Location",
                                          "Link",
                                          "Content-Disposition",
                                          "Content-Security-Policy",
                                          "Preference-Applied",
                                          "Last-Modified",
                                          "Expires"};
    size_t kept = 0;
    for (size_t i = 0; i < response->header_count; i++) {
        bool drop = false;
        for (size_t d = 0; d < sizeof dropped / sizeof *dropped; d++)
            drop |= strcasecmp(response->headers[i].name, dropped[d]) == 0;
        if (!drop)
            response->headers[kept++] = response->headers[i];
    }
    response->header_count = kept;
}

static void finish_problem(const struct http_request *request, struct http_response *response,
                           const struct answer_context *context) {
    char instance[160];
    struct buffer errors;
    buffer_init(&errors);
    response_drop_body(response);
    drop_headers_of_answer(response);
    response->status = response->problem->status;
    response->etag[0] = '\0';
    (void)snprintf(instance, sizeof instance, PROBLEM_TYPE_PREFIX "%s#%s", response->problem->name,
                   request->trace.trace_id);
    if (response->errors.len > 0) {
        buffer_puts(&errors, "[");
        buffer_append(&errors, response->errors.data, response->errors.len);
        buffer_puts(&errors, "]");
    }
    struct http_problem problem = {
        .type = response->problem,
        .detail = response->detail.data ? response->detail.data : "",
        .errors = errors.data && !errors.failed ? errors.data : "",
        .instance = instance,
    };
    if (!context->render_problem ||
        !context->render_problem(context->app, request, &problem, response))
        write_problem(response, request, &problem);
    buffer_free(&errors);
}

/* The problem behind a failed status, or behind an answer that ran out of memory. */
static void settle_problem(enum status status, struct http_response *response) {
    if (response->failed || response->values.failed) {
        response->problem = problem_type_of(STATUS_INTERNAL);
        response->header_count = 0;
        response->failed = false;
        buffer_free(&response->values);
        buffer_free(&response->detail);
        buffer_free(&response->errors);
        response->error_count = 0;
    } else if (!response->problem && status != STATUS_OK) {
        response->problem = problem_type_of(status);
    }
}

static bool is_read(const struct http_request *request) {
    return request->method == HTTP_GET || request->method == HTTP_HEAD;
}

/* Only text shrinks. */
static bool is_compressible(const char *content_type) {
    return content_type &&
           (strncmp(content_type, "text/", 5) == 0 || strstr(content_type, "json") ||
            strstr(content_type, "yaml") || strstr(content_type, "javascript"));
}

static void use_gzip(struct http_response *response, struct response_body gzip) {
    struct response_body none = {0};
    response->gzip = none;
    if (!gzip.release) {
        /* A precompressed twin lives as long as the body: the body's release lets go of both. */
        gzip.release = response->body.release;
        gzip.cls = response->body.cls;
    } else if (response->body.release) {
        response->body.release(response->body.cls);
    }
    response->body = gzip;
    response_header(response, "Content-Encoding", "gzip");
    if (response->etag[0])
        etag_mark_gzip(response->etag);
}

static void compress(const struct http_request *request, struct http_response *response) {
    if (!request->takes_gzip || response->file || response->body.len < GZIP_MIN ||
        response_header_value(response, "Content-Encoding"))
        return;
    if (response->gzip.data) {
        use_gzip(response, response->gzip);
        return;
    }
    if (!is_compressible(response->content_type))
        return;
    struct buffer out;
    buffer_init(&out);
    if (gzip_bytes(response->body.data, response->body.len, &out) == STATUS_OK) {
        size_t len;
        char *data = buffer_steal(&out, &len);
        use_gzip(response, (struct response_body){data, len, free, data});
    }
    buffer_free(&out);
}

static void validate(const struct http_request *request, struct http_response *response,
                     enum cache_policy policy) {
    char list[LIST_SIZE];
    if (!is_read(request) || response->status != 200)
        return;
    if (!response->etag[0] && policy != CACHE_NO_STORE &&
        etag_of_bytes(response->body.data, response->body.len, response->etag) != STATUS_OK)
        response->etag[0] = '\0';
    if (!response->etag[0])
        return;
    const char *known = request_header_list(request, "If-None-Match", list, sizeof list);
    if (known && etag_list_has(known, response->etag))
        response->status = 304;
}

/* In milliseconds; of whole numbers, for printf takes its time over floating point. */
static void add_timing(struct http_response *response, const struct answer_context *context) {
    unsigned long long queue_us = context->queue_ns / 1000, app_us = context->handler_ns / 1000;
    if (context->queue_ns > 0)
        response_headerf(response, "Server-Timing", "queue;dur=%llu.%03llu, app;dur=%llu.%03llu",
                         queue_us / 1000, queue_us % 1000, app_us / 1000, app_us % 1000);
    else
        response_headerf(response, "Server-Timing", "app;dur=%llu.%03llu", app_us / 1000,
                         app_us % 1000);
}

static void add_common_headers(const struct http_request *request, struct http_response *response,
                               enum cache_policy policy) {
    char traceparent[TRACE_HEADER_SIZE];
    bool cacheable = response->status == 200 || response->status == 304;
    trace_header(&request->trace, traceparent);
    response_header(response, "traceparent", traceparent);
    response_header(response, "Access-Control-Allow-Origin", "*");
    response_header(response, "Access-Control-Expose-Headers", exposed_headers);
    response_header(response, "X-Content-Type-Options", "nosniff");
    response_header(response, "Vary", "Accept, Accept-Encoding, Accept-Language");
    response_header(response, "Cache-Control",
                    !cacheable                ? "no-store"
                    : response->cache_control ? response->cache_control
                                              : cache_policy_header(policy));
    if (response->etag[0])
        response_header(response, "ETag", response->etag);
    if (response->body.len > 0 && response->status != 304) {
        response_header(response, "Content-Type",
                        response->content_type ? response->content_type : MEDIA_JSON);
        response_header(response, "Content-Language", request->language);
    }
}

void answer_settle(const struct http_request *request, enum status status,
                   struct http_response *response) {
    static const struct answer_context plain;
    settle_problem(status, response);
    if (response->problem)
        finish_problem(request, response, &plain);
}

void answer_finish(const struct http_request *request, enum status status,
                   struct http_response *response, const struct answer_context *context) {
    enum cache_policy policy =
        request->route && is_read(request) ? request->route->cache : CACHE_NO_STORE;
    (void)buffer_reserve(&response->values, HEADERS_USUAL);
    settle_problem(status, response);
    if (response->problem)
        finish_problem(request, response, context);
    add_error_headers(response);
    compress(request, response);
    validate(request, response, policy);
    add_timing(response, context);
    add_common_headers(request, response, policy);
    if (context->closing)
        response_header(response, "Connection", "close");
}

void answer_options(const struct http_request *request, unsigned methods,
                    struct http_response *response) {
    char text[64];
    route_methods_text(methods, text);
    response->status = 204;
    response_header(response, "Allow", text);
    if (!request_header(request, "Access-Control-Request-Method"))
        return;
    response_header(response, "Access-Control-Allow-Methods", text);
    response_header(response, "Access-Control-Allow-Headers", allowed_headers);
    response_header(response, "Access-Control-Max-Age", "7200");
}
