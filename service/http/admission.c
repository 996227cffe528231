/* What is decided when the headers are in and the body is not: whether the request is well framed,
   where it goes, and whether we want to read the rest. The first thing that is wrong is answered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/clock.h"
#include "http/exchange.h"
#include "http/media.h"

enum { LIST_SIZE = 2048 };

static enum MHD_Result keep_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                   size_t name_len, const char *value, size_t value_len) {
    struct exchange *exchange = cls;
    struct http_request *request = &exchange->request;
    (void)kind;
    (void)name_len;
    (void)value_len;
    if (request->header_count == HTTP_HEADERS_MAX) {
        exchange->too_many_headers = true;
        return MHD_NO;
    }
    request->headers[request->header_count++] = (struct http_header){name, value ? value : ""};
    return MHD_YES;
}

/* What every answer needs, an error too. */
static void read_context(struct exchange *exchange) {
    struct http_request *request = &exchange->request;
    const struct edge_settings *settings = &exchange->edge->settings;
    char list[LIST_SIZE];
    (void)MHD_get_connection_values_n(exchange->mhd, MHD_HEADER_KIND, keep_header, exchange);
    trace_start(&request->trace, request_header(request, "traceparent"));
    if (client_is_proxy(&request->client, &settings->connections.proxies))
        client_follow(&request->client,
                      request_header_list(request, "X-Forwarded-For", list, sizeof list),
                      &settings->connections.proxies);
    request->language =
        media_language(request_header_list(request, "Accept-Language", list, sizeof list));
    request->takes_gzip =
        media_takes_gzip(request_header_list(request, "Accept-Encoding", list, sizeof list));
}

static const char *check_target(const char *target) {
    for (const unsigned char *s = (const unsigned char *)target; *s; s++)
        if (*s <= ' ' || *s == 0x7F || *s == '#')
            return "the request target holds a space, a control character or a fragment";
    return NULL;
}

static bool check_framing(struct exchange *exchange, const char *version, const char *line_fault,
                          const char *block, const char *block_end) {
    struct http_request *request = &exchange->request;
    bool http11 = strcmp(version, "HTTP/1.0") != 0;
    const char *fault = line_fault;
    if (exchange->target_len > HTTP_TARGET_MAX) {
        metrics_reject(REJECT_TARGET_TOO_LONG);
        exchange_refuse(exchange, "target-too-long", "the request target is too long", true);
        return false;
    }
    if (exchange->too_many_headers || exchange->pool_used > POOL_REQUEST_MAX ||
        (block && (size_t)(block_end - block) > HTTP_HEADER_BYTES_MAX)) {
        metrics_reject(REJECT_HEADERS_TOO_LARGE);
        exchange_refuse(exchange, "headers-too-large", "the headers are too large", true);
        return false;
    }
    if (!fault)
        fault = wire_check(request->headers, request->header_count, http11, &exchange->wire);
    if (!fault && block)
        fault = wire_check_block(block, block_end, request->headers, request->header_count);
    if (!fault)
        fault = check_target(request->target);
    if (!fault)
        return true;
    metrics_reject(REJECT_MALFORMED);
    exchange_refuse(exchange, "malformed-request", fault, true);
    return false;
}

/* The path inside the target; an absolute target (http://host/path) has it further in. */
static const char *find_path(const char *target, size_t *len) {
    if (strncasecmp(target, "http://", 7) == 0 || strncasecmp(target, "https://", 8) == 0) {
        target = strchr(target + 8, '/');
        if (!target)
            target = "/";
    }
    *len = strcspn(target, "?");
    return target;
}

static bool find_route(struct exchange *exchange) {
    struct http_request *request = &exchange->request;
    size_t len;
    const char *path = find_path(request->target, &len);
    exchange->scratch = malloc(len + 1);
    if (!exchange->scratch) {
        exchange_refuse(exchange, "unavailable", "no memory", false);
        return false;
    }
    if (path[0] != '/') {
        bool star = strcmp(path, "*") == 0 && request->method == HTTP_OPTIONS;
        exchange->methods = star ? route_table_methods(exchange->edge->table) : 0;
        return true;
    }
    struct route_match match = route_table_find(exchange->edge->table, request->method, path, len,
                                                exchange->scratch, request);
    request->route = match.route;
    exchange->metrics = match.metrics;
    exchange->methods = match.methods;
    if (match.fault == TEXT_OK)
        return true;
    exchange->refused = true;
    response_problem(&exchange->response, "malformed-request", "the path %s",
                     text_fault_words(match.fault));
    return false;
}

