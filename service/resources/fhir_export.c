/*
 * GET /fhir/$export: the whole of a tenant as NDJSON, in the manner of FHIR Bulk Data Access. No
 * job runs and none is kept: the URLs carry what was asked, signed for the tenant. A file is a
 * stretch of keys that holds FILE_ROWS rows, so that neither an export nor a file grows in our
 * memory with the tenant; what was made after the export began lies in none of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "access/access.h"
#include "http/route.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "interop/fhir_outcome.h"
#include "interop/fhir_practitioner.h"
#include "resources/cursor.h"
#include "resources/fhir_edge.h"
#include "resources/fhir_plans.h"
#include "resources/fhir_records.h"
#include "resources/fhir_search.h"
#include "resources/handlers.h"
#include "resources/sql_value.h"

#define FILE_ROWS "100"
#define JOB "fhirExport"
#define FILE_OF_JOB "fhirExportFile"
enum { EVENTS = 30, QUERY_MAX = 1000, DATE_SIZE = 64 };

/* ---- what there is ---- */

enum rows { PLANS, MEASUREMENTS, EVENT_SESSIONS, THERAPISTS };

static const struct {
    const char *boundaries, *statement;
} statements[] = {
    [PLANS] = {"export_plans_files", "export_plans"},
    [MEASUREMENTS] = {"export_measurements_files", "export_measurements"},
    [EVENT_SESSIONS] = {"export_events_files", "export_events"},
    [THERAPISTS] = {"export_therapists_files", "export_therapists"},
};

static const struct export_type {
    const char *name;
    enum rows rows;
} types[] = {
    {"CarePlan", PLANS},
    {"Goal", PLANS},
    {"Provenance", PLANS},
    {"Observation", MEASUREMENTS},
    {"AdverseEvent", EVENT_SESSIONS},
    {"Practitioner", THERAPISTS},
    {"PractitionerRole", THERAPISTS},
};
enum { TYPES = sizeof types / sizeof *types };

static const struct export_type *type_named(const char *name, size_t len) {
    for (size_t i = 0; i < TYPES; i++)
        if (strlen(types[i].name) == len && strncmp(types[i].name, name, len) == 0)
            return &types[i];
    return NULL;
}

/* ---- who may ---- */

/* The whole tenant is the clinic's alone. */
static enum status open_export(const struct http_request *request, struct http_response *response,
                               struct tenant_secrets *secrets) {
    if (access_caller(request)->kind != PRINCIPAL_CLINIC) {
        response_problem(response, "forbidden", "All of a tenant is for the clinic itself.");
        return STATUS_INVALID;
    }
    return tenant_secrets_get(request, response, secrets);
}

/* The payload of a URL of ours; another tenant's is not there, and an old one is gone. */
static enum status open_url(struct http_response *response, const struct tenant_secrets *secrets,
                            const char *text, const char *kind, json_t **payload) {
    *payload = text ? cursor_open(secrets, text) : NULL;
    const char *made_for = fhir_text(*payload, "o");
    if (!made_for || strcmp(made_for, kind) != 0)
        return STATUS_NOT_FOUND;
    if (json_integer_value(json_object_get(*payload, "x")) >= (json_int_t)time(NULL))
        return STATUS_OK;
    response_problem(response, "gone", "The export has expired. Begin another one.");
    return STATUS_INVALID;
}

static bool takes_query(const struct http_request *request, struct http_response *response) {
    bool repeatable, lenient = fhir_is_lenient(request);
    for (size_t i = 0; i < request->query.count && !lenient; i++) {
        const char *name = request->query.params[i].name;
        if (strcmp(name, "_format") != 0 && !query_allows(request->route->query, name, &repeatable))
            response_parameter_error(response, name, "unknown", "is not supported");
    }
    if (response->error_count)
        response_problem(response, "unsupported-search", "A parameter is not understood.");
    return response->error_count == 0;
}

/* ---- asking for an export ---- */

/* What was asked, in the words of SQL. */
struct wish {
    bool types[TYPES];
    char since[SQL_TIME_SIZE + 16];
};

