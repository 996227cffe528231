/* Patterns with groups, spelled anew for POSIX: it knows no \d, takes backslashes in [ ] literally
   and bytes for characters, so nothing of the original but its structure is handed on. */
#include <inttypes.h>
#include <locale.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "contract/pattern.h"

#define BEYOND_ASCII "[\xC2-\xF4][\x80-\xBF]{1,3}"

static bool has(const struct char_set *set, unsigned c) {
    return set->ascii[c >> 6] >> (c & 63) & 1;
}

/* Inside [ ] a minus, a caret and a closing bracket mean something by where they stand. */
static void write_ranges(struct buffer *out, const struct char_set *set) {
    struct char_set plain = *set;
    plain.ascii['-' >> 6] &= ~((uint64_t)1 << ('-' & 63));
    plain.ascii['^' >> 6] &= ~((uint64_t)1 << ('^' & 63));
    plain.ascii[']' >> 6] &= ~((uint64_t)1 << (']' & 63));
    for (unsigned c = 1; c < 128; c++) {
        if (!has(&plain, c))
            continue;
        unsigned last = c;
        while (last + 1 < 128 && has(&plain, last + 1))
            last++;
        (void)buffer_printf(out, last > c ? "%c-%c" : "%c", (int)c, (int)last);
        c = last;
    }
}

static void write_ascii(struct buffer *out, const struct char_set *set) {
    size_t start = out->len + 1;
    (void)buffer_puts(out, has(set, ']') ? "[]" : "[");
    write_ranges(out, set);
    /* Nothing but minus and caret so far: the minus goes first, for the caret must not. */
    bool minus_first = out->len == start && has(set, '^');
    if (minus_first && has(set, '-'))
        (void)buffer_puts(out, "-");
    if (has(set, '^'))
        (void)buffer_puts(out, "^");
    if (!minus_first && has(set, '-'))
        (void)buffer_puts(out, "-");
    (void)buffer_puts(out, "]");
}

static void write_set(struct buffer *out, const struct char_set *set) {
    struct char_set caret = {{0}, false};
    caret.ascii['^' >> 6] = (uint64_t)1 << ('^' & 63);
    bool ascii = set->ascii[0] || set->ascii[1];
    (void)buffer_puts(out, "(");
    if (memcmp(set->ascii, caret.ascii, sizeof caret.ascii) == 0)
        (void)buffer_puts(out, "\\^");
    else if (ascii)
        write_ascii(out, set);
    if (set->beyond)
        (void)buffer_puts(out, ascii ? "|" BEYOND_ASCII : BEYOND_ASCII);
    (void)buffer_puts(out, ")");
}

static const char *write_count(struct buffer *out, uint32_t min, uint32_t max) {
    if (min > RE_DUP_MAX || (max != PATTERN_NO_END && max > RE_DUP_MAX))
        return "a repeat is too large";
    if (max == PATTERN_NO_END)
        (void)buffer_printf(out, "{%" PRIu32 ",}", min);
    else if (min != 1 || max != 1)
        (void)buffer_printf(out, "{%" PRIu32 ",%" PRIu32 "}", min, max);
    return NULL;
}

/* A parenthesis, anchor or bar; what can be repeated is looked at by the caller. */
static const char *write_structure(struct buffer *out, const char **cursor) {
    (void)buffer_append(out, *cursor, 1);
    if (**cursor == '(' && (*cursor)[1] == '?') {
        if ((*cursor)[2] != ':')
            return "only plain groups are supported in patterns";
        *cursor += 2;
    }
    (*cursor)++;
    return NULL;
}

static const char *write_piece(struct buffer *out, const char **cursor) {
    bool structure = strchr("()|^$", **cursor) != NULL;
    bool repeatable = !structure || **cursor == ')';
    struct char_set set;
    uint32_t min, max;
    const char *fault = structure ? write_structure(out, cursor) : pattern_read_set(cursor, &set);
    if (fault || !repeatable)
        return fault;
    if (!structure && !set.ascii[0] && !set.ascii[1] && !set.beyond)
        return "an empty [ ] matches nothing";
    if (!structure)
        write_set(out, &set);
    fault = pattern_read_count(cursor, &min, &max);
    return fault ? fault : write_count(out, min, max);
}

/* In the C locale whatever the process uses, so that bytes mean bytes. */
static const char *compile(regex_t *regex, const char *text) {
    locale_t bytes = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!bytes)
        return "no memory";
    locale_t before = uselocale(bytes);
    int failed = regcomp(regex, text, REG_EXTENDED | REG_NOSUB);
    uselocale(before);
    freelocale(bytes);
    return failed ? "regcomp refuses the pattern" : NULL;
}

const char *pattern_compile_regex(struct pattern *pattern) {
    struct buffer out;
    buffer_init(&out);
    const char *fault = NULL;
    for (const char *cursor = pattern->text; !fault && *cursor;)
        fault = write_piece(&out, &cursor);
    regex_t *regex = fault ? NULL : malloc(sizeof *regex);
    if (!fault && (!regex || out.failed))
        fault = "no memory";
    if (!fault)
        fault = compile(regex, out.data ? out.data : "");
    if (fault)
        free(regex);
    else
        pattern->regex = regex;
    buffer_free(&out);
    return fault;
}
