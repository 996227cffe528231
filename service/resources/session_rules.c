#include "resources/session_rules.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "care/moment.h"
#include "care/plan.h"

static const char *text_of(const json_t *object, const char *member) {
    const char *text = json_string_value(json_object_get(object, member));
    return text ? text : "";
}

static bool is(const json_t *session, const char *status) {
    return strcmp(text_of(session, "status"), status) == 0;
}

/* ---- by itself ---- */

static void check_technique(const struct plan_below *below, const json_t *session,
                            struct complaints *complaints) {
    const struct name_map *names = &below->app->knowledge->technique_names;
    const char *technique = text_of(session, "technique");
    if (name_map_get(names, technique) >= 0)
        return;
    const char *nearest = name_map_nearest(names, technique);
    complain(complaints, "#/technique", "unknown_id", "'%.60s' is no technique we know%s%s%s",
             technique, nearest ? "; did you mean '" : "", nearest ? nearest : "",
             nearest ? "'?" : ".");
}

/* What only a session that happened can have. */
static void check_done_only(const json_t *session, struct complaints *complaints) {
    static const struct {
        const char *member, *pointer;
    } members[] = {{"pressure_used", "#/pressure_used"},
                   {"pressure_tolerated", "#/pressure_tolerated"},
                   {"pain_before", "#/pain_before"},
                   {"pain_after", "#/pain_after"}};
    if (is(session, "done"))
        return;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (json_object_get(session, members[i].member))
            complain(complaints, members[i].pointer, "contradiction",
                     "only a session with status 'done' has this.");
    if (json_array_size(json_object_get(session, "adverse_events")))
        complain(complaints, "#/adverse_events", "contradiction",
                 "only a session with status 'done' has this.");
}

static void check_days(const json_t *session, struct complaints *complaints) {
    const char *from = text_of(session, "window_from"), *to = text_of(session, "window_to");
    int64_t begin = *from ? moment_read(from) : NO_MOMENT;
    int64_t end = *to ? moment_read(to) : NO_MOMENT;
    if (*from && begin == NO_MOMENT)
        complain(complaints, "#/window_from", "format", "is no date and time (RFC 3339).");
    if (*to && end == NO_MOMENT)
        complain(complaints, "#/window_to", "format", "is no date and time (RFC 3339).");
    if (begin != NO_MOMENT && end != NO_MOMENT && moment_compare(to, from) < 0)
        complain(complaints, "#/window_to", "contradiction", "is before window_from.");
    const char *day = text_of(session, "planned_on");
    if (is(session, "planned") && !*day && !*from)
        complain(complaints, "#/planned_on", "missing_member",
                 "a planned session needs planned_on, or window_from and window_to.");
    if (is(session, "done") && *day && date_days(day) > app_today() + 1)
        complain(complaints, "#/planned_on", "out_of_range",
                 "what is done cannot lie in the future.");
}

void session_check(const struct plan_below *below, const json_t *session,
                   struct complaints *complaints) {
    check_technique(below, session, complaints);
    check_done_only(session, complaints);
    check_days(session, complaints);
}

/* ---- with the plan ---- */

static enum status conflict(const struct plan_below *below, const char *why) {
    response_problem(below->response, "conflict", "%s", why);
    return STATUS_CONFLICT;
}

