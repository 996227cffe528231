/* A record in FHIR becomes an intake, and whatever does not is listed with its reason. */
#include "interop/fhir_intake.h"

#include "care_fixture.h"
#include "contract/contract.h"
#include "resources/app.h"
#include "tiny_release.h"

Suite *fhir_intake_suite(void);

#define TODAY "2026-11-22"
#define SUBJECT "'subject':{'reference':'Patient/p1'}"
#define ICD(code) "{'coding':[{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':'" code "'}]}"
#define LOINC(code) "{'coding':[{'system':'http://loinc.org','code':'" code "'}]}"
#define STATUS(word) "{'coding':[{'code':'" word "'}]}"
#define CONDITION(code, more)                                                                      \
    "{'resourceType':'Condition','id':'c1'," SUBJECT ",'code':" ICD(code) more "}"
#define MEASURED(code, value, unit, day)                                                           \
    "{'resourceType':'Observation','id':'o1','status':'final'," SUBJECT                            \
    ",'code':" LOINC(code) ",'effectiveDateTime':'" day "','valueQuantity':{'value':" value        \
                           ",'system':'http://unitsofmeasure.org','code':'" unit "'}}"
#define TAKES(status, concept, more)                                                               \
    "{'resourceType':'MedicationRequest','id':'m1','status':'" status                              \
    "','intent':'order'," SUBJECT ",'medicationCodeableConcept':" concept more "}"
#define STATES "{'resourceType':'MedicationStatement','id':'s1'," SUBJECT ",'status':"
#define ALLERGY(text, more)                                                                        \
    "{'resourceType':'AllergyIntolerance','id':'a1','patient':{'reference':'Patient/"              \
    "p1'},'code':{'text':'" text "'}" more "}"
#define WOMAN "{'resourceType':'Patient','id':'p1','gender':'female','birthDate':'1990-11-23'}"
#define MAN "{'resourceType':'Patient','id':'p1','gender':'male'}"

