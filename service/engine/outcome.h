/*
 * From the rules that hold to what they mean: a triage level, a verdict for every technique, and
 * its limits. Pure arithmetic on masks; run once for the answer and again for every "what if".
 */
#ifndef UNKNOT_ENGINE_OUTCOME_H
#define UNKNOT_ENGINE_OUTCOME_H

#include "engine/graph.h"

/* From permissive to restrictive. */
enum verdict {
    VERDICT_SUITABLE,
    VERDICT_CAUTION,
    VERDICT_UNDETERMINED,
    VERDICT_NEEDS_CLEARANCE,
    VERDICT_CONTRAINDICATED,
};

/* A rule that acts for this person. */
struct acting {
    uint16_t rule;
    uint8_t effect;       /* enum effect; milder than the rule's own when it is doubtful */
    bool doubtful;        /* acts only because somebody was not sure, or did not say enough */
    technique_set lifted; /* techniques that a recorded clearance frees of its waiting */
    technique_set waiting;
    technique_set blocked;
};

struct limits {
    uint8_t verdict; /* enum verdict */
    uint8_t cap;     /* pressure that no rule forbids, everywhere */
    uint8_t area_caps[MAX_AREAS];
    position_set positions;
    uint16_t minutes_max;
    area_set avoid;
    bool expert; /* only with a therapist trained for it, or a clearance */
};

struct outcome {
    enum triage triage;
    int root; /* place in acting of the rule that decided the triage, -1: none */
    unsigned acting_count;
    struct acting *acting; /* most severe effect first; only where details were asked for */
    technique_set contraindicated, waiting, touched, unsettled;
    technique_set unknown_place; /* techniques limited somewhere, nobody said where */
    technique_set stopped;       /* forbidden by an absolute rule as a whole */
    area_set avoid;              /* for every technique */
    uint64_t *modifications;     /* set of modification numbers; only with details */
    struct limits limits[MAX_TECHNIQUES];
};

/* Room for the details of an outcome, from the arena; false without memory. */
bool outcome_init(struct outcome *outcome, const struct knowledge *knowledge,
                  struct arena *arena) MUST_CHECK;

/* Everything. */
void outcome_compute(struct outcome *outcome, const struct evaluation *evaluation);

/* Triage and verdicts alone: caps of areas, modifications and `expert` are not filled. For
 * what-ifs.
 */
void outcome_verdicts(struct outcome *outcome, const struct evaluation *evaluation);

const char *verdict_name(enum verdict verdict);

/* The areas a place stands for; false when it is where a finding is and nobody said where. */
bool place_areas(const struct knowledge *knowledge, const struct intake *intake, struct place place,
                 area_set *areas);

/* The level an effect asks for; TRIAGE_SELF_CARE for those that ask for none. */
enum triage effect_triage(enum effect effect);

#endif
