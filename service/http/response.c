#include "http/response.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "http/problem_types.h"
#include "http/spool.h"
#include "http/text.h"

void response_init(struct http_response *response) {
    memset(response, 0, sizeof *response);
    response->status = 200;
}

static void release(struct response_body *body) {
    if (body->release)
        body->release(body->cls);
    *body = (struct response_body){0};
}

void response_drop_body(struct http_response *response) {
    release(&response->body);
    release(&response->gzip);
    if (response->file)
        (void)close(response->file);
    response->file = 0;
}

void response_free(struct http_response *response) {
    response_drop_body(response);
    buffer_free(&response->detail);
    buffer_free(&response->errors);
    for (size_t i = 0; i < PROBLEM_MEMBERS_MAX; i++)
        buffer_free(&response->extra[i].value);
    buffer_free(&response->values);
}

static void set_body(struct http_response *response, const char *content_type,
                     struct response_body body) {
    response_drop_body(response);
    response->content_type = content_type;
    response->body = body;
}

enum status response_buffer(struct http_response *response, const char *content_type,
                            struct buffer *body_owned) {
    if (body_owned->failed) {
        buffer_free(body_owned);
        return STATUS_NO_MEMORY;
    }
    size_t len = 0;
    char *data = buffer_steal(body_owned, &len);
    set_body(response, content_type, (struct response_body){data ? data : "", len, free, data});
    return STATUS_OK;
}

enum status response_json_buffer(struct http_response *response, const struct json_writer *json,
                                 struct buffer *body_owned) {
    if (!jw_ok(json)) {
        enum status status = body_owned->failed ? STATUS_NO_MEMORY : STATUS_INTERNAL;
        buffer_free(body_owned);
        return status;
    }
    return response_buffer(response, MEDIA_JSON, body_owned);
}

static int append_dump(const char *bytes, size_t len, void *buffer) {
    return buffer_append(buffer, bytes, len) ? 0 : -1;
}

enum status response_json(struct http_response *response, json_t *json_owned) {
    struct buffer body;
    buffer_init(&body);
    int failed = json_owned ? json_dump_callback(json_owned, append_dump, &body, JSON_COMPACT) : -1;
    json_decref(json_owned);
    if (failed) {
        buffer_free(&body);
        return STATUS_NO_MEMORY;
    }
    return response_buffer(response, MEDIA_JSON, &body);
}

void response_static(struct http_response *response, const char *content_type, const char *data,
                     size_t len) {
    set_body(response, content_type, (struct response_body){data, len, NULL, NULL});
}

void response_shared(struct http_response *response, const char *content_type, const char *data,
                     size_t len, void (*let_go)(void *cls), void *cls) {
    set_body(response, content_type, (struct response_body){data, len, let_go, cls});
}

void response_file(struct http_response *response, const char *content_type, int file_owned,
                   size_t len) {
    set_body(response, content_type, (struct response_body){.len = len});
    response->file = file_owned;
}

static void close_spool(void *cls) {
    struct spool *spool = cls;
    spool_close(spool);
    free(spool);
}

enum status response_spool(struct http_response *response, const char *content_type,
                           struct spool *spool_owned) {
    struct spool *kept = malloc(sizeof *kept);
    if (!kept)
        return STATUS_NO_MEMORY;
    *kept = *spool_owned;
    *spool_owned = (struct spool){0};
    response_file(response, content_type, spool_release(kept), kept->len);
    response->body.release = close_spool;
    response->body.cls = kept;
    return STATUS_OK;
}

void response_precompressed(struct http_response *response, const char *gzip, size_t len) {
    release(&response->gzip);
    response->gzip = (struct response_body){gzip, len, NULL, NULL};
}

/* Where the value of a header goes: its old place in the list, or a new one. */
static size_t header_slot(struct http_response *response, const char *name) {
    for (size_t i = 0; i < response->header_count; i++)
        if (text_names_match(response->headers[i].name, name))
            return i;
    if (response->header_count == RESPONSE_HEADERS_MAX) {
        response->failed = true;
        return 0;
    }
    return response->header_count++;
}

void response_header(struct http_response *response, const char *name, const char *value) {
    if (response->failed)
        return; /* a slot that is taken and stays empty would be read */
    size_t slot = header_slot(response, name);
    if (response->failed)
        return;
    response->headers[slot].name = name;
    response->headers[slot].value = response->values.len;
    bool unsafe = strpbrk(value, "\r\n") != NULL;
    if (unsafe || !buffer_append(&response->values, value, strlen(value) + 1))
        response->failed = true;
}

