#include <check.h>
#include <limits.h>

#include "engine/intake.h"
#include "interop/fhir_intake_date.h"

static void expect(const char *text, const char *first, const char *last) {
    struct fhir_days days = fhir_days(text);
    ck_assert_int_eq(days.first, date_days(first));
    ck_assert_int_eq(days.last, date_days(last));
}

START_TEST(partial_dates_are_spans) {
    expect("2026", "2026-01-01", "2026-12-31");
    expect("2026-02", "2026-02-01", "2026-02-28");
    expect("2024-02", "2024-02-01", "2024-02-29");
    expect("2026-11-22", "2026-11-22", "2026-11-22");
    expect("2026-11-22T23:59:00+02:00", "2026-11-22", "2026-11-22");
}
END_TEST

START_TEST(what_is_no_date_says_so) {
    static const char *const wrong[] = {
        "", "20", "abcd", "2026-13", "2026-02-30", "2026-11-22 10", "2026-1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_int_eq(fhir_days(wrong[i]).first, INT_MIN);
    ck_assert_int_eq(fhir_days(NULL).last, INT_MIN);
}
END_TEST

Suite *fhir_intake_date_suite(void);

Suite *fhir_intake_date_suite(void) {
    Suite *suite = suite_create("fhir_intake_date");
    TCase *tests = tcase_create("dates");
    tcase_add_test(tests, partial_dates_are_spans);
    tcase_add_test(tests, what_is_no_date_says_so);
    suite_add_tcase(suite, tests);
    return suite;
}
