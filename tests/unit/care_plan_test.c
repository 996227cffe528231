/* Plans from decisions, and whether they still hold later. */
#include "care/plan.h"

#include <limits.h>

#include "care/recheck.h"
#include "care/snapshot.h"
#include "care_fixture.h"

Suite *care_plan_suite(void);

#define TODAY "2026-11-22"

static enum status derive(struct care_world *world, const struct decision *decision,
                          const char *wish_text, struct plan **plan) {
    json_t *body = json_loads(wish_text, 0, NULL);
    ck_assert_msg(body != NULL, "%s", wish_text);
    struct plan_wish *wish = plan_wish_read(decision, body, &world->arena, &world->complaints);
    json_decref(body);
    *plan = NULL;
    if (!wish)
        return STATUS_INVALID;
    return plan_derive(decision, wish, &world->arena, &world->complaints, plan);
}

static struct plan *planned(struct care_world *world, const char *example, const char *changes,
                            const char *wish) {
    struct plan *plan;
    enum status status = derive(world, world_decide(world, example, changes), wish, &plan);
    ck_assert_msg(status == STATUS_OK, "%s %s: %s %s", example, wish, status_name(status),
                  world->complaints.total ? world->complaints.all[0].detail : "");
    return plan;
}

static const char *template_of(const struct plan *plan) {
    return json_string_value(json_object_get(plan->template, "id"));
}

/* Whatever days are chosen within the windows, the gap holds and the week is not overfull. */
static void check_windows(const struct plan *plan) {
    for (unsigned i = 0; i < plan->window_count; i++) {
        const struct plan_window *window = &plan->windows[i];
        ck_assert_int_eq(window->number, (int)i + 1);
        ck_assert_int_ge(window->from, plan->wish->starts_on);
        ck_assert_int_le(window->from, window->to);
        ck_assert_int_le(window->to, plan->stops_on);
        if (i > 0)
            ck_assert_int_ge((window->from - window[-1].to - 1) * 24, plan->gap_hours);
        if (i >= 3)
            ck_assert_int_ge(window->from - window[-3].to, 7);
    }
    ck_assert_uint_ge(plan->window_count, 1);
    ck_assert_int_le((int)plan->window_count, plan->max_sessions);
}

/* {title, goal, plan}, as they stand beside each other in an answer. */
static const json_t *written(struct care_world *world, const struct plan *plan) {
    struct buffer title;
    buffer_init(&title);
    plan_title(plan, &title);
    jw_open_object(&world->json);
    jw_member_text(&world->json, "title", title.data);
    jw_key(&world->json, "goal");
    plan_write_goal(&world->json, plan);
    jw_key(&world->json, "plan");
    plan_write(&world->json, plan);
    jw_close_object(&world->json);
    buffer_free(&title);
    return world_answer(world);
}

/* ---- templates ---- */

static const struct {
    const char *example, *changes, *template;
} templates[] = {
    {"office-worker", NULL, "chronic"},
    {"office-worker",
     "{\"presentations\":[\"nslbp_acute\"],\"pain\":{\"intensity\":6,"
     "\"duration_weeks\":2,\"areas\":[\"low_back\"]}}",
     "acute"},
    {"office-worker",
     "{\"presentations\":[\"nslbp_subacute\"],\"pain\":{\"intensity\":6,"
     "\"duration_weeks\":8,\"areas\":[\"low_back\"]}}",
     "subacute"},
    {"office-worker", "{\"presentations\":[\"fibromyalgia\"]}", "fibromyalgia"},
    {"office-worker", "{\"presentations\":[\"nslbp_chronic\",\"fibromyalgia\"]}", "fibromyalgia"},
    {"office-worker", "{\"presentations\":[\"myofascial_pain\"]}", "myofascial"},
    {"office-worker", "{\"presentations\":[\"scoliosis\"]}", "chronic"},
    {"pregnant", NULL, "pregnancy"},
    {"warfarin", NULL, "capped"},
};

