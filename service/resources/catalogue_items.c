/* What an entry of the release looks like from outside, where it is more than its texts in one
 * language. */
#include "resources/catalogue.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

void render_plain(struct rendering *rendering, json_t *row, unsigned number) {
    (void)number;
    render_value(rendering, row);
}

void render_technique(struct rendering *rendering, json_t *row, unsigned number) {
    (void)number;
    render_without(rendering, row, "safety_facts");
}

void render_finding(struct rendering *rendering, json_t *row, unsigned number) {
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
    const struct knowledge *k = rendering->knowledge;
    const struct finding *finding = &k->findings[number];
    jw_open_object(&rendering->json);
    render_members(rendering, row, shown, COUNT_OF(shown));
    if (finding->checklist >= 0)
        jw_member_text(&rendering->json, "checklist", k->checklists[finding->checklist].id);
    jw_close_object(&rendering->json);
}

static void put_words(struct rendering *rendering, const char *name, text words) {
    if (words)
        jw_member_text(&rendering->json, name, words[rendering->language].utf8);
}

void render_red_flag(struct rendering *rendering, json_t *row, unsigned number) {
    static const char *const shown[] = {"id",       "clinical_id", "effect",        "condition",
                                        "unknown",  "text",        "clinical_text", "action",
                                        "basis",    "confidence",  "sources",       "corrections",
                                        "uncertain"};
    const struct rule *rule = &rendering->knowledge->rules[number];
    struct json_writer *json = &rendering->json;
    jw_open_object(json);
    render_members(rendering, row, shown, COUNT_OF(shown));
    jw_key(json, "findings");
    jw_open_array(json);
    for (uint16_t i = 0; i < rule->reads_count; i++) {
        const struct finding *finding = &rendering->knowledge->findings[rule->reads[i]];
        jw_open_object(json);
        jw_member_text(json, "id", finding->id);
        put_words(rendering, "question", finding->question);
        put_words(rendering, "simpler", finding->simpler);
        put_words(rendering, "clinical_name", finding->clinical_name);
        jw_close_object(json);
    }
    jw_close_array(json);
    jw_close_object(json);
}

static void put_findings(struct rendering *rendering, const struct rule *rule) {
    jw_key(&rendering->json, "findings");
    jw_open_array(&rendering->json);
    for (uint16_t i = 0; i < rule->reads_count; i++)
        jw_text(&rendering->json, rendering->knowledge->findings[rule->reads[i]].id);
    jw_close_array(&rendering->json);
}

static void put_techniques(struct rendering *rendering, const struct rule *rule) {
    const struct knowledge *k = rendering->knowledge;
    technique_set set = rule_affects(rule);
    jw_key(&rendering->json, "techniques");
    jw_open_array(&rendering->json);
    for (unsigned t = 0; t < k->technique_count; t++)
        if (set >> t & 1)
            jw_text(&rendering->json, k->techniques[t].id);
    jw_close_array(&rendering->json);
}

static void put_modifications(struct rendering *rendering, const struct rule *rule) {
    struct json_writer *json = &rendering->json;
    jw_key(json, "modifications");
    jw_open_array(json);
    for (uint16_t i = 0; i < rule->modification_count; i++) {
        const struct named_text *modification =
            &rendering->knowledge->modifications[rule->modifications[i]];
        jw_open_object(json);
        jw_member_text(json, "id", modification->id);
        put_words(rendering, "text", modification->words);
        jw_close_object(json);
    }
    jw_close_array(json);
}

void render_contraindication(struct rendering *rendering, json_t *row, unsigned number) {
    static const char *const shown[] = {
        "id",          "clinical_id",     "condition",    "effect",
        "restricts",   "scope",           "expert_only",  "withholds",
        "avoid_areas", "block_positions", "pressure_cap", "minutes_max",
        "dose_only",   "unknown",         "text",         "clinical_text",
        "action",      "basis",           "confidence",   "sources",
        "corrections", "uncertain"};
    const struct rule *rule = &rendering->knowledge->rules[number];
    jw_open_object(&rendering->json);
    render_members(rendering, row, shown, COUNT_OF(shown));
    jw_key(&rendering->json, "section");
    jw_text_len(&rendering->json, rule->id, rule_section_len(rule));
    put_findings(rendering, rule);
    put_techniques(rendering, rule);
    if (rule->modification_count)
        put_modifications(rendering, rule);
    jw_close_object(&rendering->json);
}
