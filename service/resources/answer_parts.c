/* Reasons, limits, questions: the same wherever they are shown. */
#include "resources/answer_parts.h"

#include <string.h>

static const struct words *words_of(const struct decision *decision, text words) {
    return text_in(words, decision->intake->language);
}

void write_words(struct json_writer *json, const char *key, const struct decision *decision,
                 text words) {
    const struct words *found = words_of(decision, words);
    if (key)
        jw_member_raw(json, key, found->json, found->json_len);
    else
        jw_raw(json, found->json, found->json_len);
}

void write_phrase(struct json_writer *json, const char *key, const struct decision *decision,
                  const char *phrase) {
    const struct words *found =
        knowledge_phrase(decision->knowledge, phrase, decision->intake->language);
    jw_member_raw(json, key, found->json, found->json_len);
}

void write_phrase_item(struct json_writer *json, const struct decision *decision,
                       const char *phrase) {
    const struct words *found =
        knowledge_phrase(decision->knowledge, phrase, decision->intake->language);
    jw_raw(json, found->json, found->json_len);
}

void write_identity(struct json_writer *json, const struct decision *decision) {
    char date[11];
    date_text(decision->intake->as_of, date);
    jw_member_text(json, "decision_id", decision->id);
    jw_member_text(json, "as_of", date);
    jw_member_text(json, "language", decision->knowledge->languages[decision->intake->language]);
}

void write_reason(struct json_writer *json, const struct decision *decision,
                  const struct acting *acting) {
    const struct rule *rule = &decision->knowledge->rules[acting->rule];
    jw_open_object(json);
    jw_member_text(json, "rule", rule->id);
    jw_member_text(json, "effect", effect_name((enum effect)acting->effect));
    if (acting->doubtful)
        jw_member_bool(json, "doubtful", true);
    write_words(json, "text", decision, rule->lay);
    jw_close_object(json);
}

/* ---- why a technique is out ---- */

void write_verdict_reasons_as(struct json_writer *json, const char *key,
                              const struct decision *decision, unsigned technique) {
    const unsigned at_most = decision->intake->brief ? 1 : 6;
    unsigned written = 0;
    jw_key(json, key);
    jw_open_array(json);
    for (unsigned i = 0; i < decision->outcome.acting_count && written < at_most; i++) {
        const struct acting *acting = &decision->outcome.acting[i];
        if (acting->effect == EFFECT_NONE || !decision_explains(decision, acting, technique))
            continue;
        write_reason(json, decision, acting);
        written++;
    }
    jw_close_array(json);
}

void write_waiting_for(struct json_writer *json, const struct decision *decision,
                       unsigned technique) {
    jw_key(json, "waiting_for");
    jw_open_array(json);
    if (decision->outcome.limits[technique].verdict == VERDICT_UNDETERMINED)
        for (unsigned q = 0; q < decision->question_count; q++)
            if (decision->questions[q].verdicts)
                jw_text(json, decision->knowledge->findings[decision->questions[q].finding].id);
    jw_close_array(json);
}

void write_without(struct json_writer *json, const char *key, const struct decision *decision,
                   unsigned technique) {
    jw_key(json, key);
    jw_open_array(json);
    for (unsigned i = 0; i < decision->what_if_count; i++) {
        const struct what_if *what_if = &decision->what_ifs[i];
        if (what_if->verdicts[technique] >= decision->outcome.limits[technique].verdict)
            continue;
        jw_open_object(json);
        jw_member_text(json, "finding", decision->knowledge->findings[what_if->finding].id);
        jw_member_text(json, "verdict", verdict_name((enum verdict)what_if->verdicts[technique]));
        jw_close_object(json);
    }
    jw_close_array(json);
}

/* ---- limits ---- */

void write_area_list(struct json_writer *json, const char *key, const struct knowledge *knowledge,
                     area_set areas) {
    jw_key(json, key);
    jw_open_array(json);
    for (; areas; areas &= areas - 1)
        jw_text(json, knowledge->areas[__builtin_ctz(areas)].id);
    jw_close_array(json);
}

