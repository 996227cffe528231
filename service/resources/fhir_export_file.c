/*
 * One file of an export: its rows are read and written in pieces into a nameless file, from which
 * it is sent. In memory there is a piece, whatever the file holds.
 */
#include <stdlib.h>
#include <string.h>

#include "http/gzip.h"
#include "http/spool.h"
#include "interop/fhir_json.h"
#include "interop/fhir_outcome.h"
#include "interop/fhir_practitioner.h"
#include "resources/fhir_edge.h"
#include "resources/fhir_export.h"
#include "resources/fhir_plans.h"
#include "resources/fhir_records.h"
#include "resources/handlers.h"
#include "resources/sql_value.h"

enum { PIECE = 25, EVENTS = 30 };

struct file {
    const struct app *app;
    const struct http_request *request;
    const struct export_type *type;
    struct tenant_call call; /* step 0: the rows of a piece */
    struct buffer text;      /* their lines */
    struct spool spool;
    bool gone;   /* a file of what was deleted */
    bool failed; /* out of memory */
};

/* ---- lines ---- */

static int append(const char *bytes, size_t len, void *text) {
    buffer_append(text, bytes, len);
    return 0;
}

/* A Bundle that deletes the resource, as FHIR tells of what is gone. */
static json_t *as_deletion(json_t *resource_owned) {
    json_t *bundle = json_pack("{s:s, s:s, s:[{s:{s:s, s:o}}]}", "resourceType", "Bundle", "type",
                               "transaction", "entry", "request", "method", "DELETE", "url",
                               json_sprintf("%s/%s", fhir_text(resource_owned, "resourceType"),
                                            fhir_text(resource_owned, "id")));
    json_decref(resource_owned);
    return bundle;
}

static void add_line(struct file *file, json_t *resource_owned) {
    if (resource_owned && file->gone)
        resource_owned = as_deletion(resource_owned);
    file->failed |= !resource_owned ||
                    json_dump_callback(resource_owned, append, &file->text, JSON_COMPACT) != 0;
    buffer_puts(&file->text, "\n");
    json_decref(resource_owned);
}

static void add_plan(struct file *file, int row) {
    struct care_plan plan = {0};
    care_plan_take(&plan, &file->call, 0, row);
    json_t *json = fhir_plan_json(&plan, app_today());
    add_line(file, json ? fhir_plan_as(file->app->knowledge, file->type->name, json) : NULL);
    json_decref(json);
}

static void add_events(struct file *file, int row) {
    const char *patient_id = tenant_call_value(&file->call, 0, row, "patient_id");
    for (int i = 0; i < EVENTS; i++) {
        json_t *event =
            fhir_adverse_event_of(file->app->knowledge, &file->call, 0, row, patient_id, i);
        if (event)
            add_line(file, event);
    }
}

