/* /therapists: the directory of a tenant. What is in it decides who may treat whom: see matches.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread_arena.h"
#include "resources/body_check.h"
#include "resources/handlers.h"
#include "resources/idempotency.h"
#include "resources/list_write.h"
#include "resources/merge_patch.h"
#include "resources/preconditions.h"
#include "resources/query_check.h"
#include "resources/sql_value.h"

enum { THERAPIST_ID_MAX = 64, PATH_SIZE = 96 };

/* ---- representation ---- */

/* The members of the document, in its own order, between the id and the times. */
static void write_document(struct json_writer *json, const json_t *document) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)document, key, value) {
        char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        jw_key(json, key);
        if (text)
            jw_raw(json, text, strlen(text));
        json->out->failed |= !text;
        free(text);
    }
}

static void write_therapist(struct json_writer *json, const char *id, const char *version,
                            const json_t *document, const char *created_at,
                            const char *updated_at) {
    jw_open_object(json);
    jw_member_text(json, "therapist_id", id);
    jw_member_int(json, "version", strtoll(version, NULL, 10));
    write_document(json, document);
    jw_member_time(json, "created_at", created_at);
    jw_member_time(json, "updated_at", updated_at);
    jw_close_object(json);
}

static json_t *document_of(const struct tenant_call *call, int step, int row) {
    const char *text = tenant_call_value(call, step, row, "document");
    return text ? json_loads(text, 0, NULL) : NULL;
}

static void write_row(struct json_writer *json, const struct tenant_call *call, int step, int row,
                      void *unused) {
    (void)unused;
    json_t *document = document_of(call, step, row);
    write_therapist(json, tenant_call_value(call, step, row, "therapist_id"),
                    tenant_call_value(call, step, row, "version"), document,
                    tenant_call_value(call, step, row, "created_at"),
                    tenant_call_value(call, step, row, "updated_at"));
    json_decref(document);
}

static json_t *after_row(const struct tenant_call *call, int step, int row) {
    return json_pack("{s:s}", "therapist_id", tenant_call_value(call, step, row, "therapist_id"));
}

/* ---- list ---- */

static enum status list_page(const struct http_request *request, struct http_response *response,
                             const struct page *page, const struct tenant_secrets *secrets) {
    struct tenant_call call;
    const char *after = page_after(page, "therapist_id");
    tenant_call_begin(&call, request, response, TENANT_READ);
    int step = TENANT_CALL_ADD(&call, "therapists_page", after ? after : "", page->limit_text);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = list_write(
            &(struct list_write){page, secrets, &call, step, write_row, after_row, NULL});
    tenant_call_end(&call);
    return status;
}

enum status therapist_list(void *app, const struct http_request *request,
                           struct http_response *response) {
    struct page page;
    struct tenant_secrets secrets;
    if (!query_is_valid(app, request, response))
        return STATUS_INVALID;
    enum status status = tenant_secrets_get(request, response, &secrets);
    if (status != STATUS_OK)
        return status;
    status = page_read(&page, request, response, &secrets);
    if (status == STATUS_OK)
        status = list_page(request, response, &page, &secrets);
    page_free(&page);
    return status;
}

/* ---- one ---- */

/* 1 to 64 of [A-Za-z0-9._-]: anything else is nobody, without asking the database. */
static bool is_therapist_id(const char *text) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strlen(text);
    return len >= 1 && len <= THERAPIST_ID_MAX && strspn(text, letters) == len;
}

static enum status check_found(const struct tenant_call *call, int step) {
    if (tenant_call_count(call, step) != 1)
        return STATUS_NOT_FOUND;
    if (!tenant_call_value(call, step, 0, "deleted_at"))
        return STATUS_OK;
    response_problem(call->response, "gone", "The therapist was taken out of the directory.");
    return STATUS_NOT_FOUND;
}

static enum status answer_one(const struct tenant_call *call, int step, const char *id) {
    const char *version = tenant_call_value(call, step, 0, "version");
    struct buffer body;
    struct json_writer json;
    json_t *document = document_of(call, step, 0);
    buffer_init(&body);
    jw_init(&json, &body);
    write_therapist(&json, id, version, document, tenant_call_value(call, step, 0, "created_at"),
                    tenant_call_value(call, step, 0, "updated_at"));
    json_decref(document);
    response_version(call->response, strtoll(version, NULL, 10));
    enum status status = response_json_buffer(call->response, &json, &body);
    buffer_free(&body);
    return status;
}

