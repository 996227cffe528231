/* The plan as a document. Everything is copied, so that it still reads when the release is gone. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "care/plan.h"
#include "care/snapshot.h"
#include "care/words.h"

static struct care_words words_for(const struct decision *decision) {
    return (struct care_words){decision->knowledge, decision->intake->language};
}

static const char *text_for(const struct decision *decision, text words) {
    return text_in(words, decision->intake->language)->utf8;
}

static const json_t *plans_file(const struct plan *plan) {
    return json_object_get(plan->decision->knowledge->files, "plans");
}

static void member_date(struct json_writer *json, const char *key, int day) {
    char date[11];
    date_text(day, date);
    jw_member_text(json, key, date);
}

static void member_words(struct json_writer *json, const char *key, const struct plan *plan,
                         const json_t *row, const char *member) {
    jw_member_text(json, key, care_text(words_for(plan->decision), json_object_get(row, member)));
}

static void member_raw(struct json_writer *json, const char *key, const char *raw) {
    jw_key(json, key);
    jw_raw(json, raw, strlen(raw));
}

/* ---- goal ---- */

static void write_goal_text(struct json_writer *json, const struct plan *plan) {
    struct care_words words = words_for(plan->decision);
    char from[CARE_NUMBER], to[CARE_NUMBER];
    int64_t pain = plan->decision->intake->numbers[INTAKE_PAIN_INTENSITY];
    const json_t *measure = instrument_row(plan->decision->knowledge, plan->wish->measure);
    care_number(pain, from);
    care_number(plan->target, to);
    struct care_slot slots[] = {{"from", from},
                                {"to", to},
                                {"measure", care_text(words, json_object_get(measure, "name"))}};
    const char *phrase = "goal.pain";
    if (plan->wish->measure != INSTRUMENT_NRS)
        phrase = "goal.measure";
    else if (plan->target < 0)
        phrase = "goal.unknown_pain";
    else if (pain - plan->target < 1000)
        phrase = "goal.low_pain";
    if (plan->wish->goal)
        jw_member_text(json, "text", plan->wish->goal);
    else
        care_member(json, "text", care_phrase(words, phrase), slots, 3);
}

void plan_write_goal(struct json_writer *json, const struct plan *plan) {
    int64_t pain = plan->decision->intake->numbers[INTAKE_PAIN_INTENSITY];
    const json_t *measure = instrument_row(plan->decision->knowledge, plan->wish->measure);
    jw_open_object(json);
    write_goal_text(json, plan);
    jw_member_bool(json, "own_words", plan->wish->goal != NULL);
    jw_member_text(json, "measure", instrument_name(plan->wish->measure));
    if (plan->target >= 0) {
        jw_key(json, "baseline");
        jw_milli(json, pain);
        jw_key(json, "target");
        jw_milli(json, plan->target);
    }
    care_copy(json, "important_change", json_object_get(measure, "important_change"));
    member_date(json, "by", plan->stops_on);
    care_copy(json, "sources", json_object_get(measure, "sources"));
    jw_close_object(json);
}

/* ---- dose ---- */

static void write_template(struct json_writer *json, const struct plan *plan) {
    const json_t *row = plan->template;
    jw_key(json, "template");
    jw_open_object(json);
    care_copy(json, "id", json_object_get(row, "id"));
    member_words(json, "name", plan, row, "name");
    member_words(json, "text", plan, row, "text");
    member_words(json, "taper", plan, row, "taper");
    member_words(json, "stop", plan, row, "stop");
    if (plan->also)
        care_copy(json, "narrowed_by", json_object_get(plan->also, "id"));
    if (json_object_get(row, "uncertain"))
        member_words(json, "uncertain", plan, row, "uncertain");
    care_copy(json, "basis", json_object_get(row, "basis"));
    care_copy(json, "confidence", json_object_get(row, "confidence"));
    care_copy(json, "sources", json_object_get(row, "sources"));
    jw_close_object(json);
}

