/* A release with one mistake is refused with file, id and reason; and what lint finds beyond. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/lint.h"
#include "tiny_release.h"

Suite *knowledge_load_suite(void);

static const struct {
    struct tiny_edit edit;
    const char *file, *id, *reason;
} mistakes[] = {
    /* JSON */
    {{"areas", "'areas'", "'areas"}, "areas", "", "line 1, column "},
    {{"groups", NULL, "{\n  'groups': [\n    {'id' 'ALL'}\n  ]\n}"},
     "groups",
     "",
     "line 3, column 15: ':' expected near '\"ALL\"'"},
    {{"claims", NULL, ""}, "claims", "", "line 1, column 0: '[' or '{' expected near end of file"},
    {{"positions", "'id':'prone'", "'id':'prone','id':'x'"},
     "positions",
     "",
     "line 1, column 32: duplicate object key near '\"id\"'"},
    /* whole files and members */
    {{"checklists", NULL, NULL}, "checklists", "", "the file or its array 'checklists' is missing"},
    {{"sources", NULL, "{}"}, "sources", "", "the file or its array 'sources' is missing"},
    {{"areas", NULL, "{'areas':7}"}, "areas", "", "the file or its array 'areas' is missing"},
    {{"texts", "'triage'", "'triase'"}, "texts", "triage.emergency.title", "the phrase is missing"},
    /* release */
    {{"release", "'version':'1',", ""}, "release", "", "'version' must be a text"},
    {{"release", "'version':'1'", "'version':1"}, "release", "", "'version' must be a text"},
    {{"release", "{'en':'A test.'}", "{}"}, "release", "", "'status' has no text in 'en'"},
    {{"release", "'date'", "'languages':['en','de'],'date'"},
     "release",
     "",
     "'status' has no text in 'de'"},
    /* vocabulary */
    {{"sources", "'citation':'A paper'", "'x':1"}, "sources", "src1", "a source needs a citation"},
    {{"areas", "'id':'thigh'", "'id':'calf'"}, "areas", "calf", "the id stands twice"},
    {{"areas", "'id':'thigh',", ""}, "areas", "", "an entry has no 'id'"},
    {{"areas", "'lay_name':{'en':'calf'},", ""}, "areas", "calf", "'lay_name' has no text in 'en'"},
    {{"areas", "{'en':'calf'}", "{'en':''}"}, "areas", "calf", "'lay_name' has no text in 'en'"},
    {{"areas", "{'en':'calf'}", "'calf'"}, "areas", "calf", "'lay_name' has no text in 'en'"},
    {{"techniques", "'min':3,'max':5,'default':4", "'min':5,'max':3,'default':4"},
     "techniques",
     "firm",
     "pressures must run min <= default <= max within 1 to 5"},
    {{"techniques", "'min':3,'max':5", "'min':3,'max':6"},
     "techniques",
     "firm",
     "'max' must be a whole number from 1 to 5"},
    {{"techniques", "'min':10,'max':60", "'min':70,'max':60"},
     "techniques",
     "soft",
     "minutes must run min <= max"},
    {{"techniques", "['prone','supine']", "[]"},
     "techniques",
     "soft",
     "a technique needs a position"},
    {{"techniques", "['prone','supine']", "['pronw']"},
     "techniques",
     "soft",
     "unknown position 'pronw'; did you mean 'prone'?"},
    {{"techniques", "'evidence_rank':40", "'evidence_rank':40.5"},
     "techniques",
     "soft",
     "'evidence_rank' must be a whole number from 0 to 100"},
    {{"techniques", "'training_needed':'none'", "'training_needed':'lots'"},
     "techniques",
     "soft",
     "'training_needed' must be none, technique, prenatal or lymphoedema"},
    {{"groups", "'soft','firm','mid'", "'soft','frm','mid'"},
     "groups",
     "ALL",
     "unknown technique 'frm'; did you mean 'firm'?"},
    {{"groups", "['firm','mid']", "[]"}, "groups", "FIRM", "a group needs members"},
    /* findings */
    {{"findings", "'id':'fever'", "'id':'cough'"}, "findings", "cough", "the id stands twice"},
    {{"findings", "'asked':'core'", "'asked':'often'"},
     "findings",
     "cough",
     "'asked' has no known value"},
    {{"findings", "'polarity':'risk'", "'polarity':'good'"},
     "findings",
     "cough",
     "'polarity' has no known value"},
    {{"findings", "'stands_for_unknown':'ask_again',", ""},
     "findings",
     "cough",
     "'stands_for_unknown' has no known value"},
    {{"findings", "['areas']", "['area']"}, "findings", "rash", "unknown attribute"},
    {{"findings", "['weeks_ago','areas']", "['weeks_ago','value']"},
     "findings",
     "clot",
     "a finding has at most one number"},
    {{"findings", "'min':0,'max':520", "'min':520,'max':520"},
     "findings",
     "clot",
     "its number needs a range"},
    {{"findings", "['detail']", "[]"},
     "findings",
     "bleed",
     "choices and the attribute 'detail' belong together"},
    {{"findings", "'asked_when':'cough',", ""},
     "findings",
     "swelling",
     "a conditional finding needs 'asked_when'"},
    {{"findings", "'asked_when':'cough'", "'asked_when':'cogh'"},
     "findings",
     "swelling",
     "asked_when: unknown finding 'cogh' (at column 1)"},
    {{"findings", "'asked_when':'cough'", "'asked_when':7"},
     "findings",
     "swelling",
     "'asked_when' must be a condition"},
    {{"findings", "'question':{'en':'Cough?'},", ""},
     "findings",
     "cough",
     "'question' has no text in 'en'"},
    {{"derived", "'expression':'age >= 70'", "'expression':'age >= '"},
     "derived",
     "old",
     "expression: expected a number, found '' (at column 8)"},
    {{"derived", "'expression':'age >= 70',", ""},
     "derived",
     "old",
     "a derived fact needs an expression"},
    {{"presentations", "'implies':'clot(", "'implies':'clt("},
     "presentations",
     "clot_pain",
     "unknown finding 'clt'; did you mean 'clot'?"},
    {{"presentations", "'soft':2", "'soft':4"},
     "presentations",
     "nslbp_acute",
     "the fit of 'soft' must be 0 to 3"},
    {{"presentations", "'soft':2", "'sofd':2"},
     "presentations",
     "nslbp_acute",
     "unknown technique 'sofd'; did you mean 'soft'?"},
    {{"checklists", "'cough','fever'", "'cough','cough'"},
     "checklists",
     "chest",
     "cough stands in two checklists"},
    {{"checklists", "'fever'", "'fevre'"},
     "checklists",
     "chest",
     "unknown finding 'fevre'; did you mean 'fever'?"},
    /* rules */
    {{"rules_base", "'effect':'MOD'", "'effect':'MAD'"},
     "rules_base",
     "T.base",
     "unknown effect 'MAD'"},
    {{"rules_base", "'unknown':'caution'", "'unknown':'maybe'"},
     "rules_base",
     "T.base",
     "'unknown' must be ignore, caution, clearance or ask_again"},
    {{"rules_base", "'condition'", "'confition'"},
     "rules_base",
     "T.base",
     "a rule needs a condition"},
    {{"rules_base", "any(cough", "any(cogh"},
     "rules_base",
     "T.base",
     "condition: unknown finding 'cogh' (at column 5)"},
    {{"rules_base", "bleed.detail >= some", "bleed.detail >= much"},
     "rules_base",
     "T.base",
     "condition: 'much' is not a choice of bleed (at column 47)"},
    {{"rules_base", "reading.value >= 180", "reading.value >= 251"},
     "rules_base",
     "T.base",
     "condition: the number lies outside the range of reading (at column 73)"},
    {{"rules_base", "'modifications':['slowly']", "'x':1"},
     "rules_base",
     "T.base",
     "the rule restricts nothing"},
    {{"rules_base", "['slowly']", "['slowy']"},
     "rules_base",
     "T.base",
     "unknown modification 'slowy'; did you mean 'slowly'?"},
    {{"rules_base", "'modifications'", "'pressure_cap':6,'modifications'"},
     "rules_base",
     "T.base",
     "'pressure_cap' must be a whole number from 1 to 5"},
    {{"rules_base", "'modifications'", "'pressure_cap':3,'scope':['soft'],'modifications'"},
     "rules_base",
     "T.base",
     "the cap 3 lies outside the range of every technique it is for"},
    {{"rules_base", "'modifications'", "'minutes_max':4,'modifications'"},
     "rules_base",
     "T.base",
     "'minutes_max' must be a whole number from 5 to 240"},
    {{"rules_base", "'modifications'", "'block_positions':['flat'],'modifications'"},
     "rules_base",
     "T.base",
     "unknown position 'flat'"},
    {{"rules_base", "'modifications'", "'restricts':['frm'],'modifications'"},
     "rules_base",
     "T.base",
     "unknown technique or group 'frm'; did you mean 'firm'?"},
    {{"rules_base", "'modifications'", "'restricts':['firm@moon'],'modifications'"},
     "rules_base",
     "T.base",
     "unknown area 'moon'"},
    {{"rules_base", "'modifications'", "'restricts':['firm@'],'modifications'"},
     "rules_base",
     "T.base",
     "'firm@' is not technique_or_GROUP[@area][#part]"},
    {{"rules_base", "'modifications'", "'restricts':['firm#a#b'],'modifications'"},
     "rules_base",
     "T.base",
     "'firm#a#b' is not technique_or_GROUP[@area][#part]"},
    {{"rules_base", "'modifications'", "'avoid_areas':['areas:cough'],'modifications'"},
     "rules_base",
     "T.base",
     "'cough' has no areas"},
    {{"rules_base", "['src1']", "['src2']"},
     "rules_base",
     "T.base",
     "unknown source 'src2'; did you mean 'src1'?"},
    {{"rules_base", "'basis':['g'],'confidence':'H','sources':['src1']",
      "'basis':['r1'],'confidence':'H','sources':[]"},
     "rules_base",
     "T.base",
     "a rule based on trials needs a source"},
    {{"rules_base", "'basis':['g']", "'basis':[]"}, "rules_base", "T.base", "a rule needs a basis"},
    {{"rules_base", "'confidence':'H'", "'confidence':'sure'"},
     "rules_base",
     "T.base",
     "'confidence' must be H, M-H, M, L-M or L"},
    {{"rules_base", "'text':{'en':'Because.'},", ""},
     "rules_base",
     "T.base",
     "'text' has no text in 'en'"},
    {{"rules_base", "'effect':'MOD','unknown':'caution',",
      "'effect':'ABS','unknown':'caution','action':{},"},
     "rules_base",
     "",
     "line 1, column "},
    {{"rules_base", "'id':'T.base',", ""}, "rules", "", "a rule without id"},
    {{"rules_more", NULL, "{'rules':[" TINY_BASE_RULE "]}"},
     "rules",
     "T.base",
     "the rule id stands twice"},
    {{"rules_base", NULL, "{'rules':[]}"}, "", "", "a release needs rules"},
    /* advice, medicines, codes */
    {{"guidance", "'phase':'session'", "'phase':'never'"},
     "guidance",
     "tip1",
     "'phase' must be preparation, session or aftercare"},
    {{"guidance", "'when':'cough'", "'when':'cogh'"},
     "guidance",
     "tip1",
     "when: unknown finding 'cogh' (at column 1)"},
    {{"guidance", "['src1']", "['scr1']"},
     "guidance",
     "tip1",
     "unknown source 'scr1'; did you mean 'src1'?"},
    {{"guidance", "'id':'tip1',", ""}, "guidance", "", "advice without id"},
    {{"medicines", "'finding':'cough'", "'finding':'cogh'"},
     "medicines",
     "alphadol",
     "unknown finding 'cogh'; did you mean 'cough'?"},
    {{"medicines", "'action':'implies'", "'action':'means'"},
     "medicines",
     "alphadol",
     "an action is implies or ask"},
    {{"medicines", "'rxnorm':'12'", "'rxnorm':'11'"},
     "medicines",
     "alphatol",
     "the RxNorm code 11 stands twice"},
    {{"medicines", "'aliases':[],", "'aliases':['ALPHADOL'],"},
     "medicines",
     "alphatol",
     "the name 'ALPHADOL' stands for 'alphadol' already"},
    {{"medicines", "'name':'betaprine',", ""},
     "medicines",
     "",
     "a class needs 'atc', an ingredient 'name'"},
    {{"medicine_words", "'mg'", "'and'"},
     "medicine_words",
     "",
     "an ignored word stands twice or is no word"},
    {{"codes", "'system':'icd10cm'", "'system':'icd9'"},
     "codes",
     "I80",
     "a code needs a known system and a code"},
    {{"codes", "'id':'clot'", "'id':'clit'"},
     "codes",
     "I80",
     "unknown finding 'clit'; did you mean 'clot'?"},
    {{"codes", "'detail':'lots'", "'detail':'much'"},
     "codes",
     "R58",
     "'much' is not a choice of bleed"},
    {{"codes", "'action':'value'", "'action':'eat'"},
     "codes",
     "72514-3",
     "an action is implies, ask or value"},
};

