/* What happened after a session, and what follows: every row of G5 at its thresholds. */
#include "care/adverse.h"
#include "care_fixture.h"

Suite *care_adverse_suite(void);

static const struct {
    const char *event; /* members of one event */
    bool anticoagulant;
    enum triage triage;
    bool pause;
    int delta, percent;
    enum grade grade;
} events[] = {
    {"\"id\":\"ae_none\"", false, TRIAGE_SELF_CARE, false, 0, 100, GRADE_NONE},
    {"\"id\":\"ae_soreness\"", false, TRIAGE_SELF_CARE, false, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_soreness\",\"duration_hours\":48,\"pain\":4", false, TRIAGE_SELF_CARE, false, 0,
     100, GRADE_MILD},
    {"\"id\":\"ae_soreness\",\"duration_hours\":24,\"pain\":5", false, TRIAGE_SELF_CARE, false, -1,
     100, GRADE_MILD},
    {"\"id\":\"ae_soreness\",\"duration_hours\":49", false, TRIAGE_SELF_CARE, false, -1, 100,
     GRADE_MODERATE},
    {"\"id\":\"ae_soreness\",\"duration_hours\":72", false, TRIAGE_SELF_CARE, false, -1, 100,
     GRADE_MODERATE},
    {"\"id\":\"ae_soreness\",\"duration_hours\":72.5", false, TRIAGE_CLINICIAN, true, -1, 100,
     GRADE_MODERATE},
    {"\"id\":\"ae_pain_increase\",\"pain_increase\":1,\"duration_hours\":100", false,
     TRIAGE_SELF_CARE, false, 0, 100, GRADE_MODERATE},
    {"\"id\":\"ae_pain_increase\",\"pain_increase\":2,\"duration_hours\":72", false,
     TRIAGE_SELF_CARE, false, -1, 100, GRADE_MODERATE},
    {"\"id\":\"ae_pain_increase\",\"pain_increase\":2,\"duration_hours\":73", false,
     TRIAGE_SELF_CARE, true, -1, 100, GRADE_MODERATE},
    {"\"id\":\"ae_pain_increase\",\"pain_increase\":3,\"sessions_in_row\":2", false,
     TRIAGE_SELF_CARE, true, -1, 100, GRADE_MILD},
    {"\"id\":\"ae_pain_increase\",\"pain_increase\":3,\"sessions_in_row\":1", false,
     TRIAGE_SELF_CARE, false, -1, 100, GRADE_MILD},
    {"\"id\":\"ae_pain_increase\",\"new_leg_symptoms\":true", false, TRIAGE_CLINICIAN, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_leg_symptoms\"", false, TRIAGE_CLINICIAN, true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_leg_symptoms\",\"numbness\":true", false, TRIAGE_CLINICIAN, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_leg_symptoms\",\"weakness\":true", false, TRIAGE_URGENT, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_leg_symptoms\",\"both_legs\":true", false, TRIAGE_URGENT, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_leg_symptoms\",\"both_legs\":true,\"weakness\":true", false, TRIAGE_EMERGENCY,
     true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_leg_symptoms\",\"numb_between_legs\":true", false, TRIAGE_EMERGENCY, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_bladder_bowel_saddle\"", false, TRIAGE_EMERGENCY, true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_bruise\"", false, TRIAGE_SELF_CARE, false, -1, 100, GRADE_MILD},
    {"\"id\":\"ae_bruise\",\"size_cm\":5", false, TRIAGE_SELF_CARE, false, -1, 100, GRADE_MILD},
    {"\"id\":\"ae_bruise\",\"size_cm\":5.1", false, TRIAGE_URGENT, true, -1, 100, GRADE_MILD},
    {"\"id\":\"ae_bruise\",\"growing\":true", false, TRIAGE_URGENT, true, -1, 100, GRADE_MILD},
    {"\"id\":\"ae_bruise\",\"painful\":true", false, TRIAGE_SELF_CARE, false, -1, 100, GRADE_MILD},
    {"\"id\":\"ae_bruise\",\"painful\":true", true, TRIAGE_URGENT, true, -1, 100, GRADE_MILD},
    {"\"id\":\"ae_bruise\",\"painful\":true,\"on_anticoagulant\":true", false, TRIAGE_URGENT, true,
     -1, 100, GRADE_MILD},
    {"\"id\":\"ae_bruise\",\"painful\":true,\"on_anticoagulant\":false", true, TRIAGE_URGENT, true,
     -1, 100, GRADE_MILD},
    {"\"id\":\"ae_bruise\",\"size_cm\":3,\"painful\":false", true, TRIAGE_SELF_CARE, false, -1, 100,
     GRADE_MILD},
    {"\"id\":\"ae_haematoma_swelling\"", false, TRIAGE_URGENT, true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_dizzy_faint\",\"passed_quickly\":true", false, TRIAGE_SELF_CARE, false, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_dizzy_faint\",\"passed_quickly\":false", false, TRIAGE_CLINICIAN, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_dizzy_faint\",\"fainted\":true", false, TRIAGE_EMERGENCY, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_dizzy_faint\",\"racing_heart\":true", false, TRIAGE_EMERGENCY, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_chest_breath\"", false, TRIAGE_EMERGENCY, true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_leg_swelling\"", false, TRIAGE_URGENT, true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_leg_swelling\",\"breathless\":true", false, TRIAGE_EMERGENCY, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_headache_neck\"", false, TRIAGE_EMERGENCY, true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_skin\"", false, TRIAGE_SELF_CARE, false, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_skin\",\"burn\":true", false, TRIAGE_CLINICIAN, true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_skin\",\"infected\":true,\"spreading\":true", false, TRIAGE_URGENT, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_skin\",\"large\":true", false, TRIAGE_SELF_CARE, false, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_allergy\"", false, TRIAGE_EMERGENCY, true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_fever_unwell\"", false, TRIAGE_URGENT, true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_fever_unwell\",\"confused\":true", false, TRIAGE_EMERGENCY, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_dark_urine\"", false, TRIAGE_URGENT, true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_dark_urine\",\"little_urine\":true", false, TRIAGE_EMERGENCY, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_fatigue_flare\"", false, TRIAGE_SELF_CARE, false, -1, 50, GRADE_MILD},
    {"\"id\":\"ae_pregnancy\"", false, TRIAGE_URGENT, true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_pregnancy\",\"heavy_bleeding\":true", false, TRIAGE_EMERGENCY, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_emotional\"", false, TRIAGE_SELF_CARE, false, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_emotional\",\"misconduct\":true", false, TRIAGE_SELF_CARE, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_emotional\",\"in_danger\":true", false, TRIAGE_EMERGENCY, true, 0, 100,
     GRADE_MILD},
    {"\"id\":\"ae_hypo\"", false, TRIAGE_SELF_CARE, false, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_hypo\",\"drowsy\":true", false, TRIAGE_EMERGENCY, true, 0, 100, GRADE_MILD},
    {"\"id\":\"ae_soreness\",\"limited_activity\":true", false, TRIAGE_SELF_CARE, false, 0, 100,
     GRADE_MODERATE},
    {"\"id\":\"ae_soreness\",\"medical_care\":true", false, TRIAGE_CLINICIAN, true, 0, 100,
     GRADE_SEVERE},
    {"\"id\":\"ae_skin\",\"hospital\":true,\"medical_care\":true", false, TRIAGE_CLINICIAN, true, 0,
     100, GRADE_SERIOUS},
};

