/* RFC 6902: the operations, what is refused, and that nothing is changed by halves. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "resources/json_patch.h"

Suite *json_patch_suite(void);

/* The result as compact text with sorted keys, or the fault's detail behind a '!'. */
static const char *patched(const char *target, const char *patch) {
    static char text[400];
    struct json_patch_fault fault;
    json_t *from = json_loads(target, JSON_DECODE_ANY, NULL);
    json_t *operations = json_loads(patch, JSON_DECODE_ANY, NULL);
    ck_assert_ptr_nonnull(from);
    ck_assert_ptr_nonnull(operations);
    char *before = json_dumps(from, JSON_SORT_KEYS | JSON_ENCODE_ANY);
    json_t *to = json_patch(from, operations, &fault);
    char *after = json_dumps(from, JSON_SORT_KEYS | JSON_ENCODE_ANY);
    ck_assert_str_eq(before, after); /* the target itself stays */
    if (to) {
        char *dumped = json_dumps(to, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
        (void)snprintf(text, sizeof text, "%s", dumped);
        free(dumped);
    } else {
        (void)snprintf(text, sizeof text, "!%zu%s %s", fault.operation, fault.member,
                       fault.malformed ? "malformed" : "unfit");
    }
    free(before);
    free(after);
    json_decref(from);
    json_decref(operations);
    json_decref(to);
    return text;
}

/* The appendix of RFC 6902, and the corners of RFC 6901. */
static const struct {
    const char *target, *patch, *result;
} cases[] = {
    {"{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\"}]",
     "{\"baz\":\"qux\",\"foo\":\"bar\"}"},
    {"{\"foo\":[1,3]}", "[{\"op\":\"add\",\"path\":\"/foo/1\",\"value\":2}]", "{\"foo\":[1,2,3]}"},
    {"{\"foo\":[1]}", "[{\"op\":\"add\",\"path\":\"/foo/-\",\"value\":[2]}]", "{\"foo\":[1,[2]]}"},
    {"{\"a\":1,\"b\":2}", "[{\"op\":\"remove\",\"path\":\"/a\"}]", "{\"b\":2}"},
    {"[1,2,3]", "[{\"op\":\"remove\",\"path\":\"/1\"}]", "[1,3]"},
    {"{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":null}]", "{\"a\":null}"},
    {"[1,2]", "[{\"op\":\"replace\",\"path\":\"/0\",\"value\":9}]", "[9,2]"},
    {"{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"\",\"value\":[7]}]", "[7]"},
    {"{\"a\":{\"x\":1},\"b\":{}}", "[{\"op\":\"move\",\"from\":\"/a/x\",\"path\":\"/b/y\"}]",
     "{\"a\":{},\"b\":{\"y\":1}}"},
    {"[1,2,3]", "[{\"op\":\"move\",\"from\":\"/0\",\"path\":\"/2\"}]", "[2,3,1]"},
    {"{\"a\":[1]}", "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"}]", "{\"a\":[1],\"b\":[1]}"},
    {"{\"a/b\":1,\"c~d\":2}",
     "[{\"op\":\"remove\",\"path\":\"/a~1b\"},{\"op\":\"remove\",\"path\":\"/c~0d\"}]", "{}"},
    {"{\"\":1}", "[{\"op\":\"replace\",\"path\":\"/\",\"value\":2}]", "{\"\":2}"},
    {"{\"a\":1}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":1}]", "{\"a\":1}"},
    {"{\"a\":1}",
     "[{\"op\":\"add\",\"path\":\"/b\",\"value\":2},{\"op\":\"test\",\"path\":\"/a\",\"value\":2}]",
     "!1/path unfit"},
    {"{\"a\":1}", "[{\"op\":\"remove\",\"path\":\"/b\"}]", "!0/path unfit"},
    {"[1]", "[{\"op\":\"remove\",\"path\":\"/-\"}]", "!0/path unfit"},
    {"[1]", "[{\"op\":\"remove\",\"path\":\"/01\"}]", "!0/path unfit"},
    {"[1]", "[{\"op\":\"add\",\"path\":\"/2\",\"value\":1}]", "!0/path unfit"},
    {"{}", "[{\"op\":\"add\",\"path\":\"/a/b\",\"value\":1}]", "!0/path unfit"},
    {"{}", "[{\"op\":\"remove\",\"path\":\"\"}]", "!0/path unfit"},
    {"{\"a\":{}}", "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a/b\"}]", "!0/path unfit"},
    {"{\"a~\":1}", "[{\"op\":\"remove\",\"path\":\"/a~\"}]", "!0/path unfit"},
    {"7", "[{\"op\":\"add\",\"path\":\"/a\",\"value\":1}]", "!0/path unfit"},
    {"{}", "[{\"op\":\"jump\",\"path\":\"/a\"}]", "!0/op malformed"},
    {"{}", "[{\"op\":\"add\",\"path\":\"a\",\"value\":1}]", "!0/path malformed"},
    {"{}", "[{\"op\":\"add\",\"path\":\"/a\"}]", "!0/value malformed"},
    {"{}", "[{\"op\":\"copy\",\"path\":\"/a\"}]", "!0/from malformed"},
    {"{}", "[{\"op\":\"remove\",\"path\":\"/a\"},7]", "!1/op malformed"},
    {"{}", "{}", "!0 malformed"},
};

START_TEST(operations) {
    ck_assert_str_eq(patched(cases[_i].target, cases[_i].patch), cases[_i].result);
}
END_TEST

/* Each copy doubles; 2^60 nodes are never made. */
START_TEST(copies_stay_small) {
    static const char one[] = ",{\"op\":\"copy\",\"from\":\"/x\",\"path\":\"/x/-\"}";
    struct buffer patch;
    buffer_init(&patch);
    buffer_puts(&patch, "[{\"op\":\"add\",\"path\":\"/x\",\"value\":[1]}");
    for (int i = 0; i < 60; i++)
        buffer_puts(&patch, one);
    buffer_puts(&patch, "]");
    const char *result = patched("{}", patch.data);
    buffer_free(&patch);
    ck_assert_int_eq(result[0], '!');
    ck_assert_ptr_nonnull(strstr(result, "unfit"));
}
END_TEST

Suite *json_patch_suite(void) {
    Suite *suite = suite_create("json_patch");
    TCase *tcase = tcase_create("rfc6902");
    tcase_add_loop_test(tcase, operations, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tcase, copies_stay_small);
    suite_add_tcase(suite, tcase);
    return suite;
}
