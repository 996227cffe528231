/* The readable answer of `unknot check`. */
#include "cli/check_text.h"

#include <string.h>

enum { COLUMNS = 96 };

/* Wraps a text behind a prefix; following lines are indented as far. */
static void wrap(struct buffer *out, const char *prefix, const char *words) {
    size_t indent = strlen(prefix), column = indent;
    (void)buffer_puts(out, prefix);
    for (bool first = true; *words; first = false) {
        size_t len = strcspn(words, " ");
        if (!first && column + 1 + len > COLUMNS) {
            (void)buffer_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            (void)buffer_puts(out, " ");
            column++;
        }
        (void)buffer_append(out, words, len);
        column += len;
        words += len + (words[len] == ' ');
    }
    (void)buffer_puts(out, "\n");
}

static const char *lay(const struct decision *decision, text words) {
    return text_in(words, decision->intake->language)->utf8;
}

static const char *phrase(const struct decision *decision, const char *id) {
    return knowledge_phrase(decision->knowledge, id, decision->intake->language)->utf8;
}

/* One reason; what to do is said only where the rule acts in full. */
static void write_reason_line(const struct decision *decision, const struct acting *acting,
                              struct buffer *out) {
    const struct rule *rule = &decision->knowledge->rules[acting->rule];
    if (acting->doubtful) {
        wrap(out, "  - ", phrase(decision, "unsure.prefix"));
        wrap(out, "    ", lay(decision, rule->lay));
    } else {
        wrap(out, "  - ", lay(decision, rule->lay));
    }
    if (rule->action && acting->effect == rule->effect && acting->effect >= EFFECT_ABS)
        wrap(out, "    ", lay(decision, rule->action));
}

static void write_triage(const struct decision *decision, struct buffer *out) {
    const struct outcome *outcome = &decision->outcome;
    (void)buffer_printf(out, "%s [%s]\n", phrase(decision, decision_title(decision)),
                        triage_name(outcome->triage));
    wrap(out, "  ", phrase(decision, decision_action(decision)));
    for (unsigned i = 0; i < outcome->acting_count; i++)
        if (effect_triage((enum effect)outcome->acting[i].effect) != TRIAGE_SELF_CARE)
            write_reason_line(decision, &outcome->acting[i], out);
}

static void write_areas(const struct decision *decision, area_set areas, struct buffer *out) {
    for (const char *separator = ""; areas; areas &= areas - 1, separator = ", ")
        (void)buffer_printf(out, "%s%s", separator,
                            lay(decision, decision->knowledge->areas[__builtin_ctz(areas)].words));
}

static void write_minutes(const struct technique *technique, const struct limits *limits,
                          struct buffer *out) {
    int least =
        technique->minutes_min < limits->minutes_max ? technique->minutes_min : limits->minutes_max;
    if (least < limits->minutes_max)
        (void)buffer_printf(out, "%d to %d minutes\n", least, limits->minutes_max);
    else
        (void)buffer_printf(out, "up to %d minutes\n", limits->minutes_max);
}

/* Areas where the hands must be lighter than elsewhere, beyond the ones that hold for everybody. */
static void write_lighter(const struct decision *decision, const struct limits *limits,
                          struct buffer *out) {
    enum { EVERYBODY = 2 };
    for (int cap = 1; cap < limits->cap; cap++) {
        area_set areas = 0;
        for (unsigned a = 0; a < decision->knowledge->area_count; a++)
            if (limits->area_caps[a] == cap && !(limits->avoid >> a & 1))
                areas |= UINT32_C(1) << a;
        if (!areas || cap == EVERYBODY)
            continue;
        (void)buffer_printf(out, "     pressure %d at most on: ", cap);
        write_areas(decision, areas, out);
        (void)buffer_puts(out, "\n");
    }
}

