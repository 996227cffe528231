/* From rules that hold to verdicts: doubt, clearances, and every kind of limit. */
#include "engine/outcome.h"

#include <check.h>
#include <string.h>

#include "engine/decision.h"
#include "tiny_release.h"

Suite *outcome_suite(void);

enum { SOFT = 1, FIRM = 2, MID = 4, ALL = 7, PRONE = 1, SUPINE = 2 };

static struct arena arena;

static void begin(void) {
    arena_init(&arena, 1 << 16);
}

static void end(void) {
    arena_free(&arena);
}

/* Decides for an adult of 40 who said no to everything the JSON does not mention. */
static const struct decision *decided(const struct knowledge *knowledge, const char *json) {
    struct intake *intake = good_intake(knowledge, json, &arena);
    ck_assert_msg(intake != NULL, "%s", json);
    for (unsigned f = 0; f < knowledge->finding_count; f++)
        if (intake->answers[f].state == ANSWER_NOT_ASKED && !knowledge->findings[f].derived)
            intake->answers[f].state = ANSWER_ABSENT;
    if (intake->numbers[INTAKE_AGE] < 0)
        intake->numbers[INTAKE_AGE] = 40000;
    const struct decision *decision = decide(intake, DECIDE_OUTCOME, &arena);
    ck_assert_ptr_nonnull(decision);
    return decision;
}

static const struct acting *acting_rule(const struct decision *decision, const char *id) {
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct acting *acting = &decision->outcome.acting[i];
        if (strcmp(decision->knowledge->rules[acting->rule].id, id) == 0)
            return acting;
    }
    return NULL;
}

/* ---- doubt ---- */

static const char *const effects[] = {"NONE", "TECH",      "MOD",    "LOC",      "CLR",
                                      "ABS",  "clinician", "urgent", "emergency"};
static const char *const unknowns[] = {"ignore", "caution", "clearance", "ask_again"};

/* What a rule acts as when somebody was not sure; "-" when it does not act. */
static const char *const softened[9][4] = {
    {"NONE", "NONE", "NONE", "NONE"}, {"-", "TECH", "TECH", "TECH"},
    {"-", "MOD", "MOD", "MOD"},       {"-", "LOC", "LOC", "LOC"},
    {"-", "-", "CLR", "CLR"},         {"-", "-", "CLR", "CLR"},
    {"-", "-", "CLR", "clinician"},   {"-", "-", "CLR", "clinician"},
    {"-", "-", "CLR", "clinician"},
};

static struct knowledge *grid(const char *condition) {
    static char ids[36][24];
    struct tiny_rule rules[36];
    for (size_t i = 0; i < 36; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "S.%s.%s", effects[i / 4], unknowns[i % 4]);
        rules[i] = (struct tiny_rule){ids[i], condition, effects[i / 4], unknowns[i % 4],
                                      "'modifications':['slowly']"};
    }
    return tiny_release(rules, 36);
}

static void check_grid(const struct decision *decision, bool certain, bool doubtful) {
    for (size_t i = 0; i < 36; i++) {
        char id[24];
        (void)snprintf(id, sizeof id, "S.%s.%s", effects[i / 4], unknowns[i % 4]);
        const char *expected = certain ? effects[i / 4] : softened[i / 4][i % 4];
        const struct acting *acting = acting_rule(decision, id);
        const char *effect = acting ? effect_name((enum effect)acting->effect) : "-";
        ck_assert_msg(strcmp(effect, expected) == 0, "%s acts as %s, not %s", id, effect, expected);
        if (acting)
            ck_assert_int_eq(acting->doubtful, doubtful);
    }
}

START_TEST(softening) {
    struct knowledge *knowledge = grid("cough");
    ck_assert_ptr_nonnull(knowledge);
    check_grid(decided(knowledge, "{'findings':[{'id':'cough','state':'unknown'}]}"), false, true);
    check_grid(decided(knowledge, "{'findings':[{'id':'cough','state':'present'}]}"), true, false);
    ck_assert_uint_eq(decided(knowledge, "{}")->outcome.acting_count, 0);
    knowledge_free(knowledge);
}
END_TEST

/* When or how much was not said: the rule acts in full. Which kind: as "not sure". */
START_TEST(what_was_not_said) {
    struct knowledge *knowledge = grid("clot.weeks_ago < 13");
    ck_assert_ptr_nonnull(knowledge);
    check_grid(decided(knowledge, "{'findings':[{'id':'clot','state':'present'}]}"), true, true);
    check_grid(decided(knowledge, "{'findings':[{'id':'clot','state':'unknown'}]}"), false, true);
    knowledge_free(knowledge);
    knowledge = grid("bleed.detail >= some");
    ck_assert_ptr_nonnull(knowledge);
    check_grid(decided(knowledge, "{'findings':[{'id':'bleed','state':'present'}]}"), false, true);
    knowledge_free(knowledge);
}
END_TEST

