/* RFC 3339 in and out. */
#include "care/moment.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "engine/intake.h"

enum { OFFSET_HOURS_MAX = 15 };

/* Two digits at `at`, -1 when they are none. */
static int two(const char *at) {
    if (!isdigit((unsigned char)at[0]) || !isdigit((unsigned char)at[1]))
        return -1;
    return (at[0] - '0') * 10 + (at[1] - '0');
}

/* Seconds east of Greenwich; false when it is no offset. The text ends with it. */
static bool read_offset(const char *text, int *seconds) {
    *seconds = 0;
    if ((*text == 'Z' || *text == 'z') && text[1] == '\0')
        return true;
    if (*text != '+' && *text != '-')
        return false;
    int hours = two(text + 1), minutes = 0;
    if (hours < 0 || hours > OFFSET_HOURS_MAX)
        return false;
    if (text[3] == ':')
        minutes = two(text + 4);
    if (minutes < 0 || minutes > 59 || (text[3] == ':' ? text[6] : text[3]) != '\0')
        return false;
    *seconds = (hours * 60 + minutes) * 60 * (*text == '-' ? -1 : 1);
    return true;
}

static const char *skip_fraction(const char *text) {
    if (*text != '.')
        return text;
    const char *digits = text + 1;
    size_t len = strspn(digits, "0123456789");
    return len ? digits + len : text;
}

int64_t moment_read(const char *text) {
    char date[11];
    int offset;
    if (!text || strnlen(text, 20) < 20)
        return NO_MOMENT;
    memcpy(date, text, 10);
    date[10] = '\0';
    int day = date_days(date), hour = two(text + 11), minute = two(text + 14),
        second = two(text + 17);
    if (day == INT_MIN || memcmp(text, "0000", 4) == 0 || !strchr("Tt ", text[10]) ||
        text[13] != ':' || text[16] != ':')
        return NO_MOMENT;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return NO_MOMENT;
    if (!read_offset(skip_fraction(text + 19), &offset))
        return NO_MOMENT;
    second = second == 60 ? 59 : second;
    return (int64_t)day * DAY_SECONDS + (int64_t)hour * 3600 + (int64_t)minute * 60 + second -
           offset;
}

static long nanoseconds(const char *text) {
    long value = 0;
    const char *digits = text[19] == '.' ? text + 20 : "";
    for (int i = 0; i < 9; i++)
        value = value * 10 + (isdigit((unsigned char)*digits) ? *digits++ - '0' : 0);
    return value;
}

/* A leap second is the first of the next minute here, as PostgreSQL sees it. */
static int64_t second_of(const char *text) {
    return moment_read(text) + (text[17] == '6');
}

int moment_compare(const char *a, const char *b) {
    int64_t first = second_of(a), second = second_of(b);
    long first_ns = nanoseconds(a), second_ns = nanoseconds(b);
    if (first != second)
        return first < second ? -1 : 1;
    return (first_ns > second_ns) - (first_ns < second_ns);
}

int moment_day(int64_t moment) {
    int64_t day = moment / DAY_SECONDS - (moment % DAY_SECONDS < 0);
    return (int)day;
}

void moment_text(int64_t moment, char text[MOMENT_TEXT]) {
    int day = moment_day(moment);
    int second = (int)(moment - (int64_t)day * DAY_SECONDS);
    int clock[] = {second / 3600, second / 60 % 60, second % 60};
    date_text(day, text);
    memcpy(text + 10, "T00:00:00Z", MOMENT_TEXT - 10);
    for (size_t i = 0; i < 3; i++) {
        text[11 + 3 * i] = (char)('0' + clock[i] / 10);
        text[12 + 3 * i] = (char)('0' + clock[i] % 10);
    }
}
