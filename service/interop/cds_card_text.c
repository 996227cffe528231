#include "interop/cds_card_text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { RULES_MAX = 5, TECHNIQUES_MAX = 6, CHANGES_MAX = 8, QUESTIONS_MAX = 5, ROWS_MAX = 20 };

static const char *said(const struct decision *decision, text words) {
    return text_in(words, decision->intake->language)->utf8;
}

/* ---- reasons ---- */

static const struct finding *cause_of(const struct decision *decision, const struct rule *rule) {
    const struct finding *unsure = NULL;
    for (uint16_t i = 0; i < rule->reads_count; i++) {
        enum answer_state state = decision->intake->answers[rule->reads[i]].state;
        if (state == ANSWER_PRESENT)
            return &decision->knowledge->findings[rule->reads[i]];
        if (state == ANSWER_UNSURE)
            unsure = &decision->knowledge->findings[rule->reads[i]];
    }
    return unsure;
}

bool cds_limits(const struct decision *decision, const struct acting *acting, unsigned technique) {
    const struct rule *rule = &decision->knowledge->rules[acting->rule];
    return decision->outcome.limits[technique].verdict == VERDICT_UNDETERMINED &&
           acting->effect != EFFECT_NONE && !rule->always && rule->touched >> technique & 1 &&
           cause_of(decision, rule);
}

static bool explains_one(const struct decision *decision, const struct acting *acting,
                         technique_set techniques) {
    if (acting->effect == EFFECT_NONE)
        return false;
    for (; techniques; techniques &= techniques - 1) {
        unsigned technique = (unsigned)__builtin_ctz(techniques);
        if (decision_explains(decision, acting, technique) ||
            cds_limits(decision, acting, technique))
            return true;
    }
    return false;
}

/* What is certain and has to do with this person leads; then what is counted for the worse. */
static int leads(const struct decision *decision, const struct acting *acting) {
    bool personal = cause_of(decision, &decision->knowledge->rules[acting->rule]) != NULL;
    return (personal ? 2 : 0) + (acting->doubtful ? 0 : 1);
}

const struct acting *cds_leading_rule(const struct decision *decision, technique_set techniques) {
    const struct acting *first = NULL;
    int best = -1;
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct acting *acting = &decision->outcome.acting[i];
        int rank = explains_one(decision, acting, techniques) ? leads(decision, acting) : -1;
        if (rank <= best)
            continue;
        best = rank;
        first = acting;
    }
    return first;
}

void cds_because(const struct decision *decision, const struct rule *rule, char *out, size_t size) {
    const struct finding *finding = cause_of(decision, rule);
    /* What follows from age or several answers has no name of its own: the rule begins with it. */
    const char *name = said(decision, finding ? finding->clinical_name : rule->clinical);
    size_t len = strcspn(name, ";(,:.");
    while (len && name[len - 1] == ' ')
        len--;
    (void)snprintf(out, size, "%.*s", (int)len, name);
    /* "Current treatment" becomes "current treatment"; abbreviations stay. */
    if (out[0] >= 'A' && out[0] <= 'Z' && out[1] >= 'a' && out[1] <= 'z')
        out[0] = (char)(out[0] - 'A' + 'a');
}

void cds_names(const struct decision *decision, technique_set techniques, unsigned at_most,
               struct buffer *out) {
    unsigned left = (unsigned)__builtin_popcount(techniques), written = 0;
    for (; techniques && written < at_most; techniques &= techniques - 1, written++, left--) {
        bool last = left == 1 && written > 0;
        (void)buffer_printf(
            out, "%s%s",
            written == 0 ? ""
            : last       ? " and "
                         : ", ",
            said(decision, decision->knowledge->techniques[__builtin_ctz(techniques)].name));
    }
    if (left)
        (void)buffer_printf(out, " and %u more", left);
}

void cds_cut(char *summary) {
    static const char dots[] = "...";
    size_t at = CDS_SUMMARY_MAX - (sizeof dots - 1);
    if (strlen(summary) <= CDS_SUMMARY_MAX)
        return;
    while (at && ((unsigned char)summary[at] & 0xC0) == 0x80)
        at--;
    memcpy(summary + at, dots, sizeof dots);
}

static void write_reason(const struct cds_case *about, const struct acting *acting,
                         struct buffer *out) {
    const struct decision *decision = about->decision;
    const struct rule *rule = &decision->knowledge->rules[acting->rule];
    (void)buffer_printf(
        out, "- %s ([%s](%s/contraindications/%s), confidence %s)%s\n",
        said(decision, rule->clinical), rule->id, about->base, rule->id, rule->confidence,
        acting->doubtful ? " - counted for the worse: an answer is missing or not sure" : "");
    if (rule->action && acting->effect == (uint8_t)rule->effect)
        (void)buffer_printf(out, "  - %s\n", said(decision, rule->action));
}

