/* JSON text from strangers: what is wrong with it, and where, before anything is built from it. */
#ifndef UNKNOT_BASE_JSON_TEXT_H
#define UNKNOT_BASE_JSON_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum { JSON_TEXT_DEPTH = 32 }; /* brackets within each other, unless the caller says otherwise */

enum json_text_kind {
    JSON_TEXT_OK,
    JSON_TEXT_EMPTY, /* nothing but white space */
    JSON_TEXT_INVALID_UTF8,
    JSON_TEXT_NUL, /* a NUL byte or \u0000: C strings would end there */
    JSON_TEXT_TOO_DEEP,
    JSON_TEXT_DUPLICATE_KEY,
    JSON_TEXT_NUMBER_OUT_OF_RANGE, /* does not fit 64 bits or a double */
    JSON_TEXT_MALFORMED,
    JSON_TEXT_NO_MEMORY,
};

struct json_text_problem {
    enum json_text_kind kind;
    size_t line;      /* from 1 */
    size_t column;    /* from 1, in characters */
    char detail[200]; /* for people, without the place */
};

/* One pass over the bytes: UTF-8, NUL, depth, emptiness. True when jansson may have a go at them.
 */
bool json_text_precheck(const char *bytes, size_t len,
                        struct json_text_problem *problem) MUST_CHECK;
bool json_text_precheck_within(const char *bytes, size_t len, unsigned depth,
                               struct json_text_problem *problem) MUST_CHECK;

/* Precheck and strict parsing: an object or array, no repeated keys. The caller owns the value;
   NULL with a problem. */
json_t *json_text_parse(const char *bytes, size_t len,
                        struct json_text_problem *problem) MUST_CHECK;
json_t *json_text_parse_within(const char *bytes, size_t len, unsigned depth,
                               struct json_text_problem *problem) MUST_CHECK;

/* Text that we wrote ourselves, or that PostgreSQL keeps as JSON, as values; the caller owns them.
 * NULL: broken after all, or no memory. */
json_t *json_text_own(const char *bytes, size_t len) MUST_CHECK;

/*
 * Any value of at most 38 levels as compact JSON, members in their order; the caller frees it.
 * NULL without memory, for NULL, or deeper. Several times as quick as json_dumps(), which besides
 * leaves a key out (2.14) where the memory for it fails and the next piece succeeds. len may be
 * NULL.
 */
char *json_text_print(const json_t *value, size_t *len) MUST_CHECK;

/* The same with members in the order of their keys' bytes: equal values are equal texts. */
char *json_text_print_sorted(const json_t *value, size_t *len) MUST_CHECK;

/* The same into a writer, as its next value. */
struct json_writer;
void json_text_write(struct json_writer *json, const json_t *value);

/* The stable word for programs: "duplicate_key". */
const char *json_text_kind_name(enum json_text_kind kind);

#endif
