/* Counting and comparing; the advice is in progress_advice.c. */
#include "care/progress.h"

#include <stdlib.h>
#include <string.h>

#include "care/words.h"

__extension__ typedef __int128 wide; /* sums of minutes times thousandths */

enum { MINUTES_A_WEEK = 7 * 24 * 60 };

/*
 * Ordinary least squares, slope = (n Sxy - Sx Sy) / (n Sxx - Sx Sx), with minutes since the first
 * point as x (any statistics textbook).
 */
int64_t progress_slope(const struct measured *points, size_t count) {
    wide sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0, n = (wide)count;
    for (size_t i = 0; i < count; i++) {
        wide x = (points[i].at - points[0].at) / 60, y = points[i].score;
        sum_x += x;
        sum_y += y;
        sum_xx += x * x;
        sum_xy += x * y;
    }
    wide below = n * sum_xx - sum_x * sum_x;
    if (below == 0)
        return 0;
    wide above = (n * sum_xy - sum_x * sum_y) * MINUTES_A_WEEK;
    return (int64_t)((2 * above + (above < 0 ? -below : below)) / (2 * below));
}

static int by_time(const void *a, const void *b) {
    const struct measured *first = a, *second = b;
    return (first->at > second->at) - (first->at < second->at);
}

/* ---- the change that matters ---- */

bool progress_matters(const struct knowledge *knowledge, enum instrument instrument, int64_t from,
                      int64_t gain) {
    const json_t *change =
        json_object_get(instrument_row(knowledge, instrument), "important_change");
    int points = care_int(change, "points", -1), percent = care_int(change, "percent", -1);
    if (gain <= 0)
        return false;
    bool by_points = points >= 0 && gain >= (int64_t)points * 1000;
    bool by_percent = percent >= 0 && from > 0 && gain * 100 >= from * percent;
    return by_points || by_percent;
}

static bool lower_is_better(const struct knowledge *knowledge, enum instrument instrument) {
    const char *worse =
        json_string_value(json_object_get(instrument_row(knowledge, instrument), "worse"));
    return !worse || strcmp(worse, "higher") == 0;
}

static void judge_course(const struct knowledge *knowledge, struct course *course) {
    enum instrument instrument = course->first.instrument;
    const json_t *row = instrument_row(knowledge, instrument);
    const json_t *range = json_object_get(row, "useful_range");
    int64_t rise = course->last.score - course->first.score;
    int recovered = care_int(json_object_get(row, "recovered"), "at_most", -1);
    course->gain = lower_is_better(knowledge, instrument) ? -rise : rise;
    if (progress_matters(knowledge, instrument, course->first.score, course->gain))
        course->meaning = MEANING_IMPROVED;
    else if (progress_matters(knowledge, instrument, course->first.score, -course->gain))
        course->meaning = MEANING_WORSE;
    course->recovered =
        course->count > 1 && recovered >= 0 && course->last.score <= (int64_t)recovered * 1000;
    course->outside_useful =
        range && (course->first.score < (int64_t)care_int(range, "min", 0) * 1000 ||
                  course->first.score > (int64_t)care_int(range, "max", 0) * 1000);
}

static void make_course(const struct knowledge *knowledge, struct course *course,
                        const struct measured *points, size_t count) {
    *course = (struct course){.count = count};
    if (count == 0)
        return;
    course->first = points[0];
    course->last = points[count - 1];
    judge_course(knowledge, course);
    course->has_trend = course->last.at - course->first.at >= INT64_C(7) * DAY_SECONDS;
    if (course->has_trend)
        course->trend = progress_slope(points, count);
}

/* ---- lists in order of time ---- */

static size_t pick(const struct progress_input *input, enum instrument instrument,
                   struct measured *out) {
    size_t count = 0;
    for (size_t i = 0; i < input->measured_count; i++)
        if (input->measured[i].instrument == instrument)
            out[count++] = input->measured[i];
    return count;
}

/* Pain said before a session stands in while fewer than two scores were measured. */
static size_t add_session_pain(const struct progress_input *input, struct measured *out,
                               size_t count) {
    for (size_t i = 0; i < input->session_count; i++) {
        const struct session_seen *session = &input->sessions[i];
        if (session->state == SESSION_DONE && session->at != NO_MOMENT && session->pain_before >= 0)
            out[count++] = (struct measured){INSTRUMENT_NRS, session->at, session->pain_before};
    }
    return count;
}

static void make_courses(struct progress *progress, struct measured *room) {
    const struct progress_input *input = progress->input;
    for (int i = 0; i < INSTRUMENTS; i++) {
        struct measured *points = i == INSTRUMENT_NRS ? progress->pain : room;
        size_t count = pick(input, (enum instrument)i, points);
        if (i == INSTRUMENT_NRS && count < 2)
            count = add_session_pain(input, points, count);
        if (count)
            qsort(points, count, sizeof *points, by_time);
        if (i == INSTRUMENT_NRS)
            progress->pain_count = count;
        make_course(input->knowledge, &progress->courses[i], points, count);
    }
}

static void count_sessions(struct progress *progress) {
    const struct progress_input *input = progress->input;
    for (size_t i = 0; i < input->session_count; i++) {
        const struct session_seen *session = &input->sessions[i];
        bool late = session->state == SESSION_PLANNED && session->due < input->today;
        progress->done += session->state == SESSION_DONE;
        progress->missed += session->state == SESSION_MISSED || late;
        progress->cancelled += session->state == SESSION_CANCELLED;
        progress->answered += session->state == SESSION_DONE && session->answered;
        progress->adverse +=
            session->state == SESSION_DONE && session->answered && session->adverse;
    }
    progress->due = progress->done + progress->missed;
}

struct progress *progress_make(const struct progress_input *input, struct arena *arena) {
    struct progress *progress = arena_take(arena, sizeof *progress);
    size_t room = input->measured_count + input->session_count + 1;
    struct measured *points = arena_array(arena, room, sizeof *points);
    if (!progress || !points)
        return NULL;
    progress->input = input;
    progress->pain = arena_array(arena, room, sizeof *points);
    if (!progress->pain)
        return NULL;
    make_courses(progress, points);
    count_sessions(progress);
    progress_advise(progress);
    return progress;
}
