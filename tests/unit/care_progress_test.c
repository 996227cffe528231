/* Does it help? Thresholds at, below and above; one piece of advice, the most careful first. */
#include "care/chart.h"
#include "care/progress.h"
#include "care_fixture.h"

Suite *care_progress_suite(void);

enum { START = 20000, MOST = 40 };
#define DAY(n) (((int64_t)START + (n)) * DAY_SECONDS)

struct case_of {
    struct care_world world;
    struct progress_input input;
    struct measured measured[MOST];
    struct session_seen sessions[MOST];
};

static void begin(struct case_of *c, const char *template, int day) {
    memset(c, 0, sizeof *c);
    world_open(&c->world);
    c->input = (struct progress_input){.knowledge = c->world.knowledge,
                                       .today = START + day,
                                       .starts_on = START,
                                       .stops_on = START + 69,
                                       .template = template,
                                       .planned = 10,
                                       .max_sessions = 10,
                                       .target = SCORE_NONE,
                                       .pain_weeks = SCORE_NONE,
                                       .measured = c->measured,
                                       .sessions = c->sessions};
}

static void measure(struct case_of *c, enum instrument instrument, int day, int64_t score) {
    c->measured[c->input.measured_count++] = (struct measured){instrument, DAY(day), score};
}

static struct session_seen *session(struct case_of *c, enum session_state state, int day) {
    struct session_seen *seen = &c->sessions[c->input.session_count++];
    *seen = (struct session_seen){.number = (int)c->input.session_count,
                                  .state = state,
                                  .due = START + day,
                                  .at = state == SESSION_DONE ? DAY(day) : NO_MOMENT,
                                  .pain_before = SCORE_NONE,
                                  .pain_after = SCORE_NONE,
                                  .answered = state == SESSION_DONE};
    return seen;
}

/* `count` sessions, weekly from day 1. */
static void weekly(struct case_of *c, int count) {
    for (int i = 0; i < count; i++)
        (void)session(c, SESSION_DONE, 1 + 7 * i);
}

static struct progress *judge(struct case_of *c) {
    struct progress *progress = progress_make(&c->input, &c->world.arena);
    ck_assert_ptr_nonnull(progress);
    return progress;
}

static void expect(struct case_of *c, const char *advice, const char *rule) {
    struct progress *progress = judge(c);
    progress_write(&c->world.json, progress);
    const json_t *json = world_answer(&c->world);
    ck_assert_msg(strcmp(text_at(json, "advice.advice"), advice) == 0, "%s by %s, wanted %s by %s",
                  text_at(json, "advice.advice"), text_at(json, "advice.rule"), advice, rule);
    ck_assert_str_eq(text_at(json, "advice.rule"), rule);
    ck_assert(*text_at(json, "advice.text") && *text_at(json, "advice.rule_text"));
    world_close(&c->world);
}

/* ---- the change that matters ---- */

static const struct {
    enum instrument instrument;
    int64_t from, to;
    enum meaning meaning;
} changes[] = {
    {INSTRUMENT_NRS, 8000, 6000, MEANING_IMPROVED},  /* 2 points, 25% */
    {INSTRUMENT_NRS, 8000, 6010, MEANING_UNCHANGED}, /* 1.99 points */
    {INSTRUMENT_NRS, 6000, 4200, MEANING_IMPROVED},  /* 30% */
    {INSTRUMENT_NRS, 6000, 4210, MEANING_UNCHANGED}, /* 29.8% */
    {INSTRUMENT_NRS, 3000, 2000, MEANING_IMPROVED},  /* 33% */
    {INSTRUMENT_NRS, 5000, 7000, MEANING_WORSE},
    {INSTRUMENT_NRS, 8000, 9000, MEANING_UNCHANGED},
    {INSTRUMENT_NRS, 0, 0, MEANING_UNCHANGED},
    {INSTRUMENT_NRS, 0, 1000, MEANING_UNCHANGED},
    {INSTRUMENT_NRS, 0, 2000, MEANING_WORSE},
    {INSTRUMENT_PEG, 6000, 4200, MEANING_IMPROVED},
    {INSTRUMENT_PEG, 6000, 4210, MEANING_UNCHANGED},
    {INSTRUMENT_PEG, 10000, 7010, MEANING_UNCHANGED}, /* 2.99 points, and percent counts */
    {INSTRUMENT_RMDQ, 20000, 15000, MEANING_IMPROVED},
    {INSTRUMENT_RMDQ, 20000, 16000, MEANING_UNCHANGED},
    {INSTRUMENT_RMDQ, 10000, 7000, MEANING_IMPROVED},
    {INSTRUMENT_PSFS, 3000, 5000, MEANING_IMPROVED}, /* higher is better */
    {INSTRUMENT_PSFS, 3000, 4990, MEANING_UNCHANGED},
    {INSTRUMENT_PSFS, 5000, 3000, MEANING_WORSE},
};