static void write_minutes_and_pressure(struct json_writer *json, const struct plan *plan) {
    jw_key(json, "minutes");
    jw_open_object(json);
    jw_member_int(json, "min", plan->minutes_min);
    jw_member_int(json, "max", plan->minutes_max);
    jw_member_int(json, "start", plan->minutes_start);
    jw_close_object(json);
    jw_key(json, "pressure");
    jw_open_object(json);
    jw_member_int(json, "start", plan->pressure_start);
    jw_member_int(json, "max", plan->pressure_max);
    jw_close_object(json);
}

static void write_dose(struct json_writer *json, const struct plan *plan) {
    const json_t *limits = json_object_get(plans_file(plan), "limits");
    jw_key(json, "dose");
    jw_open_object(json);
    jw_member_int(json, "per_week", plan->per_week);
    jw_member_int(json, "weeks", plan->weeks);
    jw_member_int(json, "sessions", plan->window_count);
    jw_member_int(json, "max_sessions", plan->max_sessions);
    int within = care_int(plan->template, "max_sessions_within_weeks", 0);
    if (within)
        jw_member_int(json, "max_sessions_within_weeks", within);
    write_minutes_and_pressure(json, plan);
    jw_member_bool(json, "firm", plan->firm);
    jw_member_int(json, "gap_hours", plan->gap_hours);
    care_copy(json, "gap_hours_firm", json_object_get(limits, "gap_hours_firm"));
    care_copy(json, "self_massage_after_firm_hours",
              json_object_get(limits, "self_massage_after_firm_hours"));
    member_words(json, "text", plan, limits, "text");
    jw_close_object(json);
}

static void write_sessions(struct json_writer *json, const struct plan *plan) {
    jw_key(json, "sessions");
    jw_open_array(json);
    for (unsigned i = 0; i < plan->window_count; i++) {
        const struct plan_window *window = &plan->windows[i];
        jw_open_object(json);
        jw_member_int(json, "number", window->number);
        member_date(json, "from", window->from);
        member_date(json, "to", window->to);
        jw_member_bool(json, "review", window->review);
        jw_close_object(json);
    }
    jw_close_array(json);
}

/* ---- reviews ---- */

static void write_review(struct json_writer *json, const struct plan *plan, const char *kind,
                         int day, int number) {
    char phrase[40], count[CARE_NUMBER];
    (void)snprintf(phrase, sizeof phrase, "review.%s", kind);
    care_number((int64_t)number * 1000, count);
    struct care_slot slots[] = {{"session", count}, {"weeks", count}};
    jw_open_object(json);
    jw_member_text(json, "kind", kind);
    if (strcmp(kind, "session") == 0)
        jw_member_int(json, "session", number);
    member_date(json, "date", day);
    care_member(json, "text", care_phrase(words_for(plan->decision), phrase), slots, 2);
    jw_close_object(json);
}

static void write_session_review(struct json_writer *json, const struct plan *plan) {
    int session = care_int(plan->template, "review_session", 1);
    for (unsigned i = 0; i < plan->window_count; i++)
        if (plan->windows[i].number == session)
            write_review(json, plan, "session", plan->windows[i].to, session);
}

static void write_reviews(struct json_writer *json, const struct plan *plan) {
    int starts_on = plan->wish->starts_on, weeks = care_int(plan->template, "review_weeks", 4);
    bool third = plan->stops_on < starts_on + 7 * plan->weeks - 1;
    jw_member_bool(json, "rescreen_every_session", plan->rescreen);
    jw_key(json, "review_points");
    jw_open_array(json);
    if (plan->rescreen)
        write_review(json, plan, "every_session", starts_on, 0);
    write_session_review(json, plan);
    if (starts_on + 7 * weeks <= plan->stops_on)
        write_review(json, plan, "weeks", starts_on + 7 * weeks, weeks);
    if (plan->recheck_due <= plan->stops_on)
        write_review(json, plan, "recheck", plan->recheck_due, 0);
    if (plan->clearance_to <= plan->stops_on)
        write_review(json, plan, "clearance", plan->clearance_to, 0);
    write_review(json, plan, third ? "trimester" : "end", plan->stops_on, 0);
    jw_close_array(json);
}

