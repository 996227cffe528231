#include "base/json_read.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/hex.h"
#include "base/json_scan.h"

struct reader {
    const char *at, *end;
    unsigned depth; /* that may still be opened */
    bool no_memory;
};

static json_t *read_value(struct reader *reader);

/* What jansson made, or that it had no memory for it. */
static json_t *made(struct reader *reader, json_t *value) {
    reader->no_memory |= value == NULL;
    return value;
}

static void skip_blanks(struct reader *reader) {
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
                                        *reader->at == '\t' || *reader->at == '\r'))
        reader->at++;
}

/* Moves behind `byte` and the blanks around it, if it is next. */
static bool take(struct reader *reader, char byte) {
    skip_blanks(reader);
    if (reader->at == reader->end || *reader->at != byte)
        return false;
    reader->at++;
    return true;
}

/* ---- text ---- */

enum { UNESCAPED_MAX = 4096 }; /* a longer text with escapes is left to jansson */

/* "\u00e9" as UTF-8; 0 for what is not four digits, NUL, or half of a surrogate pair. */
static size_t unescape_unicode(const char *digits, char out[3]) {
    unsigned code = 0;
    for (int i = 0; i < 4; i++) {
        int value = hex_digit(digits[i]);
        if (value < 0)
            return 0;
        code = code << 4 | (unsigned)value;
    }
    if (code == 0 || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | code >> 12);
    out[1] = (char)(0x80 | (code >> 6 & 0x3F));
    out[2] = (char)(0x80 | (code & 0x3F));
    return 3;
}

/* The escape at `at`, behind its backslash: its bytes go to `out`, its length is returned, 0: none.
 */
static size_t unescape(const char *at, const char *end, char out[3], size_t *out_len) {
    static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *found = at < end && *at ? strchr(names, *at) : NULL;
    if (found) {
        *out = meant[found - names];
        *out_len = 1;
        return 1;
    }
    if (end - at < 5 || *at != 'u')
        return 0;
    *out_len = unescape_unicode(at + 1, out);
    return *out_len ? 5 : 0;
}

/* A text with escapes, from its first backslash on; `room` gets it, and its length is returned. */
static bool read_escaped(struct reader *reader, const char *start, const char *special, char *room,
                         size_t *len) {
    size_t used = 0;
    for (;;) {
        size_t run = (size_t)(special - start);
        if (used + run + 3 > UNESCAPED_MAX || special == reader->end)
            return false;
        memcpy(room + used, start, run);
        used += run;
        if (*special == '"')
            break;
        size_t gave = 0;
        size_t took = *special == '\\' ? unescape(special + 1, reader->end, room + used, &gave) : 0;
        if (took == 0)
            return false;
        used += gave;
        start = special + 1 + took;
        special = json_scan(start, reader->end);
    }
    reader->at = special + 1;
    *len = used;
    return true;
}

/* The text behind a quote: bytes of the input, or of `room` where something is escaped. */
static const char *read_text(struct reader *reader, char room[UNESCAPED_MAX], size_t *len) {
    const char *start = reader->at, *special = json_scan(start, reader->end);
    if (special < reader->end && *special == '"') {
        *len = (size_t)(special - start);
        reader->at = special + 1;
        return start;
    }
    return read_escaped(reader, start, special, room, len) ? room : NULL;
}

static json_t *read_string(struct reader *reader) {
    char room[UNESCAPED_MAX];
    size_t len;
    const char *text = read_text(reader, room, &len);
    return text ? made(reader, json_stringn_nocheck(text, len)) : NULL;
}

/* ---- numbers ---- */

static bool is_digit(const struct reader *reader) {
    return reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9';
}

/* 18 digits fit 64 bits. At most 15 make an exact double, and 10 to the power of their count is one
 * too: so one division is rounded as strtod would round. */