/* The intake but its as_of, and the reasons of what is not in it. */
static const struct {
    const char *name, *resources, *intake, *reasons;
} records[] = {
    {"nothing", "", "{}", ""},
    {"a woman the day before her birthday", WOMAN, "{'age':35,'sex':'female'}", ""},
    {"only a year: the older age", "{'resourceType':'Patient','birthDate':'1956'}", "{'age':70}",
     ""},
    {"only a year: the younger age of a child", "{'resourceType':'Patient','birthDate':'2008'}",
     "{'age':17}", ""},
    {"another sex", "{'resourceType':'Patient','gender':'other'}", "{'sex':'other'}", ""},
    {"a sex nobody knows", "{'resourceType':'Patient','gender':'unknown'}", "{}", ""},
    {"too old", "{'resourceType':'Patient','birthDate':'1890-01-01'}", "{}", "out_of_range"},
    {"somebody else's record", "{'resourceType':'Patient','id':'p2','gender':'male'}", "{}",
     "other_patient"},

    {"a clot with its day", CONDITION("I82.401", ",'onsetDateTime':'2026-11-01'"),
     "{'diagnoses':[{'system':'icd10cm','code':'I82.401','weeks_ago':3}]}", ""},
    {"a clot of this year: the last day possible", CONDITION("I82.401", ",'onsetDateTime':'2026'"),
     "{'diagnoses':[{'system':'icd10cm','code':'I82.401','weeks_ago':0}]}", ""},
    {"a clot without a day", CONDITION("I82.401", ""),
     "{'diagnoses':[{'system':'icd10cm','code':'I82.401'}]}", ""},
    {"the day it was written down", CONDITION("I82.401", ",'recordedDate':'2026-11-08T09:00:00Z'"),
     "{'diagnoses':[{'system':'icd10cm','code':'I82.401','weeks_ago':2}]}", ""},
    {"a clot that is over counts from its end",
     CONDITION("I82.401",
               ",'clinicalStatus':" STATUS("resolved") ",'onsetDateTime':'2024-01-01',"
                                                       "'abatementDateTime':'2026-10-25'"),
     "{'diagnoses':[{'system':'icd10cm','code':'I82.401','weeks_ago':4}]}", ""},
    {"cancer stays history",
     CONDITION("C50.9", ",'clinicalStatus':" STATUS("resolved") ",'onsetDateTime':'2016-11-20'"),
     "{'diagnoses':[{'system':'icd10cm','code':'C50.9','weeks_ago':522}]}", ""},
    {"thin bones that are over", CONDITION("L03.90", ",'clinicalStatus':" STATUS("resolved")), "{}",
     "resolved"},
    {"refuted", CONDITION("I82.401", ",'verificationStatus':" STATUS("refuted")), "{}", "refuted"},
    {"entered in error", CONDITION("I82.401", ",'verificationStatus':" STATUS("entered-in-error")),
     "{}", "entered_in_error"},
    {"not confirmed is not sure",
     CONDITION("I82.401", ",'verificationStatus':" STATUS("unconfirmed")),
     "{'findings':[{'id':'deep_vein_thrombosis','state':'unknown'}]}", ""},
    {"provisional counts", CONDITION("I82.401", ",'verificationStatus':" STATUS("provisional")),
     "{'diagnoses':[{'system':'icd10cm','code':'I82.401'}]}", ""},
    {"ICD-10 of the WHO",
     "{'resourceType':'Condition'," SUBJECT
     ",'code':{'coding':[{'system':'http://hl7.org/fhir/sid/icd-10','code':'I82.4'}]}}",
     "{'diagnoses':[{'system':'icd10cm','code':'I82.4'}]}", ""},
    {"the same twice is once", CONDITION("I82.401", "") "," CONDITION("I82.401", ""),
     "{'diagnoses':[{'system':'icd10cm','code':'I82.401'}]}", ""},
    {"a code that says nothing to us", CONDITION("Q99.9", ""), "{}", "unmapped"},
    {"words only", "{'resourceType':'Condition'," SUBJECT ",'code':{'text':'tired'}}", "{}",
     "unmapped"},
    {"SNOMED CT without a licence",
     "{'resourceType':'Condition'," SUBJECT
     ",'code':{'coding':[{'system':'http://snomed.info/sct','code':'128053003'}]}}",
     "{}", "system_off"},
    {"of another patient",
     "{'resourceType':'Condition','subject':{'reference':'https://ehr.example/fhir/Patient/"
     "p2'},'code':" ICD("I82.4") "}",
     "{}", "other_patient"},
    {"by an absolute reference with a version",
     "{'resourceType':'Condition','subject':{'reference':'https://ehr.example/fhir/Patient/p1/"
     "_history/3'},'code':" ICD("I82.4") "}",
     "{'diagnoses':[{'system':'icd10cm','code':'I82.4'}]}", ""},
    {"back pain: since when and where", CONDITION("M54.50", ",'onsetDateTime':'2026-08-30'"),
     "{'pain':{'duration_weeks':12,'areas':['low_back']},"
     "'diagnoses':[{'system':'icd10cm','code':'M54.50','weeks_ago':12}]}",
     ""},

    {"a medicine by RxNorm",
     TAKES("active",
           "{'coding':[{'system':'http://www.nlm.nih.gov/research/umls/rxnorm','code':"
           "'1364430','display':'apixaban'}]}",
           ",'authoredOn':'2026-01-04'"),
     "{'findings':[{'id':'anticoagulant','state':'present','weeks_ago':46}],"
     "'medications':[{'rxnorm':'1364430','text':'apixaban'}]}",
     ""},
    {"a product whose code we lack, by its name",
     TAKES("active",
           "{'coding':[{'system':'http://www.nlm.nih.gov/research/umls/rxnorm','code':"
           "'1364445','display':'apixaban 5 MG Oral Tablet'}]}",
           ""),
     "{'medications':[{'rxnorm':'1364445','text':'apixaban 5 MG Oral Tablet'}]}", ""},
    {"by ATC",
     TAKES("active", "{'coding':[{'system':'http://www.whocc.no/atc','code':'B01AF02'}]}", ""),
     "{'medications':[{'atc':'B01AF02'}]}", ""},
    {"by reference",
     "{'resourceType':'Medication','id':'x','code':{'text':'warfarin'}},"
     "{'resourceType':'MedicationRequest','status':'active'," SUBJECT
     ",'medicationReference':{'reference':'Medication/x'}}",
     "{'medications':[{'text':'warfarin'}]}", ""},
    {"contained",
     "{'resourceType':'MedicationRequest','status':'active'," SUBJECT
     ",'contained':[{'resourceType':'Medication','id':'x','code':{'text':'warfarin'}}],"
     "'medicationReference':{'reference':'#x'}}",
     "{'medications':[{'text':'warfarin'}]}", ""},
    {"the longest of two orders",
     TAKES("active", "{'text':'warfarin'}", ",'authoredOn':'2026-11-01'") "," TAKES(
         "active", "{'text':'warfarin'}", ",'authoredOn':'2025-11-23'"),
     "{'findings':[{'id':'anticoagulant','state':'present','weeks_ago':52}],"
     "'medications':[{'text':'warfarin'}]}",
     ""},
    {"a medicine nobody knows goes in, and is listed", TAKES("active", "{'text':'zorblax'}", ""),
     "{'medications':[{'text':'zorblax'}]}", "unmapped"},
    {"a medicine without a name goes in",
     "{'resourceType':'MedicationRequest','status':'active'," SUBJECT
     ",'medicationReference':{'reference':'Medication/lost'}}",
     "{'medications':[{'text':'unnamed medicine'}]}", "unmapped"},
    {"stopped", TAKES("stopped", "{'text':'warfarin'}", ""), "{}", "ended"},
    {"not to be taken", TAKES("active", "{'text':'warfarin'}", ",'doNotPerform':true"), "{}",
     "not_taken"},
    {"never taken", STATES "'not-taken','medicationCodeableConcept':{'text':'warfarin'}}", "{}",
     "not_taken"},
    {"on hold counts", STATES "'on-hold','medicationCodeableConcept':{'text':'warfarin'}}",
     "{'medications':[{'text':'warfarin'}]}", ""},
    {"an antibiotic that weakens tendons, weeks after the last dose",
     STATES "'completed','effectivePeriod':{'start':'2026-10-01','end':'2026-10-11'},"
            "'medicationCodeableConcept':{'text':'ciprofloxacin'}}",
     "{'findings':[{'id':'fluoroquinolone','state':'present','weeks_ago':6}]}", "ended"},

    {"blood pressure in components",
     "{'resourceType':'Observation','status':'final'," SUBJECT
     ",'code':" LOINC("85354-9") ",'effectiveDateTime':'2026-11-20','component':[{'code'"
                                 ":" LOINC("8480-6") ",'valueQuantity':{'value':182,'unit':'"
                                                     "mmHg','code':'mm[Hg]'}},{'code':" LOINC(
                                                         "8462-4") ",'valueQuantity':{'value':"
                                                                   "13.3,'unit':'kPa','code':'"
                                                                   "kPa'}}]}",
     "{'findings':[{'id':'systolic_bp','state':'present','value':182},"
     "{'id':'diastolic_bp','state':'present','value':99.76}]}",
     ""},
    {"an old reading says nothing of today", MEASURED("8480-6", "182", "mm[Hg]", "2026-06-01"),
     "{}", "stale"},
    {"from tomorrow", MEASURED("8480-6", "182", "mm[Hg]", "2027-06-01"), "{}", "in_the_future"},
    {"the newest counts, whatever the order",
     MEASURED("8480-6", "140", "mm[Hg]", "2026-11-21") "," MEASURED("8480-6", "182", "mm[Hg]",
                                                                    "2026-11-19"),
     "{'findings':[{'id':'systolic_bp','state':'present','value':140}]}", ""},
    {"Fahrenheit", MEASURED("8310-5", "101.3", "[degF]", "2026-11-22"),
     "{'findings':[{'id':'body_temperature','state':'present','value':38.5}]}", ""},
    {"platelets a microlitre", MEASURED("777-3", "45000", "/uL", "2026-11-20"),
     "{'findings':[{'id':'platelet_count','state':'present','value':45}]}", ""},
    {"platelets in thousands", MEASURED("777-3", "45", "10*3/uL", "2026-11-20"),
     "{'findings':[{'id':'platelet_count','state':'present','value':45}]}", ""},
    {"a unit we do not know", MEASURED("777-3", "45", "mol/L", "2026-11-20"), "{}", "unit"},
    {"INR", MEASURED("6301-6", "3.8", "{INR}", "2026-11-20"),
     "{'findings':[{'id':'inr','state':'present','value':3.8}]}", ""},
    {"nobody has this", MEASURED("6301-6", "380", "{INR}", "2026-11-20"), "{}", "out_of_range"},
    {"pain", MEASURED("72514-3", "7", "{score}", "2026-11-22"), "{'pain':{'intensity':7}}", ""},
    {"pain on a line of 100 mm", MEASURED("38214-3", "65", "mm", "2026-11-22"),
     "{'pain':{'intensity':6.5}}", ""},
    {"entered in error",
     "{'resourceType':'Observation','status':'entered-in-error'," SUBJECT
     ",'code':" LOINC("8480-6") ",'valueQuantity':{'value':182,'code':'mm[Hg]'}}",
     "{}", "entered_in_error"},
    {"a measurement we do not use", MEASURED("2345-7", "90", "mg/dL", "2026-11-22"), "{}",
     "unmapped"},

    {"weeks of pregnancy go on counting", MEASURED("18185-9", "20", "wk", "2026-11-01"),
     "{'findings':[{'id':'pregnancy','state':'present','value':23}]}", ""},
    {"pregnant by a problem of this year",
     WOMAN "," CONDITION("Z34.90", ",'recordedDate':'2026-09-01'"),
     "{'age':35,'sex':'female','findings':[{'id':'pregnancy','state':'present'}],"
     "'diagnoses':[{'system':'icd10cm','code':'Z34.90','weeks_ago':11}]}",
     ""},
    {"pregnant two years ago only asks",
     WOMAN "," CONDITION("Z34.90", ",'recordedDate':'2024-09-01'"),
     "{'age':35,'sex':'female','diagnoses':[{'system':'icd10cm','code':'Z34.90','weeks_ago':"
     "116}]}",
     ""},
    {"the week in the code", CONDITION("Z3A.20", ",'recordedDate':'2026-11-15'"),
     "{'findings':[{'id':'pregnancy','state':'present','value':21}],"
     "'diagnoses':[{'system':'icd10cm','code':'Z3A.20','weeks_ago':1}]}",
     ""},
    {"a status of pregnancy",
     "{'resourceType':'Observation','status':'final'," SUBJECT
     ",'code':" LOINC("82810-3") ",'effectiveDateTime':'2026-11-01','valueCodeableConcept':{'"
                                 "coding':[{'system':"
                                 "'http://loinc.org','code':'LA15173-0'}]}}",
     "{'findings':[{'id':'pregnancy','state':'present'}]}", ""},
    {"not pregnant, lately",
     "{'resourceType':'Observation','status':'final'," SUBJECT
     ",'code':" LOINC("82810-3") ",'effectiveDateTime':'2026-11-20','valueCodeableConcept':{'"
                                 "coding':[{'system':"
                                 "'http://loinc.org','code':'LA26683-5'}]}}",
     "{'findings':[{'id':'pregnancy','state':'absent'}]}", ""},
    {"not pregnant, half a year ago",
     "{'resourceType':'Observation','status':'final'," SUBJECT
     ",'code':" LOINC("82810-3") ",'effectiveDateTime':'2026-05-20','valueCodeableConcept':{'"
                                 "coding':[{'system':"
                                 "'http://loinc.org','code':'LA26683-5'}]}}",
     "{}", "stale"},
    {"a day on which a child is expected",
     "{'resourceType':'Observation','status':'final'," SUBJECT
     ",'code':" LOINC("11778-8") ",'valueDateTime':'2027-01-31'}",
     "{'findings':[{'id':'pregnancy','state':'present','value':30}]}", ""},
    {"a man is not pregnant", MAN "," MEASURED("18185-9", "20", "wk", "2026-11-01"),
     "{'sex':'male'}", "contradiction"},

    {"nuts", ALLERGY("Peanut butter", ""),
     "{'findings':[{'id':'gate_allergy','state':'present'},"
     "{'id':'allergy_nut_oil','state':'present'}]}",
     ""},
    {"latex that nobody confirmed",
     ALLERGY("Latex", ",'verificationStatus':" STATUS("unconfirmed")),
     "{'findings':[{'id':'gate_allergy','state':'present'},"
     "{'id':'allergy_latex','state':'unknown'}]}",
     ""},
    {"penicillin is nothing to massage", ALLERGY("Penicillin", ""), "{}", "unmapped"},
    {"no known allergies is an answer", ALLERGY("No Known Allergies", ""),
     "{'findings':[{'id':'gate_allergy','state':'absent'}]}", ""},
    {"refuted allergy", ALLERGY("Latex", ",'verificationStatus':" STATUS("refuted")), "{}",
     "refuted"},
    {"in a Bundle", "{'resourceType':'Bundle','type':'searchset','entry':[{'resource':" WOMAN "}]}",
     "{'age':35,'sex':'female'}", ""},
    {"what is not read is said",
     "{'resourceType':'Procedure','id':'q'," SUBJECT ",'code':{'text':'hip replacement'}}", "{}",
     "not_read"},
    {"nonsense",
     "1,null,[],'x',{'resourceType':7},{'resourceType':'Condition','code':[]},"
     "{'resourceType':'Observation','component':{},'code':{'coding':7}},"
     "{'resourceType':'MedicationRequest','status':{}}",
     "{'medications':[{'text':'unnamed medicine'}]}", "unmapped unmapped unmapped"},
};

