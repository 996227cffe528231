/* Dates as days. */
#include <check.h>
#include <limits.h>
#include <string.h>
#include <time.h>

#include "engine/intake.h"

Suite *date_suite(void);

static const struct {
    const char *date;
    int days;
} dates[] = {
    {"1970-01-01", 0},
    {"1970-01-02", 1},
    {"1969-12-31", -1},
    {"2000-02-29", 11016},
    {"2026-11-22", 20779},
    {"0000-01-01", -719528},
    {"9999-12-31", 2932896},
    {"1900-02-28", -25509},
    {"2100-03-01", 47541},
    {"2026-02-29", INT_MIN},
    {"1900-02-29", INT_MIN},
    {"2100-02-29", INT_MIN},
    {"2026-13-01", INT_MIN},
    {"2026-00-10", INT_MIN},
    {"2026-01-00", INT_MIN},
    {"2026-01-32", INT_MIN},
    {"2026-04-31", INT_MIN},
    {"2026-1-1", INT_MIN},
    {"2026/01/01", INT_MIN},
    {"20260101", INT_MIN},
    {"2026-01-01T", INT_MIN},
    {"2026-01-01 ", INT_MIN},
    {" 2026-01-01", INT_MIN},
    {"+026-01-01", INT_MIN},
    {"", INT_MIN},
    {"\xEF\xBC\x92"
     "026-01-0",
     INT_MIN},
    {NULL, INT_MIN},
};

START_TEST(days_of_dates) {
    ck_assert_int_eq(date_days(dates[_i].date), dates[_i].days);
    if (dates[_i].days == INT_MIN)
        return;
    char text[11];
    date_text(dates[_i].days, text);
    ck_assert_str_eq(text, dates[_i].date);
}
END_TEST

/* Every day of four hundred years there and back, against the calendar of the C library. */
START_TEST(there_and_back) {
    for (int days = -50000; days < 96097; days++) {
        char text[11], expected[64];
        time_t seconds = (time_t)days * 86400;
        struct tm tm;
        date_text(days, text);
        ck_assert_int_eq(date_days(text), days);
        if (days % 7 == 0 && gmtime_r(&seconds, &tm)) {
            (void)strftime(expected, sizeof expected, "%Y-%m-%d", &tm);
            ck_assert_str_eq(text, expected);
        }
    }
}
END_TEST

Suite *date_suite(void) {
    Suite *suite = suite_create("date");
    TCase *tcase = tcase_create("date");
    tcase_add_loop_test(tcase, days_of_dates, 0, (int)(sizeof dates / sizeof *dates));
    tcase_add_test(tcase, there_and_back);
    suite_add_tcase(suite, tcase);
    return suite;
}
