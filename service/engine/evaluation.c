/*
 * Evaluates the graph for one person. Starts from the nearer of two ready-made people (nobody asked
 * anything; every core question answered with no) and recomputes only the nodes that can differ, in
 * the order of the nodes.
 */
#include "engine/graph.h"

#include <stdlib.h>
#include <string.h>

struct change {
    uint32_t node;
    uint8_t value;
};

/* Kleene's `not` on every truth: not (certain, maybe) is (not maybe, not certain). */
static uint8_t negate(uint8_t value) {
    enum { CERTAIN_BITS = VALUE_TRUE | VALUE_FULL_TRUE | VALUE_STRICT_TRUE };
    uint8_t bits = VALUE_YES & (uint8_t)~value;
    return (uint8_t)(((bits & CERTAIN_BITS) << 1) | ((bits & VALUE_NOT_ASKED) >> 1));
}

bool answer_lacks(const struct answer *answer, unsigned attribute) {
    return answer->state == ANSWER_PRESENT && !(answer->given & attribute);
}

/* A test of an attribute whose finding is present. */
static bool attribute_holds(const struct expression *test, const struct answer *answer) {
    switch (test->kind) {
    case EXPRESSION_NUMBER:
        return operation_holds(answer->number, test->operation, test->number);
    case EXPRESSION_DETAIL:
        return test->set >> answer->detail & 1;
    case EXPRESSION_AREAS:
        return (test->set & answer->areas) != 0;
    default:
        return true;
    }
}

static unsigned attribute_of(const struct expression *test) {
    switch (test->kind) {
    case EXPRESSION_NUMBER:
        return test->attribute;
    case EXPRESSION_DETAIL:
        return ATTRIBUTE_DETAIL;
    case EXPRESSION_AREAS:
        return ATTRIBUTE_AREAS;
    default:
        return 0;
    }
}

/*
 * What an unknown answer is worth. Protective findings count as absent (they may only lift
 * restrictions), and so do those whose "not sure" says nothing (corrections 54).
 */
static uint8_t unknown_value(const struct finding *finding, bool asked, bool negated) {
    if (finding->polarity == POLARITY_PROTECTIVE || (asked && finding->if_unsure == UNSURE_IGNORE))
        return negated ? VALUE_YES : VALUE_NO;
    return asked ? VALUE_UNSURE : VALUE_NOT_ASKED;
}

/*
 * A present finding without an attribute that a rule needs. When and how much: the strictest window
 * counts in full (corrections 38, 55). Which kind: as "not sure" about the finding, so that a name
 * alone never acts as its worst form.
 */
static uint8_t unsaid_value(const struct finding *finding, unsigned attribute, bool negated) {
    if (finding->polarity == POLARITY_PROTECTIVE)
        return negated ? VALUE_YES : VALUE_NO;
    return attribute == ATTRIBUTE_DETAIL ? VALUE_UNSURE : VALUE_UNSAID;
}

/* Not in the intake: no for what is measured, else as likely as that it is asked. */
static uint8_t not_asked_value(const struct evaluation *evaluation, const struct node *node,
                               const struct finding *finding, bool negated) {
    if (finding->measured)
        return negated ? VALUE_YES : VALUE_NO;
    uint8_t value = unknown_value(finding, false, negated);
    if (value != VALUE_NOT_ASKED || node->threshold == NO_NODE)
        return value;
    uint8_t maybe = evaluation->values[node->threshold] & VALUE_NOT_ASKED;
    return negated ? negate(maybe) : maybe;
}

