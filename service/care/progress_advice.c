/*
 * One piece of advice, the most careful first: an open warning sign, pain clearly worse, an ended
 * clearance, the goal, new pain that stays, too many sessions, no effect, the end of the block (G4,
 * and the time frame of G3).
 */
#include <stdlib.h>
#include <string.h>

#include "care/progress.h"
#include "care/words.h"
#include "engine/knowledge.h"

static const json_t *time_frame(const struct progress *progress) {
    return json_object_get(json_object_get(progress->input->knowledge->files, "plans"),
                           "time_frame");
}

static bool advise(struct progress *progress, enum advice_kind advice, const char *rule,
                   const char *phrase) {
    progress->advice = advice;
    progress->rule = rule;
    progress->phrase = phrase;
    return true;
}

/* ---- G4.2: clearly worse ---- */

/* Newest scores that all lie `points` above the first, and for how long they do. */
static bool worse_for_long(const struct progress *progress, int64_t points, int hours) {
    const struct measured *pain = progress->pain;
    size_t i = progress->pain_count;
    if (i == 0)
        return false;
    int64_t newest = pain[i - 1].at, since = newest;
    while (i > 0 && pain[i - 1].score >= pain[0].score + points)
        since = pain[--i].at;
    return newest - since > (int64_t)hours * 3600;
}

/* The done session that came before moment `before`; NULL: none. */
static const struct session_seen *session_before(const struct progress_input *input,
                                                 int64_t before) {
    const struct session_seen *found = NULL;
    for (size_t i = 0; i < input->session_count; i++) {
        const struct session_seen *session = &input->sessions[i];
        if (session->state == SESSION_DONE && session->at != NO_MOMENT && session->at < before &&
            (!found || session->at > found->at))
            found = session;
    }
    return found;
}

static bool session_made_worse(const struct session_seen *session, int64_t points) {
    return session->pain_before >= 0 && session->pain_after >= session->pain_before + points;
}

static bool worse_in_a_row(const struct progress *progress, int64_t points, int sessions) {
    int64_t before = INT64_MAX;
    for (int i = 0; i < sessions; i++) {
        const struct session_seen *session = session_before(progress->input, before);
        if (!session || !session_made_worse(session, points))
            return false;
        before = session->at;
    }
    return sessions > 0;
}

static bool advise_worse(struct progress *progress) {
    const json_t *worse = json_object_get(time_frame(progress), "worse");
    int64_t points = (int64_t)care_int(worse, "points", 2) * 1000;
    if (!worse_for_long(progress, points, care_int(worse, "hours", 72)) &&
        !worse_in_a_row(progress, points, care_int(worse, "sessions", 2)))
        return false;
    progress->pause = true;
    return advise(progress, STOP, "stop_worse", "pause_worse");
}

/* ---- what was measured, and after how many sessions ---- */

static int done_before(const struct progress_input *input, int64_t at) {
    int count = 0;
    for (size_t i = 0; i < input->session_count; i++)
        count += input->sessions[i].state == SESSION_DONE && input->sessions[i].at != NO_MOMENT &&
                 input->sessions[i].at <= at;
    return count;
}

/* A second score, with so many sessions before it. */
static bool measured_after(const struct progress *progress, enum instrument instrument,
                           int sessions) {
    const struct course *course = &progress->courses[instrument];
    return course->count > 1 && done_before(progress->input, course->last.at) >= sessions;
}

static bool improved_somewhere(const struct progress *progress) {
    for (int i = 0; i < INSTRUMENTS; i++)
        if (progress->courses[i].meaning == MEANING_IMPROVED)
            return true;
    return false;
}

static bool any_change_known(const struct progress *progress) {
    for (int i = 0; i < INSTRUMENTS; i++)
        if (progress->courses[i].count > 1)
            return true;
    return false;
}

/* ---- goal ---- */

static bool goal_reached(const struct progress *progress) {
    const struct progress_input *input = progress->input;
    const struct course *course = &progress->courses[input->goal];
    const json_t *template = care_row(input->knowledge, "templates", input->template);
    int enough = care_int(template, "stop_at_pain", -1);
    const struct course *pain = &progress->courses[INSTRUMENT_NRS];
    if (pain->count > 1 && enough >= 0 && pain->last.score <= (int64_t)enough * 1000)
        return true;
    if (course->count < 2)
        return false;
    if (input->target >= 0)
        return input->goal == INSTRUMENT_PSFS ? course->last.score >= input->target
                                              : course->last.score <= input->target;
    return course->recovered;
}

static bool tapers(const struct progress *progress) {
    const json_t *row =
        care_row(progress->input->knowledge, "templates", progress->input->template);
    return care_int(row, "taper_interval_days", 0) > 0;
}

