/* What follows from adverse events, as JSON. */
#include <stdio.h>
#include <string.h>

#include "care/adverse_rules.h"
#include "care/words.h"

static struct care_words words_for(const struct adverse *adverse) {
    return (struct care_words){adverse->context->knowledge, adverse->context->language};
}

static const json_t *rules_of(const struct adverse *adverse, const json_t *event) {
    const char *id = json_string_value(json_object_get(event, "id"));
    return json_object_get(adverse_row(adverse->context->knowledge, id), "rules");
}

/* ---- lists gathered from every row that holds ---- */

enum { GATHER_MAX = 64 };

struct gathered {
    const json_t *rows[GATHER_MAX];
    const json_t *events[GATHER_MAX];
    size_t count;
};

static void gather(struct gathered *gathered, const json_t *value, const json_t *event) {
    for (size_t i = 0; i < gathered->count; i++)
        if (json_equal(gathered->rows[i], value))
            return;
    if (gathered->count == GATHER_MAX)
        return;
    gathered->events[gathered->count] = event;
    gathered->rows[gathered->count++] = value;
}

static void gather_all(const struct adverse *adverse, const char *member,
                       struct gathered *gathered) {
    size_t e, r, i;
    json_t *event, *rule, *value;
    json_array_foreach(adverse->events, e, event) json_array_foreach(
        rules_of(adverse, event), r, rule) if (adverse_rule_holds(adverse->context, rule, event))
        json_array_foreach(json_object_get(rule, member), i, value) gather(gathered, value, event);
}

static void write_ids(struct json_writer *json, const char *key, const struct adverse *adverse,
                      const char *member) {
    struct gathered gathered = {.count = 0};
    gather_all(adverse, member, &gathered);
    jw_key(json, key);
    jw_open_array(json);
    for (size_t i = 0; i < gathered.count; i++)
        jw_text(json, json_string_value(gathered.rows[i]));
    jw_close_array(json);
}

static void write_areas(struct json_writer *json, const char *key, const struct knowledge *k,
                        area_set areas) {
    jw_key(json, key);
    jw_open_array(json);
    for (; areas; areas &= areas - 1)
        jw_text(json, k->areas[__builtin_ctz(areas)].id);
    jw_close_array(json);
}

static bool takes_areas(const struct knowledge *k, const char *finding) {
    int64_t number = name_map_get(&k->finding_names, finding);
    return number >= 0 && k->findings[number].attributes & ATTRIBUTE_AREAS;
}

/* A later row may say more of the same finding: the one with a detail wins. */
static bool said_better(const struct gathered *gathered, size_t place) {
    const json_t *finding = json_object_get(gathered->rows[place], "finding");
    for (size_t i = 0; i < gathered->count; i++)
        if (i != place && json_equal(json_object_get(gathered->rows[i], "finding"), finding) &&
            json_object_get(gathered->rows[i], "detail") &&
            !json_object_get(gathered->rows[place], "detail"))
            return true;
    return false;
}

static void write_set(struct json_writer *json, const struct adverse *adverse) {
    const struct knowledge *k = adverse->context->knowledge;
    struct gathered gathered = {.count = 0};
    gather_all(adverse, "set", &gathered);
    jw_key(json, "set");
    jw_open_array(json);
    for (size_t i = 0; i < gathered.count; i++) {
        const char *finding = json_string_value(json_object_get(gathered.rows[i], "finding"));
        const char *detail = json_string_value(json_object_get(gathered.rows[i], "detail"));
        area_set areas = adverse_areas(k, gathered.events[i]);
        if (said_better(&gathered, i))
            continue;
        jw_open_object(json);
        jw_member_text(json, "id", finding);
        jw_member_text(json, "state", "present");
        if (detail)
            jw_member_text(json, "detail", detail);
        if (areas && takes_areas(k, finding))
            write_areas(json, "areas", k, areas);
        jw_close_object(json);
    }
    jw_close_array(json);
}

static void write_next(struct json_writer *json, const struct adverse *adverse) {
    jw_key(json, "next_session");
    jw_open_object(json);
    jw_member_int(json, "pressure_delta", adverse->pressure_delta);
    jw_member_int(json, "minutes_percent", adverse->minutes_percent);
    write_areas(json, "areas_to_avoid", adverse->context->knowledge, adverse->avoid);
    write_ids(json, "modifications", adverse, "modifications");
    write_ids(json, "therapist_training", adverse, "therapist_training");
    jw_close_object(json);
}

