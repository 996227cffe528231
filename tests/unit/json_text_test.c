/* JSON text from strangers. */
#include "base/json_text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *json_text_suite(void);

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
    const char *text;
    size_t len;
    enum json_text_kind kind;
    size_t line, column; /* 0: jansson's own business */
} cases[] = {
    {TEXT("{}"), JSON_TEXT_OK, 1, 1},
    {TEXT(" [1, -2.5e3, \"a\\\"]\\\\\", true, null] \n"), JSON_TEXT_OK, 1, 1},
    {TEXT("{\"\xC3\xA9\":\"\xE2\x82\xAC\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF\"}"), JSON_TEXT_OK, 1, 1},
    {TEXT("[\"[[[[{{{{\"]"), JSON_TEXT_OK, 1, 1},
    {TEXT(""), JSON_TEXT_EMPTY, 1, 1},
    {TEXT(" \t\r\n"), JSON_TEXT_EMPTY, 1, 1},
    /* UTF-8 */
    {TEXT("[\"\x80\"]"), JSON_TEXT_INVALID_UTF8, 1, 3},
    {TEXT("[\"\xC0\x80\"]"), JSON_TEXT_INVALID_UTF8, 1, 3},
    {TEXT("[\"\xC1\xBF\"]"), JSON_TEXT_INVALID_UTF8, 1, 3},
    {TEXT("[\"\xE0\x9F\xBF\"]"), JSON_TEXT_INVALID_UTF8, 1, 3},
    {TEXT("[\"\xED\xA0\x80\"]"), JSON_TEXT_INVALID_UTF8, 1, 3},
    {TEXT("[\"\xF0\x8F\xBF\xBF\"]"), JSON_TEXT_INVALID_UTF8, 1, 3},
    {TEXT("[\"\xF4\x90\x80\x80\"]"), JSON_TEXT_INVALID_UTF8, 1, 3},
    {TEXT("[\"\xF5\x80\x80\x80\"]"), JSON_TEXT_INVALID_UTF8, 1, 3},
    {TEXT("[\"\xFF\"]"), JSON_TEXT_INVALID_UTF8, 1, 3},
    {TEXT("[\n\"\xC3\xA9\xC3\""), JSON_TEXT_INVALID_UTF8, 2, 3},
    {TEXT("[\"\xE2\x82"), JSON_TEXT_INVALID_UTF8, 1, 3},
    {TEXT("[\"\\\xE2\"]"), JSON_TEXT_INVALID_UTF8, 1, 4},
    {TEXT("\xFF\xFE{\0}\0"), JSON_TEXT_INVALID_UTF8, 1, 1},
    /* NUL */
    {TEXT("\0"), JSON_TEXT_NUL, 1, 1},
    {TEXT("{}\0"), JSON_TEXT_NUL, 1, 3},
    {TEXT("[\"a\0b\"]"), JSON_TEXT_NUL, 1, 4},
    {TEXT("[\"a\\\0b\"]"), JSON_TEXT_NUL, 1, 5},
    {TEXT("[\"a\\u0000b\"]"), JSON_TEXT_NUL, 0, 0},
    {TEXT("{\"a\\u0000b\":1}"), JSON_TEXT_NUL, 0, 0},
    /* depth */
    {TEXT("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"), JSON_TEXT_OK, 1, 1},
    {TEXT("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"), JSON_TEXT_TOO_DEEP,
     1, 33},
    {TEXT("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n{"), JSON_TEXT_TOO_DEEP, 2, 1},
    /* grammar */
    {TEXT("\xEF\xBB\xBF{}"), JSON_TEXT_MALFORMED, 1, 1},
    {TEXT("{\"a\":1,\"b\":2,\"a\":3}"), JSON_TEXT_DUPLICATE_KEY, 0, 0},
    {TEXT("{\"a\":1,\"\\u0061\":2}"), JSON_TEXT_DUPLICATE_KEY, 0, 0},
    {TEXT("[99999999999999999999]"), JSON_TEXT_NUMBER_OUT_OF_RANGE, 0, 0},
    {TEXT("[1e999]"), JSON_TEXT_NUMBER_OUT_OF_RANGE, 0, 0},
    {TEXT("{"), JSON_TEXT_MALFORMED, 0, 0},
    {TEXT("{]"), JSON_TEXT_MALFORMED, 0, 0},
    {TEXT("]]]]"), JSON_TEXT_MALFORMED, 0, 0},
    {TEXT("42"), JSON_TEXT_MALFORMED, 0, 0},
    {TEXT("[1,]"), JSON_TEXT_MALFORMED, 0, 0},
    {TEXT("[01]"), JSON_TEXT_MALFORMED, 0, 0},
    {TEXT("[NaN]"), JSON_TEXT_MALFORMED, 0, 0},
    {TEXT("{'a':1}"), JSON_TEXT_MALFORMED, 0, 0},
    {TEXT("{} {}"), JSON_TEXT_MALFORMED, 0, 0},
    {TEXT("{} // no"), JSON_TEXT_MALFORMED, 0, 0},
    {TEXT("[\"\\uD800\"]"), JSON_TEXT_MALFORMED, 0, 0},
    {TEXT("[\"a\nb\"]"), JSON_TEXT_MALFORMED, 0, 0},
    {TEXT("[\"\\"), JSON_TEXT_MALFORMED, 0, 0},
};

START_TEST(texts) {
    struct json_text_problem problem;
    /* An exact copy, so that the sanitizer sees a read behind the end. */
    char *bytes = malloc(cases[_i].len + 1);
    memcpy(bytes, cases[_i].text, cases[_i].len);
    bytes = realloc(bytes, cases[_i].len ? cases[_i].len : 1);
    json_t *value = json_text_parse(bytes, cases[_i].len, &problem);
    ck_assert_msg(problem.kind == cases[_i].kind, "%s: %s: %s", cases[_i].text,
                  json_text_kind_name(problem.kind), problem.detail);
    ck_assert((value != NULL) == (cases[_i].kind == JSON_TEXT_OK));
    ck_assert_uint_ge(problem.line, 1);
    ck_assert_uint_ge(problem.column, 1);
    if (cases[_i].line) {
        ck_assert_uint_eq(problem.line, cases[_i].line);
        ck_assert_uint_eq(problem.column, cases[_i].column);
    }
    ck_assert((problem.detail[0] != '\0') == (cases[_i].kind != JSON_TEXT_OK));
    json_decref(value);
    free(bytes);
}
END_TEST

START_TEST(depth_is_the_callers) {
    struct json_text_problem problem;
    ck_assert(!json_text_precheck_within("[[]]", 4, 1, &problem));
    ck_assert_str_eq(problem.detail, "the JSON nests deeper than 1 levels");
    ck_assert(json_text_precheck_within("[[]]", 4, 2, &problem));
}
END_TEST

START_TEST(names_of_kinds) {
    ck_assert_str_eq(json_text_kind_name(JSON_TEXT_DUPLICATE_KEY), "duplicate_key");
    ck_assert_str_eq(json_text_kind_name(JSON_TEXT_NO_MEMORY), "no_memory");
    ck_assert_str_eq(json_text_kind_name((enum json_text_kind)99), "unknown");
}
END_TEST

Suite *json_text_suite(void) {
    Suite *suite = suite_create("json_text");
    TCase *tcase = tcase_create("json_text");
    tcase_add_loop_test(tcase, texts, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tcase, depth_is_the_callers);
    tcase_add_test(tcase, names_of_kinds);
    suite_add_tcase(suite, tcase);
    return suite;
}
