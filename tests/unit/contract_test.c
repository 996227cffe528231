/* The contract's checker: every keyword, what is complained about and where, and contracts it must
 * refuse. */
#include "contract/contract.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "contract_fixture.h"

Suite *contract_suite(void);

static struct contract *contract;
static struct arena arena;

/* ' for " makes JSON readable in C. */
static char *json_of(const char *text) {
    char *json = strdup(text);
    ck_assert_ptr_nonnull(json);
    for (char *c = json; *c; c++)
        if (*c == '\'')
            *c = '"';
    return json;
}

static struct contract *load(const char *text, char message[512]) {
    char *json = json_of(text);
    struct contract *loaded = contract_load(json, strlen(json), message, 512);
    free(json);
    return loaded;
}

static void setup(void) {
    char message[512] = "";
    contract = load(FIXTURE, message);
    ck_assert_msg(contract != NULL, "%s", message);
    arena_init(&arena, 4096);
}

static void teardown(void) {
    contract_free(contract);
    arena_free(&arena);
}

/* "#/age wrong_type; #/sex not_allowed" */
static void summarise(const struct complaints *complaints, char *out, size_t size) {
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < complaints->count; i++) {
        int written = snprintf(out + len, size - len, "%s%s %s", i ? "; " : "",
                               complaints->all[i].pointer, complaints->all[i].code);
        ck_assert_int_lt(written, (int)(size - len));
        len += (size_t)written;
    }
}

static void check_json(const char *text, struct complaints *complaints) {
    struct json_text_problem problem;
    char *json = json_of(text);
    json_t *value = json_text_parse(json, strlen(json), &problem);
    ck_assert_msg(value != NULL, "%s: %s", json, problem.detail);
    complaints_init(complaints, &arena);
    contract_check(contract_request_schema(contract, "createRecommendation"), value, complaints);
    json_decref(value);
    free(json);
}

#define F "'findings':[{'id':'dvt','state':'absent'}]"

