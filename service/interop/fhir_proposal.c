/*
 * A proposed CarePlan: what to do first, the technique that suits best with its course, care
 * without massage, and what must not be done. A proposal is nobody's plan until somebody takes it.
 */
#include <stdio.h>
#include <string.h>

#include "care/plan_template.h"
#include "interop/fhir_assessment.h"

static const char *words_of(const struct fhir_about *about, text words) {
    return text_in(words, about->source.language)->utf8;
}

static void open_detail(struct json_writer *json) {
    jw_open_object(json);
    jw_key(json, "detail");
    jw_open_object(json);
}

static void close_detail(struct json_writer *json) {
    jw_close_object(json);
    jw_close_object(json);
}

static void write_instantiates(struct json_writer *json, const struct fhir_about *about,
                               const char *type, const char *id) {
    char url[FHIR_URL_SIZE];
    fhir_canonical(&about->source, type, id, url);
    jw_key(json, "instantiatesCanonical");
    jw_open_array(json);
    jw_text(json, url);
    jw_close_array(json);
}

static void write_technique(struct json_writer *json, const struct fhir_about *about, unsigned t) {
    const struct technique *technique = &about->source.knowledge->techniques[t];
    jw_member_text(json, "kind", "ServiceRequest");
    write_instantiates(json, about, "ActivityDefinition", technique->id);
    jw_key(json, "code");
    fhir_own_concept(json, "technique", technique->id, words_of(about, technique->name));
}

/* ---- first things first ---- */

static void write_triage(struct json_writer *json, const struct fhir_about *about) {
    const struct decision *decision = about->decision;
    if (decision->outcome.triage == TRIAGE_SELF_CARE)
        return;
    open_detail(json);
    jw_key(json, "code");
    fhir_own_concept(json, "triage", triage_name(decision->outcome.triage),
                     fhir_phrase(about, decision_title(decision)));
    jw_member_text(json, "status", "not-started");
    fhir_member(json, "description", fhir_phrase(about, decision_action(decision)));
    close_detail(json);
}

/* Open questions: what is asked next, in words and as findings. */
static void write_questions(struct json_writer *json, const struct fhir_about *about) {
    const struct decision *decision = about->decision;
    const struct knowledge *k = about->source.knowledge;
    if (decision->question_count == 0)
        return;
    open_detail(json);
    write_instantiates(json, about, "Questionnaire", FHIR_INTAKE_ID);
    jw_key(json, "reasonCode");
    jw_open_array(json);
    for (unsigned q = 0; q < decision->question_count; q++) {
        const struct finding *finding = &k->findings[decision->questions[q].finding];
        fhir_own_concept(json, "finding", finding->id, words_of(about, finding->question));
    }
    jw_close_array(json);
    jw_member_text(json, "status", "not-started");
    fhir_member(json, "description", fhir_phrase(about, "status.needs_answers"));
    close_detail(json);
}

/* ---- the course ---- */

static void write_timing(struct json_writer *json, const struct plan *plan) {
    jw_key(json, "scheduledTiming");
    jw_open_object(json);
    jw_key(json, "repeat");
    jw_open_object(json);
    jw_key(json, "boundsPeriod");
    jw_open_object(json);
    fhir_day_member(json, "start", plan->wish->starts_on);
    fhir_day_member(json, "end", plan->stops_on);
    jw_close_object(json);
    jw_member_int(json, "count", plan->max_sessions);
    jw_member_int(json, "duration", plan->minutes_start);
    if (plan->minutes_max > plan->minutes_start)
        jw_member_int(json, "durationMax", plan->minutes_max);
    jw_member_text(json, "durationUnit", "min");
    jw_member_int(json, "frequency", plan->per_week);
    jw_member_int(json, "period", 1);
    jw_member_text(json, "periodUnit", "wk");
    jw_close_object(json);
    jw_close_object(json);
}