static void changes_that_matter_row(size_t i) {
    struct case_of c;
    begin(&c, "chronic", 20);
    measure(&c, changes[i].instrument, 14, changes[i].to); /* any order */
    measure(&c, changes[i].instrument, 0, changes[i].from);
    struct progress *progress = judge(&c);
    ck_assert_str_eq(meaning_name(progress->courses[changes[i].instrument].meaning),
                     meaning_name(changes[i].meaning));
    world_close(&c.world);
}

START_TEST(changes_that_matter) {
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        changes_that_matter_row(i);
}
END_TEST

START_TEST(recovery_and_ends_of_the_scale) {
    struct case_of c;
    begin(&c, "chronic", 30);
    measure(&c, INSTRUMENT_RMDQ, 0, 3000);
    measure(&c, INSTRUMENT_RMDQ, 28, 2000);
    measure(&c, INSTRUMENT_NRS, 0, 4000);
    measure(&c, INSTRUMENT_NRS, 28, 1000);
    struct progress *progress = judge(&c);
    ck_assert(progress->courses[INSTRUMENT_RMDQ].recovered);
    ck_assert(progress->courses[INSTRUMENT_RMDQ].outside_useful);
    ck_assert(!progress->courses[INSTRUMENT_NRS].recovered);
    c.measured[0].score = 4000;
    c.measured[1].score = 3000;
    progress = judge(&c);
    ck_assert(!progress->courses[INSTRUMENT_RMDQ].recovered);
    ck_assert(!progress->courses[INSTRUMENT_RMDQ].outside_useful);
    c.measured[0].score = 20000;
    ck_assert(!judge(&c)->courses[INSTRUMENT_RMDQ].outside_useful);
    c.measured[0].score = 21000;
    ck_assert(judge(&c)->courses[INSTRUMENT_RMDQ].outside_useful);
    world_close(&c.world);
}
END_TEST

/* ---- trend ---- */

START_TEST(slopes) {
    struct measured line[] = {{0, DAY(0), 8000}, {0, DAY(7), 7000}, {0, DAY(14), 6000}};
    struct measured three[] = {{0, DAY(0), 6000}, {0, DAY(7), 6000}, {0, DAY(14), 5000}};
    struct measured years[] = {{0, DAY(0), 10000}, {0, DAY(36500), 0}};
    ck_assert_int_eq(progress_slope(line, 3), -1000);
    ck_assert_int_eq(progress_slope(three, 3), -500);
    ck_assert_int_eq(progress_slope(line, 1), 0);
    ck_assert_int_eq(progress_slope(line, 0), 0);
    ck_assert_int_eq(progress_slope(years, 2), -2); /* 1.918 rounds away from zero */
    line[1].at = line[2].at = line[0].at;
    ck_assert_int_eq(progress_slope(line, 3), 0);
}
END_TEST

START_TEST(a_trend_needs_a_week) {
    struct case_of c;
    begin(&c, "chronic", 20);
    measure(&c, INSTRUMENT_NRS, 0, 6000);
    measure(&c, INSTRUMENT_NRS, 6, 5000);
    ck_assert(!judge(&c)->courses[INSTRUMENT_NRS].has_trend);
    c.measured[1].at = DAY(7);
    ck_assert(judge(&c)->courses[INSTRUMENT_NRS].has_trend);
    ck_assert_int_eq(judge(&c)->courses[INSTRUMENT_NRS].trend, -1000);
    world_close(&c.world);
}
END_TEST

/* ---- counting ---- */

