/* From a body to a typed intake: every complaint with its place, and what follows from what. */
#include "engine/intake.h"

#include <check.h>
#include <limits.h>
#include <string.h>

#include "tiny_release.h"

Suite *intake_suite(void);

static struct knowledge *tiny;
static struct arena arena;

static void setup(void) {
    tiny = tiny_release(NULL, 0);
    tiny->snomed = true;
}

static void teardown(void) {
    knowledge_free(tiny);
}

static void begin(void) {
    arena_init(&arena, 1 << 14);
}

static void end(void) {
    arena_free(&arena);
}

/* ---- complaints ---- */

#define FINDING(rest) "{'findings':[{" rest "}]}"
#define TWO(a, b) "{'findings':[{" a "},{" b "}]}"

static const struct {
    const char *json, *pointer, *code, *detail;
} complaints_table[] = {
    {"{'as_of':'yesterday'}", "#/as_of", "format", "must be a date such as 2026-11-22."},
    {"{'pain':{'areas':['calf','low_bck']}}", "#/pain/areas/1", "unknown_id",
     "'low_bck' is no area we know. Did you mean 'low_back'?"},
    {"{'pain':{'areas':['moon']}}", "#/pain/areas/0", "unknown_id", "'moon' is no area we know."},
    {"{'presentations':['clot_pian']}", "#/presentations/0", "unknown_id",
     "'clot_pian' is no presentation we know. Did you mean 'clot_pain'?"},
    {FINDING("'id':'cogh','state':'present'"), "#/findings/0/id", "unknown_id",
     "'cogh' is no finding we know. Did you mean 'cough'?"},
    {FINDING("'id':'xy','state':'present'"), "#/findings/0/id", "unknown_id",
     "'xy' is no finding we know."},
    {FINDING("'id':'both','state':'present'"), "#/findings/0/id", "derived",
     "'both' is worked out from other answers and cannot be sent."},
    {FINDING("'id':'cough','state':'present','weeks_ago':1"), "#/findings/0/weeks_ago",
     "not_an_attribute", "'cough' has no 'weeks_ago'."},
    {FINDING("'id':'cough','state':'present','value':1"), "#/findings/0/value", "not_an_attribute",
     "'cough' has no 'value'."},
    {FINDING("'id':'cough','state':'present','detail':'some'"), "#/findings/0/detail",
     "not_an_attribute", "'cough' has no 'detail'."},
    {FINDING("'id':'cough','state':'present','areas':['calf']"), "#/findings/0/areas",
     "not_an_attribute", "'cough' has no 'areas'."},
    {FINDING("'id':'clot','state':'absent','weeks_ago':1"), "#/findings/0/weeks_ago",
     "not_an_attribute", "'weeks_ago' says something only of a finding that is present."},
    {FINDING("'id':'clot','state':'unknown','areas':['calf']"), "#/findings/0/areas",
     "not_an_attribute", "'areas' says something only of a finding that is present."},
    {FINDING("'id':'clot','state':'present','weeks_ago':520.001"), "#/findings/0/weeks_ago",
     "out_of_range", "must be from 0 to 520 (the day)."},
    {FINDING("'id':'clot','state':'present','weeks_ago':-0.001"), "#/findings/0/weeks_ago",
     "out_of_range", "must be from 0 to 520 (the day)."},
    {FINDING("'id':'reading','state':'present','value':1e300"), "#/findings/0/value",
     "out_of_range", "must be from -50 to 250 (mmHg)."},
    {FINDING("'id':'reading','state':'present','value':-1e300"), "#/findings/0/value",
     "out_of_range", "must be from -50 to 250 (mmHg)."},
    {FINDING("'id':'bleed','state':'present','detail':'much'"), "#/findings/0/detail",
     "not_allowed", "must be one of little, some, lots."},
    {FINDING("'id':'rash','state':'present','areas':['calf','moon']"), "#/findings/0/areas/1",
     "unknown_id", "'moon' is no area we know."},
    {TWO("'id':'cough','state':'present'", "'id':'cough','state':'absent'"), "#/findings/1",
     "contradiction", "says something else of 'cough' than #/findings/0."},
    {TWO("'id':'clot','state':'present','weeks_ago':1", "'id':'clot','state':'present'"),
     "#/findings/1", "contradiction", "says something else of 'clot' than #/findings/0."},
    {"{'none_of':['chst']}", "#/none_of/0", "unknown_id",
     "'chst' is no checklist we know. Did you mean 'chest'?"},
    {"{'none_of':['chest'],'findings':[{'id':'cough','state':'present'}]}", "#/none_of/0",
     "contradiction",
     "'chest' says none of it is present, but #/findings/0 says otherwise of 'cough'."},
    {"{'none_of':['chest'],'findings':[{'id':'fever','state':'unknown'}]}", "#/none_of/0",
     "contradiction",
     "'chest' says none of it is present, but #/findings/0 says otherwise of 'fever'."},
    {"{'medications':[{}]}", "#/medications/0", "missing_member",
     "needs a text, an rxnorm or an atc code."},
    {"{'medications':[{'text':'betaprine'},{'text':'alphadol'}],"
     "'findings':[{'id':'cough','state':'absent'}]}",
     "#/medications/1", "contradiction", "implies 'cough', but #/findings/0 says it is absent."},
    {"{'diagnoses':[{'system':'icd9','code':'I80'}]}", "#/diagnoses/0/system", "unknown_id",
     "'icd9' is no code system we know: icd10cm, snomed, loinc or icpc2."},
    {"{'diagnoses':[{'system':'icd10cm','code':'I80'}],"
     "'findings':[{'id':'clot','state':'absent'}]}",
     "#/diagnoses/0", "contradiction", "implies 'clot', but #/findings/0 says it is absent."},
    {"{'preferences':{'techniques':['sofd']}}", "#/preferences/techniques/0", "unknown_id",
     "'sofd' is no technique we know. Did you mean 'soft'?"},
    {"{'preferences':{'avoid_techniques':['soft','hard']}}", "#/preferences/avoid_techniques/1",
     "unknown_id", "'hard' is no technique we know."},
    {"{'preferences':{'positions':['pron']}}", "#/preferences/positions/0", "unknown_id",
     "'pron' is no position we know. Did you mean 'prone'?"},
    {"{'preferences':{'techniques':['soft'],'avoid_techniques':['soft','mid']}}", "#/preferences",
     "contradiction", "A technique stands under both 'techniques' and 'avoid_techniques'."},
    {"{'clearances':[{'findings':['cogh']}]}", "#/clearances/0/findings/0", "unknown_id",
     "'cogh' is no finding we know. Did you mean 'cough'?"},
    {"{'clearances':[{},{'rules':['T.bose']}]}", "#/clearances/1/rules/0", "unknown_id",
     "'T.bose' is no rule we know. Did you mean 'T.base'?"},
    {"{'clearances':[{'techniques':['sofd']}]}", "#/clearances/0/techniques/0", "unknown_id",
     "'sofd' is no technique we know. Did you mean 'soft'?"},
    {"{'clearances':[{'recorded':'2026-02-30'}]}", "#/clearances/0/recorded", "format",
     "must be a date such as 2026-11-22."},
    {"{'clearances':[{'expires':''}]}", "#/clearances/0/expires", "format",
     "must be a date such as 2026-11-22."},
    {"{'clearances':[{'began':'2026'}]}", "#/clearances/0/began", "format",
     "must be a date such as 2026-11-22."},
    {"{'clearances':[{'recorded':'2026-11-02','expires':'2026-11-01'}]}", "#/clearances/0",
     "contradiction", "'expires' lies before 'recorded'."},
    {"{'techniques':['sofd']}", "#/techniques/0", "unknown_id",
     "'sofd' is no technique we know. Did you mean 'soft'?"},
};

