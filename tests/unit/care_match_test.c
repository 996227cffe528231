/* Which therapist suits a plan: what safety asks for, what is wished for, and the order. */
#include "care/match.h"
#include "care_fixture.h"

Suite *care_match_suite(void);

#define PLAN                                                                                       \
    "{\"therapist_needs\":{\"technique\":\"swedish\",\"pressure\":2,\"gender\":\"female\","        \
    "\"training\":[{\"id\":\"prenatal\"},{\"id\":\"trauma_informed\"}]}}"
#define TRAINED                                                                                    \
    "\"training\":[{\"id\":\"prenatal\",\"expires\":\"2026-11-22\"},{\"id\":\"trauma_informed\"}]"
#define REGISTERED "\"credentials\":[{\"title\":\"LMT\",\"number\":\"1\"}]"
#define GOOD "\"techniques\":[\"swedish\",\"shiatsu\"]," TRAINED "," REGISTERED

enum { TODAY = 20779 }; /* 2026-11-22 */

struct match_world {
    struct match_needs needs;
    json_t *plan, *extra, *therapist;
    struct match match;
};

static void open_world(struct match_world *world, const char *plan, const char *extra) {
    memset(world, 0, sizeof *world);
    world->plan = json_loads(plan, 0, NULL);
    world->extra = extra ? json_loads(extra, 0, NULL) : NULL;
    ck_assert_ptr_nonnull(world->plan);
    world->needs = (struct match_needs){
        .language = "en", .today = TODAY, .words = {.knowledge = fixture_knowledge()}};
    match_needs_read(world->plan, world->extra, &world->needs);
}

static const struct match *judge(struct match_world *world, const char *members) {
    char text[2048];
    (void)snprintf(text, sizeof text, "{\"name\":\"T\",%s}", members);
    json_decref(world->therapist);
    world->therapist = json_loads(text, 0, NULL);
    ck_assert_msg(world->therapist != NULL, "%s", text);
    match_judge(&world->needs, "t1", world->therapist, &world->match);
    return &world->match;
}

static void close_world(struct match_world *world) {
    json_decref(world->plan);
    json_decref(world->extra);
    json_decref(world->therapist);
}

static bool has(const struct match_reason *list, size_t count, const char *code) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].code, code) == 0)
            return true;
    return false;
}

static const struct {
    const char *therapist;
    const char *obstacle; /* NULL: qualified */
} safety[] = {
    {GOOD, NULL},
    {GOOD ",\"pressure\":{\"min\":2,\"max\":5}", NULL},
    {GOOD ",\"pressure\":{\"min\":1,\"max\":1}", NULL},
    {GOOD ",\"pressure\":{\"min\":3,\"max\":5}", "pressure_too_firm"},
    {GOOD ",\"accepting\":true", NULL},
    {GOOD ",\"accepting\":false", "not_accepting"},
    {"\"techniques\":[\"shiatsu\"]," TRAINED "," REGISTERED, "technique_missing"},
    {TRAINED "," REGISTERED, "technique_missing"},
    {"\"techniques\":[\"swedish\"]," REGISTERED, "training_missing"},
    {"\"techniques\":[\"swedish\"],\"training\":[{\"id\":\"prenatal\"}]," REGISTERED,
     "training_missing"},
    {"\"techniques\":[\"swedish\"],\"training\":[{\"id\":\"prenatal\",\"expires\":\"2026-11-21\"},"
     "{\"id\":\"trauma_informed\"}]," REGISTERED,
     "training_expired"},
    {"\"techniques\":[\"swedish\"],\"training\":[{\"id\":\"prenatal\",\"expires\":\"2026-11-21\"},"
     "{\"id\":\"prenatal\",\"expires\":\"2027-01-01\"},{\"id\":\"trauma_informed\"}]," REGISTERED,
     NULL},
    {"\"techniques\":[\"swedish\"],\"training\":[{\"id\":\"prenatal\",\"techniques\":[\"shiatsu\"]}"
     ",{\"id\":\"trauma_informed\"}]," REGISTERED,
     "training_missing"},
    {"\"techniques\":[\"swedish\"]," TRAINED, "credential_missing"},
    {"\"techniques\":[\"swedish\"],\"credentials\":[]," TRAINED, "credential_missing"},
    {"\"techniques\":[\"swedish\"],\"credentials\":[{\"title\":\"LMT\",\"expires\":\"2026-11-21\"}"
     "]," TRAINED,
     "credential_expired"},
    {"\"techniques\":[\"swedish\"],\"credentials\":[{\"title\":\"LMT\",\"expires\":\"2026-11-22\"}"
     "]," TRAINED,
     NULL},
};

START_TEST(what_safety_asks_for_must_be) {
    struct match_world world;
    open_world(&world, PLAN, NULL);
    const struct match *match = judge(&world, safety[_i].therapist);
    ck_assert_int_eq(match->qualified, safety[_i].obstacle == NULL);
    ck_assert_int_eq(match->obstacle_count > 0, safety[_i].obstacle != NULL);
    if (safety[_i].obstacle)
        ck_assert(has(match->obstacles, match->obstacle_count, safety[_i].obstacle));
    close_world(&world);
}
END_TEST