static struct contract *contract;

static void setup(void) {
    char message[200];
    const struct embedded_file *document = app_document("openapi.json");
    contract = contract_load(document->bytes, document->len, message, sizeof message);
    ck_assert_ptr_nonnull(contract);
}

static void teardown(void) {
    contract_free(contract);
}

static json_t *parse(const char *quoted) {
    char *text = real_quotes(quoted);
    json_error_t error;
    json_t *value = json_loads(text, 0, &error);
    ck_assert_msg(value != NULL, "%s: %s", error.text, text);
    free(text);
    return value;
}

static struct fhir_intake_result read_resources(const json_t *resources, struct arena *arena) {
    struct fhir_intake_result result;
    size_t i;
    json_t *resource;
    struct fhir_intake *record =
        fhir_intake_new(fixture_knowledge(), "p1", date_days(TODAY), arena);
    ck_assert_ptr_nonnull(record);
    json_array_foreach(resources, i, resource) fhir_intake_add(record, resource);
    ck_assert(fhir_intake_finish(record, &result));
    return result;
}

static void reasons_of(const json_t *unmapped, char *out, size_t size) {
    size_t i, used = 0;
    json_t *row;
    out[0] = '\0';
    json_array_foreach(unmapped, i, row) {
        int len = snprintf(out + used, size - used, "%s%s", i ? " " : "",
                           json_string_value(json_object_get(row, "why")));
        used += (size_t)len;
    }
}