START_TEST(complaint_with_its_place) {
    struct complaints complaints;
    complaints_init(&complaints, &arena);
    ck_assert_ptr_nonnull(intake_of(tiny, complaints_table[_i].json, &arena, &complaints));
    ck_assert_msg(complaints.total == 1, "%s: %zu", complaints_table[_i].json, complaints.total);
    ck_assert_str_eq(complaints.all[0].pointer, complaints_table[_i].pointer);
    ck_assert_str_eq(complaints.all[0].code, complaints_table[_i].code);
    ck_assert_str_eq(complaints.all[0].detail, complaints_table[_i].detail);
}
END_TEST

START_TEST(all_complaints_at_once) {
    struct complaints complaints;
    struct buffer json;
    buffer_init(&json);
    (void)buffer_puts(&json, "{'findings':[");
    for (int i = 0; i < 70; i++)
        (void)buffer_printf(&json, "%s{'id':'zz%d','state':'present'}", i ? "," : "", i);
    (void)buffer_puts(&json, "],'presentations':['zz']}");
    complaints_init(&complaints, &arena);
    ck_assert_ptr_nonnull(intake_of(tiny, json.data, &arena, &complaints));
    ck_assert_uint_eq(complaints.total, 71);
    ck_assert_uint_eq(complaints.count, COMPLAINTS_MAX);
    buffer_free(&json);
}
END_TEST

