/* The two answers, member by member, in the order of the contract. */
#include "resources/answer.h"

#include <string.h>

#include "resources/answer_parts.h"

enum { BRIEF_ITEMS = 5 };

/* ---- triage ---- */

static void write_because(struct json_writer *json, const struct decision *decision,
                          const struct rule *rule) {
    static const char *const states[] = {"not_asked", "absent", "unknown", "present"};
    static const char *const origins[] = {"stated", "none_of", "medication", "diagnosis",
                                          "presentation"};
    jw_key(json, "because");
    jw_open_array(json);
    for (uint16_t i = 0; i < rule->reads_count; i++) {
        const struct answer *answer = &decision->intake->answers[rule->reads[i]];
        if (answer->state != ANSWER_PRESENT && answer->state != ANSWER_UNSURE)
            continue;
        jw_open_object(json);
        jw_member_text(json, "finding", decision->knowledge->findings[rule->reads[i]].id);
        jw_member_text(json, "state", states[answer->state]);
        jw_member_text(json, "source", origins[answer->origin]);
        jw_close_object(json);
    }
    jw_close_array(json);
}

static void write_source_keys(struct json_writer *json, const struct decision *decision,
                              const struct rule *rule) {
    jw_key(json, "sources");
    jw_open_array(json);
    for (uint16_t i = 0; i < rule->source_count; i++)
        jw_text(json, decision->knowledge->sources[rule->sources[i]].key);
    jw_close_array(json);
}

static void write_basis(struct json_writer *json, const struct decision *decision,
                        const struct rule *rule) {
    jw_member_raw(json, "basis", rule->basis, strlen(rule->basis));
    jw_member_text(json, "confidence", rule->confidence);
    write_source_keys(json, decision, rule);
}

static void write_full_reason(struct json_writer *json, const struct decision *decision,
                              const struct acting *acting) {
    const struct rule *rule = &decision->knowledge->rules[acting->rule];
    jw_open_object(json);
    jw_member_text(json, "rule", rule->id);
    jw_member_text(json, "effect", effect_name((enum effect)acting->effect));
    if (acting->doubtful)
        jw_member_bool(json, "doubtful", true);
    write_words(json, "text", decision, rule->lay);
    if (rule->action && (enum effect)acting->effect == rule->effect)
        write_words(json, "action", decision, rule->action);
    write_because(json, decision, rule);
    write_basis(json, decision, rule);
    jw_close_object(json);
}

/* Reasons of triage levels, the highest level first. */
static void write_triage_reasons(struct json_writer *json, const struct decision *decision) {
    const struct outcome *outcome = &decision->outcome;
    jw_key(json, "reasons");
    jw_open_array(json);
    for (int level = TRIAGE_EMERGENCY; level >= TRIAGE_CLINICIAN; level--)
        for (unsigned i = 0; i < outcome->acting_count; i++) {
            const struct acting *acting = &outcome->acting[i];
            if (effect_triage((enum effect)acting->effect) != (enum triage)level || acting->lifted)
                continue;
            if (decision->intake->brief)
                write_reason(json, decision, acting);
            else
                write_full_reason(json, decision, acting);
        }
    jw_close_array(json);
}

void answer_triage(struct json_writer *json, const struct decision *decision) {
    const struct outcome *outcome = &decision->outcome;
    jw_open_object(json);
    jw_member_text(json, "level", triage_name(outcome->triage));
    write_phrase(json, "title", decision, decision_title(decision));
    write_phrase(json, "action", decision, decision_action(decision));
    if (!decision->intake->brief) {
        jw_key(json, "root_cause");
        if (outcome->root >= 0)
            write_full_reason(json, decision, &outcome->acting[outcome->root]);
        else
            jw_null(json);
    }
    write_triage_reasons(json, decision);
    jw_close_object(json);
}

/* ---- recommendations ---- */

static void write_score(struct json_writer *json, const struct score *score) {
    jw_member_int(json, "score", score->total);
    jw_key(json, "score_parts");
    jw_open_object(json);
    jw_member_int(json, "fit", score->fit);
    jw_member_int(json, "evidence", score->evidence);
    jw_member_int(json, "preference", score->preference);
    jw_member_int(json, "training", score->training);
    jw_member_int(json, "caution", score->caution);
    jw_close_object(json);
}

/* Starts at what is usual or wished for, never above the limit, never below what the technique can
 * do. */
