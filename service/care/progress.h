/*
 * Does it help? From measurements and sessions to baseline, trend, the change that matters
 * (clinical.md G3), adherence, problems per session, and one piece of advice with its rule (G3 time
 * frame, G4). Numbers and thresholds stand in db/knowledge/plans.json. Scores are thousandths of a
 * point; no floating point. Days and moments are given, there is no clock.
 */
#ifndef UNKNOT_CARE_PROGRESS_H
#define UNKNOT_CARE_PROGRESS_H

#include "base/json_writer.h"
#include "care/moment.h"
#include "care/scores.h"

enum { SCORE_NONE = -1 };

struct measured {
    enum instrument instrument;
    int64_t at;    /* moment */
    int64_t score; /* thousandths */
};

enum session_state { SESSION_PLANNED, SESSION_DONE, SESSION_MISSED, SESSION_CANCELLED };

struct session_seen {
    int number;
    enum session_state state;
    int due;                         /* last day of its window */
    int64_t at;                      /* moment it was done; NO_MOMENT: not yet */
    int64_t pain_before, pain_after; /* thousandths; SCORE_NONE: not said */
    bool answered;                   /* somebody said how it went, ae_none included */
    bool adverse;                    /* and it was not ae_none */
};

/* Everything is borrowed; lists in any order. */
struct progress_input {
    const struct knowledge *knowledge;
    unsigned language;
    int today, starts_on, stops_on;
    const char *template;      /* id of the plan's template */
    int planned, max_sessions; /* sessions of the block; allowed before a review */
    enum instrument goal;      /* what shows success */
    int64_t target;            /* thousandths; SCORE_NONE: the change that matters is the goal */
    int64_t pain_weeks;        /* weeks of pain at the start, thousandths; SCORE_NONE: not said */
    int open_triage;           /* enum triage of the newest event or re-check not yet settled */
    bool clearance_ended;
    int changes_made;       /* times technique or pressure was changed for lack of effect */
    int sessions_at_review; /* done when somebody last looked together; 0: never */
    const struct measured *measured;
    size_t measured_count;
    const struct session_seen *sessions;
    size_t session_count;
};

enum meaning { MEANING_UNCHANGED, MEANING_IMPROVED, MEANING_WORSE };
enum advice_kind { GO_ON, CHANGE, TAPER, STOP, SEE_CLINICIAN };

/* One instrument over time. */
struct course {
    size_t count; /* 0: never measured */
    struct measured first, last;
    int64_t gain;         /* thousandths better since the first; below 0: worse */
    enum meaning meaning; /* by the change that matters */
    bool recovered;
    bool has_trend;      /* two scores or more, a week or more apart */
    int64_t trend;       /* least squares: thousandths of the score a week, as it is scored */
    bool outside_useful; /* the baseline lies at the floor or ceiling */
};

struct progress {
    const struct progress_input *input;
    struct course courses[INSTRUMENTS];
    struct measured *pain; /* NRS in order of time: measured, and said before sessions if need be */
    size_t pain_count;
    int done, missed, cancelled, due; /* due: those whose day has passed, done or missed */
    int answered, adverse;            /* done sessions */
    enum advice_kind advice;
    const char *rule;   /* a stop rule of plans.json, or "time_frame" */
    const char *phrase; /* the sentence: progress.NAME */
    bool measure_now, pause, goal_reached;
};

/* Everything from the arena, NULL without memory. */
struct progress *progress_make(const struct progress_input *input, struct arena *arena) MUST_CHECK;

/* The progress document, one value. */
void progress_write(struct json_writer *json, const struct progress *progress);

/* Slope of a least-squares line in thousandths a week, rounded half away from zero; 0 when all are
 * of one moment. */
int64_t progress_slope(const struct measured *points, size_t count);

/* Is a change one that matters? `gain` > 0 is better; percent is of the baseline (G3). */
bool progress_matters(const struct knowledge *knowledge, enum instrument instrument, int64_t from,
                      int64_t gain);

const char *advice_name(enum advice_kind advice);
const char *meaning_name(enum meaning meaning);

/* Fills in the advice; see progress_advice.c. */
void progress_advise(struct progress *progress);

#endif