/* ---- clearances ---- */

static const struct tiny_rule clearance_rules[] = {
    {"C.clr", "cough", "CLR", NULL, NULL},
    {"C.clinician", "fever", "clinician", NULL, NULL},
    {"C.some", "tired", "CLR", NULL, "'withholds':['FIRM']"},
    {"C.abs", "rash", "ABS", NULL, "'restricts':['soft']"},
    {"C.urgent", "clot.weeks_ago < 13", "urgent", NULL, NULL},
};

static struct knowledge *clearable;

static void setup_clearances(void) {
    clearable = tiny_release(clearance_rules, sizeof clearance_rules / sizeof *clearance_rules);
}

static void teardown_clearances(void) {
    knowledge_free(clearable);
}

#define CLEARED(finding, clearance)                                                                \
    "{'findings':[{'id':" finding "}],'clearances':[{" clearance "}]}"
#define COUGH "'cough','state':'present'"
#define FEVER "'fever','state':'present'"
#define TIRED "'tired','state':'present'"
#define RASH "'rash','state':'present'"
#define CLOT(weeks) "'clot','state':'present','weeks_ago':" weeks

static const struct {
    const char *json, *rule;
    technique_set lifted, waiting;
    enum triage triage;
} clearances[] = {
    {"{'findings':[{'id':" COUGH "}]}", "C.clr", 0, ALL, TRIAGE_SELF_CARE},
    {CLEARED(COUGH, "'recorded':'2026-11-01'"), "C.clr", ALL, 0, TRIAGE_SELF_CARE},
    {CLEARED(COUGH, "'recorded':'2026-11-22'"), "C.clr", ALL, 0, TRIAGE_SELF_CARE},
    {CLEARED(COUGH, "'recorded':'2026-11-23'"), "C.clr", 0, ALL, TRIAGE_SELF_CARE}, /* tomorrow */
    {CLEARED(COUGH, "'recorded':'2026-08-23'"), "C.clr", ALL, 0, TRIAGE_SELF_CARE}, /* 13 weeks */
    {CLEARED(COUGH, "'recorded':'2026-08-22'"), "C.clr", 0, ALL, TRIAGE_SELF_CARE}, /* and a day */
    {CLEARED(COUGH, "'recorded':'2025-01-01','expires':'2026-11-22'"), "C.clr", ALL, 0,
     TRIAGE_SELF_CARE},
    {CLEARED(COUGH, "'recorded':'2026-11-01','expires':'2026-11-21'"), "C.clr", 0, ALL,
     TRIAGE_SELF_CARE},
    {CLEARED(COUGH, "'role':'doctor'"), "C.clr", 0, ALL, TRIAGE_SELF_CARE}, /* when? */
    {CLEARED(COUGH, "'recorded':'2026-11-01','rules':['C.clr']"), "C.clr", ALL, 0,
     TRIAGE_SELF_CARE},
    {CLEARED(COUGH, "'recorded':'2026-11-01','rules':['C.clinician']"), "C.clr", 0, ALL,
     TRIAGE_SELF_CARE},
    {CLEARED(COUGH, "'recorded':'2026-11-01','findings':['cough']"), "C.clr", ALL, 0,
     TRIAGE_SELF_CARE},
    {CLEARED(COUGH, "'recorded':'2026-11-01','findings':['fever']"), "C.clr", 0, ALL,
     TRIAGE_SELF_CARE},
    {CLEARED(COUGH, "'recorded':'2026-11-01','techniques':['soft']"), "C.clr", SOFT, FIRM | MID,
     TRIAGE_SELF_CARE},
    {CLEARED(TIRED, "'recorded':'2026-11-23'"), "C.some", 0, FIRM | MID, TRIAGE_SELF_CARE},
    {CLEARED(TIRED, "'recorded':'2026-11-01','techniques':['mid']"), "C.some", MID, FIRM,
     TRIAGE_SELF_CARE},
    /* a clinician's rule: its level falls only when everything is cleared */
    {CLEARED(FEVER, "'recorded':'2026-11-23'"), "C.clinician", 0, ALL, TRIAGE_CLINICIAN},
    {CLEARED(FEVER, "'recorded':'2026-11-01'"), "C.clinician", ALL, 0, TRIAGE_SELF_CARE},
    {CLEARED(FEVER, "'recorded':'2026-11-01','techniques':['soft','mid']"), "C.clinician",
     SOFT | MID, FIRM, TRIAGE_CLINICIAN},
    /* nobody lifts an absolute rule */
    {CLEARED(RASH, "'recorded':'2026-11-01'"), "C.abs", 0, 0, TRIAGE_SELF_CARE},
    {CLEARED(RASH, "'recorded':'2026-11-01','rules':['C.abs']"), "C.abs", 0, 0, TRIAGE_SELF_CARE},
    /* urgent: only by name, and only what the clinician saw */
    {CLEARED(CLOT("2"), "'recorded':'2026-11-10'"), "C.urgent", 0, 0, TRIAGE_URGENT},
    {CLEARED(CLOT("2"), "'recorded':'2026-11-10','rules':['C.urgent']"), "C.urgent", ALL, 0,
     TRIAGE_SELF_CARE},
    {CLEARED(CLOT("2"), "'recorded':'2026-11-08','findings':['clot']"), "C.urgent", ALL, 0,
     TRIAGE_SELF_CARE}, /* it began that day */
    {CLEARED(CLOT("2"), "'recorded':'2026-11-07','findings':['clot']"), "C.urgent", 0, 0,
     TRIAGE_URGENT}, /* it began a day later */
    {CLEARED(CLOT("2"), "'recorded':'2026-11-10','findings':['cough']"), "C.urgent", 0, 0,
     TRIAGE_URGENT},
    {CLEARED("'clot','state':'present'", "'recorded':'2026-11-10','findings':['clot']"), "C.urgent",
     0, 0, TRIAGE_URGENT}, /* nobody said when it began */
    {CLEARED("'clot','state':'present'",
             "'recorded':'2026-11-10','findings':['clot'],'began':'2026-11-10'"),
     "C.urgent", ALL, 0, TRIAGE_SELF_CARE},
    {CLEARED("'clot','state':'present'",
             "'recorded':'2026-11-10','findings':['clot'],'began':'2026-11-11'"),
     "C.urgent", 0, 0, TRIAGE_URGENT},
    {CLEARED(CLOT("2"), "'recorded':'2026-11-10','rules':['C.urgent'],'techniques':['soft']"),
     "C.urgent", SOFT, 0, TRIAGE_URGENT},
};