/* As the contract wants it, and the engine takes it without a word. */
static void is_an_intake(const json_t *intake, struct arena *arena) {
    struct complaints complaints;
    complaints_init(&complaints, arena);
    contract_check(contract_request_schema(contract, "createRecommendation"), intake, &complaints);
    ck_assert_ptr_nonnull(
        intake_read(fixture_knowledge(), intake, date_days(TODAY), arena, &complaints));
    ck_assert_msg(complaints.total == 0, "%s %s", complaints.all[0].pointer,
                  complaints.all[0].detail);
}

START_TEST(every_record) {
    struct arena arena;
    char list[4096], reasons[200];
    (void)snprintf(list, sizeof list, "[%s]", records[_i].resources);
    json_t *resources = parse(list), *wanted = parse(records[_i].intake);
    arena_init(&arena, 4096);
    struct fhir_intake_result result = read_resources(resources, &arena);
    is_an_intake(result.intake, &arena);
    ck_assert_str_eq(json_string_value(json_object_get(result.intake, "as_of")), TODAY);
    (void)json_object_del(result.intake, "as_of");
    char *dump = json_dumps(result.intake, JSON_COMPACT);
    ck_assert_msg(json_equal(result.intake, wanted), "%s: %s", records[_i].name, dump);
    free(dump);
    reasons_of(result.unmapped, reasons, sizeof reasons);
    ck_assert_msg(strcmp(reasons, records[_i].reasons) == 0, "%s: '%s'", records[_i].name, reasons);
    json_decref(result.intake);
    json_decref(result.unmapped);
    json_decref(resources);
    json_decref(wanted);
    arena_free(&arena);
}
END_TEST

