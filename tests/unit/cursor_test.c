/* Texts that only a tenant can make: what was sealed opens, what was touched does not. */
#include "resources/cursor.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *cursor_suite(void);

static const struct tenant_secrets ours = {
    .cursor = {.bytes = "a secret of thirty-two letters..", .len = 32}};
static const struct tenant_secrets theirs = {
    .cursor = {.bytes = "another one that is just as long", .len = 32}};

static void seal(json_t *payload, struct buffer *text) {
    buffer_init(text);
    ck_assert_int_eq(cursor_seal(&ours, payload, text), STATUS_OK);
    ck_assert_uint_eq(strlen(text->data), text->len);
}

START_TEST(what_was_sealed_opens) {
    struct buffer text;
    seal(json_pack("{s:s, s:I}", "o", "listÄ", "x", (json_int_t)7), &text);
    json_t *payload = cursor_open(&ours, text.data);
    ck_assert_str_eq(json_string_value(json_object_get(payload, "o")), "listÄ");
    ck_assert_int_eq(json_integer_value(json_object_get(payload, "x")), 7);
    json_decref(payload);
    ck_assert_ptr_null(cursor_open(&theirs, text.data));
    buffer_free(&text);
}
END_TEST

/* It is appended to what is there, as to a URL. */
START_TEST(it_is_appended) {
    struct buffer text;
    buffer_init(&text);
    buffer_puts(&text, "https://x.example/");
    ck_assert_int_eq(cursor_seal(&ours, json_pack("{}"), &text), STATUS_OK);
    json_t *payload = cursor_open(&ours, text.data + strlen("https://x.example/"));
    ck_assert(json_is_object(payload));
    json_decref(payload);
    buffer_free(&text);
}
END_TEST

START_TEST(no_letter_may_change) {
    static const char letters[] = "AZaz09-_.=+/ ";
    struct buffer text;
    seal(json_pack("{s:s}", "o", "list"), &text);
    for (size_t i = 0; i < text.len; i++) {
        char was = text.data[i];
        for (const char *c = letters; *c; c++) {
            text.data[i] = *c;
            json_t *payload = cursor_open(&ours, text.data);
            ck_assert_msg(*c == was || !payload, "letter %zu as '%c'", i, *c);
            json_decref(payload);
        }
        text.data[i] = was;
    }
    buffer_free(&text);
}
END_TEST

START_TEST(parts_and_nonsense_do_not_open) {
    struct buffer text;
    char part[512];
    seal(json_pack("{s:s}", "o", "list"), &text);
    for (size_t len = 0; len < text.len; len++) {
        memcpy(part, text.data, len);
        part[len] = '\0';
        ck_assert_ptr_null(cursor_open(&ours, part));
    }
    for (size_t i = 1; i < text.len; i++)
        ck_assert_ptr_null(cursor_open(&ours, text.data + i));
    (void)snprintf(part, sizeof part, "%sA", text.data);
    ck_assert_ptr_null(cursor_open(&ours, part));
    (void)snprintf(part, sizeof part, ".%s", text.data);
    ck_assert_ptr_null(cursor_open(&ours, part));
    ck_assert_ptr_null(cursor_open(&ours, "."));
    buffer_free(&text);
}
END_TEST

START_TEST(what_is_too_long_is_neither_made_nor_read) {
    struct buffer text;
    char long_text[4096];
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    buffer_init(&text);
    ck_assert_int_eq(cursor_seal(&ours, json_pack("{s:s}", "o", long_text), &text),
                     STATUS_INTERNAL);
    ck_assert_uint_eq(text.len, 0);
    ck_assert_int_eq(cursor_seal(&ours, NULL, &text), STATUS_NO_MEMORY);
    buffer_free(&text);
    ck_assert_ptr_null(cursor_open(&ours, long_text));
}
END_TEST

Suite *cursor_suite(void) {
    Suite *suite = suite_create("cursor");
    TCase *tests = tcase_create("seal");
    tcase_add_test(tests, what_was_sealed_opens);
    tcase_add_test(tests, it_is_appended);
    tcase_add_test(tests, no_letter_may_change);
    tcase_add_test(tests, parts_and_nonsense_do_not_open);
    tcase_add_test(tests, what_is_too_long_is_neither_made_nor_read);
    suite_add_tcase(suite, tests);
    return suite;
}