START_TEST(clearance) {
    const struct decision *decision = decided(clearable, clearances[_i].json);
    const struct acting *acting = acting_rule(decision, clearances[_i].rule);
    ck_assert_ptr_nonnull(acting);
    ck_assert_uint_eq(acting->lifted & ALL, clearances[_i].lifted);
    ck_assert_uint_eq(acting->waiting & ALL, clearances[_i].waiting);
    ck_assert_int_eq((int)decision->outcome.triage, (int)clearances[_i].triage);
    for (unsigned t = 0; t < 3; t++) {
        enum verdict verdict = (enum verdict)decision->outcome.limits[t].verdict;
        if (clearances[_i].triage >= TRIAGE_URGENT)
            ck_assert_int_eq((int)verdict, (int)VERDICT_CONTRAINDICATED);
        else if (clearances[_i].waiting >> t & 1)
            ck_assert_int_eq((int)verdict, (int)VERDICT_NEEDS_CLEARANCE);
        else if (strcmp(clearances[_i].rule, "C.abs") == 0 && t == 0)
            ck_assert_int_eq((int)verdict, (int)VERDICT_CONTRAINDICATED);
        else
            ck_assert_int_eq((int)verdict, (int)VERDICT_CAUTION);
    }
}
END_TEST

/* ---- limits ---- */

/* One rule at a time, and what it does to the three techniques: S suitable, C caution, U
 * undetermined, N needs clearance, X contraindicated. */
