/*
 * The condition language of the rules, from text to a checked tree.
 *
 *   expression := and ('|' and)*      and := not ('&' not)*      not := '!' not | atom
 *   atom := '(' expression ')' | any(...) | all(...) | count(...) OP n | hits(effect) OP n
 *         | missing(finding.attribute) | unsure(finding) | unmatched(medications) | always
 *         | no_presentation | no_specific_presentation | presentation:ID | finding | derived
 *         | finding.attribute OP value | finding.detail in (a, b) | X.areas has AREA
 *         | age OP n | sex = female | pain.intensity OP n | pain.duration_weeks OP n | pain.areas
 * has AREA
 *
 * Ids, attributes, choices and ranges are checked here, so that a rule that does not fit never
 * exists.
 */
#ifndef UNKNOT_ENGINE_CONDITION_H
#define UNKNOT_ENGINE_CONDITION_H

#include "engine/knowledge.h"

enum expression_kind {
    EXPRESSION_ANY,
    EXPRESSION_ALL,
    EXPRESSION_NOT,
    EXPRESSION_COUNT,
    EXPRESSION_HITS,
    EXPRESSION_FINDING,      /* subject: finding number (derived facts included) */
    EXPRESSION_NUMBER,       /* subject, attribute, operation, number */
    EXPRESSION_DETAIL,       /* subject, set of choices */
    EXPRESSION_AREAS,        /* subject (or INTAKE_PAIN), set of areas */
    EXPRESSION_MISSING,      /* subject, attribute */
    EXPRESSION_UNSURE,       /* subject */
    EXPRESSION_INTAKE,       /* subject: enum intake_number, operation, number */
    EXPRESSION_SEX,          /* number: enum sex; operation EQUAL or NOT_EQUAL */
    EXPRESSION_PRESENTATION, /* subject */
    EXPRESSION_UNMATCHED,    /* a medicine that nothing matches */
    EXPRESSION_NO_PRESENTATION,
    EXPRESSION_NO_SPECIFIC_PRESENTATION,
    EXPRESSION_ALWAYS,
};

enum operation { LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, EQUAL, NOT_EQUAL };
enum intake_number { INTAKE_AGE, INTAKE_PAIN_INTENSITY, INTAKE_PAIN_WEEKS, INTAKE_NUMBERS };
enum sex { SEX_UNKNOWN, SEX_FEMALE, SEX_MALE, SEX_OTHER };

enum { SUBJECT_PAIN = -1 }; /* pain.areas */

struct expression {
    enum expression_kind kind;
    enum operation operation;
    int subject;
    unsigned attribute;
    int64_t number; /* thousandths for NUMBER and INTAKE, a plain count for COUNT and HITS */
    uint32_t set;   /* areas or choices */
    size_t part_count;
    const struct expression **parts;
};

/*
 * Parses and checks `source`. The tree lives in the release's arena. On a mistake NULL, and
 * `message` says what and where. Findings, derived facts, presentations and areas must have their
 * names already.
 */
const struct expression *condition_parse(struct knowledge *knowledge, const char *source,
                                         char *message, size_t message_size) MUST_CHECK;

/* True when `a OP b`. */
bool operation_holds(int64_t a, enum operation operation, int64_t b);

#endif
