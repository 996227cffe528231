/* The release and the example people, for the tests of service/care. */
#ifndef UNKNOT_TESTS_CARE_FIXTURE_H
#define UNKNOT_TESTS_CARE_FIXTURE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_writer.h"
#include "embedded.h"
#include "engine/decision.h"

enum { FIXTURE_FILES = 64 };

/* Loaded once, before Check forks, and kept to the end. */
static inline struct knowledge *fixture_knowledge(void) {
    static struct knowledge *knowledge;
    struct knowledge_file files[FIXTURE_FILES];
    struct report report;
    size_t count = 0;
    if (knowledge)
        return knowledge;
    for (; count < embedded_knowledge_count && count < FIXTURE_FILES; count++)
        files[count] =
            (struct knowledge_file){embedded_knowledge[count].name, embedded_knowledge[count].bytes,
                                    embedded_knowledge[count].len, true};
    report_init(&report);
    knowledge = knowledge_load(files, count, &report);
    if (!knowledge) /* no test runs yet that could fail */
        (void)fprintf(stderr, "the embedded release does not load: see unknot knowledge lint\n");
    report_free(&report);
    if (!knowledge)
        abort();
    return knowledge;
}

/* One test's world. */
struct care_world {
    const struct knowledge *knowledge;
    struct arena arena;
    struct complaints complaints;
    struct buffer text;
    struct json_writer json;
    json_t *answer;
};

static inline void world_open(struct care_world *world) {
    memset(world, 0, sizeof *world);
    world->knowledge = fixture_knowledge();
    arena_init(&world->arena, 65536);
    complaints_init(&world->complaints, &world->arena);
    buffer_init(&world->text);
    jw_init(&world->json, &world->text);
}

static inline void world_close(struct care_world *world) {
    json_decref(world->answer);
    buffer_free(&world->text);
    arena_free(&world->arena);
}

/* What was written since the last call, as JSON that the world owns. */
static inline json_t *world_answer(struct care_world *world) {
    json_error_t error;
    ck_assert_msg(jw_ok(&world->json), "not one whole JSON value: %s", world->text.data);
    json_decref(world->answer);
    world->answer = json_loadb(world->text.data, world->text.len, 0, &error);
    ck_assert_msg(world->answer != NULL, "%s", error.text);
    buffer_free(&world->text);
    jw_init(&world->json, &world->text);
    return world->answer;
}

/* An example of api/examples, with the members of `changes` in place of its own. */
static inline struct decision *world_decide(struct care_world *world, const char *example,
                                            const char *changes) {
    char path[512];
    (void)snprintf(path, sizeof path, SOURCE_DIR "/api/examples/%s.json", example);
    json_t *body = json_load_file(path, 0, NULL);
    json_t *changed = json_loads(changes ? changes : "{}", 0, NULL);
    ck_assert_msg(body && changed, "%s %s", path, changes);
    ck_assert_int_eq(json_object_update(body, changed), 0);
    struct intake *intake =
        intake_read(world->knowledge, body, 0, &world->arena, &world->complaints);
    ck_assert_msg(world->complaints.total == 0, "%s %s",
                  world->complaints.total ? world->complaints.all[0].pointer : "",
                  world->complaints.total ? world->complaints.all[0].detail : "");
    struct decision *decision = decide(intake, DECIDE_EVERYTHING, &world->arena);
    ck_assert_ptr_nonnull(decision);
    json_decref(body);
    json_decref(changed);
    return decision;
}

/* A value deep inside: "dose.minutes.max" or "sessions.0.from". */
static inline const json_t *at(const json_t *json, const char *path) {
    while (json && *path) {
        size_t len = strcspn(path, ".");
        json = json_is_array(json) ? json_array_get(json, (size_t)atoi(path))
                                   : json_object_getn(json, path, len);
        path += len + (path[len] == '.');
    }
    return json;
}

static inline int int_at(const json_t *json, const char *path) {
    const json_t *value = at(json, path);
    ck_assert_msg(json_is_integer(value), "no integer at %s", path);
    return (int)json_integer_value(value);
}

static inline const char *text_at(const json_t *json, const char *path) {
    const json_t *value = at(json, path);
    ck_assert_msg(json_is_string(value), "no text at %s", path);
    return json_string_value(value);
}

static inline bool holds_text(const json_t *list, const char *text) {
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) if (json_is_string(item) &&
                                          strcmp(json_string_value(item), text) == 0) return true;
    return false;
}

static inline unsigned technique_of(const struct care_world *world, const char *id) {
    int64_t number = name_map_get(&world->knowledge->technique_names, id);
    ck_assert_msg(number >= 0, "%s", id);
    return (unsigned)number;
}

#endif
