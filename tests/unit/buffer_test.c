/* A growing run of bytes. */
#include "base/buffer.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

Suite *buffer_suite(void);

START_TEST(grows_and_ends_with_nul) {
    struct buffer buffer;
    buffer_init(&buffer);
    ck_assert_ptr_null(buffer.data);
    for (unsigned i = 0; i < 5000; i++) {
        char byte = (char)('a' + i % 26);
        ck_assert(buffer_append(&buffer, &byte, 1));
        ck_assert_uint_eq(buffer.len, i + 1);
        ck_assert_int_eq(buffer.data[i + 1], '\0');
        ck_assert_uint_gt(buffer.cap, buffer.len);
    }
    for (unsigned i = 0; i < 5000; i++)
        ck_assert_int_eq(buffer.data[i], 'a' + (int)(i % 26));
    buffer_free(&buffer);
    ck_assert_ptr_null(buffer.data);
}
END_TEST

START_TEST(texts_and_formats) {
    struct buffer buffer;
    char wide[1000];
    buffer_init(&buffer);
    memset(wide, 'w', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    ck_assert(buffer_puts(&buffer, "a="));
    ck_assert(buffer_printf(&buffer, "%d %s", 42, "b"));
    ck_assert_str_eq(buffer.data, "a=42 b");
    ck_assert(buffer_printf(&buffer, "%s", wide));
    ck_assert_uint_eq(buffer.len, 6 + 999);
    ck_assert_uint_eq(strlen(buffer.data), buffer.len);
    ck_assert(buffer_append(&buffer, "\0x", 2));
    ck_assert_uint_eq(buffer.len, 6 + 999 + 2);
    buffer_free(&buffer);
}
END_TEST

START_TEST(nothing_is_a_value_too) {
    struct buffer buffer;
    size_t len = 7;
    buffer_init(&buffer);
    ck_assert(buffer_append(&buffer, NULL, 0));
    ck_assert_str_eq(buffer.data, "");
    char *stolen = buffer_steal(&buffer, &len);
    ck_assert_str_eq(stolen, "");
    ck_assert_uint_eq(len, 0);
    free(stolen);
    ck_assert_ptr_null(buffer_steal(&buffer, &len));
    ck_assert_ptr_null(buffer_steal(&buffer, NULL));
}
END_TEST

START_TEST(a_failure_sticks) {
    struct buffer buffer;
    size_t len = 7;
    buffer_init(&buffer);
    ck_assert(buffer_puts(&buffer, "kept"));
    ck_assert(!buffer_reserve(&buffer, SIZE_MAX / 2));
    ck_assert(buffer.failed);
    ck_assert(!buffer_append(&buffer, "x", 1));
    ck_assert(!buffer_puts(&buffer, "x"));
    ck_assert(!buffer_printf(&buffer, "%d", 1));
    ck_assert_uint_eq(buffer.len, 4);
    ck_assert_ptr_null(buffer_steal(&buffer, &len)); /* frees what there was */
    ck_assert_uint_eq(len, 0);
    ck_assert(buffer_puts(&buffer, "again"));
    ck_assert_str_eq(buffer.data, "again");
    buffer_free(&buffer);
}
END_TEST

START_TEST(stealing_empties) {
    struct buffer buffer;
    size_t len = 0;
    buffer_init(&buffer);
    ck_assert(buffer_puts(&buffer, "mine"));
    char *stolen = buffer_steal(&buffer, &len);
    ck_assert_str_eq(stolen, "mine");
    ck_assert_uint_eq(len, 4);
    ck_assert_ptr_null(buffer.data);
    ck_assert_uint_eq(buffer.cap, 0);
    free(stolen);
}
END_TEST

Suite *buffer_suite(void) {
    Suite *suite = suite_create("buffer");
    TCase *tcase = tcase_create("buffer");
    tcase_add_test(tcase, grows_and_ends_with_nul);
    tcase_add_test(tcase, texts_and_formats);
    tcase_add_test(tcase, nothing_is_a_value_too);
    tcase_add_test(tcase, a_failure_sticks);
    tcase_add_test(tcase, stealing_empties);
    suite_add_tcase(suite, tcase);
    return suite;
}
