#include "resources/plan_course.h"

#include <limits.h>
#include <string.h>

#include "engine/intake.h"
#include "resources/session_row.h"

enum { NOON = DAY_SECONDS / 2, MILLI = 1000 };

struct course_steps plan_course_add(const struct plan_below *below, struct tenant_call *call) {
    struct course_steps steps;
    steps.sessions = TENANT_CALL_ADD(call, "sessions_page", below->ref.patient_id,
                                     below->ref.plan_id, "0", NULL, SESSIONS_ALL);
    steps.measurements =
        TENANT_CALL_ADD(call, "measurements_page", below->ref.patient_id, below->ref.plan_id,
                        "-infinity", "", NULL, MEASUREMENTS_ALL);
    return steps;
}

unsigned plan_language(const struct plan_below *below) {
    const char *language = json_string_value(json_object_get(below->document, "language"));
    return language ? knowledge_language(below->app->knowledge, language) : 0;
}

static const char *text_of(const json_t *object, const char *member) {
    return json_string_value(json_object_get(object, member));
}

static int64_t thousandths(const json_t *value) {
    if (!json_is_number(value))
        return SCORE_NONE;
    return (int64_t)(json_number_value(value) * MILLI + 0.5);
}

/* ---- sessions ---- */

static enum session_state state_of(const json_t *session) {
    static const char *const names[] = {"planned", "done", "missed", "cancelled"};
    const char *status = text_of(session, "status");
    for (int i = 0; status && i < 4; i++)
        if (strcmp(names[i], status) == 0)
            return (enum session_state)i;
    return SESSION_PLANNED;
}

/* The day it was for; of its window or of its making where nobody said. */
static int64_t moment_of(const json_t *session) {
    const char *day = text_of(session, "planned_on");
    const char *from = text_of(session, "window_from"), *made = text_of(session, "created_at");
    if (day && date_days(day) != INT_MIN)
        return (int64_t)date_days(day) * DAY_SECONDS + NOON;
    return from ? moment_read(from) : made ? moment_read(made) : NO_MOMENT;
}

static int due_of(const json_t *session) {
    const char *to = text_of(session, "window_to"), *day = text_of(session, "planned_on");
    if (to && moment_read(to) != NO_MOMENT)
        return moment_day(moment_read(to));
    return day && date_days(day) != INT_MIN ? date_days(day) : INT_MAX;
}

static void see_events(const json_t *events, struct session_seen *seen) {
    size_t i;
    json_t *event;
    json_array_foreach(events, i, event) {
        const char *id = text_of(event, "id");
        seen->answered = true;
        seen->adverse |= id && strcmp(id, "ae_none") != 0;
    }
}

static void see_session(const json_t *session, struct session_seen *seen) {
    const json_t *number = json_object_get(session, "number");
    *seen =
        (struct session_seen){.number = (int)json_integer_value(number),
                              .state = state_of(session),
                              .due = due_of(session),
                              .at = NO_MOMENT,
                              .pain_before = thousandths(json_object_get(session, "pain_before")),
                              .pain_after = thousandths(json_object_get(session, "pain_after"))};
    if (seen->state == SESSION_DONE)
        seen->at = moment_of(session);
    see_events(json_object_get(session, "adverse_events"), seen);
}

/* Times the technique was changed from one done session to the next. */
static int changes_of(const json_t *sessions) {
    const char *last = NULL;
    int changes = 0;
    size_t i;
    json_t *session;
    json_array_foreach(sessions, i, session) {
        const char *technique = text_of(session, "technique");
        if (state_of(session) != SESSION_DONE || !technique)
            continue;
        changes += last && strcmp(last, technique) != 0;
        last = technique;
    }
    return changes;
}

static int triage_of(const char *name) {
    for (int level = TRIAGE_EMERGENCY; name && level > TRIAGE_SELF_CARE; level--)
        if (strcmp(name, triage_name((enum triage)level)) == 0)
            return level;
    return TRIAGE_SELF_CARE;
}

static bool lists(const json_t *list, const char *word) {
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) if (json_is_string(item) &&
                                          strcmp(json_string_value(item), word) == 0) return true;
    return false;
}

/* The last done session decides, until a re-check took the reason off the plan. */
static int open_triage(const struct plan_below *below, const json_t *sessions) {
    int open = TRIAGE_SELF_CARE;
    size_t i;
    json_t *session;
    if (!lists(below->review_needed, "adverse_event"))
        return open;
    json_array_foreach(sessions, i, session) {
        int level = triage_of(text_of(session, "triage"));
        open = level > open ? level : open;
    }
    return open;
}

/* ---- the whole ---- */

static bool see_sessions(struct progress_input *input, const json_t *sessions,
                         struct arena *arena) {
    size_t count = json_array_size(sessions);
    struct session_seen *seen = arena_array(arena, count + 1, sizeof *seen);
    for (size_t i = 0; seen && i < count; i++)
        see_session(json_array_get(sessions, i), &seen[i]);
    input->sessions = seen;
    input->session_count = count;
    return seen != NULL;
}

static bool see_measurements(struct progress_input *input, const json_t *measurements,
                             struct arena *arena) {
    size_t count = json_array_size(measurements);
    struct measured *all = arena_array(arena, count + 1, sizeof *all);
    for (size_t i = 0; all && i < count; i++) {
        const json_t *measurement = json_array_get(measurements, i);
        const char *at = text_of(measurement, "taken_at");
        const char *score = text_of(measurement, "score");
        struct measured *one = &all[input->measured_count];
        const char *name = text_of(measurement, "instrument");
        one->at = at ? moment_read(at) : NO_MOMENT;
        if (name && score && one->at != NO_MOMENT && instrument_from(name, &one->instrument) &&
            score_from_text(score, &one->score))
            input->measured_count++;
    }
    input->measured = all;
    return all != NULL;
}

static void see_plan(struct progress_input *input, const struct plan_below *below) {
    const json_t *document = below->document, *goal = below->goal;
    const char *stops = text_of(document, "stops_on");
    const char *measure = text_of(goal, "measure");
    const json_t *pain = json_object_get(below->intake, "pain");
    input->starts_on = date_days(below->starts_on);
    input->stops_on = stops ? date_days(stops) : INT_MAX;
    input->template = text_of(json_object_get(document, "template"), "id");
    input->planned = PLAN_INT(below, 0, "dose", "sessions");
    input->max_sessions = PLAN_INT(below, 0, "dose", "max_sessions");
    input->sessions_at_review = PLAN_INT(below, 0, "sessions_at_review");
    if (!measure || !instrument_from(measure, &input->goal))
        input->goal = INSTRUMENT_NRS;
    input->target = thousandths(json_object_get(goal, "target"));
    input->pain_weeks = thousandths(json_object_get(pain, "duration_weeks"));
    input->clearance_ended =
        *below->clearance_ends && date_days(below->clearance_ends) < input->today;
    if (!input->template)
        input->template = "";
}

struct progress *plan_course(const struct plan_below *below, const json_t *sessions,
                             const json_t *measurements, struct arena *arena) {
    struct progress_input *input = arena_take(arena, sizeof *input);
    if (!input)
        return NULL;
    input->knowledge = below->app->knowledge;
    input->language = plan_language(below);
    input->today = app_today();
    see_plan(input, below);
    input->open_triage = open_triage(below, sessions);
    input->changes_made = changes_of(sessions);
    if (!see_sessions(input, sessions, arena) || !see_measurements(input, measurements, arena))
        return NULL;
    return progress_make(input, arena);
}