static bool one_of(const char *word, const char *const *words) {
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

static enum status state_allows(const struct plan_below *below, const json_t *before,
                                const json_t *session) {
    static const char *const open[] = {"draft", "active", NULL};
    bool planned = is(session, "planned");
    if (strcmp(below->status, "draft") == 0 && (is(session, "done") || is(session, "missed")))
        return conflict(below, "The plan is a draft: make it active first.");
    if (planned && !before && !one_of(below->status, open)) {
        response_problem(below->response, "conflict",
                         "The plan is %s: no session can be planned. What happened can be logged.",
                         below->status);
        return STATUS_CONFLICT;
    }
    return STATUS_OK;
}

/* The steps of a session's life; as in session_log.sql. */
static enum status step_allowed(const struct plan_below *below, const json_t *before,
                                const json_t *session) {
    static const char *const after_missed[] = {"missed", "done", "cancelled", NULL};
    static const char *const after_cancelled[] = {"cancelled", "planned", "done", NULL};
    static const char *const after_done[] = {"done", NULL};
    const char *to = text_of(session, "status");
    if (!before || is(before, "planned"))
        return STATUS_OK;
    const char *const *allowed = is(before, "missed")      ? after_missed
                                 : is(before, "cancelled") ? after_cancelled
                                                           : after_done;
    if (one_of(to, allowed))
        return STATUS_OK;
    response_problem(below->response, "conflict", "A session that is %s cannot become %s.",
                     text_of(before, "status"), to);
    return STATUS_CONFLICT;
}

/* What the decision withholds is not planned; what was done all the same must be heard. */
static enum status technique_allowed(const struct plan_below *below, const json_t *session) {
    const char *technique = text_of(session, "technique");
    const json_t *limits =
        json_object_get(json_object_get(below->decision, "techniques"), technique);
    const char *verdict = json_string_value(json_object_get(limits, "verdict"));
    static const char *const fine[] = {"suitable", "caution", NULL};
    if (strcmp(technique, below->technique) == 0 || !verdict || one_of(verdict, fine))
        return STATUS_OK;
    response_problem(below->response, "conflict",
                     "%s is withheld for this person (%s): it cannot be planned.", technique,
                     verdict);
    return STATUS_CONFLICT;
}

static int day_of(const json_t *session) {
    const char *day = text_of(session, "planned_on"), *from = text_of(session, "window_from");
    if (*day)
        return date_days(day);
    return *from && moment_read(from) != NO_MOMENT ? moment_day(moment_read(from)) : INT_MIN;
}

/* At least gap_hours between two sessions: of days, because nobody says at which hour. */
static enum status gap_allowed(const struct plan_below *below, const json_t *session,
                               const json_t *sessions) {
    enum { HOURS = 24 };
    int gap = (PLAN_INT(below, 48, "dose", "gap_hours") + HOURS - 1) / HOURS, day = day_of(session);
    size_t i;
    json_t *other;
    json_array_foreach(sessions, i, other) {
        int when = day_of(other);
        bool counts = is(other, "planned") || is(other, "done");
        if (!counts || day == INT_MIN || when == INT_MIN || abs(day - when) >= gap)
            continue;
        response_problem(below->response, "conflict",
                         "Session %d is less than %d days away: the body needs the time between.",
                         (int)json_integer_value(json_object_get(other, "number")), gap);
        return STATUS_CONFLICT;
    }
    return STATUS_OK;
}

/* Hours that the body needs after this session. */
static int rest_after(const struct plan_below *below, const json_t *session) {
    const struct knowledge *knowledge = below->app->knowledge;
    int64_t technique = name_map_get(&knowledge->technique_names, text_of(session, "technique"));
    const json_t *used = json_object_get(session, "pressure_used");
    int pressure = json_is_integer(used) ? (int)json_integer_value(used)
                                         : PLAN_INT(below, 1, "dose", "pressure", "start");
    return technique < 0 ? PLAN_INT(below, 48, "dose", "gap_hours")
                         : plan_gap_hours(knowledge, (unsigned)technique, pressure);
}

static void warn_gap(struct json_writer *json, const json_t *other, int days, int hours) {
    char words[160];
    int number = (int)json_integer_value(json_object_get(other, "number"));
    (void)snprintf(words, sizeof words,
                   "Session %d was %s: the body needs %d hours between two such massages.", number,
                   days ? "the day before or after" : "on the same day", hours);
    if (days > 1)
        (void)snprintf(words, sizeof words,
                       "Session %d was %d days away: the body needs %d hours between two such "
                       "massages.",
                       number, days, hours);
    jw_open_object(json);
    jw_member_text(json, "code", "gap_too_short");
    jw_member_int(json, "session_number", number);
    jw_member_int(json, "gap_hours", hours);
    jw_member_text(json, "detail", words);
    jw_close_object(json);
}

void session_warn(struct json_writer *json, const struct plan_below *below, const json_t *session,
                  const json_t *sessions) {
    enum { HOURS = 24 };
    int day = day_of(session);
    const char *own = text_of(session, "session_id");
    size_t i;
    json_t *other;
    bool any = false;
    if (!is(session, "done") || day == INT_MIN)
        return;
    json_array_foreach(sessions, i, other) {
        int when = day_of(other);
        if (!is(other, "done") || when == INT_MIN || strcmp(text_of(other, "session_id"), own) == 0)
            continue;
        int hours = rest_after(below, when <= day ? other : session);
        if (abs(day - when) >= (hours + HOURS - 1) / HOURS)
            continue;
        if (!any) {
            jw_key(json, "warnings");
            jw_open_array(json);
        }
        any = true;
        warn_gap(json, other, abs(day - when), hours);
    }
    if (any)
        jw_close_array(json);
}

static enum status number_allowed(const struct plan_below *below, const json_t *sessions) {
    int most = PLAN_INT(below, 0, "dose", "max_sessions"), taken = 0;
    size_t i;
    json_t *other;
    json_array_foreach(sessions, i, other) taken += is(other, "planned") || is(other, "done");
    if (!most || taken < most)
        return STATUS_OK;
    response_problem(below->response, "conflict",
                     "The plan allows %d sessions before a clinician or physiotherapist looks.",
                     most);
    return STATUS_CONFLICT;
}

enum status session_allowed(const struct plan_below *below, const json_t *before,
                            const json_t *session, const json_t *sessions) {
    enum status status = state_allows(below, before, session);
    if (status == STATUS_OK)
        status = step_allowed(below, before, session);
    if (status != STATUS_OK || !is(session, "planned"))
        return status;
    bool moved = !before || !is(before, "planned") || day_of(before) != day_of(session);
    status = technique_allowed(below, session);
    if (status == STATUS_OK && moved)
        status = gap_allowed(below, session, sessions);
    if (status == STATUS_OK && (!before || !is(before, "planned")))
        status = number_allowed(below, sessions);
    return status;
}
