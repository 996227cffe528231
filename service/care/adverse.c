/* From what was reported to what follows. */
#include "care/adverse.h"

#include <stdio.h>
#include <string.h>

#include "care/adverse_rules.h"
#include "care/words.h"

const char *grade_name(enum grade grade) {
    static const char *const names[] = {"none", "mild", "moderate", "severe", "serious"};
    return names[grade];
}

/* ---- is it well said? ---- */

struct checking {
    const struct adverse_context *context;
    struct complaints *complaints;
    const char *pointer;
    size_t place;
    bool bad;
};

static void bad(struct checking *checking, const char *member, const char *code, const char *detail,
                const char *about) {
    char place[200];
    (void)snprintf(place, sizeof place, "%s/%zu%s%.60s", checking->pointer, checking->place,
                   member ? "/" : "", member ? member : "");
    complain(checking->complaints, place, code, detail, about);
    checking->bad = true;
}

/* What every event may say, whatever it is. */
static bool says_for_all(const char *member) {
    static const char *const common[] = {"limited_activity", "medical_care", "hospital",
                                         "lasting_harm", "duration_hours"};
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (strcmp(common[i], member) == 0)
            return true;
    return false;
}

static bool has_detail(const json_t *row, const char *member) {
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(row, "details"), i,
                       name) if (strcmp(json_string_value(name), member) == 0) return true;
    return false;
}

static void check_areas(struct checking *checking, const json_t *areas) {
    size_t i;
    json_t *name;
    if (!json_is_array(areas))
        bad(checking, "areas", "type", "%s", "must be a list of areas.");
    json_array_foreach(areas, i, name) {
        const char *id = json_string_value(name);
        if (!id || name_map_get(&checking->context->knowledge->area_names, id) < 0)
            bad(checking, "areas", "unknown_id", "'%.60s' is no area we know.", id ? id : "?");
    }
}

static void check_detail(struct checking *checking, const json_t *row, const char *member,
                         const json_t *value) {
    const json_t *detail = adverse_detail(checking->context->knowledge, member);
    if (!detail || !(has_detail(row, member) || says_for_all(member))) {
        bad(checking, member, "not_an_attribute", "this event has no '%.60s'.", member);
        return;
    }
    bool number = strcmp(json_string_value(json_object_get(detail, "type")), "number") == 0;
    if (number ? !json_is_number(value) : !json_is_boolean(value)) {
        bad(checking, member, "type", "must be %s.", number ? "a number" : "true or false");
        return;
    }
    double highest = (double)care_int(detail, "max", 0);
    if (number && !(json_number_value(value) >= 0 && json_number_value(value) <= highest))
        bad(checking, member, "out_of_range", "%s", "is outside what is possible.");
}

static void check_event(struct checking *checking, json_t *event) {
    const char *id = json_string_value(json_object_get(event, "id"));
    const json_t *row = adverse_row(checking->context->knowledge, id);
    const char *member;
    json_t *value;
    if (!id || !row) {
        bad(checking, "id", id ? "unknown_id" : "missing_member",
            "'%.60s' is no event we know: ae_none, ae_soreness, ae_bruise, ...", id ? id : "");
        return;
    }
    json_object_foreach(event, member, value) {
        if (strcmp(member, "id") == 0 || json_is_null(value))
            continue;
        if (strcmp(member, "areas") == 0)
            check_areas(checking, value);
        else
            check_detail(checking, row, member, value);
    }
}

static void check_events(struct checking *checking, const json_t *events) {
    json_t *event;
    bool none = false;
    if (!json_is_array(events)) {
        complain(checking->complaints, checking->pointer, "type", "must be a list.");
        checking->bad = true;
        return;
    }
    json_array_foreach(events, checking->place, event) {
        check_event(checking, event);
        const char *id = json_string_value(json_object_get(event, "id"));
        none |= id && strcmp(id, "ae_none") == 0;
    }
    checking->place = 0;
    if (none && json_array_size(events) > 1)
        bad(checking, NULL, "contradiction", "%s", "ae_none stands alone.");
}

/* ---- what follows ---- */

static void apply_rule(struct adverse *adverse, const json_t *rule, const json_t *event) {
    enum triage triage = adverse_rule_triage(rule);
    int delta = care_int(rule, "pressure_delta", 0);
    int percent = care_int(rule, "minutes_percent", 100);
    const char *stop_rule = json_string_value(json_object_get(rule, "stop_rule"));
    adverse->pause |= json_is_true(json_object_get(rule, "pause"));
    adverse->recheck |= json_is_true(json_object_get(rule, "recheck"));
    adverse->report |= json_is_true(json_object_get(rule, "report"));
    if (stop_rule && (!adverse->stop_rule || triage >= adverse->triage))
        adverse->stop_rule = stop_rule;
    adverse->triage = triage > adverse->triage ? triage : adverse->triage;
    adverse->pressure_delta = delta < adverse->pressure_delta ? delta : adverse->pressure_delta;
    adverse->minutes_percent =
        percent < adverse->minutes_percent ? percent : adverse->minutes_percent;
    if (json_is_true(json_object_get(rule, "avoid_areas")))
        adverse->avoid |= adverse_areas(adverse->context->knowledge, event);
}

static void apply_event(struct adverse *adverse, const json_t *event) {
    const char *id = json_string_value(json_object_get(event, "id"));
    const json_t *row = adverse_row(adverse->context->knowledge, id);
    enum grade grade = adverse_event_grade(adverse->context, event);
    size_t i;
    json_t *rule;
    json_array_foreach(json_object_get(row, "rules"), i,
                       rule) if (adverse_rule_holds(adverse->context, rule, event))
        apply_rule(adverse, rule, event);
    adverse->count += grade > GRADE_NONE;
    adverse->grade = grade > adverse->grade ? grade : adverse->grade;
}

bool adverse_judge(const struct adverse_context *context, const json_t *events, const char *pointer,
                   struct complaints *complaints, struct adverse *out) {
    struct checking checking = {.context = context, .complaints = complaints, .pointer = pointer};
    size_t i;
    json_t *event;
    *out = (struct adverse){.context = context, .events = events, .minutes_percent = 100};
    check_events(&checking, events);
    if (checking.bad)
        return false;
    out->answered = json_array_size(events) > 0;
    json_array_foreach(events, i, event) apply_event(out, event);
    /* Severe and serious ones are looked at before anybody goes on (own choice). */
    if (out->grade >= GRADE_SEVERE && out->triage < TRIAGE_CLINICIAN)
        out->triage = TRIAGE_CLINICIAN;
    out->report |= out->grade == GRADE_SERIOUS;
    out->pause |= out->triage >= TRIAGE_CLINICIAN;
    out->recheck |= out->pause;
    return true;
}

/* ---- the next session ---- */

bool adverse_on_anticoagulant(const struct intake *intake) {
    int64_t finding = name_map_get(&intake->knowledge->finding_names, "anticoagulant");
    return finding >= 0 && intake->answers[finding].state >= ANSWER_UNSURE;
}

int adverse_next_pressure(const struct technique *technique, int used, int delta, int cap) {
    int next = used + delta;
    next = next > cap ? cap : next;
    return next < technique->pressure_min ? 0 : next;
}

int adverse_next_minutes(int minutes, int percent) {
    enum { SHORTEST = 5 };
    int next = minutes * percent / 100;
    return next < SHORTEST ? SHORTEST : next;
}