static void write_recommendation(const struct decision *decision, unsigned place,
                                 struct buffer *out) {
    unsigned t = decision->ranked[place].technique;
    const struct technique *technique = &decision->knowledge->techniques[t];
    const struct limits *limits = &decision->outcome.limits[t];
    (void)buffer_printf(out, "  %u. %s: %s, pressure up to %d of 5, ", place + 1,
                        lay(decision, technique->name), verdict_name((enum verdict)limits->verdict),
                        limits->cap);
    write_minutes(technique, limits, out);
    write_lighter(decision, limits, out);
    if (limits->avoid) {
        (void)buffer_puts(out, "     not on: ");
        write_areas(decision, limits->avoid, out);
        (void)buffer_puts(out, "\n");
    }
}

static void write_recommendations(const struct decision *decision, struct buffer *out) {
    enum { AT_MOST = 6 };
    if (!decision->ranked_count) {
        if (decision->outcome.triage < TRIAGE_URGENT)
            wrap(out, "  ",
                 phrase(decision,
                        decision->complete ? "nothing_left.text" : "nothing_left.waiting"));
        return;
    }
    (void)buffer_puts(out, "\nWhat may help, best first:\n");
    for (unsigned i = 0; i < decision->ranked_count && i < AT_MOST; i++)
        write_recommendation(decision, i, out);
}

static void write_cautions(const struct decision *decision, struct buffer *out) {
    enum { AT_MOST = 10 };
    unsigned shown = 0;
    if (decision->outcome.triage >= TRIAGE_URGENT)
        return; /* limits of a massage that is not given only distract */
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct acting *acting = &decision->outcome.acting[i];
        const struct rule *rule = &decision->knowledge->rules[acting->rule];
        if (acting->effect == EFFECT_NONE || rule->always || rule->dose_only ||
            effect_triage((enum effect)acting->effect) != TRIAGE_SELF_CARE)
            continue;
        if (shown++ == 0)
            (void)buffer_puts(out, "\nWhy some things are limited:\n");
        if (shown <= AT_MOST)
            write_reason_line(decision, acting, out);
    }
    if (shown > AT_MOST)
        (void)buffer_printf(out, "  and %u more reasons (--json shows all)\n", shown - AT_MOST);
}

static void write_excluded(const struct decision *decision, struct buffer *out) {
    static const enum verdict order[] = {VERDICT_CONTRAINDICATED, VERDICT_NEEDS_CLEARANCE,
                                         VERDICT_UNDETERMINED};
    (void)buffer_puts(out, "\n");
    for (size_t v = 0; v < sizeof order / sizeof *order; v++) {
        const char *separator = "";
        for (unsigned t = 0; t < decision->knowledge->technique_count; t++) {
            if (decision->outcome.limits[t].verdict != order[v])
                continue;
            if (!*separator)
                (void)buffer_printf(out, "%s: ", verdict_name(order[v]));
            (void)buffer_printf(out, "%s%s", separator, decision->knowledge->techniques[t].id);
            separator = ", ";
        }
        if (*separator)
            (void)buffer_puts(out, "\n");
    }
}

static void write_questions(const struct decision *decision, struct buffer *out) {
    enum { AT_MOST = 8 };
    if (!decision->question_count)
        return;
    (void)buffer_puts(out, "\nPlease answer next:\n");
    for (unsigned i = 0; i < decision->question_count && i < AT_MOST; i++) {
        const struct finding *finding =
            &decision->knowledge->findings[decision->questions[i].finding];
        bool again = decision->questions[i].kind == QUESTION_AGAIN;
        wrap(out, "  ? ", lay(decision, again ? finding->simpler : finding->question));
    }
    unsigned more = decision->questions_remaining +
                    (decision->question_count > AT_MOST ? decision->question_count - AT_MOST : 0);
    if (more)
        (void)buffer_printf(out, "  and %u more\n", more);
}

void check_text(const struct decision *decision, struct buffer *out) {
    write_triage(decision, out);
    write_recommendations(decision, out);
    write_cautions(decision, out);
    write_excluded(decision, out);
    write_questions(decision, out);
    (void)buffer_puts(out, "\n");
    wrap(out, "", phrase(decision, "safety_net.short"));
    wrap(out, "", phrase(decision, "disclaimer"));
    (void)buffer_printf(out, "knowledge %s, decision %s\n", decision->knowledge->version,
                        decision->id);
}
