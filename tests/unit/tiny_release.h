/*
 * Releases for tests: the embedded one, and a tiny but complete one of three techniques and a dozen
 * findings that a test bends as it likes. In all JSON here ' stands for ". Also used by the
 * fuzzers.
 */
#ifndef UNKNOT_TESTS_TINY_RELEASE_H
#define UNKNOT_TESTS_TINY_RELEASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "embedded.h"
#include "engine/intake.h"
#include "engine/knowledge.h"

enum { TINY_TODAY = 20779 /* 2026-11-22 */, TINY_MAX_FILES = 64 };

/* ---- the embedded release ---- */

static inline size_t embedded_files(struct knowledge_file files[TINY_MAX_FILES]) {
    size_t count = 0;
    for (; count < embedded_knowledge_count && count < TINY_MAX_FILES; count++)
        files[count] =
            (struct knowledge_file){embedded_knowledge[count].name, embedded_knowledge[count].bytes,
                                    embedded_knowledge[count].len, true};
    return count;
}

static inline void print_report(const struct report *report) {
    for (size_t i = 0; i < report->count; i++)
        (void)fprintf(stderr, "%s: %s: %s\n", report->mistakes[i].file, report->mistakes[i].id,
                      report->mistakes[i].reason);
}

/* Loads files that must be right; NULL after saying what is not. */
static inline struct knowledge *load_or_say(const struct knowledge_file *files, size_t count) {
    struct report report;
    report_init(&report);
    struct knowledge *knowledge = knowledge_load(files, count, &report);
    print_report(&report);
    report_free(&report);
    return knowledge;
}

static inline struct knowledge *load_embedded_release(void) {
    struct knowledge_file files[TINY_MAX_FILES];
    return load_or_say(files, embedded_files(files));
}

/* ---- the tiny release ---- */

#define TINY_EN(words) "{'en':'" words "'}"
#define TINY_ASKED(words)                                                                          \
    "'clinical_name':" TINY_EN(words) ",'question':" TINY_EN(words "?") ",'simpler':" TINY_EN(     \
        words ", simply?")
#define TINY_TECHNIQUE(id, pressure, minutes, positions)                                           \
    "{'id':'" id "','name':" TINY_EN(id) ",'summary':" TINY_EN(                                    \
        id) ",'pressure':" pressure ",'minutes':" minutes ",'positions':" positions                \
            ",'sessions_per_week_max':2,'evidence_rank':40,'training_needed':'none',"              \
            "'evidence':{'level':'low','text':" TINY_EN(                                           \
                "Some.") ",'sources':['src1']},"                                                   \
                         "'side_effects':[{'text':" TINY_EN("Sore.") ",'frequency':'common'}]}"
#define TINY_RULE_WORDS                                                                            \
    "'text':" TINY_EN("Because.") ",'clinical_text':" TINY_EN("Because.") ",'action':" TINY_EN(    \
        "Do this.") ",'basis':['g'],'confidence':'H','sources':['src1']"

/* Every finding of the tiny release is read by this rule, so that lint finds nothing. */
#define TINY_BASE_RULE                                                                             \
    "{'id':'T.base','clinical_id':'base','effect':'MOD','unknown':'caution',"                      \
    "'condition':'any(cough, fever, rash, clot, bleed.detail >= some, reading.value >= 180, scan," \
    " checked, tired, swelling, both, surely, old)','modifications':['slowly']," TINY_RULE_WORDS   \
    "}"

struct tiny_file {
    const char *name, *json;
};