static void write_pressure(struct json_writer *json, const struct decision *decision, unsigned t) {
    const struct technique *technique = &decision->knowledge->techniques[t];
    int max = highest_pressure(decision, t);
    int start = decision->intake->preferences.pressure ? decision->intake->preferences.pressure
                                                       : technique->pressure_default;
    start = start > technique->pressure_default ? technique->pressure_default : start;
    start = start > max ? max : start;
    start = start < technique->pressure_min ? technique->pressure_min : start;
    jw_key(json, "pressure");
    jw_open_object(json);
    jw_member_int(json, "start", start);
    jw_member_int(json, "max", max);
    jw_close_object(json);
}

static void write_session(struct json_writer *json, const struct decision *decision, unsigned t) {
    const struct technique *technique = &decision->knowledge->techniques[t];
    int most = decision->outcome.limits[t].minutes_max;
    jw_key(json, "minutes");
    jw_open_object(json);
    jw_member_int(json, "min", technique->minutes_min < most ? technique->minutes_min : most);
    jw_member_int(json, "max", most);
    jw_close_object(json);
    jw_key(json, "per_week");
    jw_open_object(json);
    jw_member_int(json, "min", 1);
    jw_member_int(json, "max", technique->per_week_max);
    jw_close_object(json);
}

/* Components of the technique that stay out: stretch, thrust, ... */
static void write_parts_left_out(struct json_writer *json, const struct decision *decision,
                                 unsigned t) {
    const char *written[8];
    unsigned count = 0;
    jw_key(json, "parts_left_out");
    jw_open_array(json);
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct rule *rule = &decision->knowledge->rules[decision->outcome.acting[i].rule];
        for (uint16_t r = 0; r < rule->restrict_count && count < 8; r++) {
            const struct token *token = &rule->restricts[r];
            bool local = token->place.areas || token->place.finding >= 0;
            bool known = !token->part || local || !(token->techniques >> t & 1);
            for (unsigned w = 0; w < count; w++)
                known |= token->part && strcmp(written[w], token->part) == 0;
            if (known)
                continue;
            written[count++] = token->part;
            jw_text(json, token->part);
        }
    }
    jw_close_array(json);
}

static void write_document_member(struct json_writer *json, const char *key,
                                  const struct prepared *prepared) {
    jw_member_raw(json, key, prepared->json, prepared->len);
}

static void write_reasons_for(struct json_writer *json, const struct decision *decision,
                              const struct ranked *ranked) {
    const struct knowledge *k = decision->knowledge;
    jw_key(json, "for");
    jw_open_array(json);
    write_words(json, NULL, decision, k->techniques[ranked->technique].evidence);
    for (presentation_set set = decision->presentations; set; set &= set - 1) {
        const struct presentation *presentation = &k->presentations[__builtin_ctz(set)];
        if (presentation->fit[ranked->technique] >= 2 && presentation->role)
            write_words(json, NULL, decision, presentation->role);
    }
    jw_close_array(json);
}

static void write_therapist_needs(struct json_writer *json, const struct decision *decision,
                                  unsigned t) {
    const struct technique *technique = &decision->knowledge->techniques[t];
    jw_key(json, "therapist_needs");
    jw_open_array(json);
    if (technique->therapist_need)
        write_words(json, NULL, decision, technique->therapist_need);
    if (decision->outcome.limits[t].expert)
        write_phrase_item(json, decision, "expert_only");
    jw_close_array(json);
}

static void write_recommendation(struct json_writer *json, const struct decision *decision,
                                 unsigned place) {
    const struct ranked *ranked = &decision->ranked[place];
    unsigned t = ranked->technique;
    const struct technique *technique = &decision->knowledge->techniques[t];
    const struct limits *limits = &decision->outcome.limits[t];
    bool brief = decision->intake->brief;
    jw_open_object(json);
    jw_member_int(json, "rank", place + 1);
    jw_member_text(json, "technique", technique->id);
    write_words(json, "name", decision, technique->name);
    jw_member_text(json, "verdict", verdict_name((enum verdict)limits->verdict));
    if (!brief)
        write_score(json, &ranked->score);
    write_pressure(json, decision, t);
    write_position_list(json, "positions", decision->knowledge, limits->positions);
    write_session(json, decision, t);
    write_area_list(json, "areas_to_avoid", decision->knowledge, limits->avoid);
    write_modifications(json, decision, t);
    if (!brief) {
        write_limited_areas(json, decision, t);
        write_parts_left_out(json, decision, t);
        write_words(json, "summary", decision, technique->summary);
        write_document_member(json, "evidence",
                              &technique->evidence_json[decision->intake->language]);
        write_document_member(json, "side_effects",
                              &technique->side_effects_json[decision->intake->language]);
        write_therapist_needs(json, decision, t);
        jw_key(json, "reasons");
        jw_open_object(json);
        write_reasons_for(json, decision, ranked);
        write_verdict_reasons_as(json, "against", decision, t);
        jw_close_object(json);
    }
    jw_close_object(json);
}

