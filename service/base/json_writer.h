/*
 * Writes JSON straight into a buffer. Keeps the scopes, so that a key inside an array, a value
 * without a key or an unclosed object cannot be written: the first mistake sticks and jw_ok() says
 * no. A text that is not there (NULL) is such a mistake.
 */
#ifndef UNKNOT_BASE_JSON_WRITER_H
#define UNKNOT_BASE_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buffer.h"

enum { JSON_WRITER_DEPTH = 40 };

struct json_writer {
    struct buffer *out;
    unsigned depth;
    bool misused;
    bool after_key;
    struct {
        bool array;
        bool filled;
    } scopes[JSON_WRITER_DEPTH];
};

void jw_init(struct json_writer *json, struct buffer *out);

void jw_open_object(struct json_writer *json);
void jw_close_object(struct json_writer *json);
void jw_open_array(struct json_writer *json);
void jw_close_array(struct json_writer *json);

/* A key must be plain: letters, digits, `_`, `-`, `$`; it is written unescaped. Inline, so that the
 * compiler counts the letters of a literal. */
void jw_key_len(struct json_writer *json, const char *key, size_t len);
static inline void jw_key(struct json_writer *json, const char *key) {
    jw_key_len(json, key, strlen(key));
}

/* A key that may hold anything. */
void jw_key_text(struct json_writer *json, const char *utf8, size_t len);

void jw_text(struct json_writer *json, const char *utf8);
void jw_text_len(struct json_writer *json, const char *utf8, size_t len);
void jw_int(struct json_writer *json, int64_t number);
void jw_bool(struct json_writer *json, bool value);
void jw_null(struct json_writer *json);

/* A value that is JSON already, such as a text escaped at load. */
void jw_raw(struct json_writer *json, const char *value, size_t len);

/* A decimal from thousandths without trailing zeros: 1500 is 1.5. No floating point, so the same
 * bytes everywhere. */
void jw_milli(struct json_writer *json, int64_t thousandths);

/* Shorthands for members. */
void jw_member_text_len(struct json_writer *json, const char *key, size_t key_len, const char *utf8,
                        size_t len);
static inline void jw_member_text(struct json_writer *json, const char *key, const char *utf8) {
    if (utf8)
        jw_member_text_len(json, key, strlen(key), utf8, strlen(utf8));
    else
        json->misused = true;
}
void jw_member_raw_len(struct json_writer *json, const char *key, size_t key_len, const char *value,
                       size_t len);
static inline void jw_member_raw(struct json_writer *json, const char *key, const char *value,
                                 size_t len) {
    jw_member_raw_len(json, key, strlen(key), value, len);
}
void jw_member_int(struct json_writer *json, const char *key, int64_t number);
void jw_member_bool(struct json_writer *json, const char *key, bool value);

/* True when one whole value was written, nothing was misused and memory sufficed. */
bool jw_ok(const struct json_writer *json) MUST_CHECK;

/* Appends `utf8` as a JSON string with its quotes; control characters, quotes and backslashes
 * escaped. */
void json_escape(struct buffer *out, const char *utf8, size_t len);

#endif