/* What the contract refuses is skipped here, whatever it is. */
static const char *const odd[] = {
    "[]",
    "[1]",
    "{'age':'old'}",
    "{'age':-1}",
    "{'age':1e300}",
    "{'sex':'fish'}",
    "{'sex':7}",
    "{'pain':7}",
    "{'pain':{'areas':7,'intensity':11,'duration_weeks':-1}}",
    "{'findings':7}",
    "{'findings':[7,[],{},null,{'id':7},{'id':'cough'},{'id':'cough','state':'maybe'}]}",
    "{'findings':[{'id':'bleed','state':'present','detail':7,'weeks_ago':'x','areas':'calf'}]}",
    "{'none_of':'chest'}",
    "{'none_of':[7]}",
    "{'medications':7}",
    "{'diagnoses':[7,{}]}",
    "{'diagnoses':[{'system':'icd10cm','code':7}]}",
    "{'preferences':7}",
    "{'preferences':{'pressure':9,'techniques':7,'positions':[7],'clothed':7}}",
    "{'clearances':[7]}",
    "{'clearances':[{'recorded':7,'findings':7}]}",
    "{'as_of':7}",
    "{'diagnoses':[{'system':'icd10cm','code':'I80','weeks_ago':1e300}]}",
};

START_TEST(odd_shapes_are_skipped) {
    struct intake *intake = good_intake(tiny, odd[_i], &arena);
    ck_assert_ptr_nonnull(intake);
    ck_assert_int_eq(intake->as_of, TINY_TODAY);
    for (int i = 0; i < INTAKE_NUMBERS; i++)
        ck_assert_int_eq(intake->numbers[i], -1);
    ck_assert_int_eq((int)intake->sex, (int)SEX_UNKNOWN);
    ck_assert_uint_eq(intake->pain_areas, 0);
    ck_assert_int_eq(intake->preferences.pressure, 0);
    for (unsigned f = 0; f < tiny->finding_count; f++)
        if (intake->answers[f].given & ATTRIBUTE_WEEKS_AGO)
            ck_assert_int_le(intake->answers[f].number, tiny->findings[f].max);
}
END_TEST

/* ---- what an answer becomes ---- */

