/* The pieces of a pattern as ECMA-262 spells them, for both ways of matching. */
#include <string.h>

#include "base/hex.h"
#include "contract/pattern.h"

static void set_add(struct char_set *set, unsigned from, unsigned to) {
    for (unsigned c = from; c <= to; c++)
        set->ascii[c >> 6] |= (uint64_t)1 << (c & 63);
}

static void set_add_text(struct char_set *set, const char *letters) {
    for (; *letters; letters++)
        set_add(set, (unsigned char)*letters, (unsigned char)*letters);
}

/* NUL stays out: no JSON text that gets here holds one. */
static void set_invert(struct char_set *set) {
    set->ascii[0] = ~set->ascii[0] & ~(uint64_t)1;
    set->ascii[1] = ~set->ascii[1];
    set->beyond = !set->beyond;
}

static void set_unite(struct char_set *set, const struct char_set *other) {
    set->ascii[0] |= other->ascii[0];
    set->ascii[1] |= other->ascii[1];
    set->beyond |= other->beyond;
}

/* \d \w \s and their opposites; false for another letter. Blanks are those of ASCII. */
static bool class_named(char letter, struct char_set *set) {
    char lower = (char)(letter | 0x20);
    *set = (struct char_set){0};
    if (lower == 'd' || lower == 'w')
        set_add(set, '0', '9');
    if (lower == 'w') {
        set_add(set, 'a', 'z');
        set_add(set, 'A', 'Z');
        set_add(set, '_', '_');
    }
    if (lower == 's')
        set_add_text(set, " \t\n\v\f\r");
    if (!strchr("dws", lower))
        return false;
    if (letter != lower)
        set_invert(set);
    return true;
}

/* The character of "\\x1F", whose digits are next; -1: there is none, or it is beyond ASCII. */
static int read_hex(const char **cursor) {
    int high = hex_digit((*cursor)[0]), low = high < 0 ? -1 : hex_digit((*cursor)[1]);
    if (low < 0 || high > 7)
        return -1;
    *cursor += 2;
    return high << 4 | low;
}

/* What stands behind a backslash: a class, or one character in *single. */
static const char *read_escape(const char **cursor, struct char_set *set, int *single) {
    static const char letters[] = "tnvfr";
    static const char meanings[] = "\t\n\v\f\r";
    char c = **cursor;
    *single = -1;
    if (c == '\0')
        return "the pattern ends with a backslash";
    (*cursor)++;
    if (c == 'x') {
        *single = read_hex(cursor);
        if (*single < 0)
            return "\\x takes two digits, up to 7F";
    } else if (((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9')) {
        const char *hit = strchr(letters, c);
        if (hit)
            *single = (unsigned char)meanings[hit - letters];
        else if (!class_named(c, set))
            return "this escape is not supported in patterns";
    } else {
        *single = (unsigned char)c;
    }
    if (*single >= 0)
        set_add(set, (unsigned)*single, (unsigned)*single);
    return NULL;
}

/* One member of [...]; *single is -1 for a class. */
static const char *read_bracket_member(const char **cursor, struct char_set *set, int *single) {
    *set = (struct char_set){0};
    if (**cursor == '\0')
        return "a [ is not closed";
    if (**cursor == '\\') {
        (*cursor)++;
        return read_escape(cursor, set, single);
    }
    *single = (unsigned char)*(*cursor)++;
    set_add(set, (unsigned)*single, (unsigned)*single);
    return NULL;
}

static const char *read_bracket_range(const char **cursor, struct char_set *set) {
    struct char_set member, last;
    int from, to;
    const char *fault = read_bracket_member(cursor, &member, &from);
    if (fault)
        return fault;
    set_unite(set, &member);
    if ((*cursor)[0] != '-' || (*cursor)[1] == ']' || (*cursor)[1] == '\0')
        return NULL;
    (*cursor)++;
    fault = read_bracket_member(cursor, &last, &to);
    if (fault)
        return fault;
    if (from < 0 || to < from)
        return "a range in [ ] is the wrong way round";
    set_add(set, (unsigned)from, (unsigned)to);
    return NULL;
}

static const char *read_bracket(const char **cursor, struct char_set *set) {
    bool inverted = **cursor == '^';
    *cursor += inverted;
    while (**cursor != ']') {
        const char *fault = read_bracket_range(cursor, set);
        if (fault)
            return fault;
    }
    (*cursor)++;
    if (inverted)
        set_invert(set);
    return NULL;
}

const char *pattern_read_set(const char **cursor, struct char_set *set) {
    *set = (struct char_set){0};
    int single;
    char c = *(*cursor)++;
    if (c == '\\')
        return read_escape(cursor, set, &single);
    if (c == '[')
        return read_bracket(cursor, set);
    if (c == '\0' || strchr("*+?{}])", c))
        return "a repeat or bracket stands where a character must";
    if (c == '.') {
        set_add_text(set, "\n\r");
        set_invert(set);
    } else {
        set_add(set, (unsigned char)c, (unsigned char)c);
    }
    return NULL;
}

static bool read_digits(const char **cursor, uint32_t *number) {
    size_t digits = strspn(*cursor, "0123456789");
    if (digits == 0 || digits > 5)
        return false;
    *number = 0;
    while (digits--)
        *number = *number * 10 + (uint32_t)(*(*cursor)++ - '0');
    return true;
}

static const char *read_braces(const char **cursor, uint32_t *min, uint32_t *max) {
    static const char fault[] = "a { } is not a repeat";
    if (!read_digits(cursor, min))
        return fault;
    *max = *min;
    if (**cursor == ',') {
        (*cursor)++;
        *max = PATTERN_NO_END;
        if (**cursor != '}' && !read_digits(cursor, max))
            return fault;
    }
    if (**cursor != '}' || *min > *max)
        return fault;
    (*cursor)++;
    return NULL;
}

const char *pattern_read_count(const char **cursor, uint32_t *min, uint32_t *max) {
    *min = *max = 1;
    switch (**cursor) {
    case '?':
        *min = 0;
        break;
    case '*':
        *min = 0;
        *max = PATTERN_NO_END;
        break;
    case '+':
        *max = PATTERN_NO_END;
        break;
    case '{':
        (*cursor)++;
        return read_braces(cursor, min, max);
    default:
        return NULL;
    }
    (*cursor)++;
    return NULL;
}
