/*
 * What to ask next. Walks down from every rule that an answer could still switch, most severe rules
 * first, to the answers that are missing; the first rule that reaches a question gives it its
 * weight. A gate that was not asked stands for everything behind it.
 */
#include <limits.h>
#include <string.h>

#include "engine/decision.h"

struct seeker {
    struct decision *decision;
    const struct graph *graph;
    const uint8_t *values;
    uint64_t *seen;         /* nodes visited in this round */
    struct question *found; /* by finding */
    uint32_t weight;
    enum triage level;
    bool verdicts;
    bool alone;        /* the answer is enough by itself: nothing else must be true with it */
    bool detail_round; /* looking for what is unsure or unsaid, not for what was not asked */
};

static bool is_open(uint8_t value) {
    return (value & VALUE_STRICT_MAYBE) && !(value & VALUE_STRICT_TRUE);
}

static bool is_doubtful(uint8_t value) {
    return (value & VALUE_STRICT_TRUE) && !(value & VALUE_TRUE);
}

static void note(struct seeker *seeker, int number, enum question_kind kind, unsigned attribute) {
    struct question *question = &seeker->found[number];
    uint32_t weight = (seeker->weight * 2 + seeker->alone) * 256;
    if (weight > (question->weight & ~UINT32_C(255))) {
        question->finding = (uint16_t)number;
        question->kind = (uint8_t)kind;
        question->attribute = (uint8_t)attribute;
        question->level = (uint8_t)seeker->level;
        question->weight = weight;
    }
    question->verdicts |= seeker->verdicts;
    if ((question->weight & 255) < 255)
        question->weight++; /* more rules hang on it */
}

static void note_basic(struct seeker *seeker, const struct expression *test) {
    static const unsigned bits[] = {
        [INTAKE_AGE] = 1, [INTAKE_PAIN_INTENSITY] = 4, [INTAKE_PAIN_WEEKS] = 8};
    const struct intake *intake = seeker->decision->intake;
    if (test->kind == EXPRESSION_INTAKE && intake->numbers[test->subject] < 0)
        seeker->decision->basics_missing |= bits[test->subject];
    else if (test->kind == EXPRESSION_SEX && intake->sex == SEX_UNKNOWN)
        seeker->decision->basics_missing |= 2;
    else if (test->kind == EXPRESSION_AREAS && test->subject == SUBJECT_PAIN &&
             !intake->pain_areas_given)
        seeker->decision->basics_missing |= 16;
}

static unsigned attribute_of(const struct expression *test) {
    switch (test->kind) {
    case EXPRESSION_NUMBER:
    case EXPRESSION_MISSING:
        return test->attribute;
    case EXPRESSION_DETAIL:
        return ATTRIBUTE_DETAIL;
    case EXPRESSION_AREAS:
        return ATTRIBUTE_AREAS;
    default:
        return 0;
    }
}

static void seek(struct seeker *seeker, uint32_t node);

/* A test of a finding whose answer is missing: ask it, or first what opens it. */
static void seek_finding(struct seeker *seeker, const struct node *node,
                         const struct expression *test) {
    const struct answer *answer = &seeker->decision->intake->answers[test->subject];
    const struct finding *finding = &seeker->decision->knowledge->findings[test->subject];
    switch (answer->state) {
    case ANSWER_PRESENT:
        if (attribute_of(test) && !(answer->given & attribute_of(test)))
            note(seeker, test->subject, QUESTION_DETAIL, attribute_of(test));
        return;
    case ANSWER_UNSURE:
        note(seeker, test->subject, QUESTION_AGAIN, 0);
        return;
    case ANSWER_ABSENT:
        return;
    case ANSWER_NOT_ASKED:
        break;
    }
    if (finding->measured || seeker->detail_round)
        return;
    if (node->threshold != NO_NODE && !(seeker->values[node->threshold] & VALUE_STRICT_TRUE))
        seek(seeker, node->threshold);
    else
        note(seeker, test->subject, QUESTION_FINDING, 0);
}

static void seek_literal(struct seeker *seeker, const struct node *node) {
    const struct expression *test = seeker->graph->literals[node->first].test;
    switch (test->kind) {
    case EXPRESSION_FINDING:
    case EXPRESSION_NUMBER:
    case EXPRESSION_DETAIL:
    case EXPRESSION_MISSING:
    case EXPRESSION_UNSURE:
        seek_finding(seeker, node, test);
        break;
    case EXPRESSION_AREAS:
        if (test->subject >= 0)
            seek_finding(seeker, node, test);
        else
            note_basic(seeker, test);
        break;
    default:
        note_basic(seeker, test);
    }
}