START_TEST(more_medicines_than_anybody_reads_are_not_passed_over) {
    struct arena arena;
    json_t *resources = json_array();
    for (int i = 0; i < 150; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "medicine %c%c%d", 'a' + i % 26, 'a' + i / 26, i);
        (void)json_array_append_new(
            resources, json_pack("{s:s,s:s,s:{s:s},s:{s:s}}", "resourceType", "MedicationRequest",
                                 "status", "active", "subject", "reference", "Patient/p1",
                                 "medicationCodeableConcept", "text", name));
    }
    arena_init(&arena, 4096);
    struct fhir_intake_result result = read_resources(resources, &arena);
    const json_t *medicines = json_object_get(result.intake, "medications");
    is_an_intake(result.intake, &arena);
    ck_assert_uint_eq(json_array_size(medicines), 100);
    ck_assert_uint_eq(json_array_size(result.unmapped), 150);
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(medicines, 99), "text")),
                     "further medicines");
    json_decref(result.intake);
    json_decref(result.unmapped);
    json_decref(resources);
    arena_free(&arena);
}
END_TEST

START_TEST(a_dead_person_is_noticed) {
    struct arena arena;
    json_t *resources =
        parse("[{'resourceType':'Patient','id':'p1','deceasedDateTime':'2026-01-01'}]");
    arena_init(&arena, 4096);
    struct fhir_intake_result result = read_resources(resources, &arena);
    ck_assert(result.deceased);
    json_decref(result.intake);
    json_decref(result.unmapped);
    json_decref(resources);
    arena_free(&arena);
}
END_TEST

Suite *fhir_intake_suite(void) {
    Suite *suite = suite_create("fhir_intake");
    TCase *tests = tcase_create("records");
    tcase_add_unchecked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, every_record, 0, (int)(sizeof records / sizeof *records));
    tcase_add_test(tests, more_medicines_than_anybody_reads_are_not_passed_over);
    tcase_add_test(tests, a_dead_person_is_noticed);
    suite_add_tcase(suite, tests);
    return suite;
}