static const struct tiny_file tiny_files[] = {
    {"release", "{'version':'1','date':'2026-11-22','status':" TINY_EN("A test.") "}"},
    {"sources", "{'sources':[{'key':'src1','citation':'A paper'}]}"},
    {"areas",
     "{'areas':[{'id':'low_back','lay_name':" TINY_EN(
         "low back") ",'sets':['TRUNK']},"
                     "{'id':'calf','lay_name':" TINY_EN("calf") ",'sets':['LEG']},"
                                                                "{'id':'thigh','lay_name':" TINY_EN(
                                                                    "thigh") ",'sets':['LEG']}]}"},
    {"positions", "{'positions':[{'id':'prone','lay_name':" TINY_EN(
                      "face down") "},"
                                   "{'id':'supine','lay_name':" TINY_EN("face up") "}]}"},
    {"modifications", "{'modifications':[{'id':'slowly','text':" TINY_EN(
                          "Go slowly.") "},"
                                        "{'id':'warmly','text':" TINY_EN("Keep warm.") "}]}"},
    {"techniques",
     "{'techniques':[" TINY_TECHNIQUE(
         "soft", "{'min':1,'max':2,'default':1}", "{'min':10,'max':60}",
         "['prone','supine']") "," TINY_TECHNIQUE("firm", "{'min':3,'max':5,'default':4}",
                                                  "{'min':30,'max':60}",
                                                  "['prone']") "," TINY_TECHNIQUE("mid",
                                                                                  "{'min':2,'max':"
                                                                                  "4,'default':3}",
                                                                                  "{'min':20,'max':"
                                                                                  "40}",
                                                                                  "['prone','"
                                                                                  "supine']") "]}"},
    {"groups", "{'groups':[{'id':'ALL','members':['soft','firm','mid']},"
               "{'id':'FIRM','members':['firm','mid']}]}"},
    {"findings",
     "{'findings':["
     "{'id':'cough','kind':'symptom','section':'s','asked':'core','polarity':'risk',"
     "'stands_for_unknown':'ask_again','attributes':[]," TINY_ASKED(
         "Cough") "},"
                  "{'id':'fever','kind':'symptom','section':'s','asked':'core','polarity':'risk',"
                  "'stands_for_unknown':'ask_again','attributes':[]," TINY_ASKED(
                      "Fever") "},"
                               "{'id':'rash','kind':'symptom','section':'s','asked':'core','"
                               "polarity':'risk',"
                               "'stands_for_unknown':'clearance','attributes':['areas']"
                               "," TINY_ASKED(
                                   "Rash") "},"
                                           "{'id':'clot','kind':'condition','section':'s','asked':'"
                                           "core','polarity':'risk',"
                                           "'stands_for_unknown':'ask_again','attributes':['weeks_"
                                           "ago','areas'],"
                                           "'weeks_ago':{'min':0,'max':520,'counts_from':'the "
                                           "day'}," TINY_ASKED(
                                               "Clot") "},"
                                                       "{'id':'bleed','kind':'condition','section':"
                                                       "'s','asked':'core','polarity':'risk',"
                                                       "'stands_for_unknown':'ask_again','"
                                                       "attributes':['detail'],'choices':["
                                                       "{'id':'little','label':" TINY_EN("A little") "},{'id':'some','label':" TINY_EN(
                                                           "Some") "},"
                                                                   "{'id':'lots','label':" TINY_EN("Lots") "}]," TINY_ASKED(
                                                                       "Bleeding") "},"
                                                                                   "{'id':'reading'"
                                                                                   ",'kind':'"
                                                                                   "measurement','"
                                                                                   "section':'s','"
                                                                                   "asked':'core','"
                                                                                   "polarity':'"
                                                                                   "risk',"
                                                                                   "'stands_for_"
                                                                                   "unknown':'"
                                                                                   "ignore','"
                                                                                   "attributes':['"
                                                                                   "value'],"
                                                                                   "'value':{'min':"
                                                                                   "-50,'max':250,'"
                                                                                   "unit':'mmHg'}"
                                                                                   "," TINY_ASKED(
                                                                                       "Reading") "},"
                                                                                                  "{'id':'scan','kind':'condition','section':'s','asked':'clinic','polarity':'risk',"
                                                                                                  "'stands_for_unknown':'ask_again','attributes':[]," TINY_ASKED(
                                                                                                      "Scan") "},"
                                                                                                              "{'id':'checked','kind':'condition','section':'s','asked':'core','polarity':'protective',"
                                                                                                              "'stands_for_unknown':'ask_again','attributes':['weeks_ago'],"
                                                                                                              "'weeks_ago':{'min':0,'max':520,'counts_from':'the check'}," TINY_ASKED(
                                                                                                                  "Checked") "},"
                                                                                                                             "{'id':'tired','kind':'symptom','section':'s','asked':'core','polarity':'risk',"
                                                                                                                             "'stands_for_unknown':'ignore','attributes':[]," TINY_ASKED(
                                                                                                                                 "Tired") "},"
                                                                                                                                          "{'id':'swelling','kind':'symptom','section':'s','asked':'conditional','polarity':'risk',"
                                                                                                                                          "'stands_for_unknown':'ask_again','asked_when':'cough','attributes':[]," TINY_ASKED(
                                                                                                                                              "Swelling") "},"
                                                                                                                                                          "{'id':'gate_chest','kind':'condition','section':'gate','asked':'core','polarity':'gate',"
                                                                                                                                                          "'stands_for_unknown':'ask_again','attributes':[]," TINY_ASKED(
                                                                                                                                                              "Chest") "}]}"},
    {"derived",
     "{'derived':[{'id':'both','expression':'cough & fever','meaning':" TINY_EN(
         "Both") "},"
                 "{'id':'surely','expression':'fever','when_unknown':'absent','meaning':" TINY_EN(
                     "Surely") "},"
                               "{'id':'old','expression':'age >= 70','meaning':" TINY_EN(
                                   "Old") "}]}"},
    {"presentations",
     "{'presentations':[{'id':'nslbp_acute','lay_name':" TINY_EN(
         "Back ache") ","
                      "'derived_from':'pain.duration_weeks < 6 & pain.areas has low_back & "
                      "no_specific_presentation','fit':{'soft':2,'firm':1,'mid':3}},"
                      "{'id':'clot_pain','lay_name':" TINY_EN(
                          "Clot pain") ",'fit':{'soft':1},"
                                       "'implies':'clot(weeks_ago=pain.duration_weeks, "
                                       "areas=pain.areas)'}]}"},
    {"checklists", "{'checklists':[{'id':'chest','title':" TINY_EN(
                       "Chest") ",'kind':'core',"
                                "'order':1,'findings':['cough','fever','reading']}]}"},
    {"guidance", "{'guidance':[{'id':'tip1','phase':'session','text':" TINY_EN(
                     "Breathe.") ","
                                 "'when':'cough','confidence':'M','sources':['src1']}]}"},
    {"therapists", "{'training':[],'questions':[],'warning_signs':[]}"},
    {"medicines",
     "{'medicines':[{'match':'ingredient','name':'alphadol','rxnorm':'11','atc':'X01AA01',"
     "'aliases':['Alphabrand Forte'],'effects':[{'finding':'cough','action':'implies'}]},"
     "{'match':'ingredient','name':'alphatol','rxnorm':'12','aliases':[],"
     "'effects':[{'finding':'fever','action':'ask'}]},"
     "{'match':'ingredient','name':'betaprine','aliases':['B\u00e9taprine'],'effects':[]},"
     "{'match':'atc_class','name':'all of X','atc':'X01','effects':["
     "{'finding':'rash','action':'implies'}]}]}"},
    {"medicine_words", "{'ignored_words':['mg','tablets','and','forte']}"},
    {"codes",
     "{'codes':[{'system':'icd10cm','code':'I80','match':'prefix','target':'finding','id':'clot',"
     "'areas':['calf'],'action':'implies','verified':'v'},"
     "{'system':'icd10cm','code':'I80.2','match':'prefix','target':'finding','id':'clot',"
     "'areas':['thigh'],'action':'implies','verified':'v'},"
     "{'system':'icd10cm','code':'R58','match':'exact','target':'finding','id':'bleed',"
     "'detail':'lots','action':'implies','verified':'u'},"
     "{'system':'snomed','code':'49727002','match':'exact','target':'finding','id':'cough',"
     "'action':'ask','verified':'v'},"
     "{'system':'icd10cm','code':'M54','match':'prefix','target':'presentation',"
     "'id':'nslbp_acute','action':'implies','verified':'v'},"
     "{'system':'loinc','code':'72514-3','match':'exact','target':'intake',"
     "'id':'pain.intensity','action':'value','verified':'v'}]}"},
    {"claims", "{'claims':[{'id':'toxins','patterns':['detox']}]}"},
    {"rules_base", "{'rules':[" TINY_BASE_RULE "]}"},
};
enum { TINY_FILES = sizeof tiny_files / sizeof *tiny_files };