static void write_stop_rules(struct json_writer *json, const struct plan *plan) {
    const json_t *rules = json_object_get(plans_file(plan), "stop_rules");
    size_t i;
    json_t *row;
    jw_key(json, "stop_rules");
    jw_open_array(json);
    json_array_foreach(rules, i, row) {
        jw_open_object(json);
        care_copy(json, "id", json_object_get(row, "id"));
        care_copy(json, "action", json_object_get(row, "action"));
        member_words(json, "text", plan, row, "text");
        care_copy(json, "sources", json_object_get(row, "sources"));
        jw_close_object(json);
    }
    jw_close_array(json);
}

/* ---- advice ---- */

static void write_tip(struct json_writer *json, const struct decision *decision, unsigned t) {
    const struct tip *tip = &decision->knowledge->tips[t];
    bool shown = set_has(decision->shown_tips, t);
    jw_open_object(json);
    jw_member_text(json, "id", tip->id);
    jw_member_text(json, "text",
                   text_for(decision, shown || !tip->instead ? tip->words : tip->instead));
    member_raw(json, "sources", tip->sources);
    jw_close_object(json);
}

/* A tip that must not be given and has nothing in its place stays out. */
static bool gives(const struct decision *decision, unsigned t, enum advice phase) {
    const struct tip *tip = &decision->knowledge->tips[t];
    return tip->phase == phase && (set_has(decision->shown_tips, t) || tip->instead);
}

static void write_tips(struct json_writer *json, const char *key, const struct plan *plan,
                       enum advice phase) {
    jw_key(json, key);
    jw_open_array(json);
    for (unsigned t = 0; t < plan->decision->knowledge->tip_count; t++)
        if (gives(plan->decision, t, phase))
            write_tip(json, plan->decision, t);
    jw_close_array(json);
}

static void write_tip_named(struct json_writer *json, const char *key, const struct plan *plan,
                            const char *id) {
    const struct knowledge *k = plan->decision->knowledge;
    jw_key(json, key);
    for (unsigned t = 0; id && t < k->tip_count; t++)
        if (k->tips[t].phase == ADVICE_CARE && strcmp(k->tips[t].id, id) == 0) {
            write_tip(json, plan->decision, t);
            return;
        }
    jw_null(json);
}

/* Self-massage as the skill where the template wants it and nothing speaks against it. */
static bool self_massage_suits(const struct plan *plan, const char *skill) {
    int64_t t = name_map_get(&plan->decision->knowledge->technique_names, "self_massage");
    return strcmp(skill, "self_massage") == 0 && t >= 0 &&
           plan->decision->outcome.limits[t].verdict <= VERDICT_CAUTION;
}

static void write_self_care(struct json_writer *json, const struct plan *plan) {
    const struct knowledge *k = plan->decision->knowledge;
    const char *usual =
        json_string_value(json_object_get(care_row(k, "always", "self_care_skill"), "tip"));
    const char *skill = json_string_value(json_object_get(plan->template, "self_care"));
    if (!skill || !self_massage_suits(plan, skill)) {
        bool own = skill && strcmp(skill, "self_massage") != 0;
        write_tip_named(json, "self_care", plan, own ? skill : usual);
        return;
    }
    jw_key(json, "self_care");
    jw_open_object(json);
    jw_member_text(json, "id", "self_massage");
    jw_member_text(json, "text", care_phrase(words_for(plan->decision), "self_massage"));
    care_copy(json, "sources", json_object_get(plan->template, "sources"));
    jw_close_object(json);
}

static void write_active_part(struct json_writer *json, const struct plan *plan) {
    const json_t *exercise = care_row(plan->decision->knowledge, "always", "exercise");
    write_tip_named(json, "exercise", plan, json_string_value(json_object_get(exercise, "tip")));
    write_self_care(json, plan);
}

/* ---- therapist ---- */

