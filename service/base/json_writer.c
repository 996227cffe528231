/* JSON into a buffer, scope by scope. */
#include "base/json_writer.h"

#include <string.h>

#include "base/json_scan.h"

void jw_init(struct json_writer *json, struct buffer *out) {
    *json = (struct json_writer){.out = out};
}

static inline void append(struct json_writer *json, const char *text, size_t len) {
    struct buffer *out = json->out;
    if (!buffer_reserve(out, len))
        return;
    memcpy(out->data + out->len, text, len);
    out->len += len;
    out->data[out->len] = '\0';
}

/* Called before every value: writes the comma an array needs and refuses a value where a key must
 * stand. */
static bool begin_value(struct json_writer *json) {
    if (json->misused)
        return false;
    if (json->depth == 0) {
        json->misused = json->scopes[0].filled;
        json->scopes[0].filled = true;
        return !json->misused;
    }
    if (json->scopes[json->depth].array) {
        if (json->scopes[json->depth].filled)
            append(json, ",", 1);
        json->scopes[json->depth].filled = true;
        return true;
    }
    json->misused = !json->after_key;
    json->after_key = false;
    return !json->misused;
}

static void open_scope(struct json_writer *json, bool array) {
    if (!begin_value(json))
        return;
    if (json->depth + 1 >= JSON_WRITER_DEPTH) {
        json->misused = true;
        return;
    }
    json->depth++;
    json->scopes[json->depth].array = array;
    json->scopes[json->depth].filled = false;
    append(json, array ? "[" : "{", 1);
}

static void close_scope(struct json_writer *json, bool array) {
    if (json->misused || json->depth == 0 || json->after_key ||
        json->scopes[json->depth].array != array) {
        json->misused = true;
        return;
    }
    json->depth--;
    append(json, array ? "]" : "}", 1);
}

void jw_open_object(struct json_writer *json) {
    open_scope(json, false);
}

void jw_close_object(struct json_writer *json) {
    close_scope(json, false);
}

void jw_open_array(struct json_writer *json) {
    open_scope(json, true);
}

void jw_close_array(struct json_writer *json) {
    close_scope(json, true);
}

/* Copies and says where the copy ends. */
static char *put(char *at, const char *bytes, size_t len) {
    memcpy(at, bytes, len);
    return at + len;
}

static void set_end(struct json_writer *json, char *end) {
    *end = '\0';
    json->out->len = (size_t)(end - json->out->data);
}

/* Makes room for a key and `more` bytes behind it, and writes the key; NULL: misused, or no memory.
 */
static char *begin_member(struct json_writer *json, const char *key, size_t len, size_t more) {
    if (json->misused || json->depth == 0 || json->scopes[json->depth].array || json->after_key) {
        json->misused = true;
        return NULL;
    }
    if (!buffer_reserve(json->out, len + 4 + more))
        return NULL;
    char *at = json->out->data + json->out->len;
    if (json->scopes[json->depth].filled)
        *at++ = ',';
    json->scopes[json->depth].filled = true;
    *at++ = '"';
    at = put(at, key, len);
    *at++ = '"';
    *at++ = ':';
    return at;
}

void jw_key_len(struct json_writer *json, const char *key, size_t len) {
    char *at = begin_member(json, key, len, 0);
    if (!at)
        return;
    set_end(json, at);
    json->after_key = true;
}

static void escape_byte(struct buffer *out, unsigned char byte) {
    static const char shorts[] = "\b\t\n\f\r\"\\";
    static const char letters[] = "btnfr\"\\";
    const char *hit = byte ? strchr(shorts, byte) : NULL;
    if (hit) {
        char pair[2] = {'\\', letters[hit - shorts]};
        (void)buffer_append(out, pair, 2);
    } else {
        (void)buffer_printf(out, "\\u%04x", byte);
    }
}

void json_escape(struct buffer *out, const char *utf8, size_t len) {
    const char *end = utf8 + len;
    (void)buffer_append(out, "\"", 1);
    for (;;) {
        const char *special = json_scan(utf8, end);
        (void)buffer_append(out, utf8, (size_t)(special - utf8));
        if (special == end)
            break;
        escape_byte(out, (unsigned char)*special);
        utf8 = special + 1;
    }
    (void)buffer_append(out, "\"", 1);
}

