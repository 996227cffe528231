/*
 * GET /fhir/$export, its manifest and its end; see fhir_export.h. The manifest is made anew each
 * time it is asked for: its cost is a walk over an index, in bounded steps.
 */
#include "resources/fhir_export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "access/access.h"
#include "interop/fhir_json.h"
#include "interop/fhir_outcome.h"
#include "resources/cursor.h"
#include "resources/fhir_edge.h"
#include "resources/fhir_search.h"
#include "resources/handlers.h"
#include "resources/sql_value.h"
#include "resources/tenant_call.h"

/* Longer than any write may last, clocks apart included: a write that was under way when the export
   began is in the next one, which begins at `transactionTime`. */
enum { UNDER_WAY_S = 60 };
#define ALL "-infinity" /* since when, where everything is wanted */
enum { QUERY_MAX = 700, IGNORED_MAX = 20, NAME_MAX_LEN = 64, DATE_SIZE = 64 };

/* ---- what there is ---- */

const struct export_type export_types[EXPORT_TYPES] = {
    {"CarePlan", EXPORT_PLANS},          {"Goal", EXPORT_PLANS},
    {"Provenance", EXPORT_PLANS},        {"Observation", EXPORT_MEASUREMENTS},
    {"Procedure", EXPORT_SESSIONS},      {"AdverseEvent", EXPORT_EVENTS},
    {"Practitioner", EXPORT_THERAPISTS}, {"PractitionerRole", EXPORT_THERAPISTS},
};

const struct export_type *export_type_named(const char *name, size_t len) {
    for (size_t i = 0; i < EXPORT_TYPES; i++)
        if (strlen(export_types[i].name) == len && strncmp(export_types[i].name, name, len) == 0)
            return &export_types[i];
    return NULL;
}

const char *export_rows_statement(enum export_source source) {
    static const char *const names[EXPORT_SOURCES] = {
        [EXPORT_PLANS] = "export_plans",           [EXPORT_MEASUREMENTS] = "export_measurements",
        [EXPORT_SESSIONS] = "export_sessions",     [EXPORT_EVENTS] = "export_events",
        [EXPORT_THERAPISTS] = "export_therapists",
    };
    return names[source];
}

/* ---- who may ---- */

static bool is_of_kind(const json_t *payload, const char *kind) {
    const char *made_for = fhir_text(payload, "o");
    return made_for && strcmp(made_for, kind) == 0 && fhir_text(payload, "n") != NULL;
}

static enum status refuse_ended(const struct http_request *request, struct http_response *response,
                                const char *export_id) {
    struct tenant_call call;
    tenant_call_begin(&call, request, response, TENANT_READ);
    int step = TENANT_CALL_ADD(&call, "export_ended", export_id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK && tenant_call_count(&call, step) > 0)
        status = STATUS_NOT_FOUND;
    tenant_call_end(&call);
    return status;
}

static enum status judge_payload(const struct http_request *request, struct http_response *response,
                                 const json_t *payload, const char *kind) {
    if (!is_of_kind(payload, kind))
        return STATUS_NOT_FOUND;
    if (json_integer_value(json_object_get(payload, "x")) < (json_int_t)time(NULL)) {
        response_problem(response, "gone", "The export has expired. Begin another one.");
        return STATUS_INVALID;
    }
    return refuse_ended(request, response, fhir_text(payload, "n"));
}

enum status export_open(const struct http_request *request, struct http_response *response,
                        const char *param, const char *kind, struct tenant_secrets *secrets,
                        json_t **payload) {
    *payload = NULL;
    if (access_caller(request)->kind != PRINCIPAL_CLINIC) {
        response_problem(response, "forbidden", "All of a tenant is for the clinic itself.");
        return STATUS_INVALID;
    }
    enum status status = tenant_secrets_get(request, response, secrets);
    if (status != STATUS_OK || !param)
        return status;
    *payload = cursor_open(secrets, request_param(request, param));
    return judge_payload(request, response, *payload, kind);
}

/* ---- asking for an export ---- */

/* What was asked, in the words of SQL. */
struct wish {
    bool types[EXPORT_TYPES];
    char since[SQL_TIME_SIZE + 16];
    json_t *ignored; /* owned: names of what a lenient client gets the export without */
};

/* What is not supported: refused with its place, or for lenient clients ignored, which the file of
   the manifest's `error` tells. */