static uint8_t finding_value(const struct evaluation *evaluation, const struct node *node,
                             const struct literal *literal) {
    const struct expression *test = literal->test;
    const struct finding *finding = &evaluation->knowledge->findings[test->subject];
    const struct answer *answer = &evaluation->intake->answers[test->subject];
    unsigned attribute = attribute_of(test);
    switch (answer->state) {
    case ANSWER_PRESENT:
        if (attribute && !(answer->given & attribute))
            return unsaid_value(finding, attribute, literal->negated);
        return attribute_holds(test, answer) != literal->negated ? VALUE_YES : VALUE_NO;
    case ANSWER_ABSENT:
        return literal->negated ? VALUE_YES : VALUE_NO;
    case ANSWER_UNSURE:
        if (finding->measured)
            break;
        return unknown_value(finding, true, literal->negated);
    case ANSWER_NOT_ASKED:
        break;
    }
    return not_asked_value(evaluation, node, finding, literal->negated);
}

/* missing(x.value): nobody told us a number of it. */
static bool is_missing(const struct answer *answer, unsigned attribute) {
    return answer->state != ANSWER_PRESENT || !(answer->given & attribute);
}

static bool specific_presentation(const struct evaluation *evaluation) {
    presentation_set stated = evaluation->intake->presentations;
    for (unsigned i = 0; i < evaluation->knowledge->presentation_count; i++)
        if (stated >> i & 1 && !evaluation->knowledge->presentations[i].nslbp)
            return true;
    return false;
}

/* Kleene truth of a test of the intake's own members. */
static uint8_t intake_value(const struct evaluation *evaluation, const struct expression *test) {
    const struct intake *intake = evaluation->intake;
    bool holds = false;
    switch (test->kind) {
    case EXPRESSION_INTAKE:
        if (intake->numbers[test->subject] < 0)
            return VALUE_NOT_ASKED;
        holds = operation_holds(intake->numbers[test->subject], test->operation, test->number);
        break;
    case EXPRESSION_SEX:
        if (intake->sex == SEX_UNKNOWN)
            return VALUE_NOT_ASKED;
        holds = operation_holds((int64_t)intake->sex, test->operation, test->number);
        break;
    case EXPRESSION_AREAS:
        if (!intake->pain_areas_given)
            return VALUE_NOT_ASKED;
        holds = (intake->pain_areas & test->set) != 0;
        break;
    case EXPRESSION_PRESENTATION:
        holds = intake->presentations >> test->subject & 1;
        break;
    case EXPRESSION_UNMATCHED:
        holds = intake->unmatched_medicine;
        break;
    case EXPRESSION_NO_PRESENTATION:
        holds = intake->presentations_given && !intake->presentations;
        break;
    case EXPRESSION_NO_SPECIFIC_PRESENTATION:
        holds = !specific_presentation(evaluation);
        break;
    default:
        break;
    }
    return holds ? VALUE_YES : VALUE_NO;
}

static uint8_t literal_value(const struct evaluation *evaluation, const struct node *node) {
    const struct literal *literal = &evaluation->knowledge->graph->literals[node->first];
    const struct expression *test = literal->test;
    bool holds = false;
    switch (test->kind) {
    case EXPRESSION_FINDING:
    case EXPRESSION_NUMBER:
    case EXPRESSION_DETAIL:
        return finding_value(evaluation, node, literal);
    case EXPRESSION_AREAS:
        if (test->subject >= 0)
            return finding_value(evaluation, node, literal);
        break;
    case EXPRESSION_MISSING:
        holds = is_missing(&evaluation->intake->answers[test->subject], test->attribute);
        return holds != literal->negated ? VALUE_YES : VALUE_NO;
    case EXPRESSION_UNSURE:
        holds = evaluation->intake->answers[test->subject].state == ANSWER_UNSURE;
        return holds != literal->negated ? VALUE_YES : VALUE_NO;
    default:
        break;
    }
    uint8_t value = intake_value(evaluation, test);
    return literal->negated ? negate(value) : value;
}

enum { TRUTHS = 3, CERTAIN = 0, MAYBE = 1 };

/* How many children hold for certain, and how many may hold, in each of the three truths. */
struct tally {
    uint32_t count[TRUTHS][2];
};