/* How it is to be given: pressure, areas to leave out, positions, changes. */
static void write_how(struct json_writer *json, const struct fhir_about *about) {
    const struct plan *plan = about->plan;
    const struct decision *decision = about->decision;
    const struct knowledge *k = about->source.knowledge;
    const struct limits *limits = &decision->outcome.limits[plan->technique];
    struct buffer text;
    buffer_init(&text);
    (void)buffer_printf(&text, "Pressure from %d, at most %d of 5.", plan->pressure_start,
                        plan->pressure_max);
    for (area_set areas = limits->avoid; areas; areas &= areas - 1)
        (void)buffer_printf(&text, "%s %s%s", areas == limits->avoid ? " Leave out:" : ",",
                            words_of(about, k->areas[__builtin_ctz(areas)].words),
                            areas & (areas - 1) ? "" : ".");
    (void)buffer_puts(&text, " Positions:");
    for (unsigned set = limits->positions; set; set &= set - 1)
        (void)buffer_printf(&text, " %s%s", words_of(about, k->positions[__builtin_ctz(set)].words),
                            set & (set - 1) ? "," : ".");
    for (unsigned i = 0; i < k->modification_count; i++)
        if (set_has(decision->outcome.modifications, i))
            (void)buffer_printf(&text, " %s", words_of(about, k->modifications[i].words));
    fhir_member(json, "description", text.data);
    json->out->failed |= text.failed;
    buffer_free(&text);
}

static void write_course(struct json_writer *json, const struct fhir_about *about) {
    if (!about->plan)
        return;
    open_detail(json);
    write_technique(json, about, about->plan->technique);
    jw_member_text(json, "status", "not-started");
    write_timing(json, about->plan);
    write_how(json, about);
    close_detail(json);
}

/* What helps without massage, and the check before every session. */
static void write_care(struct json_writer *json, const struct fhir_about *about) {
    const struct knowledge *k = about->source.knowledge;
    const json_t *review = json_object_get(fhir_rows(&about->source, "plans", "phrases"), "review");
    for (unsigned t = 0; t < k->tip_count; t++) {
        const struct tip *tip = &k->tips[t];
        bool shown = set_has(about->decision->shown_tips, t);
        if (tip->phase != ADVICE_CARE || (!shown && (tip->only_if || !tip->instead)))
            continue;
        open_detail(json);
        jw_member_text(json, "status", "not-started");
        fhir_member(json, "description", words_of(about, shown ? tip->words : tip->instead));
        close_detail(json);
    }
    if (!about->plan)
        return;
    open_detail(json);
    write_instantiates(json, about, "Questionnaire", FHIR_INTAKE_ID);
    jw_member_text(json, "status", "not-started");
    fhir_member(json, "description", fhir_row_text(&about->source, review, "every_session"));
    close_detail(json);
}

/* ---- what must not be done ---- */

static void write_verdict_reasons(struct json_writer *json, const struct fhir_about *about,
                                  unsigned t) {
    enum { MOST = 6 };
    const struct outcome *outcome = &about->decision->outcome;
    unsigned written = 0;
    for (unsigned i = 0; i < outcome->acting_count && written < MOST; i++) {
        const struct acting *acting = &outcome->acting[i];
        if (acting->effect == EFFECT_NONE || !decision_explains(about->decision, acting, t))
            continue;
        const struct rule *rule = &about->source.knowledge->rules[acting->rule];
        if (written++ == 0) {
            jw_key(json, "reasonCode");
            jw_open_array(json);
        }
        fhir_own_concept(json, "rule", rule->id, words_of(about, rule->lay));
    }
    if (written)
        jw_close_array(json);
}

/* Withheld: never to be done, or not before a clinician agrees. Undetermined: on hold. */
static void write_not_to_do(struct json_writer *json, const struct fhir_about *about, unsigned t) {
    enum verdict verdict = (enum verdict)about->decision->outcome.limits[t].verdict;
    char phrase[64];
    if (verdict <= VERDICT_CAUTION)
        return;
    (void)snprintf(phrase, sizeof phrase, "verdicts.%s", verdict_name(verdict));
    open_detail(json);
    write_technique(json, about, t);
    write_verdict_reasons(json, about, t);
    jw_member_text(json, "status", verdict == VERDICT_UNDETERMINED ? "on-hold" : "not-started");
    jw_key(json, "statusReason");
    fhir_own_concept(json, "verdict", verdict_name(verdict), fhir_phrase(about, phrase));
    if (verdict > VERDICT_UNDETERMINED)
        jw_member_bool(json, "doNotPerform", true);
    close_detail(json);
}