static void seek(struct seeker *seeker, uint32_t id) {
    if (seeker->seen[id / 64] >> (id % 64) & 1)
        return;
    seeker->seen[id / 64] |= UINT64_C(1) << (id % 64);
    const struct node *node = &seeker->graph->nodes[id];
    if (node->kind == NODE_LITERAL) {
        seek_literal(seeker, node);
        return;
    }
    bool alone = seeker->alone;
    seeker->alone =
        alone && (node->kind == NODE_ANY || (node->kind == NODE_COUNT && node->threshold <= 1));
    for (uint32_t i = 0; i < node->count; i++) {
        uint32_t child = seeker->graph->children[node->first + i];
        uint8_t value = seeker->values[child];
        if (seeker->detail_round ? is_doubtful(value) : is_open(value))
            seek(seeker, child);
    }
    seeker->alone = alone;
}

/* Protective findings that nobody asked about hide behind certain values: look at every literal
 * below. */
static void seek_lifting(struct seeker *seeker, uint32_t id) {
    if (seeker->seen[id / 64] >> (id % 64) & 1)
        return;
    seeker->seen[id / 64] |= UINT64_C(1) << (id % 64);
    const struct node *node = &seeker->graph->nodes[id];
    for (uint32_t i = 0; node->kind != NODE_LITERAL && i < node->count; i++)
        seek_lifting(seeker, seeker->graph->children[node->first + i]);
    if (node->kind != NODE_LITERAL)
        return;
    const struct expression *test = seeker->graph->literals[node->first].test;
    if (test->kind < EXPRESSION_FINDING || test->kind > EXPRESSION_MISSING || test->subject < 0)
        return;
    const struct finding *finding = &seeker->decision->knowledge->findings[test->subject];
    const struct answer *answer = &seeker->decision->intake->answers[test->subject];
    if (finding->polarity != POLARITY_PROTECTIVE)
        return;
    bool asked = node->threshold == NO_NODE || seeker->values[node->threshold] & VALUE_STRICT_TRUE;
    if (answer->state == ANSWER_NOT_ASKED && asked)
        note(seeker, test->subject, QUESTION_LIFTS, 0);
    else if (answer_lacks(answer, attribute_of(test)) && attribute_of(test))
        note(seeker, test->subject, QUESTION_DETAIL, attribute_of(test));
}

static uint32_t weigh(enum effect effect) {
    static const uint32_t weights[EFFECT_COUNT] = {
        [EFFECT_EMERGENCY] = 90, [EFFECT_URGENT] = 80, [EFFECT_CLINICIAN] = 70, [EFFECT_ABS] = 60,
        [EFFECT_CLR] = 50,       [EFFECT_TECH] = 40,   [EFFECT_LOC] = 30,       [EFFECT_MOD] = 20};
    return weights[effect];
}

/* Whether the answer could change anything: above the level that holds already, or a verdict that
 * is not final. */
static bool matters(const struct decision *decision, const struct rule *rule) {
    enum triage level = effect_triage(rule->effect);
    if (rule->effect == EFFECT_NONE || rule->always || rule->dose_only)
        return false;
    if (level > decision->outcome.triage)
        return true;
    return decision->outcome.triage < TRIAGE_URGENT;
}

static void seek_rules(struct seeker *seeker, const uint64_t *rules) {
    const struct knowledge *k = seeker->decision->knowledge;
    for (uint32_t word = 0; word < seeker->graph->words; word++)
        for (uint64_t bits = rules[word]; bits; bits &= bits - 1) {
            const struct rule *rule = &k->rules[word * 64 + (uint32_t)__builtin_ctzll(bits)];
            if (!matters(seeker->decision, rule))
                continue;
            seeker->weight = weigh(rule->effect);
            seeker->level = effect_triage(rule->effect);
            seeker->verdicts = true;
            seeker->alone = true;
            seek(seeker, rule->node);
        }
}

static void clear_seen(struct seeker *seeker) {
    memset(seeker->seen, 0, (seeker->graph->node_count / 64 + 1) * sizeof *seeker->seen);
}

/* Rules that hold but could fall: by a detail, a second try at an unsure answer, or a protective
 * answer. */