static struct tally count_children(const struct evaluation *evaluation, const uint32_t *children,
                                   uint32_t count) {
    struct tally tally = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint8_t value = evaluation->values[children[i]];
        for (unsigned truth = 0; truth < TRUTHS; truth++, value >>= 2) {
            tally.count[truth][CERTAIN] += value & 1;
            tally.count[truth][MAYBE] += value >> 1 & 1;
        }
    }
    return tally;
}

/*
 * hits() counts what holds for certain, nothing else: "not sure" never counts, and what nobody
 * asked is open in the counted rules already.
 */
static uint8_t hits_value(const struct evaluation *evaluation, const struct node *node,
                          const uint32_t *children) {
    struct tally tally = count_children(evaluation, children, node->count - 1);
    bool turned = evaluation->values[children[node->count - 1]] != VALUE_NO;
    return (tally.count[0][CERTAIN] >= node->threshold) != turned ? VALUE_YES : VALUE_NO;
}

/* Whether "at least / fewer than / exactly n" is certain, and whether it is possible. */
static uint8_t count_truth(enum node_kind kind, uint32_t n, const uint32_t count[2]) {
    uint32_t certain = count[CERTAIN], maybe = count[MAYBE];
    bool holds, may_hold;
    if (kind == NODE_COUNT) {
        holds = certain >= n;
        may_hold = maybe >= n;
    } else if (kind == NODE_FEWER) {
        holds = maybe < n;
        may_hold = certain < n;
    } else {
        holds = certain == n && maybe == n;
        may_hold = certain <= n && n <= maybe;
    }
    return (uint8_t)(holds | may_hold << 1);
}

static uint8_t count_value(const struct evaluation *evaluation, const struct node *node,
                           const uint32_t *children) {
    struct tally tally = count_children(evaluation, children, node->count);
    uint8_t value = 0;
    for (unsigned truth = 0; truth < TRUTHS; truth++)
        value |=
            (uint8_t)(count_truth(node->kind, node->threshold, tally.count[truth]) << (2 * truth));
    return value;
}

static uint8_t node_value(const struct evaluation *evaluation, uint32_t id) {
    const struct graph *graph = evaluation->knowledge->graph;
    const struct node *node = &graph->nodes[id];
    const uint32_t *children = graph->children + node->first;
    uint8_t value = VALUE_NO;
    switch (node->kind) {
    case NODE_CONSTANT:
        return (uint8_t)node->threshold;
    case NODE_LITERAL:
        return literal_value(evaluation, node);
    case NODE_ALL:
        value = VALUE_YES;
        for (uint32_t i = 0; i < node->count; i++)
            value &= evaluation->values[children[i]];
        return value;
    case NODE_ANY:
        for (uint32_t i = 0; i < node->count; i++)
            value |= evaluation->values[children[i]];
        return value;
    case NODE_CERTAIN:
        value = evaluation->values[children[0]] & VALUE_TRUE ? VALUE_YES : VALUE_NO;
        return node->threshold ? negate(value) : value;
    case NODE_HITS:
        return hits_value(evaluation, node, children);
    case NODE_COUNT:
    case NODE_FEWER:
    case NODE_EXACT:
        break;
    }
    return count_value(evaluation, node, children);
}

static void set_member(uint64_t *set, uint32_t member, bool in) {
    uint64_t bit = UINT64_C(1) << (member % 64);
    if (in)
        set[member / 64] |= bit;
    else
        set[member / 64] &= ~bit;
}

/* Keeps the three sets of rules in step with a node that is the condition of some. */
static void note_rules(struct evaluation *evaluation, uint32_t id, uint8_t value) {
    const struct graph *graph = evaluation->knowledge->graph;
    for (uint32_t i = graph->rule_starts[id]; i < graph->rule_starts[id + 1]; i++) {
        uint32_t rule = graph->rules[i];
        set_member(evaluation->fired, rule, value & VALUE_TRUE);
        set_member(evaluation->full, rule, value & VALUE_FULL_TRUE);
        set_member(evaluation->strict, rule, value & VALUE_STRICT_TRUE);
        set_member(evaluation->open, rule,
                   (value & VALUE_STRICT_MAYBE) && !(value & VALUE_STRICT_TRUE));
    }
}

