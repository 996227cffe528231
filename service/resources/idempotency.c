#include "resources/idempotency.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "access/access.h"
#include "base/json_text.h"
#include "resources/sql_value.h"

enum { KEY_LIVES_S = 24 * 3600, REPLAY_HEADERS = 5, PURGE_EVERY_S = 300, PURGE_TENANTS = 256 };
#define PURGE_AT_MOST "500"

/* What is kept of an answer besides status and body. */
static const char *const kept_headers[REPLAY_HEADERS] = {
    "Location", "Preference-Applied", "Content-Language", "Link", "Last-Modified"};

/* ---- the header ---- */

/* Takes the quotes of an RFC 8941 string away; a bare key stays as it is. False: it is no key. */
static bool read_key(const char *header, char key[IDEMPOTENCY_KEY_MAX + 1]) {
    size_t len = strlen(header), at = 0;
    bool quoted = len >= 2 && header[0] == '"' && header[len - 1] == '"';
    size_t end = quoted ? len - 1 : len;
    for (size_t i = quoted; i < end; i++) {
        if (quoted && header[i] == '"')
            return false;
        if (quoted && header[i] == '\\' && (++i == end || !strchr("\"\\", header[i])))
            return false;
        if (header[i] <= ' ' || header[i] > '~' || at == IDEMPOTENCY_KEY_MAX)
            return false;
        key[at++] = header[i];
    }
    key[at] = '\0';
    return at > 0;
}

/* Method and path as called; a long path by its digest. */
static enum status write_route(const struct http_request *request, char *route) {
    char hex[DIGEST_HEX];
    size_t len = strcspn(request->target, "?");
    const char *method = http_method_name(request->method);
    if (len < IDEMPOTENCY_ROUTE_SIZE - 10) {
        (void)snprintf(route, IDEMPOTENCY_ROUTE_SIZE, "%s %.*s", method, (int)len, request->target);
        return STATUS_OK;
    }
    enum status status = digest_hex(request->target, len, hex);
    (void)snprintf(route, IDEMPOTENCY_ROUTE_SIZE, "%s %s", method, hex);
    return status;
}

/* The same values in another order, or with other spaces, are the same request. */
static enum status write_fingerprint(const struct http_request *request, char *fingerprint) {
    size_t len = request->body_len;
    char *text = request->json ? json_text_print_sorted(request->json, &len) : NULL;
    if (request->json && !text)
        return STATUS_NO_MEMORY;
    fingerprint[0] = '\\';
    fingerprint[1] = 'x';
    enum status status = digest_hex(text ? text : request->body, len, fingerprint + 2);
    free(text);
    return status;
}

enum status idempotency_read(struct idempotency *once, const struct http_request *request,
                             struct http_response *response, enum idempotency_need need) {
    *once = (struct idempotency){0};
    if (request->is_part)
        return STATUS_OK;
    const char *header = request_header(request, "Idempotency-Key");
    if (!header && need == IDEMPOTENCY_OPTIONAL)
        return STATUS_OK;
    if (!header || !read_key(header, once->key)) {
        response_problem(response, "idempotency-key-missing",
                         header ? "Idempotency-Key is not 1 to 255 visible ASCII characters."
                                : "Send an Idempotency-Key of 1 to 255 visible ASCII characters.");
        return STATUS_INVALID;
    }
    once->present = true;
    principal_digest_text(access_caller(request), once->principal);
    sql_time_now(once->now, 0);
    sql_time_now(once->expires, KEY_LIVES_S);
    enum status status = write_route(request, once->route);
    return status == STATUS_OK ? write_fingerprint(request, once->fingerprint) : status;
}

void idempotency_free(struct idempotency *once) {
    free(once->headers_owned);
    once->headers_owned = NULL;
}

/* ---- replay ---- */

int idempotency_look(struct idempotency *once, struct tenant_call *call) {
    if (!once->present)
        return -1;
    return TENANT_CALL_ADD(call, "idempotency_read", once->principal, once->route, once->key,
                           once->fingerprint, once->now);
}

/* The answer that was prepared is not the answer. */
static void drop_answer(struct http_response *response) {
    size_t kept = 0;
    response_drop_body(response);
    response->etag[0] = '\0';
    response->status = 200;
    for (size_t i = 0; i < response->header_count; i++) {
        const char *name = response->headers[i].name;
        if (strcmp(name, "Location") != 0 && strcmp(name, "Preference-Applied") != 0 &&
            strcmp(name, "Last-Modified") != 0)
            response->headers[kept++] = response->headers[i];
    }
    response->header_count = kept;
}