static bool reported(const struct report *report, const char *file, const char *id,
                     const char *reason) {
    for (size_t i = 0; i < report->count; i++) {
        const struct mistake *mistake = &report->mistakes[i];
        if ((!*file || strcmp(mistake->file, file) == 0) &&
            (!*id || strcmp(mistake->id, id) == 0) &&
            strncmp(mistake->reason, reason, strlen(reason)) == 0)
            return true;
    }
    return false;
}

START_TEST(mistake) {
    struct tiny_made made;
    struct report report;
    report_init(&report);
    tiny_make(&made, NULL, 0, &mistakes[_i].edit, 1);
    struct knowledge *knowledge = knowledge_load(made.files, made.count, &report);
    ck_assert_msg(knowledge == NULL, "%s was not refused", mistakes[_i].reason);
    if (!reported(&report, mistakes[_i].file, mistakes[_i].id, mistakes[_i].reason)) {
        print_report(&report);
        ck_abort_msg("not reported: %s: %s: %s", mistakes[_i].file, mistakes[_i].id,
                     mistakes[_i].reason);
    }
    tiny_free(&made);
    report_free(&report);
}
END_TEST

START_TEST(absolute_rules_say_what_to_do) {
    static const struct tiny_edit edits[] = {
        {"rules_base", "'effect':'MOD'", "'effect':'ABS'"},
        {"rules_base", "'action':{'en':'Do this.'},", ""},
    };
    struct tiny_made made;
    struct report report;
    report_init(&report);
    tiny_make(&made, NULL, 0, edits, 2);
    ck_assert_ptr_null(knowledge_load(made.files, made.count, &report));
    ck_assert_uint_eq(report.count, 1);
    ck_assert_str_eq(report.mistakes[0].file, "rules_base");
    ck_assert_str_eq(report.mistakes[0].id, "T.base");
    ck_assert_str_eq(report.mistakes[0].reason, "'action' has no text in 'en'");
    tiny_free(&made);
    report_free(&report);
}
END_TEST