static void not_supported(const struct http_request *request, struct http_response *response,
                          struct wish *wish, const char *parameter, const char *value, size_t len) {
    int shown = len < NAME_MAX_LEN ? (int)len : NAME_MAX_LEN;
    if (!fhir_is_lenient(request))
        response_parameter_error(response, parameter, value ? "value" : "unknown", "%.*s%s", shown,
                                 value ? value : "",
                                 value ? " is not exported" : "is not supported");
    else if (json_array_size(wish->ignored) < IGNORED_MAX)
        (void)json_array_append_new(wish->ignored,
                                    value ? json_sprintf("%s=%.*s", parameter, shown, value)
                                          : json_sprintf("%.64s", parameter));
}

static void wish_parameters(const struct http_request *request, struct http_response *response,
                            struct wish *wish) {
    bool repeatable;
    for (size_t i = 0; i < request->query.count; i++) {
        const char *name = request->query.params[i].name;
        if (strcmp(name, "_format") != 0 && !query_allows(request->route->query, name, &repeatable))
            not_supported(request, response, wish, name, NULL, 0);
    }
}

static void wish_list(const struct http_request *request, struct http_response *response,
                      const char *list, struct wish *wish) {
    while (*list) {
        list += strspn(list, " ,");
        size_t len = strcspn(list, " ,");
        const struct export_type *type = export_type_named(list, len);
        if (type)
            wish->types[type - export_types] = true;
        else if (len)
            not_supported(request, response, wish, "_type", list, len);
        list += len;
    }
}

/* Given more than once, it means all of them, as the specification of bulk data has it. */
static void wish_types(const struct http_request *request, struct http_response *response,
                       struct wish *wish) {
    bool all = request_query(request, "_type") == NULL;
    for (size_t i = 0; i < EXPORT_TYPES; i++)
        wish->types[i] = all;
    for (size_t i = 0; i < request->query.count; i++)
        if (strcmp(request->query.params[i].name, "_type") == 0)
            wish_list(request, response, request->query.params[i].value, wish);
}

static void wish_since(const struct http_request *request, struct http_response *response,
                       struct wish *wish) {
    const char *value = request_query(request, "_since");
    struct fhir_bounds bounds = {0};
    (void)snprintf(wish->since, sizeof wish->since, ALL);
    if (!value)
        return;
    if (*value < '0' || *value > '9' || !fhir_search_moments(value, &bounds) || !*bounds.start_from)
        response_parameter_error(response, "_since", "format", "must be a time");
    else
        (void)snprintf(wish->since, sizeof wish->since, "%s", bounds.start_from);
}

static void check_format(const struct http_request *request, struct http_response *response) {
    static const char *const known[] = {MEDIA_FHIR_NDJSON, "application/ndjson", "ndjson",
                                        "application/fhir ndjson"}; /* a + that was not escaped */
    const char *value = request_query(request, "_outputFormat");
    for (size_t i = 0; value && i < sizeof known / sizeof *known; i++)
        if (strcmp(value, known[i]) == 0)
            return;
    if (value)
        response_parameter_error(response, "_outputFormat", "value", "must be %s",
                                 MEDIA_FHIR_NDJSON);
}

static enum status read_wish(const struct http_request *request, struct http_response *response,
                             struct wish *wish) {
    const char *query = strchr(request->target, '?');
    wish->ignored = json_array();
    if (!wish->ignored)
        return STATUS_NO_MEMORY;
    wish_parameters(request, response, wish);
    wish_types(request, response, wish);
    wish_since(request, response, wish);
    check_format(request, response);
    if (!fhir_is_async(request))
        response_parameter_error(response, "Prefer", "required", "must be respond-async");
    if (query && strlen(query) > QUERY_MAX)
        response_parameter_error(response, "_type", "too_long", "the query is too long");
    if (response->error_count == 0)
        return STATUS_OK;
    response_problem(response, "unsupported-search", "The export cannot be made like this.");
    return STATUS_INVALID;
}

/* NULL without memory. */
static json_t *job_of(const struct http_request *request, const struct wish *wish) {
    char now[SQL_TIME_SIZE], settled[SQL_TIME_SIZE], export_id[ID_SIZE];
    const char *query = strchr(request->target, '?');
    json_t *list = json_array();
    bool whole = list && id_new(export_id) == STATUS_OK;
    for (size_t i = 0; i < EXPORT_TYPES && whole; i++)
        if (wish->types[i])
            whole = json_array_append_new(list, json_string(export_types[i].name)) == 0;
    if (!whole) {
        json_decref(list);
        return NULL;
    }
    sql_time_now(now, 0);
    sql_time_now(settled, -UNDER_WAY_S);
    return json_pack("{s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:o, s:O}", "o", EXPORT_JOB, "n",
                     export_id, "x", (json_int_t)time(NULL) + (json_int_t)CURSOR_HOURS * 3600, "u",
                     now, "m", settled, "s", wish->since, "q", query ? query : "", "t", list, "g",
                     wish->ignored);
}