static const struct {
    const char *json, *finding;
    enum answer_state state;
    unsigned given;
    int64_t number;
    area_set areas;
    int detail;
    enum origin origin;
} answers[] = {
    {"{}", "cough", ANSWER_NOT_ASKED, 0, 0, 0, 0, ORIGIN_STATED},
    {FINDING("'id':'cough','state':'absent'"), "cough", ANSWER_ABSENT, 0, 0, 0, 0, ORIGIN_STATED},
    {FINDING("'id':'cough','state':'unknown'"), "cough", ANSWER_UNSURE, 0, 0, 0, 0, ORIGIN_STATED},
    {FINDING("'id':'clot','state':'present','weeks_ago':0.15,'areas':['calf','thigh']"), "clot",
     ANSWER_PRESENT, ATTRIBUTE_WEEKS_AGO | ATTRIBUTE_AREAS, 150, 6, 0, ORIGIN_STATED},
    {FINDING("'id':'clot','state':'present','areas':[]"), "clot", ANSWER_PRESENT, 0, 0, 0, 0,
     ORIGIN_STATED},
    {FINDING("'id':'reading','state':'present','value':-50"), "reading", ANSWER_PRESENT,
     ATTRIBUTE_VALUE, -50000, 0, 0, ORIGIN_STATED},
    {FINDING("'id':'reading','state':'present'"), "reading", ANSWER_NOT_ASKED, 0, 0, 0, 0,
     ORIGIN_STATED},
    {FINDING("'id':'bleed','state':'present','detail':'lots'"), "bleed", ANSWER_PRESENT,
     ATTRIBUTE_DETAIL, 0, 0, 2, ORIGIN_STATED},
    {TWO("'id':'cough','state':'present'", "'id':'cough','state':'present'"), "cough",
     ANSWER_PRESENT, 0, 0, 0, 0, ORIGIN_STATED},
    {TWO("'id':'clot','state':'present','weeks_ago':3,'areas':['calf','thigh']",
         "'id':'clot','state':'present','areas':['thigh','calf'],'weeks_ago':3.0"),
     "clot", ANSWER_PRESENT, ATTRIBUTE_WEEKS_AGO | ATTRIBUTE_AREAS, 3000, 6, 0, ORIGIN_STATED},
    {"{'none_of':['chest']}", "fever", ANSWER_ABSENT, 0, 0, 0, 0, ORIGIN_NONE_OF},
    {"{'none_of':['chest','chest']}", "fever", ANSWER_ABSENT, 0, 0, 0, 0, ORIGIN_NONE_OF},
    {"{'none_of':['chest']}", "reading", ANSWER_NOT_ASKED, 0, 0, 0, 0, ORIGIN_STATED},
    {"{'none_of':['chest'],'findings':[{'id':'fever','state':'absent'}]}", "fever", ANSWER_ABSENT,
     0, 0, 0, 0, ORIGIN_STATED},
    {"{'medications':[{'text':'Alphadol 5 mg'}]}", "cough", ANSWER_PRESENT, 0, 0, 0, 0,
     ORIGIN_MEDICINE},
    {"{'medications':[{'rxnorm':'11'}]}", "cough", ANSWER_PRESENT, 0, 0, 0, 0, ORIGIN_MEDICINE},
    {"{'medications':[{'rxnorm':'99','atc':'X01AA09'}]}", "rash", ANSWER_PRESENT, 0, 0, 0, 0,
     ORIGIN_MEDICINE},
    {"{'medications':[{'rxnorm':'99','atc':'Y','text':'alphadol'}]}", "cough", ANSWER_PRESENT, 0, 0,
     0, 0, ORIGIN_MEDICINE},
    {"{'medications':[{'text':'alphadol'}],'findings':[{'id':'cough','state':'unknown'}]}", "cough",
     ANSWER_PRESENT, 0, 0, 0, 0, ORIGIN_MEDICINE},
    {"{'medications':[{'text':'alphadol'}],'findings':[{'id':'cough','state':'present'}]}", "cough",
     ANSWER_PRESENT, 0, 0, 0, 0, ORIGIN_STATED},
    {"{'diagnoses':[{'system':'icd10cm','code':'I80.2','weeks_ago':7}]}", "clot", ANSWER_PRESENT,
     ATTRIBUTE_WEEKS_AGO | ATTRIBUTE_AREAS, 7000, 4, 0, ORIGIN_DIAGNOSIS},
    {"{'diagnoses':[{'system':'icd10cm','code':'I80','weeks_ago':7}],"
     "'findings':[{'id':'clot','state':'present','weeks_ago':9}]}",
     "clot", ANSWER_PRESENT, ATTRIBUTE_WEEKS_AGO | ATTRIBUTE_AREAS, 9000, 2, 0, ORIGIN_STATED},
    {"{'diagnoses':[{'system':'icd10cm','code':'R58','weeks_ago':7}]}", "bleed", ANSWER_PRESENT,
     ATTRIBUTE_DETAIL, 0, 0, 2, ORIGIN_DIAGNOSIS},
    {"{'diagnoses':[{'system':'icd10cm','code':'Z99'}]}", "clot", ANSWER_NOT_ASKED, 0, 0, 0, 0,
     ORIGIN_STATED},
    {"{'presentations':['clot_pain'],'pain':{'duration_weeks':5,'areas':['calf']}}", "clot",
     ANSWER_PRESENT, ATTRIBUTE_WEEKS_AGO | ATTRIBUTE_AREAS, 5000, 2, 0, ORIGIN_PRESENTATION},
    {"{'presentations':['clot_pain']}", "clot", ANSWER_PRESENT, 0, 0, 0, 0, ORIGIN_PRESENTATION},
    {"{'presentations':['clot_pain'],'findings':[{'id':'clot','state':'absent'}]}", "clot",
     ANSWER_ABSENT, 0, 0, 0, 0, ORIGIN_STATED},
};