/* The certain ones first, each kind in its order of severity. */
void cds_write_reasons(const struct cds_case *about, technique_set techniques, struct buffer *out) {
    const struct outcome *outcome = &about->decision->outcome;
    unsigned written = 0, more = 0;
    for (int rank = 3; rank >= 0; rank--)
        for (unsigned i = 0; i < outcome->acting_count; i++) {
            const struct acting *acting = &outcome->acting[i];
            if (!explains_one(about->decision, acting, techniques) ||
                leads(about->decision, acting) != rank)
                continue;
            if (written == RULES_MAX) {
                more++;
                continue;
            }
            (void)buffer_puts(out, written++ ? "" : "**Why**\n\n");
            write_reason(about, acting, out);
        }
    if (more)
        (void)buffer_printf(out, "- and %u more reasons\n", more);
    (void)buffer_puts(out, written ? "\n" : "");
}

/* ---- limits ---- */

static void write_areas(const struct decision *decision, area_set areas, struct buffer *out) {
    for (const char *between = "; not on: "; areas; areas &= areas - 1, between = ", ")
        (void)buffer_printf(out, "%s%s", between,
                            said(decision, decision->knowledge->areas[__builtin_ctz(areas)].words));
}

static void write_limit(const struct decision *decision, unsigned t, struct buffer *out) {
    const struct technique *technique = &decision->knowledge->techniques[t];
    const struct limits *limits = &decision->outcome.limits[t];
    int least =
        technique->minutes_min < limits->minutes_max ? technique->minutes_min : limits->minutes_max;
    (void)buffer_printf(out, "- **%s**: pressure up to %d of 5, %d to %d minutes",
                        said(decision, technique->name), (int)limits->cap, least,
                        (int)limits->minutes_max);
    if (limits->avoid)
        write_areas(decision, limits->avoid, out);
    if (limits->expert)
        (void)buffer_puts(out, "; only with a therapist trained for this");
    (void)buffer_puts(out, "\n");
}

static bool concerns_one(const struct rule *rule, technique_set techniques) {
    for (; techniques; techniques &= techniques - 1)
        if (rule_concerns(rule, (unsigned)__builtin_ctz(techniques)))
            return true;
    return false;
}

static void write_changes(const struct decision *decision, technique_set techniques,
                          struct buffer *out) {
    uint16_t seen[CHANGES_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct rule *rule = &decision->knowledge->rules[decision->outcome.acting[i].rule];
        if (rule->always || !concerns_one(rule, techniques))
            continue;
        for (uint16_t m = 0; m < rule->modification_count && count < CHANGES_MAX; m++) {
            bool known = false;
            for (unsigned s = 0; s < count; s++)
                known |= seen[s] == rule->modifications[m];
            if (known)
                continue;
            (void)buffer_printf(
                out, "%s- %s\n", count ? "" : "\n**Changes**\n\n",
                said(decision, decision->knowledge->modifications[rule->modifications[m]].words));
            seen[count++] = rule->modifications[m];
        }
    }
    (void)buffer_puts(out, "\n");
}

void cds_write_limits(const struct cds_case *about, technique_set techniques, struct buffer *out) {
    unsigned written = 0;
    for (technique_set rest = techniques; rest; rest &= rest - 1) {
        if (written++ == TECHNIQUES_MAX) {
            (void)buffer_printf(out, "- and %d more\n", __builtin_popcount(rest));
            break;
        }
        write_limit(about->decision, (unsigned)__builtin_ctz(rest), out);
    }
    write_changes(about->decision, techniques, out);
}

/* ---- questions ---- */

/* What every decision rests on and the record does not say. */
static void write_basics(const struct decision *decision, struct buffer *out) {
    const struct intake *intake = decision->intake;
    const struct {
        bool missing;
        const char *words;
    } basics[] = {
        {intake->numbers[INTAKE_AGE] < 0, "the age"},
        {intake->numbers[INTAKE_PAIN_INTENSITY] < 0, "the pain from 0 to 10 (LOINC 72514-3)"},
        {intake->numbers[INTAKE_PAIN_WEEKS] < 0, "since when there is pain (onset of the problem)"},
    };
    unsigned written = 0;
    for (size_t i = 0; i < sizeof basics / sizeof *basics; i++)
        if (basics[i].missing)
            (void)buffer_printf(out, "%s%s",
                                written++ ? ", " : "**Not in the record**: ", basics[i].words);
    (void)buffer_puts(out, written ? "\n\n" : "");
}

