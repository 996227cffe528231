/* jansson would take 2,048 levels and is vague about the rest, so the bytes are looked at first.
   The scan only finds the offset of the first fault; line and column are counted afterwards, when
   there is one. */
#include "base/json_text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "base/json_writer.h"
#include "base/utf8.h"

struct scan {
    const unsigned char *bytes;
    size_t len;
    size_t at;
    unsigned depth, max_depth;
    bool quoted;
};

const char *json_text_kind_name(enum json_text_kind kind) {
    static const char *const names[] = {
        [JSON_TEXT_OK] = "ok",
        [JSON_TEXT_EMPTY] = "empty",
        [JSON_TEXT_INVALID_UTF8] = "invalid_utf8",
        [JSON_TEXT_NUL] = "nul",
        [JSON_TEXT_TOO_DEEP] = "too_deep",
        [JSON_TEXT_DUPLICATE_KEY] = "duplicate_key",
        [JSON_TEXT_NUMBER_OUT_OF_RANGE] = "number_out_of_range",
        [JSON_TEXT_MALFORMED] = "malformed",
        [JSON_TEXT_NO_MEMORY] = "no_memory",
    };
    size_t index = (size_t)kind;
    return index < sizeof names / sizeof *names ? names[index] : "unknown";
}

static bool fault(struct json_text_problem *problem, enum json_text_kind kind, const char *detail) {
    problem->kind = kind;
    (void)snprintf(problem->detail, sizeof problem->detail, "%s", detail);
    return false;
}

static void find_place(const struct scan *scan, struct json_text_problem *problem) {
    problem->line = problem->column = 1;
    for (size_t i = 0; i < scan->at; i++) {
        if (scan->bytes[i] == '\n') {
            problem->line++;
            problem->column = 1;
        } else if ((scan->bytes[i] & 0xC0) != 0x80) {
            problem->column++;
        }
    }
}

/* Everything in ASCII that the scan has to stop at; the rest is skipped. */
static const bool notable[0x80] = {
    [0] = true, ['"'] = true, ['\\'] = true, ['['] = true, [']'] = true, ['{'] = true, ['}'] = true,
};

static bool open_bracket(struct scan *scan, struct json_text_problem *problem) {
    if (++scan->depth <= scan->max_depth)
        return true;
    char detail[80];
    (void)snprintf(detail, sizeof detail, "the JSON nests deeper than %u levels", scan->max_depth);
    return fault(problem, JSON_TEXT_TOO_DEEP, detail);
}

/* Looks at one notable byte and moves behind it. */
static bool take_notable(struct scan *scan, struct json_text_problem *problem) {
    unsigned char byte = scan->bytes[scan->at];
    size_t len = 1;
    if (byte == 0)
        return fault(problem, JSON_TEXT_NUL, "a NUL byte cannot stand in JSON");
    if (byte >= 0x80) {
        len = utf8_length(scan->bytes + scan->at, scan->len - scan->at);
        if (len == 0)
            return fault(problem, JSON_TEXT_INVALID_UTF8, "the bytes are not valid UTF-8");
    } else if (byte == '"') {
        scan->quoted = !scan->quoted;
    } else if (scan->quoted) {
        bool pair = byte == '\\' && scan->at + 1 < scan->len;
        unsigned char next = pair ? scan->bytes[scan->at + 1] : 0;
        len = next == '"' || next == '\\' ? 2 : 1;
    } else if (byte == '[' || byte == '{') {
        if (!open_bracket(scan, problem))
            return false;
    } else if (byte != '\\' && scan->depth > 0) {
        scan->depth--;
    }
    scan->at += len;
    return true;
}

static bool scan_all(struct scan *scan, struct json_text_problem *problem) {
    if (scan->len >= 3 && memcmp(scan->bytes, "\xEF\xBB\xBF", 3) == 0)
        return fault(problem, JSON_TEXT_MALFORMED,
                     "the text starts with a byte order mark; send it without");
    while (scan->at < scan->len) {
        if (scan->bytes[scan->at] < 0x80 && !notable[scan->bytes[scan->at]])
            scan->at++;
        else if (!take_notable(scan, problem))
            return false;
    }
    return true;
}

static bool is_blank(const char *bytes, size_t len) {
    size_t i = 0;
    while (i < len && bytes[i] && strchr(" \t\r\n", bytes[i]))
        i++;
    return i == len;
}

bool json_text_precheck_within(const char *bytes, size_t len, unsigned depth,
                               struct json_text_problem *problem) {
    struct scan scan = {.bytes = (const unsigned char *)bytes, .len = len, .max_depth = depth};
    *problem = (struct json_text_problem){.kind = JSON_TEXT_OK, .line = 1, .column = 1};
    if (is_blank(bytes, len))
        return fault(problem, JSON_TEXT_EMPTY, "there is no JSON here");
    if (scan_all(&scan, problem))
        return true;
    find_place(&scan, problem);
    return false;
}

bool json_text_precheck(const char *bytes, size_t len, struct json_text_problem *problem) {
    return json_text_precheck_within(bytes, len, JSON_TEXT_DEPTH, problem);
}

