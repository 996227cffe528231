/* Therapists against the needs of a plan. What safety asks for gives no points: it must be there.
 */
#include "care/match.h"

#include <stdlib.h>
#include <string.h>

#include "engine/intake.h"

/* Own choice: what was asked for weighs most, then being understood, then knowing each other. */
enum {
    POINTS_GENDER = 30,
    POINTS_LANGUAGE = 25,
    POINTS_CURRENT = 20,
    POINTS_PRESSURE = 15,
    POINTS_YEARS_MAX = 10,
    PRESSURE_FIRMEST = 5,
    MILLI = 1000,
};

/* ---- needs ---- */

static void need_training(struct match_needs *needs, const char *id) {
    if (!id || needs->training_count == MATCH_TRAINING_MAX)
        return;
    for (size_t i = 0; i < needs->training_count; i++)
        if (strcmp(needs->training[i], id) == 0)
            return;
    needs->training[needs->training_count++] = id;
}

static const char *technique_name(const struct match_needs *needs) {
    const struct knowledge *k = needs->words.knowledge;
    int64_t number = needs->technique ? name_map_get(&k->technique_names, needs->technique) : -1;
    if (number >= 0)
        return text_in(k->techniques[number].name, needs->words.language)->utf8;
    return needs->technique ? needs->technique : "";
}

void match_needs_read(const json_t *document, const json_t *training, struct match_needs *needs) {
    const json_t *asked = json_object_get(document, "therapist_needs");
    size_t i;
    json_t *entry;
    needs->technique = json_string_value(json_object_get(asked, "technique"));
    needs->technique_name = technique_name(needs);
    needs->pressure = care_int(asked, "pressure", 0);
    needs->gender = json_string_value(json_object_get(asked, "gender"));
    needs->training_count = 0;
    json_array_foreach(json_object_get(asked, "training"), i, entry)
        need_training(needs, json_string_value(json_object_get(entry, "id")));
    json_array_foreach(training, i, entry) need_training(needs, json_string_value(entry));
    /* Only for trained hands, and no training is named: then one in the technique itself. */
    if (json_object_get(asked, "expert_only") && !needs->training_count)
        need_training(needs, "technique_certificate");
}

/* What a training is about, in words; its id where the release does not know it. */
static const char *training_name(const struct match_needs *needs, const char *id) {
    const json_t *file = json_object_get(needs->words.knowledge->files, "therapists");
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(file, "training"), i, row) {
        const char *own = json_string_value(json_object_get(row, "id"));
        if (own && strcmp(own, id) == 0)
            return care_text(needs->words, json_object_get(row, "training"));
    }
    return id;
}

/* ---- what a therapist has ---- */

static void add(struct match_reason *list, size_t *count, const char *code, const char *name,
                int points) {
    if (*count < MATCH_REASONS_MAX)
        list[(*count)++] = (struct match_reason){code, name ? name : "", points};
}

static void speaks_for(struct match *match, const char *code, const char *name, int points) {
    add(match->reasons, &match->reason_count, code, name, points);
    match->score += points;
}

static void drawback(struct match *match, const char *code) {
    add(match->drawbacks, &match->drawback_count, code, NULL, 0);
}

static void obstacle(struct match *match, const char *code, const char *name) {
    add(match->obstacles, &match->obstacle_count, code, name, 0);
    match->qualified = false;
}

static bool list_has(const json_t *list, const char *wanted) {
    size_t i;
    json_t *entry;
    json_array_foreach(list, i, entry) {
        const char *own = json_string_value(entry);
        if (own && wanted && strcmp(own, wanted) == 0)
            return true;
    }
    return false;
}

/* Good through the day it names; without one it does not end. */
static bool in_force(const struct match_needs *needs, const json_t *paper) {
    const char *expires = json_string_value(json_object_get(paper, "expires"));
    return !expires || date_days(expires) >= needs->today;
}

/* ---- what must be ---- */

static void judge_technique(const struct match_needs *needs, struct match *match) {
    if (!needs->technique)
        return;
    if (list_has(json_object_get(match->therapist, "techniques"), needs->technique))
        speaks_for(match, "technique", needs->technique_name, 0);
    else
        obstacle(match, "technique_missing", needs->technique_name);
}

/* A certificate for techniques must be for this one, where it says for which. */
static bool covers(const struct match_needs *needs, const json_t *paper) {
    const json_t *techniques = json_object_get(paper, "techniques");
    return !json_array_size(techniques) || list_has(techniques, needs->technique);
}

static void judge_one_training(const struct match_needs *needs, const char *id,
                               struct match *match) {
    const char *name = training_name(needs, id);
    bool expired = false;
    size_t i;
    json_t *paper;
    json_array_foreach(json_object_get(match->therapist, "training"), i, paper) {
        const char *own = json_string_value(json_object_get(paper, "id"));
        if (!own || strcmp(own, id) != 0 || !covers(needs, paper))
            continue;
        if (in_force(needs, paper)) {
            speaks_for(match, "training", name, 0);
            return;
        }
        expired = true;
    }
    obstacle(match, expired ? "training_expired" : "training_missing", name);
}

static void judge_credentials(const struct match_needs *needs, struct match *match) {
    const json_t *papers = json_object_get(match->therapist, "credentials");
    size_t i;
    json_t *paper;
    json_array_foreach(papers, i, paper) if (in_force(needs, paper)) {
        speaks_for(match, "credential", json_string_value(json_object_get(paper, "title")), 0);
        return;
    }
    obstacle(match, json_array_size(papers) ? "credential_expired" : "credential_missing", NULL);
}

