#include "resources/fhir_entry.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <gnutls/gnutls.h>

#include "access/access.h"
#include "base/json_text.h"
#include "http/media.h"
#include "http/problem_types.h"
#include "interop/fhir_json.h"
#include "resources/body_check.h"

/* ---- reading ---- */

const char *fhir_entry_says(const struct fhir_entry *entry, const char *member) {
    const char *text = fhir_text(json_object_get(entry->json, "request"), member);
    return text ? text : "";
}

static void blame_member(const struct fhir_entry *entry, struct complaints *complaints,
                         const char *member, const char *code, const char *detail) {
    char pointer[ENTRY_POINTER_SIZE + 32];
    (void)snprintf(pointer, sizeof pointer, "%s/%s", entry->pointer, member);
    complain(complaints, pointer, code, "%s", detail);
}

/* Resources, and what is done with them: no operation, no form, no export, no Bundle in a Bundle.
 */
static bool is_for_entries(const struct route *route) {
    const char *type = strncmp(route->path, "/fhir/", 6) == 0 ? route->path + 6 : "";
    return isupper((unsigned char)*type) && !strchr(type, '$') && !strstr(type, "_search");
}

static const char *param_name(const char *part) {
    return strncmp(part, "{vid}", 5) == 0 ? "vid" : "id";
}

/* Does the path, cut into segments, lead to the route? Takes the parameters along. */
static bool leads_to(const char *const *segments, size_t count, const struct route *route,
                     struct http_request *request) {
    const char *part = route->path + strlen("/fhir/");
    request->param_count = 0;
    for (size_t i = 0; i < count; i++) {
        size_t len = strcspn(part, "/");
        if (*part == '{' && request->param_count < HTTP_PATH_PARAMS_MAX)
            request->params[request->param_count++] =
                (struct path_param){param_name(part), segments[i]};
        else if (len != strlen(segments[i]) || memcmp(part, segments[i], len) != 0)
            return false;
        part += len;
        if ((*part == '/') != (i + 1 < count))
            return false;
        part += *part == '/';
    }
    return *part == '\0';
}

static const struct route *find_route(char *path, struct http_request *request) {
    enum { SEGMENTS = 4 };
    const char *segments[SEGMENTS];
    size_t count = 0;
    for (char *rest = path; rest; count++) {
        if (count == SEGMENTS)
            return NULL;
        segments[count] = strsep(&rest, "/");
        if (!*segments[count])
            return NULL;
    }
    for (size_t i = 0; i < app_route_count; i++)
        if (app_routes[i].method == request->method && is_for_entries(&app_routes[i]) &&
            leads_to(segments, count, &app_routes[i], request))
            return &app_routes[i];
    return NULL;
}

/* "CarePlan/ID?..." of what may also be absolute, on this server. */
static const char *relative(const struct app *app, const struct http_request *request,
                            const char *url) {
    char base[FHIR_BASE_SIZE];
    fhir_base(app, request, base);
    size_t len = strlen(base);
    return strncmp(url, base, len) == 0 && url[len] == '/' ? url + len + 1 : url + (*url == '/');
}

static enum status read_url(struct fhir_entry *entry, const struct app *app,
                            struct complaints *complaints) {
    struct http_request *request = &entry->request;
    const char *url = relative(app, request, fhir_entry_says(entry, "url"));
    size_t len = strcspn(url, "?");
    enum text_fault why;
    entry->url = strndup(url, len);
    int written = asprintf(&entry->target, "/fhir/%s", url);
    if (!entry->url || written < 0) {
        entry->target = written < 0 ? NULL : entry->target;
        return STATUS_NO_MEMORY;
    }
    request->target = entry->target;
    request->query = (struct query){0};
    enum query_fault fault =
        url[len] ? query_parse(&request->query, url + len + 1, &why) : QUERY_OK;
    if (fault == QUERY_NO_MEMORY)
        return STATUS_NO_MEMORY;
    request->route = find_route(entry->url, request);
    if (fault != QUERY_OK)
        blame_member(entry, complaints, "request/url", "format", "has a query that is none");
    else if (!request->route)
        blame_member(entry, complaints, "request/url", "not_supported",
                     "leads nowhere with this method: see the CapabilityStatement");
    return STATUS_OK;
}

static void read_method(struct fhir_entry *entry, struct complaints *complaints) {
    static const enum http_method known[] = {HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH,
                                             HTTP_DELETE};
    const char *method = fhir_entry_says(entry, "method");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        entry->request.method = known[i];
        if (strcmp(method, http_method_name(known[i])) == 0)
            return;
    }
    entry->request.method = HTTP_METHODS;
    blame_member(entry, complaints, "request/method", *method ? "not_supported" : "required",
                 "must be GET, POST, PUT, PATCH or DELETE");
}