static const struct {
    const char *effect, *more, *json, *verdicts;
} limit_rules[] = {
    {"TECH", "'restricts':['firm']", "'cough','state':'present'", "CXC"},
    {"TECH", "'restricts':['FIRM']", "'cough','state':'present'", "CXX"},
    {"TECH", "'restricts':['firm#neck']", "'cough','state':'present'", "CCC"},
    {"LOC", "'restricts':['FIRM@calf']", "'cough','state':'present'", "CCC"},
    {"LOC", "'restricts':['soft@TRUNK','soft@LEG']", "'cough','state':'present'", "XCC"},
    {"ABS", NULL, "'cough','state':'present'", "XXX"},
    {"ABS", "'restricts':['soft']", "'cough','state':'present'", "XCC"},
    {"CLR", NULL, "'cough','state':'present'", "NNN"},
    {"CLR", "'restricts':['ALL']", "'cough','state':'present'", "NNN"},
    {"CLR", "'restricts':['soft']", "'cough','state':'present'", "XNN"},
    {"CLR", "'withholds':['mid']", "'cough','state':'present'", "CCN"},
    {"clinician", NULL, "'cough','state':'present'", "NNN"},
    {"urgent", NULL, "'cough','state':'present'", "XXX"},
    {"emergency", "'restricts':['ALL']", "'cough','state':'present'", "XXX"},
    {"MOD", "'pressure_cap':2", "'cough','state':'present'", "CXC"},
    {"MOD", "'pressure_cap':1", "'cough','state':'present'", "CXX"},
    {"MOD", "'pressure_cap':1,'scope':['mid']", "'cough','state':'present'", "CCX"},
    {"MOD", "'pressure_cap':1,'scope':['mid@calf']", "'cough','state':'present'", "CCC"},
    {"MOD", "'block_positions':['prone']", "'cough','state':'present'", "CXC"},
    {"MOD", "'block_positions':['prone','supine'],'scope':['soft']", "'cough','state':'present'",
     "XCC"},
    {"MOD", "'minutes_max':15", "'cough','state':'present'", "CCC"},
    {"MOD", "'expert_only':['mid']", "'cough','state':'present'", "CCC"},
    {"LOC", "'avoid_areas':['TRUNK','LEG']", "'cough','state':'present'", "XXX"},
    {"LOC", "'avoid_areas':['calf']", "'cough','state':'present'", "CCC"},
    {"NONE", "'restricts':['soft']", "'cough','state':'absent'", "SSS"},
    /* where a finding is: nobody said where */
    {"LOC", "'restricts':['ALL@areas:rash']", "'rash','state':'present'", "UUU"},
    {"LOC", "'restricts':['soft@areas:rash']", "'rash','state':'present'", "UCC"},
    {"LOC", "'restricts':['soft@areas:rash']", "'rash','state':'present','areas':['calf']", "CCC"},
    {"LOC", "'restricts':['soft@areas:rash']",
     "'rash','state':'present','areas':['calf','thigh','low_back']", "XCC"},
    {"LOC", "'avoid_areas':['areas:rash']", "'rash','state':'present'", "UUU"},
    {"LOC", "'avoid_areas':['areas:rash']",
     "'rash','state':'present','areas':['calf','thigh','low_back']", "XXX"},
    {"MOD", "'pressure_cap':1,'scope':['firm@areas:rash']", "'rash','state':'present'", "CUC"},
    {"MOD", "'pressure_cap':1,'scope':['firm@areas:rash']",
     "'rash','state':'present','areas':['calf']", "CCC"},
};

START_TEST(limits) {
    const struct tiny_rule rule = {"L.rule", "any(cough, rash)", limit_rules[_i].effect, NULL,
                                   limit_rules[_i].more};
    char json[200];
    struct knowledge *knowledge = tiny_release(&rule, 1);
    ck_assert_ptr_nonnull(knowledge);
    (void)snprintf(json, sizeof json, "{'findings':[{'id':%s}]}", limit_rules[_i].json);
    const struct decision *decision = decided(knowledge, json);
    for (unsigned t = 0; t < 3; t++) {
        char verdict = "SCUNX"[decision->outcome.limits[t].verdict];
        ck_assert_msg(verdict == limit_rules[_i].verdicts[t], "%s of %s: %c, not %c",
                      knowledge->techniques[t].id, limit_rules[_i].more, verdict,
                      limit_rules[_i].verdicts[t]);
    }
    knowledge_free(knowledge);
}
END_TEST

