/* Matching runs greedily is right only when no run can eat what the next one needs; pattern_compile
 * makes sure. */
#include "contract/pattern.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

static size_t char_len(const unsigned char *text) {
    return *text < 0x80 ? 1 : *text < 0xE0 ? 2 : *text < 0xF0 ? 3 : 4;
}

static bool set_has(const struct char_set *set, unsigned char byte) {
    if (byte >= 0x80)
        return set->beyond;
    return set->ascii[byte >> 6] >> (byte & 63) & 1;
}

static bool sets_meet(const struct char_set *a, const struct char_set *b) {
    return (a->ascii[0] & b->ascii[0]) || (a->ascii[1] & b->ascii[1]) || (a->beyond && b->beyond);
}

static const char *read_run(const char **cursor, struct run *run) {
    const char *fault = pattern_read_set(cursor, &run->set);
    return fault ? fault : pattern_read_count(cursor, &run->min, &run->max);
}

/* Can a greedy run `i` swallow what a later one needs? */
static bool run_is_greedy_safe(const struct pattern *pattern, size_t i) {
    if (pattern->runs[i].min == pattern->runs[i].max)
        return true;
    for (size_t later = i + 1; later < pattern->run_count; later++) {
        if (sets_meet(&pattern->runs[i].set, &pattern->runs[later].set))
            return false;
        if (pattern->runs[later].min > 0)
            return true;
    }
    return true;
}

/* True when the text is ^ runs $ and greedy matching is exact. */
static bool read_runs(struct pattern *pattern) {
    const char *cursor = pattern->text;
    if (*cursor++ != '^')
        return false;
    while (*cursor && strcmp(cursor, "$") != 0) {
        if (strchr("^$()|", *cursor) || pattern->run_count == PATTERN_RUNS_MAX)
            return false;
        if (read_run(&cursor, &pattern->runs[pattern->run_count++]))
            return false;
    }
    if (*cursor != '$' || pattern->run_count == 0)
        return false;
    for (size_t i = 0; i < pattern->run_count; i++)
        if (!run_is_greedy_safe(pattern, i))
            return false;
    return true;
}

struct pattern *pattern_compile(struct arena *arena, const char *text, const char **fault) {
    struct pattern *pattern = arena_take(arena, sizeof *pattern);
    *fault = "no memory";
    if (!pattern)
        return NULL;
    pattern->text = text;
    for (const char *c = text; *c; c++) {
        *fault = "only printable ASCII is supported in patterns";
        if (*c < ' ' || *c > '~')
            return NULL;
    }
    *fault = NULL;
    if (read_runs(pattern))
        return pattern;
    pattern->run_count = 0;
    *fault = pattern_compile_regex(pattern);
    return *fault ? NULL : pattern;
}

void pattern_release(struct pattern *pattern) {
    if (!pattern->regex)
        return;
    regfree(pattern->regex);
    free(pattern->regex);
    pattern->regex = NULL;
}

bool pattern_matches(const struct pattern *pattern, const char *utf8, size_t len) {
    if (pattern->regex)
        return regexec(pattern->regex, utf8, 0, NULL, 0) == 0;
    const unsigned char *at = (const unsigned char *)utf8;
    const unsigned char *end = at + len;
    for (size_t i = 0; i < pattern->run_count; i++) {
        const struct run *run = &pattern->runs[i];
        uint32_t count = 0;
        while (count < run->max && at < end && set_has(&run->set, *at)) {
            at += char_len(at);
            count++;
        }
        if (count < run->min)
            return false;
    }
    return at == end;
}
