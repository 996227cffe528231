/* Hexadecimal digits: every byte there and back, and what is none. */
#include <check.h>
#include <string.h>

#include "base/hex.h"

Suite *hex_suite(void);

START_TEST(there_and_back) {
    unsigned char all[256], again[256];
    char text[2 * sizeof all + 1];
    for (unsigned i = 0; i < sizeof all; i++)
        all[i] = (unsigned char)i;
    hex_write(all, sizeof all, text);
    ck_assert_uint_eq(strlen(text), 2 * sizeof all);
    ck_assert(strncmp(text, "000102", 6) == 0 && strcmp(text + 508, "feff") == 0);
    ck_assert(hex_read(text, sizeof all, again));
    ck_assert_mem_eq(all, again, sizeof all);
}
END_TEST

START_TEST(refuses) {
    static const char *const bad[] = {"g0", "0g", "0", "", "/0", ":0", "@0", "0`", " 0", "0\xff"};
    unsigned char byte;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!hex_read(bad[i], 1, &byte), "%s", bad[i]);
    ck_assert(hex_read("Af", 1, &byte));
    ck_assert_int_eq(byte, 0xaf);
}
END_TEST

Suite *hex_suite(void) {
    Suite *suite = suite_create("hex");
    TCase *tcase = tcase_create("hex");
    tcase_add_test(tcase, there_and_back);
    tcase_add_test(tcase, refuses);
    suite_add_tcase(suite, tcase);
    return suite;
}