static json_t *list_of(const char *members) {
    struct buffer text;
    buffer_init(&text);
    (void)buffer_printf(&text, "[{%s}]", members);
    json_t *list = json_loads(text.data, 0, NULL);
    ck_assert_msg(list != NULL, "%s", text.data);
    buffer_free(&text);
    return list;
}

static void events_are_judged_row(size_t i) {
    struct care_world world;
    struct adverse adverse;
    world_open(&world);
    struct adverse_context context = {world.knowledge, 0, events[i].anticoagulant};
    json_t *list = list_of(events[i].event);
    ck_assert_msg(adverse_judge(&context, list, "#/adverse_events", &world.complaints, &adverse),
                  "%s", events[i].event);
    ck_assert_msg(adverse.triage == events[i].triage, "%s: %s", events[i].event,
                  triage_name(adverse.triage));
    ck_assert_msg(adverse.pause == events[i].pause, "%s", events[i].event);
    ck_assert_msg(adverse.pressure_delta == events[i].delta, "%s", events[i].event);
    ck_assert_int_eq(adverse.minutes_percent, events[i].percent);
    ck_assert_msg(adverse.grade == events[i].grade, "%s", events[i].event);
    ck_assert(adverse.answered);
    ck_assert_uint_eq(adverse.count, events[i].grade > GRADE_NONE);
    ck_assert(adverse.report ==
              (adverse.grade == GRADE_SERIOUS || strstr(events[i].event, "misconduct") ||
               strstr(events[i].event, "in_danger")));
    adverse_write(&world.json, &adverse);
    ck_assert_str_eq(text_at(world_answer(&world), "triage"), triage_name(adverse.triage));
    json_decref(list);
    world_close(&world);
}