/* ---- the resource ---- */

static void write_narrative(struct json_writer *json, const struct fhir_about *about,
                            const char *title) {
    const struct decision *decision = about->decision;
    const struct knowledge *k = about->source.knowledge;
    struct fhir_narrative narrative;
    fhir_narrative_open(&narrative);
    fhir_narrative_heading(&narrative, fhir_phrase(about, decision_title(decision)));
    fhir_narrative_text(&narrative, fhir_phrase(about, decision_action(decision)));
    fhir_narrative_text(&narrative, title);
    for (unsigned i = 0; i < decision->ranked_count; i++)
        fhir_narrative_item(&narrative, "May be used:",
                            words_of(about, k->techniques[decision->ranked[i].technique].name));
    for (unsigned t = 0; t < k->technique_count; t++)
        if (decision->outcome.limits[t].verdict > VERDICT_UNDETERMINED)
            fhir_narrative_item(&narrative,
                                decision->outcome.limits[t].verdict == VERDICT_CONTRAINDICATED
                                    ? "Contraindicated:"
                                    : "Waits for a clinician:",
                                words_of(about, k->techniques[t].name));
    fhir_narrative_list_close(&narrative);
    fhir_narrative_text(&narrative, fhir_phrase(about, "disclaimer"));
    fhir_narrative_close(json, &narrative);
}

static void write_category(struct json_writer *json, const struct plan *plan,
                           const struct fhir_about *about) {
    jw_key(json, "category");
    jw_open_array(json);
    fhir_own_concept(json, "plan-category", "massage", "Massage therapy plan");
    if (plan)
        fhir_own_concept(json, "course", json_string_value(json_object_get(plan->template, "id")),
                         fhir_row_text(&about->source, plan->template, "name"));
    jw_close_array(json);
}

static void write_notes(struct json_writer *json, const struct fhir_about *about) {
    const char *const texts[] = {
        about->plan ? fhir_row_text(&about->source, about->plan->template, "text")
                    : fhir_phrase(about, "nothing_left.text"),
        fhir_phrase(about, "expectation"),
        fhir_phrase(about, "safety_net.short"),
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

static void write_activities(struct json_writer *json, const struct fhir_about *about) {
    jw_key(json, "activity");
    jw_open_array(json);
    write_triage(json, about);
    write_questions(json, about);
    write_course(json, about);
    write_care(json, about);
    for (unsigned t = 0; t < about->source.knowledge->technique_count; t++)
        write_not_to_do(json, about, t);
    jw_close_array(json);
}

void fhir_proposal_write(struct json_writer *json, const struct fhir_about *about) {
    struct buffer title;
    buffer_init(&title);
    if (about->plan)
        plan_title(about->plan, &title);
    else
        (void)buffer_puts(&title, fhir_phrase(about, decision_title(about->decision)));
    jw_open_object(json);
    jw_member_text(json, "resourceType", "CarePlan");
    jw_member_text(json, "language", fhir_language(&about->source));
    write_narrative(json, about, about->plan && title.data ? title.data : "");
    write_instantiates(json, about, "PlanDefinition", FHIR_PROTOCOL_ID);
    jw_member_text(json, "status", "draft");
    jw_member_text(json, "intent", "proposal");
    write_category(json, about->plan, about);
    fhir_member(json, "title", title.data);
    jw_key(json, "subject");
    fhir_subject_write(json, about->subject);
    if (about->plan) {
        jw_key(json, "period");
        jw_open_object(json);
        fhir_day_member(json, "start", about->plan->wish->starts_on);
        fhir_day_member(json, "end", about->plan->stops_on);
        jw_close_object(json);
    }
    fhir_day_member(json, "created", about->decision->intake->as_of);
    write_activities(json, about);
    write_notes(json, about);
    jw_close_object(json);
    json->out->failed |= title.failed;
    buffer_free(&title);
}