START_TEST(every_mistake_at_once) {
    static const struct tiny_edit edits[] = {
        {"areas", "{'en':'calf'}", "{}"},
        {"groups", "['firm','mid']", "[]"},
        {"codes", "'action':'value'", "'action':'eat'"},
    };
    struct tiny_made made;
    struct report report;
    report_init(&report);
    tiny_make(&made, NULL, 0, edits, 3);
    ck_assert_ptr_null(knowledge_load(made.files, made.count, &report));
    ck_assert_uint_eq(report.count, 3);
    tiny_free(&made);
    report_free(&report);
    report_init(&report);
    ck_assert_ptr_null(knowledge_load(NULL, 0, &report));
    ck_assert_uint_gt(report.count, 10);
    report_free(&report);
    knowledge_free(NULL);
}
END_TEST

/* The hash covers names and bytes, whatever the order of the files. */
START_TEST(hash_of_the_files) {
    struct tiny_made made;
    tiny_make(&made, NULL, 0, NULL, 0);
    struct knowledge *one = load_or_say(made.files, made.count);
    struct knowledge_file first = made.files[0];
    made.files[0] = made.files[5];
    made.files[5] = first;
    struct knowledge *same = load_or_say(made.files, made.count);
    tiny_free(&made);
    const struct tiny_edit edit = {"guidance", "Breathe.", "Breathe!"};
    tiny_make(&made, NULL, 0, &edit, 1);
    struct knowledge *other = load_or_say(made.files, made.count);
    tiny_free(&made);
    ck_assert(one && same && other);
    ck_assert_str_eq(one->sha256, same->sha256);
    ck_assert_str_ne(one->sha256, other->sha256);
    ck_assert_str_eq(knowledge_phrase(one, "no.such.phrase", 0)->utf8, "");
    knowledge_free(one);
    knowledge_free(same);
    knowledge_free(other);
}
END_TEST

