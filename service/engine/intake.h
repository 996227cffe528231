/*
 * What a person told us, typed and checked: the only thing the engine looks at besides the release.
 * Filled by intake_read() from JSON. Numbers are thousandths, dates are days since 1970-01-01.
 */
#ifndef UNKNOT_ENGINE_INTAKE_H
#define UNKNOT_ENGINE_INTAKE_H

#include "base/buffer.h"
#include "base/complaints.h"
#include "engine/condition.h"
#include "engine/knowledge.h"

enum answer_state { ANSWER_NOT_ASKED, ANSWER_ABSENT, ANSWER_UNSURE, ANSWER_PRESENT };

/* Where an answer comes from. */
enum origin {
    ORIGIN_STATED,
    ORIGIN_NONE_OF,
    ORIGIN_MEDICINE,
    ORIGIN_DIAGNOSIS,
    ORIGIN_PRESENTATION,
};

struct answer {
    enum answer_state state;
    unsigned given; /* ATTRIBUTE_ bits that are set */
    int64_t number; /* weeks_ago or value, thousandths */
    area_set areas;
    uint8_t detail;
    enum origin origin;
    bool wanted; /* a medicine or code suggests asking about it */
};

struct clearance {
    technique_set techniques; /* what it clears */
    uint16_t finding_count, rule_count;
    const uint16_t *findings,
        *rules; /* what was cleared; both empty: everything that waits for a clinician */
    int recorded, expires, began; /* days; INT_MIN: not said */
};

/* What became of one medicine or diagnosis of the request. */
struct recognised {
    const char *given; /* as it came */
    const char *name;  /* what it was taken for, NULL: nothing */
    int errors;        /* typing errors that were forgiven */
    bool no_rule;      /* known, and without any bearing on massage */
    uint16_t implied_count, asked_count;
    const uint16_t *implied, *asked; /* findings */
};

struct preferences {
    int pressure; /* 0: none */
    technique_set techniques, avoided;
    position_set positions;
    const char *therapist_gender; /* NULL: no preference */
    bool clothed;
};

struct intake {
    const struct knowledge *knowledge;
    struct answer *answers;          /* one a finding */
    int64_t numbers[INTAKE_NUMBERS]; /* -1: not said */
    enum sex sex;
    bool pain_areas_given;
    area_set pain_areas;
    bool presentations_given;
    presentation_set presentations;
    bool unmatched_medicine;
    int as_of;
    unsigned medicine_count, diagnosis_count, clearance_count;
    struct recognised *medicines, *diagnoses;
    struct clearance *clearances;
    struct preferences preferences;
    technique_set asked_techniques; /* contraindication checks: only these; 0: all */
    unsigned language;
    bool brief;
};

/* Days since 1970-01-01 of "2026-11-22"; INT_MIN when it is no date. */
int date_days(const char *date);

/* Writes days since 1970-01-01 as "2026-11-22". */
void date_text(int days, char text[11]);

/*
 * Reads a request body. Whatever the contract can say (types, unknown members) is its business and
 * skipped here; ids, attributes, ranges and contradictions are reported to `complaints`. `today`
 * fills a missing as_of. Never NULL except without memory; only an intake without complaints may be
 * decided upon, but a refused one can still be asked for its red flags. Everything lives in the
 * arena.
 */
struct intake *intake_read(const struct knowledge *knowledge, const json_t *body, int today,
                           struct arena *arena, struct complaints *complaints) MUST_CHECK;

/*
 * The intake in one agreed form: defaults filled, sorted, without what does not matter. Two intakes
 * that mean the same give the same bytes.
 */
void intake_canonical(const struct intake *intake, struct buffer *out);

/* True when an attribute that a present finding can carry was not given. */
bool answer_lacks(const struct answer *answer, unsigned attribute);

#endif
