/* Medicines by name, RxNorm or ATC: which findings they imply, and which questions they raise. */
#ifndef UNKNOT_ENGINE_MEDICINES_H
#define UNKNOT_ENGINE_MEDICINES_H

#include "engine/knowledge.h"

struct medicine {
    const char *name;
    const char *atc, *rxnorm; /* NULL: not known */
    bool is_class;            /* an ATC class, not an ingredient */
    bool verified;            /* the RxNorm code was looked up */
    uint16_t implied_count, asked_count;
    const uint16_t *implied, *asked;
};

struct medicine_match {
    const struct medicine *medicine; /* NULL: not recognised */
    int errors;                      /* typing errors forgiven */
};

enum { MEDICINES_PER_TEXT = 9 };

/*
 * Every brand or ingredient that a text names, as a person writes it: case, accents, strengths,
 * forms and salts do not matter, and "metformin and warfarin" is two. What was not recognised, or
 * is more than fits, stands as one without a medicine. Returns how many were written to `found`.
 */
size_t medicines_by_text(const struct knowledge *knowledge, struct arena *arena, const char *text,
                         struct medicine_match found[MEDICINES_PER_TEXT]);

/* How many ingredients and classes the release knows. */
size_t medicine_count(const struct knowledge *knowledge);

struct medicine_match medicine_by_rxnorm(const struct knowledge *knowledge, const char *code);

/* The ingredient with exactly this code, else the longest class that holds it. */
struct medicine_match medicine_by_atc(const struct knowledge *knowledge, const char *code);

#endif