START_TEST(reports) {
    struct report report;
    report_init(&report);
    for (int i = 0; i < 100; i++)
        report_add(&report, i % 2 ? "file" : NULL, NULL, "mistake %d", i);
    ck_assert_uint_eq(report.count, 100);
    ck_assert_str_eq(report.mistakes[98].file, "");
    ck_assert_str_eq(report.mistakes[99].file, "file");
    ck_assert_str_eq(report.mistakes[99].id, "");
    ck_assert_str_eq(report.mistakes[99].reason, "mistake 99");
    report_free(&report);
    ck_assert_uint_eq(report.count, 0);
}
END_TEST

/* ---- lint ---- */

static void lint(const struct tiny_edit *edits, size_t edit_count, const struct tiny_rule *rules,
                 size_t rule_count, const char *cases, struct report *report) {
    struct tiny_made made;
    report_init(report);
    tiny_make(&made, rules, rule_count, edits, edit_count);
    struct knowledge *knowledge = load_or_say(made.files, made.count);
    tiny_free(&made);
    ck_assert_ptr_nonnull(knowledge);
    lint_knowledge(knowledge, cases, report);
    knowledge_free(knowledge);
}

static const struct {
    struct tiny_edit edit;
    const char *file, *id, *reason;
} lints[] = {
    {{"modifications", "Go slowly.", "A DETOX massage."},
     "modifications",
     "slowly",
     "makes the forbidden claim 'toxins': A DETOX massage."},
    {{"rules_base", "'clinical_text':{'en':'Because.'}", "'clinical_text':{'en':'It detoxes.'}"},
     "rules_base",
     "T.base",
     "makes the forbidden claim 'toxins': It detoxes."},
    {{"rules_base", " tired,", ""}, "findings", "tired", "no rule, tip or derived fact uses it"},
    {{"rules_base", ", old)", ")"}, "derived", "old", "no rule, tip or derived fact uses it"},
    {{"claims", "'detox'", "'(detox'"}, "claims", "toxins", "pattern 0 is no regular expression"},
    {{"claims", NULL, "{'claims':[]}"}, "claims", "", "there are no forbidden claims to look for"},
    {{"claims", NULL, NULL}, "claims", "", "there are no forbidden claims to look for"},
};

