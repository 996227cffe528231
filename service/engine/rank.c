/*
 * Ranking of what is allowed: how well a technique fits the kind of pain, how well studied it is,
 * what the person likes, how easily a therapist is found, and whether care is needed. A plain sum,
 * every part returned. It never touches safety.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/decision.h"

/* Points; a design choice (basis d), so that fit outweighs evidence, and evidence outweighs taste.
 */
enum {
    POINTS_FIT = 20,     /* a step of fit (0..3) */
    POINTS_EVIDENCE = 4, /* evidence rank (0..100) divided by this */
    POINTS_WANTED = 12,
    POINTS_PRESSURE =
        3, /* off for each step away from the wished pressure, from POINTS_PRESSURE_FULL */
    POINTS_PRESSURE_FULL = 6,
    POINTS_POSITION = 4,
    POINTS_NO_TRAINING = 5,
    POINTS_CAUTION = -6,
    FIT_WITHOUT_PRESENTATION = 1,
};

/* A technique that is made for one presentation fits nobody of whom none is known: prenatal massage
 * is for the pregnant, and pregnancy implies its presentation. */
static uint8_t fit_without_presentation(const struct knowledge *k, unsigned t) {
    unsigned fitting = 0;
    for (unsigned p = 0; p < k->presentation_count; p++)
        fitting += k->presentations[p].fit[t] > 0;
    return fitting > 1 ? FIT_WITHOUT_PRESENTATION : 0;
}

static uint8_t best_fit(const struct decision *decision, unsigned t) {
    const struct knowledge *k = decision->knowledge;
    uint8_t best = decision->presentations ? 0 : fit_without_presentation(k, t);
    for (presentation_set set = decision->presentations; set; set &= set - 1) {
        uint8_t fit = k->presentations[__builtin_ctz(set)].fit[t];
        best = fit > best ? fit : best;
    }
    return best;
}

static int preference_points(const struct decision *decision, unsigned t) {
    const struct preferences *wish = &decision->intake->preferences;
    const struct technique *technique = &decision->knowledge->techniques[t];
    const struct limits *limits = &decision->outcome.limits[t];
    int points = wish->techniques >> t & 1 ? POINTS_WANTED : 0;
    if (wish->pressure) {
        int nearest = wish->pressure;
        nearest = nearest > limits->cap ? limits->cap : nearest;
        nearest = nearest < technique->pressure_min ? technique->pressure_min : nearest;
        int off = POINTS_PRESSURE * abs(wish->pressure - nearest);
        points += off < POINTS_PRESSURE_FULL ? POINTS_PRESSURE_FULL - off : 0;
    }
    if (wish->positions & limits->positions)
        points += POINTS_POSITION;
    return points;
}

static struct ranked rank_one(const struct decision *decision, unsigned t) {
    const struct technique *technique = &decision->knowledge->techniques[t];
    struct ranked ranked = {.technique = (uint8_t)t, .fit = best_fit(decision, t)};
    struct score *score = &ranked.score;
    score->fit = ranked.fit * POINTS_FIT;
    score->evidence = technique->evidence_rank / POINTS_EVIDENCE;
    score->preference = preference_points(decision, t);
    score->training = technique->training == TRAINING_NONE ? POINTS_NO_TRAINING : 0;
    score->caution = decision->outcome.limits[t].verdict == VERDICT_CAUTION ? POINTS_CAUTION : 0;
    score->total =
        score->fit + score->evidence + score->preference + score->training + score->caution;
    return ranked;
}

static bool comes_before(const struct decision *decision, const struct ranked *a,
                         const struct ranked *b) {
    if (a->score.total != b->score.total)
        return a->score.total > b->score.total;
    return strcmp(decision->knowledge->techniques[a->technique].id,
                  decision->knowledge->techniques[b->technique].id) < 0;
}

/* Insertion into a short sorted list. */
static void insert(const struct decision *decision, struct ranked *list, unsigned *count,
                   struct ranked ranked) {
    unsigned at = (*count)++;
    for (; at > 0 && comes_before(decision, &ranked, &list[at - 1]); at--)
        list[at] = list[at - 1];
    list[at] = ranked;
}

void rank_techniques(struct decision *decision) {
    for (unsigned t = 0; t < decision->knowledge->technique_count; t++) {
        if (decision->outcome.limits[t].verdict > VERDICT_CAUTION)
            continue;
        struct ranked ranked = rank_one(decision, t);
        bool unwanted = decision->intake->preferences.avoided >> t & 1;
        if (ranked.fit == 0 || unwanted)
            insert(decision, decision->not_preferred, &decision->not_preferred_count, ranked);
        else
            insert(decision, decision->ranked, &decision->ranked_count, ranked);
    }
}
