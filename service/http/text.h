/* Bytes from strangers: decoding, checking and quoting them. Nothing here allocates by itself. */
#ifndef UNKNOT_HTTP_TEXT_H
#define UNKNOT_HTTP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <strings.h>

#include "base/status.h"

enum text_fault {
    TEXT_OK,
    TEXT_BAD_ESCAPE, /* a % that two hexadecimal digits do not follow */
    TEXT_BAD_UTF8,
    TEXT_NUL, /* %00, or a NUL byte: C strings would end there */
};

/* A stretch of somebody else's text. */
struct text_span {
    const char *start;
    size_t len;
};

/* Percent-decodes `len` bytes into `out` (room for len + 1) and adds a NUL. In a form, + is a
 * space. */
enum text_fault text_decode(const char *in, size_t len, bool form, char *out,
                            size_t *out_len) MUST_CHECK;

/* A sentence part for people: "holds bytes that are not UTF-8". */
const char *text_fault_words(enum text_fault fault);

bool text_is_utf8(const char *text, size_t len);

/* Are these header names one? Most differ in their first letter, and a request looks many up. */
static inline bool text_names_match(const char *one, const char *other) {
    return ((*one ^ *other) & 0xDF) == 0 && strcasecmp(one, other) == 0;
}

/* A header name or a method as RFC 9110 spells it. */
bool text_is_token(const char *text, size_t len);

/* Cuts the next element, trimmed, off a comma list; commas in quotes do not count. False at the
 * end. */
bool text_next_element(const char **cursor, struct text_span *element);

bool text_span_is(struct text_span span, const char *word); /* ASCII case ignored */

#endif