/* ---- one event ---- */

static bool could_rise(const struct adverse *adverse, const json_t *event, const char *detail,
                       enum triage now) {
    size_t r, i;
    json_t *rule, *condition;
    json_array_foreach(rules_of(adverse, event), r, rule) {
        bool pauses = json_is_true(json_object_get(rule, "pause"));
        if (!(adverse_rule_triage(rule) > now || (pauses && now < TRIAGE_CLINICIAN)) ||
            !adverse_rule_open(adverse->context, rule, event))
            continue;
        json_array_foreach(
            json_object_get(rule, "when"), i,
            condition) if (strcmp(json_string_value(json_object_get(condition, "detail")),
                                  detail) == 0) return true;
    }
    return false;
}

static void write_asks(struct json_writer *json, const struct adverse *adverse, const json_t *event,
                       const json_t *row, enum triage now) {
    size_t i;
    json_t *name;
    jw_key(json, "ask");
    jw_open_array(json);
    json_array_foreach(json_object_get(row, "details"), i, name) {
        const char *detail = json_string_value(name);
        const json_t *given = json_object_get(event, detail);
        if ((given && !json_is_null(given)) || !could_rise(adverse, event, detail, now))
            continue;
        const json_t *question =
            json_object_get(adverse_detail(adverse->context->knowledge, detail), "question");
        jw_open_object(json);
        jw_member_text(json, "detail", detail);
        jw_member_text(json, "question", care_text(words_for(adverse), question));
        jw_close_object(json);
    }
    jw_close_array(json);
}

static void write_event(struct json_writer *json, const struct adverse *adverse,
                        const json_t *event) {
    struct care_words words = words_for(adverse);
    const char *id = json_string_value(json_object_get(event, "id"));
    const json_t *row = adverse_row(words.knowledge, id);
    enum triage triage = adverse_event_triage(adverse->context, event);
    jw_open_object(json);
    jw_member_text(json, "id", id);
    jw_member_text(json, "name", care_text(words, json_object_get(row, "name")));
    jw_member_text(json, "triage", triage_name(triage));
    jw_member_text(json, "grade", grade_name(adverse_event_grade(adverse->context, event)));
    jw_member_text(json, "action", care_text(words, json_object_get(row, "action")));
    care_copy(json, "basis", json_object_get(row, "basis"));
    care_copy(json, "sources", json_object_get(row, "sources"));
    write_asks(json, adverse, event, row, triage);
    jw_close_object(json);
}

/* ---- the whole ---- */

static void write_triage(struct json_writer *json, const struct adverse *adverse) {
    struct care_words words = words_for(adverse);
    const char *name = triage_name(adverse->triage);
    char phrase[40];
    jw_member_text(json, "triage", name);
    if (adverse->triage == TRIAGE_SELF_CARE)
        return;
    (void)snprintf(phrase, sizeof phrase, "triage.%s.title", name);
    jw_member_text(json, "title", knowledge_phrase(words.knowledge, phrase, words.language)->utf8);
    (void)snprintf(phrase, sizeof phrase, "triage.%s.action", name);
    jw_member_text(json, "text", knowledge_phrase(words.knowledge, phrase, words.language)->utf8);
}

void adverse_write(struct json_writer *json, const struct adverse *adverse) {
    const json_t *file = json_object_get(adverse->context->knowledge->files, "adverse_events");
    size_t i;
    json_t *event;
    jw_open_object(json);
    write_triage(json, adverse);
    jw_member_text(json, "grade", grade_name(adverse->grade));
    jw_member_bool(json, "pause", adverse->pause);
    jw_member_bool(json, "recheck", adverse->recheck);
    jw_member_bool(json, "report", adverse->report);
    if (adverse->report)
        jw_member_text(json, "reporting",
                       care_text(words_for(adverse), json_object_get(file, "reporting")));
    if (adverse->stop_rule)
        jw_member_text(json, "stop_rule", adverse->stop_rule);
    write_next(json, adverse);
    write_set(json, adverse);
    write_ids(json, "ask_findings", adverse, "ask");
    jw_key(json, "events");
    jw_open_array(json);
    json_array_foreach(adverse->events, i, event) write_event(json, adverse, event);
    jw_close_array(json);
    jw_close_object(json);
}