START_TEST(sessions_are_counted) {
    struct case_of c;
    begin(&c, "chronic", 30);
    weekly(&c, 3);
    c.sessions[1].adverse = true;
    c.sessions[2].answered = false;
    c.sessions[2].adverse = true; /* without an answer it is none */
    (void)session(&c, SESSION_MISSED, 22);
    (void)session(&c, SESSION_CANCELLED, 23);
    (void)session(&c, SESSION_PLANNED, 29);
    (void)session(&c, SESSION_PLANNED, 30);
    progress_write(&c.world.json, judge(&c));
    const json_t *json = world_answer(&c.world);
    ck_assert_int_eq(int_at(json, "sessions.done"), 3);
    ck_assert_int_eq(int_at(json, "sessions.missed"), 2); /* one was due yesterday */
    ck_assert_int_eq(int_at(json, "sessions.due"), 5);
    ck_assert_int_eq(int_at(json, "sessions.adherence_percent"), 60);
    ck_assert_int_eq(int_at(json, "adverse_events.sessions_with_event"), 1);
    ck_assert_int_eq(int_at(json, "adverse_events.sessions_answered"), 2);
    ck_assert_int_eq(int_at(json, "adverse_events.per_100_sessions"), 50);
    world_close(&c.world);
}
END_TEST

START_TEST(nothing_yet) {
    struct case_of c;
    begin(&c, "chronic", 0);
    progress_write(&c.world.json, judge(&c));
    const json_t *json = world_answer(&c.world);
    ck_assert(json_is_null(at(json, "sessions.adherence_percent")));
    ck_assert(json_is_null(at(json, "adverse_events.per_100_sessions")));
    ck_assert_uint_eq(json_array_size(at(json, "measures")), 0);
    ck_assert_str_eq(text_at(json, "advice.advice"), "continue");
    ck_assert(json_is_true(at(json, "advice.measure_now")));
    world_close(&c.world);
}
END_TEST

START_TEST(pain_before_sessions_stands_in) {
    struct case_of c;
    begin(&c, "chronic", 20);
    weekly(&c, 3);
    c.sessions[0].pain_before = 6000;
    c.sessions[2].pain_before = 3000;
    ck_assert_uint_eq(judge(&c)->pain_count, 2);
    ck_assert_int_eq(judge(&c)->courses[INSTRUMENT_NRS].gain, 3000);
    measure(&c, INSTRUMENT_NRS, 0, 5000);
    measure(&c, INSTRUMENT_NRS, 10, 5000);
    ck_assert_uint_eq(judge(&c)->pain_count, 2);
    ck_assert_int_eq(judge(&c)->courses[INSTRUMENT_NRS].gain, 0);
    world_close(&c.world);
}
END_TEST

/* ---- advice ---- */

START_TEST(goes_on) {
    struct case_of c;
    begin(&c, "chronic", 20);
    weekly(&c, 3);
    measure(&c, INSTRUMENT_NRS, 0, 6000);
    measure(&c, INSTRUMENT_NRS, 15, 5500);
    expect(&c, "continue", "time_frame");
}
END_TEST

START_TEST(an_open_warning_comes_first) {
    struct case_of c;
    begin(&c, "chronic", 20);
    weekly(&c, 3);
    measure(&c, INSTRUMENT_NRS, 0, 6000);
    measure(&c, INSTRUMENT_NRS, 15, 0);
    c.input.open_triage = TRIAGE_CLINICIAN;
    expect(&c, "see_clinician", "stop_red_flag");
}
END_TEST

START_TEST(an_ended_clearance) {
    struct case_of c;
    begin(&c, "chronic", 20);
    c.input.clearance_ended = true;
    expect(&c, "see_clinician", "stop_clearance_expired");
}
END_TEST

/* {sessions done, from, to, day of the second score, changes made, wanted} after `sessions` weeks
 */
static const struct {
    int sessions;
    int64_t from, to;
    int changed;
    const char *advice, *rule;
} responses[] = {
    {3, 6000, 6000, 0, "continue", "time_frame"},
    {4, 6000, 6000, 0, "change", "stop_not_better"},
    {4, 6000, 5010, 0, "change", "stop_not_better"},
    {4, 6000, 5000, 0, "continue", "time_frame"}, /* one point */
    {4, 6000, 7000, 0, "change", "stop_not_better"},
    {4, 6000, 6000, 1, "stop", "stop_not_better"},
    {5, 2000, 1500, 0, "change", "stop_not_better"}, /* 25% of little */
    {5, 2000, 1400, 0, "continue", "time_frame"},    /* 30% matters, though below one point */
};