static json_t *read_number(struct reader *reader) {
    enum { DIGITS_MAX = 18, REAL_DIGITS_MAX = 15 };
    int64_t number = 0;
    double scale = 1;
    bool negative = *reader->at == '-', real = false;
    reader->at += negative;
    const char *start = reader->at;
    for (; is_digit(reader) && reader->at - start < DIGITS_MAX; reader->at++)
        number = number * 10 + (*reader->at - '0');
    ptrdiff_t digits = reader->at - start;
    if (digits == 0 || (digits > 1 && *start == '0'))
        return NULL;
    if (reader->at < reader->end && *reader->at == '.') {
        real = true;
        reader->at++;
        for (start = reader->at; is_digit(reader) && digits <= REAL_DIGITS_MAX;
             reader->at++, digits++) {
            number = number * 10 + (*reader->at - '0');
            scale *= 10;
        }
        if (reader->at == start)
            return NULL;
    }
    bool goes_on = is_digit(reader) || (reader->at < reader->end && strchr(".eE", *reader->at));
    if ((real && digits > REAL_DIGITS_MAX) || goes_on)
        return NULL;
    if (real)
        return made(reader, json_real(copysign((double)number / scale, negative ? -1 : 1)));
    return made(reader, json_integer(negative ? -number : number));
}

/* ---- the rest ---- */

static json_t *read_word(struct reader *reader) {
    static const struct {
        const char *word;
        size_t len;
    } words[] = {{"true", 4}, {"false", 5}, {"null", 4}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if ((size_t)(reader->end - reader->at) < words[i].len ||
            memcmp(reader->at, words[i].word, words[i].len) != 0)
            continue;
        reader->at += words[i].len;
        return i == 0 ? json_true() : i == 1 ? json_false() : json_null();
    }
    return NULL;
}

/* False: jansson shall look. */
static bool read_items(struct reader *reader, json_t *array) {
    if (take(reader, ']'))
        return true;
    do {
        json_t *item = read_value(reader);
        if (!item)
            return false;
        if (json_array_append_new(array, item) != 0)
            return made(reader, NULL) != NULL;
    } while (take(reader, ','));
    return take(reader, ']');
}

static bool read_member(struct reader *reader, json_t *object) {
    char room[UNESCAPED_MAX];
    size_t len, before = json_object_size(object);
    const char *key = take(reader, '"') ? read_text(reader, room, &len) : NULL;
    if (!key || !take(reader, ':'))
        return false;
    json_t *value = read_value(reader);
    if (!value)
        return false;
    if (json_object_setn_new_nocheck(object, key, len, value) != 0)
        return made(reader, NULL) != NULL;
    return json_object_size(object) > before; /* else the key is there already */
}

static bool read_members(struct reader *reader, json_t *object) {
    if (take(reader, '}'))
        return true;
    do {
        if (!read_member(reader, object))
            return false;
    } while (take(reader, ','));
    return take(reader, '}');
}

static json_t *read_container(struct reader *reader, bool array) {
    if (reader->depth == 0)
        return NULL;
    reader->depth--;
    reader->at++;
    json_t *container = made(reader, array ? json_array() : json_object());
    if (container && !(array ? read_items(reader, container) : read_members(reader, container))) {
        json_decref(container);
        return NULL;
    }
    reader->depth++;
    return container;
}

static json_t *read_value(struct reader *reader) {
    skip_blanks(reader);
    if (reader->at == reader->end)
        return NULL;
    switch (*reader->at) {
    case '{':
        return read_container(reader, false);
    case '[':
        return read_container(reader, true);
    case '"':
        reader->at++;
        return read_string(reader);
    case 't':
    case 'f':
    case 'n':
        return read_word(reader);
    default:
        return *reader->at == '-' || is_digit(reader) ? read_number(reader) : NULL;
    }
}

json_t *json_read(const char *bytes, size_t len, unsigned depth, bool *no_memory) {
    struct reader reader = {.at = bytes, .end = bytes + len, .depth = depth};
    *no_memory = false;
    skip_blanks(&reader);
    if (reader.at == reader.end || (*reader.at != '{' && *reader.at != '['))
        return NULL;
    json_t *value = read_value(&reader);
    *no_memory = reader.no_memory;
    skip_blanks(&reader);
    if (value && reader.at == reader.end)
        return value;
    json_decref(value);
    return NULL;
}
