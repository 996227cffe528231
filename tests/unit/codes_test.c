/* Diagnoses by standard codes. */
#include "engine/codes.h"

#include <check.h>
#include <string.h>

#include "tiny_release.h"

Suite *codes_suite(void);

static struct knowledge *tiny;

static void setup(void) {
    tiny = tiny_release(NULL, 0);
    tiny->snomed = true;
}

static void teardown(void) {
    knowledge_free(tiny);
}

#define NO_ROW NULL, 0, 0, -1, CODE_IMPLIES, false

static const struct {
    const char *system, *code;
    const char *row; /* NULL: none */
    enum code_target target;
    area_set areas;
    int detail;
    enum code_action action;
    bool verified;
} lookups[] = {
    {"icd10cm", "I80", "I80", CODE_FINDING, 2, -1, CODE_IMPLIES, true},
    {"icd10cm", "I80.1", "I80", CODE_FINDING, 2, -1, CODE_IMPLIES, true},
    {"icd10cm", "I80.2", "I802", CODE_FINDING, 4, -1, CODE_IMPLIES, true},
    {"icd10cm", "I80.29", "I802", CODE_FINDING, 4, -1, CODE_IMPLIES, true}, /* the longest */
    {"icd10cm", " i 802 ", "I802", CODE_FINDING, 4, -1, CODE_IMPLIES, true},
    {"http://hl7.org/fhir/sid/icd-10-cm", "I80", "I80", CODE_FINDING, 2, -1, CODE_IMPLIES, true},
    {"icd-10-cm", "I80", "I80", CODE_FINDING, 2, -1, CODE_IMPLIES, true},
    {"icd10", "I80", "I80", CODE_FINDING, 2, -1, CODE_IMPLIES, true},
    {"icd10cm", "R58", "R58", CODE_FINDING, 0, 2, CODE_IMPLIES, false},
    {"icd10cm", "R58.1", NO_ROW}, /* not a prefix */
    {"icd10cm", "R5", NO_ROW},
    {"icd10cm", "I8", NO_ROW},
    {"icd10cm", "", NO_ROW},
    {"icd10cm", "...", NO_ROW},
    {"icd10cm", "I80000000000000000000000000000000000000000", NO_ROW},
    {"snomed", "I80", NO_ROW},
    {"icpc2", "I80", NO_ROW},
    {"ICD10CM", "I80", NO_ROW},
    {"", "I80", NO_ROW},
    {"snomed", "49727002", "49727002", CODE_FINDING, 0, -1, CODE_ASKS, true},
    {"http://snomed.info/sct", "49727002", "49727002", CODE_FINDING, 0, -1, CODE_ASKS, true},
    {"icd10cm", "M54.5", "M54", CODE_PRESENTATION, 0, -1, CODE_IMPLIES, true},
    {"loinc", "72514-3", "72514-3", CODE_INTAKE, 0, -1, CODE_VALUE, true},
};

START_TEST(lookup) {
    const struct code *rows[CODES_PER_LOOKUP];
    size_t count = codes_find(tiny, lookups[_i].system, lookups[_i].code, rows);
    ck_assert_uint_eq(count, lookups[_i].row ? 1 : 0);
    if (!count)
        return;
    ck_assert_str_eq(rows[0]->code, lookups[_i].row);
    ck_assert_int_eq((int)rows[0]->target, (int)lookups[_i].target);
    ck_assert_uint_eq(rows[0]->areas, lookups[_i].areas);
    ck_assert_int_eq(rows[0]->detail, lookups[_i].detail);
    ck_assert_int_eq((int)rows[0]->action, (int)lookups[_i].action);
    ck_assert_int_eq(rows[0]->verified, lookups[_i].verified);
}
END_TEST

START_TEST(systems) {
    ck_assert_str_eq(code_system("http://loinc.org"), "loinc");
    ck_assert_str_eq(code_system("icd10"), "icd10cm");
    ck_assert_str_eq(code_system("icpc2"), "icpc2");
    ck_assert_ptr_null(code_system("icd9"));
    ck_assert_ptr_null(code_system(""));
}
END_TEST

START_TEST(snomed_is_off_unless_switched_on) {
    const struct code *rows[CODES_PER_LOOKUP];
    tiny->snomed = false;
    ck_assert(codes_are_off(tiny, "http://snomed.info/sct"));
    ck_assert(!codes_are_off(tiny, "icd10cm"));
    ck_assert_uint_eq(codes_find(tiny, "snomed", "49727002", rows), 0);
    tiny->snomed = true;
    ck_assert(!codes_are_off(tiny, "snomed"));
    ck_assert_uint_eq(codes_find(tiny, "snomed", "49727002", rows), 1);
}
END_TEST

Suite *codes_suite(void) {
    Suite *suite = suite_create("codes");
    TCase *tcase = tcase_create("codes");
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, lookup, 0, (int)(sizeof lookups / sizeof *lookups));
    tcase_add_test(tcase, systems);
    tcase_add_test(tcase, snomed_is_off_unless_switched_on);
    suite_add_tcase(suite, tcase);
    return suite;
}
