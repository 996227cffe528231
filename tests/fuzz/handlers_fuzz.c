/* Any request to an operation that needs no database: the route is found, query and body are read,
 * the handler answers. Never a 5xx, and what calls itself JSON is strict JSON. The input is a
 * request line, "POST /cds-services/massage-order-sign?x=y", and behind its end the body. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/tiny_release.h"
#include "base/json_text.h"
#include "http/json_body.h"
#include "http/problem_types.h"
#include "resources/body_check.h"
#include "resources/fhir_edge.h"
#include "resources/handlers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct app app;
static struct route_table *table;

static void start(void) {
    char message[300];
    const char *fault;
    struct knowledge *knowledge = load_embedded_release();
    if (!knowledge || app_init(&app, knowledge, message, sizeof message) != STATUS_OK ||
        route_table_new(app_routes, app_route_count, &table, &fault) != STATUS_OK)
        abort();
}

/* The steps of the edge, without who calls. */
static enum status run(struct http_request *request, struct http_response *response) {
    const struct route *route = request->route;
    enum status status = STATUS_OK;
    if (route->body_schema)
        status = json_body_parse(request, response, &request->json);
    if (status == STATUS_OK)
        status = body_is_object(&app, request, response);
    if (status == STATUS_OK && !response->problem)
        status = route->handler(&app, request, response);
    if (route->body_schema && (status == STATUS_INVALID || response->problem))
        recommendation_salvage(&app, request, response);
    return status;
}

static void judge(const struct http_response *response) {
    struct json_text_problem problem;
    const char *type = response->content_type;
    if (response->status >= 500 || response->status < 200)
        abort();
    if (!type || !strstr(type, "json") || !response->body.len)
        return;
    json_t *json = json_text_parse_within(response->body.data, response->body.len,
                                          2 * JSON_TEXT_DEPTH, &problem);
    if (!json)
        abort();
    json_decref(json);
}

static void answer(struct http_request *request, const char *body, size_t len) {
    const struct answer_context context = {.render_problem = fhir_render_problem, .app = &app};
    struct http_response response;
    request->body = body;
    request->body_len = len;
    request->language = "en";
    request->deadline_ns = UINT64_MAX;
    request->headers[0] = (struct http_header){"Host", "clinic.example"};
    request->header_count = 1;
    response_init(&response);
    enum status status = run(request, &response);
    answer_finish(request, status, &response, &context);
    judge(&response);
    response_free(&response);
    json_decref(request->json);
}

/* Routes that wait for a database are left out, and so is what knows the whole process. */
static bool is_ours(const struct route *route, size_t len) {
    return route && !route->blocking && route->scope && len <= route->body_limit;
}

static void ask(const char *line, const char *body, size_t len) {
    char scratch[HTTP_TARGET_MAX + 1];
    struct http_request request = {.method = HTTP_GET};
    enum text_fault why;
    const char *space = strchr(line, ' '), *target = space ? space + 1 : line;
    size_t path = strcspn(target, "?");
    if (strncmp(line, "POST ", 5) == 0)
        request.method = HTTP_POST;
    if (strlen(target) > HTTP_TARGET_MAX)
        return;
    request.target = target;
    struct route_match match =
        route_table_find(table, request.method, target, path, scratch, &request);
    request.route = match.route;
    if (match.fault != TEXT_OK || !is_ours(match.route, len))
        return;
    if (query_parse(&request.query, target[path] ? target + path + 1 : "", &why) == QUERY_OK)
        answer(&request, body, len);
    query_free(&request.query);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!table)
        start();
    char *text = malloc(size + 1);
    if (!text)
        abort();
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    size_t line = strcspn(text, "\n"), body = line < size ? line + 1 : size;
    if (line < size && text[line] == '\n') {
        text[line] = '\0';
        ask(text, text + body, size - body);
    } else {
        ask(text, "", 0);
    }
    free(text);
    return 0;
}
