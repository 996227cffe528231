/* Puts the parts of a decision together. */
#include "engine/decision.h"

#include <string.h>

#include "base/digest.h"

/* ---- what if an answer were not? ---- */

/* Only answers that a withholding rule used are worth trying. */
static void mark_tried(const struct decision *decision, uint8_t *tried) {
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct acting *acting = &decision->outcome.acting[i];
        const struct rule *rule = &decision->knowledge->rules[acting->rule];
        if (!acting->waiting && !acting->blocked && !rule->cap && !rule->blocked_positions)
            continue;
        for (uint16_t r = 0; r < rule->reads_count; r++) {
            enum answer_state state = decision->intake->answers[rule->reads[r]].state;
            if (state == ANSWER_PRESENT || state == ANSWER_UNSURE)
                tried[rule->reads[r]] = 1;
        }
    }
}

static bool better(const struct outcome *now, const struct outcome *then, unsigned techniques) {
    if (then->triage < now->triage)
        return true;
    for (unsigned t = 0; t < techniques; t++)
        if (now->limits[t].verdict > VERDICT_CAUTION &&
            then->limits[t].verdict < now->limits[t].verdict)
            return true;
    return false;
}

static void keep_what_if(struct decision *decision, const struct outcome *then, unsigned finding) {
    if (decision->what_if_count == MAX_WHAT_IFS ||
        !better(&decision->outcome, then, decision->knowledge->technique_count))
        return;
    struct what_if *what_if = &decision->what_ifs[decision->what_if_count++];
    what_if->finding = (uint16_t)finding;
    what_if->triage = (uint8_t)then->triage;
    for (unsigned t = 0; t < decision->knowledge->technique_count; t++)
        what_if->verdicts[t] = then->limits[t].verdict;
}

bool try_what_ifs(struct decision *decision, struct evaluation *evaluation, struct arena *arena) {
    struct outcome *then = arena_take(arena, sizeof *then);
    uint8_t *tried = arena_take(arena, decision->knowledge->finding_count + 1);
    if (!then || !tried || !outcome_init(then, decision->knowledge, arena))
        return false;
    mark_tried(decision, tried);
    for (unsigned f = 0; f < decision->knowledge->finding_count; f++) {
        if (!tried[f])
            continue;
        /* The intake is ours alone while we decide; the answer comes back right away. */
        struct answer *answer = &((struct intake *)decision->intake)->answers[f];
        struct answer given = *answer;
        *answer = (struct answer){.state = ANSWER_ABSENT};
        evaluation_try(evaluation, f);
        outcome_verdicts(then, evaluation);
        evaluation_undo(evaluation);
        *answer = given;
        keep_what_if(decision, then, f);
    }
    return true;
}

/* ---- the whole ---- */

static presentation_set derived_presentations(const struct evaluation *evaluation) {
    const struct knowledge *k = evaluation->knowledge;
    presentation_set set = evaluation->intake->presentations;
    for (unsigned p = 0; p < k->presentation_count; p++)
        if (k->presentations[p].node != NO_NODE &&
            evaluation->values[k->presentations[p].node] & VALUE_TRUE)
            set |= UINT32_C(1) << p;
    return set;
}

static bool make_id(struct decision *decision) {
    struct buffer canonical;
    char hex[DIGEST_HEX];
    buffer_init(&canonical);
    (void)buffer_puts(&canonical, decision->knowledge->sha256);
    intake_canonical(decision->intake, &canonical);
    bool done = !canonical.failed && digest_hex(canonical.data, canonical.len, hex) == STATUS_OK;
    buffer_free(&canonical);
    if (!done)
        return false;
    memcpy(decision->id, "d_", 2);
    memcpy(decision->id + 2, hex, 32);
    return true;
}

static void show_tips(struct decision *decision) {
    const struct knowledge *k = decision->knowledge;
    for (unsigned t = 0; t < k->tip_count; t++) {
        bool holds = k->tips[t].node != NO_NODE &&
                     decision->evaluation->values[k->tips[t].node] & VALUE_STRICT_TRUE;
        if (holds == k->tips[t].only_if || (k->tips[t].only_if && k->tips[t].node == NO_NODE))
            decision->shown_tips[t / 64] |= UINT64_C(1) << (t % 64);
    }
}

struct decision *decide(const struct intake *intake, unsigned parts, struct arena *arena) {
    const struct knowledge *knowledge = intake->knowledge;
    struct decision *decision = arena_take(arena, sizeof *decision);
    struct evaluation *evaluation = evaluation_new(knowledge, arena);
    if (!decision || !evaluation || !outcome_init(&decision->outcome, knowledge, arena))
        return NULL;
    decision->knowledge = knowledge;
    decision->intake = intake;
    decision->evaluation = evaluation;
    decision->shown_tips = arena_array(arena, knowledge->tip_count / 64 + 1, sizeof(uint64_t));
    if (!decision->shown_tips)
        return NULL;
    evaluation_run(evaluation, intake);
    outcome_compute(&decision->outcome, evaluation);
    decision->presentations = derived_presentations(evaluation);
    rank_techniques(decision);
    show_tips(decision);
    if (parts & DECIDE_QUESTIONS && !collect_questions(decision, arena))
        return NULL;
    if (parts & DECIDE_WHAT_IFS && !try_what_ifs(decision, evaluation, arena))
        return NULL;
    decision->complete = decision->question_count == 0 && decision->basics_missing == 0;
    decision->should_stop = decision->complete || decision->outcome.triage >= TRIAGE_URGENT;
    if (parts & DECIDE_IDENTITY && !make_id(decision))
        return NULL;
    return decision;
}

/* "Self care" while questions are open is no all-clear, and says so. */
static bool provisional(const struct decision *decision) {
    return decision->outcome.triage == TRIAGE_SELF_CARE && !decision->complete &&
           decision->ranked_count == 0;
}

const char *decision_title(const struct decision *decision) {
    static const char *const titles[] = {"triage.self_care.title", "triage.clinician.title",
                                         "triage.urgent.title", "triage.emergency.title"};
    return provisional(decision) ? "triage.self_care.provisional_title"
                                 : titles[decision->outcome.triage];
}

const char *decision_action(const struct decision *decision) {
    static const char *const actions[] = {"triage.self_care.action", "triage.clinician.action",
                                          "triage.urgent.action", "triage.emergency.action"};
    return provisional(decision) ? "triage.self_care.provisional_action"
                                 : actions[decision->outcome.triage];
}
