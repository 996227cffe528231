/* How often, how long, how firm, and on which days. */
#include <limits.h>

#include "care/plan.h"
#include "care/words.h"

static const json_t *dose_limits(const struct knowledge *knowledge) {
    return json_object_get(json_object_get(knowledge->files, "plans"), "limits");
}

static int least(int a, int b) {
    return a < b ? a : b;
}

static int most(int a, int b) {
    return a > b ? a : b;
}

/* The smaller of what both templates say. */
static int both(const struct plan *plan, const char *member, int otherwise) {
    int value = care_int(plan->template, member, otherwise);
    return plan->also ? least(value, care_int(plan->also, member, value)) : value;
}

static bool in_firm_group(const struct knowledge *knowledge, unsigned technique) {
    int64_t group = name_map_get(&knowledge->group_names, "FIRM");
    return group >= 0 && knowledge->groups[group] >> technique & 1;
}

/*
 * Correction 24: firm are the listed techniques, and any above pressure 3. A listed one kept to
 * pressure 1 or 2 does no firm work (own choice).
 */
static bool is_firm(const struct knowledge *knowledge, unsigned technique, int pressure) {
    return pressure > 3 || (pressure > 2 && in_firm_group(knowledge, technique));
}

int plan_gap_hours(const struct knowledge *knowledge, unsigned technique, int pressure_used) {
    const json_t *limits = dose_limits(knowledge);
    return is_firm(knowledge, technique, pressure_used) ? care_int(limits, "gap_hours_firm", 72)
                                                        : care_int(limits, "gap_hours", 48);
}

/* Starts at what is usual or wished for, never above the limit, never below what it can do. */
static void set_pressure(struct plan *plan) {
    const struct technique *technique = &plan->decision->knowledge->techniques[plan->technique];
    int wished = plan->decision->intake->preferences.pressure;
    plan->pressure_max = plan->decision->outcome.limits[plan->technique].cap;
    plan->pressure_start = least(wished ? wished : technique->pressure_default,
                                 least(technique->pressure_default, plan->pressure_max));
    plan->pressure_start = most(plan->pressure_start, technique->pressure_min);
    plan->firm = is_firm(plan->decision->knowledge, plan->technique, plan->pressure_start);
    plan->gap_hours =
        plan_gap_hours(plan->decision->knowledge, plan->technique, plan->pressure_start);
}

/* The template's minutes within what the technique takes and health allows. */
static void set_minutes(struct plan *plan) {
    const struct technique *technique = &plan->decision->knowledge->techniques[plan->technique];
    int highest = plan->decision->outcome.limits[plan->technique].minutes_max;
    int low = both(plan, "minutes_min", technique->minutes_min);
    highest = least(highest, both(plan, "minutes_max", highest));
    plan->minutes_max = highest;
    plan->minutes_min = most(low, technique->minutes_min);
    if (plan->minutes_min > highest)
        plan->minutes_min = least(least(low, technique->minutes_min), highest);
    bool brief = json_is_true(json_object_get(plan->template, "start_short")) ||
                 json_is_true(json_object_get(plan->also, "start_short"));
    plan->minutes_start = brief ? plan->minutes_min : highest;
}

static int sessions_a_week_at_most(const struct plan *plan) {
    const struct knowledge *k = plan->decision->knowledge;
    const json_t *limits = dose_limits(k);
    int highest = least(both(plan, "per_week_max", 1), care_int(limits, "per_week_max", 3));
    if (plan->firm)
        highest = least(highest, care_int(limits, "per_week_max_firm", 2));
    return most(1, least(highest, k->techniques[plan->technique].per_week_max));
}

static bool fits(struct complaints *complaints, const char *pointer, int wished, int low,
                 int high) {
    if (!wished || (wished >= low && wished <= high))
        return true;
    complain(complaints, pointer, "out_of_range", "must be from %d to %d for this plan.", low,
             high);
    return false;
}

/* Day after the last of this third of the pregnancy, INT_MAX without a pregnancy. */
static int trimester_end(const struct plan *plan) {
    const struct intake *intake = plan->decision->intake;
    const json_t *limits = dose_limits(plan->decision->knowledge);
    int64_t finding = name_map_get(&plan->decision->knowledge->finding_names, "pregnancy");
    if (finding < 0 || intake->answers[finding].state != ANSWER_PRESENT)
        return INT_MAX;
    const struct answer *answer = &intake->answers[finding];
    if (!(answer->given & ATTRIBUTE_VALUE))
        return plan->wish->starts_on + 7 * care_int(limits, "pregnancy_unknown_week_weeks", 4);
    int conceived = intake->as_of - (int)(answer->number * 7 / 1000); /* first day of week 0 */
    const json_t *ends = json_object_get(limits, "trimester_ends_weeks");
    size_t i;
    json_t *end;
    json_array_foreach(ends, i, end) {
        int day = conceived + 7 * (int)json_integer_value(end);
        if (day > plan->wish->starts_on)
            return day;
    }
    return plan->wish->starts_on + 7;
}

bool plan_make_dose(struct plan *plan, struct complaints *complaints) {
    const struct plan_wish *wish = plan->wish;
    set_pressure(plan);
    set_minutes(plan);
    int highest = sessions_a_week_at_most(plan);
    bool good = fits(complaints, "#/preferences/per_week", wish->per_week, 1, highest);
    good &= fits(complaints, "#/preferences/minutes", wish->minutes, plan->minutes_min,
                 plan->minutes_max);
    plan->per_week =
        wish->per_week ? wish->per_week : least(both(plan, "per_week_min", 1), highest);
    if (wish->minutes)
        plan->minutes_start = wish->minutes;
    plan->weeks = both(plan, "weeks", 4);
    plan->max_sessions = least(both(plan, "max_sessions", 6), PLAN_WINDOWS_MAX);
    plan->rescreen = json_is_true(json_object_get(plan->template, "rescreen_every_session")) ||
                     json_is_true(json_object_get(plan->also, "rescreen_every_session"));
    int block_end = wish->starts_on + 7 * plan->weeks, third_end = trimester_end(plan);
    plan->stops_on = least(block_end, third_end) - 1;
    return good;
}

/*
 * Session i would be i/per_week weeks after the start. Its window ends so early that the next one,
 * at any hour of its first day, still keeps the gap; no window is wider than four days.
 */
void plan_make_windows(struct plan *plan) {
    enum { WIDEST = 3 };
    int apart = (plan->gap_hours + 23) / 24 + 1, earliest = plan->wish->starts_on;
    int wanted = least(plan->per_week * plan->weeks, plan->max_sessions);
    for (int i = 0; i < wanted; i++) {
        int from = most(plan->wish->starts_on + i * 7 / plan->per_week, earliest);
        int next = plan->wish->starts_on + (i + 1) * 7 / plan->per_week;
        int to = most(from, least(next - apart, from + WIDEST));
        if (from > plan->stops_on)
            break;
        plan->windows[plan->window_count++] =
            (struct plan_window){.number = i + 1, .from = from, .to = least(to, plan->stops_on)};
        earliest = to + apart;
    }
}