static void replay_headers(struct http_response *response, const char *headers) {
    json_t *kept = headers ? json_loads(headers, 0, NULL) : NULL;
    for (size_t i = 0; i < REPLAY_HEADERS; i++) {
        const char *value = json_string_value(json_object_get(kept, kept_headers[i]));
        if (value)
            response_header(response, kept_headers[i], value);
    }
    const char *etag = json_string_value(json_object_get(kept, "ETag"));
    if (etag)
        (void)snprintf(response->etag, sizeof response->etag, "%s", etag);
    response_header(response, "Idempotency-Replayed", "true");
    json_decref(kept);
}

static enum status replay(struct tenant_call *call, int step) {
    struct http_response *response = call->response;
    const char *status = tenant_call_value(call, step, 0, "status");
    const char *text = tenant_call_value(call, step, 0, "body");
    drop_answer(response);
    replay_headers(response, tenant_call_value(call, step, 0, "headers"));
    response->status = status ? (unsigned)strtoul(status, NULL, 10) : 500;
    if (!text)
        return STATUS_OK;
    struct buffer body;
    buffer_init(&body);
    buffer_puts(&body, text);
    return response_buffer(response, MEDIA_JSON, &body);
}

static bool is_true(const struct tenant_call *call, int step, const char *column) {
    const char *value = tenant_call_value(call, step, 0, column);
    return value && *value == 't';
}

enum status idempotency_replay(struct idempotency *once, struct tenant_call *call, int step,
                               bool *answered) {
    *answered =
        once->present && tenant_call_count(call, step) == 1 && !is_true(call, step, "expired");
    if (!*answered)
        return STATUS_OK;
    if (is_true(call, step, "same"))
        return replay(call, step);
    response_problem(call->response, "idempotency-key-reused",
                     "This Idempotency-Key was used for another body.");
    return STATUS_INVALID;
}

/* ---- taking the key ---- */

static enum status pack_headers(struct idempotency *once, const struct http_response *response) {
    struct buffer text;
    struct json_writer json;
    buffer_init(&text);
    jw_init(&json, &text);
    jw_open_object(&json);
    if (*response->etag)
        jw_member_text(&json, "ETag", response->etag);
    for (size_t i = 0; i < REPLAY_HEADERS; i++) {
        const char *value = response_header_value(response, kept_headers[i]);
        if (value)
            jw_member_text(&json, kept_headers[i], value);
    }
    jw_close_object(&json);
    text.failed |= !jw_ok(&json);
    once->headers_owned = buffer_steal(&text, NULL);
    return once->headers_owned ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status idempotency_begin(struct idempotency *once, struct tenant_call *call,
                              const char *patient_id) {
    const struct http_response *response = call->response;
    if (!once->present)
        return STATUS_OK;
    idempotency_free(once);
    if (response->failed || pack_headers(once, response) != STATUS_OK)
        return STATUS_NO_MEMORY;
    (void)snprintf(once->status, sizeof once->status, "%u", response->status);
    (void)TENANT_CALL_ADD(call, "idempotency_begin", once->principal, once->route, once->key,
                          once->fingerprint, patient_id, once->status, once->headers_owned,
                          response->body.len ? response->body.data : NULL, once->now,
                          once->expires);
    return STATUS_OK;
}

/* ---- the key is taken ---- */

static enum status forget(struct idempotency *once, struct tenant_call *write) {
    struct tenant_call call;
    tenant_call_begin(&call, write->request, write->response, TENANT_WRITE);
    (void)TENANT_CALL_ADD(&call, "idempotency_forget", once->principal, once->route, once->key,
                          once->now);
    enum status status = tenant_call_run(&call);
    tenant_call_end(&call);
    return status;
}

/* Asks what the key stands for. *answered stays false when it is free again. */
static enum status look_again(struct idempotency *once, struct tenant_call *write, bool *answered) {
    struct tenant_call call;
    tenant_call_begin(&call, write->request, write->response, TENANT_READ);
    int step = idempotency_look(once, &call);
    enum status status = tenant_call_run(&call);
    bool expired = false;
    if (status == STATUS_OK) {
        status = idempotency_replay(once, &call, step, answered);
        expired = !*answered && tenant_call_count(&call, step) == 1;
    }
    tenant_call_end(&call);
    return status == STATUS_OK && expired ? forget(once, write) : status;
}

/* ---- expired keys ---- */

/* Whose turn it was when; a tenant that shares a place with another only waits a little longer. */
static bool is_due(const char *tenant) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static time_t next[PURGE_TENANTS];
    struct timespec now;
    unsigned place = 0;
    for (; *tenant; tenant++)
        place = place * 31u + (unsigned char)*tenant;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    (void)pthread_mutex_lock(&lock);
    time_t *turn = &next[place % PURGE_TENANTS];
    bool due = *turn <= now.tv_sec;
    if (due)
        *turn = now.tv_sec + PURGE_EVERY_S;
    (void)pthread_mutex_unlock(&lock);
    return due;
}

