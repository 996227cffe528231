#include "resources/fhir_native.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "interop/fhir_json.h"
#include "resources/handlers.h"

static const struct route *route_named(const char *operation) {
    for (size_t i = 0; i < app_route_count; i++)
        if (strcmp(app_routes[i].operation_id, operation) == 0)
            return &app_routes[i];
    return NULL;
}

/* Preferences are ours to honour; the header that we give replaces the client's. */
static bool is_replaced(const struct fhir_native *native, const char *name) {
    return strcasecmp(name, "Prefer") == 0 ||
           (native->if_match && strcasecmp(name, "If-Match") == 0);
}

static void add_header(struct http_request *inner, const char *name, const char *value) {
    if (value && inner->header_count < HTTP_HEADERS_MAX)
        inner->headers[inner->header_count++] = (struct http_header){name, value};
}

static void set_headers(struct http_request *inner, const struct fhir_native *native) {
    size_t kept = 0;
    for (size_t i = 0; i < inner->header_count; i++)
        if (!is_replaced(native, inner->headers[i].name))
            inner->headers[kept++] = inner->headers[i];
    inner->header_count = kept;
    add_header(inner, "If-Match", native->if_match);
}

static struct http_request inner_request(const struct fhir_native *native,
                                         const struct route *route,
                                         const struct http_request *request) {
    struct http_request inner = *request;
    inner.route = route;
    inner.method = route->method;
    inner.json = native->body;
    inner.is_part = true;
    inner.param_count = 0;
    inner.query = (struct query){0};
    (void)snprintf(inner.media_type, sizeof inner.media_type, "%s", MEDIA_JSON);
    for (size_t i = 0; i < 2 && native->params[i][0]; i++)
        inner.params[inner.param_count++] =
            (struct path_param){native->params[i][0], native->params[i][1]};
    for (size_t i = 0; i < 4 && native->query[i][0]; i++)
        inner.query.params[inner.query.count++] =
            (struct query_param){native->query[i][0], native->query[i][1]};
    set_headers(&inner, native);
    return inner;
}

enum status fhir_native_call(const struct fhir_native *native, struct app *app,
                             const struct http_request *request, struct http_response *response,
                             json_t **answer) {
    const struct route *route = route_named(native->operation);
    *answer = NULL;
    if (!route)
        return STATUS_INTERNAL;
    struct http_request inner = inner_request(native, route, request);
    enum status status = route->handler(app, &inner, response);
    if ((status == STATUS_INVALID || response->problem) && native->body)
        recommendation_salvage(app, &inner, response); /* a red flag is never lost */
    if (status != STATUS_OK || response->problem || response->body.len == 0)
        return status;
    *answer = json_loadb(response->body.data, response->body.len, 0, NULL);
    response_drop_body(response);
    response->content_type = NULL;
    return *answer ? STATUS_OK : STATUS_INTERNAL;
}

/* ---- places ---- */

/* The longest beginning that is one of the table's, exchanged; the rest of the pointer stays where
 * the FHIR place ends with a slash. False: the new place says less than the old one. */
static bool move_place(const struct fhir_place *places, const char *pointer, char *moved,
                       size_t size) {
    const struct fhir_place *best = NULL;
    size_t best_len = 0;
    for (; places->native; places++) {
        size_t len = strlen(places->native);
        if (strncmp(pointer, places->native, len) == 0 && (!best || len > best_len)) {
            best = places;
            best_len = len;
        }
    }
    const char *place = best ? best->fhir : places->fhir;
    size_t len = strlen(place);
    bool keeps = best && len && place[len - 1] == '/';
    (void)snprintf(moved, size, "%s%s", place, keeps ? pointer + best_len : "");
    return keeps || (best && strlen(pointer) == best_len);
}

void fhir_native_places(struct http_response *response, const struct fhir_place *places) {
    struct buffer list;
    size_t i;
    json_t *error;
    buffer_init(&list);
    buffer_puts(&list, "[");
    buffer_append(&list, response->errors.data ? response->errors.data : "", response->errors.len);
    buffer_puts(&list, "]");
    json_t *errors = list.failed ? NULL : json_loadb(list.data, list.len, 0, NULL);
    buffer_free(&list);
    if (!errors)
        return;
    buffer_free(&response->errors);
    response->error_count = 0;
    json_array_foreach(errors, i, error) {
        char moved[512];
        const char *pointer = fhir_text(error, "pointer"), *detail = fhir_text(error, "detail");
        const char *parameter = fhir_text(error, "parameter");
        if (parameter) {
            response_parameter_error(response, parameter, fhir_text(error, "code"), "%s", detail);
            continue;
        }
        bool kept = move_place(places, pointer ? pointer : "", moved, sizeof moved);
        response_error(response, moved, fhir_text(error, "code"), "%s%s%s",
                       kept || !pointer ? "" : pointer, kept || !pointer ? "" : ": ", detail);
    }
    json_decref(errors);
}