/* Training that the person needs, and what the technique itself asks for. */
static bool needs_training(const struct plan *plan, unsigned t) {
    const struct tip *tip = &plan->decision->knowledge->tips[t];
    static const char *const of_technique[] = {"", "technique_certificate", "prenatal",
                                               "lymphoedema"};
    enum training_need need = plan->decision->knowledge->techniques[plan->technique].training;
    if (tip->phase != ADVICE_TRAINING)
        return false;
    if (strcmp(tip->id, of_technique[need]) == 0)
        return true;
    return tip->only_if && set_has(plan->decision->shown_tips, t);
}

static void write_therapist(struct json_writer *json, const struct plan *plan) {
    const struct decision *decision = plan->decision;
    const struct technique *technique = &decision->knowledge->techniques[plan->technique];
    const char *gender = decision->intake->preferences.therapist_gender;
    jw_key(json, "therapist_needs");
    jw_open_object(json);
    jw_member_text(json, "technique", technique->id);
    jw_key(json, "training");
    jw_open_array(json);
    for (unsigned t = 0; t < decision->knowledge->tip_count; t++)
        if (needs_training(plan, t)) {
            const struct tip *tip = &decision->knowledge->tips[t];
            jw_open_object(json);
            jw_member_text(json, "id", tip->id);
            jw_member_text(json, "text", text_for(decision, tip->words));
            member_raw(json, "sources", tip->sources);
            jw_close_object(json);
        }
    jw_close_array(json);
    jw_member_int(json, "pressure", plan->pressure_max);
    if (technique->therapist_need)
        jw_member_text(json, "text", text_for(decision, technique->therapist_need));
    if (decision->outcome.limits[plan->technique].expert)
        jw_member_text(
            json, "expert_only",
            knowledge_phrase(decision->knowledge, "expert_only", decision->intake->language)->utf8);
    if (gender)
        jw_member_text(json, "gender", gender);
    jw_close_object(json);
}

/* ---- limits ---- */

struct modification_text {
    struct json_writer *json;
    const struct decision *decision;
};

static void write_modification(void *context, unsigned modification) {
    const struct modification_text *to = context;
    const struct named_text *row = &to->decision->knowledge->modifications[modification];
    jw_open_object(to->json);
    jw_member_text(to->json, "id", row->id);
    jw_member_text(to->json, "text", text_for(to->decision, row->words));
    jw_close_object(to->json);
}

static void write_limits(struct json_writer *json, const struct plan *plan) {
    struct modification_text to = {json, plan->decision};
    jw_key(json, "limits");
    snapshot_limits(json, plan->decision, plan->technique);
    jw_key(json, "modifications");
    jw_open_array(json);
    each_modification(plan->decision, plan->technique, write_modification, &to);
    jw_close_array(json);
}

/* ---- sources ---- */

struct source_set {
    struct json_writer *json;
    uint64_t seen[16]; /* 1024 sources */
};

static void add_sources(struct source_set *set, const struct knowledge *k, const json_t *keys) {
    size_t i;
    json_t *key;
    json_array_foreach(keys, i, key) {
        int64_t number = name_map_get(&k->source_names, json_string_value(key));
        if (number < 0 || number >= 1024 || set_has(set->seen, (uint32_t)number))
            continue;
        set->seen[number / 64] |= UINT64_C(1) << (number % 64);
        jw_text(set->json, json_string_value(key));
    }
}

static void add_sources_of(struct source_set *set, const struct knowledge *k, const json_t *rows) {
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) add_sources(set, k, json_object_get(row, "sources"));
}

static void write_sources(struct json_writer *json, const struct plan *plan) {
    const struct knowledge *k = plan->decision->knowledge;
    struct source_set set = {.json = json};
    const json_t *measure = instrument_row(k, plan->wish->measure);
    const json_t *techniques =
        json_object_get(json_object_get(k->files, "techniques"), "techniques");
    const json_t *row = json_array_get(techniques, plan->technique); /* numbered as they stand */
    jw_key(json, "sources");
    jw_open_array(json);
    add_sources(&set, k, json_object_get(plan->template, "sources"));
    add_sources(&set, k, json_object_get(plan->also, "sources"));
    add_sources(&set, k, json_object_get(measure, "sources"));
    add_sources_of(&set, k, json_object_get(plans_file(plan), "always"));
    add_sources_of(&set, k, json_object_get(plans_file(plan), "stop_rules"));
    add_sources(&set, k, json_object_get(json_object_get(row, "evidence"), "sources"));
    jw_close_array(json);
}