START_TEST(answer_becomes) {
    struct intake *intake = good_intake(tiny, answers[_i].json, &arena);
    ck_assert_ptr_nonnull(intake);
    const struct answer *answer = &intake->answers[finding_number(tiny, answers[_i].finding)];
    ck_assert_int_eq((int)answer->state, (int)answers[_i].state);
    ck_assert_uint_eq(answer->given, answers[_i].given);
    if (answer->given & (ATTRIBUTE_WEEKS_AGO | ATTRIBUTE_VALUE))
        ck_assert_int_eq(answer->number, answers[_i].number);
    ck_assert_uint_eq(answer->areas, answers[_i].areas);
    ck_assert_int_eq(answer->detail, answers[_i].detail);
    ck_assert_int_eq((int)answer->origin, (int)answers[_i].origin);
    ck_assert(!answer_lacks(answer, answer->given) || answer->given == 0);
}
END_TEST

/* In a refused request the worse answer is kept, whichever came first. */
START_TEST(the_worse_of_a_contradiction) {
    static const char *const bodies[] = {
        TWO("'id':'cough','state':'present'", "'id':'cough','state':'absent'"),
        TWO("'id':'cough','state':'absent'", "'id':'cough','state':'present'"),
        "{'none_of':['chest'],'findings':[{'id':'cough','state':'present'}]}",
    };
    for (size_t i = 0; i < 3; i++) {
        struct complaints complaints;
        complaints_init(&complaints, &arena);
        struct intake *intake = intake_of(tiny, bodies[i], &arena, &complaints);
        ck_assert_uint_eq(complaints.total, 1);
        ck_assert_int_eq((int)intake->answers[finding_number(tiny, "cough")].state,
                         (int)ANSWER_PRESENT);
    }
}
END_TEST

