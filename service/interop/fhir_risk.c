/* The triage as a RiskAssessment: level, why, what to do, what is still to be asked. */
#include <stdio.h>
#include <string.h>

#include "interop/fhir_assessment.h"

enum { MOST_REASONS = 12 };

/* The rules of triage levels, the highest first, each as a text of the person's language. */
static size_t triage_reasons(const struct fhir_about *about, const char *reasons[MOST_REASONS]) {
    const struct outcome *outcome = &about->decision->outcome;
    size_t count = 0;
    for (int level = TRIAGE_EMERGENCY; level >= TRIAGE_CLINICIAN; level--)
        for (unsigned i = 0; i < outcome->acting_count && count < MOST_REASONS; i++) {
            const struct acting *acting = &outcome->acting[i];
            if (effect_triage((enum effect)acting->effect) == (enum triage)level && !acting->lifted)
                reasons[count++] = text_in(about->source.knowledge->rules[acting->rule].lay,
                                           about->source.language)
                                       ->utf8;
        }
    return count;
}

static void write_narrative(struct json_writer *json, const struct fhir_about *about,
                            const char *const *reasons, size_t count) {
    const struct decision *decision = about->decision;
    struct fhir_narrative narrative;
    fhir_narrative_open(&narrative);
    fhir_narrative_heading(&narrative, fhir_phrase(about, decision_title(decision)));
    fhir_narrative_text(&narrative, fhir_phrase(about, decision_action(decision)));
    for (size_t i = 0; i < count; i++)
        fhir_narrative_item(&narrative, NULL, reasons[i]);
    for (unsigned q = 0; q < decision->question_count; q++)
        fhir_narrative_item(
            &narrative, "Still to ask:",
            text_in(about->source.knowledge->findings[decision->questions[q].finding].question,
                    about->source.language)
                ->utf8);
    fhir_narrative_list_close(&narrative);
    fhir_narrative_text(&narrative, fhir_phrase(about, "disclaimer"));
    fhir_narrative_close(json, &narrative);
}

static void write_percent(struct json_writer *json, const char *end, int percent) {
    jw_key(json, end);
    jw_open_object(json);
    jw_member_int(json, "value", percent);
    jw_member_text(json, "unit", "%");
    jw_member_text(json, "system", SYSTEM_UCUM);
    jw_member_text(json, "code", "%");
    jw_close_object(json);
}

/* How likely anything is, a triage does not say: from none to all. The range stands there because
 * validators read the invariant ras-2 so that a prediction has a probability. */
static void write_no_probability(struct json_writer *json) {
    jw_key(json, "probabilityRange");
    jw_open_object(json);
    write_percent(json, "low", 0);
    write_percent(json, "high", 100);
    jw_close_object(json);
}

static void write_prediction(struct json_writer *json, const struct fhir_about *about,
                             const char *const *reasons, size_t count) {
    const struct decision *decision = about->decision;
    struct buffer why;
    buffer_init(&why);
    for (size_t i = 0; i < count; i++)
        (void)buffer_printf(&why, "%s%s", i ? " " : "", reasons[i]);
    jw_key(json, "prediction");
    jw_open_array(json);
    jw_open_object(json);
    jw_key(json, "outcome");
    fhir_own_concept(json, "triage", triage_name(decision->outcome.triage),
                     fhir_phrase(about, decision_title(decision)));
    write_no_probability(json);
    if (count)
        fhir_member(json, "rationale", why.data);
    jw_close_object(json);
    jw_close_array(json);
    json->out->failed |= why.failed;
    buffer_free(&why);
}

/* Which knowledge said so. */
static void write_method(struct json_writer *json, const struct fhir_about *about) {
    char text[200];
    (void)snprintf(text, sizeof text, "Unknot knowledge %s, SHA-256 %s",
                   about->source.knowledge->version, about->source.knowledge->sha256);
    jw_key(json, "method");
    fhir_text_concept(json, text);
}

static void write_notes(struct json_writer *json, const struct fhir_about *about) {
    const char *const texts[] = {
        fhir_phrase(about, about->decision->complete ? "status.complete" : "status.needs_answers"),
        fhir_phrase(about, "safety_net.short"),
        fhir_words(&about->source, fhir_rows(&about->source, "release", "status")),
    };
    jw_key(json, "note");
    jw_open_array(json);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!texts[i] || !*texts[i])
            continue;
        jw_open_object(json);
        jw_member_text(json, "text", texts[i]);
        jw_close_object(json);
    }
    jw_close_array(json);
}

void fhir_risk_write(struct json_writer *json, const struct fhir_about *about) {
    const struct decision *decision = about->decision;
    const char *reasons[MOST_REASONS];
    size_t count = triage_reasons(about, reasons);
    jw_open_object(json);
    jw_member_text(json, "resourceType", "RiskAssessment");
    jw_member_text(json, "language", fhir_language(&about->source));
    write_narrative(json, about, reasons, count);
    jw_member_text(json, "status", decision->complete ? "final" : "preliminary");
    write_method(json, about);
    jw_key(json, "code");
    fhir_text_concept(json, "Triage before massage for back pain");
    jw_key(json, "subject");
    fhir_subject_write(json, about->subject);
    fhir_day_member(json, "occurrenceDateTime", decision->intake->as_of);
    write_prediction(json, about, reasons, count);
    fhir_member(json, "mitigation", fhir_phrase(about, decision_action(decision)));
    write_notes(json, about);
    jw_close_object(json);
}
