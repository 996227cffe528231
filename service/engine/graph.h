/*
 * All conditions of a release as one graph without repetition, evaluated for a person by following
 * only what differs from a person about whom nothing (or nothing bad) is known.
 *
 * A value is three Kleene truths in six bits, each "holds for certain" (TRUE) and "may still hold"
 * (MAYBE): plain   "asked, not sure" and attributes nobody gave are unknown; full    attributes
 * nobody gave count for the worse; strict  "not sure" counts for the worse, too. "Not asked" is
 * unknown in all three. With conditions in negation normal form, `and` and `or` are bitwise.
 */
#ifndef UNKNOT_ENGINE_GRAPH_H
#define UNKNOT_ENGINE_GRAPH_H

#include "engine/intake.h"

enum {
    VALUE_TRUE = 1,
    VALUE_MAYBE = 2,
    VALUE_FULL_TRUE = 4,
    VALUE_FULL_MAYBE = 8,
    VALUE_STRICT_TRUE = 16,
    VALUE_STRICT_MAYBE = 32,
    VALUE_NO = 0,
    VALUE_YES = 63,
    VALUE_NOT_ASKED = VALUE_MAYBE | VALUE_FULL_MAYBE | VALUE_STRICT_MAYBE,
    VALUE_UNSURE = VALUE_NOT_ASKED | VALUE_STRICT_TRUE,
    VALUE_UNSAID = VALUE_UNSURE | VALUE_FULL_TRUE, /* present, but the attribute was not given */
};

#define NO_NODE UINT32_MAX

enum node_kind {
    NODE_CONSTANT,
    NODE_LITERAL,
    NODE_ALL,
    NODE_ANY,
    NODE_COUNT,
    NODE_FEWER,
    NODE_EXACT,
    NODE_HITS,
    NODE_CERTAIN
};

/* A test of one answer; `negated` is part of it, because "not sure" is the worse of both. */
struct literal {
    const struct expression *test;
    bool negated;
};

struct node {
    enum node_kind kind;
    uint32_t
        threshold;  /* COUNT, HITS: at least; FEWER: less than; EXACT: exactly. CONSTANT: the value.
                       CERTAIN: 1 when negated.
                       LITERAL: the node that says whether it is asked, or NO_NODE */
    uint32_t first; /* into graph.children, or into graph.literals for a LITERAL */
    uint32_t count; /* children; 0 for a LITERAL */
};

struct graph {
    uint32_t node_count, literal_count, child_count;
    struct node *nodes; /* children before parents */
    struct literal *literals;
    uint32_t *children;
    /* Who reads a node: parents[parent_starts[n] .. parent_starts[n + 1]) */
    uint32_t *parent_starts, *parents;
    /* Which rules have a node as their condition. */
    uint32_t *rule_starts, *rules;
    /* Literals that read a finding, by finding number; then the intake's own members. */
    uint32_t *reader_starts, *readers;
    uint32_t *intake_readers;
    uint32_t intake_reader_count;
    uint32_t words;           /* 64-bit words of a set of rules */
    struct evaluation *blank; /* nobody was asked anything */
    struct evaluation *quiet; /* every question was answered with no */
};

/* The values of every node for one person, and which rules hold. */
struct evaluation {
    const struct knowledge *knowledge;
    const struct intake *intake;
    uint8_t *values;
    uint64_t *dirty;
    uint64_t *fired;      /* rules that hold for certain */
    uint64_t *full;       /* rules that hold when what was not said counts for the worse */
    uint64_t *strict;     /* rules that hold when "not sure" counts for the worse */
    uint64_t *open;       /* rules that an unasked question could still make hold */
    struct change *trail; /* old values, while a what-if runs */
    uint32_t trail_count;
    bool recording;
};

/* Compiles every condition of the release. False without memory. */
bool graph_build(struct knowledge *knowledge) MUST_CHECK;

/* The node for an expression; only while the graph is being built. */
struct graph_builder;
uint32_t graph_node(struct graph_builder *builder, const struct expression *expression,
                    bool negated);

/* Prepares the two people everybody is compared with; called by graph_build(). */
bool evaluation_make_bases(struct knowledge *knowledge) MUST_CHECK;

/* Room for one evaluation, from the arena. */
struct evaluation *evaluation_new(const struct knowledge *knowledge,
                                  struct arena *arena) MUST_CHECK;

/* Evaluates everything for an intake, which must stay while the evaluation is used. */
void evaluation_run(struct evaluation *evaluation, const struct intake *intake);

/* What if this finding were answered otherwise? Changes the values; evaluation_undo() brings the
 * old ones back. */
void evaluation_try(struct evaluation *evaluation, uint32_t finding);
void evaluation_undo(struct evaluation *evaluation);

static inline bool set_has(const uint64_t *set, uint32_t member) {
    return set[member / 64] >> (member % 64) & 1;
}

#endif