static void mark(struct evaluation *evaluation, uint32_t node) {
    evaluation->dirty[node / 64] |= UINT64_C(1) << (node % 64);
}

static void update(struct evaluation *evaluation, uint32_t id) {
    uint8_t value = node_value(evaluation, id);
    if (value == evaluation->values[id])
        return;
    if (evaluation->recording)
        evaluation->trail[evaluation->trail_count++] =
            (struct change){.node = id, .value = evaluation->values[id]};
    evaluation->values[id] = value;
    note_rules(evaluation, id, value);
    const struct graph *graph = evaluation->knowledge->graph;
    for (uint32_t i = graph->parent_starts[id]; i < graph->parent_starts[id + 1]; i++)
        mark(evaluation, graph->parents[i]);
}

/* Parents have larger numbers than their children: one sweep upwards meets every change once. */
static void propagate(struct evaluation *evaluation) {
    uint32_t words = (evaluation->knowledge->graph->node_count + 63) / 64;
    for (uint32_t word = 0; word < words; word++)
        while (evaluation->dirty[word]) {
            uint32_t bit = (uint32_t)__builtin_ctzll(evaluation->dirty[word]);
            evaluation->dirty[word] &= evaluation->dirty[word] - 1;
            update(evaluation, word * 64 + bit);
        }
}

static void mark_readers(struct evaluation *evaluation, uint32_t finding) {
    const struct graph *graph = evaluation->knowledge->graph;
    for (uint32_t i = graph->reader_starts[finding]; i < graph->reader_starts[finding + 1]; i++)
        mark(evaluation, graph->readers[i]);
}

struct evaluation *evaluation_new(const struct knowledge *knowledge, struct arena *arena) {
    const struct graph *graph = knowledge->graph;
    struct evaluation *evaluation = arena_take(arena, sizeof *evaluation);
    if (!evaluation)
        return NULL;
    evaluation->knowledge = knowledge;
    evaluation->values = arena_array(arena, graph->node_count + 1, 1);
    evaluation->dirty = arena_array(arena, graph->node_count / 64 + 1, sizeof(uint64_t));
    evaluation->fired = arena_array(arena, graph->words + 1, sizeof(uint64_t));
    evaluation->full = arena_array(arena, graph->words + 1, sizeof(uint64_t));
    evaluation->strict = arena_array(arena, graph->words + 1, sizeof(uint64_t));
    evaluation->open = arena_array(arena, graph->words + 1, sizeof(uint64_t));
    evaluation->trail = arena_scratch(arena, graph->node_count + 1, sizeof(struct change));
    bool complete = evaluation->values && evaluation->dirty && evaluation->fired &&
                    evaluation->full && evaluation->strict && evaluation->open && evaluation->trail;
    return complete ? evaluation : NULL;
}

/* The nearer base: quiet once more than half of the core questions were answered. */
static const struct evaluation *nearer_base(const struct intake *intake) {
    const struct knowledge *knowledge = intake->knowledge;
    unsigned answered = 0;
    for (unsigned i = 0; i < knowledge->core_count; i++)
        answered += intake->answers[knowledge->core[i]].state != ANSWER_NOT_ASKED;
    return answered * 2 > knowledge->core_count ? knowledge->graph->quiet : knowledge->graph->blank;
}

/*
 * Whether the tests of a finding can come out other than in the base. A question that the base
 * would not even ask is as good as answered with no; should an answer open it after all, its tests
 * are met on the way up.
 */
