/* Answers of a form as an intake, and where complaints about the intake belong. */
#include "interop/fhir_questionnaire_response.h"

#include "care_fixture.h"

Suite *fhir_questionnaire_response_suite(void);

#define HEAD "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\",\"item\":"
#define STATE(link, code)                                                                          \
    "{\"linkId\":\"" link "\",\"answer\":[{\"valueCoding\":{\"code\":\"" code "\"}}]}"

struct reading {
    struct care_world world;
    struct fhir_trail trail;
    json_t *intake;
};

static void read_items(struct reading *reading, const char *items, const char *root) {
    char text[4000];
    json_error_t error;
    world_open(&reading->world);
    (void)snprintf(text, sizeof text, HEAD "%s}", items);
    json_t *response = json_loads(text, 0, &error);
    ck_assert_msg(response != NULL, "%s: %s", error.text, text);
    reading->intake = fhir_questionnaire_response_intake(reading->world.knowledge, response, root,
                                                         &reading->world.arena, &reading->trail,
                                                         &reading->world.complaints);
    ck_assert_ptr_nonnull(reading->intake);
    json_decref(response);
}

static void close_reading(struct reading *reading) {
    json_decref(reading->intake);
    world_close(&reading->world);
}

static const struct {
    const char *items, *intake;
} readings[] = {
    {"[]", "{}"},
    {"[{\"linkId\":\"age\",\"answer\":[{\"valueInteger\":40}]}]", "{\"age\":40}"},
    {"[{\"linkId\":\"age\"}]", "{}"},
    {"[{\"linkId\":\"basics\",\"item\":[" STATE("sex", "female") "]}]", "{\"sex\":\"female\"}"},
    {"[{\"linkId\":\"pain.duration_weeks\",\"answer\":[{\"valueDecimal\":1.5}]},"
     "{\"linkId\":\"pain.areas\",\"answer\":[{\"valueCoding\":{\"code\":\"low_back\"}},"
     "{\"valueCoding\":{\"code\":\"calf\"}}]}]",
     "{\"pain\":{\"duration_weeks\":1.5,\"areas\":[\"low_back\",\"calf\"]}}"},
    {"[" STATE("rf_tb", "unknown") "," STATE("rf_tb", "unknown") "]",
     "{\"findings\":[{\"id\":\"rf_tb\",\"state\":\"unknown\"}]}"},
    /* an attribute before its finding, with and without the name of the finding in its code */
    {"[" STATE("rf_cancer_history.detail",
               "rf_cancer_history.active") "," STATE("rf_cancer_history", "present") "]",
     "{\"findings\":[{\"id\":\"rf_cancer_history\",\"state\":\"present\",\"detail\":\"active\"}]}"},
    {"[" STATE("rf_cancer_history", "present") "," STATE("rf_cancer_history.detail", "active") "]",
     "{\"findings\":[{\"id\":\"rf_cancer_history\",\"state\":\"present\",\"detail\":\"active\"}]}"},
    {"[{\"linkId\":\"legs_circulation.none_of\",\"answer\":[{\"valueBoolean\":true}]}]",
     "{\"none_of\":[\"legs_circulation\"]}"},
    /* no to "none of these" says nothing about any of them */
    {"[{\"linkId\":\"legs_circulation.none_of\",\"answer\":[{\"valueBoolean\":false}]}]", "{}"},
    {"[{\"linkId\":\"presentations.none_of\",\"answer\":[{\"valueBoolean\":true}]}]",
     "{\"presentations\":[]}"},
    {"[{\"linkId\":\"medications\",\"answer\":[{\"valueString\":\"eliquis\"},"
     "{\"valueCoding\":{\"system\":\"http://www.whocc.no/atc\",\"code\":\"B01AA03\"}}]}]",
     "{\"medications\":[{\"text\":\"eliquis\"},{\"atc\":\"B01AA03\"}]}"},
    {"[{\"linkId\":\"diagnoses\",\"answer\":[{\"valueCoding\":{\"system\":"
     "\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\"I82.4\"},\"item\":[{\"linkId\":"
     "\"diagnoses.weeks_ago\",\"answer\":[{\"valueInteger\":8}]}]}]}]",
     "{\"diagnoses\":[{\"system\":\"icd10cm\",\"code\":\"I82.4\",\"weeks_ago\":8}]}"},
    {"[{\"linkId\":\"clearances\",\"item\":[{\"linkId\":\"clearances.role\",\"answer\":"
     "[{\"valueString\":\"doctor\"}]}]},{\"linkId\":\"clearances\",\"item\":[{\"linkId\":"
     "\"clearances.rules\",\"answer\":[{\"valueString\":\"D1.dvt.recent\"}]}]}]",
     "{\"clearances\":[{\"role\":\"doctor\"},{\"rules\":[\"D1.dvt.recent\"]}]}"},
};