static void hardly_any_change_row(size_t i) {
    struct case_of c;
    begin(&c, "chronic", 40);
    weekly(&c, responses[i].sessions);
    measure(&c, INSTRUMENT_NRS, 0, responses[i].from);
    measure(&c, INSTRUMENT_NRS, 39, responses[i].to);
    c.input.changes_made = responses[i].changed;
    expect(&c, responses[i].advice, responses[i].rule);
}

START_TEST(hardly_any_change) {
    for (size_t i = 0; i < sizeof responses / sizeof *responses; i++)
        hardly_any_change_row(i);
}
END_TEST

START_TEST(an_old_score_says_nothing_of_four_sessions) {
    struct case_of c;
    begin(&c, "chronic", 40);
    weekly(&c, 4); /* days 1, 8, 15, 22 */
    measure(&c, INSTRUMENT_NRS, 0, 6000);
    measure(&c, INSTRUMENT_NRS, 21, 6000);
    expect(&c, "continue", "time_frame");
}
END_TEST

START_TEST(peg_may_show_what_pain_does_not) {
    struct case_of c;
    begin(&c, "chronic", 40);
    weekly(&c, 4);
    measure(&c, INSTRUMENT_NRS, 0, 6000);
    measure(&c, INSTRUMENT_NRS, 30, 6000);
    measure(&c, INSTRUMENT_PEG, 0, 5000);
    measure(&c, INSTRUMENT_PEG, 30, 4500); /* 10% */
    ck_assert_str_eq(advice_name(judge(&c)->advice), "continue");
    c.measured[3].score = 4510;
    expect(&c, "change", "stop_not_better");
}
END_TEST

START_TEST(the_block_ends_without_help) {
    struct case_of c;
    begin(&c, "chronic", 70); /* one day after the last */
    weekly(&c, 9);
    measure(&c, INSTRUMENT_NRS, 0, 7000);
    measure(&c, INSTRUMENT_NRS, 68, 5500);
    ck_assert_str_eq(advice_name(judge(&c)->advice), "stop");
    c.input.today--; /* its last day */
    ck_assert_str_eq(advice_name(judge(&c)->advice), "continue");
    (void)session(&c, SESSION_DONE, 65); /* the tenth of ten */
    expect(&c, "stop", "stop_not_better");
}
END_TEST

START_TEST(the_block_ends_well) {
    struct case_of c;
    begin(&c, "chronic", 70);
    weekly(&c, 9);
    measure(&c, INSTRUMENT_RMDQ, 0, 12000);
    measure(&c, INSTRUMENT_RMDQ, 68, 7000);
    expect(&c, "taper", "time_frame");
}
END_TEST

START_TEST(the_block_ends_unmeasured) {
    struct case_of c;
    begin(&c, "chronic", 70);
    weekly(&c, 9);
    measure(&c, INSTRUMENT_NRS, 0, 6000);
    ck_assert(judge(&c)->measure_now);
    expect(&c, "stop", "stop_not_better");
}
END_TEST

START_TEST(goal_reached_tapers_or_stops) {
    struct case_of c;
    begin(&c, "chronic", 20);
    weekly(&c, 3);
    measure(&c, INSTRUMENT_NRS, 0, 6000);
    measure(&c, INSTRUMENT_NRS, 19, 4000);
    c.input.target = 4000;
    ck_assert_str_eq(advice_name(judge(&c)->advice), "taper");
    ck_assert(judge(&c)->goal_reached);
    c.input.target = 3000;
    ck_assert(!judge(&c)->goal_reached);
    c.input.target = 4000;
    c.input.template = "fibromyalgia";
    expect(&c, "stop", "stop_goal_reached");
}
END_TEST