void response_headerf(struct http_response *response, const char *name, const char *format, ...) {
    char value[RESPONSE_HEADER_SIZE];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(value, sizeof value, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof value)
        response->failed = true;
    else
        response_header(response, name, value);
}

void response_header_drop(struct http_response *response, const char *name) {
    for (size_t i = 0; i < response->header_count; i++)
        if (text_names_match(response->headers[i].name, name)) {
            response->headers[i] = response->headers[--response->header_count];
            return;
        }
}

const char *response_header_value(const struct http_response *response, const char *name) {
    for (size_t i = 0; i < response->header_count && !response->failed; i++)
        if (text_names_match(response->headers[i].name, name))
            return response->values.data + response->headers[i].value;
    return NULL;
}

static void append_formatted(struct buffer *out, const char *format, va_list args) {
    char text[512];
    int len = vsnprintf(text, sizeof text, format, args);
    if (len > 0) /* a longer text is cut: it is for people */
        buffer_append(out, text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
}

/* Errors are one line of plain text: what a client sent and we quote must not break it, nor where
 * it was cut. */
static void make_printable(struct buffer *text) {
    if (!text->data)
        return;
    text->len = utf8_mend(text->data, text->len);
    for (size_t i = 0; i < text->len; i++)
        if ((unsigned char)text->data[i] < 0x20 || text->data[i] == 0x7f)
            text->data[i] = ' ';
}

void response_problem(struct http_response *response, const char *name, const char *format, ...) {
    if (response->problem)
        return;
    response->problem = problem_type_named(name);
    va_list args;
    va_start(args, format);
    append_formatted(&response->detail, format, args);
    va_end(args);
    make_printable(&response->detail);
}

static void add_error(struct http_response *response, const char *where, const char *place,
                      const char *code, const char *format, va_list args) {
    if (response->error_count++ >= PROBLEM_ERRORS_MAX)
        return;
    struct buffer detail, named;
    struct json_writer json;
    buffer_init(&detail);
    buffer_init(&named);
    append_formatted(&detail, format, args);
    buffer_puts(&named, place);
    make_printable(&detail);
    make_printable(&named);
    if (response->error_count > 1)
        buffer_puts(&response->errors, ",");
    jw_init(&json, &response->errors);
    jw_open_object(&json);
    jw_member_text(&json, where, named.data ? named.data : "");
    jw_member_text(&json, "code", code);
    jw_member_text(&json, "detail", detail.data ? detail.data : "");
    jw_close_object(&json);
    response->failed |= detail.failed || named.failed || response->errors.failed;
    buffer_free(&detail);
    buffer_free(&named);
}

void response_error(struct http_response *response, const char *pointer, const char *code,
                    const char *format, ...) {
    va_list args;
    va_start(args, format);
    add_error(response, "pointer", pointer, code, format, args);
    va_end(args);
}

void response_parameter_error(struct http_response *response, const char *parameter,
                              const char *code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add_error(response, "parameter", parameter, code, format, args);
    va_end(args);
}

void response_problem_member(struct http_response *response, const char *key,
                             struct buffer *value_owned) {
    size_t at = 0;
    while (at < PROBLEM_MEMBERS_MAX - 1 && response->extra[at].key &&
           strcmp(response->extra[at].key, key) != 0)
        at++;
    buffer_free(&response->extra[at].value);
    response->extra[at].key = key;
    response->extra[at].value = *value_owned;
    buffer_init(value_owned);
}

static void forget_words(struct http_response *response) {
    response->error_count = 0;
    response->retry_after = 0;
    buffer_free(&response->detail);
    buffer_free(&response->errors);
}

void response_no_memory(struct http_response *response) {
    forget_words(response);
    response->problem = problem_type_of(STATUS_NO_MEMORY);
}

void response_forget_problem(struct http_response *response) {
    response->problem = NULL;
    forget_words(response);
    for (size_t i = 0; i < PROBLEM_MEMBERS_MAX; i++) {
        response->extra[i].key = NULL;
        buffer_free(&response->extra[i].value);
    }
}

void response_complaints(struct http_response *response, const struct complaints *complaints) {
    for (size_t i = 0; i < complaints->count; i++) {
        const struct complaint *one = &complaints->all[i];
        if (one->pointer[0] == '?')
            response_parameter_error(response, one->pointer + 1, one->code, "%s", one->detail);
        else
            response_error(response, one->pointer, one->code, "%s", one->detail);
    }
}