/*
 * A write that went well takes some expired keys of its tenant along, in a transaction of their
 * own: nobody else could, for the service sees one tenant at a time. What fails here is done the
 * next time.
 */
static void purge_sometimes(const struct tenant_call *write) {
    struct http_response nobody;
    struct tenant_call call;
    if (!is_due(write->caller->tenant))
        return;
    response_init(&nobody);
    tenant_call_begin(&call, write->request, &nobody, TENANT_WRITE);
    (void)TENANT_CALL_ADD(&call, "idempotency_purge", call.now, PURGE_AT_MOST);
    (void)(tenant_call_run(&call) == STATUS_OK);
    tenant_call_end(&call);
    response_free(&nobody);
}

static bool failed_at_key(const struct tenant_call *call, const char *sqlstate) {
    return strcmp(call->transaction.sqlstate, sqlstate) == 0 &&
           call->transaction.failed_step == 0 && call->transaction.status != STATUS_OK;
}

static enum status tell_busy(struct http_response *response) {
    response_forget_problem(response); /* the one tenant_call_run() gave is of any lock */
    response->retry_after = 1;
    response_problem(response, "idempotency-in-progress",
                     "The first request with this key still runs.");
    return STATUS_CONFLICT;
}

enum status idempotency_run(struct idempotency *once, struct tenant_call *call, bool *replayed) {
    enum { TRIES = 3 };
    *replayed = false;
    enum status status = tenant_call_run(call);
    for (int tries = 1; once->present && failed_at_key(call, "23505") && tries < TRIES; tries++) {
        struct http_response *response = call->response;
        bool answered = false;
        enum status looked = look_again(once, call, &answered);
        if (answered || looked != STATUS_OK) {
            if (looked != STATUS_OK)
                drop_answer(response);
            *replayed = answered && looked == STATUS_OK;
            return looked;
        }
        status = tenant_call_run(call);
    }
    if (status == STATUS_OK) {
        purge_sometimes(call);
        return status;
    }
    drop_answer(call->response);
    return once->present && failed_at_key(call, "55P03") ? tell_busy(call->response) : status;
}

/* ---- a write of several calls ---- */

enum status idempotency_claim(struct idempotency *once, const struct http_request *request,
                              struct http_response *response, bool *answered) {
    struct tenant_call call;
    *answered = false;
    tenant_call_begin(&call, request, response, TENANT_WRITE);
    int lock = TENANT_CALL_ADD(&call, "idempotency_lock", once->principal, once->route, once->key);
    int look = idempotency_look(once, &call);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK && !is_true(&call, lock, "locked"))
        status = tell_busy(response);
    else if (status == STATUS_OK)
        status = idempotency_replay(once, &call, look, answered);
    bool expired = status == STATUS_OK && !*answered && tenant_call_count(&call, look) == 1;
    tenant_call_end(&call);
    if (!expired)
        return status;
    tenant_call_begin(&call, request, response, TENANT_WRITE);
    status = forget(once, &call);
    tenant_call_end(&call);
    return status;
}

enum status idempotency_keep(struct idempotency *once, const struct http_request *request,
                             struct http_response *response, const char *patient_id) {
    struct tenant_call call;
    tenant_call_begin(&call, request, response, TENANT_WRITE);
    enum status status = idempotency_begin(once, &call, patient_id);
    if (status == STATUS_OK)
        status = tenant_call_run(&call);
    tenant_call_end(&call);
    return status;
}