static enum json_text_kind kind_of(const json_error_t *error) {
    switch (json_error_code(error)) {
    case json_error_out_of_memory:
        return JSON_TEXT_NO_MEMORY;
    case json_error_duplicate_key:
        return JSON_TEXT_DUPLICATE_KEY;
    case json_error_invalid_utf8:
        return JSON_TEXT_INVALID_UTF8;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return JSON_TEXT_NUL;
    case json_error_numeric_overflow:
        return JSON_TEXT_NUMBER_OUT_OF_RANGE;
    case json_error_stack_overflow:
        return JSON_TEXT_TOO_DEEP;
    default:
        return JSON_TEXT_MALFORMED;
    }
}

json_t *json_text_parse_within(const char *bytes, size_t len, unsigned depth,
                               struct json_text_problem *problem) {
    if (!json_text_precheck_within(bytes, len, depth, problem))
        return NULL;
    json_error_t error;
    bool no_memory;
    json_t *value = json_read(bytes, len, depth, &no_memory);
    if (no_memory)
        (void)fault(problem, JSON_TEXT_NO_MEMORY, "out of memory");
    if (!value && !no_memory)
        value = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &error);
    if (value || no_memory)
        return value;
    (void)fault(problem, kind_of(&error), error.text);
    problem->line = error.line > 0 ? (size_t)error.line : 1;
    problem->column = error.column > 0 ? (size_t)error.column : 1;
    return NULL;
}

json_t *json_text_parse(const char *bytes, size_t len, struct json_text_problem *problem) {
    return json_text_parse_within(bytes, len, JSON_TEXT_DEPTH, problem);
}

json_t *json_text_own(const char *bytes, size_t len) {
    bool no_memory;
    json_t *value = json_read(bytes, len, 2 * JSON_TEXT_DEPTH, &no_memory);
    return value || no_memory ? value : json_loadb(bytes, len, 0, NULL);
}

/* ---- printing ---- */

enum { MEMBERS_USUAL = 16 }; /* sorted without asking for memory */

struct member {
    const char *key;
    size_t len;
    const json_t *value;
};

static void print_value(struct json_writer *json, const json_t *value, bool sorted);

static int append_piece(const char *bytes, size_t len, void *out) {
    return buffer_append(out, bytes, len) ? 0 : -1;
}

/* jansson knows how many digits a double needs. */
static void print_real(struct json_writer *json, const json_t *value) {
    struct buffer digits;
    buffer_init(&digits);
    if (json_dump_callback(value, append_piece, &digits, JSON_ENCODE_ANY) == 0)
        jw_raw(json, digits.data, digits.len);
    else
        json->out->failed = true;
    buffer_free(&digits);
}

static void print_members(struct json_writer *json, json_t *object) {
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
        jw_key_text(json, json_object_iter_key(at), json_object_iter_key_len(at));
        print_value(json, json_object_iter_value(at), false);
    }
}

static int compare_members(const void *a, const void *b) {
    return strcmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void print_members_sorted(struct json_writer *json, json_t *object) {
    struct member usual[MEMBERS_USUAL], *members = usual;
    size_t count = json_object_size(object), at = 0;
    if (count > MEMBERS_USUAL && !(members = malloc(count * sizeof *members))) {
        json->out->failed = true;
        return;
    }
    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i))
        members[at++] = (struct member){json_object_iter_key(i), json_object_iter_key_len(i),
                                        json_object_iter_value(i)};
    qsort(members, count, sizeof *members, compare_members);
    for (size_t i = 0; i < count; i++) {
        jw_key_text(json, members[i].key, members[i].len);
        print_value(json, members[i].value, true);
    }
    if (members != usual)
        free(members);
}

static void print_object(struct json_writer *json, const json_t *value, bool sorted) {
    union {
        const json_t *read;
        json_t *object;
    } borrowed = {.read = value}; /* jansson's iterators lack the const */
    jw_open_object(json);
    if (sorted)
        print_members_sorted(json, borrowed.object);
    else
        print_members(json, borrowed.object);
    jw_close_object(json);
}

static void print_array(struct json_writer *json, const json_t *array, bool sorted) {
    jw_open_array(json);
    for (size_t i = 0; i < json_array_size(array); i++)
        print_value(json, json_array_get(array, i), sorted);
    jw_close_array(json);
}

static void print_value(struct json_writer *json, const json_t *value, bool sorted) {
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        print_object(json, value, sorted);
        break;
    case JSON_ARRAY:
        print_array(json, value, sorted);
        break;
    case JSON_STRING:
        jw_text_len(json, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        jw_int(json, json_integer_value(value));
        break;
    case JSON_REAL:
        print_real(json, value);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        jw_bool(json, json_is_true(value));
        break;
    default:
        jw_null(json);
    }
}

void json_text_write(struct json_writer *json, const json_t *value) {
    print_value(json, value, false);
}

static char *print(const json_t *value, bool sorted, size_t *len) {
    struct buffer out;
    struct json_writer json;
    if (!value)
        return NULL;
    buffer_init(&out);
    jw_init(&json, &out);
    print_value(&json, value, sorted);
    if (!jw_ok(&json))
        buffer_free(&out);
    return buffer_steal(&out, len);
}

char *json_text_print(const json_t *value, size_t *len) {
    return print(value, false, len);
}

char *json_text_print_sorted(const json_t *value, size_t *len) {
    return print(value, true, len);
}