static bool differs(const struct evaluation *base, const struct finding *finding,
                    const struct answer *before, const struct answer *now) {
    if (before->state == ANSWER_ABSENT && now->state == ANSWER_NOT_ASKED)
        return finding->asked_node == NO_NODE || base->values[finding->asked_node] != VALUE_NO;
    return before->state != now->state || now->state == ANSWER_PRESENT;
}

void evaluation_run(struct evaluation *evaluation, const struct intake *intake) {
    const struct knowledge *knowledge = evaluation->knowledge;
    const struct graph *graph = knowledge->graph;
    const struct evaluation *base = nearer_base(intake);
    evaluation->intake = intake;
    evaluation->recording = false;
    memcpy(evaluation->values, base->values, graph->node_count);
    memcpy(evaluation->fired, base->fired, graph->words * sizeof(uint64_t));
    memcpy(evaluation->full, base->full, graph->words * sizeof(uint64_t));
    memcpy(evaluation->strict, base->strict, graph->words * sizeof(uint64_t));
    memcpy(evaluation->open, base->open, graph->words * sizeof(uint64_t));
    for (uint32_t f = 0; f < knowledge->finding_count; f++)
        if (differs(base, &knowledge->findings[f], &base->intake->answers[f], &intake->answers[f]))
            mark_readers(evaluation, f);
    for (uint32_t i = 0; i < graph->intake_reader_count; i++)
        mark(evaluation, graph->intake_readers[i]);
    propagate(evaluation);
}

void evaluation_try(struct evaluation *evaluation, uint32_t finding) {
    evaluation->recording = true;
    evaluation->trail_count = 0;
    mark_readers(evaluation, finding);
    propagate(evaluation);
}

void evaluation_undo(struct evaluation *evaluation) {
    while (evaluation->trail_count) {
        const struct change *change = &evaluation->trail[--evaluation->trail_count];
        evaluation->values[change->node] = change->value;
        note_rules(evaluation, change->node, change->value);
    }
    evaluation->recording = false;
}

/* An ordinary person: the nearer the base lies to most people, the less there is to recompute for
 * them. */
static void make_ordinary(struct intake *intake) {
    const struct knowledge *k = intake->knowledge;
    int64_t area = name_map_get(&k->area_names, "low_back");
    intake->numbers[INTAKE_AGE] = 45000;
    intake->numbers[INTAKE_PAIN_INTENSITY] = 5000;
    intake->numbers[INTAKE_PAIN_WEEKS] = 20000;
    intake->sex = SEX_FEMALE;
    intake->pain_areas_given = area >= 0;
    intake->pain_areas = area >= 0 ? UINT32_C(1) << area : 0;
    for (unsigned f = 0; f < k->finding_count; f++)
        if (!k->findings[f].derived && !k->findings[f].measured)
            intake->answers[f].state = ANSWER_ABSENT;
}

static struct evaluation *make_base(struct knowledge *knowledge, bool quiet) {
    struct evaluation *evaluation = evaluation_new(knowledge, &knowledge->arena);
    struct intake *intake = arena_take(&knowledge->arena, sizeof *intake);
    if (!evaluation || !intake)
        return NULL;
    intake->knowledge = knowledge;
    intake->answers =
        arena_array(&knowledge->arena, knowledge->finding_count + 1, sizeof *intake->answers);
    if (!intake->answers)
        return NULL;
    for (int i = 0; i < INTAKE_NUMBERS; i++)
        intake->numbers[i] = -1;
    if (quiet)
        make_ordinary(intake);
    evaluation->intake = intake;
    for (uint32_t n = 0; n < knowledge->graph->node_count; n++) {
        evaluation->values[n] = node_value(evaluation, n);
        note_rules(evaluation, n, evaluation->values[n]);
    }
    return evaluation;
}

bool evaluation_make_bases(struct knowledge *knowledge) {
    knowledge->graph->blank = make_base(knowledge, false);
    knowledge->graph->quiet = make_base(knowledge, true);
    return knowledge->graph->blank && knowledge->graph->quiet;
}