void cds_write_questions(const struct cds_case *about, struct buffer *out) {
    const struct decision *decision = about->decision;
    unsigned all = decision->question_count + decision->questions_remaining;
    write_basics(decision, out);
    if (!all)
        return;
    (void)buffer_printf(
        out, "**Ask first** (%u in all, as a form: [questionnaire](%s/questionnaire))\n\n", all,
        about->base);
    for (unsigned q = 0; q < decision->question_count && q < QUESTIONS_MAX; q++)
        (void)buffer_printf(
            out, "- %s\n",
            said(decision, decision->knowledge->findings[decision->questions[q].finding].question));
    (void)buffer_puts(out, "\n");
}

/* ---- the record ---- */

/* Text of a stranger inside of markdown: letters, digits and harmless signs only, and not long. */
static void write_foreign(const char *text, struct buffer *out) {
    enum { LONGEST = 60 };
    for (size_t i = 0; text && text[i] && i < LONGEST; i++) {
        unsigned char c = (unsigned char)text[i];
        bool harmless = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                        (c >= 'a' && c <= 'z') || strchr(" .,-/", c);
        (void)buffer_append(out, harmless ? text + i : " ", 1);
    }
}

static const char *why_in_words(const char *why) {
    static const struct {
        const char *why, *words;
    } rows[] = {
        {"unmapped", "not known here"},
        {"resolved", "over"},
        {"refuted", "refuted"},
        {"entered_in_error", "entered in error"},
        {"ended", "no longer taken"},
        {"not_taken", "not taken"},
        {"stale", "too old"},
        {"unit", "a unit not known here"},
        {"no_number", "no number"},
        {"out_of_range", "out of range"},
        {"in_the_future", "dated in the future"},
        {"contradiction", "contradicts the record"},
        {"other_patient", "of another patient"},
        {"system_off", "a code system that is switched off"},
        {"too_many", "more than can be read"},
        {"not_read", "a kind of resource that is not read"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].why, why) == 0)
            return rows[i].words;
    return why;
}

static void write_unmapped(const struct cds_case *about, struct buffer *out) {
    size_t i, count = json_array_size(about->unmapped);
    json_t *row;
    if (!count)
        return;
    (void)buffer_printf(out, "**Not used from the record** (%zu)\n\n", count);
    json_array_foreach(about->unmapped, i, row) {
        const char *text = json_string_value(json_object_get(row, "text"));
        const char *code = json_string_value(json_object_get(row, "code"));
        const char *resource = json_string_value(json_object_get(row, "resource"));
        if (i == ROWS_MAX) {
            (void)buffer_printf(out, "- and %zu more\n", count - i);
            break;
        }
        (void)buffer_puts(out, "- ");
        write_foreign(code ? code : text ? text : resource, out);
        if (code && text) {
            (void)buffer_puts(out, " ");
            write_foreign(text, out);
        }
        (void)buffer_printf(out, ": %s\n",
                            why_in_words(json_string_value(json_object_get(row, "why"))));
    }
    (void)buffer_puts(out, "\n");
}

void cds_write_missing(const struct cds_case *about, struct buffer *out) {
    static const char *const how[] = {[CDS_ABSENT] = "not sent",
                                      [CDS_FAILED] = "could not be read",
                                      [CDS_PARTLY] = "only the first pages"};
    for (size_t i = 0; i < about->missing_count; i++)
        (void)buffer_printf(out, "%s%s (`%s`): %s",
                            i ? "; " : "**Not the whole record was seen**: ",
                            cds_prefetch[about->missing[i].part].words,
                            cds_prefetch[about->missing[i].part].key, how[about->missing[i].given]);
    if (about->missing_count)
        (void)buffer_puts(out, ". What stands there is not in this advice.\n\n");
}

void cds_write_attested(struct buffer *out) {
    (void)buffer_puts(
        out,
        "**Before you choose \"I asked the safety questions\"**: ask every question of the form "
        "first. The plan then records today, as said by a clinician, \"no\" to each question "
        "that the record does not answer otherwise, and your agreement to that one "
        "technique. Where one answer was yes or not sure, fill in the form instead.\n\n");
}

void cds_write_record(const struct cds_case *about, struct buffer *out) {
    const struct decision *decision = about->decision;
    write_unmapped(about, out);
    (void)buffer_printf(
        out, "_%s Knowledge %s, decision %s._\n",
        knowledge_phrase(decision->knowledge, "disclaimer", decision->intake->language)->utf8,
        decision->knowledge->version, decision->id);
}
