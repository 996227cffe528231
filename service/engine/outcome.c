/* The section "From rules to verdicts" of ARCHITECTURE.md, in C. */
#include "engine/outcome.h"

#include <limits.h>
#include <string.h>

const char *verdict_name(enum verdict verdict) {
    static const char *const names[] = {"suitable", "caution", "undetermined", "needs_clearance",
                                        "contraindicated"};
    return verdict <= VERDICT_CONTRAINDICATED ? names[verdict] : "?";
}

enum triage effect_triage(enum effect effect) {
    switch (effect) {
    case EFFECT_EMERGENCY:
        return TRIAGE_EMERGENCY;
    case EFFECT_URGENT:
        return TRIAGE_URGENT;
    case EFFECT_CLINICIAN:
        return TRIAGE_CLINICIAN;
    default:
        return TRIAGE_SELF_CARE;
    }
}

static technique_set all_techniques(const struct knowledge *k) {
    return k->technique_count >= 32 ? UINT32_MAX : (UINT32_C(1) << k->technique_count) - 1;
}

static area_set all_areas(const struct knowledge *k) {
    return k->area_count >= 32 ? UINT32_MAX : (UINT32_C(1) << k->area_count) - 1;
}

bool place_areas(const struct knowledge *knowledge, const struct intake *intake, struct place place,
                 area_set *areas) {
    *areas = place.areas;
    if (place.finding < 0) {
        if (!place.areas)
            *areas = all_areas(knowledge);
        return true;
    }
    const struct answer *answer = &intake->answers[place.finding];
    if (answer->given & ATTRIBUTE_AREAS)
        *areas = answer->areas;
    return answer->given & ATTRIBUTE_AREAS || answer->state < ANSWER_UNSURE;
}

/* ---- doubt ---- */

static bool stops_or_waits(enum effect effect) {
    return effect >= EFFECT_CLR;
}

/* What a rule does that holds only if "not sure" is counted for the worse. Corrections 52 to 56. */
static enum effect soften(enum effect effect, enum if_unsure if_unsure) {
    if (if_unsure == UNSURE_IGNORE)
        return EFFECT_NONE;
    if (!stops_or_waits(effect))
        return effect;
    if (if_unsure == UNSURE_CAUTION)
        return EFFECT_NONE;
    if (if_unsure == UNSURE_ASK_AGAIN && effect >= EFFECT_CLINICIAN)
        return EFFECT_CLINICIAN;
    return EFFECT_CLR;
}

/* ---- clearances ---- */

