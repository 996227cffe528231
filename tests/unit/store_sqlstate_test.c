/* What PostgreSQL's codes mean, and the counters of those that are alarms. */
#include <check.h>
#include <string.h>

#include "store/sqlstate.h"

Suite *store_sqlstate_suite(void);

static const struct {
    const char *code;
    enum status status;
    enum sqlstate_action action;
    const char *alarm; /* NULL: none */
} codes[] = {
    {"23505", STATUS_CONFLICT, SQLSTATE_TELL, NULL},
    {"55P03", STATUS_CONFLICT, SQLSTATE_TELL, NULL},
    {"57014", STATUS_TIMEOUT, SQLSTATE_TELL, NULL},
    {"40001", STATUS_UNAVAILABLE, SQLSTATE_RETRY, NULL},
    {"40P01", STATUS_UNAVAILABLE, SQLSTATE_RETRY, NULL},
    {"57P01", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, NULL},
    {"08006", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, NULL},
    {"25006", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, NULL},
    {"53100", STATUS_UNAVAILABLE, SQLSTATE_TELL, "disk_full"},
    {"53300", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, "insufficient_resources"},
    {"42703", STATUS_INTERNAL, SQLSTATE_TELL, "our_statement_is_wrong"},
    {"XX001", STATUS_INTERNAL, SQLSTATE_TELL, "unexpected"},
    {"", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, NULL},
};

START_TEST(codes_have_meanings) {
    const struct sqlstate_meaning *meaning = sqlstate_meaning(codes[_i].code);
    ck_assert_int_eq(meaning->status, codes[_i].status);
    ck_assert_int_eq(meaning->action, codes[_i].action);
    size_t alarm = sqlstate_alarm_of(meaning);
    if (codes[_i].alarm)
        ck_assert_str_eq(sqlstate_alarm_name(alarm), codes[_i].alarm);
    else
        ck_assert_uint_eq(alarm, SQLSTATE_ALARMS);
}
END_TEST

START_TEST(alarms_have_names_of_their_own) {
    for (size_t i = 0; i < SQLSTATE_ALARMS; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(sqlstate_alarm_name(i), sqlstate_alarm_name(j));
    ck_assert_str_eq(sqlstate_alarm_name(SQLSTATE_ALARMS - 1), "unexpected");
}
END_TEST

Suite *store_sqlstate_suite(void) {
    Suite *suite = suite_create("store_sqlstate");
    TCase *tests = tcase_create("codes");
    tcase_add_loop_test(tests, codes_have_meanings, 0, sizeof codes / sizeof *codes);
    tcase_add_test(tests, alarms_have_names_of_their_own);
    suite_add_tcase(suite, tests);
    return suite;
}
