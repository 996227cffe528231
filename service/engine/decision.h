/*
 * The whole decision for one person: outcome, ranking, what to ask next, and what would be if an
 * answer were not. The same intake and release give the same decision, byte for byte.
 */
#ifndef UNKNOT_ENGINE_DECISION_H
#define UNKNOT_ENGINE_DECISION_H

#include "engine/outcome.h"

enum { MAX_QUESTIONS = 25, MAX_WHAT_IFS = 40 };

struct score {
    int total, fit, evidence, preference, training, caution;
};

struct ranked {
    uint8_t technique;
    uint8_t fit; /* 0..3: best over the person's presentations */
    struct score score;
};

enum question_kind {
    QUESTION_FINDING, /* not asked yet */
    QUESTION_DETAIL,  /* present, but not said when, how much or where */
    QUESTION_AGAIN,   /* asked, not sure: once more in simpler words */
    QUESTION_LIFTS,   /* a yes may lift a restriction */
    QUESTION_CHECK,   /* a medicine or code suggests asking, although it counts as answered */
};

struct question {
    uint16_t finding;
    uint8_t kind;
    uint8_t attribute; /* for QUESTION_DETAIL: one ATTRIBUTE_ bit */
    uint8_t level;     /* enum triage it could raise to */
    bool verdicts;     /* it could change a verdict */
    uint32_t weight;
};

/* What the decision would be without one answer. */
struct what_if {
    uint16_t finding;
    uint8_t triage;
    uint8_t verdicts[MAX_TECHNIQUES];
};

struct decision {
    const struct knowledge *knowledge;
    const struct intake *intake;
    const struct evaluation *evaluation;
    struct outcome outcome;
    presentation_set presentations; /* stated and derived */
    char id[40];
    bool complete, should_stop;
    unsigned basics_missing; /* bits: age, sex, intensity, weeks, areas */
    unsigned ranked_count, not_preferred_count;
    struct ranked ranked[MAX_TECHNIQUES];        /* best first */
    struct ranked not_preferred[MAX_TECHNIQUES]; /* allowed, but a poor fit or not wanted */
    unsigned question_count, questions_remaining;
    struct question questions[MAX_QUESTIONS];
    unsigned what_if_count;
    struct what_if what_ifs[MAX_WHAT_IFS];
    uint64_t *shown_tips; /* tips that hold */
};

enum {
    DECIDE_OUTCOME = 0, /* triage, verdicts, ranking */
    DECIDE_QUESTIONS = 1,
    DECIDE_WHAT_IFS = 2,
    DECIDE_IDENTITY = 4, /* decision_id */
    DECIDE_EVERYTHING = 7,
};

/* Decides; NULL without memory. Everything lives in the arena. */
struct decision *decide(const struct intake *intake, unsigned parts,
                        struct arena *arena) MUST_CHECK;

/* Names of the phrases that say what the triage level means for this person. */
const char *decision_title(const struct decision *decision);
const char *decision_action(const struct decision *decision);

/* Does this rule carry the verdict of the technique? */
bool decision_explains(const struct decision *decision, const struct acting *acting,
                       unsigned technique);

/* Do the modifications of a rule concern the technique (MAX_TECHNIQUES: any)? */
bool rule_concerns(const struct rule *rule, unsigned technique);

/* Shared by decide() and its parts. */
void rank_techniques(struct decision *decision);
bool collect_questions(struct decision *decision, struct arena *arena) MUST_CHECK;
bool try_what_ifs(struct decision *decision, struct evaluation *evaluation,
                  struct arena *arena) MUST_CHECK;

#endif