static bool names_number(const uint16_t *numbers, uint16_t count, uint16_t number) {
    for (uint16_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

static bool names_finding_read(const struct clearance *clearance, const struct rule *rule) {
    for (uint16_t i = 0; i < rule->reads_count; i++)
        if (names_number(clearance->findings, clearance->finding_count, rule->reads[i]))
            return true;
    return false;
}

static bool in_force(const struct clearance *clearance, int as_of) {
    return clearance->recorded != INT_MIN && clearance->recorded <= as_of &&
           clearance->expires >= as_of;
}

/*
 * Correction 59: what a clinician saw after it began is no longer urgent. We know when it began
 * only if the clearance says so, or a finding it is about does (weeks_ago).
 */
static bool began_before(const struct clearance *clearance, const struct rule *rule,
                         bool names_rule, const struct intake *intake) {
    if (clearance->began != INT_MIN && clearance->began <= clearance->recorded)
        return true;
    for (uint16_t i = 0; i < rule->reads_count; i++) {
        const struct answer *answer = &intake->answers[rule->reads[i]];
        if (answer->state != ANSWER_PRESENT || !(answer->given & ATTRIBUTE_WEEKS_AGO))
            continue;
        if (!names_rule &&
            !names_number(clearance->findings, clearance->finding_count, rule->reads[i]))
            continue;
        int64_t thousandths_since = (int64_t)(intake->as_of - clearance->recorded) * 1000;
        if (thousandths_since <= answer->number * 7)
            return true;
    }
    return false;
}

static technique_set lifted_by(const struct clearance *clearance, uint16_t number,
                               const struct rule *rule, enum effect effect,
                               const struct intake *intake) {
    if (!in_force(clearance, intake->as_of))
        return 0;
    bool names_rule = names_number(clearance->rules, clearance->rule_count, number);
    bool named = names_rule || names_finding_read(clearance, rule);
    bool general = clearance->rule_count == 0 && clearance->finding_count == 0;
    if (effect >= EFFECT_URGENT)
        return named && began_before(clearance, rule, names_rule, intake) ? clearance->techniques
                                                                          : 0;
    return named || general ? clearance->techniques : 0;
}

static technique_set lifted(uint16_t number, const struct rule *rule, enum effect effect,
                            const struct intake *intake) {
    technique_set set = 0;
    if (effect == EFFECT_ABS || !stops_or_waits(effect))
        return 0;
    for (unsigned i = 0; i < intake->clearance_count; i++)
        set |= lifted_by(&intake->clearances[i], number, rule, effect, intake);
    return set;
}

/* ---- limits ---- */

struct work {
    struct outcome *outcome;
    const struct evaluation *evaluation;
    const struct knowledge *knowledge;
    const struct intake *intake;
    technique_set all;
    bool verdicts_only;
};

static void cap_areas(struct limits *limits, area_set areas, uint8_t cap) {
    for (; areas; areas &= areas - 1) {
        uint8_t *known = &limits->area_caps[__builtin_ctz(areas)];
        if (cap < *known)
            *known = cap;
    }
}

static void apply_cap(struct work *work, technique_set techniques, struct place place,
                      uint8_t cap) {
    area_set areas;
    bool everywhere = place.areas == 0 && place.finding < 0;
    if (!place_areas(work->knowledge, work->intake, place, &areas)) {
        work->outcome->unknown_place |= techniques;
        return;
    }
    if (!everywhere && work->verdicts_only)
        return;
    for (; techniques; techniques &= techniques - 1) {
        struct limits *limits = &work->outcome->limits[__builtin_ctz(techniques)];
        if (!everywhere)
            cap_areas(limits, areas, cap);
        else if (cap < limits->cap)
            limits->cap = cap;
    }
}

static void apply_caps(struct work *work, const struct rule *rule) {
    if (!rule->cap)
        return;
    if (!rule->scope_count)
        apply_cap(work, work->all, (struct place){.finding = -1}, rule->cap);
    for (uint16_t i = 0; i < rule->scope_count; i++)
        if (!rule->scope[i].part)
            apply_cap(work, rule->scope[i].techniques, rule->scope[i].place, rule->cap);
}

static void avoid_areas(struct work *work, technique_set techniques, struct place place) {
    area_set areas;
    if (!place_areas(work->knowledge, work->intake, place, &areas)) {
        work->outcome->unknown_place |= techniques;
        return;
    }
    for (; techniques; techniques &= techniques - 1)
        work->outcome->limits[__builtin_ctz(techniques)].avoid |= areas;
}

/* Regions a technique may not touch. Whole techniques and mere parts of them are elsewhere. */
static void apply_regions(struct work *work, const struct rule *rule) {
    for (uint16_t i = 0; i < rule->restrict_count; i++) {
        const struct token *token = &rule->restricts[i];
        bool everywhere = token->place.areas == 0 && token->place.finding < 0;
        if (!everywhere && !token->part)
            avoid_areas(work, token->techniques, token->place);
    }
    for (uint16_t i = 0; i < rule->avoid_count; i++) {
        area_set areas;
        if (place_areas(work->knowledge, work->intake, rule->avoid[i], &areas))
            work->outcome->avoid |= areas;
        else
            work->outcome->unknown_place |= work->all;
    }
}

static void apply_session(struct work *work, const struct rule *rule) {
    if (!rule->blocked_positions && !rule->minutes_max)
        return;
    for (technique_set set = rule->positions_scope; set; set &= set - 1) {
        struct limits *limits = &work->outcome->limits[__builtin_ctz(set)];
        limits->positions &= (position_set)~rule->blocked_positions;
        if (rule->minutes_max && rule->minutes_max < limits->minutes_max)
            limits->minutes_max = rule->minutes_max;
    }
}

static void apply_rest(struct work *work, const struct rule *rule) {
    for (uint16_t i = 0; i < rule->expert_count; i++)
        for (technique_set set = rule->expert[i].techniques; set; set &= set - 1)
            work->outcome->limits[__builtin_ctz(set)].expert = true;
    for (uint16_t i = 0; i < rule->modification_count; i++)
        work->outcome->modifications[rule->modifications[i] / 64] |=
            UINT64_C(1) << (rule->modifications[i] % 64);
}

static technique_set waits_for(const struct work *work, const struct rule *rule,
                               enum effect effect) {
    if (effect != EFFECT_CLR && effect != EFFECT_CLINICIAN)
        return 0;
    if (rule->effect == EFFECT_CLR || rule->effect == EFFECT_CLINICIAN)
        return rule->withheld;
    return work->all;
}

static technique_set forbids(const struct work *work, const struct rule *rule, enum effect effect) {
    if (effect >= EFFECT_URGENT)
        return work->all;
    bool waits = effect == EFFECT_CLR || effect == EFFECT_CLINICIAN;
    return waits && rule->blocked == work->all ? 0 : rule->blocked;
}

static void act(struct work *work, uint16_t number, enum effect effect, bool doubtful) {
    struct outcome *outcome = work->outcome;
    const struct rule *rule = &work->knowledge->rules[number];
    struct acting acting = {.rule = number, .effect = (uint8_t)effect, .doubtful = doubtful};
    acting.lifted = lifted(number, rule, effect, work->intake);
    acting.waiting = waits_for(work, rule, effect) & ~acting.lifted;
    acting.blocked = forbids(work, rule, effect);
    if (effect >= EFFECT_URGENT)
        acting.blocked &= ~acting.lifted;
    if (effect_triage(effect) > outcome->triage && (acting.lifted & work->all) != work->all) {
        outcome->triage = effect_triage(effect);
        outcome->root = (int)outcome->acting_count;
    }
    outcome->acting[outcome->acting_count++] = acting;
    outcome->waiting |= acting.waiting;
    outcome->contraindicated |= acting.blocked;
    if (effect == EFFECT_ABS)
        outcome->stopped |= acting.blocked;
    outcome->touched |= acting.waiting | acting.lifted | rule->touched;
    if (effect == EFFECT_NONE)
        return;
    apply_caps(work, rule);
    apply_regions(work, rule);
    apply_session(work, rule);
    if (!work->verdicts_only)
        apply_rest(work, rule);
}

static void act_on_rules(struct work *work) {
    const struct evaluation *evaluation = work->evaluation;
    for (uint32_t word = 0; word < work->knowledge->graph->words; word++)
        for (uint64_t bits = evaluation->strict[word]; bits; bits &= bits - 1) {
            uint32_t number = word * 64 + (uint32_t)__builtin_ctzll(bits);
            const struct rule *rule = &work->knowledge->rules[number];
            bool doubtful = !set_has(evaluation->fired, number);
            enum effect effect = rule->effect;
            if (!set_has(evaluation->full, number))
                effect = soften(effect, rule->if_unsure);
            if (effect == EFFECT_NONE && rule->effect != EFFECT_NONE)
                continue;
            act(work, (uint16_t)number, effect, doubtful);
        }
}

/* Which techniques an unanswered question could still make worse. */
static technique_set could_change(const struct work *work, const struct rule *rule) {
    if (effect_triage(rule->effect) >= TRIAGE_URGENT)
        return work->all;
    return rule->withheld | rule->blocked | rule->touched;
}

static void look_at_open_rules(struct work *work) {
    for (uint32_t word = 0; word < work->knowledge->graph->words; word++)
        for (uint64_t bits = work->evaluation->open[word]; bits; bits &= bits - 1) {
            const struct rule *rule =
                &work->knowledge->rules[word * 64 + (uint32_t)__builtin_ctzll(bits)];
            if (rule->effect != EFFECT_NONE)
                work->outcome->unsettled |= could_change(work, rule);
            if (work->outcome->unsettled == work->all)
                return;
        }
}

static enum verdict decide_verdict(const struct work *work, unsigned t) {
    const struct outcome *outcome = work->outcome;
    const struct limits *limits = &outcome->limits[t];
    const struct technique *technique = &work->knowledge->techniques[t];
    if (outcome->triage >= TRIAGE_URGENT || outcome->contraindicated >> t & 1 ||
        limits->cap < technique->pressure_min || !limits->positions ||
        limits->avoid == all_areas(work->knowledge))
        return VERDICT_CONTRAINDICATED;
    if (outcome->waiting >> t & 1)
        return VERDICT_NEEDS_CLEARANCE;
    if ((outcome->unsettled | outcome->unknown_place) >> t & 1)
        return VERDICT_UNDETERMINED;
    return outcome->touched >> t & 1 ? VERDICT_CAUTION : VERDICT_SUITABLE;
}

static void reset(struct work *work) {
    struct outcome *outcome = work->outcome;
    uint64_t *modifications = outcome->modifications;
    struct acting *acting = outcome->acting;
    if (!work->verdicts_only)
        memset(modifications, 0,
               (work->knowledge->modification_count / 64 + 1) * sizeof *modifications);
    memset(outcome, 0, offsetof(struct outcome, limits));
    outcome->modifications = modifications;
    outcome->acting = acting;
    outcome->root = -1;
    for (unsigned t = 0; t < work->knowledge->technique_count; t++) {
        const struct technique *technique = &work->knowledge->techniques[t];
        struct limits *limits = &outcome->limits[t];
        limits->cap = (uint8_t)technique->pressure_max;
        limits->positions = technique->positions;
        limits->minutes_max = (uint16_t)technique->minutes_max;
        limits->avoid = 0;
        limits->expert = false;
        if (!work->verdicts_only)
            memset(limits->area_caps, 5, sizeof limits->area_caps);
    }
}

bool outcome_init(struct outcome *outcome, const struct knowledge *knowledge, struct arena *arena) {
    memset(outcome, 0, sizeof *outcome);
    outcome->acting = arena_scratch(arena, knowledge->rule_count + 1, sizeof *outcome->acting);
    outcome->modifications =
        arena_array(arena, knowledge->modification_count / 64 + 1, sizeof(uint64_t));
    return outcome->acting && outcome->modifications;
}

static void compute(struct outcome *outcome, const struct evaluation *evaluation,
                    bool verdicts_only) {
    struct work work = {.outcome = outcome,
                        .evaluation = evaluation,
                        .knowledge = evaluation->knowledge,
                        .intake = evaluation->intake,
                        .all = all_techniques(evaluation->knowledge),
                        .verdicts_only = verdicts_only};
    reset(&work);
    act_on_rules(&work);
    look_at_open_rules(&work);
    for (unsigned t = 0; t < work.knowledge->technique_count; t++) {
        outcome->limits[t].avoid |= outcome->avoid;
        outcome->limits[t].verdict = (uint8_t)decide_verdict(&work, t);
    }
}

void outcome_compute(struct outcome *outcome, const struct evaluation *evaluation) {
    compute(outcome, evaluation, false);
}

void outcome_verdicts(struct outcome *outcome, const struct evaluation *evaluation) {
    compute(outcome, evaluation, true);
}