/* A rule besides the base rule. `more`: further members, such as "'pressure_cap':2". */
struct tiny_rule {
    const char *id, *condition, *effect, *unknown, *more;
};

/* Replaces the first `from` of a file; without `from` the whole file; without `to` the file goes.
 */
struct tiny_edit {
    const char *file, *from, *to;
};

static inline char *real_quotes(const char *json) {
    char *text = strdup(json);
    for (char *c = text; c && *c; c++)
        if (*c == '\'')
            *c = '"';
    return text;
}

/* The phrases of the embedded release without its advice, which reads findings we do not have. */
static inline char *tiny_texts(void) {
    char *printed = NULL;
    for (size_t i = 0; i < embedded_knowledge_count; i++) {
        if (strcmp(embedded_knowledge[i].name, "texts") != 0)
            continue;
        json_t *texts = json_loadb(embedded_knowledge[i].bytes, embedded_knowledge[i].len, 0, NULL);
        (void)json_object_set_new(texts, "care", json_array());
        (void)json_object_set_new(texts, "watch_for", json_array());
        printed = json_dumps(texts, JSON_COMPACT);
        json_decref(texts);
    }
    return printed;
}

static inline char *tiny_rules(const struct tiny_rule *rules, size_t count) {
    struct buffer json;
    buffer_init(&json);
    (void)buffer_puts(&json, "{'rules':[");
    for (size_t i = 0; i < count; i++)
        (void)buffer_printf(&json,
                            "%s{'id':'%s','clinical_id':'%s','condition':'%s','effect':'%s',"
                            "'unknown':'%s'%s%s," TINY_RULE_WORDS "}",
                            i ? "," : "", rules[i].id, rules[i].id, rules[i].condition,
                            rules[i].effect, rules[i].unknown ? rules[i].unknown : "ask_again",
                            rules[i].more ? "," : "", rules[i].more ? rules[i].more : "");
    (void)buffer_puts(&json, "]}");
    char *text = json.data ? real_quotes(json.data) : NULL;
    buffer_free(&json);
    return text;
}