/* A route to answer with, or the answer: 404, 405, OPTIONS. */
static bool check_method(struct exchange *exchange) {
    struct http_request *request = &exchange->request;
    struct http_response *response = &exchange->response;
    char allow[64];
    if (request->route)
        return true;
    if (request->method == HTTP_OPTIONS) {
        /* A preflight for a path we lack is answered too, so that the page sees the 404 itself. */
        bool preflight = request_header(request, "Access-Control-Request-Method") != NULL;
        if (!exchange->methods && preflight)
            exchange->methods = route_table_methods(exchange->edge->table);
        if (exchange->methods) {
            exchange->refused = true;
            answer_options(request, exchange->methods, response);
            return false;
        }
    }
    if (!exchange->methods) {
        exchange_refuse(exchange, "not-found", "there is nothing at this path", false);
        return false;
    }
    route_methods_text(exchange->methods, allow);
    response_header(response, "Allow", allow);
    exchange->refused = true;
    response_problem(response, "method-not-allowed", "this resource takes %s", allow);
    return false;
}

/* What the client takes: Accept, or the short names and media types of FHIR's _format. */
static const char *accept_of(const struct http_request *request, char *list, size_t size) {
    const char *format = request->route->fhir ? request_query(request, "_format") : NULL;
    if (!format || !*format)
        return request_header_list(request, "Accept", list, size);
    if (strcmp(format, "json") == 0)
        return "application/json";
    (void)snprintf(list, size, "%s", format);
    for (char *space = strchr(list, ' '); space; space = strchr(space, ' '))
        *space = '+'; /* the plus of fhir+json, which a form decodes so */
    return list;
}

/* Is it a body of lines, on a route that takes them? */
static bool look_for_lines(struct exchange *exchange) {
    const struct http_request *request = &exchange->request;
    const char *type = request_header(request, "Content-Type");
    if (!exchange->has_body || request->route->lines_limit == 0 || !type ||
        !media_is_one_of(type, MEDIA_NDJSON))
        return true;
    exchange->lines = lines_new();
    if (!exchange->lines)
        exchange_refuse(exchange, "unavailable", "no memory", false);
    return exchange->lines != NULL;
}

static bool check_accept(struct exchange *exchange) {
    struct http_request *request = &exchange->request;
    const char *offers = exchange->lines            ? MEDIA_NDJSON
                         : request->route->produces ? request->route->produces
                                                    : MEDIA_JSON;
    char list[LIST_SIZE];
    const char *accept = accept_of(request, list, sizeof list);
    struct text_span type = media_choose(accept, offers);
    if (type.len == 0 && media_choose(accept, MEDIA_PROBLEM).len > 0)
        type = media_choose(NULL, offers);
    if (type.len == 0 || type.len >= sizeof request->media_type) {
        exchange->refused = true;
        response_problem(&exchange->response, "not-acceptable", "this operation answers %s",
                         offers);
        return false;
    }
    memcpy(request->media_type, type.start, type.len);
    request->media_type[type.len] = '\0';
    return true;
}

static bool check_body_type(struct exchange *exchange) {
    struct http_request *request = &exchange->request;
    const char *accepted =
        request->route->content_types ? request->route->content_types : MEDIA_JSON;
    const char *type = request_header(request, "Content-Type");
    const char *encoding = request_header(request, "Content-Encoding");
    if (encoding && strcasecmp(encoding, "identity") != 0) {
        exchange_refuse(exchange, "unsupported-media-type", "send the body uncompressed", false);
        return false;
    }
    if (exchange->lines || (type && media_is_one_of(type, accepted)))
        return true;
    exchange->refused = true;
    response_problem(&exchange->response, "unsupported-media-type",
                     "this operation takes %s%s in UTF-8", accepted,
                     request->route->lines_limit > 0 ? ", " MEDIA_NDJSON : "");
    return false;
}