/* ---- the whole ---- */

void plan_title(const struct plan *plan, struct buffer *out) {
    struct care_words words = words_for(plan->decision);
    struct care_slot slots[] = {
        {"template", care_text(words, json_object_get(plan->template, "name"))},
        {"technique",
         text_for(plan->decision, plan->decision->knowledge->techniques[plan->technique].name)}};
    care_fill(out, care_phrase(words, "title"), slots, 2);
}

static void write_days(struct json_writer *json, const struct plan *plan) {
    member_date(json, "starts_on", plan->wish->starts_on);
    member_date(json, "stops_on", plan->stops_on);
    jw_member_text(json, "time_zone", plan->wish->time_zone);
    if (plan->recheck_due != INT_MAX)
        member_date(json, "recheck_due", plan->recheck_due);
    if (plan->clearance_to != INT_MAX)
        member_date(json, "clearance_ends", plan->clearance_to);
}

static void write_preferences(struct json_writer *json, const struct plan_wish *wish) {
    jw_key(json, "preferences");
    jw_open_object(json);
    if (wish->per_week)
        jw_member_int(json, "per_week", wish->per_week);
    if (wish->minutes)
        jw_member_int(json, "minutes", wish->minutes);
    if (wish->goal)
        jw_member_text(json, "goal", wish->goal);
    jw_member_text(json, "measure", instrument_name(wish->measure));
    jw_close_object(json);
}

void plan_write(struct json_writer *json, const struct plan *plan) {
    const struct decision *decision = plan->decision;
    const struct technique *technique = &decision->knowledge->techniques[plan->technique];
    jw_open_object(json);
    jw_member_text(json, "technique", technique->id);
    jw_member_text(json, "technique_name", text_for(decision, technique->name));
    jw_member_text(json, "language", decision->knowledge->languages[decision->intake->language]);
    write_days(json, plan);
    write_template(json, plan);
    write_dose(json, plan);
    write_sessions(json, plan);
    write_reviews(json, plan);
    write_stop_rules(json, plan);
    write_limits(json, plan);
    write_active_part(json, plan);
    write_tips(json, "preparation", plan, ADVICE_PREPARATION);
    write_tips(json, "during", plan, ADVICE_SESSION);
    write_tips(json, "aftercare", plan, ADVICE_AFTERCARE);
    write_therapist(json, plan);
    jw_member_text(
        json, "safety_net",
        knowledge_phrase(decision->knowledge, "safety_net.short", decision->intake->language)
            ->utf8);
    write_sources(json, plan);
    write_preferences(json, plan->wish);
    jw_close_object(json);
}

void plan_write_withheld(struct json_writer *json, const struct decision *decision,
                         const struct plan_wish *wish) {
    struct care_words words = words_for(decision);
    int t = plan_technique(decision, wish);
    jw_open_object(json);
    jw_member_text(json, "triage", triage_name(decision->outcome.triage));
    if (t >= 0) {
        const struct technique *technique = &decision->knowledge->techniques[t];
        const char *verdict = verdict_name((enum verdict)decision->outcome.limits[t].verdict);
        char phrase[40];
        (void)snprintf(phrase, sizeof phrase, "verdicts.%s", verdict);
        struct care_slot slots[] = {
            {"technique", text_for(decision, technique->name)},
            {"verdict", knowledge_phrase(decision->knowledge, phrase, words.language)->utf8}};
        jw_member_text(json, "technique", technique->id);
        jw_member_text(json, "technique_name", slots[0].value);
        jw_member_text(json, "verdict", verdict);
        care_member(json, "text", care_phrase(words, "withheld"), slots, 2);
    } else {
        jw_member_text(json, "text", care_phrase(words, "nothing_to_plan"));
    }
    jw_close_object(json);
}
