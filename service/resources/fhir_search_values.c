/* What values of search parameters mean: references, tokens, dates with their prefixes. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "care/moment.h"
#include "engine/intake.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_intake_date.h"
#include "resources/fhir_search.h"

const char *fhir_or_null(const char *text) {
    return text && *text ? text : NULL;
}

const char *fhir_search_id(const char *value, const char *type) {
    return strchr(value, ',') ? NULL : fhir_id_in(value, type);
}

/* ---- tokens ---- */

static void append_code(struct buffer *array, const char *code, size_t len) {
    buffer_puts(array, array->len > 1 ? ",\"" : "\"");
    for (size_t i = 0; i < len; i++) {
        if (strchr("\"\\", code[i]))
            buffer_puts(array, "\\");
        buffer_append(array, code + i, 1);
    }
    buffer_puts(array, "\"");
}

void fhir_search_codes(const char *value, const char *system, struct buffer *array) {
    buffer_puts(array, "{");
    while (*value) {
        size_t len = strcspn(value, ",");
        const char *bar = memchr(value, '|', len);
        size_t system_len = bar ? (size_t)(bar - value) : 0;
        const char *code = bar ? bar + 1 : value;
        bool fits = !system_len || !system ||
                    (strlen(system) == system_len && memcmp(system, value, system_len) == 0);
        if (fits && value + len > code)
            append_code(array, code, (size_t)(value + len - code));
        value += len + (value[len] == ',');
    }
    buffer_puts(array, "}");
}

/* ---- dates ---- */

enum prefix { PREFIX_EQ, PREFIX_GE, PREFIX_GT, PREFIX_LE, PREFIX_LT, PREFIX_SA, PREFIX_EB };

static bool read_prefix(const char **value, enum prefix *prefix) {
    static const struct {
        const char *word;
        enum prefix prefix;
    } words[] = {{"eq", PREFIX_EQ}, {"ge", PREFIX_GE}, {"gt", PREFIX_GT}, {"le", PREFIX_LE},
                 {"lt", PREFIX_LT}, {"sa", PREFIX_SA}, {"eb", PREFIX_EB}};
    *prefix = PREFIX_EQ;
    if (**value >= '0' && **value <= '9')
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(*value, words[i].word, 2) == 0) {
            *prefix = words[i].prefix;
            *value += 2;
            return true;
        }
    return false;
}

/* The tighter bound stays. Texts of days and moments sort as they are. */
static void at_least(char bound[40], const char *text) {
    if (!*bound || strcmp(text, bound) > 0)
        (void)snprintf(bound, 40, "%s", text);
}

static void at_most(char bound[40], const char *text) {
    if (!*bound || strcmp(text, bound) < 0)
        (void)snprintf(bound, 40, "%s", text);
}

static void day_text(int day, char text[40]) {
    char date[11];
    date_text(day, date);
    (void)snprintf(text, 40, "%s", date);
}

/* A period is before, after, around or within the days first to last. */
static void bound_days(enum prefix prefix, struct fhir_days days, struct fhir_bounds *bounds) {
    char first[40], last[40], before[40], after[40];
    day_text(days.first, first);
    day_text(days.last, last);
    day_text(days.first - 1, before);
    day_text(days.last + 1, after);
    if (prefix == PREFIX_EQ || prefix == PREFIX_SA)
        at_least(bounds->start_from, prefix == PREFIX_EQ ? first : after);
    if (prefix == PREFIX_LE || prefix == PREFIX_LT)
        at_most(bounds->start_to, prefix == PREFIX_LE ? last : before);
    if (prefix == PREFIX_GE || prefix == PREFIX_GT)
        at_least(bounds->stop_from, prefix == PREFIX_GE ? first : after);
    if (prefix == PREFIX_EQ || prefix == PREFIX_EB)
        at_most(bounds->stop_to, prefix == PREFIX_EQ ? last : before);
}

/* The moments a text may mean: from one, before another. */
static bool read_moments(const char *text, int64_t *from, int64_t *to) {
    int64_t moment = strlen(text) > 10 ? moment_read(text) : NO_MOMENT;
    struct fhir_days days = fhir_days(strlen(text) > 10 ? NULL : text);
    if (moment == NO_MOMENT && days.first == INT_MIN)
        return false;
    *from = moment != NO_MOMENT ? moment : (int64_t)days.first * DAY_SECONDS;
    *to = moment != NO_MOMENT ? moment + 1 : ((int64_t)days.last + 1) * DAY_SECONDS;
    return true;
}

static void bound_moments(enum prefix prefix, int64_t from, int64_t to,
                          struct fhir_bounds *bounds) {
    char first[40], end[40];
    moment_text(from, first);
    moment_text(to, end);
    if (prefix == PREFIX_EQ || prefix == PREFIX_GE)
        at_least(bounds->start_from, first);
    if (prefix == PREFIX_GT || prefix == PREFIX_SA)
        at_least(bounds->start_from, end);
    if (prefix == PREFIX_EQ || prefix == PREFIX_LE)
        at_most(bounds->start_to, end);
    if (prefix == PREFIX_LT || prefix == PREFIX_EB)
        at_most(bounds->start_to, first);
}

static bool read_each(const char *values, bool days, struct fhir_bounds *bounds) {
    *bounds = (struct fhir_bounds){0};
    while (*values) {
        char one[40];
        enum prefix prefix;
        int64_t from, to;
        size_t len = strcspn(values, FHIR_AGAIN);
        if (len >= sizeof one)
            return false;
        memcpy(one, values, len);
        one[len] = '\0';
        const char *date = one;
        values += len + (values[len] != '\0');
        if (!read_prefix(&date, &prefix))
            return false;
        if (days && fhir_days(date).first != INT_MIN)
            bound_days(prefix, fhir_days(date), bounds);
        else if (!days && read_moments(date, &from, &to))
            bound_moments(prefix, from, to, bounds);
        else
            return false;
    }
    return true;
}

bool fhir_search_period(const char *values, struct fhir_bounds *bounds) {
    return read_each(values, true, bounds);
}

bool fhir_search_moments(const char *values, struct fhir_bounds *bounds) {
    return read_each(values, false, bounds);
}
