/* Scores from items, moments, and sentences with holes. */
#include "care/moment.h"
#include "care/scores.h"
#include "care/words.h"
#include "care_fixture.h"

Suite *care_scores_suite(void);

#define T7 "true,true,true,true,true,true,true,"
#define F17                                                                                        \
    "false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,"   \
    "false,false"

/* score < 0: refused, with this code at this place. */
static const struct {
    const char *body;
    int64_t score;
    const char *code, *pointer;
} scores[] = {
    {"{\"instrument\":\"nrs\",\"score\":0}", 0, NULL, NULL},
    {"{\"instrument\":\"nrs\",\"score\":10}", 10000, NULL, NULL},
    {"{\"instrument\":\"nrs\",\"score\":11}", -1, "out_of_range", "#/score"},
    {"{\"instrument\":\"nrs\",\"score\":-1}", -1, "out_of_range", "#/score"},
    {"{\"instrument\":\"nrs\",\"score\":4.5}", -1, "not_whole", "#/score"},
    {"{\"instrument\":\"nrs\",\"score\":4.0}", 4000, NULL, NULL},
    {"{\"instrument\":\"nrs\",\"score\":4.001}", -1, "not_whole", "#/score"},
    {"{\"instrument\":\"nrs\",\"score\":\"4\"}", -1, "type", "#/score"},
    {"{\"instrument\":\"nrs\"}", -1, "missing_member", "#/score"},
    {"{\"instrument\":\"nrs\",\"items\":[4]}", -1, "not_allowed", "#/items"},
    {"{\"instrument\":\"peg\",\"items\":[3,3,4]}", 3330, NULL, NULL},
    {"{\"instrument\":\"peg\",\"items\":[3,4,4]}", 3670, NULL, NULL},
    {"{\"instrument\":\"peg\",\"items\":[10,10,10]}", 10000, NULL, NULL},
    {"{\"instrument\":\"peg\",\"items\":[10,10]}", -1, "item_count", "#/items"},
    {"{\"instrument\":\"peg\",\"items\":[10,10,11]}", -1, "out_of_range", "#/items/2"},
    {"{\"instrument\":\"peg\",\"items\":[3,3,4],\"score\":3.33}", 3330, NULL, NULL},
    {"{\"instrument\":\"peg\",\"items\":[3,3,4],\"score\":3.4}", -1, "contradiction", "#/score"},
    {"{\"instrument\":\"peg\",\"score\":3.333333}", 3330, NULL, NULL},
    {"{\"instrument\":\"rmdq\",\"items\":[" T7 F17 "]}", 7000, NULL, NULL},
    {"{\"instrument\":\"rmdq\",\"items\":[" T7 F17 "],\"score\":7}", 7000, NULL, NULL},
    {"{\"instrument\":\"rmdq\",\"items\":[" T7 F17 "],\"score\":8}", -1, "contradiction",
     "#/score"},
    {"{\"instrument\":\"rmdq\",\"items\":[" F17 "]}", -1, "item_count", "#/items"},
    {"{\"instrument\":\"rmdq\",\"items\":[" T7 F17 ",true]}", -1, "item_count", "#/items"},
    {"{\"instrument\":\"rmdq\",\"items\":[1,true,true,true,true,true,true," F17 "]}", -1, "type",
     "#/items/0"},
    {"{\"instrument\":\"rmdq\",\"score\":24}", 24000, NULL, NULL},
    {"{\"instrument\":\"rmdq\",\"score\":25}", -1, "out_of_range", "#/score"},
    {"{\"instrument\":\"psfs\",\"items\":[4]}", 4000, NULL, NULL},
    {"{\"instrument\":\"psfs\",\"items\":[4,5]}", 4500, NULL, NULL},
    {"{\"instrument\":\"psfs\",\"items\":[{\"activity\":\"walk\",\"score\":2},5,6]}", 4330, NULL,
     NULL},
    {"{\"instrument\":\"psfs\",\"items\":[]}", -1, "item_count", "#/items"},
    {"{\"instrument\":\"psfs\",\"items\":[1,2,3,4]}", -1, "item_count", "#/items"},
    {"{\"instrument\":\"psfs\",\"items\":[{\"activity\":\"walk\"}]}", -1, "type", "#/items/0"},
    {"{\"instrument\":\"odi\",\"score\":1}", -1, "unknown_id", "#/instrument"},
    {"{\"score\":1}", -1, "missing_member", "#/instrument"},
};

static void scores_are_read_row(size_t i) {
    struct care_world world;
    struct score_given given;
    world_open(&world);
    json_t *body = json_loads(scores[i].body, 0, NULL);
    ck_assert_msg(body != NULL, "%s", scores[i].body);
    bool good = score_read(world.knowledge, body, "#", &world.complaints, &given);
    ck_assert_msg(good == (scores[i].score >= 0), "%s", scores[i].body);
    if (good) {
        ck_assert_int_eq(given.score, scores[i].score);
        ck_assert_uint_eq(world.complaints.total, 0);
    } else {
        ck_assert_str_eq(world.complaints.all[0].code, scores[i].code);
        ck_assert_str_eq(world.complaints.all[0].pointer, scores[i].pointer);
    }
    json_decref(body);
    world_close(&world);
}

START_TEST(scores_are_read) {
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++)
        scores_are_read_row(i);
}
END_TEST

START_TEST(every_fault_is_said) {
    struct care_world world;
    struct score_given given;
    world_open(&world);
    json_t *body = json_loads("{\"instrument\":\"peg\",\"items\":[-1,\"x\",99]}", 0, NULL);
    ck_assert(!score_read(world.knowledge, body, "#/measurements/2", &world.complaints, &given));
    ck_assert_uint_eq(world.complaints.total, 3);
    ck_assert_str_eq(world.complaints.all[2].pointer, "#/measurements/2/items/2");
    json_decref(body);
    world_close(&world);
}
END_TEST

