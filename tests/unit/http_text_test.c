/* Decoding, negotiation and tracing: the small readers of what strangers send. */
#include <check.h>
#include <string.h>

#include "http/etag.h"
#include "http/media.h"
#include "http/query.h"
#include "http/trace.h"

Suite *http_text_suite(void);

static const struct {
    const char *in;
    bool form;
    enum text_fault fault;
    const char *out;
} decodings[] = {
    {"", false, TEXT_OK, ""},
    {"a%20b", false, TEXT_OK, "a b"},
    {"a+b", false, TEXT_OK, "a+b"},
    {"a+b", true, TEXT_OK, "a b"},
    {"%c3%A9", false, TEXT_OK, "\xC3\xA9"},
    {"%2F%2f", false, TEXT_OK, "//"},
    {"%", false, TEXT_BAD_ESCAPE, NULL},
    {"%4", false, TEXT_BAD_ESCAPE, NULL},
    {"%4g", false, TEXT_BAD_ESCAPE, NULL},
    {"%%41", false, TEXT_BAD_ESCAPE, NULL},
    {"a%00b", false, TEXT_NUL, NULL},
    {"%ff", false, TEXT_BAD_UTF8, NULL},
    {"%c0%af", false, TEXT_BAD_UTF8, NULL},       /* an overlong slash */
    {"%ed%a0%80", false, TEXT_BAD_UTF8, NULL},    /* a surrogate */
    {"%f4%90%80%80", false, TEXT_BAD_UTF8, NULL}, /* beyond U+10FFFF */
    {"%e2%82", false, TEXT_BAD_UTF8, NULL},       /* cut short */
    {"%f0%9f%98%80", false, TEXT_OK, "\xF0\x9F\x98\x80"},
};

START_TEST(decodes) {
    char out[64];
    size_t len = 0;
    const char *in = decodings[_i].in;
    enum text_fault fault = text_decode(in, strlen(in), decodings[_i].form, out, &len);
    ck_assert_msg(fault == decodings[_i].fault, "%s: %s", in, text_fault_words(fault));
    if (decodings[_i].out) {
        ck_assert_str_eq(out, decodings[_i].out);
        ck_assert_uint_eq(len, strlen(out));
    }
}
END_TEST

START_TEST(elements_of_a_list) {
    const char *cursor = " , a ,\"b,\\\"c\" ,, d;q=1";
    const char *expected[] = {"a", "\"b,\\\"c\"", "d;q=1"};
    struct text_span element;
    for (size_t i = 0; i < 3; i++) {
        ck_assert(text_next_element(&cursor, &element));
        ck_assert_uint_eq(element.len, strlen(expected[i]));
        ck_assert_mem_eq(element.start, expected[i], element.len);
    }
    ck_assert(!text_next_element(&cursor, &element));
}
END_TEST

START_TEST(query_keeps_everything) {
    struct query query;
    enum text_fault why;
    ck_assert_int_eq(query_parse(&query, "&a=1&b=x%20y+z&&a=2&c&d==&%61=3", &why), QUERY_OK);
    ck_assert_uint_eq(query.count, 6);
    ck_assert_str_eq(query_get(&query, "a"), "1");
    ck_assert_str_eq(query_get_nth(&query, "a", 1), "2");
    ck_assert_str_eq(query_get_nth(&query, "a", 2), "3");
    ck_assert_ptr_null(query_get_nth(&query, "a", 3));
    ck_assert_str_eq(query_get(&query, "b"), "x y z");
    ck_assert_str_eq(query_get(&query, "c"), "");
    ck_assert_str_eq(query_get(&query, "d"), "=");
    ck_assert_ptr_null(query_get(&query, "e"));
    query_free(&query);
}
END_TEST

static const struct {
    const char *raw;
    enum text_fault why;
} unreadable[] = {
    {"a=%00", TEXT_NUL},       {"%zz=1", TEXT_BAD_ESCAPE}, {"a=1&b=%e9", TEXT_BAD_UTF8},
    {"a=\xE9", TEXT_BAD_UTF8}, {"a=1&%", TEXT_BAD_ESCAPE},
};