static void add_therapist(struct file *file, int row) {
    char updated[SQL_TIME_SIZE];
    const struct tenant_call *call = &file->call;
    const char *version = tenant_call_value(call, 0, row, "version");
    sql_time_text(tenant_call_value(call, 0, row, "updated_at"), updated);
    json_t *therapist = json_loads(tenant_call_value(call, 0, row, "document"), 0, NULL);
    json_t *about = json_pack("{s:s, s:I, s:s}", "therapist_id",
                              tenant_call_value(call, 0, row, "therapist_id"), "version",
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
    const char *patient_id = tenant_call_value(&file->call, 0, row, "patient_id");
    switch (file->type->source) {
    case EXPORT_PLANS:
        add_plan(file, row);
        break;
    case EXPORT_MEASUREMENTS:
        add_line(file, fhir_observation_of(&file->call, 0, row, patient_id));
        break;
    case EXPORT_SESSIONS:
        add_line(file, fhir_procedure_of(file->app->knowledge, &file->call, 0, row, patient_id));
        break;
    case EXPORT_EVENTS:
        add_events(file, row);
        break;
    case EXPORT_THERAPISTS:
        add_therapist(file, row);
        break;
    }
}

/* ---- pieces ---- */

/* Moves the lines into the spool. */
static enum status spool_lines(struct file *file, bool last) {
    struct buffer packed;
    enum status status = file->failed || file->text.failed ? STATUS_NO_MEMORY : STATUS_OK;
    buffer_init(&packed);
    if (status == STATUS_OK && file->request->takes_gzip)
        status = gzip_piece(file->text.data, file->text.len, last, &packed);
    const struct buffer *bytes = file->request->takes_gzip ? &packed : &file->text;
    if (status == STATUS_OK && bytes->len)
        status = spool_append(&file->spool, bytes->data, bytes->len);
    buffer_free(&packed);
    file->text.len = 0;
    return status;
}

static const char *of(const json_t *stretch, size_t i) {
    return json_string_value(json_array_get(stretch, i));
}

/* The rows from the beginning of the stretch, which is moved on to the first row that is left. */
static enum status write_piece(struct file *file, struct http_response *response, const char *since,
                               json_t *stretch, bool *more) {
    char limit[SQL_NUMBER_SIZE];
    tenant_call_begin(&file->call, file->request, response, TENANT_READ);
    (void)TENANT_CALL_ADD(&file->call, export_rows_statement(file->type->source), of(stretch, 0),
                          of(stretch, 1), of(stretch, 2), of(stretch, 3), since,
                          sql_number(limit, PIECE + 1));
    enum status status = tenant_call_run(&file->call);
    int rows = status == STATUS_OK ? tenant_call_count(&file->call, 0) : 0;
    *more = rows > PIECE;
    for (int row = 0; row < rows && row < PIECE && !file->failed; row++)
        if (strcmp(tenant_call_value(&file->call, 0, row, "gone"), file->gone ? "t" : "f") == 0)
            add_row(file, row);
    if (*more) {
        file->failed |= json_array_set_new(stretch, 0,
                                           json_string(tenant_call_value(&file->call, 0, PIECE,
                                                                         "created_at"))) != 0;
        file->failed |=
            json_array_set_new(stretch, 1,
                               json_string(tenant_call_value(&file->call, 0, PIECE, "id"))) != 0;
    }
    tenant_call_end(&file->call);
    return status == STATUS_OK ? spool_lines(file, !*more) : status;
}

static enum status write_rows(struct file *file, struct http_response *response,
                              const json_t *payload) {
    json_t *stretch = json_object_get(payload, "b");
    enum status status = STATUS_OK;
    for (bool more = true; more && status == STATUS_OK;)
        status = write_piece(file, response, fhir_text(payload, "s"), stretch, &more);
    return status;
}

/* What a lenient client asked for and did not get. */
static enum status write_ignored(struct file *file, const json_t *payload) {
    size_t i;
    json_t *name, *outcome = fhir_outcome();
    bool whole = outcome != NULL;
    json_array_foreach(json_object_get(payload, "g"), i, name) {
        char text[160];
        struct fhir_issue issue = {.severity = "warning", .code = "not-supported", .text = text};
        (void)snprintf(text, sizeof text, "%.100s is not supported and was ignored.",
                       json_string_value(name));
        whole = whole && fhir_outcome_add(outcome, &issue);
    }
    file->failed |= !whole;
    add_line(file, outcome);
    return spool_lines(file, true);
}

static enum status send_file(struct file *file, const json_t *payload,
                             struct http_response *response) {
    enum status status = spool_open(&file->spool);
    buffer_init(&file->text);
    if (status == STATUS_OK && file->request->takes_gzip)
        status = gzip_begin();
    if (status == STATUS_OK)
        status = file->type ? write_rows(file, response, payload) : write_ignored(file, payload);
    if (status == STATUS_OK && file->request->takes_gzip)
        response_header(response, "Content-Encoding", "gzip");
    if (status == STATUS_OK)
        status = spool_flush(&file->spool);
    if (status == STATUS_OK)
        status = response_spool(response, MEDIA_FHIR_NDJSON, &file->spool);
    spool_close(&file->spool);
    buffer_free(&file->text);
    return status;
}

enum status fhir_export_file(void *app, const struct http_request *request,
                             struct http_response *response) {
    struct tenant_secrets secrets;
    struct file file = {.app = app, .request = request};
    json_t *payload = NULL;
    enum status status = export_open(request, response, "file", EXPORT_FILE, &secrets, &payload);
    if (status == STATUS_OK) {
        const char *type = fhir_text(payload, "t");
        file.type = export_type_named(type, strlen(type));
        file.gone = json_is_true(json_object_get(payload, "d"));
        /* of a version that exported more */
        if (!file.type && strcmp(type, EXPORT_OUTCOME) != 0)
            status = STATUS_NOT_FOUND;
    }
    if (status == STATUS_OK)
        status = send_file(&file, payload, response);
    json_decref(payload);
    return status;
}