static void seek_acting(struct seeker *seeker) {
    const struct decision *decision = seeker->decision;
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct acting *acting = &decision->outcome.acting[i];
        const struct rule *rule = &decision->knowledge->rules[acting->rule];
        if (rule->effect == EFFECT_NONE || rule->always)
            continue;
        seeker->weight = weigh((enum effect)acting->effect) - 5;
        seeker->level = TRIAGE_SELF_CARE;
        seeker->verdicts = true;
        if (acting->doubtful)
            seek(seeker, rule->node);
    }
    clear_seen(seeker);
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct acting *acting = &decision->outcome.acting[i];
        const struct rule *rule = &decision->knowledge->rules[acting->rule];
        if (acting->effect < EFFECT_CLR || acting->effect >= EFFECT_URGENT)
            continue;
        seeker->weight = weigh((enum effect)acting->effect) - 5;
        seek_lifting(seeker, rule->node);
    }
}

/* A limit somewhere on the body, and nobody said where. */
static void seek_place(struct seeker *seeker, struct place place) {
    if (place.finding < 0)
        return;
    const struct answer *answer = &seeker->decision->intake->answers[place.finding];
    if (answer_lacks(answer, ATTRIBUTE_AREAS))
        note(seeker, place.finding, QUESTION_DETAIL, ATTRIBUTE_AREAS);
}

static void seek_places(struct seeker *seeker) {
    const struct decision *decision = seeker->decision;
    seeker->weight = weigh(EFFECT_LOC);
    seeker->alone = false;
    seeker->verdicts = true;
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct rule *rule = &decision->knowledge->rules[decision->outcome.acting[i].rule];
        for (uint16_t p = 0; p < rule->avoid_count; p++)
            seek_place(seeker, rule->avoid[p]);
        for (uint16_t p = 0; p < rule->restrict_count; p++)
            seek_place(seeker, rule->restricts[p].place);
        for (uint16_t p = 0; p < rule->scope_count; p++)
            seek_place(seeker, rule->scope[p].place);
    }
}

/* Medicines and codes that suggest a question which counts as answered already. */
static void seek_wanted(struct seeker *seeker) {
    const struct decision *decision = seeker->decision;
    seeker->weight = weigh(EFFECT_LOC);
    seeker->level = TRIAGE_SELF_CARE;
    for (unsigned f = 0; f < decision->knowledge->finding_count; f++) {
        const struct answer *answer = &decision->intake->answers[f];
        if (answer->wanted && answer->state == ANSWER_NOT_ASKED &&
            decision->outcome.triage < TRIAGE_URGENT)
            note(seeker, (int)f, QUESTION_CHECK, 0);
    }
}

static int list_order(const struct knowledge *k, const struct question *question) {
    int list = k->findings[question->finding].checklist;
    return list < 0 ? INT_MAX : k->checklists[list].order;
}

/* What decides most comes first; among equals the order of the questionnaire, which people can
 * follow. */
static bool comes_before(const struct knowledge *k, const struct question *a,
                         const struct question *b) {
    if (a->weight / 256 != b->weight / 256)
        return a->weight > b->weight;
    int x = list_order(k, a), y = list_order(k, b);
    return x != y ? x < y : a->finding < b->finding;
}

static void keep_most_decisive(struct decision *decision, const struct question *found) {
    for (unsigned f = 0; f < decision->knowledge->finding_count; f++) {
        if (!found[f].weight)
            continue;
        unsigned at = decision->question_count;
        if (at == MAX_QUESTIONS) {
            decision->questions_remaining++;
            if (!comes_before(decision->knowledge, &found[f], &decision->questions[at - 1]))
                continue;
            at--;
        } else {
            decision->question_count++;
        }
        for (; at > 0 && comes_before(decision->knowledge, &found[f], &decision->questions[at - 1]);
             at--)
            decision->questions[at] = decision->questions[at - 1];
        decision->questions[at] = found[f];
    }
}

bool collect_questions(struct decision *decision, struct arena *arena) {
    const struct graph *graph = decision->knowledge->graph;
    struct seeker seeker = {
        .decision = decision, .graph = graph, .values = decision->evaluation->values};
    seeker.seen = arena_array(arena, graph->node_count / 64 + 1, sizeof *seeker.seen);
    seeker.found = arena_array(arena, decision->knowledge->finding_count + 1, sizeof *seeker.found);
    if (!seeker.seen || !seeker.found)
        return false;
    if (decision->outcome.triage == TRIAGE_EMERGENCY)
        return true;
    seek_rules(&seeker, decision->evaluation->open);
    if (decision->outcome.triage < TRIAGE_URGENT) {
        clear_seen(&seeker);
        seeker.detail_round = true;
        seek_acting(&seeker);
        seek_places(&seeker);
        seek_wanted(&seeker);
    }
    keep_most_decisive(decision, seeker.found);
    return true;
}