static enum status tell(const struct http_request *request, struct http_response *response,
                        const char *text) {
    json_t *outcome = fhir_outcome();
    struct fhir_issue issue = {.severity = "information", .code = "informational", .text = text};
    if (outcome && !fhir_outcome_add(outcome, &issue)) {
        json_decref(outcome);
        outcome = NULL;
    }
    return fhir_send(request, response, 202, outcome);
}

static enum status note(const struct http_request *request, struct http_response *response) {
    struct tenant_call call;
    tenant_call_begin(&call, request, response, TENANT_WRITE);
    tenant_call_audit(&call, "tenant.export", "fhir/export", NULL);
    enum status status = tenant_call_run(&call);
    tenant_call_end(&call);
    return status;
}

static enum status begin(const struct app *app, const struct http_request *request,
                         struct http_response *response, const struct tenant_secrets *secrets,
                         const struct wish *wish) {
    char base[FHIR_BASE_SIZE];
    struct buffer url;
    buffer_init(&url);
    fhir_base(app, request, base);
    buffer_printf(&url, "%s/$export/", base);
    enum status status = cursor_seal(secrets, job_of(request, wish), &url);
    if (status == STATUS_OK)
        status = note(request, response);
    if (status == STATUS_OK) {
        response_header(response, "Content-Location", url.data);
        status = tell(request, response, "The export is at the URL in Content-Location.");
    }
    buffer_free(&url);
    return status;
}

enum status fhir_export_begin(void *app, const struct http_request *request,
                              struct http_response *response) {
    struct wish wish = {0};
    struct tenant_secrets secrets;
    json_t *none;
    enum status status = export_open(request, response, NULL, EXPORT_JOB, &secrets, &none);
    if (status == STATUS_OK)
        status = read_wish(request, response, &wish);
    if (status == STATUS_OK)
        status = begin(app, request, response, &secrets, &wish);
    json_decref(wish.ignored);
    return status;
}

/* ---- the manifest ---- */

enum { THERE, GONE, KINDS };

struct manifest {
    const struct app *app;
    const struct http_request *request;
    struct http_response *response;
    const json_t *job;
    const struct tenant_secrets *secrets;
    char base[FHIR_BASE_SIZE];
    json_t *stretches[KINDS][EXPORT_SOURCES]; /* owned; NULL: not walked */
    json_t *output, *deleted, *error;         /* owned */
};

/* A file: what it holds goes into its URL, and so does a name, for clients store it under that. */
static enum status add_file(struct manifest *manifest, json_t *files, const char *type,
                            json_t *payload_owned, size_t number) {
    bool gone = files == manifest->deleted;
    struct buffer url;
    buffer_init(&url);
    buffer_printf(&url, "%s/$export-file/", manifest->base);
    enum status status = cursor_seal(manifest->secrets, payload_owned, &url);
    buffer_printf(&url, "/%s.%s%zu.ndjson", type, gone ? "deleted." : "", number);
    if (status == STATUS_OK &&
        (url.failed ||
         json_array_append_new(
             files, json_pack("{s:s, s:s}", "type", gone ? "Bundle" : type, "url", url.data)) != 0))
        status = STATUS_NO_MEMORY;
    buffer_free(&url);
    return status;
}

static json_t *file_payload(const struct manifest *manifest, const char *type, const char *member,
                            json_t *value, bool gone) {
    const json_t *job = manifest->job;
    return json_pack("{s:s, s:O, s:O, s:O, s:s, s:O, s:b}", "o", EXPORT_FILE, "n",
                     json_object_get(job, "n"), "x", json_object_get(job, "x"), "s",
                     json_object_get(job, "s"), "t", type, member, value, "d", gone);
}

static enum status walk(struct manifest *manifest, enum export_source source, int kind) {
    struct export_walk walk = {.request = manifest->request,
                               .response = manifest->response,
                               .source = source,
                               .until = fhir_text(manifest->job, "u"),
                               .since = fhir_text(manifest->job, "s"),
                               .gone = kind == GONE,
                               .rows = manifest->app->export_rows};
    enum status status = manifest->stretches[kind][source] ? STATUS_OK : export_walk(&walk);
    if (walk.stretches)
        manifest->stretches[kind][source] = walk.stretches;
    return status;
}

