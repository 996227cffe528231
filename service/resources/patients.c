/*
 * /patients/{patient_ref}: everything about a person as one document, and erasure. The reference is
 * the clinic's; it is turned into the patient_id before anything is asked, and never stored here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/access.h"
#include "base/digest.h"
#include "resources/handlers.h"
#include "resources/idempotency.h"
#include "resources/sql_value.h"
#include "resources/tenant_secrets.h"

enum { PATIENT_PATH_SIZE = 64 };

struct person {
    const struct http_request *request;
    struct http_response *response;
    struct tenant_secrets secrets;
    char patient_id[PATIENT_ID_SIZE];
};

/* Who is meant, and may this caller know? A therapist sees plans, not all of a person. */
static enum status find_person(struct person *person, const struct http_request *request,
                               struct http_response *response) {
    const struct principal *caller = access_caller(request);
    const char *reference = request_param(request, "patient_ref");
    char own[PATIENT_ID_SIZE] = "";
    *person = (struct person){.request = request, .response = response};
    enum status status = tenant_secrets_get(request, response, &person->secrets);
    if (status == STATUS_OK)
        status = patient_id_of(&person->secrets, reference, person->patient_id);
    if (status == STATUS_OK)
        status = caller_patient_id(request, response, own);
    if (status != STATUS_OK || caller->kind == PRINCIPAL_CLINIC)
        return status;
    bool self = caller->kind == PRINCIPAL_PATIENT && strcmp(own, person->patient_id) == 0;
    return self ? STATUS_OK : STATUS_NOT_FOUND;
}

static void write_path(const struct person *person, char path[PATIENT_PATH_SIZE]) {
    (void)snprintf(path, PATIENT_PATH_SIZE, "patients/%s", person->patient_id);
}

/* ---- export ---- */

/* Members of patient_export's document, without its braces. */
static void write_members(struct json_writer *json, const char *document) {
    json_t *members = document ? json_loads(document, 0, NULL) : NULL;
    const char *key;
    json_t *value;
    json->out->failed |= !members;
    json_object_foreach(members, key, value) {
        char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        jw_key(json, key);
        if (text)
            jw_raw(json, text, strlen(text));
        json->out->failed |= !text;
        free(text);
    }
    json_decref(members);
}

static enum status answer_export(const struct person *person, const struct tenant_call *call,
                                 int all, int keys, int events) {
    struct buffer body;
    struct json_writer json;
    if (tenant_call_count(call, all) != 1)
        return STATUS_NOT_FOUND;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_member_text(&json, "format", "unknot-patient-export-1");
    jw_member_text(&json, "patient_ref", request_param(person->request, "patient_ref"));
    jw_member_time(&json, "exported_at", call->now);
    write_members(&json, tenant_call_value(call, all, 0, "document"));
    jw_member_json(&json, "api_keys", tenant_call_value(call, keys, 0, "keys"));
    jw_member_json(&json, "audit_events", tenant_call_value(call, events, 0, "events"));
    jw_close_object(&json);
    enum status status = response_json_buffer(person->response, &json, &body);
    buffer_free(&body);
    return status;
}