/* The tightest of several limits wins, for the techniques and areas each is about. */
START_TEST(limits_add_up) {
    static const struct tiny_rule rules[] = {
        {"L.a", "cough", "MOD", NULL, "'pressure_cap':4,'minutes_max':40"},
        {"L.b", "cough", "MOD", NULL, "'pressure_cap':3,'scope':['firm@LEG'],'minutes_max':25"},
        {"L.c", "cough", "MOD", NULL, "'pressure_cap':2,'scope':['FIRM@calf']"},
        {"L.d", "cough", "LOC", NULL, "'restricts':['mid@thigh'],'avoid_areas':['low_back']"},
        {"L.e", "cough", "MOD", NULL, "'block_positions':['prone'],'scope':['soft','mid']"},
        {"L.f", "cough", "TECH", NULL, "'expert_only':['mid'],'modifications':['warmly']"},
    };
    struct knowledge *knowledge = tiny_release(rules, 6);
    ck_assert_ptr_nonnull(knowledge);
    const struct decision *decision =
        decided(knowledge, "{'findings':[{'id':'cough','state':'present'}]}");
    const struct limits *soft = &decision->outcome.limits[0], *firm = &decision->outcome.limits[1],
                        *mid = &decision->outcome.limits[2];
    ck_assert_int_eq(soft->cap, 2);
    ck_assert_int_eq(firm->cap, 4);
    ck_assert_int_eq(mid->cap, 4);
    static const uint8_t firm_caps[] = {5, 2, 3}, mid_caps[] = {5, 2, 5};
    ck_assert_mem_eq(firm->area_caps, firm_caps, 3);
    ck_assert_mem_eq(mid->area_caps, mid_caps, 3);
    ck_assert_uint_eq(soft->minutes_max, 40);
    ck_assert_uint_eq(firm->minutes_max, 25);
    ck_assert_uint_eq(mid->minutes_max, 40);
    ck_assert_uint_eq(soft->positions, SUPINE);
    ck_assert_uint_eq(firm->positions, PRONE);
    ck_assert_uint_eq(mid->positions, SUPINE);
    ck_assert_uint_eq(soft->avoid, 1);
    ck_assert_uint_eq(mid->avoid, 1 | 4);
    ck_assert(mid->expert && !soft->expert && !firm->expert);
    ck_assert_uint_eq(decision->outcome.modifications[0], 3);
    ck_assert_uint_eq(decision->outcome.avoid, 1);
    knowledge_free(knowledge);
}
END_TEST

/* An answer nobody was asked for leaves open what it could still change, and no more. */
START_TEST(open_questions) {
    static const struct tiny_rule rules[] = {
        {"O.a", "age >= 90", "TECH", NULL, "'restricts':['firm']"},
        {"O.b", "always", "MOD", NULL, "'modifications':['slowly']"},
        {"O.c", "sex = female", "MOD", NULL, "'modifications':['slowly'],'dose_only':true"},
        {"O.d", "pain.intensity >= 9", "NONE", NULL, NULL},
    };
    struct knowledge *knowledge = tiny_release(rules, 4);
    ck_assert_ptr_nonnull(knowledge);
    const struct decision *decision = decided(knowledge, "{'age':40}");
    for (unsigned t = 0; t < 3; t++)
        ck_assert_int_eq(decision->outcome.limits[t].verdict, VERDICT_SUITABLE);
    struct intake *intake = (struct intake *)(uintptr_t)decision->intake;
    intake->answers[finding_number(knowledge, "cough")].state = ANSWER_NOT_ASKED;
    decision = decide(intake, DECIDE_OUTCOME, &arena);
    for (unsigned t = 0; t < 3; t++)
        ck_assert_int_eq(decision->outcome.limits[t].verdict, VERDICT_UNDETERMINED);
    ck_assert_int_eq(decision->outcome.root, -1);
    knowledge_free(knowledge);
}
END_TEST

START_TEST(names) {
    ck_assert_str_eq(verdict_name(VERDICT_SUITABLE), "suitable");
    ck_assert_str_eq(verdict_name((enum verdict)9), "?");
    ck_assert_str_eq(triage_name(TRIAGE_EMERGENCY), "emergency");
    ck_assert_str_eq(triage_name((enum triage)9), "?");
    ck_assert_str_eq(effect_name(EFFECT_LOC), "LOC");
    ck_assert_str_eq(effect_name((enum effect)99), "?");
    ck_assert_int_eq((int)effect_triage(EFFECT_URGENT), (int)TRIAGE_URGENT);
    ck_assert_int_eq((int)effect_triage(EFFECT_ABS), (int)TRIAGE_SELF_CARE);
}
END_TEST

Suite *outcome_suite(void) {
    Suite *suite = suite_create("outcome");
    TCase *tcase = tcase_create("outcome");
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_test(tcase, softening);
    tcase_add_test(tcase, what_was_not_said);
    tcase_add_loop_test(tcase, limits, 0, (int)(sizeof limit_rules / sizeof *limit_rules));
    tcase_add_test(tcase, limits_add_up);
    tcase_add_test(tcase, open_questions);
    tcase_add_test(tcase, names);
    suite_add_tcase(suite, tcase);
    TCase *clear = tcase_create("clearances");
    tcase_add_unchecked_fixture(clear, setup_clearances, teardown_clearances);
    tcase_add_checked_fixture(clear, begin, end);
    tcase_add_loop_test(clear, clearance, 0, (int)(sizeof clearances / sizeof *clearances));
    suite_add_tcase(suite, clear);
    return suite;
}