static const struct {
    const char *json;
    const char *expected;
} body_cases[] = {
    /* good */
    {"{" F "}", ""},
    {"{" F ",'age':0}", ""},
    {"{" F ",'age':120}", ""},
    {"{" F ",'age':4.0}", ""},
    {"{" F ",'age':1e2}", ""},
    {"{" F ",'weight':500.5,'minutes':null}", ""},
    {"{" F ",'minutes':15,'version':2,'mixed':null}", ""},
    {"{" F ",'mixed':0,'as_of':'2024-02-29'}", ""},
    {"{" F ",'mixed':0.0,'as_of':'2000-02-29'}", ""},
    {"{" F ",'version':2.0,'note':'ééééé'}", ""},
    {"{" F ",'anything':{'x':[1,{}]}}", ""},
    {"{" F ",'slug':'deep-tissue-x'}", ""},
    {"{" F ",'labels':{'a':true,'b':false}}", ""},
    {"{" F ",'medicines':['a','b','c']}", ""},
    {"{" F ",'points':[1,'1',true,null,[1],[2],{'a':1},{'a':2},1.5]}", ""},
    {"{" F ",'tree':{'kids':[{'kids':[]},{}]}}", ""},
    {"{" F ",'contact':{'kind':'mail','address':'x'}}", ""},
    {"{" F ",'contact':{'kind':'phone','number':'x'}}", ""},
    {"{" F ",'number_or_name':1}", ""},
    {"{" F ",'number_or_name':'x'}", ""},
    {"{" F ",'either':{'b':1,'z':2}}", ""},
    {"{" F ",'exactly':8}", ""},
    {"{" F ",'merged':{'a':1,'b':'x','c':3}}", ""},
    {"{" F ",'big':9007199254740993}", ""},
    {"{'findings':[{'id':'x','state':'absent','a/b~c':null}]}", ""},
    /* structure */
    {"[]", "# wrong_type"},
    {"{}", "#/findings missing_member"},
    {"{'findings':[]}", "#/findings too_few"},
    {"{'findings':{}}", "#/findings wrong_type"},
    {"{'findings':[1]}", "#/findings/0 wrong_type"},
    {"{'findings':[{}]}", "#/findings/0/id missing_member; #/findings/0/state missing_member"},
    {"{'findngs':[]}", "#/findngs unknown_member; #/findings missing_member"},
    {"{" F ",'a/b ~é\\\"%':1}", "#/a~1b%20~0%C3%A9%22%25 unknown_member"},
    {"{'findings':[{'id':'x','state':'absent','a/b~c':1}]}", "#/findings/0/a~1b~0c wrong_type"},
    {"{" F ",'never':1}", "#/never not_allowed"},
    {"{" F ",'tree':{'kids':[{'kids':[{'x':1}]}]}}", "#/tree/kids/0/kids/0/x unknown_member"},
    {"{" F ",'labels':{}}", "#/labels too_few"},
    {"{" F ",'labels':{'a':1,'B':true,'c':true}}",
     "#/labels/a wrong_type; #/labels/B pattern; #/labels too_many"},
    /* numbers */
    {"{" F ",'age':-1}", "#/age out_of_range"},
    {"{" F ",'age':121}", "#/age out_of_range"},
    {"{" F ",'age':4.5}", "#/age wrong_type"},
    {"{" F ",'age':1e300}", "#/age wrong_type"},
    {"{" F ",'age':'42'}", "#/age wrong_type"},
    {"{" F ",'age':null}", "#/age wrong_type"},
    {"{" F ",'age':true}", "#/age wrong_type"},
    {"{" F ",'weight':0}", "#/weight out_of_range"},
    {"{" F ",'weight':-0.0}", "#/weight out_of_range"},
    {"{" F ",'weight':500.6}", "#/weight out_of_range"},
    {"{" F ",'weight':1e300}", "#/weight out_of_range"},
    {"{" F ",'minutes':17}", "#/minutes out_of_range"},
    {"{" F ",'minutes':65}", "#/minutes out_of_range"},
    {"{" F ",'big':9007199254740992}", "#/big out_of_range"},
    {"{" F ",'version':3}", "#/version not_allowed"},
    {"{" F ",'version':'2'}", "#/version not_allowed"},
    {"{" F ",'version':{}}", "#/version not_allowed"},
    {"{" F ",'mixed':false}", "#/mixed not_allowed"},
    {"{" F ",'mixed':[]}", "#/mixed not_allowed"},
    /* texts */
    {"{" F ",'sex':'femal'}", "#/sex not_allowed"},
    {"{" F ",'sex':''}", "#/sex not_allowed"},
    {"{" F ",'note':'é'}", "#/note too_short"},
    {"{" F ",'note':'éééééé'}", "#/note too_long"},
    {"{" F ",'as_of':'2023-02-29'}", "#/as_of format"},
    {"{" F ",'as_of':'1900-02-29'}", "#/as_of format"},
    {"{" F ",'as_of':'2026-13-01'}", "#/as_of format"},
    {"{" F ",'as_of':'2026-1-1'}", "#/as_of format"},
    {"{" F ",'as_of':'0000-01-01'}", "#/as_of format"},
    {"{" F ",'as_of':'2026-11-22T00:00:00Z'}", "#/as_of format"},
    {"{" F ",'slug':'deep-'}", "#/slug pattern"},
    {"{" F ",'slug':''}", "#/slug pattern"},
    {"{'findings':[{'id':'DVT','state':'absent'}]}", "#/findings/0/id pattern"},
    {"{'findings':[{'id':'dvt\\n','state':'absent'}]}", "#/findings/0/id pattern"},
    {"{'findings':[{'id':'','state':'absent'}]}", "#/findings/0/id pattern"},
    /* lists */
    {"{" F ",'medicines':['a','b','c','d']}", "#/medicines too_many"},
    {"{" F ",'medicines':['a','b','a']}", "#/medicines/2 not_unique"},
    {"{" F ",'medicines':['a','a','a']}", "#/medicines/1 not_unique; #/medicines/2 not_unique"},
    {"{" F ",'points':[1,1.0]}", "#/points/1 not_unique"},
    {"{" F ",'points':[{'a':1,'b':2},{'b':2,'a':1}]}", "#/points/1 not_unique"},
    /* combinations */
    {"{" F ",'contact':{'kind':'mail','adress':'x'}}",
     "#/contact/adress unknown_member; #/contact/address missing_member"},
    {"{" F ",'contact':{'kind':'fone','number':'x'}}", "#/contact/kind not_allowed"},
    {"{" F ",'contact':{'kind':1}}", "#/contact/kind not_allowed"},
    {"{" F ",'contact':{}}", "#/contact/kind missing_member"},
    {"{" F ",'contact':7}", "#/contact wrong_type"},
    {"{" F ",'number_or_name':0}", "#/number_or_name out_of_range"},
    {"{" F ",'number_or_name':''}", "#/number_or_name too_short"},
    {"{" F ",'number_or_name':[]}", "#/number_or_name wrong_type"},
    {"{" F ",'either':{}}", "#/either not_allowed"},
    {"{" F ",'exactly':6}", "#/exactly not_allowed"},
    {"{" F ",'merged':{'a':'x','d':1}}", "#/merged/d unknown_member; #/merged/a wrong_type"},
    {"{" F ",'merged':{'c':'x'}}", "#/merged/c wrong_type; #/merged/a missing_member"},
    /* all at once */
    {"{'age':200,'sex':'x','findings':[{'id':'A','state':'x'},2]}",
     "#/age out_of_range; #/sex not_allowed; #/findings/0/id pattern; "
     "#/findings/0/state not_allowed; #/findings/1 wrong_type"},
};