static void templates_fit_row(size_t i) {
    struct care_world world;
    world_open(&world);
    struct plan *plan = planned(&world, templates[i].example, templates[i].changes, "{}");
    ck_assert_str_eq(template_of(plan), templates[i].template);
    check_windows(plan);
    const json_t *whole = written(&world, plan), *json = at(whole, "plan");
    ck_assert_str_eq(text_at(json, "template.id"), templates[i].template);
    ck_assert(*text_at(whole, "title") && *text_at(whole, "goal.text"));
    ck_assert(json_is_object(at(json, "exercise")) && json_is_object(at(json, "self_care")));
    ck_assert_uint_ge(json_array_size(at(json, "stop_rules")), 9);
    ck_assert_uint_ge(json_array_size(at(json, "preparation")), 5);
    ck_assert_uint_ge(json_array_size(at(json, "aftercare")), 5);
    ck_assert_uint_ge(json_array_size(at(json, "review_points")), 1);
    ck_assert_uint_ge(json_array_size(at(json, "sources")), 1);
    ck_assert_uint_eq(json_array_size(at(json, "sessions")), plan->window_count);
    world_close(&world);
}

START_TEST(templates_fit) {
    for (size_t i = 0; i < sizeof templates / sizeof *templates; i++)
        templates_fit_row(i);
}
END_TEST

/* ---- every technique, every wish: the laws hold ---- */

START_TEST(every_plan_keeps_the_laws) {
    static const char *const people[] = {"office-worker", "pregnant", "warfarin", "runner",
                                         "cleared-by-doctor"};
    for (size_t p = 0; p < sizeof people / sizeof *people; p++)
        for (unsigned t = 0; t < fixture_knowledge()->technique_count; t++)
            for (int per_week = 1; per_week <= 3; per_week++) {
                struct care_world world;
                struct plan *plan;
                struct buffer wish;
                world_open(&world);
                buffer_init(&wish);
                const struct decision *decision = world_decide(&world, people[p], NULL);
                (void)buffer_printf(&wish,
                                    "{\"technique\":\"%s\",\"preferences\":{\"per_week\":%d}}",
                                    world.knowledge->techniques[t].id, per_week);
                enum status status = derive(&world, decision, wish.data, &plan);
                bool withheld = decision->outcome.limits[t].verdict > VERDICT_CAUTION;
                ck_assert_int_eq(status == STATUS_CONFLICT, withheld);
                if (status == STATUS_OK) {
                    const struct limits *limits = &decision->outcome.limits[t];
                    check_windows(plan);
                    ck_assert_int_le(plan->pressure_start, plan->pressure_max);
                    ck_assert_int_le(plan->pressure_max, limits->cap);
                    ck_assert_int_ge(plan->pressure_start,
                                     world.knowledge->techniques[t].pressure_min);
                    ck_assert_int_le(plan->minutes_max, limits->minutes_max);
                    ck_assert_int_le(plan->minutes_min, plan->minutes_max);
                    ck_assert_int_ge(plan->minutes_start, plan->minutes_min);
                    ck_assert_int_eq(plan->gap_hours, plan->firm ? 72 : 48);
                }
                buffer_free(&wish);
                world_close(&world);
            }
}
END_TEST

START_TEST(the_ordinary_plan) {
    struct care_world world;
    world_open(&world);
    struct plan *plan =
        planned(&world, "office-worker", NULL,
                "{\"technique\":\"swedish\",\"start\":\"2026-11-23\","
                "\"time_zone\":\"Europe/London\",\"preferences\":{\"goal\":\"Walk \\u201c20\\u201d "
                "min\",\"measure\":\"nrs\"}}");
    const json_t *whole = written(&world, plan), *json = at(whole, "plan");
    ck_assert_str_eq(text_at(json, "starts_on"), "2026-11-23");
    ck_assert_str_eq(text_at(json, "stops_on"), "2027-01-31"); /* ten weeks */
    ck_assert_str_eq(text_at(json, "time_zone"), "Europe/London");
    ck_assert_int_eq(int_at(json, "dose.per_week"), 1);
    ck_assert_int_eq(int_at(json, "dose.sessions"), 10);
    ck_assert_int_eq(int_at(json, "dose.minutes.min"), 45);
    ck_assert_int_eq(int_at(json, "dose.minutes.max"), 60);
    ck_assert_int_eq(int_at(json, "dose.pressure.start"), 3);
    ck_assert_int_eq(int_at(json, "dose.gap_hours"), 48);
    ck_assert_str_eq(text_at(json, "sessions.0.from"), "2026-11-23");
    ck_assert_str_eq(text_at(json, "sessions.0.to"), "2026-11-26");
    ck_assert_str_eq(text_at(json, "sessions.1.from"), "2026-11-30");
    ck_assert(json_is_true(at(json, "sessions.3.review")));
    ck_assert(json_is_false(at(json, "sessions.2.review")));
    ck_assert_int_eq(int_at(whole, "goal.baseline"), 4);
    ck_assert_int_eq(int_at(whole, "goal.target"), 2);
    ck_assert(json_is_true(at(whole, "goal.own_words")));
    ck_assert_str_eq(text_at(json, "preferences.measure"), "nrs");
    ck_assert_str_eq(text_at(json, "preferences.goal"), text_at(whole, "goal.text"));
    ck_assert_ptr_null(at(json, "preferences.per_week"));
    ck_assert_str_eq(text_at(json, "limits.verdict"), "suitable");
    ck_assert_str_eq(text_at(json, "recheck_due"), "2026-12-22"); /* 30 days after the answers */
    ck_assert_str_eq(text_at(whole, "title"),
                     "Long-lasting back pain: Swedish (classic, relaxation) massage");
    world_close(&world);
}
END_TEST