START_TEST(lint_mistake) {
    struct report report;
    lint(&lints[_i].edit, 1, NULL, 0, NULL, &report);
    if (!reported(&report, lints[_i].file, lints[_i].id, lints[_i].reason)) {
        print_report(&report);
        ck_abort_msg("not reported: %s", lints[_i].reason);
    }
    report_free(&report);
}
END_TEST

START_TEST(lint_rules) {
    static const struct tiny_rule rules[] = {
        {"N.never", "!always", "MOD", NULL, "'modifications':['slowly']"},
        {"N.a", "cough & fever", "MOD", NULL, "'modifications':['slowly']"},
        {"N.b", "cough & fever", "MOD", NULL, "'modifications':['slowly']"},
    };
    static const struct tiny_edit twins = {"rules_more", "'clinical_id':'N.b'",
                                           "'clinical_id':'N.a'"};
    struct report report;
    lint(NULL, 0, NULL, 0, NULL, &report);
    print_report(&report);
    ck_assert_uint_eq(report.count, 0);
    report_free(&report);
    lint(&twins, 1, rules, 3, NULL, &report);
    ck_assert_uint_eq(report.count, 2);
    ck_assert(reported(&report, "rules", "N.never", "the condition can never hold"));
    ck_assert(reported(&report, "rules", "N.a", "says the same as N.b"));
    report_free(&report);
}
END_TEST

