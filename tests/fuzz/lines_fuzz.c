/* A body of lines in pieces of any size: each line that is not blank has one answer, in order, with
 * its number where it is wrong, and how the body was cut into pieces changes nothing. The first
 * byte says how large the pieces are. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json_text.h"
#include "http/exchange.h"
#include "http/spool.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINE_LIMIT = 64, ANSWERS_MAX = 1 << 24 };

/* {"line": its length}; an object with "no" in it is refused. */
static enum status echo(void *app, const struct http_request *request,
                        struct http_response *response) {
    (void)app;
    if (json_object_get(request->json, "no")) {
        response_problem(response, "invalid-content", "It says no.");
        return STATUS_INVALID;
    }
    return response_json(response, json_pack("{s:I}", "len", (json_int_t)request->body_len));
}

static const struct route route = {.method = HTTP_POST,
                                   .path = "/x",
                                   .operation_id = "x",
                                   .handler = echo,
                                   .body_schema = "x",
                                   .body_limit = LINE_LIMIT,
                                   .lines_limit = 1 << 20};

static void read_answers(struct http_response *response, struct buffer *answers) {
    size_t len = response->body.len;
    if (!response->file || len > ANSWERS_MAX || !buffer_reserve(answers, len + 1) ||
        pread(response->file, answers->data, len, 0) != (ssize_t)len)
        abort();
    answers->len = len;
    answers->data[len] = '\0';
}

/* False: there is no line with something in it. */
static bool answer_all(const char *body, size_t len, size_t piece, struct buffer *answers) {
    static struct edge edge;
    struct exchange exchange = {.edge = &edge, .request = {.route = &route, .language = "en"}};
    response_init(&exchange.response);
    exchange.lines = lines_new();
    if (!exchange.lines)
        abort();
    for (size_t at = 0; at < len; at += piece)
        lines_take(&exchange, body + at, piece < len - at ? piece : len - at);
    /* Without a byte there was no beginning; the edge refuses such a body before. */
    enum status status = len ? lines_finish(&exchange) : STATUS_INVALID;
    if (exchange.refused || (status != STATUS_OK && status != STATUS_INVALID))
        abort();
    if (status == STATUS_OK)
        read_answers(&exchange.response, answers);
    lines_free(exchange.lines);
    response_free(&exchange.response);
    return status == STATUS_OK;
}

static bool is_blank(const char *line, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
            return false;
    return true;
}

static void judge_one(const char *answer, size_t len, size_t number, size_t line_len) {
    struct json_text_problem problem;
    json_t *json = json_text_parse(answer, len, &problem);
    const json_t *named = json_object_get(json, "line"), *counted = json_object_get(json, "len");
    if (!json || !named == !counted)
        abort();
    if (named && json_integer_value(named) != (json_int_t)number)
        abort();
    if (counted && (json_integer_value(counted) != (json_int_t)line_len || line_len > LINE_LIMIT))
        abort();
    json_decref(json);
}

/* Line by line, body and answers side by side. */
static void judge(const char *body, size_t len, const char *answers, size_t answers_len) {
    const char *end = answers + answers_len;
    size_t number = 1, line;
    for (size_t at = 0; at <= len; at += line + 1, number++) {
        const char *stop = memchr(body + at, '\n', len - at);
        line = stop ? (size_t)(stop - body) - at : len - at;
        if (line <= LINE_LIMIT && is_blank(body + at, line))
            continue; /* of a longer one nobody knows whether it is */
        const char *answer_end = memchr(answers, '\n', (size_t)(end - answers));
        if (!answer_end)
            abort();
        judge_one(answers, (size_t)(answer_end - answers), number, line);
        answers = answer_end + 1;
    }
    if (answers != end)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct buffer whole, pieces;
    if (size == 0)
        return 0;
    const char *body = (const char *)data + 1;
    size_t len = size - 1;
    spool_limit(ANSWERS_MAX, ANSWERS_MAX);
    buffer_init(&whole);
    buffer_init(&pieces);
    bool answered = answer_all(body, len, len ? len : 1, &whole);
    if (answer_all(body, len, data[0] + 1U, &pieces) != answered || whole.len != pieces.len ||
        (whole.len && memcmp(whole.data, pieces.data, whole.len) != 0))
        abort();
    if (answered)
        judge(body, len, whole.data, whole.len);
    buffer_free(&whole);
    buffer_free(&pieces);
    return 0;
}