START_TEST(firm_work_is_spaced_wider) {
    struct care_world world;
    world_open(&world);
    const char *acute = "{\"presentations\":[\"nslbp_subacute\"],\"pain\":{\"intensity\":5,"
                        "\"duration_weeks\":8,\"areas\":[\"low_back\"]}}";
    struct plan *plan = planned(&world, "office-worker", acute,
                                "{\"technique\":\"swedish\",\"preferences\":{\"per_week\":2}}");
    ck_assert(!plan->firm);
    ck_assert_uint_eq(plan->window_count, 8);
    ck_assert_int_eq(plan->windows[1].from - plan->windows[0].from, 3);
    plan = planned(&world, "office-worker", acute,
                   "{\"technique\":\"trigger_point\",\"preferences\":{\"per_week\":2}}");
    ck_assert(plan->firm);
    ck_assert_int_eq(plan->windows[1].from - plan->windows[0].from, 4);
    unsigned swedish = technique_of(&world, "swedish");
    unsigned trigger_point = technique_of(&world, "trigger_point");
    ck_assert_int_eq(plan_gap_hours(world.knowledge, swedish, 3), 48);
    ck_assert_int_eq(plan_gap_hours(world.knowledge, swedish, 4), 72);
    ck_assert_int_eq(plan_gap_hours(world.knowledge, trigger_point, 3), 72);
    ck_assert_int_eq(plan_gap_hours(world.knowledge, trigger_point, 2), 48);
    world_close(&world);
}
END_TEST

START_TEST(pregnancy_ends_with_its_third) {
    struct care_world world;
    world_open(&world);
    const struct decision *decision = world_decide(&world, "pregnant", NULL); /* week 28 */
    struct plan *plan;
    ck_assert_int_eq(derive(&world, decision, "{\"technique\":\"prenatal\"}", &plan), STATUS_OK);
    ck_assert(plan->rescreen);
    for (unsigned i = 0; i < plan->window_count; i++)
        ck_assert(plan->windows[i].review);
    ck_assert_int_eq(plan->stops_on, plan->wish->starts_on + 12 * 7 - 1);
    /* 27 weeks: the third ends in a week */
    json_t *body = json_load_file(SOURCE_DIR "/api/examples/pregnant.json", 0, NULL);
    ck_assert_int_eq(json_object_set_new(json_array_get(json_object_get(body, "findings"), 0),
                                         "value", json_integer(27)),
                     0);
    char *text = json_dumps(body, 0);
    plan = planned(&world, "pregnant", text, "{\"technique\":\"prenatal\"}");
    ck_assert_int_eq(plan->stops_on, plan->wish->starts_on + 6);
    const json_t *json = at(written(&world, plan), "plan");
    size_t reviews = json_array_size(at(json, "review_points"));
    const json_t *last = json_array_get(at(json, "review_points"), reviews - 1);
    ck_assert_str_eq(text_at(last, "kind"), "trimester");
    ck_assert_str_eq(text_at(json, "therapist_needs.training.0.id"), "prenatal");
    ck_assert_str_eq(text_at(json, "therapist_needs.gender"), "female");
    free(text);
    json_decref(body);
    world_close(&world);
}
END_TEST

