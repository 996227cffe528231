/* What an entry of the release looks like from outside, where it is more than its texts in one
 * language. */
#include <string.h>

#include "resources/catalogue.h"

json_t *build_technique(const struct knowledge *knowledge, json_t *row, const char *language,
                        int number) {
    (void)knowledge;
    (void)number;
    json_t *item = in_language(row, language);
    (void)json_object_del(item, "safety_facts");
    return item;
}

json_t *build_finding(const struct knowledge *knowledge, json_t *row, const char *language,
                      int number) {
    static const char *const shown[] = {"id",
                                        "aliases",
                                        "kind",
                                        "section",
                                        "asked",
                                        "polarity",
                                        "stands_for_unknown",
                                        "recheck_days",
                                        "attributes",
                                        "question",
                                        "simpler",
                                        "clinical_name",
                                        "choices",
                                        "asked_when",
                                        "weeks_ago",
                                        "value"};
    const struct finding *finding = &knowledge->findings[number];
    json_t *all = in_language(row, language);
    json_t *item = json_object();
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        json_t *value = json_object_get(all, shown[i]);
        if (value)
            (void)json_object_set(item, shown[i], value);
    }
    if (finding->checklist >= 0)
        (void)json_object_set_new(item, "checklist",
                                  json_string(knowledge->checklists[finding->checklist].id));
    json_decref(all);
    return item;
}

/* "D1" of "D1.anticoagulant.stable". */
static json_t *section_of(const char *rule_id) {
    return json_stringn(rule_id, strcspn(rule_id, "."));
}

static void copy_members(json_t *to, json_t *from, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        json_t *value = json_object_get(from, names[i]);
        bool empty = json_is_string(value) && json_string_length(value) == 0;
        if (value && !empty)
            (void)json_object_set(to, names[i], value);
    }
}

static json_t *words_json(text words, unsigned language) {
    return words ? json_string(words[language].utf8) : NULL;
}

static unsigned language_number(const struct knowledge *knowledge, const char *language) {
    for (unsigned i = 0; i < knowledge->language_count; i++)
        if (strcmp(knowledge->languages[i], language) == 0)
            return i;
    return 0;
}

json_t *build_red_flag(const struct knowledge *knowledge, json_t *row, const char *language,
                       int number) {
    static const char *const shown[] = {"id",       "clinical_id", "effect",        "condition",
                                        "unknown",  "text",        "clinical_text", "action",
                                        "basis",    "confidence",  "sources",       "corrections",
                                        "uncertain"};
    const struct rule *rule = &knowledge->rules[number];
    unsigned in = language_number(knowledge, language);
    json_t *all = in_language(row, language);
    json_t *item = json_object();
    json_t *findings = json_array();
    copy_members(item, all, shown, sizeof shown / sizeof *shown);
    for (uint16_t i = 0; i < rule->reads_count; i++) {
        const struct finding *finding = &knowledge->findings[rule->reads[i]];
        json_t *entry = json_pack("{ssso*so*so*}", "id", finding->id, "question",
                                  words_json(finding->question, in), "simpler",
                                  words_json(finding->simpler, in), "clinical_name",
                                  words_json(finding->clinical_name, in));
        (void)json_array_append_new(findings, entry);
    }
    (void)json_object_set_new(item, "findings", findings);
    json_decref(all);
    return item;
}

/* Every technique the rule stops, withholds or limits. */
static json_t *affected_techniques(const struct knowledge *knowledge, const struct rule *rule) {
    technique_set set = rule->blocked | rule->withheld | rule->touched;
    json_t *list = json_array();
    if (rule->effect >= EFFECT_URGENT)
        set = UINT32_MAX;
    for (unsigned t = 0; t < knowledge->technique_count; t++)
        if (set >> t & 1)
            (void)json_array_append_new(list, json_string(knowledge->techniques[t].id));
    return list;
}

static json_t *modification_texts(const struct knowledge *knowledge, const struct rule *rule,
                                  unsigned in) {
    json_t *list = json_array();
    for (uint16_t i = 0; i < rule->modification_count; i++) {
        const struct named_text *modification = &knowledge->modifications[rule->modifications[i]];
        (void)json_array_append_new(list, json_pack("{ssss}", "id", modification->id, "text",
                                                    text_in(modification->words, in)->utf8));
    }
    return list;
}

json_t *build_contraindication(const struct knowledge *knowledge, json_t *row, const char *language,
                               int number) {
    static const char *const shown[] = {
        "id",          "clinical_id",     "condition",    "effect",
        "restricts",   "scope",           "expert_only",  "withholds",
        "avoid_areas", "block_positions", "pressure_cap", "minutes_max",
        "dose_only",   "unknown",         "text",         "clinical_text",
        "action",      "basis",           "confidence",   "sources",
        "corrections", "uncertain"};
    const struct rule *rule = &knowledge->rules[number];
    json_t *all = in_language(row, language);
    json_t *item = json_object();
    json_t *findings = json_array();
    copy_members(item, all, shown, sizeof shown / sizeof *shown);
    for (uint16_t i = 0; i < rule->reads_count; i++)
        (void)json_array_append_new(findings, json_string(knowledge->findings[rule->reads[i]].id));
    (void)json_object_set_new(item, "section", section_of(rule->id));
    (void)json_object_set_new(item, "findings", findings);
    (void)json_object_set_new(item, "techniques", affected_techniques(knowledge, rule));
    if (rule->modification_count)
        (void)json_object_set_new(
            item, "modifications",
            modification_texts(knowledge, rule, language_number(knowledge, language)));
    json_decref(all);
    return item;
}