static void wish_list(const struct http_request *request, struct http_response *response,
                      const char *list, struct wish *wish) {
    while (*list) {
        size_t len = strcspn(list, ",");
        const struct export_type *type = type_named(list, len);
        if (type)
            wish->types[type - types] = true;
        else if (!fhir_is_lenient(request))
            response_parameter_error(response, "_type", "value", "%.*s is not exported",
                                     len < 64 ? (int)len : 64, list);
        list += len + (list[len] == ',');
    }
}

/* Given more than once, it means all of them, as the specification of bulk data has it. */
static void wish_types(const struct http_request *request, struct http_response *response,
                       struct wish *wish) {
    bool all = request_query(request, "_type") == NULL;
    for (size_t i = 0; i < TYPES; i++)
        wish->types[i] = all;
    for (size_t i = 0; i < request->query.count; i++)
        if (strcmp(request->query.params[i].name, "_type") == 0)
            wish_list(request, response, request->query.params[i].value, wish);
}

static void wish_since(const struct http_request *request, struct http_response *response,
                       struct wish *wish) {
    const char *value = request_query(request, "_since");
    struct fhir_bounds bounds = {0};
    (void)snprintf(wish->since, sizeof wish->since, "-infinity");
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
    if (!takes_query(request, response))
        return STATUS_INVALID;
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

static json_t *job_of(const struct http_request *request, const struct wish *wish) {
    char now[SQL_TIME_SIZE];
    const char *query = strchr(request->target, '?');
    json_t *list = json_array();
    for (size_t i = 0; i < TYPES; i++)
        if (wish->types[i] && json_array_append_new(list, json_string(types[i].name)) != 0) {
            json_decref(list);
            return NULL;
        }
    sql_time_now(now, 0);
    return json_pack("{s:s, s:I, s:s, s:s, s:s, s:o}", "o", JOB, "x",
                     (json_int_t)time(NULL) + (json_int_t)CURSOR_HOURS * 3600, "u", now, "s",
                     wish->since, "q", query ? query : "", "t", list);
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

enum status fhir_export_begin(void *app, const struct http_request *request,
                              struct http_response *response) {
    char base[FHIR_BASE_SIZE];
    struct wish wish = {0};
    struct tenant_secrets secrets;
    struct buffer job;
    enum status status = open_export(request, response, &secrets);
    if (status == STATUS_OK)
        status = read_wish(request, response, &wish);
    if (status != STATUS_OK)
        return status;
    buffer_init(&job);
    fhir_base(app, request, base);
    status = cursor_seal(&secrets, job_of(request, &wish), &job);
    if (status == STATUS_OK)
        status = note(request, response);
    if (status == STATUS_OK) {
        response_headerf(response, "Content-Location", "%s/$export/%s", base, job.data);
        status = tell(request, response, "The export is at the URL in Content-Location.");
    }
    buffer_free(&job);
    return status;
}

/* ---- the manifest ---- */

struct manifest {
    const json_t *job;
    const struct tenant_secrets *secrets;
    char base[FHIR_BASE_SIZE];
    struct tenant_call call;
    int steps[TYPES]; /* of the rows a type is made of */
    json_t *output;   /* owned */
};

static const char *key_of(const struct manifest *manifest, int step, int row, const char *column) {
    bool there = row < tenant_call_count(&manifest->call, step);
    return there ? tenant_call_value(&manifest->call, step, row, column) : NULL;
}

/* One file: from the key of its row to the key of the next. */
static enum status add_file(struct manifest *manifest, const char *type, int step, int row) {
    struct buffer url;
    const json_t *job = manifest->job;
    buffer_init(&url);
    buffer_printf(&url, "%s/$export-file/", manifest->base);
    enum status status = cursor_seal(
        manifest->secrets,
        json_pack("{s:s, s:O, s:O, s:O, s:s, s:s, s:s, s:s*, s:s*}", "o", FILE_OF_JOB, "x",
                  json_object_get(job, "x"), "u", json_object_get(job, "u"), "s",
                  json_object_get(job, "s"), "t", type, "p",
                  key_of(manifest, step, row, "patient_id"), "i", key_of(manifest, step, row, "id"),
                  "q", key_of(manifest, step, row + 1, "patient_id"), "j",
                  key_of(manifest, step, row + 1, "id")),
        &url);
    if (status == STATUS_OK &&
        json_array_append_new(manifest->output,
                              json_pack("{s:s, s:s}", "type", type, "url", url.data)) != 0)
        status = STATUS_NO_MEMORY;
    buffer_free(&url);
    return status;
}

static void ask_boundaries(struct manifest *manifest) {
    int asked[] = {-1, -1, -1, -1};
    size_t i;
    json_t *name;
    for (i = 0; i < TYPES; i++)
        manifest->steps[i] = -1;
    json_array_foreach(json_object_get(manifest->job, "t"), i, name) {
        const struct export_type *type =
            type_named(json_string_value(name), json_string_length(name));
        if (!type)
            continue; /* of a version that exported more */
        int *step = &asked[type->rows];
        if (*step < 0)
            *step = TENANT_CALL_ADD(&manifest->call, statements[type->rows].boundaries,
                                    fhir_text(manifest->job, "u"), fhir_text(manifest->job, "s"),
                                    FILE_ROWS);
        manifest->steps[type - types] = *step;
    }
}

static enum status add_files(struct manifest *manifest) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < TYPES && status == STATUS_OK; i++) {
        int step = manifest->steps[i];
        int rows = step < 0 ? 0 : tenant_call_count(&manifest->call, step);
        for (int row = 0; row < rows && status == STATUS_OK; row++)
            if (strcmp(key_of(manifest, step, row, "matches"), "0") != 0)
                status = add_file(manifest, types[i].name, step, row);
    }
    return status;
}

