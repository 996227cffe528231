/* The definitions of the embedded release: whole JSON, FHIR ids, escaped narrative, conditions. */
#include "interop/fhir_definitions.h"

#include "care_fixture.h"

Suite *fhir_definitions_suite(void);

static struct fhir_source source;

static json_t *written(enum fhir_definition definition, size_t place) {
    struct buffer out;
    struct json_writer json;
    json_error_t error;
    buffer_init(&out);
    jw_init(&json, &out);
    fhir_definition_write(&json, &source, definition, place);
    ck_assert_msg(jw_ok(&json), "%s %zu", fhir_definition_type(definition), place);
    json_t *value = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(value != NULL, "%s %zu: %s at %d", fhir_definition_type(definition), place,
                  error.text, error.position);
    buffer_free(&out);
    return value;
}

START_TEST(every_definition_is_whole) {
    for (int d = 0; d < FHIR_DEFINITIONS; d++)
        for (size_t i = 0; i < fhir_definition_count(&source, (enum fhir_definition)d); i++)
            json_decref(written((enum fhir_definition)d, i));
}
END_TEST

START_TEST(ids_are_what_fhir_allows) {
    char id[FHIR_ID_SIZE], url[FHIR_URL_SIZE];
    fhir_id("deep_tissue", id);
    ck_assert_str_eq(id, "deep-tissue");
    fhir_id("a_name_that_is_far_too_long_for_fhir_because_it_has_more_than_64_letters_in_it", id);
    ck_assert_uint_eq(strlen(id), 64);
    fhir_canonical(&source, "Questionnaire", FHIR_INTAKE_ID, url);
    ck_assert_str_eq(url, FHIR_CANONICAL "/Questionnaire/massage-intake|1.0.0");
}
END_TEST

START_TEST(types_have_names) {
    for (int d = 0; d < FHIR_DEFINITIONS; d++)
        ck_assert_int_eq(fhir_definition_of(fhir_definition_type((enum fhir_definition)d)), d);
    ck_assert_int_eq(fhir_definition_of("Patient"), FHIR_DEFINITIONS);
}
END_TEST

START_TEST(narrative_escapes_markup) {
    struct fhir_narrative narrative;
    struct buffer out;
    struct json_writer json;
    buffer_init(&out);
    jw_init(&json, &out);
    jw_open_object(&json);
    fhir_narrative_open(&narrative);
    fhir_narrative_text(&narrative, "<script>alert(\"1\")</script> & \x01");
    fhir_narrative_text(&narrative, "");
    fhir_narrative_item(&narrative, "a<b", "c>d");
    fhir_narrative_item(&narrative, NULL, NULL);
    fhir_narrative_close(&json, &narrative);
    jw_close_object(&json);
    ck_assert(jw_ok(&json));
    json_t *value = json_loadb(out.data, out.len, 0, NULL);
    ck_assert_str_eq(
        text_at(value, "text.div"),
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>&lt;script&gt;alert(&quot;1"
        "&quot;)&lt;/script&gt; &amp;  </p><ul><li><b>a&lt;b</b> c&gt;d</li></ul></div>");
    json_decref(value);
    buffer_free(&out);
}
END_TEST

/* The item of a linkId, wherever it stands. Borrowed. */
static const json_t *item_of(const json_t *items, const char *link) {
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        const json_t *below =
            strcmp(text_at(item, "linkId"), link) == 0 ? item : item_of(at(item, "item"), link);
        if (below)
            return below;
    }
    return NULL;
}

/* "any|sex != male|age >= 12": the conditions of an item in short. */
static void short_conditions(const json_t *item, char *out, size_t size) {
    const char *behavior = json_string_value(json_object_get(item, "enableBehavior"));
    size_t used = (size_t)snprintf(out, size, "%s", behavior ? behavior : "");
    const json_t *all = json_object_get(item, "enableWhen");
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *one = json_array_get(all, i);
        const json_t *code = at(one, "answerCoding.code"), *whole = at(one, "answerInteger"),
                     *decimal = at(one, "answerDecimal");
        used += (size_t)snprintf(out + used, size - used, "|%s %s ", text_at(one, "question"),
                                 text_at(one, "operator"));
        used += code ? (size_t)snprintf(out + used, size - used, "%s", json_string_value(code))
                     : (size_t)snprintf(out + used, size - used, "%g",
                                        json_number_value(whole ? whole : decimal));
    }
}

static const struct {
    const char *link, *conditions;
} conditions[] = {
    {"rf_saddle", ""},
    {"dialysis", "|chronic_kidney_disease = present"},
    {"pregnancy", "all|sex != male|age >= 12|age <= 55"},
    {"anticoagulant.more", "|anticoagulant = present"},
    {"rf_preg_bleed_fluid",
     "any|pregnancy = present|pregnancy_possible = present|pregnancy_possible = unknown"},
    /* an "all" within an "any": one part stands for it, so that the question is shown too often
       rather than too seldom; derived facts are spelt out */
    {"spinal_tenderness",
     "any|new_or_changed_pain = present|pain.duration_weeks < 6|rf_major_trauma = present|"
     "rf_minor_trauma_fragile = present|rf_osteoporosis_known = present|"
     "rf_cancer_history = present|rf_steroid_long = present"},
    {"rf_aaa", "any|age >= 50|aneurysm_known = present|hypermobility_eds.detail = "
               "hypermobility_eds.vascular_or_marfan|sudden_severe_pain = present|"
               "syncope_unexplained = present"},
};

START_TEST(conditions_are_those_of_the_release) {
    char found[2000];
    json_t *questionnaire = written(FHIR_QUESTIONNAIRE, 0);
    const json_t *item = item_of(at(questionnaire, "item"), conditions[_i].link);
    ck_assert_msg(item != NULL, "%s", conditions[_i].link);
    short_conditions(item, found, sizeof found);
    ck_assert_str_eq(found, conditions[_i].conditions);
    json_decref(questionnaire);
}
END_TEST

static void setup(void) {
    static const struct fhir_term problem = {"not_found", "Not found", "There is no such thing."};
    source = (struct fhir_source){
        .knowledge = fixture_knowledge(), .problems = &problem, .problem_count = 1};
}

Suite *fhir_definitions_suite(void) {
    Suite *suite = suite_create("fhir_definitions");
    TCase *tcase = tcase_create("definitions");
    tcase_add_unchecked_fixture(tcase, setup, NULL);
    tcase_add_test(tcase, every_definition_is_whole);
    tcase_add_test(tcase, ids_are_what_fhir_allows);
    tcase_add_test(tcase, types_have_names);
    tcase_add_test(tcase, narrative_escapes_markup);
    tcase_add_loop_test(tcase, conditions_are_those_of_the_release, 0,
                        (int)(sizeof conditions / sizeof *conditions));
    suite_add_tcase(suite, tcase);
    return suite;
}