START_TEST(events_are_judged) {
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        events_are_judged_row(i);
}
END_TEST

static const struct {
    const char *list, *code, *pointer;
} refused[] = {
    {"[{\"id\":\"ae_nothing\"}]", "unknown_id", "#/adverse_events/0/id"},
    {"[{}]", "missing_member", "#/adverse_events/0/id"},
    {"[{\"id\":\"ae_skin\",\"size_cm\":3}]", "not_an_attribute", "#/adverse_events/0/size_cm"},
    {"[{\"id\":\"ae_skin\",\"colour\":3}]", "not_an_attribute", "#/adverse_events/0/colour"},
    {"[{\"id\":\"ae_bruise\",\"size_cm\":\"big\"}]", "type", "#/adverse_events/0/size_cm"},
    {"[{\"id\":\"ae_bruise\",\"growing\":1}]", "type", "#/adverse_events/0/growing"},
    {"[{\"id\":\"ae_bruise\",\"size_cm\":-1}]", "out_of_range", "#/adverse_events/0/size_cm"},
    {"[{\"id\":\"ae_bruise\",\"size_cm\":101}]", "out_of_range", "#/adverse_events/0/size_cm"},
    {"[{\"id\":\"ae_bruise\",\"areas\":[\"moon\"]}]", "unknown_id", "#/adverse_events/0/areas"},
    {"[{\"id\":\"ae_bruise\",\"areas\":\"calf\"}]", "type", "#/adverse_events/0/areas"},
    {"[{\"id\":\"ae_bruise\"},{\"id\":\"ae_none\"}]", "contradiction", "#/adverse_events/0"},
    {"[3]", "missing_member", "#/adverse_events/0/id"},
    {"{}", "type", "#/adverse_events"},
};

static void nonsense_is_refused_row(size_t i) {
    struct care_world world;
    struct adverse adverse;
    world_open(&world);
    struct adverse_context context = {world.knowledge, 0, false};
    json_t *list = json_loads(refused[i].list, 0, NULL);
    ck_assert(!adverse_judge(&context, list, "#/adverse_events", &world.complaints, &adverse));
    ck_assert_str_eq(world.complaints.all[0].code, refused[i].code);
    ck_assert_str_eq(world.complaints.all[0].pointer, refused[i].pointer);
    json_decref(list);
    world_close(&world);
}

START_TEST(nonsense_is_refused) {
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        nonsense_is_refused_row(i);
}
END_TEST

static const json_t *judged(struct care_world *world, const char *text, json_t **list) {
    struct adverse adverse;
    struct adverse_context context = {world->knowledge, 0, false};
    *list = json_loads(text, 0, NULL);
    ck_assert(adverse_judge(&context, *list, "#", &world->complaints, &adverse));
    adverse_write(&world->json, &adverse);
    return world_answer(world);
}

START_TEST(several_add_up_to_the_strictest) {
    struct care_world world;
    json_t *list;
    world_open(&world);
    const json_t *json = judged(&world,
                                "[{\"id\":\"ae_bruise\",\"areas\":[\"calf\"],\"size_cm\":2},"
                                "{\"id\":\"ae_fatigue_flare\"},"
                                "{\"id\":\"ae_dark_urine\",\"confused\":true},"
                                "{\"id\":\"ae_leg_swelling\",\"areas\":[\"calf\",\"knee\"]}]",
                                &list);
    ck_assert_str_eq(text_at(json, "triage"), "emergency");
    ck_assert_int_eq(int_at(json, "next_session.pressure_delta"), -1); /* not -2 */
    ck_assert_int_eq(int_at(json, "next_session.minutes_percent"), 50);
    ck_assert_uint_eq(json_array_size(at(json, "next_session.areas_to_avoid")), 2);
    ck_assert_str_eq(text_at(json, "set.0.id"), "bruise_haematoma");
    ck_assert_str_eq(text_at(json, "set.0.areas.0"), "calf");
    ck_assert_str_eq(text_at(json, "set.1.id"), "rf_dark_urine_post");
    ck_assert_str_eq(text_at(json, "set.1.detail"), "little_urine_or_unwell");
    ck_assert_str_eq(text_at(json, "set.2.id"), "rf_dvt");
    ck_assert_str_eq(text_at(json, "set.2.detail"), "swelling");
    ck_assert_str_eq(text_at(json, "events.1.triage"), "self_care");
    json_decref(list);
    world_close(&world);
}
END_TEST

