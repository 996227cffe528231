/* A rule that acts for a person as a DetectedIssue: how grave, why, what helps, what it rests on.
 */
#include <stdio.h>
#include <string.h>

#include "interop/fhir_assessment.h"

static const struct {
    const char *severity, *words;
} effects[EFFECT_COUNT] = {
    [EFFECT_NONE] = {"low", "To know"},
    [EFFECT_TECH] = {"moderate", "Not this technique"},
    [EFFECT_MOD] = {"low", "Possible with changes"},
    [EFFECT_LOC] = {"moderate", "Not in this area"},
    [EFFECT_CLR] = {"moderate", "Waits for a clinician"},
    [EFFECT_ABS] = {"high", "Contraindicated"},
    [EFFECT_CLINICIAN] = {"moderate", "Warning sign: see a clinician before any massage"},
    [EFFECT_URGENT] = {"high", "Warning sign: see a doctor today"},
    [EFFECT_EMERGENCY] = {"high", "Warning sign: emergency"},
};

bool fhir_issue_is(const struct fhir_about *about, const struct acting *acting) {
    const struct knowledge *k = about->source.knowledge;
    bool everybody = set_has(k->graph->quiet->fired, acting->rule);
    return acting->effect != EFFECT_NONE && !everybody && !k->rules[acting->rule].dose_only;
}

static const char *words_of(const struct fhir_about *about, text words) {
    return text_in(words, about->source.language)->utf8;
}

/* ---- pieces ---- */

static void write_narrative(struct json_writer *json, const struct fhir_about *about,
                            const struct acting *acting) {
    const struct rule *rule = &about->source.knowledge->rules[acting->rule];
    struct fhir_narrative narrative;
    fhir_narrative_open(&narrative);
    fhir_narrative_heading(&narrative, effects[acting->effect].words);
    fhir_narrative_text(&narrative, words_of(about, rule->lay));
    fhir_narrative_text(&narrative, words_of(about, rule->clinical));
    fhir_narrative_item(&narrative, "Rule:", rule->id);
    fhir_narrative_item(&narrative, "Confidence:", rule->confidence);
    for (uint16_t i = 0; i < rule->source_count; i++)
        fhir_narrative_item(&narrative,
                            "Source:", about->source.knowledge->sources[rule->sources[i]].key);
    fhir_narrative_item(&narrative,
                        "Uncertain:", rule->uncertain ? words_of(about, rule->uncertain) : NULL);
    fhir_narrative_list_close(&narrative);
    fhir_narrative_close(json, &narrative);
}

static void write_code(struct json_writer *json, const struct fhir_about *about,
                       const struct acting *acting) {
    const struct rule *rule = &about->source.knowledge->rules[acting->rule];
    jw_key(json, "code");
    jw_open_object(json);
    jw_key(json, "coding");
    jw_open_array(json);
    fhir_own_coding(json, "rule", rule->id, words_of(about, rule->lay));
    jw_close_array(json);
    jw_member_text(json, "text", effects[acting->effect].words);
    jw_close_object(json);
}

static void write_reference(struct json_writer *json, const struct fhir_about *about,
                            const char *type, const char *id, const char *display) {
    char url[FHIR_URL_SIZE + 300];
    (void)snprintf(url, sizeof url, "%s/%s/%s", about->base, type, id);
    jw_open_object(json);
    jw_member_text(json, "reference", url);
    fhir_member(json, "display", display);
    jw_close_object(json);
}

/* What would be done and should not: massage as a whole, or single techniques. */
static void write_implicated(struct json_writer *json, const struct fhir_about *about,
                             const struct acting *acting) {
    const struct knowledge *k = about->source.knowledge;
    const struct rule *rule = &k->rules[acting->rule];
    technique_set all =
        k->technique_count < MAX_TECHNIQUES ? (UINT32_C(1) << k->technique_count) - 1 : UINT32_MAX;
    technique_set set = (rule->blocked | rule->withheld | rule->touched) & all;
    jw_key(json, "implicated");
    jw_open_array(json);
    if (set == all || set == 0 || effect_triage((enum effect)acting->effect) > TRIAGE_SELF_CARE) {
        write_reference(json, about, "PlanDefinition", FHIR_PROTOCOL_ID, "Massage for back pain");
    } else {
        for (; set; set &= set - 1) {
            const struct technique *technique = &k->techniques[__builtin_ctz(set)];
            char id[FHIR_ID_SIZE];
            fhir_id(technique->id, id);
            write_reference(json, about, "ActivityDefinition", id,
                            words_of(about, technique->name));
        }
    }
    jw_close_array(json);
}