START_TEST(bodies) {
    char found[1024];
    struct complaints complaints;
    check_json(body_cases[_i].json, &complaints);
    summarise(&complaints, found, sizeof found);
    ck_assert_msg(strcmp(found, body_cases[_i].expected) == 0, "%s\n  expected: %s\n  found:    %s",
                  body_cases[_i].json, body_cases[_i].expected, found);
}
END_TEST

static const struct {
    const char *json;
    const char *sentence; /* the first */
} sentence_cases[] = {
    {"[]", "must be an object, not a list"},
    {"{}", "'findings' is missing"},
    {"{" F ",'age':421}", "must be a whole number from 0 to 120, not 421"},
    {"{" F ",'age':'yes'}", "must be a whole number from 0 to 120, not the text 'yes'"},
    {"{" F ",'age':4.5}", "must be a whole number from 0 to 120, not 4.5"},
    {"{" F ",'weight':0}", "must be a number above 0 and up to 500.5, not 0"},
    {"{" F ",'minutes':7}", "must be a whole number from 5 to 60 in steps of 5 or null, not 7"},
    {"{" F ",'sex':'femal'}",
     "must be 'female', 'male' or 'unknown', not 'femal'; did you mean 'female'?"},
    {"{" F ",'mixed':5}", "must be 'none', 0, null or true"},
    {"{" F ",'version':5}", "must be 2"},
    {"{" F ",'note':''}", "must have at least 2 characters, not 0"},
    {"{" F ",'note':'abcdef'}", "must have at most 5 characters, not 6"},
    {"{" F ",'number_or_name':''}", "must not be empty"},
    {"{" F ",'number_or_name':[]}", "must be a whole number or text, not a list"},
    {"{" F ",'as_of':'2026-02-30'}",
     "must be a date of the calendar such as 2026-11-22, not '2026-02-30'"},
    {"{" F ",'agee':1}", "there is no member 'agee' here; did you mean 'age'?"},
    {"{" F ",'tree':{'zzzz':1}}", "there is no member 'zzzz' here; there are 'kids'"},
    {"{'findings':[]}", "must have at least 1 item, not 0"},
    {"{" F ",'medicines':['a','a']}", "repeats item 0 of the list"},
    {"{" F ",'slug':'A'}", "'A' does not match the pattern ^[a-z]+(-[a-z]+)*$"},
    {"{" F ",'contact':{'kind':'mial'}}",
     "must be 'mail' or 'phone', not 'mial'; did you mean 'mail'?"},
};