START_TEST(goals) {
    static const struct {
        const char *intensity;
        int target;
    } rows[] = {{"0", 0}, {"1", 0}, {"2", 0}, {"3", 1000}, {"6", 4000}, {"8", 5000}, {"10", 7000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct care_world world;
        char changes[120];
        world_open(&world);
        (void)snprintf(changes, sizeof changes,
                       "{\"pain\":{\"intensity\":%s,\"duration_weeks\":20,\"areas\":["
                       "\"low_back\"]}}",
                       rows[i].intensity);
        struct plan *plan =
            planned(&world, "office-worker", changes, "{\"technique\":\"swedish\"}");
        ck_assert_int_eq(plan->target, rows[i].target);
        plan = planned(&world, "office-worker", changes,
                       "{\"technique\":\"swedish\",\"preferences\":{\"measure\":\"rmdq\"}}");
        ck_assert_int_eq(plan->target, -1);
        world_close(&world);
    }
}
END_TEST

/* ---- refusals ---- */

static const struct {
    const char *wish, *code, *pointer;
} wishes[] = {
    {"{\"technique\":\"nothing\"}", "unknown_id", "#/technique"},
    {"{\"start\":\"2026-11-21\"}", "contradiction", "#/start"},
    {"{\"start\":\"tomorrow\"}", "format", "#/start"},
    {"{\"start\":\"2027-03-01\"}", "out_of_range", "#/start"},
    {"{\"time_zone\":\"Europe/../x\"}", "format", "#/time_zone"},
    {"{\"time_zone\":\"\"}", "format", "#/time_zone"},
    {"{\"preferences\":{\"per_week\":0}}", "out_of_range", "#/preferences/per_week"},
    {"{\"preferences\":{\"per_week\":4}}", "out_of_range", "#/preferences/per_week"},
    {"{\"preferences\":{\"minutes\":90}}", "out_of_range", "#/preferences/minutes"},
    {"{\"preferences\":{\"minutes\":10}}", "out_of_range", "#/preferences/minutes"},
    {"{\"preferences\":{\"measure\":\"odi\"}}", "unknown_id", "#/preferences/measure"},
};

static void wishes_that_do_not_fit_row(size_t i) {
    struct care_world world;
    struct plan *plan;
    world_open(&world);
    const struct decision *decision = world_decide(&world, "office-worker", NULL);
    ck_assert_int_eq(derive(&world, decision, wishes[i].wish, &plan), STATUS_INVALID);
    ck_assert_str_eq(world.complaints.all[0].code, wishes[i].code);
    ck_assert_str_eq(world.complaints.all[0].pointer, wishes[i].pointer);
    world_close(&world);
}

START_TEST(wishes_that_do_not_fit) {
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++)
        wishes_that_do_not_fit_row(i);
}
END_TEST

