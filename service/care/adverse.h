/*
 * What happened after a session, and what follows from it (clinical.md G4 and G5, correction 28).
 * The events, what can be said about them and what that means are rows of
 * db/knowledge/adverse_events.json; every row that holds counts, and the stricter always wins.
 */
#ifndef UNKNOT_CARE_ADVERSE_H
#define UNKNOT_CARE_ADVERSE_H

#include "base/complaints.h"
#include "base/json_writer.h"
#include "engine/decision.h"

enum grade { GRADE_NONE, GRADE_MILD, GRADE_MODERATE, GRADE_SEVERE, GRADE_SERIOUS };

/* What is known from elsewhere; a detail of the event can only add to it. */
struct adverse_context {
    const struct knowledge *knowledge;
    unsigned language;
    bool on_anticoagulant; /* intake: `anticoagulant` is present or not sure */
};

struct adverse {
    const struct adverse_context *context;
    const json_t *events; /* borrowed: the list as it came */
    unsigned count;       /* events other than ae_none */
    bool answered;        /* something was said, ae_none included: counts in the denominator */
    enum triage triage;
    enum grade grade;      /* the worst */
    bool pause;            /* the plan stops until a re-check; always from `clinician` on */
    bool recheck;          /* the safety questions again */
    bool report;           /* to the clinic, insurer or board */
    int pressure_delta;    /* for the next session: 0 or below */
    int minutes_percent;   /* for the next session: 100 or less */
    area_set avoid;        /* areas to leave out next time */
    const char *stop_rule; /* id of the stop rule of plans.json it rests on, NULL: none */
};

/*
 * Reads and judges [{id, areas?, DETAIL...}]. Unknown ids, details that the event does not have,
 * wrong types, and ae_none beside others go to `complaints` under `pointer`; false then. Numbers
 * may have fractions. `events` is borrowed by the result.
 */
bool adverse_judge(const struct adverse_context *context, const json_t *events, const char *pointer,
                   struct complaints *complaints, struct adverse *out) MUST_CHECK;

/*
 * Writes {triage, title?, text?, grade, pause, recheck, report, reporting?, stop_rule?,
 * next_session: {pressure_delta, minutes_percent, areas_to_avoid, modifications,
 * therapist_training}, set: [{finding, state, detail?, areas?}], ask_findings, events: [{id, name,
 * triage, grade, action, ask: [{detail, question}]}]}, one value. `ask`: details not given that
 * could make it more serious.
 */
void adverse_write(struct json_writer *json, const struct adverse *adverse);

/* Whether the intake speaks of a blood thinner. */
bool adverse_on_anticoagulant(const struct intake *intake);

/*
 * Pressure of the next session after a delta; 0 when that is less than the technique can do: then
 * another technique must be chosen. Never above `cap`.
 */
int adverse_next_pressure(const struct technique *technique, int used, int delta, int cap);

/* Minutes of the next session, at least 5. */
int adverse_next_minutes(int minutes, int percent);

const char *grade_name(enum grade grade);

#endif