static enum status send_manifest(const struct manifest *manifest, struct http_response *response) {
    char date[DATE_SIZE];
    struct tm parts;
    time_t expires = (time_t)json_integer_value(json_object_get(manifest->job, "x"));
    if (gmtime_r(&expires, &parts) &&
        strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts))
        response_header(response, "Expires", date);
    return response_json(
        response,
        json_pack("{s:O, s:o, s:b, s:O, s:[]}", "transactionTime",
                  json_object_get(manifest->job, "u"), "request",
                  json_sprintf("%s/$export%s", manifest->base, fhir_text(manifest->job, "q")),
                  "requiresAccessToken", 1, "output", manifest->output, "error"));
}

static enum status make_manifest(struct manifest *manifest, const struct http_request *request,
                                 struct http_response *response) {
    manifest->output = json_array();
    tenant_call_begin(&manifest->call, request, response, TENANT_READ);
    ask_boundaries(manifest);
    enum status status = json_array_size(json_object_get(manifest->job, "t"))
                             ? tenant_call_run(&manifest->call)
                             : STATUS_OK;
    if (status == STATUS_OK)
        status = manifest->output ? add_files(manifest) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = send_manifest(manifest, response);
    tenant_call_end(&manifest->call);
    json_decref(manifest->output);
    return status;
}

enum status fhir_export_status(void *app, const struct http_request *request,
                               struct http_response *response) {
    struct tenant_secrets secrets;
    struct manifest manifest = {.secrets = &secrets};
    json_t *job = NULL;
    enum status status = open_export(request, response, &secrets);
    if (status == STATUS_OK)
        status = open_url(response, &secrets, request_param(request, "job"), JOB, &job);
    manifest.job = job;
    fhir_base(app, request, manifest.base);
    if (status == STATUS_OK)
        status = make_manifest(&manifest, request, response);
    json_decref(job);
    return status;
}

enum status fhir_export_delete(void *app, const struct http_request *request,
                               struct http_response *response) {
    struct tenant_secrets secrets;
    json_t *job = NULL;
    (void)app;
    enum status status = open_export(request, response, &secrets);
    if (status == STATUS_OK)
        status = open_url(response, &secrets, request_param(request, "job"), JOB, &job);
    if (status == STATUS_OK)
        status = tell(request, response,
                      "No copy was made, so none is left; the URLs end by themselves.");
    json_decref(job);
    return status;
}

/* ---- a file ---- */

struct file {
    const struct app *app;
    const struct export_type *type;
    struct tenant_call call;
    int step;
    struct buffer text;
    bool failed;
};

static int append(const char *bytes, size_t len, void *text) {
    buffer_append(text, bytes, len);
    return 0;
}

static void add_line(struct file *file, json_t *resource_owned) {
    file->failed |= !resource_owned ||
                    json_dump_callback(resource_owned, append, &file->text, JSON_COMPACT) != 0;
    buffer_puts(&file->text, "\n");
    json_decref(resource_owned);
}

