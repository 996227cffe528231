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
    size_t unwritten; /* the first line whose answer still waits to be written */
};

struct lines *lines_new(void) {
    struct lines *lines = calloc(1, sizeof *lines);
    if (lines)
        lines->number = lines->unwritten = 1;
    return lines;
}

void lines_free(struct lines *lines) {
    if (!lines)
        return;
    buffer_free(&lines->line);
    spool_close(&lines->spool);
    free(lines);
}

static void refuse_room(struct exchange *exchange) {
    exchange_refuse(exchange, "unavailable", "there is no room to keep the answers", false);
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
        refuse_room(exchange);
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

static enum status spool_answer(struct exchange *exchange, enum status status,
                                struct http_response *response) {
    struct lines *lines = exchange->lines;
    if (status != STATUS_OK || response->problem)
        name_line(response, lines->number);
    answer_settle(&exchange->request, status, response);
    status = spool_line(&lines->spool, response->body.data, response->body.len,
                        lines->full ? 0 : LAST_WORDS);
    if (status == STATUS_OK && lines->spool.written == lines->spool.len)
        lines->unwritten = lines->number + 1;
    return status;
}

/* The answer to the line is the last one: the problem that `response` holds. */
static void end_answers(struct exchange *exchange, struct http_response *response) {
    exchange->lines->full = true;
    if (spool_answer(exchange, STATUS_OK, response) != STATUS_OK)
        refuse_room(exchange);
}

/* There is no room for the answer: room for these few words there is, or the request fails. */
static void say_full(struct exchange *exchange) {
    struct lines *lines = exchange->lines;
    struct http_response response;
    if (lines->spool.written == lines->spool.len)
        lines->number = lines->unwritten; /* the disk is full: answers that waited are gone */
    response_init(&response);
    response_problem(&response, "content-too-large",
                     "no more room for answers: send this line and those after it again");
    end_answers(exchange, &response);
    response_free(&response);
}

/* A line costs what a request costs. The first one has been paid for. */
static bool is_affordable(const struct exchange *exchange, struct http_response *response) {
    const struct edge_hooks *hooks = &exchange->edge->settings.hooks;
    return exchange->lines->answered == 0 || !hooks->rate_limit_line ||
           hooks->rate_limit_line(exchange->app, &exchange->request, response, true) == STATUS_OK;
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

static void answer_line(struct exchange *exchange) {
    struct http_response response;
    response_init(&response);
    if (!is_affordable(exchange, &response)) {
        end_answers(exchange, &response);
    } else {
        enum status status = answer_one(exchange, &response);
        exchange->lines->answered++;
        metrics_add(METRIC_LINES_TOTAL, 1);
        if (spool_answer(exchange, status, &response) != STATUS_OK)
            say_full(exchange);
    }
    response_free(&response);
}

static void end_line(struct exchange *exchange) {
    struct lines *lines = exchange->lines;
    if (lines->too_long || !is_empty(&lines->line))
        answer_line(exchange);
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

static void write_answers(struct exchange *exchange) {
    struct lines *lines = exchange->lines;
    bool ended = lines->full;
    if (spool_flush(&lines->spool) == STATUS_OK)
        return;
    if (!ended)
        say_full(exchange);
    if (ended || spool_flush(&lines->spool) != STATUS_OK) /* the last word is gone, too */
        refuse_room(exchange);
}

enum status lines_finish(struct exchange *exchange) {
    const struct edge_hooks *hooks = &exchange->edge->settings.hooks;
    struct lines *lines = exchange->lines;
    if (!lines->full)
        end_line(exchange);
    write_answers(exchange);
    if (exchange->refused)
        return exchange->refusal;
    if (lines->answered == 0) {
        response_problem(&exchange->response, "malformed-json", "there is no line but empty ones");
        return STATUS_INVALID;
    }
    if (hooks->rate_limit_line)
        (void)hooks->rate_limit_line(exchange->app, &exchange->request, &exchange->response, false);
    size_t len = lines->spool.len;
    response_file(&exchange->response, MEDIA_NDJSON, spool_release(&lines->spool), len);
    return STATUS_OK;
}
