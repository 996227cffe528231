/* Values without members. */
#include <string.h>

#include "contract/check.h"

static size_t count_characters(const char *utf8, size_t len) {
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += ((unsigned char)utf8[i] & 0xC0) != 0x80;
    return count;
}

static bool digits(const char *text, size_t count, unsigned *number) {
    *number = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *number = *number * 10 + (unsigned)(text[i] - '0');
    }
    return true;
}

/* YYYY-MM-DD that the Gregorian calendar has. */
static bool is_date(const char *text, size_t len) {
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year, month, day;
    if (len != 10 || text[4] != '-' || text[7] != '-' || !digits(text, 4, &year) ||
        !digits(text + 5, 2, &month) || !digits(text + 8, 2, &day))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

static void too_short(struct check *check, size_t least, size_t count, const struct place *place) {
    if (least == 1)
        check_fault(check, place, "too_short", "must not be empty");
    else
        check_fault(check, place, "too_short", "must have at least %zu characters, not %zu", least,
                    count);
}

/* Bytes are at least as many as characters and at most four times, so most texts need no counting.
 */
static bool check_length(struct check *check, const struct schema_text *text,
                         const struct scalar *scalar, const struct place *place) {
    if (scalar->len <= text->max && scalar->len / 4 >= text->min)
        return true;
    size_t count = count_characters(scalar->text, scalar->len);
    if (count < text->min)
        too_short(check, text->min, count, place);
    else if (count > text->max)
        check_fault(check, place, "too_long", "must have at most %zu character%s, not %zu",
                    text->max, plural(text->max), count);
    return count >= text->min && count <= text->max;
}

static void check_text(struct check *check, const struct schema_text *text,
                       const struct scalar *scalar, const struct place *place) {
    char quoted[SCALAR_WORDS] = "";
    /* The length first: it also bounds what a pattern is tried on. */
    if (!check_length(check, text, scalar, place))
        return;
    bool misfit = text->pattern && !pattern_matches(text->pattern, scalar->text, scalar->len);
    bool no_date = text->date && !is_date(scalar->text, scalar->len);
    if (!misfit && !no_date)
        return;
    if (!check_is_silent(check))
        quote_words(scalar->text, scalar->len, quoted);
    if (no_date)
        check_fault(check, place, "format",
                    "must be a date of the calendar such as 2026-11-22, not %s", quoted);
    else
        check_fault(check, place, "pattern", "%s does not match the pattern %.200s", quoted,
                    text->pattern->text);
}

static bool in_range(const struct schema_range *range, const struct number *number) {
    if (range->has_min && number_compare(number, &range->min) < (range->above ? 1 : 0))
        return false;
    if (range->has_max && number_compare(number, &range->max) > (range->below ? -1 : 0))
        return false;
    return !range->multiple_of || (number->whole && number->integer % range->multiple_of == 0);
}

static void check_number(struct check *check, const struct schema *schema,
                         const struct number *number, const struct place *place) {
    char words[SCALAR_WORDS];
    if (in_range(schema->range, number))
        return;
    number_words(number, words);
    check_fault(check, place, "out_of_range", "must be %s, not %s", schema->expected, words);
}

static bool is_allowed(const struct schema_allowed *allowed, const struct scalar *scalar) {
    if (scalar->kind == SCALAR_TEXT)
        return name_map_get_len(&allowed->texts, scalar->text, scalar->len) >= 0;
    for (size_t i = 0; i < allowed->scalar_count; i++)
        if (scalar_equal(&allowed->scalars[i], scalar))
            return true;
    return false;
}

void check_allowed(struct check *check, const struct schema_allowed *allowed,
                   const struct scalar *scalar, const struct place *place) {
    char quoted[SCALAR_WORDS], suggestion[SCALAR_WORDS];
    if (is_allowed(allowed, scalar))
        return;
    if (scalar->kind != SCALAR_TEXT || check_is_silent(check)) {
        check_fault(check, place, "not_allowed", "must be %s", allowed->list);
        return;
    }
    quote_words(scalar->text, scalar->len, quoted);
    check_suggest(check, &allowed->texts, scalar->text, suggestion);
    check_fault(check, place, "not_allowed", "must be %s, not %s%s", allowed->list, quoted,
                suggestion);
}

void check_scalar(struct check *check, const struct schema *schema, const struct scalar *scalar,
                  const struct place *place) {
    if (schema->allowed)
        check_allowed(check, schema->allowed, scalar, place);
    if (schema->text && scalar->kind == SCALAR_TEXT)
        check_text(check, schema->text, scalar, place);
    if (schema->range && scalar->kind == SCALAR_NUMBER)
        check_number(check, schema, &scalar->number, place);
}