static void add_plan(struct file *file, int row) {
    struct care_plan plan = {0};
    care_plan_take(&plan, &file->call, file->step, row);
    json_t *json = fhir_plan_json(&plan, app_today());
    add_line(file, json ? fhir_plan_as(file->app->knowledge, file->type->name, json) : NULL);
    json_decref(json);
}

static void add_events(struct file *file, int row) {
    const char *patient_id = tenant_call_value(&file->call, file->step, row, "patient_id");
    for (int i = 0; i < EVENTS; i++) {
        json_t *event = fhir_adverse_event_of(file->app->knowledge, &file->call, file->step, row,
                                              patient_id, i);
        if (event)
            add_line(file, event);
    }
}

static void add_therapist(struct file *file, int row) {
    char updated[SQL_TIME_SIZE];
    const struct tenant_call *call = &file->call;
    const char *version = tenant_call_value(call, file->step, row, "version");
    sql_time_text(tenant_call_value(call, file->step, row, "updated_at"), updated);
    json_t *therapist = json_loads(tenant_call_value(call, file->step, row, "document"), 0, NULL);
    json_t *about = json_pack("{s:s, s:I, s:s}", "therapist_id",
                              tenant_call_value(call, file->step, row, "therapist_id"), "version",
                              (json_int_t)strtoll(version, NULL, 10), "updated_at", updated);
    bool role = strcmp(file->type->name, "PractitionerRole") == 0;
    if (!therapist || !about || json_object_update(therapist, about) != 0)
        file->failed = true;
    else
        add_line(file, role ? fhir_practitioner_role(file->app->knowledge, therapist)
                            : fhir_practitioner(therapist));
    json_decref(about);
    json_decref(therapist);
}

static void add_row(struct file *file, int row) {
    const char *patient_id = tenant_call_value(&file->call, file->step, row, "patient_id");
    switch (file->type->rows) {
    case PLANS:
        add_plan(file, row);
        break;
    case MEASUREMENTS:
        add_line(file, fhir_observation_of(&file->call, file->step, row, patient_id));
        break;
    case EVENT_SESSIONS:
        add_events(file, row);
        break;
    case THERAPISTS:
        add_therapist(file, row);
        break;
    }
}

static void ask_rows(struct file *file, const json_t *payload) {
    const char *statement = statements[file->type->rows].statement;
    const char *until = fhir_text(payload, "u"), *since = fhir_text(payload, "s");
    const char *first = fhir_text(payload, "i"), *end = fhir_text(payload, "j");
    file->step = file->type->rows == THERAPISTS
                     ? TENANT_CALL_ADD(&file->call, statement, first, end, until, since)
                     : TENANT_CALL_ADD(&file->call, statement, fhir_text(payload, "p"), first,
                                       fhir_text(payload, "q"), end, until, since);
}

static enum status send_file(struct file *file, const json_t *payload,
                             const struct http_request *request, struct http_response *response) {
    buffer_init(&file->text);
    tenant_call_begin(&file->call, request, response, TENANT_READ);
    ask_rows(file, payload);
    enum status status = tenant_call_run(&file->call);
    int rows = status == STATUS_OK ? tenant_call_count(&file->call, file->step) : 0;
    for (int row = 0; row < rows && !file->failed; row++)
        add_row(file, row);
    tenant_call_end(&file->call);
    if (status == STATUS_OK && (file->failed || file->text.failed))
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        return response_buffer(response, MEDIA_FHIR_NDJSON, &file->text);
    buffer_free(&file->text);
    return status;
}

enum status fhir_export_file(void *app, const struct http_request *request,
                             struct http_response *response) {
    struct tenant_secrets secrets;
    struct file file = {.app = app};
    json_t *payload = NULL;
    enum status status = open_export(request, response, &secrets);
    if (status == STATUS_OK)
        status =
            open_url(response, &secrets, request_param(request, "file"), FILE_OF_JOB, &payload);
    const char *type = fhir_text(payload, "t");
    file.type = type ? type_named(type, strlen(type)) : NULL;
    if (status == STATUS_OK)
        status = file.type ? send_file(&file, payload, request, response) : STATUS_NOT_FOUND;
    json_decref(payload);
    return status;
}
