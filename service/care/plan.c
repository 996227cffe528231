/* From a wish and a decision to a plan; the document itself is written in plan_write.c. */
#include "care/plan.h"

#include <limits.h>
#include <string.h>

#include "care/plan_template.h"
#include "care/recheck.h"
#include "care/words.h"

/* ---- the wish ---- */

static void read_technique(const struct decision *decision, const json_t *body,
                           struct complaints *complaints, struct plan_wish *wish) {
    const char *name = json_string_value(json_object_get(body, "technique"));
    wish->technique = -1;
    if (!name)
        return;
    wish->technique = (int)name_map_get(&decision->knowledge->technique_names, name);
    if (wish->technique < 0)
        complain(complaints, "#/technique", "unknown_id", "'%.60s' is no technique we know.", name);
}

static void read_start(const struct decision *decision, const json_t *body,
                       struct complaints *complaints, struct plan_wish *wish) {
    int today = decision->intake->as_of;
    const char *date = json_string_value(json_object_get(body, "start"));
    wish->starts_on = date ? date_days(date) : today;
    if (wish->starts_on == INT_MIN) {
        complain(complaints, "#/start", "format", "must be a day such as 2026-11-22.");
        return;
    }
    if (wish->starts_on < today)
        complain(complaints, "#/start", "contradiction",
                 "lies before the day the answers are for.");
    else if (wish->starts_on > today + PLAN_START_AHEAD_DAYS)
        complain(complaints, "#/start", "out_of_range",
                 "must be within %d days: later the answers are too old.", PLAN_START_AHEAD_DAYS);
}

static void read_time_zone(const json_t *body, struct complaints *complaints, struct arena *arena,
                           struct plan_wish *wish) {
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    const char *name = json_string_value(json_object_get(body, "time_zone"));
    if (!name)
        name = "UTC";
    size_t len = strlen(name);
    if (len == 0 || len > 64 || strspn(name, allowed) != len || *name == '/')
        complain(complaints, "#/time_zone", "format",
                 "must be the name of a time zone, such as Europe/London.");
    wish->time_zone = arena_copy(arena, name, len);
}

static int read_count(const json_t *preferences, const char *member, const char *pointer,
                      struct complaints *complaints) {
    const json_t *value = json_object_get(preferences, member);
    if (!value || json_is_null(value))
        return 0;
    if (json_is_integer(value) && json_integer_value(value) > 0 &&
        json_integer_value(value) <= 1000)
        return (int)json_integer_value(value);
    complain(complaints, pointer, "out_of_range", "must be a whole number above 0.");
    return 0;
}

static void read_goal(const json_t *preferences, struct complaints *complaints, struct arena *arena,
                      struct plan_wish *wish) {
    enum { GOAL_BYTES = 1000 };
    const char *goal = json_string_value(json_object_get(preferences, "goal"));
    const char *measure = json_string_value(json_object_get(preferences, "measure"));
    if (measure && !instrument_from(measure, &wish->measure))
        complain(complaints, "#/preferences/measure", "unknown_id",
                 "must be one of nrs, peg, rmdq, psfs.");
    if (goal && strlen(goal) > GOAL_BYTES)
        complain(complaints, "#/preferences/goal", "too_long", "must be shorter.");
    else if (goal && *goal)
        wish->goal = arena_copy(arena, goal, strlen(goal));
}

struct plan_wish *plan_wish_read(const struct decision *decision, const json_t *body,
                                 struct arena *arena, struct complaints *complaints) {
    struct plan_wish *wish = arena_take(arena, sizeof *wish);
    const json_t *preferences = json_object_get(body, "preferences");
    size_t before = complaints->total;
    if (!wish)
        return NULL;
    read_technique(decision, body, complaints, wish);
    read_start(decision, body, complaints, wish);
    read_time_zone(body, complaints, arena, wish);
    wish->per_week = read_count(preferences, "per_week", "#/preferences/per_week", complaints);
    wish->minutes = read_count(preferences, "minutes", "#/preferences/minutes", complaints);
    read_goal(preferences, complaints, arena, wish);
    return complaints->total == before && wish->time_zone ? wish : NULL;
}