static const struct {
    const char *wish;
    int score;
    const char *reason, *drawback;
} wishes[] = {
    {"", 15, "pressure", "gender_other"},
    {",\"gender\":\"female\"", 45, "gender", "language_other"},
    {",\"gender\":\"male\"", 15, "pressure", "gender_other"},
    {",\"languages\":[\"de\",\"en-GB\"]", 40, "language", "gender_other"},
    {",\"languages\":[\"eng\"]", 15, "pressure", "language_other"},
    {",\"experience_years\":7", 22, "experience", "gender_other"},
    {",\"experience_years\":40", 25, "experience", "gender_other"},
    {",\"pressure\":{\"min\":1,\"max\":1}", 0, "technique", "pressure_lighter"},
    {",\"gender\":\"female\",\"languages\":[\"en\"],\"experience_years\":10", 80, "gender", NULL},
};

START_TEST(what_is_wished_for_gives_points) {
    struct match_world world;
    char text[1024];
    open_world(&world, PLAN, NULL);
    (void)snprintf(text, sizeof text, "%s%s", GOOD, wishes[_i].wish);
    const struct match *match = judge(&world, text);
    ck_assert(match->qualified);
    ck_assert_int_eq(match->score, wishes[_i].score);
    ck_assert(has(match->reasons, match->reason_count, wishes[_i].reason));
    if (wishes[_i].drawback)
        ck_assert(has(match->drawbacks, match->drawback_count, wishes[_i].drawback));
    else
        ck_assert_uint_eq(match->drawback_count, 0);
    close_world(&world);
}
END_TEST

START_TEST(the_therapist_of_the_plan_is_kept) {
    struct match_world world;
    open_world(&world, PLAN, NULL);
    world.needs.current = "t1";
    const struct match *match = judge(&world, GOOD ",\"accepting\":false");
    ck_assert(match->qualified);
    ck_assert_int_eq(match->score, 35);
    ck_assert(has(match->reasons, match->reason_count, "current"));
    close_world(&world);
}
END_TEST

START_TEST(an_adverse_event_may_ask_for_more_training) {
    struct match_world world;
    open_world(&world, PLAN, "[\"oncology\",\"prenatal\"]");
    ck_assert_uint_eq(world.needs.training_count, 3);
    ck_assert(!judge(&world, GOOD)->qualified);
    close_world(&world);
}
END_TEST

START_TEST(expert_hands_need_a_certificate_where_nothing_else_is_named) {
    struct match_world world;
    open_world(&world,
               "{\"therapist_needs\":{\"technique\":\"swedish\",\"training\":[],"
               "\"expert_only\":\"x\"}}",
               NULL);
    ck_assert_uint_eq(world.needs.training_count, 1);
    ck_assert_str_eq(world.needs.training[0], "technique_certificate");
    ck_assert(!judge(&world, GOOD)->qualified);
    close_world(&world);
}
END_TEST

START_TEST(the_order_is_qualified_then_score_then_id) {
    struct match all[] = {{.id = "a", .qualified = false, .score = 90},
                          {.id = "c", .qualified = true, .score = 10},
                          {.id = "b", .qualified = true, .score = 10},
                          {.id = "d", .qualified = true, .score = 20}};
    struct match *order[] = {&all[0], &all[1], &all[2], &all[3]};
    qsort(order, 4, sizeof *order, match_compare);
    ck_assert_str_eq(order[0]->id, "d");
    ck_assert_str_eq(order[1]->id, "b");
    ck_assert_str_eq(order[2]->id, "c");
    ck_assert_str_eq(order[3]->id, "a");
}
END_TEST

START_TEST(every_reason_has_words) {
    struct match_world world;
    struct care_world care;
    open_world(&world, PLAN, NULL);
    world_open(&care);
    const struct match *match =
        judge(&world, safety[_i].obstacle ? safety[_i].therapist : GOOD ",\"experience_years\":3");
    match_write(&care.json, &world.needs, match);
    const json_t *answer = world_answer(&care), *entry;
    static const char *const lists[] = {"reasons", "drawbacks", "obstacles"};
    for (size_t list = 0; list < 3; list++)
        for (size_t i = 0; (entry = json_array_get(at(answer, lists[list]), i)); i++) {
            ck_assert_msg(*text_at(entry, "text"), "%s", text_at(entry, "code"));
            ck_assert_ptr_null(strchr(text_at(entry, "text"), '{'));
        }
    match_write_needs(&care.json, &world.needs);
    ck_assert_str_ne(text_at(world_answer(&care), "training.0.text"), "prenatal");
    world_close(&care);
    close_world(&world);
}
END_TEST

Suite *care_match_suite(void) {
    Suite *suite = suite_create("care_match");
    TCase *tcase = tcase_create("match");
    int rows = (int)(sizeof safety / sizeof *safety);
    tcase_add_loop_test(tcase, what_safety_asks_for_must_be, 0, rows);
    tcase_add_loop_test(tcase, what_is_wished_for_gives_points, 0,
                        (int)(sizeof wishes / sizeof *wishes));
    tcase_add_test(tcase, the_therapist_of_the_plan_is_kept);
    tcase_add_test(tcase, an_adverse_event_may_ask_for_more_training);
    tcase_add_test(tcase, expert_hands_need_a_certificate_where_nothing_else_is_named);
    tcase_add_test(tcase, the_order_is_qualified_then_score_then_id);
    tcase_add_loop_test(tcase, every_reason_has_words, 0, rows);
    suite_add_tcase(suite, tcase);
    return suite;
}