void jw_key_text(struct json_writer *json, const char *utf8, size_t len) {
    if (json_scan(utf8, utf8 + len) == utf8 + len) {
        jw_key_len(json, utf8, len);
        return;
    }
    if (json->misused || json->depth == 0 || json->scopes[json->depth].array || json->after_key) {
        json->misused = true;
        return;
    }
    if (json->scopes[json->depth].filled)
        append(json, ",", 1);
    json->scopes[json->depth].filled = json->after_key = true;
    json_escape(json->out, utf8, len);
    append(json, ":", 1);
}

/* A text in its quotes; `plain`: nothing in it must be escaped. */
static void append_text(struct json_writer *json, const char *utf8, size_t len, bool plain) {
    if (!plain) {
        json_escape(json->out, utf8, len);
        return;
    }
    if (!buffer_reserve(json->out, len + 2))
        return;
    char *at = json->out->data + json->out->len;
    *at++ = '"';
    at = put(at, utf8, len);
    *at++ = '"';
    set_end(json, at);
}

void jw_text_len(struct json_writer *json, const char *utf8, size_t len) {
    if (begin_value(json))
        append_text(json, utf8, len, json_scan(utf8, utf8 + len) == utf8 + len);
}

void jw_text(struct json_writer *json, const char *utf8) {
    if (utf8)
        jw_text_len(json, utf8, strlen(utf8));
    else
        json->misused = true;
}

/* Writes the digits of a number at the end of `digits` and returns where they begin. */
static size_t format_digits(char digits[24], uint64_t number) {
    size_t at = 24;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    return at;
}

/* The same with its sign. */
static size_t format_number(char digits[24], int64_t number) {
    size_t at = format_digits(digits, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
    if (number < 0)
        digits[--at] = '-';
    return at;
}

void jw_int(struct json_writer *json, int64_t number) {
    char digits[24];
    if (!begin_value(json))
        return;
    size_t at = format_number(digits, number);
    append(json, digits + at, sizeof digits - at);
}

void jw_milli(struct json_writer *json, int64_t thousandths) {
    if (!begin_value(json))
        return;
    uint64_t amount = thousandths < 0 ? 0 - (uint64_t)thousandths : (uint64_t)thousandths;
    if (thousandths < 0)
        append(json, "-", 1);
    char digits[24];
    size_t at = format_digits(digits, amount / 1000);
    append(json, digits + at, sizeof digits - at);
    unsigned rest = (unsigned)(amount % 1000);
    if (rest == 0)
        return;
    char decimals[4] = {'.', (char)('0' + rest / 100), (char)('0' + rest / 10 % 10),
                        (char)('0' + rest % 10)};
    size_t len = 4;
    while (decimals[len - 1] == '0')
        len--;
    append(json, decimals, len);
}

void jw_bool(struct json_writer *json, bool value) {
    if (begin_value(json))
        append(json, value ? "true" : "false", value ? 4 : 5);
}

void jw_null(struct json_writer *json) {
    if (begin_value(json))
        append(json, "null", 4);
}

void jw_raw(struct json_writer *json, const char *value, size_t len) {
    if (begin_value(json))
        append(json, value, len);
}

void jw_member_text_len(struct json_writer *json, const char *key, size_t key_len, const char *utf8,
                        size_t len) {
    bool plain = json_scan(utf8, utf8 + len) == utf8 + len;
    char *at = begin_member(json, key, key_len, plain ? len + 2 : 0);
    if (!at)
        return;
    if (plain) {
        *at++ = '"';
        at = put(at, utf8, len);
        *at++ = '"';
    }
    set_end(json, at);
    if (!plain)
        json_escape(json->out, utf8, len);
}

void jw_member_raw_len(struct json_writer *json, const char *key, size_t key_len, const char *value,
                       size_t len) {
    char *at = begin_member(json, key, key_len, len);
    if (at)
        set_end(json, put(at, value, len));
}

void jw_member_int(struct json_writer *json, const char *key, int64_t number) {
    char digits[24];
    size_t at = format_number(digits, number);
    jw_member_raw(json, key, digits + at, sizeof digits - at);
}

void jw_member_bool(struct json_writer *json, const char *key, bool value) {
    jw_key(json, key);
    jw_bool(json, value);
}

bool jw_ok(const struct json_writer *json) {
    return !json->misused && json->depth == 0 && json->scopes[0].filled && !json->out->failed;
}