START_TEST(sentences) {
    struct complaints complaints;
    check_json(sentence_cases[_i].json, &complaints);
    ck_assert_uint_ge(complaints.count, 1);
    ck_assert_str_eq(complaints.all[0].detail, sentence_cases[_i].sentence);
}
END_TEST

static const struct {
    struct contract_pair pairs[4];
    const char *expected;
} query_cases[] = {
    {{{"sort", "name"}}, ""},
    {{{"sort", "name"}, {"limit", "100"}, {"full", "true"}, {"ratio", "-0.5"}}, ""},
    {{{"sort", "date"}, {"tag", "a"}, {"tag", "b"}, {"ids", "1,2,3"}}, ""},
    {{{"sort", "date"}, {"since", "2026-11-22"}, {"q", "massage"}}, ""},
    {{{"sort", "date"}, {"limt", "1"}}, "?limt unknown_parameter"},
    {{{"sort", "date"}, {"a b&\xC3\xA9", "1"}}, "?a%20b&%C3%A9 unknown_parameter"},
    {{{"limit", "1"}}, "?sort missing_parameter"},
    {{{"sort", "nam"}}, "?sort not_allowed"},
    {{{"sort", "name"}, {"sort", "name"}}, "?sort repeated_parameter"},
    {{{"sort", "name"}, {"limit", "0"}}, "?limit out_of_range"},
    {{{"sort", "name"}, {"limit", "ten"}}, "?limit wrong_type"},
    {{{"sort", "name"}, {"limit", ""}}, "?limit wrong_type"},
    {{{"sort", "name"}, {"limit", " 1"}}, "?limit wrong_type"},
    {{{"sort", "name"}, {"limit", "+1"}}, "?limit wrong_type"},
    {{{"sort", "name"}, {"limit", "0x1"}}, "?limit wrong_type"},
    {{{"sort", "name"}, {"limit", "1.5"}}, "?limit wrong_type"},
    {{{"sort", "name"}, {"limit", "99999999999999999999"}}, "?limit wrong_type"},
    {{{"sort", "name"}, {"full", "yes"}}, "?full wrong_type"},
    {{{"sort", "name"}, {"ratio", "nan"}}, "?ratio wrong_type"},
    {{{"sort", "name"}, {"ratio", "1.5"}}, "?ratio out_of_range"},
    {{{"sort", "name"}, {"since", "2026-02-30"}}, "?since format"},
    {{{"sort", "name"}, {"q", "12345678901"}}, "?q too_long"},
    {{{"sort", "name"}, {"tag", "A"}}, "?tag pattern"},
    {{{"sort", "name"}, {"tag", "a"}, {"tag", "b"}, {"tag", "c"}}, "?tag too_many"},
    {{{"sort", "name"}, {"ids", "1,,2"}}, "?ids wrong_type"},
    {{{"sort", "name"}, {"ids", "1,2,3,4"}}, "?ids too_many"},
};

START_TEST(queries) {
    char found[1024];
    struct complaints complaints;
    size_t count = 0;
    while (count < 4 && query_cases[_i].pairs[count].name)
        count++;
    complaints_init(&complaints, &arena);
    contract_check_query(contract, "listTechniques", query_cases[_i].pairs, count, &complaints);
    summarise(&complaints, found, sizeof found);
    ck_assert_str_eq(found, query_cases[_i].expected);
}
END_TEST

