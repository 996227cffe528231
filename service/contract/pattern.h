/*
 * `pattern` of a schema. Runs of character classes such as ^[a-z][a-z0-9_]{0,63}$ are matched by
 * hand; groups and alternatives go to regexec, which is some hundred times slower and serialises
 * threads by a lock of its own.
 */
#ifndef UNKNOT_CONTRACT_PATTERN_H
#define UNKNOT_CONTRACT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum { PATTERN_RUNS_MAX = 16, PATTERN_NO_END = UINT32_MAX };

/* Characters a place of the pattern takes. */
struct char_set {
    uint64_t ascii[2];
    bool beyond; /* every character outside ASCII, or none */
};

struct run {
    struct char_set set;
    uint32_t min, max;
};

struct pattern {
    const char *text;
    size_t run_count; /* 0: a regex */
    struct run runs[PATTERN_RUNS_MAX];
    void *regex; /* regex_t, owned; NULL: runs */
    struct pattern *next;
};

/* NULL with *fault when the pattern uses anything but ASCII, classes, escapes, repeats, groups,
   alternatives and anchors. `text` is borrowed. Release what a regex holds with pattern_release. */
struct pattern *pattern_compile(struct arena *arena, const char *text,
                                const char **fault) MUST_CHECK;
void pattern_release(struct pattern *pattern);

/* `utf8` is valid and NUL-terminated. */
bool pattern_matches(const struct pattern *pattern, const char *utf8, size_t len);

/* The pieces, shared with pattern_regex.c: each reads one piece at *cursor and moves behind it;
 * NULL or a fault. */
const char *pattern_read_set(const char **cursor, struct char_set *set);
const char *pattern_read_count(const char **cursor, uint32_t *min, uint32_t *max);
const char *pattern_compile_regex(struct pattern *pattern);

#endif
