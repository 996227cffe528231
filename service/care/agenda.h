/*
 * What a calendar shows of a care plan: its sessions, the days a session may still be booked for, a
 * check-in after each, and the reminders to look again. Pure: from the rows, no clock, so that the
 * same plan gives the same calendar.
 */
#ifndef UNKNOT_CARE_AGENDA_H
#define UNKNOT_CARE_AGENDA_H

#include <jansson.h>
#include <stdint.h>

#include "base/arena.h"
#include "care/words.h"

enum agenda_state { AGENDA_CONFIRMED, AGENDA_TENTATIVE, AGENDA_CANCELLED };

enum agenda_span {
    AGENDA_DAYS,   /* whole days: first_day to last_day, both included */
    AGENDA_TIMES,  /* an appointment: from, to */
    AGENDA_WINDOW, /* whole days, those on which from and to fall in the plan's time zone */
};

struct agenda_item {
    const char *uid;  /* for ever the same for the same thing */
    int64_t sequence; /* never goes back: from the plan's version, which counts all below it */
    enum agenda_state state;
    enum agenda_span span;
    int first_day, last_day; /* days since 1970-01-01 */
    int64_t from, to;        /* moments */
    bool busy;               /* takes the person's time */
    int alarm_minutes;       /* from the start; AGENDA_NO_ALARM: none */
    const char *title, *details;
    int64_t created, changed; /* moments */
};

enum { AGENDA_NO_ALARM = INT32_MIN };

struct agenda {
    const char *name, *time_zone;
    struct agenda_item *items;
    size_t count;
};

/* What it is made of; everything is borrowed and must outlive the agenda. */
struct agenda_source {
    struct care_words words;
    bool discreet;         /* titles that say nothing of health, and no details */
    const char *plan_id;   /* the part of the id that names no patient */
    int64_t version;       /* of the plan */
    const char *status;    /* of the plan */
    const char *time_zone; /* of the plan */
    int64_t created, changed;
    const char *recheck_due, *clearance_ends; /* dates; NULL: never */
    const json_t *document;
    /* [{session_id, number, status, planned_on?, window_from?, window_to?, minutes?,
     *   deleted?, created_at, updated_at}], those that were deleted too */
    const json_t *sessions;
};

/* NULL without memory. */
struct agenda *agenda_make(const struct agenda_source *source, struct arena *arena) MUST_CHECK;

#endif