void write_position_list(struct json_writer *json, const char *key,
                         const struct knowledge *knowledge, position_set positions) {
    jw_key(json, key);
    jw_open_array(json);
    for (unsigned set = positions; set; set &= set - 1)
        jw_text(json, knowledge->positions[__builtin_ctz(set)].id);
    jw_close_array(json);
}

int highest_pressure(const struct decision *decision, unsigned technique) {
    const struct limits *limits = &decision->outcome.limits[technique];
    return limits->verdict == VERDICT_CONTRAINDICATED ? 0 : limits->cap;
}

void write_limited_areas(struct json_writer *json, const struct decision *decision,
                         unsigned technique) {
    const struct limits *limits = &decision->outcome.limits[technique];
    jw_key(json, "areas_limited");
    jw_open_array(json);
    for (unsigned a = 0; a < decision->knowledge->area_count; a++) {
        if (limits->area_caps[a] >= limits->cap || limits->avoid >> a & 1)
            continue;
        jw_open_object(json);
        jw_member_text(json, "area", decision->knowledge->areas[a].id);
        jw_member_int(json, "max", limits->area_caps[a]);
        jw_close_object(json);
    }
    jw_close_array(json);
}

void write_modifications(struct json_writer *json, const struct decision *decision,
                         unsigned technique) {
    const struct knowledge *k = decision->knowledge;
    uint64_t seen[64] = {0};
    jw_key(json, "modifications");
    jw_open_array(json);
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct rule *rule = &k->rules[decision->outcome.acting[i].rule];
        if (!rule_concerns(rule, technique))
            continue;
        for (uint16_t m = 0; m < rule->modification_count; m++) {
            unsigned number = rule->modifications[m];
            if (seen[number / 64] >> (number % 64) & 1)
                continue;
            seen[number / 64] |= UINT64_C(1) << (number % 64);
            jw_open_object(json);
            jw_member_text(json, "id", k->modifications[number].id);
            write_words(json, "text", decision, k->modifications[number].words);
            jw_close_object(json);
        }
    }
    jw_close_array(json);
}

/* ---- questions ---- */

static const char *const kinds[] = {"finding", "detail", "again", "lifts", "check"};

static const char *attribute_name(unsigned attribute) {
    switch (attribute) {
    case ATTRIBUTE_WEEKS_AGO:
        return "weeks_ago";
    case ATTRIBUTE_VALUE:
        return "value";
    case ATTRIBUTE_AREAS:
        return "areas";
    default:
        return "detail";
    }
}

static void write_choices(struct json_writer *json, const struct decision *decision,
                          const struct finding *finding) {
    jw_key(json, "choices");
    jw_open_array(json);
    for (unsigned i = 0; i < finding->choice_count; i++) {
        jw_open_object(json);
        jw_member_text(json, "id", finding->choices[i].id);
        write_words(json, "label", decision, finding->choices[i].label);
        jw_close_object(json);
    }
    jw_close_array(json);
}

/* What a present finding can say besides yes, so that one tap opens the right field. */
static void write_attributes(struct json_writer *json, const struct decision *decision,
                             const struct finding *finding) {
    jw_key(json, "attributes");
    jw_open_array(json);
    for (unsigned bit = ATTRIBUTE_WEEKS_AGO; bit <= ATTRIBUTE_DETAIL; bit <<= 1)
        if (finding->attributes & bit)
            jw_text(json, attribute_name(bit));
    jw_close_array(json);
    if (finding->attributes & ATTRIBUTE_DETAIL)
        write_choices(json, decision, finding);
    if (finding->attributes & (ATTRIBUTE_WEEKS_AGO | ATTRIBUTE_VALUE)) {
        jw_member_text(json, "unit", finding->unit);
        jw_key(json, "min");
        jw_milli(json, finding->min);
        jw_key(json, "max");
        jw_milli(json, finding->max);
    }
}

static void write_could_change(struct json_writer *json, const struct decision *decision,
                               const struct question *question) {
    jw_key(json, "could_change");
    jw_open_object(json);
    if (question->level > (uint8_t)decision->outcome.triage)
        jw_member_text(json, "triage", triage_name((enum triage)question->level));
    jw_member_bool(json, "verdicts",
                   question->verdicts && decision->outcome.triage < TRIAGE_URGENT);
    jw_close_object(json);
}

