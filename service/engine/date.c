/* Dates as days, by the proleptic Gregorian calendar. */
#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "engine/intake.h"

/* Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil. */
static int days_from_civil(int year, int month, int day) {
    year -= month <= 2;
    int era = (year >= 0 ? year : year - 399) / 400;
    int of_era = year - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * 146097 + day_of_era - 719468;
}

static bool shaped_like_date(const char *date) {
    for (size_t i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? date[i] != '-' : !isdigit((unsigned char)date[i]))
            return false;
    return date[10] == '\0';
}

static int two_digits(const char *at) {
    return (at[0] - '0') * 10 + (at[1] - '0');
}

int date_days(const char *date) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!date || strlen(date) != 10 || !shaped_like_date(date))
        return INT_MIN;
    int year = two_digits(date) * 100 + two_digits(date + 2);
    int month = two_digits(date + 5), day = two_digits(date + 8);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12 || day < 1 || day > lengths[month - 1] + (leap && month == 2))
        return INT_MIN;
    return days_from_civil(year, month, day);
}

static void put_two_digits(char *at, int number) {
    at[0] = (char)('0' + number / 10 % 10);
    at[1] = (char)('0' + number % 10);
}

/* Hinnant's civil_from_days. By hand: a plan writes some thirty dates, and snprintf was a tenth of
 * what that took. */
void date_text(int days, char text[11]) {
    days += 719468;
    int era = (days >= 0 ? days : days - 146096) / 146097;
    int of_era = days - era * 146097;
    int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * of_year + 2) / 153;
    int day = of_year - (153 * shifted + 2) / 5 + 1;
    int month = shifted < 10 ? shifted + 3 : shifted - 9;
    int year = year_of_era + era * 400 + (month <= 2);
    put_two_digits(text, year / 100);
    put_two_digits(text + 2, year % 100);
    text[4] = text[7] = '-';
    put_two_digits(text + 5, month);
    put_two_digits(text + 8, day);
    text[10] = '\0';
}