static inline char *tiny_edited(const char *text, const struct tiny_edit *edit) {
    char *from = edit->from ? real_quotes(edit->from) : NULL, *to = real_quotes(edit->to);
    const char *at = from ? strstr(text, from) : text;
    size_t gone = from ? strlen(from) : strlen(text);
    char *result = NULL;
    if (!at)
        (void)fprintf(stderr, "tiny release: %s has no %s\n", edit->file, edit->from);
    else if (asprintf(&result, "%.*s%s%s", (int)(at - text), text, to, at + gone) < 0)
        result = NULL;
    free(from);
    free(to);
    return result ? result : strdup("");
}

struct tiny_made {
    struct knowledge_file files[TINY_FILES + 2];
    size_t count;
};

static inline void tiny_add(struct tiny_made *made, const char *name, char *text,
                            const struct tiny_edit *edits, size_t edit_count) {
    for (size_t i = 0; text && i < edit_count; i++) {
        if (strcmp(edits[i].file, name) != 0)
            continue;
        char *edited = edits[i].to ? tiny_edited(text, &edits[i]) : NULL;
        free(text);
        text = edited;
    }
    if (text)
        made->files[made->count++] = (struct knowledge_file){name, text, strlen(text), false};
}

static inline void tiny_make(struct tiny_made *made, const struct tiny_rule *rules,
                             size_t rule_count, const struct tiny_edit *edits, size_t edit_count) {
    made->count = 0;
    for (size_t i = 0; i < TINY_FILES; i++)
        tiny_add(made, tiny_files[i].name, real_quotes(tiny_files[i].json), edits, edit_count);
    tiny_add(made, "texts", tiny_texts(), edits, edit_count);
    tiny_add(made, "rules_more", tiny_rules(rules, rule_count), edits, edit_count);
}

static inline void tiny_free(struct tiny_made *made) {
    for (size_t i = 0; i < made->count; i++)
        free((char *)(uintptr_t)made->files[i].bytes);
    made->count = 0;
}

/* A tiny release that must load; NULL after saying why not. */
static inline struct knowledge *tiny_release(const struct tiny_rule *rules, size_t count) {
    struct tiny_made made;
    tiny_make(&made, rules, count, NULL, 0);
    struct knowledge *knowledge = load_or_say(made.files, made.count);
    tiny_free(&made);
    return knowledge;
}

/* ---- intakes ---- */

/* Reads an intake as a request would bring it. */
static inline struct intake *intake_of(const struct knowledge *knowledge, const char *json,
                                       struct arena *arena, struct complaints *complaints) {
    char *text = real_quotes(json);
    json_t *body = text ? json_loads(text, 0, NULL) : NULL;
    if (!body)
        (void)fprintf(stderr, "no JSON: %s\n", json);
    struct intake *intake =
        body ? intake_read(knowledge, body, TINY_TODAY, arena, complaints) : NULL;
    json_decref(body);
    free(text);
    return intake;
}

/* One that must be right; NULL after saying what is not. */
static inline struct intake *good_intake(const struct knowledge *knowledge, const char *json,
                                         struct arena *arena) {
    struct complaints complaints;
    complaints_init(&complaints, arena);
    struct intake *intake = intake_of(knowledge, json, arena, &complaints);
    for (size_t i = 0; i < complaints.count; i++)
        (void)fprintf(stderr, "%s %s: %s\n", complaints.all[i].pointer, complaints.all[i].code,
                      complaints.all[i].detail);
    return complaints.total ? NULL : intake;
}

static inline int finding_number(const struct knowledge *knowledge, const char *id) {
    return (int)name_map_get(&knowledge->finding_names, id);
}

static inline int rule_number(const struct knowledge *knowledge, const char *id) {
    return (int)name_map_get(&knowledge->rule_names, id);
}

#endif