static void write_case(const char *folder, const char *text) {
    char path[300];
    (void)snprintf(path, sizeof path, "%s/x.cases", folder);
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

START_TEST(lint_cases) {
    static const struct tiny_rule always = {"A.always", "always", "MOD", NULL,
                                            "'modifications':['slowly']"};
    char folder[] = "/tmp/unknot-cases-XXXXXX", path[300];
    struct report report;
    ck_assert_ptr_nonnull(mkdtemp(folder));
    write_case(folder, "# T.base fires\n\nT.base fires has cough\nT.base quiet nothing else\n"
                       "A.always fires nothing else\n");
    lint(NULL, 0, &always, 1, folder, &report);
    print_report(&report);
    ck_assert_uint_eq(report.count, 0);
    report_free(&report);
    write_case(folder, "T.base quiet nothing else\nT.bose fires x\nA.always often x\n");
    lint(NULL, 0, &always, 1, folder, &report);
    ck_assert_uint_eq(report.count, 4);
    ck_assert(reported(&report, "x.cases", "T.bose", "a case for a rule that is not there"));
    ck_assert(reported(&report, "x.cases", "A.always", "a case says neither fires nor quiet"));
    ck_assert(reported(&report, "rules", "T.base", "has no case that fires"));
    ck_assert(reported(&report, "rules", "A.always", "has no case that fires"));
    report_free(&report);
    write_case(folder, "T.base fires has cough\n");
    lint(NULL, 0, NULL, 0, folder, &report);
    ck_assert_uint_eq(report.count, 1);
    ck_assert(reported(&report, "rules", "T.base", "has no case that stays quiet"));
    report_free(&report);
    (void)snprintf(path, sizeof path, "%s/x.cases", folder);
    (void)unlink(path);
    (void)rmdir(folder);
    lint(NULL, 0, NULL, 0, folder, &report);
    ck_assert(reported(&report, folder, "", "cannot be read: No such file or directory"));
    report_free(&report);
}
END_TEST

Suite *knowledge_load_suite(void) {
    Suite *suite = suite_create("knowledge_load");
    TCase *tcase = tcase_create("knowledge_load");
    tcase_add_loop_test(tcase, mistake, 0, (int)(sizeof mistakes / sizeof *mistakes));
    tcase_add_test(tcase, absolute_rules_say_what_to_do);
    tcase_add_test(tcase, every_mistake_at_once);
    tcase_add_test(tcase, hash_of_the_files);
    tcase_add_test(tcase, reports);
    suite_add_tcase(suite, tcase);
    TCase *linting = tcase_create("lint");
    tcase_add_loop_test(linting, lint_mistake, 0, (int)(sizeof lints / sizeof *lints));
    tcase_add_test(linting, lint_rules);
    tcase_add_test(linting, lint_cases);
    suite_add_tcase(suite, linting);
    return suite;
}
