/* JSON text from strangers. */
#include "base/json_read.h"
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

/* The quick reader gives what jansson gives, or leaves it to jansson. */
static const struct {
    const char *text;
    bool quick;
} quick_cases[] = {
    {"{}", true},
    {" [ ] ", true},
    {"{\"a\":[1,-2,0,-0,123456789012345],\"b\":{\"c\":null,\"d\":true,\"e\":false}}", true},
    {"[0.1,-0.0,-0,2.5,3.14159265358979,100.0,0.000001,123456789.123456]", true},
    {"[\"\", \"plain\", \"seven b\", \"eight by\", \"nine byte\", "
     "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"]",
     true},
    {"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\", \"\\u0041\\u00e9\\u20AC\", \"12345678\\n12345678\"]", true},
    {"{\"a\\u0062\":1,\"a b\":2}", true},
    {"[9007199254740993,-999999999999999999,123456789012345.5]", false},
    {"[9007199254740993,-999999999999999999]", true},
    {"[1000000000000000000]", false},
    {"[1.0000000000000001]", false},
    {"[1e3]", false},
    {"[\"\\uD83D\\uDE00\"]", false},
    {"{\"a\":1,\"a\":2}", false},
    {"[\"\\u0000\"]", false},
    {"[\"\\x\"]", false},
    {"[\"\\u00g0\"]", false},
    {"[\"\\u00\"", false},
    {"[1,]", false},
    {"[1 2]", false},
    {"{\"a\"}", false},
    {"{\"a\":}", false},
    {"{1:2}", false},
    {"{,}", false},
    {"[01]", false},
    {"[-]", false},
    {"[1.]", false},
    {"[.5]", false},
    {"[1.2.3]", false},
    {"[tru]", false},
    {"[nul", false},
    {"[\"a\tb\"]", false},
    {"[\"a", false},
    {"[", false},
    {"{\"a\":[1}", false},
    {"[] []", false},
    {"[[[[", false},
    {"1", false},
    {"\"a\"", false},
};

START_TEST(the_quick_reader_agrees) {
    const char *text = quick_cases[_i].text;
    size_t len = strlen(text);
    char *bytes = malloc(len); /* exact, so that the sanitizer sees a read behind the end */
    for (size_t i = 0; i < len; i++)
        bytes[i] = text[i];
    bool no_memory;
    json_t *quick = json_read(bytes, len, 32, &no_memory);
    ck_assert(!no_memory);
    json_t *slow = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg((quick != NULL) == quick_cases[_i].quick, "%s", text);
    if (quick) {
        char *one = json_dumps(quick, 0), *other = json_dumps(slow, 0);
        ck_assert_str_eq(one, other);
        ck_assert(json_equal(quick, slow));
        free(one);
        free(other);
    }
    json_decref(quick);
    json_decref(slow);
    free(bytes);
}
END_TEST

START_TEST(the_quick_reader_has_limits) {
    char text[5000];
    memset(text, 'x', sizeof text);
    text[0] = '[';
    text[1] = '"';
    text[2] = '\\';
    text[3] = 'n';
    text[sizeof text - 2] = '"';
    text[sizeof text - 1] = ']';
    bool no_memory;
    json_t *long_and_escaped = json_read(text, sizeof text, 32, &no_memory);
    ck_assert_ptr_null(long_and_escaped);
    text[2] = text[3] = 'x';
    json_t *long_text = json_read(text, sizeof text, 32, &no_memory);
    ck_assert_uint_eq(json_string_length(json_array_get(long_text, 0)), sizeof text - 4);
    json_decref(long_text);
    ck_assert_ptr_null(json_read("[[]]", 4, 1, &no_memory));
}
END_TEST

/* What is printed is what jansson prints, and what is read again is the same value. */
static const char *const printed_cases[] = {
    "[]",
    "{}",
    "[{},[],null,true,false,0,-1,9223372036854775807,-9223372036854775808]",
    "[0.5,-2.25,1e300,1.0,0.1]",
    "{\"a\":{\"b\":[1,{\"c\":\"d\"}]},\"z\":1,\"y\":2}",
    "[\"\",\"\\\"\\\\/\\b\\f\\n\\r\\t\",\"\xC3\xA9\xF0\x9F\x98\x80\"]",
    "{\"quo\\\"te\":1,\"\":2,\"a\":[{\"x\\ny\":{}}]}",
};

START_TEST(prints_as_jansson_does) {
    size_t len = 0;
    json_t *value = json_loads(printed_cases[_i], 0, NULL);
    char *ours = json_text_print(value, &len), *theirs = json_dumps(value, JSON_COMPACT);
    ck_assert_str_eq(ours, theirs);
    ck_assert_uint_eq(len, strlen(theirs));
    json_t *again = json_text_own(ours, len);
    ck_assert(json_equal(value, again));
    json_decref(again);
    json_decref(value);
    free(ours);
    free(theirs);
}
END_TEST

/* Fingerprints of kept Idempotency-Keys were made of jansson's text once. */
START_TEST(sorts_as_jansson_does) {
    json_t *value = json_loads(printed_cases[_i], 0, NULL), *many = json_object();
    for (int i = 0; i < 40; i++) {
        char key[8];
        (void)snprintf(key, sizeof key, "k%d", i * 7 % 40);
        (void)json_object_set(many, key, value);
    }
    size_t len = 0;
    char *ours = json_text_print_sorted(many, &len);
    char *theirs = json_dumps(many, JSON_COMPACT | JSON_SORT_KEYS);
    ck_assert_str_eq(ours, theirs);
    ck_assert_uint_eq(len, strlen(theirs));
    json_decref(value);
    json_decref(many);
    free(ours);
    free(theirs);
}
END_TEST

START_TEST(prints_no_more_levels_than_it_has) {
    char text[101];
    memset(text, '[', 50);
    memset(text + 50, ']', 50);
    text[100] = '\0';
    json_t *value = json_loads(text, 0, NULL);
    ck_assert_ptr_null(json_text_print(value, NULL));
    json_decref(value);
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
    tcase_add_loop_test(tcase, the_quick_reader_agrees, 0,
                        (int)(sizeof quick_cases / sizeof *quick_cases));
    tcase_add_test(tcase, the_quick_reader_has_limits);
    tcase_add_loop_test(tcase, sorts_as_jansson_does, 0,
                        (int)(sizeof printed_cases / sizeof *printed_cases));
    tcase_add_loop_test(tcase, prints_as_jansson_does, 0,
                        (int)(sizeof printed_cases / sizeof *printed_cases));
    tcase_add_test(tcase, prints_no_more_levels_than_it_has);
    tcase_add_test(tcase, names_of_kinds);
    suite_add_tcase(suite, tcase);
    return suite;
}