/* A JSON Patch travels as the data of a Binary; NULL: this is none. */
static json_t *patch_in(const json_t *binary) {
    const char *type = fhir_text(binary, "resourceType"), *data = fhir_text(binary, "data");
    const char *media = fhir_text(binary, "contentType");
    char *copy = NULL;
    gnutls_datum_t bytes = {NULL, 0};
    if (!type || !data || !media || strcmp(type, "Binary") != 0 ||
        !media_is_one_of(media, MEDIA_JSON_PATCH) || !(copy = strdup(data)))
        return NULL;
    gnutls_datum_t text = {(unsigned char *)copy, (unsigned)strlen(copy)};
    bool good = gnutls_base64_decode2(&text, &bytes) == 0;
    free(copy);
    if (!good)
        return NULL;
    struct json_text_problem problem;
    json_t *patch = json_text_parse((const char *)bytes.data, bytes.size, &problem);
    gnutls_free(bytes.data);
    return patch;
}

static enum status read_resource(struct fhir_entry *entry, struct complaints *complaints) {
    const json_t *resource = json_object_get(entry->json, "resource");
    bool needed = entry->request.route && entry->request.route->body_schema;
    if (needed && !json_is_object(resource))
        blame_member(entry, complaints, "resource", "required", "is needed for this method");
    if (!needed || !json_is_object(resource))
        return STATUS_OK;
    bool patch = entry->request.method == HTTP_PATCH;
    entry->resource = patch ? patch_in(resource) : json_deep_copy(resource);
    entry->request.json = entry->resource;
    if (patch && !entry->resource)
        blame_member(entry, complaints, "resource", "not_supported",
                     "must be a Binary whose data is a JSON Patch");
    return entry->resource || patch ? STATUS_OK : STATUS_NO_MEMORY;
}

/* What the Bundle's own headers say of the whole is not said of its parts. */
static bool is_of_the_whole(const char *name) {
    return strcasecmp(name, "Idempotency-Key") == 0 || strcasecmp(name, "Prefer") == 0 ||
           strncasecmp(name, "If-", 3) == 0 || strncasecmp(name, "Content-", 8) == 0;
}

static void add_header(struct http_request *request, const char *name, const char *value) {
    if (*value && request->header_count < HTTP_HEADERS_MAX)
        request->headers[request->header_count++] = (struct http_header){name, value};
}

static void set_headers(struct fhir_entry *entry, const struct http_request *whole) {
    struct http_request *request = &entry->request;
    const char *key = request_header(whole, "Idempotency-Key");
    request->header_count = 0;
    for (size_t i = 0; i < whole->header_count; i++)
        if (!is_of_the_whole(whole->headers[i].name))
            request->headers[request->header_count++] = whole->headers[i];
    (void)snprintf(entry->prefer, sizeof entry->prefer, "return=OperationOutcome%s",
                   fhir_is_strict(whole)    ? ", handling=strict"
                   : fhir_is_lenient(whole) ? ", handling=lenient"
                                            : "");
    add_header(request, "Prefer", entry->prefer);
    add_header(request, "If-Match", fhir_entry_says(entry, "ifMatch"));
    add_header(request, "If-None-Exist", fhir_entry_says(entry, "ifNoneExist"));
    if (!key)
        return;
    (void)snprintf(entry->key, sizeof entry->key, "%s%zu", key, entry->number);
    add_header(request, "Idempotency-Key", entry->key);
}

enum status fhir_entry_open(struct fhir_entry *entry, const struct app *app,
                            const struct http_request *request, const json_t *json, size_t number,
                            struct complaints *complaints) {
    entry->json = json;
    entry->number = number;
    entry->full_url = fhir_text(json, "fullUrl");
    entry->request = *request;
    entry->request.json = NULL;
    entry->request.body = "";
    entry->request.body_len = 0;
    entry->request.query = (struct query){0};
    response_init(&entry->response);
    (void)snprintf(entry->pointer, sizeof entry->pointer, "#/entry/%zu", number);
    read_method(entry, complaints);
    enum status status = read_url(entry, app, complaints);
    if (status == STATUS_OK)
        status = read_resource(entry, complaints);
    set_headers(entry, request);
    return status;
}

void fhir_entry_free(struct fhir_entry *entry) {
    query_free(&entry->request.query);
    response_free(&entry->response);
    json_decref(entry->resource);
    free(entry->url);
    free(entry->target);
}

/* ---- running ---- */

/* "CarePlan/ID", of the Location or of the path. */
static void note_target(struct fhir_entry *entry, const struct app *app) {
    char base[FHIR_BASE_SIZE];
    const char *location = response_header_value(&entry->response, "Location");
    const char *id = request_param(&entry->request, "id");
    const char *type = entry->request.route->path + strlen("/fhir/");
    fhir_base(app, &entry->request, base);
    size_t len = strlen(base);
    if (location && strncmp(location, base, len) == 0 && location[len] == '/') {
        const char *start = location + len + 1, *slash = strchr(start, '/');
        size_t id_len = slash ? strcspn(slash + 1, "/") : 0;
        (void)snprintf(entry->made, sizeof entry->made, "%.*s",
                       (int)(slash ? (size_t)(slash + 1 - start) + id_len : 0), start);
    } else if (id) {
        (void)snprintf(entry->made, sizeof entry->made, "%.*s/%s", (int)strcspn(type, "/"), type,
                       id);
    }
}