START_TEST(unknown_operations_take_nothing) {
    const struct contract_pair pair = {"limit", "1"};
    struct complaints complaints;
    complaints_init(&complaints, &arena);
    contract_check_query(contract, "nobody", &pair, 1, &complaints);
    ck_assert_uint_eq(complaints.count, 1);
    ck_assert_str_eq(complaints.all[0].code, "unknown_parameter");
    ck_assert_ptr_null(contract_request_schema(contract, "nobody"));
    ck_assert_ptr_null(contract_request_schema(contract, "listTechniques"));
    ck_assert_ptr_null(contract_request_schema(contract, "upload"));
}
END_TEST

START_TEST(operations_are_listed) {
    const struct contract_operation *all;
    ck_assert_uint_eq(contract_operations(contract, &all), 3);
    ck_assert_str_eq(all[0].method, "POST");
    ck_assert_str_eq(all[0].path, "/v1/recommendations");
    ck_assert_str_eq(all[0].id, "createRecommendation");
    ck_assert(all[0].takes_body && all[0].body_required);
    ck_assert_str_eq(all[1].id, "listTechniques");
    ck_assert(!all[1].takes_body && !all[2].takes_body);
}
END_TEST

START_TEST(many_faults_are_counted) {
    struct complaints complaints;
    json_t *findings = json_array();
    for (int i = 0; i < 300; i++)
        ck_assert_int_eq(json_array_append_new(findings, json_integer(i)), 0);
    json_t *value = json_pack("{so}", "findings", findings);
    complaints_init(&complaints, &arena);
    contract_check(contract_request_schema(contract, "createRecommendation"), value, &complaints);
    json_decref(value);
    ck_assert_uint_eq(complaints.count, COMPLAINTS_MAX);
    ck_assert_uint_eq(complaints.total, 300);
}
END_TEST

START_TEST(long_names_and_texts_stay_whole) {
    struct complaints complaints;
    char name[2001];
    for (size_t i = 0; i < 2000; i += 2)
        memcpy(name + i, "\xC3\xA9", 2);
    name[2000] = '\0';
    json_t *value =
        json_pack("{s[{ssss}]si ss}", "findings", "id", "x", "state", name, name, 1, "sex", name);
    complaints_init(&complaints, &arena);
    contract_check(contract_request_schema(contract, "createRecommendation"), value, &complaints);
    json_decref(value);
    ck_assert_uint_eq(complaints.count, 3);
    for (size_t i = 0; i < complaints.count; i++) {
        json_t *text = json_string(complaints.all[i].detail);
        ck_assert_msg(text != NULL, "cut in a character: %s", complaints.all[i].detail);
        json_decref(text);
    }
    ck_assert_str_eq(complaints.all[1].pointer, "#");
}
END_TEST

START_TEST(deep_values_end) {
    struct complaints complaints;
    json_t *tree = json_object();
    for (int i = 0; i < 500; i++)
        tree = json_pack("{s[o]}", "kids", tree);
    json_t *value =
        json_pack("{s[{ssss}]so}", "findings", "id", "x", "state", "absent", "tree", tree);
    complaints_init(&complaints, &arena);
    contract_check(contract_request_schema(contract, "createRecommendation"), value, &complaints);
    json_decref(value);
    ck_assert_uint_eq(complaints.count, 1);
    ck_assert_str_eq(complaints.all[0].code, "too_complex");
}
END_TEST

#define WITH(schema)                                                                               \
    "{'openapi':'3.1.0','paths':{'/x':{'post':{'operationId':'x','requestBody':{'content':"        \
    "{'application/json':{'schema':" schema "}}}}}},'components':{'schemas':{'A':{'allOf':"        \
    "[{'$ref':'#/components/schemas/A'}]},'B':{'$ref':'#/components/schemas/C'},"                  \
    "'C':{'$ref':'#/components/schemas/B'},'P':{'properties':{'p':{}}}}}}"

