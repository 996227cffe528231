/* Old against new, member by member. */
#include "care/recheck.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "care/snapshot.h"
#include "care/words.h"

struct comparison {
    struct json_writer *json;
    struct care_words words;
    struct recheck *result;
};

const char *recheck_name(enum recheck_result result) {
    static const char *const names[] = {"confirmed", "changed", "paused"};
    return names[result];
}

/* ---- one change ---- */

static void begin_change(struct comparison *comparison, const char *what, bool stricter) {
    comparison->result->changes++;
    comparison->result->stricter |= stricter;
    jw_open_object(comparison->json);
    jw_member_text(comparison->json, "what", what);
    jw_member_bool(comparison->json, "stricter", stricter);
}

static void end_change(struct comparison *comparison, const char *phrase,
                       const struct care_slot *slots, size_t count) {
    char path[60];
    (void)snprintf(path, sizeof path, "recheck.%s", phrase);
    care_member(comparison->json, "text", care_phrase(comparison->words, path), slots, count);
    jw_close_object(comparison->json);
}

static void words_changed(struct comparison *comparison, const char *what, const char *from,
                          const char *to, bool stricter) {
    struct care_slot slots[] = {{"from", from}, {"to", to}};
    begin_change(comparison, what, stricter);
    jw_member_text(comparison->json, "from", from);
    jw_member_text(comparison->json, "to", to);
    end_change(comparison, what, slots, 2);
}

static void number_changed(struct comparison *comparison, const char *what, const char *id,
                           const char *name, int from, int to, const char *down, const char *up) {
    char before[CARE_NUMBER], after[CARE_NUMBER];
    if (from == to)
        return;
    care_number((int64_t)from * 1000, before);
    care_number((int64_t)to * 1000, after);
    struct care_slot slots[] = {{"from", before}, {"to", after}, {"name", name}};
    begin_change(comparison, what, to < from);
    if (id)
        jw_member_text(comparison->json, "id", id);
    jw_member_int(comparison->json, "from", from);
    jw_member_int(comparison->json, "to", to);
    end_change(comparison, to < from ? down : up, slots, 3);
}

static void thing_changed(struct comparison *comparison, const char *what, const char *id,
                          const char *name, bool stricter, const char *phrase) {
    struct care_slot slots[] = {{"name", name}};
    begin_change(comparison, what, stricter);
    jw_member_text(comparison->json, "id", id);
    end_change(comparison, phrase, slots, 1);
}

/* ---- lists ---- */

static bool lists(const json_t *list, const char *id) {
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) if (json_is_string(item) &&
                                          strcmp(json_string_value(item), id) == 0) return true;
    return false;
}

/* The words for an id; the id itself when the release no longer has it. */
static const char *name_of(const struct comparison *comparison, const struct name_map *names,
                           const struct named_text *rows, const char *id) {
    int64_t number = name_map_get(names, id);
    return number < 0 ? id : text_in(rows[number].words, comparison->words.language)->utf8;
}

struct list_kind {
    const char *member, *what, *added, *removed;
    bool more_is_stricter;
};

static void compare_list(struct comparison *comparison, const struct list_kind *kind,
                         const json_t *before, const json_t *after, const struct name_map *names,
                         const struct named_text *rows) {
    const json_t *old = json_object_get(before, kind->member);
    const json_t *new = json_object_get(after, kind->member);
    size_t i;
    json_t *item;
    json_array_foreach(new, i, item) {
        const char *id = json_string_value(item);
        if (!lists(old, id))
            thing_changed(comparison, kind->what, id, name_of(comparison, names, rows, id),
                          kind->more_is_stricter, kind->added);
    }
    json_array_foreach(old, i, item) {
        const char *id = json_string_value(item);
        if (id && !lists(new, id))
            thing_changed(comparison, kind->what, id, name_of(comparison, names, rows, id),
                          !kind->more_is_stricter, kind->removed);
    }
}

static void compare_lists(struct comparison *comparison, const json_t *before,
                          const json_t *after) {
    static const struct list_kind areas = {"areas_to_avoid", "area", "area_added", "area_removed",
                                           true};
    static const struct list_kind positions = {"positions", "position", "position_added",
                                               "position_removed", false};
    static const struct list_kind modifications = {
        "modifications", "modification", "modification_added", "modification_removed", true};
    const struct knowledge *k = comparison->words.knowledge;
    compare_list(comparison, &areas, before, after, &k->area_names, k->areas);
    compare_list(comparison, &positions, before, after, &k->position_names, k->positions);
    compare_list(comparison, &modifications, before, after, &k->modification_names,
                 k->modifications);
}