enum status therapist_get(void *app, const struct http_request *request,
                          struct http_response *response) {
    const char *id = request_param(request, "therapist_id");
    struct tenant_call call;
    (void)app;
    if (!is_therapist_id(id))
        return STATUS_NOT_FOUND;
    tenant_call_begin(&call, request, response, TENANT_READ);
    int step = TENANT_CALL_ADD(&call, "therapist_get", id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = check_found(&call, step);
    if (status == STATUS_OK)
        status = answer_one(&call, step, id);
    tenant_call_end(&call);
    return status;
}

/* ---- checks of the body ---- */

static void check_names(const struct name_map *names, const json_t *list, const char *pointer,
                        const char *what, struct complaints *complaints) {
    size_t i;
    json_t *entry;
    json_array_foreach(list, i, entry) {
        char place[96];
        const char *id = json_string_value(entry);
        if (!id || name_map_get(names, id) >= 0)
            continue;
        const char *nearest = name_map_nearest(names, id);
        (void)snprintf(place, sizeof place, "%s/%zu", pointer, i);
        complain(complaints, place, "unknown_id", "'%.60s' is no %s we know%s%s%s", id, what,
                 nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : ".");
    }
}

static bool is_training(const struct knowledge *k, const char *id) {
    for (unsigned t = 0; t < k->tip_count; t++)
        if (k->tips[t].phase == ADVICE_TRAINING && strcmp(k->tips[t].id, id) == 0)
            return true;
    return false;
}

static void check_training(const struct knowledge *k, const json_t *list,
                           struct complaints *complaints) {
    size_t i;
    json_t *paper;
    json_array_foreach(list, i, paper) {
        char place[96];
        const char *id = json_string_value(json_object_get(paper, "id"));
        (void)snprintf(place, sizeof place, "#/training/%zu/techniques", i);
        check_names(&k->technique_names, json_object_get(paper, "techniques"), place, "technique",
                    complaints);
        (void)snprintf(place, sizeof place, "#/training/%zu/id", i);
        if (id && !is_training(k, id))
            complain(complaints, place, "unknown_id",
                     "'%.60s' is no training we know; see GET /therapist-credentials.", id);
    }
}

static void check_document(const struct app *app, const json_t *document,
                           struct complaints *complaints) {
    const json_t *range = json_object_get(document, "pressure");
    const json_t *min = json_object_get(range, "min"), *max = json_object_get(range, "max");
    check_names(&app->knowledge->technique_names, json_object_get(document, "techniques"),
                "#/techniques", "technique", complaints);
    check_training(app->knowledge, json_object_get(document, "training"), complaints);
    if (min && max && json_integer_value(min) > json_integer_value(max))
        complain(complaints, "#/pressure/max", "contradiction", "is below min.");
}

/* ---- writing ---- */

struct therapist_write {
    const struct app *app;
    const struct http_request *request;
    struct http_response *response;
    struct idempotency once;
    const char *action;
    char new_id[ID_SIZE];
    const char *id;
    int64_t version; /* that was read; 0: a new one */
    char created_at[SQL_TIME_SIZE], now[SQL_TIME_SIZE], version_text[SQL_NUMBER_SIZE];
    json_t *document; /* owned */
    char *text;       /* owned: the document as JSON */
    bool answered;
};

static void open_write(struct therapist_write *write, void *app, const struct http_request *request,
                       struct http_response *response, const char *action) {
    *write = (struct therapist_write){
        .app = app, .request = request, .response = response, .action = action};
    sql_time_now(write->now, 0);
}

static void close_write(struct therapist_write *write) {
    json_decref(write->document);
    free(write->text);
    idempotency_free(&write->once);
}

/* The schema against what came, the words against the document as it shall be. */
static enum status check_body(struct therapist_write *write) {
    struct complaints complaints;
    struct arena *arena = thread_arena();
    if (!arena)
        return STATUS_NO_MEMORY;
    complaints_init(&complaints, arena);
    body_check(write->app, write->request, &complaints);
    check_document(write->app, write->document, &complaints);
    if (strcmp(write->id, "matches") == 0) /* /therapists/matches is something else */
        complain(&complaints, "#/therapist_id", "reserved", "cannot be 'matches'.");
    return body_refuse(write->response, &complaints);
}

/* The document as JSON, and the answer to it. */
static enum status write_answer(struct therapist_write *write, unsigned status_code) {
    char version[SQL_NUMBER_SIZE];
    struct buffer body;
    struct json_writer json;
    write->text = json_dumps(write->document, JSON_COMPACT);
    if (!write->text)
        return STATUS_NO_MEMORY;
    buffer_init(&body);
    jw_init(&json, &body);
    write_therapist(&json, write->id, sql_number(version, write->version + 1), write->document,
                    write->created_at, write->now);
    enum status status = jw_ok(&json) ? STATUS_OK : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = response_written(write->request, write->response, status_code, write->version + 1,
                                  &body);
    buffer_free(&body);
    return status;
}

static void add_effect(struct therapist_write *write, struct tenant_call *call) {
    if (strcmp(write->action, "therapist.create") == 0)
        (void)TENANT_CALL_ADD(call, "therapist_create", write->id, write->text, write->now);
    else if (strcmp(write->action, "therapist.patch") == 0)
        (void)TENANT_CALL_ADD(call, "therapist_update", write->id, write->now, write->version_text,
                              write->text);
    else
        (void)TENANT_CALL_ADD(call, "therapist_delete", write->id, write->now, write->version_text);
}

static enum status run_write(struct therapist_write *write) {
    char path[PATH_SIZE];
    struct tenant_call call;
    bool replayed = false;
    (void)snprintf(path, sizeof path, "therapists/%s", write->id);
    (void)sql_number(write->version_text, write->version);
    tenant_call_begin(&call, write->request, write->response, TENANT_WRITE);
    enum status status = idempotency_begin(&write->once, &call, NULL);
    add_effect(write, &call);
    tenant_call_audit(&call, write->action, path, NULL);
    if (status == STATUS_OK)
        status = idempotency_run(&write->once, &call, &replayed);
    bool lost = tenant_call_failed(&call, -1, "22012");
    tenant_call_end(&call);
    if (status == STATUS_CONFLICT && lost)
        response_problem(write->response, "precondition-failed",
                         "The therapist changed meanwhile. Read it again.");
    return status;
}

/* The caller may choose the id, so that keys and tokens of therapists can name it. */
static enum status choose_id(struct therapist_write *write) {
    const char *wanted = json_string_value(json_object_get(write->request->json, "therapist_id"));
    write->id = wanted ? wanted : write->new_id;
    write->document = json_deep_copy(write->request->json);
    if (!write->document)
        return STATUS_NO_MEMORY;
    (void)json_object_del(write->document, "therapist_id");
    return wanted ? STATUS_OK : id_new(write->new_id);
}

static enum status create(struct therapist_write *write) {
    memcpy(write->created_at, write->now, sizeof write->now);
    enum status status = choose_id(write);
    if (status == STATUS_OK)
        status = check_body(write);
    if (status == STATUS_OK)
        status = write_answer(write, 201);
    if (status != STATUS_OK)
        return status;
    response_headerf(write->response, "Location", "/therapists/%s", write->id);
    status = run_write(write);
    if (status == STATUS_CONFLICT)
        response_problem(write->response, "conflict", "This therapist_id is taken.");
    return status;
}

enum status therapist_create(void *app, const struct http_request *request,
                             struct http_response *response) {
    struct therapist_write write;
    open_write(&write, app, request, response, "therapist.create");
    enum status status = idempotency_read(&write.once, request, response, IDEMPOTENCY_REQUIRED);
    if (status == STATUS_OK)
        status = create(&write);
    close_write(&write);
    return status;
}

static enum status take_one(struct therapist_write *write, const struct tenant_call *call,
                            int step) {
    enum status status = check_found(call, step);
    if (status != STATUS_OK)
        return status;
    sql_time_text(tenant_call_value(call, step, 0, "created_at"), write->created_at);
    write->version = strtoll(tenant_call_value(call, step, 0, "version"), NULL, 10);
    write->document = document_of(call, step, 0);
    return write->document ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Reads what shall be changed, and holds If-Match against it. */
static enum status read_for_write(struct therapist_write *write) {
    struct tenant_call call;
    write->id = request_param(write->request, "therapist_id");
    if (!is_therapist_id(write->id))
        return STATUS_NOT_FOUND;
    tenant_call_begin(&call, write->request, write->response, TENANT_READ);
    int key = idempotency_look(&write->once, &call);
    int step = TENANT_CALL_ADD(&call, "therapist_get", write->id);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = idempotency_replay(&write->once, &call, key, &write->answered);
    if (status == STATUS_OK && !write->answered)
        status = take_one(write, &call, step);
    tenant_call_end(&call);
    if (status == STATUS_OK && !write->answered)
        status = if_match_check(write->request, write->response, write->version, IF_MATCH_REQUIRED);
    return status;
}

static enum status patch(struct therapist_write *write) {
    json_t *changed = merge_patch(write->document, write->request->json);
    json_decref(write->document);
    write->document = changed;
    if (!changed)
        return STATUS_NO_MEMORY;
    enum status status = check_body(write);
    if (status == STATUS_OK)
        status = write_answer(write, 200);
    return status == STATUS_OK ? run_write(write) : status;
}

enum status therapist_patch(void *app, const struct http_request *request,
                            struct http_response *response) {
    struct therapist_write write;
    open_write(&write, app, request, response, "therapist.patch");
    enum status status = idempotency_read(&write.once, request, response, IDEMPOTENCY_OPTIONAL);
    if (status == STATUS_OK)
        status = read_for_write(&write);
    if (status == STATUS_OK && !write.answered)
        status = patch(&write);
    close_write(&write);
    return status;
}

enum status therapist_delete(void *app, const struct http_request *request,
                             struct http_response *response) {
    struct therapist_write write;
    open_write(&write, app, request, response, "therapist.delete");
    enum status status = idempotency_read(&write.once, request, response, IDEMPOTENCY_OPTIONAL);
    if (status == STATUS_OK)
        status = read_for_write(&write);
    if (status == STATUS_OK && !write.answered) {
        response->status = 204;
        status = run_write(&write);
    }
    close_write(&write);
    return status;
}