START_TEST(query_refuses) {
    struct query query;
    enum text_fault why = TEXT_OK;
    ck_assert_int_eq(query_parse(&query, unreadable[_i].raw, &why), QUERY_UNREADABLE);
    ck_assert_int_eq(why, unreadable[_i].why);
    query_free(&query);
}
END_TEST

START_TEST(query_has_a_limit) {
    char raw[2 * QUERY_PARAMS_MAX + 3];
    for (size_t i = 0; i <= QUERY_PARAMS_MAX; i++)
        memcpy(raw + 2 * i, "a&", 3);
    struct query query;
    enum text_fault why;
    ck_assert_int_eq(query_parse(&query, raw, &why), QUERY_TOO_MANY);
    query_free(&query);
    raw[2 * QUERY_PARAMS_MAX] = '\0';
    ck_assert_int_eq(query_parse(&query, raw, &why), QUERY_OK);
    query_free(&query);
}
END_TEST

START_TEST(query_words) {
    bool star = false;
    ck_assert(query_allows("limit cursor tag*", "tag", &star) && star);
    ck_assert(query_allows("limit cursor tag*", "limit", &star) && !star);
    ck_assert(!query_allows("limit cursor tag*", "lim", &star));
    ck_assert(!query_allows("", "limit", &star));
    struct text_span near = query_nearest("limit cursor tag*", "limti");
    ck_assert(near.len == 5 && memcmp(near.start, "limit", 5) == 0);
    ck_assert_uint_eq(query_nearest("limit cursor", "patient").len, 0);
}
END_TEST

#define FHIR "application/fhir+json, application/json"

static const struct {
    const char *accept;
    const char *offers;
    const char *chosen; /* "": none */
} accepts[] = {
    {NULL, FHIR, "application/fhir+json"},
    {"", FHIR, "application/fhir+json"},
    {"*/*", FHIR, "application/fhir+json"},
    {"application/json", FHIR, "application/json"},
    {"APPLICATION/JSON", FHIR, "application/json"},
    {"application/fhir+json, */*; q=0.1", FHIR, "application/fhir+json"},
    {"application/*;q=0.2, application/json;q=0.9", FHIR, "application/json"},
    {"application/json;q=0, */*", FHIR, "application/fhir+json"},
    {"application/json ; q=0.5 , application/fhir+json;q=0.4", FHIR, "application/json"},
    {"text/html", FHIR, ""},
    {"application/json;q=0", "application/json", ""},
    {"application/json;q=0.000", "application/json", ""},
    {"application/json;version=1", "application/json", "application/json"},
    {"application/jso", "application/json", ""},
    {"application/jsonx", "application/json", ""},
    {"application/", "application/json", ""},
    {";;;,,;q=", "application/json", ""},
};

START_TEST(accept_chooses) {
    struct text_span type = media_choose(accepts[_i].accept, accepts[_i].offers);
    ck_assert_msg(text_span_is(type, accepts[_i].chosen), "%s: %.*s", accepts[_i].accept,
                  (int)type.len, type.start);
}
END_TEST

START_TEST(bodies_and_encodings) {
    ck_assert(media_is_one_of("application/json", "application/fhir+json, application/json"));
    ck_assert(media_is_one_of("Application/JSON; charset=UTF-8",
                              "application/fhir+json, application/json"));
    ck_assert(media_is_one_of("application/json;charset=\"utf-8\"",
                              "application/fhir+json, application/json"));
    ck_assert(!media_is_one_of("application/json; charset=latin1",
                               "application/fhir+json, application/json"));
    ck_assert(!media_is_one_of("text/plain", "application/fhir+json, application/json"));
    ck_assert(!media_is_one_of("", "application/fhir+json, application/json"));
    ck_assert(media_takes_gzip("br, gzip"));
    ck_assert(media_takes_gzip("*"));
    ck_assert(!media_takes_gzip("gzip;q=0, *"));
    ck_assert(!media_takes_gzip("identity"));
    ck_assert(!media_takes_gzip(NULL));
    ck_assert_str_eq(media_language("de, fr;q=0.9"), "en");
    ck_assert_str_eq(media_language("en-GB"), "en");
    ck_assert_str_eq(media_language(NULL), "en");
}
END_TEST