START_TEST(what_is_withheld_is_not_planned) {
    static const struct {
        const char *example, *wish, *triage, *verdict;
    } rows[] = {{"cauda-equina", "{\"technique\":\"swedish\"}", "emergency", "contraindicated"},
                {"cauda-equina", "{}", "emergency", NULL},
                {"warfarin", "{\"technique\":\"deep_tissue\"}", "self_care", "contraindicated"},
                {"empty", "{\"technique\":\"swedish\"}", "self_care", "undetermined"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct care_world world;
        struct plan *plan;
        world_open(&world);
        const struct decision *decision = world_decide(&world, rows[i].example, NULL);
        ck_assert_int_eq(derive(&world, decision, rows[i].wish, &plan), STATUS_CONFLICT);
        struct plan_wish wish = {.technique = -1};
        if (rows[i].verdict)
            wish.technique = strstr(rows[i].wish, "deep") ? (int)technique_of(&world, "deep_tissue")
                                                          : (int)technique_of(&world, "swedish");
        plan_write_withheld(&world.json, decision, &wish);
        const json_t *json = world_answer(&world);
        ck_assert_str_eq(text_at(json, "triage"), rows[i].triage);
        if (rows[i].verdict)
            ck_assert_str_eq(text_at(json, "verdict"), rows[i].verdict);
        ck_assert(*text_at(json, "text"));
        world_close(&world);
    }
}
END_TEST

START_TEST(a_clearance_opens_and_ends) {
    struct care_world world;
    unsigned opened = 0;
    world_open(&world);
    /* The treatment of the clot ended 20 weeks ago: correction 84 asks for a clearance. */
    json_t *body = json_load_file(SOURCE_DIR "/api/examples/cleared-by-doctor.json", 0, NULL);
    json_t *ended = json_array_get(json_object_get(body, "findings"), 2);
    ck_assert_int_eq(json_object_set_new(ended, "weeks_ago", json_integer(20)), 0);
    ck_assert_int_eq(json_object_set_new(json_array_get(json_object_get(body, "clearances"), 0),
                                         "expires", json_string("2026-12-01")),
                     0);
    char *with = json_dumps(body, 0);
    ck_assert_int_eq(json_object_set_new(body, "clearances", json_array()), 0);
    char *without = json_dumps(body, 0);
    const struct decision *closed = world_decide(&world, "cleared-by-doctor", without);
    const struct decision *open = world_decide(&world, "cleared-by-doctor", with);
    for (unsigned t = 0; t < world.knowledge->technique_count; t++) {
        struct plan_wish wish = {
            .technique = (int)t, .starts_on = date_days(TODAY), .time_zone = "UTC"};
        struct plan *plan;
        if (closed->outcome.limits[t].verdict != VERDICT_NEEDS_CLEARANCE ||
            open->outcome.limits[t].verdict > VERDICT_CAUTION)
            continue;
        opened++;
        ck_assert_int_eq(plan_derive(closed, &wish, &world.arena, &world.complaints, &plan),
                         STATUS_CONFLICT);
        ck_assert_int_eq(plan_derive(open, &wish, &world.arena, &world.complaints, &plan),
                         STATUS_OK);
        ck_assert_int_eq(plan->clearance_to, date_days("2026-12-01"));
        ck_assert_uint_eq(review_by_time(open->intake, plan->clearance_to, plan->clearance_to), 0);
        ck_assert_uint_eq(review_by_time(open->intake, plan->clearance_to, plan->clearance_to + 1),
                          REVIEW_CLEARANCE_ENDED);
    }
    ck_assert_uint_gt(opened, 0);
    free(with);
    free(without);
    json_decref(body);
    world_close(&world);
}
END_TEST

/* ---- re-checks ---- */

static json_t *recheck(struct care_world *world, const char *before, const char *after_changes,
                       const char *after, const char *technique, struct recheck *result) {
    json_t *snapshot = snapshot_new(world_decide(world, before, NULL));
    const struct decision *now = world_decide(world, after, after_changes);
    ck_assert_int_eq(
        recheck_compare(snapshot, technique_of(world, technique), now, &world->json, result),
        STATUS_OK);
    json_decref(snapshot);
    return world_answer(world);
}

static bool has_change(const json_t *json, const char *what, bool stricter) {
    size_t i;
    json_t *change;
    json_array_foreach(at(json, "changes"), i,
                       change) if (strcmp(text_at(change, "what"), what) == 0 &&
                                   json_is_true(json_object_get(change, "stricter")) == stricter &&
                                   *text_at(change, "text")) return true;
    return false;
}

START_TEST(nothing_changed) {
    struct care_world world;
    struct recheck result;
    world_open(&world);
    const json_t *json =
        recheck(&world, "office-worker", "{\"age\":39}", "office-worker", "swedish", &result);
    ck_assert_str_eq(text_at(json, "result"), "confirmed");
    ck_assert(!result.stricter && result.changes == 0);
    world_close(&world);
}
END_TEST

START_TEST(a_blood_thinner_changes_the_plan) {
    struct care_world world;
    struct recheck result;
    world_open(&world);
    const json_t *json = recheck(&world, "office-worker", NULL, "warfarin", "swedish", &result);
    ck_assert_str_eq(text_at(json, "result"), "changed");
    ck_assert(result.stricter);
    ck_assert(has_change(json, "pressure_max", true));
    ck_assert(has_change(json, "verdict", true));
    json = recheck(&world, "warfarin", NULL, "office-worker", "swedish", &result);
    ck_assert_str_eq(text_at(json, "result"), "changed");
    ck_assert(!result.stricter);
    ck_assert(has_change(json, "pressure_max", false));
    world_close(&world);
}
END_TEST

START_TEST(what_is_withheld_pauses) {
    struct care_world world;
    struct recheck result;
    world_open(&world);
    const json_t *json = recheck(&world, "office-worker", NULL, "warfarin", "deep_tissue", &result);
    ck_assert_str_eq(text_at(json, "result"), "paused");
    json = recheck(&world, "office-worker", NULL, "cauda-equina", "swedish", &result);
    ck_assert_str_eq(text_at(json, "result"), "paused");
    ck_assert_str_eq(text_at(json, "triage"), "emergency");
    ck_assert(has_change(json, "triage", true));
    json = recheck(&world, "office-worker", NULL, "empty", "swedish", &result);
    ck_assert_str_eq(text_at(json, "result"), "paused"); /* questions are open again */
    world_close(&world);
}
END_TEST

START_TEST(members_are_compared_one_by_one) {
    struct care_world world;
    struct recheck result;
    world_open(&world);
    const struct decision *now = world_decide(&world, "office-worker", NULL);
    unsigned swedish = technique_of(&world, "swedish");
    json_t *old = json_loads(
        "{\"triage\":\"self_care\",\"techniques\":{\"swedish\":{\"verdict\":\"suitable\","
        "\"pressure_max\":5,\"minutes_max\":30,\"areas_to_avoid\":[\"calf\",\"gone_area\"],"
        "\"areas_limited\":{\"neck_back\":2},\"positions\":[\"prone\"],\"modifications\":["
        "\"gone\"],\"expert_only\":true}}}",
        0, NULL);
    ck_assert_ptr_nonnull(old);
    ck_assert_int_eq(recheck_compare(old, swedish, now, &world.json, &result), STATUS_OK);
    const json_t *json = world_answer(&world);
    ck_assert(has_change(json, "pressure_max", true));
    ck_assert(has_change(json, "minutes_max", false));
    ck_assert(has_change(json, "area", false));
    ck_assert(has_change(json, "position", false));
    ck_assert(has_change(json, "modification", false));
    ck_assert(has_change(json, "expert_only", false));
    ck_assert(has_change(json, "area_pressure", false));
    json_decref(old);
    old = json_loads("{\"techniques\":{}}", 0, NULL);
    ck_assert_int_eq(recheck_compare(old, swedish, now, &world.json, &result), STATUS_INVALID);
    ck_assert_uint_eq(world.text.len, 0); /* nothing was written */
    json_decref(old);
    world_close(&world);
}
END_TEST

START_TEST(answers_get_old) {
    struct care_world world;
    world_open(&world);
    const struct intake *intake = world_decide(&world, "office-worker", NULL)->intake;
    int due = answers_due(intake);
    ck_assert_int_eq(due, date_days(TODAY) + 30);
    ck_assert_uint_eq(review_by_time(intake, INT_MAX, due - 1), 0);
    ck_assert_uint_eq(review_by_time(intake, INT_MAX, due), REVIEW_ANSWERS_STALE);
    ck_assert_uint_eq(answers_stale(&world.json, intake, due - 1), 0);
    (void)world_answer(&world);
    unsigned count = answers_stale(&world.json, intake, due);
    const json_t *json = world_answer(&world);
    ck_assert_uint_ge(count, 1);
    ck_assert_uint_eq(json_array_size(json), count);
    ck_assert_str_eq(text_at(json, "0.answered"), TODAY);
    ck_assert_int_eq(date_days(text_at(json, "0.due")), due);
    const struct intake *nobody = world_decide(&world, "empty", NULL)->intake;
    ck_assert_int_eq(answers_due(nobody), INT_MAX);
    world_close(&world);
}
END_TEST

Suite *care_plan_suite(void) {
    Suite *suite = suite_create("care_plan");
    TCase *tcase = tcase_create("care_plan");
    (void)fixture_knowledge();
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, templates_fit);
    tcase_add_test(tcase, every_plan_keeps_the_laws);
    tcase_add_test(tcase, the_ordinary_plan);
    tcase_add_test(tcase, firm_work_is_spaced_wider);
    tcase_add_test(tcase, pregnancy_ends_with_its_third);
    tcase_add_test(tcase, goals);
    tcase_add_test(tcase, wishes_that_do_not_fit);
    tcase_add_test(tcase, what_is_withheld_is_not_planned);
    tcase_add_test(tcase, a_clearance_opens_and_ends);
    tcase_add_test(tcase, nothing_changed);
    tcase_add_test(tcase, a_blood_thinner_changes_the_plan);
    tcase_add_test(tcase, what_is_withheld_pauses);
    tcase_add_test(tcase, members_are_compared_one_by_one);
    tcase_add_test(tcase, answers_get_old);
    suite_add_tcase(suite, tcase);
    return suite;
}