static const char *why_phrase(const struct decision *decision, const struct question *question) {
    static const char *const levels[] = {"question_why.verdict", "question_why.clinician",
                                         "question_why.urgent", "question_why.emergency"};
    static const char *const others[] = {NULL, "question_why.detail", "question_why.again",
                                         "question_why.lifts", "question_why.check"};
    if (question->kind != QUESTION_FINDING)
        return others[question->kind];
    return levels[question->level > (uint8_t)decision->outcome.triage ? question->level : 0];
}

static void write_question(struct json_writer *json, const struct decision *decision,
                           const struct question *question) {
    const struct knowledge *k = decision->knowledge;
    const struct finding *finding = &k->findings[question->finding];
    bool again = question->kind == QUESTION_AGAIN;
    jw_open_object(json);
    jw_member_text(json, "finding", finding->id);
    jw_member_text(json, "kind", kinds[question->kind]);
    write_words(json, "question", decision,
                again && finding->simpler ? finding->simpler : finding->question);
    if (question->kind == QUESTION_DETAIL)
        jw_member_text(json, "attribute", attribute_name(question->attribute));
    write_attributes(json, decision, finding);
    if (finding->checklist >= 0)
        jw_member_text(json, "checklist", k->checklists[finding->checklist].id);
    write_could_change(json, decision, question);
    write_phrase(json, "why", decision, why_phrase(decision, question));
    jw_close_object(json);
}

static void write_basics_missing(struct json_writer *json, const struct decision *decision) {
    static const char *const names[] = {"age", "sex", "pain.intensity", "pain.duration_weeks",
                                        "pain.areas"};
    jw_key(json, "basics_missing");
    jw_open_array(json);
    for (unsigned i = 0; i < 5; i++)
        if (decision->basics_missing >> i & 1)
            jw_text(json, names[i]);
    jw_close_array(json);
}

void write_questions(struct json_writer *json, const struct decision *decision, unsigned at_most) {
    unsigned shown = decision->question_count < at_most ? decision->question_count : at_most;
    jw_member_text(json, "status", decision->complete ? "complete" : "needs_answers");
    jw_member_bool(json, "should_stop", decision->should_stop);
    write_basics_missing(json, decision);
    jw_key(json, "questions");
    jw_open_array(json);
    for (unsigned i = 0; i < shown; i++)
        write_question(json, decision, &decision->questions[i]);
    jw_close_array(json);
    jw_member_int(json, "questions_remaining",
                  (int64_t)(decision->questions_remaining + decision->question_count - shown));
}

/* ---- the ends of every answer ---- */

void write_safety_net(struct json_writer *json, const struct decision *decision) {
    const struct knowledge *k = decision->knowledge;
    jw_key(json, "safety_net");
    jw_open_object(json);
    write_phrase(json, "text", decision, "safety_net.short");
    unsigned shown = 0;
    for (unsigned t = 0; t < k->tip_count; t++) {
        if (k->tips[t].phase != ADVICE_WATCH_FOR || !set_has(decision->shown_tips, t))
            continue;
        if (shown++ == 0) {
            write_phrase(json, "intro", decision, "safety_net.watch_for_intro");
            jw_key(json, "watch_for");
            jw_open_array(json);
        }
        write_words(json, NULL, decision, k->tips[t].words);
    }
    if (shown) {
        jw_close_array(json);
        write_phrase(json, "say", decision, "safety_net.say");
    }
    jw_close_object(json);
}

void write_knowledge(struct json_writer *json, const struct decision *decision) {
    const struct knowledge *k = decision->knowledge;
    jw_key(json, "knowledge");
    jw_open_object(json);
    jw_member_text(json, "version", k->version);
    jw_member_text(json, "sha256", k->sha256);
    jw_member_text(json, "date", k->date);
    write_words(json, "status", decision, k->status);
    jw_close_object(json);
    write_phrase(json, "disclaimer", decision, "disclaimer");
}