/* What has not changed is not sent again. */
static void judge_none_match(struct fhir_entry *entry) {
    const char *known = fhir_entry_says(entry, "ifNoneMatch");
    if (entry->request.method != HTTP_GET || !*known || !*entry->response.etag ||
        strcmp(known, entry->response.etag) != 0)
        return;
    response_drop_body(&entry->response);
    entry->response.status = 304;
}

void fhir_entry_run(struct fhir_entry *entry, struct app *app) {
    const struct route *route = entry->request.route;
    entry->done = true;
    entry->status = access_allows(app->access, &entry->request, &entry->response);
    if (entry->status == STATUS_OK)
        entry->status = body_is_object(app, &entry->request, &entry->response);
    if (entry->status == STATUS_OK)
        entry->status = route->handler(app, &entry->request, &entry->response);
    if (!fhir_entry_succeeded(entry))
        return;
    note_target(entry, app);
    judge_none_match(entry);
}

bool fhir_entry_succeeded(const struct fhir_entry *entry) {
    const struct http_response *response = &entry->response;
    return entry->status == STATUS_OK && !response->problem && !response->failed;
}

/* ---- what went wrong ---- */

static const struct problem_type *problem_of(const struct fhir_entry *entry) {
    const struct http_response *response = &entry->response;
    if (response->problem)
        return response->problem;
    return problem_type_of(entry->status == STATUS_OK ? STATUS_NO_MEMORY : entry->status);
}

static json_t *errors_of(const struct http_response *response) {
    struct buffer list;
    buffer_init(&list);
    buffer_puts(&list, "[");
    buffer_append(&list, response->errors.data ? response->errors.data : "", response->errors.len);
    buffer_puts(&list, "]");
    json_t *errors = list.failed ? NULL : json_loadb(list.data, list.len, 0, NULL);
    buffer_free(&list);
    return errors;
}

/* Its places lie below the entry: of a parameter in its url, of the body in its resource. */
static void move_error(const struct fhir_entry *entry, const json_t *error,
                       struct http_response *whole) {
    char pointer[600];
    const char *place = fhir_text(error, "pointer"), *parameter = fhir_text(error, "parameter");
    (void)snprintf(pointer, sizeof pointer, "%s/%s%s", entry->pointer,
                   place ? "resource" : "request/url", place && *place ? place + 1 : "");
    response_error(whole, pointer, fhir_text(error, "code"), "%s%s%s", parameter ? parameter : "",
                   parameter ? ": " : "", fhir_text(error, "detail"));
}

static void move_members(struct fhir_entry *entry, struct http_response *whole) {
    for (size_t i = 0; i < PROBLEM_MEMBERS_MAX; i++)
        if (entry->response.extra[i].key)
            response_problem_member(whole, entry->response.extra[i].key,
                                    &entry->response.extra[i].value);
}

void fhir_entry_blame(struct fhir_entry *entry, struct http_response *whole) {
    struct http_response *response = &entry->response;
    const struct problem_type *type = problem_of(entry);
    json_t *errors = errors_of(response), *error;
    const char *detail = response->detail.data ? response->detail.data : type->title;
    size_t i;
    json_array_foreach(errors, i, error) move_error(entry, error, whole);
    if (json_array_size(errors) == 0)
        response_error(whole, entry->pointer, "entry", "%s", detail);
    json_decref(errors);
    move_members(entry, whole);
    whole->retry_after = response->retry_after;
    /* That a method is not allowed here would be said of the Bundle's own. */
    response_problem(whole, type->status == 405 ? "invalid-content" : type->name,
                     "Entry %zu: %s Nothing of the Bundle was stored.", entry->number, detail);
}

json_t *fhir_entry_outcome(struct fhir_entry *entry) {
    json_t *errors = errors_of(&entry->response);
    char *text = json_array_size(errors) ? json_dumps(errors, JSON_COMPACT) : NULL;
    struct http_response *response = &entry->response;
    struct http_problem problem = {.type = problem_of(entry),
                                   .detail = response->detail.data ? response->detail.data : "",
                                   .errors = text ? text : "",
                                   .instance = ""};
    response_drop_body(response);
    response->status = problem.type->status;
    (void)fhir_render_problem(NULL, &entry->request, &problem, response);
    json_t *outcome = json_loadb(response->body.data, response->body.len, 0, NULL);
    free(text);
    json_decref(errors);
    return outcome;
}
