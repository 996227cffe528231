/* UTF-8: what is a character, and what is left of a text that was cut. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

Suite *utf8_suite(void);

static const struct {
    const char *bytes;
    size_t length;
} characters[] = {
    {"a", 1},
    {"\x7F", 1},
    {"\xC2\x80", 2},
    {"\xDF\xBF!", 2},
    {"\xE0\xA0\x80", 3},
    {"\xED\x9F\xBF", 3},
    {"\xEE\x80\x80", 3},
    {"\xF0\x90\x80\x80", 4},
    {"\xF4\x8F\xBF\xBF", 4},
    {"\x80", 0},
    {"\xC1\xBF", 0},
    {"\xC2", 0},
    {"\xC2\xC2", 0},
    {"\xE0\x9F\xBF", 0},
    {"\xED\xA0\x80", 0},
    {"\xE2\x82", 0},
    {"\xF0\x8F\xBF\xBF", 0},
    {"\xF4\x90\x80\x80", 0},
    {"\xF5\x80\x80\x80", 0},
    {"\xF0\x9F\x98", 0},
};

START_TEST(characters_have_a_length) {
    const unsigned char *bytes = (const unsigned char *)characters[_i].bytes;
    ck_assert_uint_eq(utf8_length(bytes, strlen(characters[_i].bytes)), characters[_i].length);
}
END_TEST

static const struct {
    const char *text, *mended;
} cuts[] = {
    {"", ""},
    {"whole \xE2\x82\xAC", "whole \xE2\x82\xAC"},
    {"'a\xC3' is cut", "'a' is cut"},
    {"\xE2\x82", ""},
    {"\xE2\x82\xC3\xA9\xFF.", "\xC3\xA9."},
    {"\x80\x80x", "x"},
};

START_TEST(cut_texts_are_mended) {
    char text[32];
    (void)snprintf(text, sizeof text, "%s", cuts[_i].text);
    ck_assert_uint_eq(utf8_mend(text, strlen(text)), strlen(cuts[_i].mended));
    ck_assert_str_eq(text, cuts[_i].mended);
}
END_TEST

Suite *utf8_suite(void) {
    Suite *suite = suite_create("utf8");
    TCase *tcase = tcase_create("utf8");
    tcase_add_loop_test(tcase, characters_have_a_length, 0, sizeof characters / sizeof *characters);
    tcase_add_loop_test(tcase, cut_texts_are_mended, 0, sizeof cuts / sizeof *cuts);
    suite_add_tcase(suite, tcase);
    return suite;
}