static void judge_pressure(const struct match_needs *needs, struct match *match) {
    const json_t *range = json_object_get(match->therapist, "pressure");
    if (!needs->pressure)
        return;
    if (care_int(range, "min", 1) > needs->pressure)
        obstacle(match, "pressure_too_firm", NULL);
    else if (care_int(range, "max", PRESSURE_FIRMEST) < needs->pressure)
        drawback(match, "pressure_lighter");
    else
        speaks_for(match, "pressure", NULL, POINTS_PRESSURE);
}

/* ---- what is wished for ---- */

static void judge_gender(const struct match_needs *needs, struct match *match) {
    const char *own = json_string_value(json_object_get(match->therapist, "gender"));
    if (!needs->gender)
        return;
    if (own && strcmp(own, needs->gender) == 0)
        speaks_for(match, "gender", NULL, POINTS_GENDER);
    else
        drawback(match, "gender_other");
}

/* "en" is spoken by who says "en-GB", and the other way round. */
static bool same_language(const char *a, const char *b) {
    size_t len = strcspn(a, "-");
    return strcspn(b, "-") == len && strncmp(a, b, len) == 0;
}

static void judge_language(const struct match_needs *needs, struct match *match) {
    size_t i;
    json_t *entry;
    if (!needs->language)
        return;
    json_array_foreach(json_object_get(match->therapist, "languages"), i, entry) {
        const char *own = json_string_value(entry);
        if (own && same_language(own, needs->language)) {
            speaks_for(match, "language", NULL, POINTS_LANGUAGE);
            return;
        }
    }
    drawback(match, "language_other");
}

static void judge_experience(struct match *match) {
    int years = care_int(match->therapist, "experience_years", 0);
    if (years <= 0)
        return;
    care_number((int64_t)years * MILLI, match->years);
    speaks_for(match, "experience", match->years,
               years < POINTS_YEARS_MAX ? years : POINTS_YEARS_MAX);
}

void match_judge(const struct match_needs *needs, const char *id, const json_t *therapist,
                 struct match *match) {
    *match = (struct match){.id = id, .therapist = therapist, .qualified = true};
    bool current = needs->current && strcmp(needs->current, id) == 0;
    judge_technique(needs, match);
    for (size_t i = 0; i < needs->training_count; i++)
        judge_one_training(needs, needs->training[i], match);
    judge_credentials(needs, match);
    judge_pressure(needs, match);
    if (json_is_false(json_object_get(therapist, "accepting")) && !current)
        obstacle(match, "not_accepting", NULL);
    judge_gender(needs, match);
    judge_language(needs, match);
    judge_experience(match);
    if (current)
        speaks_for(match, "current", NULL, POINTS_CURRENT);
}

int match_compare(const void *a, const void *b) {
    const struct match *one = *(const struct match *const *)a;
    const struct match *other = *(const struct match *const *)b;
    if (one->qualified != other->qualified)
        return one->qualified ? -1 : 1;
    if (one->score != other->score)
        return one->score > other->score ? -1 : 1;
    return strcmp(one->id, other->id);
}

/* ---- JSON ---- */

void match_write_needs(struct json_writer *json, const struct match_needs *needs) {
    jw_open_object(json);
    if (needs->technique)
        jw_member_text(json, "technique", needs->technique);
    jw_key(json, "training");
    jw_open_array(json);
    for (size_t i = 0; i < needs->training_count; i++) {
        jw_open_object(json);
        jw_member_text(json, "id", needs->training[i]);
        jw_member_text(json, "text", training_name(needs, needs->training[i]));
        jw_close_object(json);
    }
    jw_close_array(json);
    if (needs->pressure)
        jw_member_int(json, "pressure", needs->pressure);
    if (needs->gender)
        jw_member_text(json, "gender", needs->gender);
    if (needs->language)
        jw_member_text(json, "language", needs->language);
    jw_close_object(json);
}

static void write_reasons(struct json_writer *json, const char *key,
                          const struct match_needs *needs, const struct match_reason *list,
                          size_t count) {
    jw_key(json, key);
    jw_open_array(json);
    for (size_t i = 0; i < count; i++) {
        char path[64] = "match.";
        strncat(path, list[i].code, sizeof path - sizeof "match.");
        struct care_slot slot = {"name", list[i].name};
        jw_open_object(json);
        jw_member_text(json, "code", list[i].code);
        care_member(json, "text", care_phrase(needs->words, path), &slot, 1);
        if (list[i].points)
            jw_member_int(json, "points", list[i].points);
        jw_close_object(json);
    }
    jw_close_array(json);
}

void match_write(struct json_writer *json, const struct match_needs *needs,
                 const struct match *match) {
    const char *name = json_string_value(json_object_get(match->therapist, "name"));
    jw_open_object(json);
    jw_member_text(json, "therapist_id", match->id);
    jw_member_text(json, "name", name ? name : match->id);
    jw_member_int(json, "score", match->score);
    write_reasons(json, "reasons", needs, match->reasons, match->reason_count);
    write_reasons(json, "drawbacks", needs, match->drawbacks, match->drawback_count);
    if (!match->qualified)
        write_reasons(json, "obstacles", needs, match->obstacles, match->obstacle_count);
    jw_close_object(json);
}
