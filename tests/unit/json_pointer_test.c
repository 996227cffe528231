/* JSON pointers: how a member's name is spelled, and what does not fit. */
#include <check.h>

#include "base/json_pointer.h"

Suite *json_pointer_suite(void);

START_TEST(pointers_are_spelled) {
    char pointer[32] = "#/a";
    ck_assert(json_pointer_add(pointer, sizeof pointer, "b/c~d"));
    ck_assert_str_eq(pointer, "#/a/b~1c~0d");
    ck_assert(json_pointer_add(pointer, sizeof pointer, "\" \xC3\xA9"));
    ck_assert_str_eq(pointer, "#/a/b~1c~0d/%22%20%C3%A9");
}
END_TEST

START_TEST(pointers_that_do_not_fit_stay) {
    char pointer[10] = "#/a", full[4] = "#/a", fragment[4];
    ck_assert(!json_pointer_add(pointer, sizeof pointer, "longer"));
    ck_assert(!json_pointer_add(pointer, sizeof pointer, "\xC3\xA9"));
    ck_assert(!json_pointer_add(full, sizeof full, ""));
    ck_assert_str_eq(pointer, "#/a");
    ck_assert_str_eq(full, "#/a");
    ck_assert(json_pointer_add(pointer, sizeof pointer, "short"));
    ck_assert_str_eq(pointer, "#/a/short");
    ck_assert(json_pointer_spell(fragment, sizeof fragment, "/") &&
              !json_pointer_spell(fragment, sizeof fragment, "//"));
}
END_TEST

Suite *json_pointer_suite(void) {
    Suite *suite = suite_create("json_pointer");
    TCase *tcase = tcase_create("json_pointer");
    tcase_add_test(tcase, pointers_are_spelled);
    tcase_add_test(tcase, pointers_that_do_not_fit_stay);
    suite_add_tcase(suite, tcase);
    return suite;
}
