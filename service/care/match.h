/*
 * Which therapist suits a plan, and why: what the plan needs against what the directory says. Who
 * lacks something that safety asks for is not qualified, however well the rest fits; the others are
 * ranked. Pure: the day is given, everything is borrowed.
 */
#ifndef UNKNOT_CARE_MATCH_H
#define UNKNOT_CARE_MATCH_H

#include <jansson.h>

#include "base/json_writer.h"
#include "care/words.h"

enum { MATCH_TRAINING_MAX = 16, MATCH_REASONS_MAX = 32 };

struct match_needs {
    const char *technique, *technique_name;
    const char *training[MATCH_TRAINING_MAX]; /* ids that somebody must have learnt */
    size_t training_count;
    int pressure;         /* the most the plan allows; 0: not said */
    const char *gender;   /* wished for; NULL: any */
    const char *language; /* of the plan; NULL: any */
    const char *current;  /* id of the therapist the plan names; NULL: nobody */
    int today;            /* day */
    struct care_words words;
};

struct match_reason {
    const char *code; /* phrase match.CODE */
    const char *name; /* fills {name}; "" where there is none */
    int points;       /* 0 for what must be, and for what is missing */
};

struct match {
    const char *id;
    const json_t *therapist; /* the directory's document */
    bool qualified;
    int score; /* sum of the points */
    char years[CARE_NUMBER];
    struct match_reason reasons[MATCH_REASONS_MAX];   /* what speaks for them */
    struct match_reason drawbacks[MATCH_REASONS_MAX]; /* what is not as wished */
    struct match_reason obstacles[MATCH_REASONS_MAX]; /* why they are not qualified */
    size_t reason_count, drawback_count, obstacle_count;
};

/*
 * Reads what a plan document says under therapist_needs. `training` (may be NULL) is what a session
 * added: ids that the last adverse event asked for.
 */
void match_needs_read(const json_t *document, const json_t *training, struct match_needs *needs);

/* Judges one therapist. */
void match_judge(const struct match_needs *needs, const char *id, const json_t *therapist,
                 struct match *match);

/* Qualified ones first, then by score, then by id; for qsort() over struct match pointers. */
int match_compare(const void *a, const void *b);

/* {technique, training, pressure, gender?, language?}, one value. */
void match_write_needs(struct json_writer *json, const struct match_needs *needs);

/* {therapist_id, name, score, reasons, drawbacks} or {therapist_id, name, obstacles, reasons}. */
void match_write(struct json_writer *json, const struct match_needs *needs,
                 const struct match *match);

#endif