/* ---- the plan ---- */

int plan_technique(const struct decision *decision, const struct plan_wish *wish) {
    if (wish->technique >= 0)
        return wish->technique;
    return decision->ranked_count ? decision->ranked[0].technique : -1;
}

/* Last day on which some clearance in force speaks of this rule; INT_MIN: none does. */
static int cleared_until(const struct intake *intake, uint16_t number, const struct rule *rule,
                         unsigned technique) {
    int until = INT_MIN;
    for (unsigned c = 0; c < intake->clearance_count; c++) {
        const struct clearance *clearance = &intake->clearances[c];
        bool speaks = clearance->rule_count == 0 && clearance->finding_count == 0;
        for (uint16_t i = 0; i < clearance->rule_count; i++)
            speaks |= clearance->rules[i] == number;
        for (uint16_t i = 0; i < clearance->finding_count; i++)
            for (uint16_t r = 0; r < rule->reads_count; r++)
                speaks |= clearance->findings[i] == rule->reads[r];
        if (speaks && clearance->techniques >> technique & 1 &&
            clearance->recorded <= intake->as_of && clearance->expires > until)
            until = clearance->expires;
    }
    return until;
}

int plan_clearance_ends(const struct decision *decision, unsigned technique) {
    int earliest = INT_MAX;
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct acting *acting = &decision->outcome.acting[i];
        if (!(acting->lifted >> technique & 1))
            continue;
        int until = cleared_until(decision->intake, acting->rule,
                                  &decision->knowledge->rules[acting->rule], technique);
        if (until != INT_MIN && until < earliest)
            earliest = until;
    }
    return earliest;
}

/*
 * Pain to reach: 2 points or 30% less, whichever is more (Ostelo 2008), in whole points; for new
 * pain at most what its template calls enough.
 */
static int target_of(const struct plan *plan) {
    int64_t from = plan->decision->intake->numbers[INTAKE_PAIN_INTENSITY];
    if (plan->wish->measure != INSTRUMENT_NRS || from < 0)
        return -1;
    int64_t gain = from * 3 / 10 > 2000 ? from * 3 / 10 : 2000;
    int to = from > gain ? (int)((from - gain) / 1000) : 0;
    int enough = care_int(plan->template, "stop_at_pain", 10);
    return (to < enough ? to : enough) * 1000;
}

static void mark_reviews(struct plan *plan) {
    int session = care_int(plan->template, "review_session", 1);
    for (unsigned i = 0; i < plan->window_count; i++)
        plan->windows[i].review = plan->rescreen || plan->windows[i].number == session;
}

enum status plan_derive(const struct decision *decision, const struct plan_wish *wish,
                        struct arena *arena, struct complaints *complaints, struct plan **out) {
    int technique = plan_technique(decision, wish);
    *out = NULL;
    if (technique < 0 || decision->outcome.limits[technique].verdict > VERDICT_CAUTION)
        return STATUS_CONFLICT;
    struct plan *plan = arena_take(arena, sizeof *plan);
    if (!plan)
        return STATUS_NO_MEMORY;
    plan->decision = decision;
    plan->wish = wish;
    plan->technique = (unsigned)technique;
    plan->template = plan_template(decision, plan->technique, &plan->also);
    if (!plan->template)
        return STATUS_INTERNAL; /* the release lacks a template the schema does not ask for */
    if (!plan_make_dose(plan, complaints))
        return STATUS_INVALID;
    plan_make_windows(plan);
    mark_reviews(plan);
    plan->target = target_of(plan);
    plan->recheck_due = answers_due(decision->intake);
    plan->clearance_to = plan_clearance_ends(decision, plan->technique);
    *out = plan;
    return STATUS_OK;
}