static void write_recommendations(struct json_writer *json, const struct decision *decision) {
    unsigned most = decision->intake->brief ? BRIEF_ITEMS : MAX_TECHNIQUES;
    jw_key(json, "recommendations");
    jw_open_array(json);
    for (unsigned i = 0; i < decision->ranked_count && i < most; i++)
        write_recommendation(json, decision, i);
    jw_close_array(json);
}

static void write_not_preferred(struct json_writer *json, const struct decision *decision) {
    jw_key(json, "not_preferred");
    jw_open_array(json);
    for (unsigned i = 0; i < decision->not_preferred_count; i++) {
        unsigned t = decision->not_preferred[i].technique;
        bool unwanted = decision->intake->preferences.avoided >> t & 1;
        jw_open_object(json);
        jw_member_text(json, "technique", decision->knowledge->techniques[t].id);
        write_words(json, "name", decision, decision->knowledge->techniques[t].name);
        jw_member_text(json, "verdict",
                       verdict_name((enum verdict)decision->outcome.limits[t].verdict));
        jw_member_text(json, "why", unwanted ? "avoided_by_preference" : "poor_fit");
        jw_close_object(json);
    }
    jw_close_array(json);
}

static void write_excluded(struct json_writer *json, const struct decision *decision) {
    jw_key(json, "excluded");
    jw_open_array(json);
    for (unsigned t = 0; t < decision->knowledge->technique_count; t++) {
        enum verdict verdict = (enum verdict)decision->outcome.limits[t].verdict;
        if (verdict <= VERDICT_CAUTION)
            continue;
        jw_open_object(json);
        jw_member_text(json, "technique", decision->knowledge->techniques[t].id);
        write_words(json, "name", decision, decision->knowledge->techniques[t].name);
        jw_member_text(json, "verdict", verdict_name(verdict));
        write_verdict_reasons_as(json, "reasons", decision, t);
        if (!decision->intake->brief) {
            if (highest_pressure(decision, t))
                jw_member_int(json, "pressure_max", highest_pressure(decision, t));
            write_without(json, "without", decision, t);
            write_waiting_for(json, decision, t);
        }
        jw_close_object(json);
    }
    jw_close_array(json);
}

static void write_what_ifs(struct json_writer *json, const struct decision *decision) {
    const struct knowledge *k = decision->knowledge;
    jw_key(json, "counterfactuals");
    jw_open_array(json);
    for (unsigned i = 0; i < decision->what_if_count; i++) {
        const struct what_if *what_if = &decision->what_ifs[i];
        jw_open_object(json);
        jw_member_text(json, "finding", k->findings[what_if->finding].id);
        write_words(json, "question", decision, k->findings[what_if->finding].question);
        jw_member_text(json, "triage", triage_name((enum triage)what_if->triage));
        jw_key(json, "verdicts");
        jw_open_object(json);
        for (unsigned t = 0; t < k->technique_count; t++)
            if (what_if->verdicts[t] != decision->outcome.limits[t].verdict)
                jw_member_text(json, k->techniques[t].id,
                               verdict_name((enum verdict)what_if->verdicts[t]));
        jw_close_object(json);
        jw_close_object(json);
    }
    jw_close_array(json);
}

/* ---- advice ---- */

static void write_tip_reasons(struct json_writer *json, const struct decision *decision,
                              unsigned t) {
    const struct tip *tip = &decision->knowledge->tips[t];
    jw_key(json, "because");
    jw_open_array(json);
    for (uint16_t i = 0; i < tip->reads_count; i++) {
        enum answer_state state = decision->intake->answers[tip->reads[i]].state;
        if (state == ANSWER_PRESENT || state == ANSWER_UNSURE)
            jw_text(json, decision->knowledge->findings[tip->reads[i]].id);
    }
    jw_close_array(json);
}

static void write_tip(struct json_writer *json, const struct decision *decision, unsigned t) {
    const struct tip *tip = &decision->knowledge->tips[t];
    bool shown = set_has(decision->shown_tips, t);
    jw_open_object(json);
    jw_member_text(json, "id", tip->id);
    write_words(json, "text", decision, shown || !tip->instead ? tip->words : tip->instead);
    if (decision->intake->brief) {
        jw_close_object(json);
        return;
    }
    jw_member_bool(json, "shown", shown);
    if (!shown) {
        write_words(json, "dropped", decision, tip->words);
        write_tip_reasons(json, decision, t);
    }
    if (tip->confidence)
        jw_member_text(json, "confidence", tip->confidence);
    jw_member_raw(json, "sources", tip->sources, strlen(tip->sources));
    jw_close_object(json);
}