static bool advise_goal(struct progress *progress) {
    progress->goal_reached = goal_reached(progress);
    if (!progress->goal_reached || progress->done == 0)
        return false;
    if (tapers(progress))
        return advise(progress, TAPER, "stop_goal_reached", "taper");
    return advise(progress, STOP, "stop_goal_reached", "stop_goal");
}

/* ---- time ---- */

/* G4.8: new pain that has not got better in more than six weeks since it began. */
static bool advise_acute(struct progress *progress) {
    const struct progress_input *input = progress->input;
    int64_t limit = (int64_t)care_int(time_frame(progress), "acute_weeks", 6) * 7;
    if (strcmp(input->template, "acute") != 0 || improved_somewhere(progress))
        return false;
    int64_t before = input->pain_weeks < 0 ? 0 : input->pain_weeks * 7 / 1000;
    if (before + input->today - input->starts_on <= limit)
        return false;
    return advise(progress, SEE_CLINICIAN, "stop_acute_6_weeks", "see_clinician_acute");
}

/* G3: hardly any change after four sessions, NRS and PEG where they were measured. */
static bool advise_no_response(struct progress *progress) {
    const json_t *row = json_object_get(time_frame(progress), "no_response");
    int sessions = care_int(row, "after_sessions", 4);
    const struct course *pain = &progress->courses[INSTRUMENT_NRS];
    const struct course *peg = &progress->courses[INSTRUMENT_PEG];
    bool pain_known = measured_after(progress, INSTRUMENT_NRS, sessions);
    bool peg_known = measured_after(progress, INSTRUMENT_PEG, sessions);
    if (progress->done < sessions || (!pain_known && !peg_known))
        return false;
    if (pain_known && pain->gain >= (int64_t)care_int(row, "nrs_points_below", 1) * 1000)
        return false;
    if (peg_known && peg->first.score > 0 &&
        peg->gain * 100 >= peg->first.score * care_int(row, "peg_percent_below", 10))
        return false;
    if (improved_somewhere(progress))
        return false;
    if (progress->input->changes_made > 0)
        return advise(progress, STOP, "stop_not_better", "stop_no_help");
    return advise(progress, CHANGE, "stop_not_better", "change");
}

static bool advise_block_end(struct progress *progress) {
    const struct progress_input *input = progress->input;
    bool over =
        input->today > input->stops_on || (input->planned > 0 && progress->done >= input->planned);
    if (!over)
        return false;
    if (!any_change_known(progress)) {
        progress->measure_now = true;
        return advise(progress, STOP, "stop_not_better", "stop_not_measured");
    }
    if (!improved_somewhere(progress))
        return advise(progress, STOP, "stop_not_better", "stop_no_help");
    if (tapers(progress))
        return advise(progress, TAPER, "time_frame", "taper");
    return false;
}

static bool advise_too_many(struct progress *progress) {
    const struct progress_input *input = progress->input;
    int unseen = care_int(time_frame(progress), "sessions_without_review", 10);
    int since = progress->done - input->sessions_at_review;
    if (since > unseen)
        return advise(progress, CHANGE, "stop_passive_only", "change_active");
    if (input->max_sessions > 0 && since >= input->max_sessions && !tapers(progress))
        return advise(progress, SEE_CLINICIAN, "stop_max_sessions", "see_clinician_max");
    return false;
}

/* ---- the order ---- */

static void advise_going_on(struct progress *progress) {
    int first = care_int(time_frame(progress), "first_change_session_min", 3);
    bool measured = any_change_known(progress);
    progress->measure_now = progress->courses[progress->input->goal].count == 0 ||
                            (!measured && progress->done >= first);
    const char *phrase = progress->measure_now          ? "measure"
                         : improved_somewhere(progress) ? "continue_better"
                                                        : "continue";
    (void)advise(progress, GO_ON, "time_frame", phrase);
}

void progress_advise(struct progress *progress) {
    const struct progress_input *input = progress->input;
    progress->goal_reached = goal_reached(progress);
    if (input->open_triage >= TRIAGE_CLINICIAN) {
        progress->pause = true;
        (void)advise(progress, SEE_CLINICIAN, "stop_red_flag", "see_clinician");
        return;
    }
    if (advise_worse(progress))
        return;
    if (input->clearance_ended) {
        progress->pause = true;
        (void)advise(progress, SEE_CLINICIAN, "stop_clearance_expired", "see_clinician_clearance");
        return;
    }
    if (advise_goal(progress) || advise_acute(progress) || advise_no_response(progress) ||
        advise_block_end(progress) || advise_too_many(progress))
        return;
    advise_going_on(progress);
}