static enum status add_type(struct manifest *manifest, const struct export_type *type, int kind) {
    size_t i;
    json_t *stretch, *files = kind == GONE ? manifest->deleted : manifest->output;
    enum status status = walk(manifest, type->source, kind);
    json_array_foreach(manifest->stretches[kind][type->source], i, stretch) {
        if (status == STATUS_OK)
            status =
                add_file(manifest, files, type->name,
                         file_payload(manifest, type->name, "b", stretch, kind == GONE), i + 1);
    }
    return status;
}

/* What was deleted is told to who has the rest: to an export since some time. */
static enum status add_files(struct manifest *manifest) {
    size_t i;
    json_t *name, *ignored = json_object_get(manifest->job, "g");
    int kinds = strcmp(fhir_text(manifest->job, "s"), ALL) == 0 ? 1 : KINDS;
    enum status status = STATUS_OK;
    json_array_foreach(json_object_get(manifest->job, "t"), i, name) {
        const struct export_type *type =
            export_type_named(json_string_value(name), json_string_length(name));
        for (int kind = 0; type && kind < kinds && status == STATUS_OK; kind++)
            status = add_type(manifest, type, kind);
    }
    if (status == STATUS_OK && json_array_size(ignored))
        status = add_file(manifest, manifest->error, EXPORT_OUTCOME,
                          file_payload(manifest, EXPORT_OUTCOME, "g", ignored, false), 1);
    return status;
}

static enum status send_manifest(const struct manifest *manifest) {
    char date[DATE_SIZE];
    struct tm parts;
    time_t expires = (time_t)json_integer_value(json_object_get(manifest->job, "x"));
    if (gmtime_r(&expires, &parts) &&
        strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts))
        response_header(manifest->response, "Expires", date);
    return response_json(
        manifest->response,
        json_pack("{s:O, s:o, s:b, s:O, s:O, s:O}", "transactionTime",
                  json_object_get(manifest->job, "m"), "request",
                  json_sprintf("%s/$export%s", manifest->base, fhir_text(manifest->job, "q")),
                  "requiresAccessToken", 1, "output", manifest->output, "deleted",
                  manifest->deleted, "error", manifest->error));
}

enum status fhir_export_status(void *app, const struct http_request *request,
                               struct http_response *response) {
    struct tenant_secrets secrets;
    json_t *job;
    enum status status = export_open(request, response, "job", EXPORT_JOB, &secrets, &job);
    struct manifest manifest = {.app = app,
                                .request = request,
                                .response = response,
                                .job = job,
                                .secrets = &secrets,
                                .output = json_array(),
                                .deleted = json_array(),
                                .error = json_array()};
    fhir_base(app, request, manifest.base);
    if (status == STATUS_OK)
        status = manifest.output && manifest.deleted && manifest.error ? add_files(&manifest)
                                                                       : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = send_manifest(&manifest);
    for (size_t i = 0; i < EXPORT_SOURCES; i++) {
        json_decref(manifest.stretches[THERE][i]);
        json_decref(manifest.stretches[GONE][i]);
    }
    json_decref(manifest.output);
    json_decref(manifest.deleted);
    json_decref(manifest.error);
    json_decref(job);
    return status;
}

/* ---- the end ---- */

static enum status end(const struct http_request *request, struct http_response *response,
                       const json_t *job) {
    struct tenant_call call;
    char expires[SQL_TIME_SIZE];
    json_int_t seconds = json_integer_value(json_object_get(job, "x")) - (json_int_t)time(NULL);
    sql_time_now(expires, seconds + 1);
    tenant_call_begin(&call, request, response, TENANT_WRITE);
    (void)TENANT_CALL_ADD(&call, "export_end", fhir_text(job, "n"), expires, call.now);
    enum status status = tenant_call_run(&call);
    tenant_call_end(&call);
    return status;
}

enum status fhir_export_delete(void *app, const struct http_request *request,
                               struct http_response *response) {
    struct tenant_secrets secrets;
    json_t *job;
    (void)app;
    enum status status = export_open(request, response, "job", EXPORT_JOB, &secrets, &job);
    if (status == STATUS_OK)
        status = end(request, response, job);
    if (status == STATUS_OK)
        status = tell(request, response, "The export has ended: its URLs lead nowhere any more.");
    json_decref(job);
    return status;
}