/* Reading everything about somebody is told to the audit log, in the same transaction. */
static enum status export_person(const struct person *person) {
    char path[PATIENT_PATH_SIZE];
    struct tenant_call call;
    write_path(person, path);
    tenant_call_begin(&call, person->request, person->response, TENANT_WRITE);
    int all = TENANT_CALL_ADD(&call, "patient_export", person->patient_id);
    int keys = TENANT_CALL_ADD(&call, "patient_export_keys", person->patient_id);
    int events = TENANT_CALL_ADD(&call, "patient_export_events", person->patient_id);
    tenant_call_audit(&call, "patient.export", path, person->patient_id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = answer_export(person, &call, all, keys, events);
    tenant_call_end(&call);
    return status;
}

/* Somebody nobody knows leaves no trace: the audit event would name them for ever. */
static enum status is_known(const struct person *person) {
    struct tenant_call call;
    tenant_call_begin(&call, person->request, person->response, TENANT_READ);
    int step = TENANT_CALL_ADD(&call, "patient_get", person->patient_id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK && tenant_call_count(&call, step) != 1)
        status = STATUS_NOT_FOUND;
    tenant_call_end(&call);
    return status;
}

enum status patient_export(void *app, const struct http_request *request,
                           struct http_response *response) {
    struct person person;
    (void)app;
    enum status status = find_person(&person, request, response);
    if (status == STATUS_OK)
        status = is_known(&person);
    if (status == STATUS_OK)
        status = export_person(&person);
    return status;
}

/* ---- erasure ---- */

static const char *const counted[] = {"care_plans", "sessions", "measurements", "clearances"};
enum { COUNTED = sizeof counted / sizeof *counted };

/* What was there goes into the answer; nothing in it names the person. */
static enum status write_counts(const struct person *person, const struct tenant_call *call,
                                int counts) {
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_member_time(&json, "erased_at", call->now);
    jw_key(&json, "erased");
    jw_open_object(&json);
    for (size_t i = 0; i < COUNTED; i++) {
        const char *count = tenant_call_value(call, counts, 0, counted[i]);
        jw_member_int(&json, counted[i], count ? strtoll(count, NULL, 10) : 0);
    }
    jw_close_object(&json);
    jw_close_object(&json);
    enum status status = response_json_buffer(person->response, &json, &body);
    buffer_free(&body);
    return status;
}

/*
 * The key of a repeat must not name the person: not in its route, and its fingerprint is of the
 * patient_id, a keyed hash already.
 */
static enum status hide_person(const struct person *person, struct idempotency *once) {
    if (!once->present)
        return STATUS_OK;
    (void)snprintf(once->route, sizeof once->route, "DELETE /patients/{patient_ref}");
    (void)snprintf(once->fingerprint, sizeof once->fingerprint, "\\x");
    return digest_hex(person->patient_id, strlen(person->patient_id), once->fingerprint + 2);
}

static enum status look(const struct person *person, struct idempotency *once, bool *answered) {
    struct tenant_call call;
    tenant_call_begin(&call, person->request, person->response, TENANT_READ);
    int key = idempotency_look(once, &call);
    int known = TENANT_CALL_ADD(&call, "patient_get", person->patient_id);
    int counts = TENANT_CALL_ADD(&call, "patient_count", person->patient_id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = idempotency_replay(once, &call, key, answered);
    if (status == STATUS_OK && !*answered)
        status = tenant_call_count(&call, known) == 1 ? write_counts(person, &call, counts)
                                                      : STATUS_NOT_FOUND;
    tenant_call_end(&call);
    return status;
}

/* One transaction: the person is gone everywhere, or nowhere. The stub says that it was done. */
static enum status erase(const struct person *person, struct idempotency *once) {
    struct tenant_call call;
    bool replayed = false;
    const char *id = person->patient_id;
    tenant_call_begin(&call, person->request, person->response, TENANT_WRITE);
    enum status status = idempotency_begin(once, &call, NULL);
    (void)TENANT_CALL_ADD(&call, "patient_erase", id);
    (void)TENANT_CALL_ADD(&call, "patient_erase_keys", id);
    (void)TENANT_CALL_ADD(&call, "patient_erase_answers", id);
    (void)TENANT_CALL_ADD(&call, "patient_erase_events", id);
    (void)TENANT_CALL_ADD(&call, "tenant_mark_erasure", call.now);
    tenant_call_audit(&call, "patient.erase", "patients", NULL);
    if (status == STATUS_OK)
        status = idempotency_run(once, &call, &replayed);
    bool gone = tenant_call_failed(&call, -1, "22012");
    tenant_call_end(&call);
    return gone ? STATUS_NOT_FOUND : status;
}

enum status patient_erase(void *app, const struct http_request *request,
                          struct http_response *response) {
    struct person person;
    struct idempotency once = {.present = false};
    bool answered = false;
    (void)app;
    enum status status = find_person(&person, request, response);
    if (status == STATUS_OK)
        status = idempotency_read(&once, request, response, IDEMPOTENCY_OPTIONAL);
    if (status == STATUS_OK)
        status = hide_person(&person, &once);
    if (status == STATUS_OK)
        status = look(&person, &once, &answered);
    if (status == STATUS_OK && !answered)
        status = erase(&person, &once);
    idempotency_free(&once);
    return status;
}