static const struct {
    const char *text;
    int64_t thousandths; /* -1: none */
} decimals[] = {{"4.50", 4500}, {"0", 0},   {"10.00", 10000}, {"3.333", 3333}, {"3.3333", -1},
                {"", -1},       {".5", -1}, {"5.", -1},       {"-1", -1},      {"1e3", -1},
                {"1.2.3", -1},  {"4 ", -1}, {NULL, -1}};

static void decimals_are_read_row(size_t i) {
    int64_t value = -1;
    bool good = score_from_text(decimals[i].text, &value);
    ck_assert_int_eq(good ? value : -1, decimals[i].thousandths);
}

START_TEST(decimals_are_read) {
    for (size_t i = 0; i < sizeof decimals / sizeof *decimals; i++)
        decimals_are_read_row(i);
}
END_TEST

START_TEST(means_round_half_up_to_hundredths) {
    ck_assert_int_eq(score_mean(1, 3), 330);
    ck_assert_int_eq(score_mean(2, 3), 670);
    ck_assert_int_eq(score_mean(5, 2), 2500);
    ck_assert_int_eq(score_mean(0, 3), 0);
    ck_assert_int_eq(score_mean(5, 0), 0);
    ck_assert_int_eq(score_mean(1, 8), 130); /* 0.125 */
}
END_TEST

static const struct {
    const char *text;
    int64_t moment;
    const char *back;
} moments[] = {
    {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
    {"2026-11-22T10:00:00Z", 1795341600, "2026-11-22T10:00:00Z"},
    {"2026-11-22t10:00:00z", 1795341600, "2026-11-22T10:00:00Z"},
    {"2026-11-22T12:00:00+02:00", 1795341600, "2026-11-22T10:00:00Z"},
    {"2026-11-22 10:00:00+00", 1795341600, "2026-11-22T10:00:00Z"},
    {"2026-11-22 10:00:00.123456+00", 1795341600, "2026-11-22T10:00:00Z"},
    {"2026-11-21T23:30:00-10:30", 1795341600, "2026-11-22T10:00:00Z"},
    {"2016-12-31T23:59:60Z", 1483228799, "2016-12-31T23:59:59Z"},
    {"1969-12-31T23:59:59Z", -1, "1969-12-31T23:59:59Z"},
    {"2024-02-29T00:00:00Z", 1709164800, "2024-02-29T00:00:00Z"},
    {"2023-02-29T00:00:00Z", NO_MOMENT, NULL},
    {"2026-11-22T24:00:00Z", NO_MOMENT, NULL},
    {"2026-11-22T10:60:00Z", NO_MOMENT, NULL},
    {"2026-11-22T10:00:00", NO_MOMENT, NULL},
    {"2026-11-22T10:00:00+2", NO_MOMENT, NULL},
    {"2026-11-22T10:00:00+02:0", NO_MOMENT, NULL},
    {"2026-11-22T10:00:00+02:00x", NO_MOMENT, NULL},
    {"2026-11-22T10:00:00.Z", NO_MOMENT, NULL},
    {"2026-11-22T10:00:00Zx", NO_MOMENT, NULL},
    {"2026-11-22", NO_MOMENT, NULL},
    {"", NO_MOMENT, NULL},
    {NULL, NO_MOMENT, NULL},
};

static void moments_are_read_row(size_t i) {
    char back[MOMENT_TEXT];
    int64_t moment = moment_read(moments[i].text);
    ck_assert_int_eq(moment, moments[i].moment);
    if (!moments[i].back)
        return;
    moment_text(moment, back);
    ck_assert_str_eq(back, moments[i].back);
    ck_assert_int_eq(moment_day(moment), date_days((back[10] = '\0', back)));
}

START_TEST(moments_are_read) {
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
        moments_are_read_row(i);
}
END_TEST

START_TEST(slots_are_filled) {
    struct care_slot slots[] = {{"from", "6"}, {"to", "<3>"}};
    struct buffer out;
    buffer_init(&out);
    care_fill(&out, "{from} to {to}, {fro} {from{to} {", slots, 2);
    ck_assert_str_eq(out.data, "6 to <3>, {fro} {from<3> {");
    buffer_free(&out);
}
END_TEST

START_TEST(numbers_and_phrases) {
    char text[CARE_NUMBER];
    struct care_words words = {fixture_knowledge(), 0};
    care_number(4500, text);
    ck_assert_str_eq(text, "4.5");
    care_number(10000, text);
    ck_assert_str_eq(text, "10");
    care_number(-330, text);
    ck_assert_str_eq(text, "-0.33");
    care_number(0, text);
    ck_assert_str_eq(text, "0");
    ck_assert_str_eq(care_phrase(words, "chart.today"), "Today");
    ck_assert_str_eq(care_phrase(words, "chart.nothing"), "");
    ck_assert_str_eq(care_phrase(words, "nothing.at.all"), "");
    ck_assert_ptr_null(care_row(words.knowledge, "templates", "nothing"));
}
END_TEST

Suite *care_scores_suite(void) {
    Suite *suite = suite_create("care_scores");
    TCase *tcase = tcase_create("care_scores");
    (void)fixture_knowledge();
    tcase_add_test(tcase, scores_are_read);
    tcase_add_test(tcase, every_fault_is_said);
    tcase_add_test(tcase, decimals_are_read);
    tcase_add_test(tcase, means_round_half_up_to_hundredths);
    tcase_add_test(tcase, moments_are_read);
    tcase_add_test(tcase, slots_are_filled);
    tcase_add_test(tcase, numbers_and_phrases);
    suite_add_tcase(suite, tcase);
    return suite;
}
