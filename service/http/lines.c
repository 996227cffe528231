#include "http/lines.h"

#include <stdlib.h>
#include <string.h>

#include "http/answer.h"
#include "http/exchange.h"
#include "http/spool.h"

/* Kept free for the line that says that the spool is full. */
enum { LAST_WORDS = 4096 };

struct lines {
    struct buffer line; /* as far as it has come */
    size_t number;      /* of that line, from 1; empty ones count */
    size_t answered;
    bool open;     /* the spool is, and the query is right */
    bool too_long; /* the rest of this line is thrown away */
    bool full;     /* the last answer is written */
    struct spool spool;
};

struct lines *lines_new(void) {
    struct lines *lines = calloc(1, sizeof *lines);
    if (lines)
        lines->number = 1;
    return lines;
}

void lines_free(struct lines *lines) {
    if (!lines)
        return;
    buffer_free(&lines->line);
    spool_close(&lines->spool);
    free(lines);
}

/* What is wrong with the query is wrong with every line, and is said once. */
static bool begin(struct exchange *exchange) {
    struct lines *lines = exchange->lines;
    const struct route *route = exchange->request.route;
    if (lines->open)
        return true;
    if (route->lines_query &&
        !route->lines_query(exchange->app, &exchange->request, &exchange->response)) {
        exchange->refused = true;
        exchange->refusal = STATUS_INVALID;
        return false;
    }
    if (spool_open(&lines->spool) != STATUS_OK) {
        exchange_refuse(exchange, "unavailable", "there is no room to keep the answers", false);
        return false;
    }
    lines->open = true;
    return true;
}

static void name_line(struct http_response *response, size_t number) {
    struct buffer text;
    buffer_init(&text);
    if (buffer_printf(&text, "%zu", number))
        response_problem_member(response, "line", &text);
    buffer_free(&text);
}

static enum status keep_answer(struct lines *lines, const struct response_body *body) {
    struct buffer text;
    size_t limit = lines->full ? SPOOL_BYTES_MAX : SPOOL_BYTES_MAX - LAST_WORDS;
    if (body->len + 1 > limit - lines->spool.len)
        return STATUS_UNAVAILABLE;
    buffer_init(&text);
    (void)buffer_append(&text, body->data, body->len);
    (void)buffer_puts(&text, "\n");
    enum status status =
        text.failed ? STATUS_NO_MEMORY : spool_append(&lines->spool, text.data, text.len);
    buffer_free(&text);
    return status;
}

static enum status spool_answer(struct exchange *exchange, enum status status,
                                struct http_response *response) {
    struct lines *lines = exchange->lines;
    if (status != STATUS_OK || response->problem)
        name_line(response, lines->number);
    answer_settle(&exchange->request, status, response);
    return keep_answer(lines, &response->body);
}

/* There is no room for the answer: room for these few words there is, or the request fails. */
static void say_full(struct exchange *exchange) {
    struct lines *lines = exchange->lines;
    struct http_response response;
    lines->full = true;
    response_init(&response);
    response_problem(&response, "content-too-large",
                     "no more room for answers: send this line and those after it again");
    if (spool_answer(exchange, STATUS_OK, &response) != STATUS_OK)
        exchange_refuse(exchange, "unavailable", "there is no room to keep the answers", false);
    response_free(&response);
}

static bool is_empty(const struct buffer *line) {
    size_t blanks = 0;
    while (blanks < line->len &&
           (line->data[blanks] == ' ' || line->data[blanks] == '\t' || line->data[blanks] == '\r'))
        blanks++;
    return blanks == line->len;
}

static enum status answer_one(struct exchange *exchange, struct http_response *response) {
    struct lines *lines = exchange->lines;
    struct http_request *request = &exchange->request;
    if (lines->too_long) {
        response_problem(response, "content-too-large", "at most %zu bytes in a line",
                         request->route->body_limit);
        return STATUS_OK;
    }
    request->body = lines->line.data;
    request->body_len = lines->line.len;
    enum status status = exchange_answer(exchange, response);
    json_decref(request->json);
    request->json = NULL;
    request->body = "";
    request->body_len = 0;
    return status;
}

static void end_line(struct exchange *exchange) {
    struct lines *lines = exchange->lines;
    struct http_response response;
    if (lines->too_long || !is_empty(&lines->line)) {
        response_init(&response);
        enum status status = answer_one(exchange, &response);
        lines->answered++;
        if (spool_answer(exchange, status, &response) != STATUS_OK)
            say_full(exchange);
        response_free(&response);
    }
    lines->line.len = 0;
    lines->too_long = false;
    lines->number++;
}

static void keep(struct exchange *exchange, const char *bytes, size_t len) {
    struct lines *lines = exchange->lines;
    lines->too_long |= len > exchange->request.route->body_limit - lines->line.len;
    if (lines->too_long)
        lines->line.len = 0;
    else if (len > 0 && !buffer_append(&lines->line, bytes, len))
        exchange_refuse(exchange, "unavailable", "no memory for the line", false);
}

void lines_take(struct exchange *exchange, const char *bytes, size_t len) {
    struct lines *lines = exchange->lines;
    const char *end = bytes + len;
    if (!begin(exchange))
        return;
    while (bytes < end && !exchange->refused && !lines->full) {
        const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
        keep(exchange, bytes, (size_t)((stop ? stop : end) - bytes));
        if (stop && !exchange->refused)
            end_line(exchange);
        bytes = stop ? stop + 1 : end;
    }
}

enum status lines_finish(struct exchange *exchange) {
    struct lines *lines = exchange->lines;
    if (!lines->full)
        end_line(exchange);
    if (exchange->refused)
        return exchange->refusal;
    if (lines->answered == 0) {
        response_problem(&exchange->response, "malformed-json", "there is no line but empty ones");
        return STATUS_INVALID;
    }
    size_t len = lines->spool.len;
    response_file(&exchange->response, MEDIA_NDJSON, spool_release(&lines->spool), len);
    return STATUS_OK;
}