/* Tips of a phase; those that hold only under a condition are left out when it does not hold. */
static void write_tips(struct json_writer *json, const char *key, const struct decision *decision,
                       enum advice phase) {
    jw_key(json, key);
    jw_open_array(json);
    for (unsigned t = 0; t < decision->knowledge->tip_count; t++) {
        const struct tip *tip = &decision->knowledge->tips[t];
        if (tip->phase == phase && (set_has(decision->shown_tips, t) || !tip->only_if))
            write_tip(json, decision, t);
    }
    jw_close_array(json);
}

static void write_advice(struct json_writer *json, const struct decision *decision) {
    jw_key(json, "guidance");
    jw_open_object(json);
    write_tips(json, "preparation", decision, ADVICE_PREPARATION);
    write_tips(json, "session", decision, ADVICE_SESSION);
    write_tips(json, "aftercare", decision, ADVICE_AFTERCARE);
    jw_close_object(json);
    if (!decision->intake->brief)
        write_tips(json, "care", decision, ADVICE_CARE);
    write_safety_net(json, decision);
}

static void write_id_texts(struct json_writer *json, const char *key,
                           const struct decision *decision, enum advice phase) {
    jw_key(json, key);
    jw_open_array(json);
    for (unsigned t = 0; t < decision->knowledge->tip_count; t++) {
        const struct tip *tip = &decision->knowledge->tips[t];
        if (tip->phase != phase || !set_has(decision->shown_tips, t))
            continue;
        jw_open_object(json);
        jw_member_text(json, "id", tip->id);
        write_words(json, "text", decision, tip->words);
        jw_close_object(json);
    }
    jw_close_array(json);
}

static void write_therapist(struct json_writer *json, const struct decision *decision) {
    jw_key(json, "therapist");
    jw_open_object(json);
    write_id_texts(json, "needs", decision, ADVICE_TRAINING);
    write_modifications(json, decision, ANY_TECHNIQUE);
    write_id_texts(json, "questions", decision, ADVICE_ASK_THERAPIST);
    write_id_texts(json, "warning_signs", decision, ADVICE_WARNING_SIGN);
    jw_close_object(json);
}

/* ---- everything that fired ---- */

static void write_fired(struct json_writer *json, const struct decision *decision) {
    jw_key(json, "fired");
    jw_open_array(json);
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct acting *acting = &decision->outcome.acting[i];
        const struct rule *rule = &decision->knowledge->rules[acting->rule];
        jw_open_object(json);
        jw_member_text(json, "rule", rule->id);
        jw_member_text(json, "effect", effect_name((enum effect)acting->effect));
        jw_member_bool(json, "doubtful", acting->doubtful);
        jw_member_bool(json, "lifted", acting->lifted != 0);
        write_words(json, "text", decision, rule->lay);
        write_words(json, "clinical_text", decision, rule->clinical);
        write_because(json, decision, rule);
        write_basis(json, decision, rule);
        if (rule->corrections) {
            jw_member_raw(json, "corrections", rule->corrections, strlen(rule->corrections));
        }
        if (rule->uncertain)
            write_words(json, "uncertain", decision, rule->uncertain);
        jw_close_object(json);
    }
    jw_close_array(json);
}

static void write_id_list(struct json_writer *json, const char *key,
                          const struct knowledge *knowledge, const uint16_t *findings,
                          uint16_t count) {
    jw_key(json, key);
    jw_open_array(json);
    for (uint16_t i = 0; i < count; i++)
        jw_text(json, knowledge->findings[findings[i]].id);
    jw_close_array(json);
}

static const char *medicine_status(const struct recognised *medicine) {
    if (!medicine->name)
        return "unrecognised";
    if (medicine->errors)
        return "corrected";
    return medicine->no_rule ? "no_rule" : "matched";
}

static const char *diagnosis_status(const struct recognised *diagnosis) {
    if (!diagnosis->name)
        return "unmapped";
    return diagnosis->implied_count || !diagnosis->asked_count ? "mapped" : "asks";
}