START_TEST(the_rest_of_the_body) {
    struct intake *intake = good_intake(
        tiny,
        "{'as_of':'2026-01-31','age':44,'sex':'male','pain':{'intensity':3.5,'duration_weeks':2},"
        "'presentations':[],'medications':[{'text':'alphatol'},{'text':'what'},"
        "{'text':'alphadol and betaprine'}],'diagnoses':[{'system':'snomed','code':'49727002'}],"
        "'preferences':{'pressure':2,'techniques':['soft'],'avoid_techniques':['firm'],"
        "'positions':['supine'],'therapist_gender':'female','clothed':true},"
        "'clearances':[{'recorded':'2026-01-01','role':'doctor','by':'e\\u0301','reason':'r'},"
        "{'findings':['cough','fever'],'rules':['T.base'],'techniques':['mid'],"
        "'recorded':'2026-01-01','expires':'2026-02-01','began':'2025-12-01'}],"
        "'techniques':['mid','soft']}",
        &arena);
    ck_assert_ptr_nonnull(intake);
    ck_assert_int_eq(intake->as_of, date_days("2026-01-31"));
    ck_assert_int_eq(intake->numbers[INTAKE_AGE], 44000);
    ck_assert_int_eq(intake->numbers[INTAKE_PAIN_INTENSITY], 3500);
    ck_assert_int_eq(intake->numbers[INTAKE_PAIN_WEEKS], 2000);
    ck_assert_int_eq((int)intake->sex, (int)SEX_MALE);
    ck_assert(intake->presentations_given && !intake->presentations && !intake->pain_areas_given);
    ck_assert(intake->unmatched_medicine);
    ck_assert_uint_eq(intake->medicine_count, 4);
    ck_assert_str_eq(intake->medicines[0].name, "alphatol");
    ck_assert_ptr_null(intake->medicines[1].name);
    ck_assert_str_eq(intake->medicines[1].given, "what");
    ck_assert_str_eq(intake->medicines[2].name, "alphadol");
    ck_assert_str_eq(intake->medicines[3].name, "betaprine");
    ck_assert(intake->medicines[3].no_rule && !intake->medicines[2].no_rule);
    ck_assert(intake->answers[finding_number(tiny, "fever")].wanted); /* by alphatol */
    ck_assert(intake->answers[finding_number(tiny, "cough")].wanted); /* by the code */
    ck_assert_int_eq(intake->preferences.pressure, 2);
    ck_assert_uint_eq(intake->preferences.techniques, 1);
    ck_assert_uint_eq(intake->preferences.avoided, 2);
    ck_assert_uint_eq(intake->preferences.positions, 2);
    ck_assert_str_eq(intake->preferences.therapist_gender, "female");
    ck_assert(intake->preferences.clothed);
    ck_assert_uint_eq(intake->asked_techniques, 5);
    ck_assert_uint_eq(intake->clearance_count, 2);
    const struct clearance *first = &intake->clearances[0], *second = &intake->clearances[1];
    ck_assert_uint_eq(first->techniques, UINT32_MAX);
    ck_assert_int_eq(first->expires, date_days("2026-04-02")); /* 13 weeks */
    ck_assert_int_eq(first->began, INT_MIN);
    ck_assert_uint_eq(first->finding_count + first->rule_count, 0);
    ck_assert_uint_eq(second->finding_count, 2);
    ck_assert_uint_eq(second->rule_count, 1);
    ck_assert_uint_eq(second->techniques, 4);
    ck_assert_int_eq(second->expires, date_days("2026-02-01"));
    ck_assert_int_eq(second->began, date_days("2025-12-01"));
}
END_TEST

/* ---- one form for intakes that mean the same ---- */

static char *canonical(const char *json) {
    struct buffer out;
    struct intake *intake = good_intake(tiny, json, &arena);
    ck_assert_msg(intake != NULL, "%s", json);
    buffer_init(&out);
    intake_canonical(intake, &out);
    ck_assert(!out.failed);
    json_t *parsed = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(parsed);
    json_decref(parsed);
    return buffer_steal(&out, NULL);
}

