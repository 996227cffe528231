/* JSON that cannot be written wrong. */
#include "base/json_writer.h"

#include <check.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

Suite *json_writer_suite(void);

START_TEST(a_whole_document) {
    struct buffer out;
    struct json_writer json;
    buffer_init(&out);
    jw_init(&json, &out);
    jw_open_object(&json);
    jw_member_text(&json, "text", "a\"b");
    jw_member_int(&json, "int", -7);
    jw_member_bool(&json, "yes", true);
    jw_member_bool(&json, "no", false);
    jw_key(&json, "list");
    jw_open_array(&json);
    jw_null(&json);
    jw_text_len(&json, "xyz", 2);
    jw_raw(&json, "{\"r\":1}", 7);
    jw_open_object(&json);
    jw_close_object(&json);
    jw_open_array(&json);
    jw_close_array(&json);
    jw_int(&json, INT64_MIN);
    jw_int(&json, INT64_MAX);
    jw_close_array(&json);
    ck_assert(!jw_ok(&json));
    jw_close_object(&json);
    ck_assert(jw_ok(&json));
    ck_assert_str_eq(out.data,
                     "{\"text\":\"a\\\"b\",\"int\":-7,\"yes\":true,\"no\":false,\"list\":[null,"
                     "\"xy\",{\"r\":1},{},[],-9223372036854775808,9223372036854775807]}");
    buffer_free(&out);
}
END_TEST

static void key_alone(struct json_writer *json) {
    jw_key(json, "a");
}
static void key_in_array(struct json_writer *json) {
    jw_open_array(json);
    jw_key(json, "a");
}
static void two_keys(struct json_writer *json) {
    jw_open_object(json);
    jw_key(json, "a");
    jw_key(json, "b");
}
static void value_without_key(struct json_writer *json) {
    jw_open_object(json);
    jw_int(json, 1);
}
static void array_without_key(struct json_writer *json) {
    jw_open_object(json);
    jw_open_array(json);
}
static void key_without_value(struct json_writer *json) {
    jw_open_object(json);
    jw_key(json, "a");
    jw_close_object(json);
}
static void two_values(struct json_writer *json) {
    jw_null(json);
    jw_null(json);
}
static void close_nothing(struct json_writer *json) {
    jw_close_object(json);
}
static void close_the_other(struct json_writer *json) {
    jw_open_object(json);
    jw_close_array(json);
}
static void close_the_other_too(struct json_writer *json) {
    jw_open_array(json);
    jw_close_object(json);
}
static void too_deep(struct json_writer *json) {
    for (int i = 0; i < JSON_WRITER_DEPTH; i++)
        jw_open_array(json);
}

static void (*const misuses[])(struct json_writer *) = {
    key_alone,         key_in_array,        two_keys,   value_without_key,
    array_without_key, key_without_value,   two_values, close_nothing,
    close_the_other,   close_the_other_too, too_deep};

START_TEST(misuse_sticks) {
    struct buffer out;
    struct json_writer json;
    buffer_init(&out);
    jw_init(&json, &out);
    misuses[_i](&json);
    ck_assert(json.misused);
    size_t len = out.len;
    jw_open_object(&json);
    jw_key(&json, "a");
    jw_text(&json, "x");
    jw_bool(&json, true);
    jw_null(&json);
    jw_milli(&json, 5);
    jw_raw(&json, "1", 1);
    jw_close_object(&json);
    jw_close_array(&json);
    ck_assert_uint_eq(out.len, len);
    ck_assert(!jw_ok(&json));
    buffer_free(&out);
}
END_TEST

START_TEST(unfinished_is_not_ok) {
    struct buffer out;
    struct json_writer json;
    buffer_init(&out);
    jw_init(&json, &out);
    ck_assert(!jw_ok(&json));
    jw_open_array(&json);
    ck_assert(!jw_ok(&json));
    jw_close_array(&json);
    ck_assert(jw_ok(&json));
    out.failed = true;
    ck_assert(!jw_ok(&json));
    buffer_free(&out);
}
END_TEST

static const struct {
    int64_t thousandths;
    const char *text;
} decimals[] = {
    {0, "0"},
    {1, "0.001"},
    {10, "0.01"},
    {100, "0.1"},
    {1000, "1"},
    {1500, "1.5"},
    {1050, "1.05"},
    {1005, "1.005"},
    {-1, "-0.001"},
    {-1500, "-1.5"},
    {-8000, "-8"},
    {38100, "38.1"},
    {4300, "4.3"},
    {999999, "999.999"},
    {INT64_MAX, "9223372036854775.807"},
    {INT64_MIN, "-9223372036854775.808"},
};

START_TEST(thousandths) {
    struct buffer out;
    struct json_writer json;
    buffer_init(&out);
    jw_init(&json, &out);
    jw_milli(&json, decimals[_i].thousandths);
    ck_assert(jw_ok(&json));
    ck_assert_str_eq(out.data, decimals[_i].text);
    buffer_free(&out);
}
END_TEST

/* Every byte, alone and between others, comes back as it was from a parser that is not ours. */
START_TEST(every_byte_is_escaped) {
    for (int byte = 1; byte < 0x80; byte++) {
        char text[] = {'a', (char)byte, 'b', (char)byte, '\0'};
        struct buffer out;
        buffer_init(&out);
        ck_assert(buffer_puts(&out, "["));
        json_escape(&out, text, 4);
        ck_assert(buffer_puts(&out, "]"));
        json_t *parsed = json_loads(out.data, 0, NULL);
        ck_assert_msg(parsed != NULL, "byte %d", byte);
        ck_assert_str_eq(json_string_value(json_array_get(parsed, 0)), text);
        json_decref(parsed);
        buffer_free(&out);
    }
}
END_TEST

static const struct {
    const char *text, *json;
    size_t len;
} escapes[] = {
    {"", "\"\"", 0},
    {"\b\t\n\f\r\"\\", "\"\\b\\t\\n\\f\\r\\\"\\\\\"", 7},
    {"\x01\x1F\x7F", "\"\\u0001\\u001f\x7F\"", 3},
    {"a\0b", "\"a\\u0000b\"", 3},
    {"\xC3\xA9\xF0\x9F\x98\x80", "\"\xC3\xA9\xF0\x9F\x98\x80\"", 6},
    {"/<>&'", "\"/<>&'\"", 5},
};

START_TEST(escapes_are_the_short_ones) {
    struct buffer out;
    buffer_init(&out);
    json_escape(&out, escapes[_i].text, escapes[_i].len);
    ck_assert_str_eq(out.data, escapes[_i].json);
    buffer_free(&out);
}
END_TEST

Suite *json_writer_suite(void) {
    Suite *suite = suite_create("json_writer");
    TCase *tcase = tcase_create("json_writer");
    tcase_add_test(tcase, a_whole_document);
    tcase_add_loop_test(tcase, misuse_sticks, 0, (int)(sizeof misuses / sizeof *misuses));
    tcase_add_test(tcase, unfinished_is_not_ok);
    tcase_add_loop_test(tcase, thousandths, 0, (int)(sizeof decimals / sizeof *decimals));
    tcase_add_test(tcase, every_byte_is_escaped);
    tcase_add_loop_test(tcase, escapes_are_the_short_ones, 0,
                        (int)(sizeof escapes / sizeof *escapes));
    suite_add_tcase(suite, tcase);
    return suite;
}