static bool check_body(struct exchange *exchange) {
    struct http_request *request = &exchange->request;
    const char *expect = request_header(request, "Expect");
    if (expect && strcasecmp(expect, "100-continue") != 0) {
        exchange_refuse(exchange, "expectation-failed", "only 100-continue is known", false);
        return false;
    }
    if (!exchange->has_body)
        return true;
    size_t limit = exchange_body_limit(exchange);
    if (exchange->wire.content_length > limit || limit == 0) {
        metrics_reject(REJECT_BODY_TOO_LARGE);
        exchange->refused = true;
        response_problem(&exchange->response, "content-too-large", "at most %zu bytes", limit);
        return false;
    }
    return check_body_type(exchange);
}

static void report_parameter(struct exchange *exchange, const char *allowed,
                             const struct query_param *param, size_t nth) {
    struct http_response *response = &exchange->response;
    bool repeatable = false;
    if (query_allows(allowed, param->name, &repeatable)) {
        if (nth == 1 && !repeatable)
            response_parameter_error(response, param->name, "repeated", "may be given once");
        return;
    }
    struct text_span near = query_nearest(allowed, param->name);
    if (nth == 0 && near.len > 0)
        response_parameter_error(response, param->name, "unknown", "did you mean %.*s?",
                                 (int)near.len, near.start);
    else if (nth == 0)
        response_parameter_error(response, param->name, "unknown", "this operation knows %s",
                                 *allowed ? allowed : "no parameters");
}

/* How many parameters of the same name stand before this one. */
static size_t earlier_twins(const struct query *query, size_t at) {
    size_t twins = 0;
    for (size_t i = 0; i < at; i++)
        twins += strcmp(query->params[i].name, query->params[at].name) == 0;
    return twins;
}

static bool check_query(struct exchange *exchange) {
    struct http_request *request = &exchange->request;
    struct http_response *response = &exchange->response;
    const char *raw = strchr(request->target, '?');
    const char *allowed = request->route->query ? request->route->query : "";
    enum text_fault why = TEXT_OK;
    if (!raw)
        return true;
    enum query_fault fault = query_parse(&request->query, raw + 1, &why);
    if (fault != QUERY_OK) {
        exchange->refused = true;
        response_problem(response, fault == QUERY_NO_MEMORY ? "unavailable" : "malformed-query",
                         fault == QUERY_TOO_MANY ? "parameter %zu is one too many"
                                                 : "parameter %zu %s",
                         request->query.count, text_fault_words(why));
        return false;
    }
    bool judged_later = request->route->fhir || strcmp(allowed, "*") == 0;
    for (size_t i = 0; i < request->query.count && !judged_later; i++)
        report_parameter(exchange, allowed, &request->query.params[i],
                         earlier_twins(&request->query, i));
    if (response->error_count == 0)
        return true;
    exchange_refuse(exchange, "invalid-parameter", "a parameter is unknown or repeated", false);
    return false;
}

void exchange_admit(struct exchange *exchange, const char *version, const char *line_fault,
                    const char *block, const char *block_end) {
    read_context(exchange);
    exchange->stage = STAGE_BODY;
    if (!check_framing(exchange, version, line_fault, block, block_end))
        return;
    exchange->has_body = exchange->wire.chunked || exchange->wire.content_length > 0;
    if (find_route(exchange) && check_method(exchange) && check_query(exchange) &&
        look_for_lines(exchange) && check_accept(exchange) && check_body(exchange))
        return;
    if (!exchange->has_body)
        return;
    const struct route *route = exchange->request.route;
    exchange->keep_body = route && route->body_schema && !exchange->lines &&
                          exchange->edge->settings.hooks.salvage &&
                          exchange->wire.content_length <= route->body_limit;
    /* Whoever asks before sending, or would send much, gets the answer instead of a 100. */
    bool expects = request_header(&exchange->request, "Expect") != NULL;
    bool much = exchange->wire.content_length > BODY_POLITE_MAX;
    exchange->at_once |= !exchange->keep_body && (expects || much);
}