/* Pressure in single areas; where nothing is said the technique's own limit holds. */
static void compare_area_caps(struct comparison *comparison, const json_t *before,
                              const json_t *after) {
    const struct knowledge *k = comparison->words.knowledge;
    const json_t *old = json_object_get(before, "areas_limited");
    const json_t *new = json_object_get(after, "areas_limited");
    int old_cap = care_int(before, "pressure_max", 0), new_cap = care_int(after, "pressure_max", 0);
    for (unsigned a = 0; a < k->area_count; a++) {
        const char *id = k->areas[a].id;
        bool avoided = lists(json_object_get(before, "areas_to_avoid"), id) ||
                       lists(json_object_get(after, "areas_to_avoid"), id);
        if (avoided || (!json_object_get(old, id) && !json_object_get(new, id)))
            continue;
        number_changed(comparison, "area_pressure", id,
                       text_in(k->areas[a].words, comparison->words.language)->utf8,
                       care_int(old, id, old_cap), care_int(new, id, new_cap), "area_limited",
                       "area_freed");
    }
}

/* ---- the whole ---- */

static int rank_of(const char *name, const char *(*name_at)(int), int count) {
    for (int i = 0; name && i < count; i++)
        if (strcmp(name_at(i), name) == 0)
            return i;
    return -1;
}

static const char *verdict_at(int i) {
    return verdict_name((enum verdict)i);
}

static const char *triage_at(int i) {
    return triage_name((enum triage)i);
}

static void compare_ranks(struct comparison *comparison, const char *what, const char *from,
                          const char *to, const char *(*name_at)(int), int count) {
    int before = rank_of(from, name_at, count), after = rank_of(to, name_at, count);
    if (before != after)
        words_changed(comparison, what, from ? from : "?", to, after > before);
}

static void compare_limits(struct comparison *comparison, const json_t *before,
                           const json_t *after) {
    number_changed(comparison, "pressure_max", NULL, "", care_int(before, "pressure_max", 0),
                   care_int(after, "pressure_max", 0), "pressure_lower", "pressure_higher");
    number_changed(comparison, "minutes_max", NULL, "", care_int(before, "minutes_max", 0),
                   care_int(after, "minutes_max", 0), "minutes_shorter", "minutes_longer");
    compare_lists(comparison, before, after);
    compare_area_caps(comparison, before, after);
    bool expert_before = json_is_true(json_object_get(before, "expert_only"));
    bool expert_after = json_is_true(json_object_get(after, "expert_only"));
    if (expert_before != expert_after) {
        begin_change(comparison, "expert_only", expert_after);
        end_change(comparison, expert_after ? "expert_added" : "expert_removed", NULL, 0);
    }
}

static void write_result(struct comparison *comparison, const struct decision *now,
                         unsigned technique) {
    struct recheck *result = comparison->result;
    enum verdict verdict = (enum verdict)now->outcome.limits[technique].verdict;
    char path[40];
    result->result = verdict > VERDICT_CAUTION ? RECHECK_PAUSED
                     : result->changes         ? RECHECK_CHANGED
                                               : RECHECK_CONFIRMED;
    (void)snprintf(path, sizeof path, "recheck.%s", recheck_name(result->result));
    jw_member_text(comparison->json, "result", recheck_name(result->result));
    jw_member_bool(comparison->json, "stricter", result->stricter);
    jw_member_text(comparison->json, "triage", triage_name(now->outcome.triage));
    jw_member_text(comparison->json, "verdict", verdict_name(verdict));
    jw_member_text(comparison->json, "text", care_phrase(comparison->words, path));
}

enum status recheck_compare(const json_t *snapshot, unsigned technique, const struct decision *now,
                            struct json_writer *json, struct recheck *out) {
    const char *id = now->knowledge->techniques[technique].id;
    const json_t *before = json_object_get(json_object_get(snapshot, "techniques"), id);
    struct comparison comparison = {json, {now->knowledge, now->intake->language}, out};
    *out = (struct recheck){0};
    if (!json_is_object(before))
        return STATUS_INVALID;
    json_t *new = snapshot_new(now);
    if (!new)
        return STATUS_NO_MEMORY;
    const json_t *after = json_object_get(json_object_get(new, "techniques"), id);
    jw_open_object(json);
    jw_key(json, "changes");
    jw_open_array(json);
    compare_ranks(&comparison, "triage", json_string_value(json_object_get(snapshot, "triage")),
                  triage_name(now->outcome.triage), triage_at, TRIAGE_EMERGENCY + 1);
    compare_ranks(&comparison, "verdict", json_string_value(json_object_get(before, "verdict")),
                  json_string_value(json_object_get(after, "verdict")), verdict_at,
                  VERDICT_CONTRAINDICATED + 1);
    compare_limits(&comparison, before, after);
    jw_close_array(json);
    write_result(&comparison, now, technique);
    jw_close_object(json);
    json_decref(new);
    return STATUS_OK;
}
