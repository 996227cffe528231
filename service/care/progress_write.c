/* Progress as JSON; decimals are exact. */
#include <string.h>

#include "care/progress.h"
#include "care/words.h"

const char *advice_name(enum advice_kind advice) {
    static const char *const names[] = {"continue", "change", "taper", "stop", "see_clinician"};
    return names[advice];
}

const char *meaning_name(enum meaning meaning) {
    static const char *const names[] = {"unchanged", "improved", "worse"};
    return names[meaning];
}

static struct care_words words_for(const struct progress *progress) {
    return (struct care_words){progress->input->knowledge, progress->input->language};
}

static void member_milli(struct json_writer *json, const char *key, int64_t thousandths) {
    jw_key(json, key);
    jw_milli(json, thousandths);
}

static void write_score(struct json_writer *json, const char *key, const struct measured *score) {
    char at[MOMENT_TEXT];
    moment_text(score->at, at);
    jw_key(json, key);
    jw_open_object(json);
    member_milli(json, "score", score->score);
    jw_member_text(json, "taken_at", at);
    jw_close_object(json);
}

/* Whole percent of the baseline, rounded toward zero, so that 29.9 is not yet 30. */
static void write_percent(struct json_writer *json, const struct course *course) {
    jw_key(json, "change_percent");
    if (course->first.score > 0)
        jw_int(json, (course->last.score - course->first.score) * 100 / course->first.score);
    else
        jw_null(json);
}

static void write_course(struct json_writer *json, const struct progress *progress,
                         enum instrument instrument) {
    const struct course *course = &progress->courses[instrument];
    const json_t *row = instrument_row(progress->input->knowledge, instrument);
    jw_open_object(json);
    jw_member_text(json, "instrument", instrument_name(instrument));
    jw_member_text(json, "name", care_text(words_for(progress), json_object_get(row, "name")));
    jw_member_int(json, "count", (int64_t)course->count);
    write_score(json, "baseline", &course->first);
    write_score(json, "latest", &course->last);
    member_milli(json, "change", course->last.score - course->first.score);
    write_percent(json, course);
    care_copy(json, "important_change", json_object_get(row, "important_change"));
    jw_member_text(json, "meaning", meaning_name(course->meaning));
    jw_member_bool(json, "recovered", course->recovered);
    jw_key(json, "trend_per_week");
    if (course->has_trend)
        jw_milli(json, course->trend);
    else
        jw_null(json);
    if (course->outside_useful)
        jw_member_text(json, "limits",
                       care_text(words_for(progress), json_object_get(row, "limits")));
    care_copy(json, "confidence", json_object_get(row, "confidence"));
    care_copy(json, "sources", json_object_get(row, "sources"));
    jw_close_object(json);
}

static void write_courses(struct json_writer *json, const struct progress *progress) {
    jw_key(json, "measures");
    jw_open_array(json);
    for (int i = 0; i < INSTRUMENTS; i++)
        if (progress->courses[i].count)
            write_course(json, progress, (enum instrument)i);
    jw_close_array(json);
}

/* Whole percent, nearest; null without a denominator. */
static void write_share(struct json_writer *json, const char *key, int part, int whole) {
    jw_key(json, key);
    if (whole > 0)
        jw_int(json, ((int64_t)part * 200 + whole) / (2 * (int64_t)whole));
    else
        jw_null(json);
}

static void write_sessions(struct json_writer *json, const struct progress *progress) {
    jw_key(json, "sessions");
    jw_open_object(json);
    jw_member_int(json, "planned", progress->input->planned);
    jw_member_int(json, "due", progress->due);
    jw_member_int(json, "done", progress->done);
    jw_member_int(json, "missed", progress->missed);
    jw_member_int(json, "cancelled", progress->cancelled);
    write_share(json, "adherence_percent", progress->done, progress->due);
    jw_close_object(json);
    jw_key(json, "adverse_events");
    jw_open_object(json);
    jw_member_int(json, "sessions_with_event", progress->adverse);
    jw_member_int(json, "sessions_answered", progress->answered);
    jw_member_int(json, "sessions_done", progress->done);
    write_share(json, "per_100_sessions", progress->adverse, progress->answered);
    jw_close_object(json);
}

static void write_goal(struct json_writer *json, const struct progress *progress) {
    jw_key(json, "goal");
    jw_open_object(json);
    jw_member_text(json, "measure", instrument_name(progress->input->goal));
    if (progress->input->target >= 0)
        member_milli(json, "target", progress->input->target);
    jw_member_bool(json, "reached", progress->goal_reached);
    jw_close_object(json);
}

static void write_advice(struct json_writer *json, const struct progress *progress) {
    struct care_words words = words_for(progress);
    const json_t *row = care_row(words.knowledge, "stop_rules", progress->rule);
    if (!row)
        row = json_object_get(json_object_get(words.knowledge->files, "plans"), "time_frame");
    char path[64] = "progress.";
    strncat(path, progress->phrase, sizeof path - sizeof "progress.");
    jw_key(json, "advice");
    jw_open_object(json);
    jw_member_text(json, "advice", advice_name(progress->advice));
    jw_member_text(json, "rule", progress->rule);
    jw_member_text(json, "text", care_phrase(words, path));
    jw_member_bool(json, "pause", progress->pause);
    jw_member_bool(json, "measure_now", progress->measure_now);
    jw_member_text(json, "rule_text", care_text(words, json_object_get(row, "text")));
    care_copy(json, "basis", json_object_get(row, "basis"));
    care_copy(json, "confidence", json_object_get(row, "confidence"));
    care_copy(json, "sources", json_object_get(row, "sources"));
    jw_close_object(json);
}

void progress_write(struct json_writer *json, const struct progress *progress) {
    char today[MOMENT_TEXT];
    moment_text((int64_t)progress->input->today * DAY_SECONDS, today);
    today[10] = '\0';
    jw_open_object(json);
    jw_member_text(json, "as_of", today);
    write_advice(json, progress);
    write_goal(json, progress);
    write_courses(json, progress);
    write_sessions(json, progress);
    jw_close_object(json);
}