START_TEST(new_pain_stops_at_two) {
    struct case_of c;
    begin(&c, "acute", 10);
    c.input.stops_on = START + 13;
    c.input.pain_weeks = 1000;
    weekly(&c, 2);
    measure(&c, INSTRUMENT_NRS, 0, 6000);
    measure(&c, INSTRUMENT_NRS, 9, 2000);
    ck_assert_str_eq(judge(&c)->rule, "stop_goal_reached");
    c.measured[1].score = 2010;
    ck_assert_str_eq(judge(&c)->rule, "time_frame");
    c.measured[1].score = 2000;
    expect(&c, "stop", "stop_goal_reached");
}
END_TEST

START_TEST(new_pain_for_more_than_six_weeks) {
    struct case_of c;
    begin(&c, "acute", 14);
    c.input.pain_weeks = 4000;
    c.input.stops_on = START + 30;
    (void)session(&c, SESSION_DONE, 1);
    measure(&c, INSTRUMENT_NRS, 0, 6000);
    measure(&c, INSTRUMENT_NRS, 13, 6000);
    ck_assert_str_eq(judge(&c)->rule, "time_frame"); /* six weeks to the day */
    c.input.today++;
    ck_assert_str_eq(judge(&c)->rule, "stop_acute_6_weeks");
    c.measured[1].score = 4000;
    ck_assert_str_eq(judge(&c)->rule, "time_frame");
    c.measured[1].score = 6000;
    expect(&c, "see_clinician", "stop_acute_6_weeks");
}
END_TEST

START_TEST(too_many_sessions) {
    struct case_of c;
    begin(&c, "chronic", 69);
    c.input.planned = 30;
    weekly(&c, 10);
    measure(&c, INSTRUMENT_NRS, 0, 8000);
    measure(&c, INSTRUMENT_NRS, 68, 5000);
    ck_assert_str_eq(judge(&c)->rule, "time_frame");
    (void)session(&c, SESSION_DONE, 67);
    ck_assert_str_eq(judge(&c)->rule, "stop_passive_only");
    c.input.sessions_at_review = 1;
    ck_assert_str_eq(judge(&c)->rule, "time_frame");
    c.input.template = "capped";
    c.input.max_sessions = 6;
    expect(&c, "see_clinician", "stop_max_sessions");
}
END_TEST

START_TEST(worse_for_more_than_three_days) {
    struct case_of c;
    begin(&c, "chronic", 20);
    (void)session(&c, SESSION_DONE, 1);
    measure(&c, INSTRUMENT_NRS, 0, 4000);
    measure(&c, INSTRUMENT_NRS, 2, 6000);
    measure(&c, INSTRUMENT_NRS, 5, 6000); /* 72 hours are not more than 72 */
    ck_assert_str_eq(judge(&c)->rule, "time_frame");
    c.measured[2].at++;
    ck_assert_str_eq(judge(&c)->rule, "stop_worse");
    ck_assert(judge(&c)->pause);
    c.measured[1].score = 5990;
    ck_assert_str_eq(judge(&c)->rule, "time_frame");
    c.measured[1].score = 6000;
    measure(&c, INSTRUMENT_NRS, 6, 5000); /* over again */
    ck_assert_str_eq(judge(&c)->rule, "time_frame");
    c.input.measured_count--;
    expect(&c, "stop", "stop_worse");
}
END_TEST

START_TEST(worse_after_two_sessions_in_a_row) {
    struct case_of c;
    begin(&c, "chronic", 20);
    weekly(&c, 3);
    for (int i = 0; i < 3; i++) {
        c.sessions[i].pain_before = 3000;
        c.sessions[i].pain_after = i == 0 ? 3000 : 5000;
    }
    ck_assert_str_eq(judge(&c)->rule, "stop_worse");
    c.sessions[2].pain_after = 4990;
    ck_assert_str_eq(judge(&c)->rule, "time_frame");
    c.sessions[0].pain_after = 5000; /* the first two, not the last two */
    ck_assert_str_eq(judge(&c)->rule, "time_frame");
    c.sessions[2].pain_after = 5000;
    expect(&c, "stop", "stop_worse");
}
END_TEST

/* ---- the picture ---- */