START_TEST(tags_and_versions) {
    char etag[ETAG_SIZE];
    ck_assert_int_eq(etag_of_bytes("abc", 3, etag), STATUS_OK);
    ck_assert_str_eq(etag, "\"ba7816bf8f01cfea414140de5dae2223\"");
    ck_assert(etag_list_has("\"x\", W/\"ba7816bf8f01cfea414140de5dae2223\"", etag));
    ck_assert(etag_list_has("*", etag));
    ck_assert(!etag_list_has("ba7816bf8f01cfea414140de5dae2223", etag));
    ck_assert(!etag_list_has("\"x\", \"y,\"", etag));
    etag_mark_gzip(etag);
    ck_assert_str_eq(etag, "\"ba7816bf8f01cfea414140de5dae2223-gzip\"");
    strcpy(etag, "W/\"3\"");
    etag_mark_gzip(etag);
    ck_assert_str_eq(etag, "W/\"3\"");
    ck_assert_int_eq(etag_version("\"3\""), 3);
    ck_assert_int_eq(etag_version("W/\"12\""), 12);
    ck_assert_int_eq(etag_version("7"), 7);
    ck_assert_int_eq(etag_version("\"3-gzip\""), 3);
    ck_assert_int_eq(etag_version("*"), -2);
    ck_assert_int_eq(etag_version("\"3\", \"4\""), -1);
    ck_assert_int_eq(etag_version("\"x\""), -1);
    ck_assert_int_eq(etag_version("\"\""), -1);
    ck_assert_int_eq(etag_version("99999999999999999999"), -1);
}
END_TEST

#define TRACE_ID "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "00f067aa0ba902b7"

static const struct {
    const char *header;
    bool joined;
} traceparents[] = {
    {"00-" TRACE_ID "-" PARENT "-01", true},
    {"cc-" TRACE_ID "-" PARENT "-01-more", true},
    {"00-" TRACE_ID "-" PARENT "-01-more", false},
    {"cc-" TRACE_ID "-" PARENT "-01more", false},
    {"ff-" TRACE_ID "-" PARENT "-01", false},
    {"00-00000000000000000000000000000000-" PARENT "-01", false},
    {"00-" TRACE_ID "-0000000000000000-01", false},
    {"00-4BF92F3577B34DA6A3CE929D0E0E4736-" PARENT "-01", false},
    {"00-" TRACE_ID "-" PARENT, false},
    {"", false},
    {NULL, false},
};

START_TEST(traces) {
    struct trace trace;
    char header[TRACE_HEADER_SIZE];
    trace_start(&trace, traceparents[_i].header);
    ck_assert_uint_eq(strlen(trace.trace_id), 32);
    ck_assert_uint_eq(strlen(trace.span_id), 16);
    ck_assert(traceparents[_i].joined == (strcmp(trace.trace_id, TRACE_ID) == 0));
    ck_assert_str_eq(trace.parent_id, traceparents[_i].joined ? PARENT : "");
    ck_assert(trace.sampled == traceparents[_i].joined);
    trace_header(&trace, header);
    ck_assert_uint_eq(strlen(header), 55);
    ck_assert_ptr_null(strstr(header, PARENT));
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

Suite *http_text_suite(void) {
    Suite *suite = suite_create("http_text");
    TCase *tcase = tcase_create("http_text");
    tcase_add_loop_test(tcase, decodes, 0, COUNT(decodings));
    tcase_add_test(tcase, elements_of_a_list);
    tcase_add_test(tcase, query_keeps_everything);
    tcase_add_loop_test(tcase, query_refuses, 0, COUNT(unreadable));
    tcase_add_test(tcase, query_has_a_limit);
    tcase_add_test(tcase, query_words);
    tcase_add_loop_test(tcase, accept_chooses, 0, COUNT(accepts));
    tcase_add_test(tcase, bodies_and_encodings);
    tcase_add_test(tcase, tags_and_versions);
    tcase_add_loop_test(tcase, traces, 0, COUNT(traceparents));
    suite_add_tcase(suite, tcase);
    return suite;
}
