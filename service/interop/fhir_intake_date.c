#include "interop/fhir_intake_date.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "engine/intake.h"

enum { YEAR_LENGTH = 4, MONTH_LENGTH = 7, DAY_LENGTH = 10, DAY_SIZE = 11 };

static const struct fhir_days no_date = {INT_MIN, INT_MIN};

/* The last day of a month: the day before the first of the next one. */
static int end_of_month(const char *text) {
    for (int day = 31; day >= 28; day--) {
        char date[24];
        (void)snprintf(date, sizeof date, "%.7s-%02d", text, day);
        int days = date_days(date);
        if (days != INT_MIN)
            return days;
    }
    return INT_MIN;
}

static struct fhir_days between(const char *first, int last) {
    int days = date_days(first);
    return days == INT_MIN || last == INT_MIN ? no_date : (struct fhir_days){days, last};
}

struct fhir_days fhir_days(const char *text) {
    char date[DAY_SIZE];
    size_t len = text ? strlen(text) : 0;
    if (len < YEAR_LENGTH)
        return no_date;
    if (len == YEAR_LENGTH) {
        char end[DAY_SIZE];
        (void)snprintf(date, sizeof date, "%.4s-01-01", text);
        (void)snprintf(end, sizeof end, "%.4s-12-31", text);
        return between(date, date_days(end));
    }
    if (len == MONTH_LENGTH) {
        (void)snprintf(date, sizeof date, "%.7s-01", text);
        return between(date, end_of_month(text));
    }
    if (len < DAY_LENGTH || (len > DAY_LENGTH && text[DAY_LENGTH] != 'T'))
        return no_date;
    (void)snprintf(date, sizeof date, "%.10s", text);
    return between(date, date_days(date));
}
