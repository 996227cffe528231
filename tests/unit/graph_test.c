/*
 * Kleene's logic in three truths, held against a table and against the definition; and the graph
 * held against itself: whatever way it was reached, a state equals a full evaluation.
 */
#include "engine/graph.h"

#include <check.h>
#include <string.h>

#include "tiny_release.h"

Suite *graph_suite(void);

/* ---- the tiny release: tables ---- */

static const struct tiny_rule rules[] = {
    {"K.finding", "cough", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not", "!cough", "MOD", NULL, "'modifications':['slowly']"},
    {"K.any", "any(cough, fever)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.all", "all(cough, fever)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_any", "!any(cough, fever)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_all", "!all(cough, fever)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.and_not", "cough & !fever", "MOD", NULL, "'modifications':['slowly']"},
    {"K.ge2", "count(cough, fever, rash) >= 2", "MOD", NULL, "'modifications':['slowly']"},
    {"K.gt1", "count(cough, fever, rash) > 1", "MOD", NULL, "'modifications':['slowly']"},
    {"K.lt2", "count(cough, fever, rash) < 2", "MOD", NULL, "'modifications':['slowly']"},
    {"K.le1", "count(cough, fever, rash) <= 1", "MOD", NULL, "'modifications':['slowly']"},
    {"K.eq2", "count(cough, fever, rash) = 2", "MOD", NULL, "'modifications':['slowly']"},
    {"K.ne2", "count(cough, fever, rash) != 2", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_ge2", "!(count(cough, fever, rash) >= 2)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_lt2", "!(count(cough, fever, rash) < 2)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_eq2", "!(count(cough, fever, rash) = 2)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.ge0", "count(cough, fever) >= 0", "MOD", NULL, "'modifications':['slowly']"},
    {"K.ge3of2", "count(cough, fever) >= 3", "MOD", NULL, "'modifications':['slowly']"},
    {"K.both", "both", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_both", "!both", "MOD", NULL, "'modifications':['slowly']"},
    {"K.surely", "surely", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_surely", "!surely", "MOD", NULL, "'modifications':['slowly']"},
    {"K.recent", "clot.weeks_ago < 13", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_recent", "!(clot.weeks_ago < 13)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.missing", "missing(clot.weeks_ago)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_missing", "!missing(clot.weeks_ago)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.unsure", "unsure(cough)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_unsure", "!unsure(cough)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.rash_leg", "rash.areas has LEG", "MOD", NULL, "'modifications':['slowly']"},
    {"K.detail", "bleed.detail >= some", "MOD", NULL, "'modifications':['slowly']"},
    {"K.reading", "reading.value >= 180", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_reading", "!(reading.value >= 180)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.scan", "scan", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_scan", "!scan", "MOD", NULL, "'modifications':['slowly']"},
    {"K.checked", "checked", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_checked", "!checked", "MOD", NULL, "'modifications':['slowly']"},
    {"K.checked_lately", "checked.weeks_ago < 2", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_checked_lately", "!(checked.weeks_ago < 2)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.tired", "tired", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_tired", "!tired", "MOD", NULL, "'modifications':['slowly']"},
    {"K.swelling", "swelling", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_swelling", "!swelling", "MOD", NULL, "'modifications':['slowly']"},
    {"K.age", "age >= 70", "MOD", NULL, "'modifications':['slowly']"},
    {"K.not_age", "!(age >= 70)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.woman", "sex = female", "MOD", NULL, "'modifications':['slowly']"},
    {"K.pain_leg", "pain.areas has LEG", "MOD", NULL, "'modifications':['slowly']"},
    {"K.always", "always", "MOD", NULL, "'modifications':['slowly']"},
    {"K.never", "!always", "MOD", NULL, "'modifications':['slowly']"},
    {"K.unmatched", "unmatched(medications)", "MOD", NULL, "'modifications':['slowly']"},
    {"K.none", "no_presentation", "MOD", NULL, "'modifications':['slowly']"},
    {"K.unspecific", "no_specific_presentation", "MOD", NULL, "'modifications':['slowly']"},
    {"K.acute", "presentation:nslbp_acute", "MOD", NULL, "'modifications':['slowly']"},
    {"C1.a", "cough", "urgent", NULL, NULL},
    {"C1.b", "fever", "urgent", NULL, NULL},
    {"K.hits1", "hits(urgent) >= 1", "MOD", NULL, "'modifications':['slowly']"},
    {"K.hits2", "hits(urgent) > 1", "MOD", NULL, "'modifications':['slowly']"},
    {"K.hits0", "hits(urgent) = 0", "MOD", NULL, "'modifications':['slowly']"},
};

static struct knowledge *tiny;

static void setup_tiny(void) {
    tiny = tiny_release(rules, sizeof rules / sizeof *rules);
}

static void teardown_tiny(void) {
    knowledge_free(tiny);
}

/* "T" or "F" or "U" in the plain truth, then in the full one, then in the strict one. */
static void truths(uint8_t value, char text[4]) {
    for (int truth = 0; truth < 3; truth++, value >>= 2)
        text[truth] = "F?UT"[value & 3];
    text[3] = '\0';
}

static void truths_of(const char *rule, const char *json, char text[4]) {
    struct arena arena;
    arena_init(&arena, 1 << 16);
    struct intake *intake = good_intake(tiny, json, &arena);
    struct evaluation *evaluation = evaluation_new(tiny, &arena);
    ck_assert_ptr_nonnull(intake);
    ck_assert_ptr_nonnull(evaluation);
    evaluation_run(evaluation, intake);
    int number = rule_number(tiny, rule);
    ck_assert_int_ge(number, 0);
    uint8_t value = evaluation->values[tiny->rules[number].node];
    truths(value, text);
    ck_assert_int_eq(set_has(evaluation->fired, (uint32_t)number), text[0] == 'T');
    ck_assert_int_eq(set_has(evaluation->full, (uint32_t)number), text[1] == 'T');
    ck_assert_int_eq(set_has(evaluation->strict, (uint32_t)number), text[2] == 'T');
    ck_assert_int_eq(set_has(evaluation->open, (uint32_t)number), text[2] == 'U');
    arena_free(&arena);
}

#define COUGH(state) "{'findings':[{'id':'cough','state':'" state "'}]}"
#define ONE(id, state) "{'findings':[{'id':'" id "','state':'" state "'}]}"
#define WITH(id, attribute) "{'findings':[{'id':'" id "','state':'present'," attribute "}]}"

static const struct {
    const char *rule, *intake, *truths;
} table[] = {
    /* one finding: present, absent, asked and not sure, not asked */
    {"K.finding", COUGH("present"), "TTT"},
    {"K.finding", COUGH("absent"), "FFF"},
    {"K.finding", COUGH("unknown"), "UUT"},
    {"K.finding", "{}", "UUU"},
    {"K.not", COUGH("present"), "FFF"},
    {"K.not", COUGH("absent"), "TTT"},
    {"K.not", COUGH("unknown"), "UUT"}, /* the worse of both */
    {"K.not", "{}", "UUU"},
    /* unsure() */
    {"K.unsure", COUGH("unknown"), "TTT"},
    {"K.unsure", COUGH("present"), "FFF"},
    {"K.unsure", "{}", "FFF"},
    {"K.not_unsure", COUGH("unknown"), "FFF"},
    {"K.not_unsure", "{}", "TTT"},
    /* present, and the attribute was not said */
    {"K.recent", WITH("clot", "'weeks_ago':12.999"), "TTT"},
    {"K.recent", WITH("clot", "'weeks_ago':13"), "FFF"},
    {"K.recent", ONE("clot", "present"), "UTT"},
    {"K.recent", ONE("clot", "absent"), "FFF"},
    {"K.recent", ONE("clot", "unknown"), "UUT"},
    {"K.recent", "{}", "UUU"},
    {"K.not_recent", ONE("clot", "present"), "UTT"},
    {"K.not_recent", WITH("clot", "'weeks_ago':13"), "TTT"},
    {"K.missing", ONE("clot", "present"), "TTT"},
    {"K.missing", WITH("clot", "'weeks_ago':13"), "FFF"},
    {"K.missing", "{}", "TTT"},
    {"K.not_missing", WITH("clot", "'weeks_ago':13"), "TTT"},
    {"K.rash_leg", WITH("rash", "'areas':['calf']"), "TTT"},
    {"K.rash_leg", WITH("rash", "'areas':['low_back']"), "FFF"},
    {"K.rash_leg", ONE("rash", "present"), "UTT"},
    {"K.detail", WITH("bleed", "'detail':'lots'"), "TTT"},
    {"K.detail", WITH("bleed", "'detail':'little'"), "FFF"},
    {"K.detail", ONE("bleed", "present"), "UUT"}, /* which kind: as not sure about it */
    /* measured: what nobody measured says nothing, and is asked of nobody */
    {"K.reading", WITH("reading", "'value':180"), "TTT"},
    {"K.reading", WITH("reading", "'value':179.9"), "FFF"},
    {"K.reading", ONE("reading", "present"), "FFF"},
    {"K.reading", ONE("reading", "unknown"), "FFF"},
    {"K.reading", "{}", "FFF"},
    {"K.not_reading", "{}", "TTT"},
    {"K.not_reading", ONE("reading", "unknown"), "TTT"},
    {"K.scan", ONE("scan", "present"), "TTT"},
    {"K.scan", ONE("scan", "unknown"), "FFF"},
    {"K.scan", "{}", "FFF"},
    {"K.not_scan", "{}", "TTT"},
    /* protective: what is not sure protects nobody */
    {"K.checked", ONE("checked", "present"), "TTT"},
    {"K.checked", ONE("checked", "unknown"), "FFF"},
    {"K.checked", "{}", "FFF"},
    {"K.not_checked", ONE("checked", "unknown"), "TTT"},
    {"K.not_checked", "{}", "TTT"},
    {"K.checked_lately", ONE("checked", "present"), "FFF"},
    {"K.not_checked_lately", ONE("checked", "present"), "TTT"},
    {"K.checked_lately", WITH("checked", "'weeks_ago':1"), "TTT"},
    /* "not sure" that says nothing */
    {"K.tired", ONE("tired", "unknown"), "FFF"},
    {"K.not_tired", ONE("tired", "unknown"), "TTT"},
    {"K.tired", "{}", "UUU"},
    /* asked only with a cough */
    {"K.swelling", "{}", "UUU"},
    {"K.swelling", COUGH("absent"), "FFF"},
    {"K.not_swelling", COUGH("absent"), "TTT"},
    {"K.swelling", COUGH("present"), "UUU"},
    {"K.swelling", COUGH("unknown"), "UUU"},
    {"K.swelling", ONE("swelling", "present"), "TTT"},
    {"K.swelling",
     "{'findings':[{'id':'cough','state':'absent'},"
     "{'id':'swelling','state':'present'}]}",
     "TTT"},
    /* derived facts, one of them only when certain */
    {"K.both", "{}", "UUU"},
    {"K.both", COUGH("absent"), "FFF"},
    {"K.both", COUGH("unknown"), "UUU"},
    {"K.not_both", COUGH("absent"), "TTT"},
    {"K.surely", ONE("fever", "present"), "TTT"},
    {"K.surely", ONE("fever", "unknown"), "FFF"},
    {"K.surely", "{}", "FFF"},
    {"K.not_surely", ONE("fever", "unknown"), "TTT"},
    {"K.not_surely", ONE("fever", "present"), "FFF"},
    /* the intake's own members */
    {"K.age", "{'age':70}", "TTT"},
    {"K.age", "{'age':69}", "FFF"},
    {"K.age", "{}", "UUU"},
    {"K.not_age", "{'age':69}", "TTT"},
    {"K.not_age", "{}", "UUU"},
    {"K.woman", "{'sex':'female'}", "TTT"},
    {"K.woman", "{'sex':'other'}", "FFF"},
    {"K.woman", "{}", "UUU"},
    {"K.pain_leg", "{'pain':{'areas':['thigh']}}", "TTT"},
    {"K.pain_leg", "{'pain':{'areas':['low_back']}}", "FFF"},
    {"K.pain_leg", "{'pain':{}}", "UUU"},
    {"K.unmatched", "{'medications':[{'text':'nothing known'}]}", "TTT"},
    {"K.unmatched", "{'medications':[{'text':'alphadol'}]}", "FFF"},
    {"K.none", "{'presentations':[]}", "TTT"},
    {"K.none", "{}", "FFF"},
    {"K.none", "{'presentations':['clot_pain']}", "FFF"},
    {"K.unspecific", "{}", "TTT"},
    {"K.unspecific", "{'presentations':['nslbp_acute']}", "TTT"},
    {"K.unspecific", "{'presentations':['clot_pain']}", "FFF"},
    {"K.acute", "{'presentations':['nslbp_acute']}", "TTT"},
    {"K.acute", "{'pain':{'duration_weeks':2,'areas':['low_back']}}", "TTT"},
    {"K.acute", "{'pain':{'duration_weeks':6,'areas':['low_back']}}", "FFF"},
    {"K.acute", "{}", "UUU"},
    {"K.always", "{}", "TTT"},
    {"K.never", "{}", "FFF"},
    /* hits() counts what holds for certain */
    {"K.hits1", "{}", "FFF"},
    {"K.hits1", COUGH("present"), "TTT"},
    {"K.hits1", COUGH("unknown"), "FFF"},
    {"K.hits2", COUGH("present"), "FFF"},
    {"K.hits0", COUGH("unknown"), "TTT"},
    {"K.hits0", COUGH("present"), "FFF"},
    {"K.hits2", "{'findings':[{'id':'cough','state':'present'},{'id':'fever','state':'present'}]}",
     "TTT"},
    /* a few rows of the joins, spelt out; the rest below by definition */
    {"K.any", COUGH("present"), "TTT"},
    {"K.any", COUGH("absent"), "UUU"},
    {"K.any", COUGH("unknown"), "UUT"},
    {"K.all", COUGH("present"), "UUU"},
    {"K.all", COUGH("absent"), "FFF"},
    {"K.all", COUGH("unknown"), "UUU"},
    {"K.ge0", "{}", "TTT"},
    {"K.ge3of2", "{}", "FFF"},
};

START_TEST(kleene_rows) {
    char text[4];
    truths_of(table[_i].rule, table[_i].intake, text);
    ck_assert_msg(strcmp(text, table[_i].truths) == 0, "%s of %s: %s, not %s", table[_i].rule,
                  table[_i].intake, text, table[_i].truths);
}
END_TEST

/* ---- joins by definition: every way the unknown children can fall out ---- */

enum join {
    JOIN_ANY,
    JOIN_ALL,
    JOIN_NOT_ANY,
    JOIN_NOT_ALL,
    JOIN_AND_NOT,
    JOIN_TWO_OR_MORE,
    JOIN_FEWER_THAN_TWO,
    JOIN_EXACTLY_TWO,
    JOIN_NOT_TWO
};

static const struct {
    const char *rule;
    enum join join;
    unsigned children;
    unsigned negated; /* bits of the children that stand behind a `not` */
} joins[] = {
    {"K.any", JOIN_ANY, 2, 0},
    {"K.all", JOIN_ALL, 2, 0},
    {"K.not_any", JOIN_NOT_ANY, 2, 3},
    {"K.not_all", JOIN_NOT_ALL, 2, 3},
    {"K.and_not", JOIN_AND_NOT, 2, 2},
    {"K.both", JOIN_ALL, 2, 0},
    {"K.not_both", JOIN_NOT_ALL, 2, 3},
    {"K.ge2", JOIN_TWO_OR_MORE, 3, 0},
    {"K.gt1", JOIN_TWO_OR_MORE, 3, 0},
    {"K.lt2", JOIN_FEWER_THAN_TWO, 3, 0},
    {"K.le1", JOIN_FEWER_THAN_TWO, 3, 0},
    {"K.eq2", JOIN_EXACTLY_TWO, 3, 0},
    {"K.ne2", JOIN_NOT_TWO, 3, 0},
    {"K.not_ge2", JOIN_FEWER_THAN_TWO, 3, 0},
    {"K.not_lt2", JOIN_TWO_OR_MORE, 3, 0},
    {"K.not_eq2", JOIN_NOT_TWO, 3, 0},
};

static bool join_holds(enum join join, unsigned holds, unsigned count) {
    unsigned n = (unsigned)__builtin_popcount(holds);
    switch (join) {
    case JOIN_ANY:
        return n > 0;
    case JOIN_ALL:
        return n == count;
    case JOIN_NOT_ANY:
        return n == 0;
    case JOIN_NOT_ALL:
        return n < count;
    case JOIN_AND_NOT:
        return holds == 1;
    case JOIN_TWO_OR_MORE:
        return n >= 2;
    case JOIN_FEWER_THAN_TWO:
        return n < 2;
    case JOIN_EXACTLY_TWO:
        return n == 2;
    case JOIN_NOT_TWO:
        return n != 2;
    }
    return false;
}

/* What the positive finding is worth in a truth, given its state and whether a `not` is before it.
 */
static char child_truth(enum answer_state state, int truth, bool negated) {
    if (state == ANSWER_PRESENT)
        return 'T';
    if (state == ANSWER_ABSENT)
        return 'F';
    if (state == ANSWER_UNSURE && truth == 2)
        return negated ? 'F' : 'T'; /* so that the test itself comes out true */
    return 'U';
}

static char expected_truth(size_t row, const enum answer_state *states, int truth) {
    bool can_hold = false, can_fail = false;
    unsigned count = joins[row].children;
    for (unsigned holds = 0; holds < 1u << count; holds++) {
        bool possible = true;
        for (unsigned i = 0; i < count; i++) {
            char child = child_truth(states[i], truth, joins[row].negated >> i & 1);
            if (child != 'U' && (child == 'T') != (holds >> i & 1))
                possible = false;
        }
        bool result = join_holds(joins[row].join, holds, count);
        can_hold |= possible && result;
        can_fail |= possible && !result;
    }
    return can_hold && can_fail ? 'U' : can_hold ? 'T' : 'F';
}

START_TEST(joins_by_definition) {
    static const char *const ids[] = {"cough", "fever", "rash"};
    struct arena arena;
    arena_init(&arena, 1 << 16);
    struct intake *intake = good_intake(tiny, "{}", &arena);
    struct evaluation *evaluation = evaluation_new(tiny, &arena);
    ck_assert_ptr_nonnull(intake);
    ck_assert_ptr_nonnull(evaluation);
    uint32_t node = tiny->rules[rule_number(tiny, joins[_i].rule)].node;
    for (unsigned mix = 0; mix < 64; mix++) {
        enum answer_state states[3];
        for (unsigned i = 0; i < 3; i++)
            intake->answers[finding_number(tiny, ids[i])].state = states[i] =
                (enum answer_state)(mix >> (2 * i) & 3);
        evaluation_run(evaluation, intake);
        char text[4];
        truths(evaluation->values[node], text);
        for (int truth = 0; truth < 3; truth++) {
            char expected = expected_truth((size_t)_i, states, truth);
            ck_assert_msg(text[truth] == expected, "%s of %u%u%u: %s, expected %c in truth %d",
                          joins[_i].rule, states[0], states[1], states[2], text, expected, truth);
        }
    }
    arena_free(&arena);
}
END_TEST

/* ---- the embedded release: the incremental against the full evaluation ---- */

static struct knowledge *release;
static uint64_t seed;

static void setup_release(void) {
    release = load_embedded_release();
}

static void teardown_release(void) {
    knowledge_free(release);
}

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators" */
static uint32_t random_below(uint32_t bound) {
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (uint32_t)((seed * 0x2545F4914F6CDD1Du) >> 33) % bound;
}

static void random_answer(const struct finding *finding, struct answer *answer,
                          enum answer_state state) {
    *answer = (struct answer){.state = state};
    if (state != ANSWER_PRESENT)
        return;
    answer->given = finding->attributes & random_below(16);
    if (answer->given & (ATTRIBUTE_WEEKS_AGO | ATTRIBUTE_VALUE))
        answer->number =
            finding->min + (int64_t)random_below(64) * (finding->max - finding->min) / 63;
    if (answer->given & ATTRIBUTE_AREAS)
        answer->areas = UINT32_C(1) << random_below(release->area_count);
    if (answer->given & ATTRIBUTE_DETAIL)
        answer->detail = (uint8_t)random_below(finding->choice_count);
}

/* Anybody: from "nothing was asked" to "everything was", with few or many answers that matter. */
static void random_intake(struct intake *intake) {
    uint32_t asked = random_below(101), present = random_below(4) ? random_below(8) : 40;
    uint32_t unsure = random_below(3) ? random_below(6) : 0;
    for (unsigned f = 0; f < release->finding_count; f++) {
        const struct finding *finding = &release->findings[f];
        enum answer_state state = ANSWER_NOT_ASKED;
        if (!finding->derived && random_below(100) < asked)
            state = random_below(100) < present  ? ANSWER_PRESENT
                    : random_below(100) < unsure ? ANSWER_UNSURE
                                                 : ANSWER_ABSENT;
        random_answer(finding, &intake->answers[f], state);
    }
    static const int64_t most[] = {
        [INTAKE_AGE] = 100, [INTAKE_PAIN_INTENSITY] = 11, [INTAKE_PAIN_WEEKS] = 200};
    for (int n = 0; n < INTAKE_NUMBERS; n++)
        intake->numbers[n] = random_below(4) ? random_below((uint32_t)most[n]) * INT64_C(1000) : -1;
    intake->sex = (enum sex)random_below(4);
    intake->pain_areas_given = random_below(4) != 0;
    intake->pain_areas =
        intake->pain_areas_given ? UINT32_C(1) << random_below(release->area_count) : 0;
    intake->presentations_given = random_below(2);
    intake->presentations = intake->presentations_given && random_below(2)
                                ? UINT32_C(1) << random_below(release->presentation_count)
                                : 0;
    intake->unmatched_medicine = random_below(8) == 0;
}

/* Every node from its children, whatever stood there before. */
static void evaluate_fully(struct evaluation *evaluation, const struct intake *intake) {
    const struct graph *graph = evaluation->knowledge->graph;
    evaluation->intake = intake;
    memset(evaluation->values, 0xFF, graph->node_count);
    for (uint32_t n = 0; n < graph->node_count; n++)
        evaluation->dirty[n / 64] |= UINT64_C(1) << (n % 64);
    evaluation_try(evaluation, 0);
    ck_assert_uint_eq(evaluation->trail_count, graph->node_count);
    evaluation->trail_count = 0;
    evaluation->recording = false;
}

static void assert_same(const struct evaluation *a, const struct evaluation *b) {
    const struct graph *graph = release->graph;
    size_t set = graph->words * sizeof(uint64_t);
    ck_assert_mem_eq(a->values, b->values, graph->node_count);
    ck_assert_mem_eq(a->fired, b->fired, set);
    ck_assert_mem_eq(a->full, b->full, set);
    ck_assert_mem_eq(a->strict, b->strict, set);
    ck_assert_mem_eq(a->open, b->open, set);
    for (uint32_t word = 0; word <= graph->node_count / 64; word++)
        ck_assert_uint_eq(a->dirty[word], 0);
}

/* Whatever base is called the nearest. */
static void run_from(struct evaluation *base, struct evaluation *evaluation,
                     const struct intake *intake) {
    struct graph *graph = release->graph;
    struct evaluation *blank = graph->blank, *quiet = graph->quiet;
    graph->blank = graph->quiet = base;
    evaluation_run(evaluation, intake);
    graph->blank = blank;
    graph->quiet = quiet;
}

START_TEST(both_bases_equal_a_full_evaluation) {
    struct arena arena;
    arena_init(&arena, 1 << 18);
    struct intake *intake = good_intake(release, "{}", &arena);
    struct evaluation *full = evaluation_new(release, &arena);
    struct evaluation *quick = evaluation_new(release, &arena);
    ck_assert(intake && full && quick);
    seed = 20261122;
    for (int round = 0; round < 2000; round++) {
        random_intake(intake);
        evaluate_fully(full, intake);
        run_from(release->graph->blank, quick, intake);
        assert_same(quick, full);
        run_from(release->graph->quiet, quick, intake);
        assert_same(quick, full);
    }
    arena_free(&arena);
}
END_TEST

START_TEST(try_and_undo) {
    struct arena arena;
    arena_init(&arena, 1 << 18);
    struct intake *intake = good_intake(release, "{}", &arena);
    struct evaluation *before = evaluation_new(release, &arena);
    struct evaluation *full = evaluation_new(release, &arena);
    struct evaluation *quick = evaluation_new(release, &arena);
    ck_assert(intake && before && full && quick);
    seed = 59;
    for (int round = 0; round < 500; round++) {
        random_intake(intake);
        evaluate_fully(before, intake);
        evaluation_run(quick, intake);
        uint32_t f = random_below(release->finding_count);
        struct answer given = intake->answers[f];
        random_answer(&release->findings[f], &intake->answers[f],
                      (enum answer_state)random_below(4));
        evaluation_try(quick, f);
        evaluate_fully(full, intake);
        assert_same(quick, full);
        evaluation_undo(quick);
        intake->answers[f] = given;
        assert_same(quick, before);
        ck_assert_uint_eq(quick->trail_count, 0);
        ck_assert(!quick->recording);
    }
    arena_free(&arena);
}
END_TEST

START_TEST(order_of_the_nodes) {
    const struct graph *graph = release->graph;
    for (uint32_t n = 0; n < graph->node_count; n++) {
        const struct node *node = &graph->nodes[n];
        if (node->kind == NODE_LITERAL && node->threshold != NO_NODE)
            ck_assert_uint_lt(node->threshold, n);
        for (uint32_t i = 0; node->kind != NODE_LITERAL && i < node->count; i++)
            ck_assert_uint_lt(graph->children[node->first + i], n);
    }
}
END_TEST

Suite *graph_suite(void) {
    Suite *suite = suite_create("graph");
    TCase *tables = tcase_create("graph");
    tcase_add_unchecked_fixture(tables, setup_tiny, teardown_tiny);
    tcase_add_loop_test(tables, kleene_rows, 0, (int)(sizeof table / sizeof *table));
    tcase_add_loop_test(tables, joins_by_definition, 0, (int)(sizeof joins / sizeof *joins));
    suite_add_tcase(suite, tables);
    TCase *whole = tcase_create("evaluation");
    /* Checked: what the parent holds, every child is searched for leaks in. */
    tcase_add_checked_fixture(whole, setup_release, teardown_release);
    tcase_set_timeout(whole, 60);
    tcase_add_test(whole, both_bases_equal_a_full_evaluation);
    tcase_add_test(whole, try_and_undo);
    tcase_add_test(whole, order_of_the_nodes);
    suite_add_tcase(suite, whole);
    return suite;
}