static const struct {
    const char *json;
    const char *part; /* of the message */
} refused_contracts[] = {
    {"", "no JSON"},
    {"{'openapi':'3.0.3','paths':{}}", "3.1"},
    {"{'openapi':'3.1.0'}", "no paths"},
    {"{'openapi':'3.1.0','paths':{'/x':{'get':{}}}}", "no operationId"},
    {"{'openapi':'3.1.0','paths':{'/x':{'get':{'operationId':'a'},'put':{'operationId':'a'}}}}",
     "stands there twice"},
    {WITH("{'not':{}}"), "/paths//x/post/requestBody: keyword 'not' is not supported"},
    {WITH("{'type':'object','properties':{'a':{'nullable':true}}}"), "write type"},
    {WITH("{'if':{}}"), "'if'"},
    {WITH("{'type':'text'}"), "is no type"},
    {WITH("{'type':[]}"), "names no type"},
    {WITH("{'$ref':'#/components/schemas/Nope'}"), "leads nowhere"},
    {WITH("{'$ref':'other.yaml'}"), "leads nowhere"},
    {WITH("{'$ref':'#/components/schemas/A'}"), "needs itself"},
    {WITH("{'$ref':'#/components/schemas/B'}"), "circle"},
    {WITH("{'pattern':'(?=x)'}"), "plain groups"},
    {WITH("{'pattern':'\\\\p{L}'}"), "escape"},
    {WITH("{'pattern':'[\\\\x0]'}"), "two digits"},
    {WITH("{'pattern':'[\\\\x80]'}"), "two digits"},
    {WITH("{'pattern':'^(a|b)$'}"), "maxLength"},
    {WITH("{'pattern':'a)('}"), "regcomp"},
    {WITH("{'pattern':'é'}"), "ASCII"},
    {WITH("{'uniqueItems':true}"), "maxItems"},
    {WITH("{'enum':[]}"), "list of values"},
    {WITH("{'enum':['a','a']}"), "twice"},
    {WITH("{'enum':[[]]}"), "without members"},
    {WITH("{'maxLength':-1}"), "whole number"},
    {WITH("{'multipleOf':0.5}"), "whole numbers"},
    {WITH("{'required':['a','a']}"), "different names"},
    {WITH("{'required':['a'],'additionalProperties':false}"), "does not allow it"},
    {WITH("{'unevaluatedProperties':false,'anyOf':[{'$ref':'#/components/schemas/P'}]}"),
     "must declare"},
    {WITH("{'type':'string','allOf':[{'type':'integer'}]}"), "no type is left"},
    {WITH("7"), "must be an object"},
};

START_TEST(contracts_that_are_not_understood_are_refused) {
    char message[512] = "";
    struct contract *loaded = load(refused_contracts[_i].json, message);
    ck_assert_ptr_null(loaded);
    ck_assert_msg(strstr(message, refused_contracts[_i].part) != NULL, "%s: %s",
                  refused_contracts[_i].json, message);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

Suite *contract_suite(void) {
    Suite *suite = suite_create("contract");
    TCase *cases = tcase_create("checking");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, bodies, 0, COUNT(body_cases));
    tcase_add_loop_test(cases, sentences, 0, COUNT(sentence_cases));
    tcase_add_loop_test(cases, queries, 0, COUNT(query_cases));
    tcase_add_test(cases, unknown_operations_take_nothing);
    tcase_add_test(cases, operations_are_listed);
    tcase_add_test(cases, many_faults_are_counted);
    tcase_add_test(cases, long_names_and_texts_stay_whole);
    tcase_add_test(cases, deep_values_end);
    suite_add_tcase(suite, cases);
    TCase *loading = tcase_create("loading");
    tcase_add_loop_test(loading, contracts_that_are_not_understood_are_refused, 0,
                        COUNT(refused_contracts));
    suite_add_tcase(suite, loading);
    return suite;
}
