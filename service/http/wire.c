#include "http/wire.h"

#include <string.h>
#include <strings.h>

/* A header of which two would let two readers disagree. */
static bool is_singleton(const char *name) {
    static const char *const names[] = {"content-length", "transfer-encoding", "host",
                                        "content-type",   "authorization",     "content-encoding"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_names_match(names[i], name))
            return true;
    return false;
}

static bool is_repeated(const struct http_header *headers, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (text_names_match(headers[i].name, headers[at].name))
            return true;
    return false;
}

static bool has_control(const char *value) {
    for (const unsigned char *s = (const unsigned char *)value; *s; s++)
        if ((*s < ' ' && *s != '\t') || *s == 0x7F)
            return true;
    return false;
}

static const char *read_length(const char *value, uint64_t *length) {
    size_t digits = strspn(value, "0123456789");
    *length = 0;
    if (digits == 0 || value[digits] != '\0')
        return "Content-Length is not one number";
    if (digits > 18)
        return "Content-Length is beyond all measure";
    for (; *value; value++)
        *length = *length * 10 + (uint64_t)(*value - '0');
    return NULL;
}

static const char *check_header(const struct http_header *headers, size_t at) {
    const struct http_header *header = &headers[at];
    if (!text_is_token(header->name, strlen(header->name)))
        return "a header name holds white space or another forbidden character";
    if (has_control(header->value))
        return "a header value holds a control character";
    if (is_singleton(header->name) && is_repeated(headers, at))
        return "a header that may stand once stands twice";
    return NULL;
}

const char *wire_check(const struct http_header *headers, size_t count, bool http11,
                       struct wire_facts *facts) {
    bool has_length = false;
    bool has_host = false;
    *facts = (struct wire_facts){0};
    for (size_t i = 0; i < count; i++) {
        const char *fault = check_header(headers, i);
        if (!fault && text_names_match(headers[i].name, "content-length")) {
            has_length = true;
            fault = read_length(headers[i].value, &facts->content_length);
        } else if (!fault && text_names_match(headers[i].name, "transfer-encoding")) {
            facts->chunked = true;
            if (!http11 || strcasecmp(headers[i].value, "chunked") != 0)
                fault = "Transfer-Encoding may only be chunked, in HTTP/1.1";
        }
        if (fault)
            return fault;
        has_host |= text_names_match(headers[i].name, "host");
    }
    if (facts->chunked && has_length)
        return "Content-Length and Transfer-Encoding exclude each other";
    if (http11 && !has_host)
        return "the Host header is missing";
    return NULL;
}

const char *wire_check_block(const char *block, const char *end, const struct http_header *headers,
                             size_t count) {
    static const char fault[] = "a header line is folded, holds a NUL or does not end in CR LF";
    const char *cursor = block;
    for (size_t i = 0; i < count; i++) {
        if (headers[i].name != cursor || headers[i].value < cursor || headers[i].value >= end)
            return fault;
        const char *value_end = headers[i].value + strlen(headers[i].value);
        if (value_end + 2 > end || value_end[1] != '\0')
            return fault;
        cursor = value_end + 2;
    }
    return cursor + 2 == end && cursor[0] == '\0' && cursor[1] == '\0' ? NULL : fault;
}
