/*
 * Scores of the four outcome measures, from items or given as a number (clinical.md G3). Scores are
 * thousandths of a point, rounded half up to hundredths, so that they fit numeric(5,2).
 */
#ifndef UNKNOT_CARE_SCORES_H
#define UNKNOT_CARE_SCORES_H

#include "base/complaints.h"
#include "engine/knowledge.h"

enum instrument { INSTRUMENT_NRS, INSTRUMENT_PEG, INSTRUMENT_RMDQ, INSTRUMENT_PSFS, INSTRUMENTS };

enum { RMDQ_ITEMS = 24, PEG_ITEMS = 3, PSFS_ITEMS = 3 };

struct score_given {
    enum instrument instrument;
    int64_t score; /* thousandths */
};

/* "nrs", "peg", "rmdq", "psfs" */
const char *instrument_name(enum instrument instrument);

/* False when it is no name of one. */
bool instrument_from(const char *name, enum instrument *instrument);

/* Its row of outcome_measures in plans.json, borrowed; NULL when the release lacks it. */
const json_t *instrument_row(const struct knowledge *knowledge, enum instrument instrument);

/*
 * Reads {instrument, score?, items?}. NRS: a whole score. PEG: three items 0..10, their mean
 * (Krebs 2009). RMDQ: 24 items true or false, the number that are true (Roland 1983). PSFS: one to
 * three items 0..10, as numbers or {activity, score}, their mean (Stratford 1995). Items and score
 * together must agree. All that is wrong goes to `complaints` under `pointer` ("#" for the body);
 * false then.
 */
bool score_read(const struct knowledge *knowledge, const json_t *measurement, const char *pointer,
                struct complaints *complaints, struct score_given *out) MUST_CHECK;

/* Thousandths of a decimal as PostgreSQL writes numeric: "4.50" is 4500; false when it is none. */
bool score_from_text(const char *text, int64_t *thousandths) MUST_CHECK;

/* Every score, 1000 times `sum` over `count`, rounded half up to hundredths. */
int64_t score_mean(int64_t sum, int64_t count);

#endif