START_TEST(answers_become_the_intake) {
    struct reading reading;
    read_items(&reading, readings[_i].items, "#");
    json_t *wanted = json_loads(readings[_i].intake, 0, NULL);
    char *found = json_dumps(reading.intake, JSON_COMPACT);
    ck_assert_uint_eq(reading.world.complaints.total, 0);
    ck_assert_msg(json_equal(reading.intake, wanted), "%s is not %s", found, readings[_i].intake);
    free(found);
    json_decref(wanted);
    close_reading(&reading);
}
END_TEST

START_TEST(complaints_find_their_way_back) {
    static const char *const steps[][2] = {
        {"#/age", "#/parameter/1/resource/item/0/answer/0"},
        {"#/findings/0/state", "#/parameter/1/resource/item/1/answer/0"},
        {"#/findings/0/detail", "#/parameter/1/resource/item/2/answer/0"},
        {"#/findings/1", "#/parameter/1/resource"},
        {"#/agenda", "#/parameter/1/resource"},
        {"#/pain/areas/1", "#/parameter/1/resource/item/3/answer/1"},
        {"#", "#/parameter/1/resource"},
    };
    struct reading reading;
    read_items(&reading,
               "[{\"linkId\":\"age\",\"answer\":[{\"valueInteger\":400}]}," STATE(
                   "rf_cancer_history",
                   "present") "," STATE("rf_cancer_history.detail",
                                        "active") ","
                                                  "{\"linkId\":\"pain.areas\",\"answer\":[{"
                                                  "\"valueCoding\":{\"code\":\"low_back\"}},"
                                                  "{\"valueCoding\":{\"code\":\"calf\"}}]}]",
               "#/parameter/1/resource");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        ck_assert_str_eq(fhir_trail_back(&reading.trail, steps[i][0]), steps[i][1]);
    close_reading(&reading);
}
END_TEST

START_TEST(many_answers_have_room) {
    struct reading reading;
    struct buffer items;
    buffer_init(&items);
    world_open(&reading.world);
    (void)buffer_puts(&items, HEAD "[{\"linkId\":\"medications\",\"answer\":[");
    for (int i = 0; i < 500; i++)
        (void)buffer_printf(&items, "%s{\"valueString\":\"m%d\"}", i ? "," : "", i);
    (void)buffer_puts(&items, "]}]}");
    json_t *response = json_loads(items.data, 0, NULL);
    reading.intake = fhir_questionnaire_response_intake(reading.world.knowledge, response, "#",
                                                        &reading.world.arena, &reading.trail,
                                                        &reading.world.complaints);
    ck_assert_uint_eq(json_array_size(json_object_get(reading.intake, "medications")), 500);
    ck_assert_str_eq(fhir_trail_back(&reading.trail, "#/medications/499/text"),
                     "#/item/0/answer/499");
    json_decref(response);
    buffer_free(&items);
    close_reading(&reading);
}
END_TEST

static void setup(void) {
    (void)fixture_knowledge();
}

Suite *fhir_questionnaire_response_suite(void) {
    Suite *suite = suite_create("fhir_questionnaire_response");
    TCase *tcase = tcase_create("answers");
    tcase_add_unchecked_fixture(tcase, setup, NULL);
    tcase_add_loop_test(tcase, answers_become_the_intake, 0,
                        (int)(sizeof readings / sizeof *readings));
    tcase_add_test(tcase, complaints_find_their_way_back);
    tcase_add_test(tcase, many_answers_have_room);
    suite_add_tcase(suite, tcase);
    return suite;
}