static void write_recognised_list(struct json_writer *json, const char *key,
                                  const struct decision *decision, const struct recognised *all,
                                  unsigned count,
                                  const char *(*status)(const struct recognised *)) {
    jw_key(json, key);
    jw_open_array(json);
    for (unsigned i = 0; i < count; i++) {
        jw_open_object(json);
        jw_member_text(json, "given", all[i].given);
        if (all[i].name)
            jw_member_text(json, "name", all[i].name);
        jw_member_text(json, "status", status(&all[i]));
        write_id_list(json, "implies", decision->knowledge, all[i].implied, all[i].implied_count);
        write_id_list(json, "asks", decision->knowledge, all[i].asked, all[i].asked_count);
        jw_close_object(json);
    }
    jw_close_array(json);
}

static void write_recognised(struct json_writer *json, const struct decision *decision) {
    const struct intake *intake = decision->intake;
    jw_key(json, "recognised");
    jw_open_object(json);
    write_recognised_list(json, "medications", decision, intake->medicines, intake->medicine_count,
                          medicine_status);
    write_recognised_list(json, "diagnoses", decision, intake->diagnoses, intake->diagnosis_count,
                          diagnosis_status);
    jw_key(json, "presentations");
    jw_open_array(json);
    for (presentation_set set = decision->presentations; set; set &= set - 1)
        jw_text(json, decision->knowledge->presentations[__builtin_ctz(set)].id);
    jw_close_array(json);
    jw_close_object(json);
}

/* Answers are much alike: room for one as long as the last of this thread, and a bit, spares the
 * copies of a growing buffer. */
static _Thread_local size_t usual_len = 16384;

static void begin(struct json_writer *json, struct buffer *out) {
    (void)buffer_reserve(out, usual_len + usual_len / 8);
    jw_init(json, out);
}

static enum status finish(const struct json_writer *json) {
    if (json->out->failed)
        return STATUS_NO_MEMORY;
    usual_len = json->out->len;
    return jw_ok(json) ? STATUS_OK : STATUS_INTERNAL;
}

enum status answer_recommendation(const struct decision *decision, struct buffer *out) {
    struct json_writer json;
    bool brief = decision->intake->brief;
    begin(&json, out);
    jw_open_object(&json);
    write_identity(&json, decision);
    jw_member_text(&json, "view", brief ? "brief" : "full");
    jw_key(&json, "triage");
    answer_triage(&json, decision);
    write_questions(&json, decision, brief ? BRIEF_ITEMS : MAX_QUESTIONS);
    write_recommendations(&json, decision);
    if (!brief)
        write_not_preferred(&json, decision);
    write_excluded(&json, decision);
    if (!brief)
        write_what_ifs(&json, decision);
    write_advice(&json, decision);
    if (!brief) {
        write_therapist(&json, decision);
        write_area_list(&json, "areas_to_avoid", decision->knowledge, decision->outcome.avoid);
        write_fired(&json, decision);
        write_recognised(&json, decision);
    }
    write_knowledge(&json, decision);
    jw_close_object(&json);
    return finish(&json);
}

static void write_check(struct json_writer *json, const struct decision *decision, unsigned t) {
    const struct limits *limits = &decision->outcome.limits[t];
    jw_open_object(json);
    jw_member_text(json, "technique", decision->knowledge->techniques[t].id);
    write_words(json, "name", decision, decision->knowledge->techniques[t].name);
    jw_member_text(json, "verdict", verdict_name((enum verdict)limits->verdict));
    write_verdict_reasons_as(json, "reasons", decision, t);
    if (highest_pressure(decision, t))
        jw_member_int(json, "pressure_max", highest_pressure(decision, t));
    write_area_list(json, "areas_to_avoid", decision->knowledge, limits->avoid);
    write_limited_areas(json, decision, t);
    write_position_list(json, "positions", decision->knowledge, limits->positions);
    write_modifications(json, decision, t);
    write_without(json, "what_would_change", decision, t);
    write_waiting_for(json, decision, t);
    jw_close_object(json);
}

enum status answer_checks(const struct decision *decision, struct buffer *out) {
    struct json_writer json;
    technique_set asked = decision->intake->asked_techniques;
    begin(&json, out);
    jw_open_object(&json);
    write_identity(&json, decision);
    jw_key(&json, "triage");
    answer_triage(&json, decision);
    write_questions(&json, decision, MAX_QUESTIONS);
    jw_key(&json, "checks");
    jw_open_array(&json);
    for (unsigned t = 0; t < decision->knowledge->technique_count; t++)
        if (!asked || asked >> t & 1)
            write_check(&json, decision, t);
    jw_close_array(&json);
    write_safety_net(&json, decision);
    write_knowledge(&json, decision);
    jw_close_object(&json);
    return finish(&json);
}