/* The answers the rule used; not sure is said as such. */
static void write_evidence(struct json_writer *json, const struct fhir_about *about,
                           const struct rule *rule) {
    const struct knowledge *k = about->source.knowledge;
    bool open = false;
    for (uint16_t i = 0; i < rule->reads_count; i++) {
        const struct finding *finding = &k->findings[rule->reads[i]];
        enum answer_state state = about->decision->intake->answers[rule->reads[i]].state;
        if (state != ANSWER_PRESENT && state != ANSWER_UNSURE)
            continue;
        if (!open) {
            jw_key(json, "evidence");
            jw_open_array(json);
            open = true;
        }
        jw_open_object(json);
        jw_key(json, "code");
        jw_open_array(json);
        fhir_own_concept(json, "finding", finding->id, words_of(about, finding->clinical_name));
        if (state == ANSWER_UNSURE)
            fhir_own_concept(json, "answer-state", "unknown", "Not sure");
        jw_close_array(json);
        jw_close_object(json);
    }
    if (open)
        jw_close_array(json);
}

static void write_mitigation(struct json_writer *json, bool *open, const char *code,
                             const char *text) {
    if (!text || !*text)
        return;
    if (!*open) {
        jw_key(json, "mitigation");
        jw_open_array(json);
        *open = true;
    }
    jw_open_object(json);
    jw_key(json, "action");
    if (code)
        fhir_own_concept(json, "modification", code, text);
    else
        fhir_text_concept(json, text);
    jw_close_object(json);
}

static void write_mitigations(struct json_writer *json, const struct fhir_about *about,
                              const struct acting *acting) {
    const struct knowledge *k = about->source.knowledge;
    const struct rule *rule = &k->rules[acting->rule];
    enum triage level = effect_triage((enum effect)acting->effect);
    bool waits = acting->effect == EFFECT_CLR, open = false;
    char text[64];
    if (acting->lifted)
        write_mitigation(json, &open, NULL, "A clinician's recorded clearance covers it.");
    else if (waits || level > TRIAGE_SELF_CARE) {
        char action[64];
        (void)snprintf(action, sizeof action, "triage.%s.action",
                       triage_name(waits ? TRIAGE_CLINICIAN : level));
        write_mitigation(json, &open, NULL, fhir_phrase(about, action));
    }
    if (rule->action && (enum effect)acting->effect == rule->effect)
        write_mitigation(json, &open, NULL, words_of(about, rule->action));
    for (uint16_t i = 0; i < rule->modification_count; i++) {
        const struct named_text *modification = &k->modifications[rule->modifications[i]];
        write_mitigation(json, &open, modification->id, words_of(about, modification->words));
    }
    (void)snprintf(text, sizeof text, "Pressure at most %u of 5", rule->cap);
    if (rule->cap)
        write_mitigation(json, &open, NULL, text);
    (void)snprintf(text, sizeof text, "At most %u minutes", rule->minutes_max);
    if (rule->minutes_max)
        write_mitigation(json, &open, NULL, text);
    if (open)
        jw_close_array(json);
}

/* ---- the resource ---- */

void fhir_issue_write(struct json_writer *json, const struct fhir_about *about,
                      const struct acting *acting) {
    const struct rule *rule = &about->source.knowledge->rules[acting->rule];
    char url[FHIR_URL_SIZE + 300];
    int root = (int)strlen(about->base) - (int)strlen("/fhir");
    (void)snprintf(url, sizeof url, "%.*s/contraindications/%s", root, about->base, rule->id);
    jw_open_object(json);
    jw_member_text(json, "resourceType", "DetectedIssue");
    jw_member_text(json, "language", fhir_language(&about->source));
    write_narrative(json, about, acting);
    jw_member_text(json, "status", acting->doubtful ? "preliminary" : "final");
    write_code(json, about, acting);
    jw_member_text(json, "severity", acting->lifted ? "low" : effects[acting->effect].severity);
    jw_key(json, "patient");
    fhir_subject_write(json, about->subject);
    fhir_day_member(json, "identifiedDateTime", about->decision->intake->as_of);
    write_implicated(json, about, acting);
    write_evidence(json, about, rule);
    fhir_member(json, "detail", words_of(about, rule->lay));
    jw_member_text(json, "reference", url);
    write_mitigations(json, about, acting);
    jw_close_object(json);
}