START_TEST(asks_what_could_make_it_worse) {
    struct care_world world;
    json_t *list;
    world_open(&world);
    const json_t *json = judged(&world, "[{\"id\":\"ae_bruise\",\"size_cm\":3}]", &list);
    ck_assert_uint_eq(json_array_size(at(json, "events.0.ask")), 3);
    ck_assert_str_eq(text_at(json, "events.0.ask.0.detail"), "growing");
    json_decref(list);
    json = judged(&world, "[{\"id\":\"ae_bruise\",\"size_cm\":9}]", &list);
    ck_assert_uint_eq(json_array_size(at(json, "events.0.ask")), 0);
    json_decref(list);
    json = judged(&world, "[{\"id\":\"ae_bruise\",\"painful\":false,\"growing\":false}]", &list);
    ck_assert_uint_eq(json_array_size(at(json, "events.0.ask")), 1);
    json_decref(list);
    world_close(&world);
}
END_TEST

START_TEST(nothing_said_is_not_ae_none) {
    struct care_world world;
    struct adverse adverse;
    world_open(&world);
    struct adverse_context context = {world.knowledge, 0, false};
    json_t *list = json_array();
    ck_assert(adverse_judge(&context, list, "#", &world.complaints, &adverse));
    ck_assert(!adverse.answered && adverse.count == 0 && !adverse.pause);
    json_decref(list);
    world_close(&world);
}
END_TEST

START_TEST(what_is_set_can_be_answered) {
    /* Every finding a row sets, with its detail, is one the engine takes. */
    struct care_world world;
    json_t *row, *rule, *set;
    size_t i, r, s;
    world_open(&world);
    json_array_foreach(json_object_get(json_object_get(world.knowledge->files, "adverse_events"),
                                       "adverse_events"),
                       i, row) json_array_foreach(json_object_get(row, "rules"), r, rule)
        json_array_foreach(json_object_get(rule, "set"), s, set) {
        json_t *detail = json_object_get(set, "detail");
        json_t *body =
            json_pack("{s:[{s:O,s:s,s:O*}]}", "findings", "id", json_object_get(set, "finding"),
                      "state", "present", "detail", detail);
        ck_assert_ptr_nonnull(body);
        ck_assert_ptr_nonnull(
            intake_read(world.knowledge, body, 0, &world.arena, &world.complaints));
        ck_assert_msg(world.complaints.total == 0, "%s",
                      json_string_value(json_object_get(set, "finding")));
        json_decref(body);
    }
    world_close(&world);
}
END_TEST

START_TEST(the_next_session) {
    struct technique swedish = {.pressure_min = 2, .pressure_max = 4};
    ck_assert_int_eq(adverse_next_pressure(&swedish, 4, -1, 4), 3);
    ck_assert_int_eq(adverse_next_pressure(&swedish, 4, 0, 3), 3);
    ck_assert_int_eq(adverse_next_pressure(&swedish, 3, -1, 4), 2);
    ck_assert_int_eq(adverse_next_pressure(&swedish, 2, -1, 4), 0);
    ck_assert_int_eq(adverse_next_minutes(45, 50), 22);
    ck_assert_int_eq(adverse_next_minutes(45, 100), 45);
    ck_assert_int_eq(adverse_next_minutes(8, 50), 5);
}
END_TEST

START_TEST(blood_thinners_are_seen) {
    struct care_world world;
    world_open(&world);
    ck_assert(adverse_on_anticoagulant(world_decide(&world, "warfarin", NULL)->intake));
    ck_assert(!adverse_on_anticoagulant(world_decide(&world, "office-worker", NULL)->intake));
    world_close(&world);
}
END_TEST

Suite *care_adverse_suite(void) {
    Suite *suite = suite_create("care_adverse");
    TCase *tcase = tcase_create("care_adverse");
    (void)fixture_knowledge();
    tcase_add_test(tcase, events_are_judged);
    tcase_add_test(tcase, nonsense_is_refused);
    tcase_add_test(tcase, several_add_up_to_the_strictest);
    tcase_add_test(tcase, asks_what_could_make_it_worse);
    tcase_add_test(tcase, nothing_said_is_not_ae_none);
    tcase_add_test(tcase, what_is_set_can_be_answered);
    tcase_add_test(tcase, the_next_session);
    tcase_add_test(tcase, blood_thinners_are_seen);
    suite_add_tcase(suite, tcase);
    return suite;
}