static void draw(struct case_of *c, struct buffer *out) {
    buffer_init(out);
    ck_assert_int_eq(chart_write(judge(c), out), STATUS_OK);
    ck_assert(strncmp(out->data, "<svg xmlns=", 11) == 0);
    ck_assert_ptr_nonnull(strstr(out->data, "role=\"img\""));
    ck_assert_ptr_nonnull(strstr(out->data, "prefers-color-scheme:dark"));
    ck_assert_ptr_null(strstr(out->data, "<script"));
    ck_assert_ptr_null(strstr(out->data, "{"
                                         "n}"));
    ck_assert_str_eq(out->data + out->len - 7, "</svg>\n");
}

START_TEST(the_chart_tells) {
    struct case_of c;
    struct buffer out;
    begin(&c, "chronic", 32);
    c.input.target = 3000;
    weekly(&c, 4);
    c.sessions[2].adverse = true;
    (void)session(&c, SESSION_MISSED, 29);
    for (int i = 5; i < 10; i++)
        (void)session(&c, SESSION_PLANNED, 1 + 7 * i);
    const int64_t scores[] = {7000, 6000, 6500, 4000, 3500};
    for (int i = 0; i < 5; i++)
        measure(&c, INSTRUMENT_NRS, 7 * i, scores[i]);
    draw(&c, &out);
    ck_assert_ptr_nonnull(strstr(out.data, "From 7 to 3.5. Clearly better."));
    ck_assert_ptr_nonnull(strstr(out.data, "4 sessions done, 1 missed, 10 planned; 1 with a"));
    ck_assert_ptr_nonnull(strstr(out.data, "Goal: 3 or less"));
    const char *path = getenv("CARE_CHART"); /* to look at it: CARE_CHART=x.svg CK_FORK=no */
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        (void)fwrite(out.data, 1, out.len, file);
        (void)fclose(file);
    }
    buffer_free(&out);
    world_close(&c.world);
}
END_TEST

START_TEST(charts_at_the_edges) {
    struct case_of c;
    struct buffer out;
    begin(&c, "chronic", 0);
    draw(&c, &out);
    ck_assert_ptr_nonnull(strstr(out.data, "No pain scores yet"));
    buffer_free(&out);
    measure(&c, INSTRUMENT_NRS, 0, 10000);
    draw(&c, &out);
    ck_assert_ptr_nonnull(strstr(out.data, "One score so far: 10."));
    buffer_free(&out);
    measure(&c, INSTRUMENT_NRS, -400, 0);
    measure(&c, INSTRUMENT_NRS, 4000, 0);
    c.input.stops_on = START - 10; /* nonsense is drawn, not divided by */
    draw(&c, &out);
    buffer_free(&out);
    world_close(&c.world);
}
END_TEST

Suite *care_progress_suite(void) {
    Suite *suite = suite_create("care_progress");
    TCase *tcase = tcase_create("care_progress");
    (void)fixture_knowledge();
    tcase_add_test(tcase, changes_that_matter);
    tcase_add_test(tcase, recovery_and_ends_of_the_scale);
    tcase_add_test(tcase, slopes);
    tcase_add_test(tcase, a_trend_needs_a_week);
    tcase_add_test(tcase, sessions_are_counted);
    tcase_add_test(tcase, nothing_yet);
    tcase_add_test(tcase, pain_before_sessions_stands_in);
    tcase_add_test(tcase, goes_on);
    tcase_add_test(tcase, an_open_warning_comes_first);
    tcase_add_test(tcase, an_ended_clearance);
    tcase_add_test(tcase, hardly_any_change);
    tcase_add_test(tcase, an_old_score_says_nothing_of_four_sessions);
    tcase_add_test(tcase, peg_may_show_what_pain_does_not);
    tcase_add_test(tcase, the_block_ends_without_help);
    tcase_add_test(tcase, the_block_ends_well);
    tcase_add_test(tcase, the_block_ends_unmeasured);
    tcase_add_test(tcase, goal_reached_tapers_or_stops);
    tcase_add_test(tcase, new_pain_stops_at_two);
    tcase_add_test(tcase, new_pain_for_more_than_six_weeks);
    tcase_add_test(tcase, too_many_sessions);
    tcase_add_test(tcase, worse_for_more_than_three_days);
    tcase_add_test(tcase, worse_after_two_sessions_in_a_row);
    tcase_add_test(tcase, the_chart_tells);
    tcase_add_test(tcase, charts_at_the_edges);
    suite_add_tcase(suite, tcase);
    return suite;
}