static const struct {
    const char *a, *b;
    bool same;
} pairs[] = {
    {"{}", "{'as_of':'2026-11-22'}", true},
    {"{}", "{'findings':[],'none_of':[],'medications':[],'diagnoses':[],'clearances':[]}", true},
    {"{'age':40,'sex':'male'}", "{'sex':'male','age':40.0}", true},
    {TWO("'id':'cough','state':'present'", "'id':'fever','state':'absent'"),
     TWO("'state':'absent','id':'fever'", "'id':'cough','state':'present'"), true},
    {FINDING("'id':'cough','state':'present'"),
     TWO("'id':'cough','state':'present'", "'id':'cough','state':'present'"), true},
    {FINDING("'id':'clot','state':'present','areas':['calf','thigh'],'weeks_ago':2"),
     FINDING("'id':'clot','state':'present','weeks_ago':2.0,'areas':['thigh','calf','calf']"),
     true},
    {"{'pain':{'areas':['calf','low_back'],'intensity':5}}",
     "{'pain':{'intensity':5,'areas':['low_back','calf']}}", true},
    {"{'presentations':['clot_pain','nslbp_acute']}",
     "{'presentations':['nslbp_acute','clot_pain']}", true},
    {"{'medications':[{'text':'alphadol'},{'text':'betaprine'},{'text':'what'}]}",
     "{'medications':[{'text':'what'},{'text':'betaprine'},{'text':'alphadol'}]}", true},
    {"{'diagnoses':[{'system':'icd10cm','code':'I80'},{'system':'icd10cm','code':'R58'}]}",
     "{'diagnoses':[{'code':'R58','system':'icd10cm'},{'code':'I80','system':'icd10cm'}]}", true},
    {"{'preferences':{'techniques':['soft','mid'],'positions':['prone','supine']}}",
     "{'preferences':{'positions':['supine','prone'],'techniques':['mid','soft']}}", true},
    {"{'techniques':['soft','mid']}", "{'techniques':['mid','soft']}", true},
    {"{'none_of':['chest']}", TWO("'id':'cough','state':'absent'", "'id':'fever','state':'absent'"),
     true},
    {"{'clearances':[{'recorded':'2026-11-01','findings':['cough','fever']},"
     "{'recorded':'2026-10-01','techniques':['soft']}]}",
     "{'clearances':[{'recorded':'2026-10-01','techniques':['soft']},"
     "{'recorded':'2026-11-01','findings':['fever','cough']}]}",
     true},
    /* and what does not mean the same */
    {"{}", "{'as_of':'2026-11-23'}", false},
    {"{}", "{'age':40}", false},
    {"{}", "{'presentations':[]}", false},
    {"{}", FINDING("'id':'cough','state':'unknown'"), false},
    {FINDING("'id':'cough','state':'unknown'"), FINDING("'id':'cough','state':'absent'"), false},
    {FINDING("'id':'cough','state':'absent'"), FINDING("'id':'fever','state':'absent'"), false},
    {FINDING("'id':'clot','state':'present','weeks_ago':2"),
     FINDING("'id':'clot','state':'present','weeks_ago':2.001"), false},
    {FINDING("'id':'bleed','state':'present'"),
     FINDING("'id':'bleed','state':'present','detail':'little'"), false},
    {"{'medications':[{'text':'alphatol'}]}", "{}", false},
    {"{'medications':[{'text':'what'}]}", "{'medications':[{'text':'that'}]}", false},
    {"{'clearances':[{'recorded':'2026-11-01'}]}", "{'clearances':[{'recorded':'2026-11-02'}]}",
     false},
    {"{'clearances':[{'recorded':'2026-11-01'}]}",
     "{'clearances':[{'recorded':'2026-11-01','techniques':['soft']}]}", false},
    {"{'preferences':{'pressure':2}}", "{'preferences':{'pressure':3}}", false},
    {"{'techniques':['soft']}", "{}", false},
};

/* The contract refuses so many; reading each would hold a thread for seconds. */
START_TEST(more_medicines_than_can_be_read) {
    struct complaints complaints;
    json_t *list = json_array(), *body = json_pack("{s:o}", "medications", list);
    for (int i = 0; i < 5000; i++)
        ck_assert_int_eq(json_array_append_new(list, json_pack("{s:s}", "text", "warfarin")), 0);
    complaints_init(&complaints, &arena);
    struct intake *intake = intake_read(tiny, body, TINY_TODAY, &arena, &complaints);
    ck_assert_ptr_nonnull(intake);
    ck_assert_uint_eq(intake->medicine_count, 100);
    ck_assert_msg(intake->unmatched_medicine, "what was not read could be anything");
    json_decref(body);
}
END_TEST

START_TEST(canonical_forms) {
    char *a = canonical(pairs[_i].a), *b = canonical(pairs[_i].b);
    ck_assert_msg((strcmp(a, b) == 0) == pairs[_i].same, "%s\n%s", a, b);
    free(a);
    free(b);
}
END_TEST

Suite *intake_suite(void) {
    Suite *suite = suite_create("intake");
    TCase *tcase = tcase_create("intake");
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, complaint_with_its_place, 0,
                        (int)(sizeof complaints_table / sizeof *complaints_table));
    tcase_add_test(tcase, all_complaints_at_once);
    tcase_add_loop_test(tcase, odd_shapes_are_skipped, 0, (int)(sizeof odd / sizeof *odd));
    tcase_add_loop_test(tcase, answer_becomes, 0, (int)(sizeof answers / sizeof *answers));
    tcase_add_test(tcase, the_worse_of_a_contradiction);
    tcase_add_test(tcase, the_rest_of_the_body);
    tcase_add_test(tcase, more_medicines_than_can_be_read);
    tcase_add_loop_test(tcase, canonical_forms, 0, (int)(sizeof pairs / sizeof *pairs));
    suite_add_tcase(suite, tcase);
    return suite;
}
