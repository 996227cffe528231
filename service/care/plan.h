/*
 * A care plan from a decision: which template, how often, how long, until when, what to watch
 * (clinical.md G2 and G4, corrections 24 to 26; the numbers stand in db/knowledge/plans.json).
 * Pure: the day is given, everything lives in the caller's arena, times are calendar days in the
 * plan's own time zone (days since 1970-01-01).
 */
#ifndef UNKNOT_CARE_PLAN_H
#define UNKNOT_CARE_PLAN_H

#include "base/complaints.h"
#include "base/json_writer.h"
#include "care/scores.h"
#include "engine/decision.h"

enum { PLAN_WINDOWS_MAX = 100, PLAN_START_AHEAD_DAYS = 90 };

/* What the caller would like; read by plan_wish_read(). */
struct plan_wish {
    int technique;           /* -1: the best ranked */
    int starts_on;           /* day */
    const char *time_zone;   /* name as in the tz database; only its form is checked */
    int per_week, minutes;   /* 0: as the template has it */
    const char *goal;        /* own words, NULL: none */
    enum instrument measure; /* what shows success */
};

/* A session falls within these days, both included. */
struct plan_window {
    int number; /* from 1 */
    int from, to;
    bool review; /* look together after it */
};

struct plan {
    const struct decision *decision;
    const struct plan_wish *wish;
    unsigned technique;
    const json_t *template, *also; /* rows of plans.json; `also` narrows the dose, NULL: none */
    int per_week, weeks, max_sessions;
    int minutes_min, minutes_max, minutes_start;
    int pressure_start, pressure_max; /* 1..5 */
    bool firm;                        /* firm work: 72 hours between sessions */
    int gap_hours;
    bool rescreen;    /* the safety questions before every session */
    int stops_on;     /* last day */
    int recheck_due;  /* first day on which answers are too old; INT_MAX: never */
    int clearance_to; /* last day of the clearance it rests on; INT_MAX: none */
    int target;       /* goal: score to reach, thousandths; -1: none yet */
    unsigned window_count;
    struct plan_window windows[PLAN_WINDOWS_MAX];
};

/*
 * Reads {technique?, start?, time_zone?, preferences: {per_week?, minutes?, goal?, measure?}};
 * members it does not know are left to the contract. start: the intake's day if missing. NULL when
 * memory is missing or something was complained about.
 */
struct plan_wish *plan_wish_read(const struct decision *decision, const json_t *body,
                                 struct arena *arena, struct complaints *complaints) MUST_CHECK;

/*
 * Derives the plan. STATUS_CONFLICT: the technique is withheld (needs clearance, forbidden, or
 * answers are missing), or nothing is left to plan; plan_write_withheld() says which.
 * STATUS_INVALID: the wish does not fit the dose, see `complaints`. STATUS_NO_MEMORY.
 */
enum status plan_derive(const struct decision *decision, const struct plan_wish *wish,
                        struct arena *arena, struct complaints *complaints,
                        struct plan **plan) MUST_CHECK;

/*
 * The plan document, one JSON object in the language of the intake, with the wish as `preferences`.
 * Title and goal stand beside it, for they may be changed.
 */
void plan_write(struct json_writer *json, const struct plan *plan);
void plan_write_goal(struct json_writer *json, const struct plan *plan);

/* Why nothing was planned: {technique, name, verdict, triage, text}. */
void plan_write_withheld(struct json_writer *json, const struct decision *decision,
                         const struct plan_wish *wish);

/* "Long-lasting back pain: Swedish massage", appended to `out`. */
void plan_title(const struct plan *plan, struct buffer *out);

/* The technique it is about: the wished, or the best ranked; -1 when there is none. */
int plan_technique(const struct decision *decision, const struct plan_wish *wish);

/* Hours that must lie between a session and the next, by what was done (correction 24). */
int plan_gap_hours(const struct knowledge *knowledge, unsigned technique, int pressure_used);

/* Last day of the clearance the technique rests on; INT_MAX when it needs none. */
int plan_clearance_ends(const struct decision *decision, unsigned technique);

/* Used by plan_write.c; see plan_dose.c. */
bool plan_make_dose(struct plan *plan, struct complaints *complaints) MUST_CHECK;
void plan_make_windows(struct plan *plan);

#endif
