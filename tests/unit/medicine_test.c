/* Medicines as people write them. */
#include "engine/medicines.h"

#include <check.h>
#include <string.h>

#include "tiny_release.h"

Suite *medicine_suite(void);

static struct knowledge *tiny, *release;

static void setup(void) {
    tiny = tiny_release(NULL, 0);
}

static void teardown(void) {
    knowledge_free(tiny);
}

static void setup_release(void) {
    release = load_embedded_release();
}

static void teardown_release(void) {
    knowledge_free(release);
}

static const struct {
    const char *text;
    const char *names[3];
    int errors; /* all of them together */
} texts[] = {
    {"alphadol", {"alphadol"}, 0},
    {"  ALPHADOL ", {"alphadol"}, 0},
    {"Alphadol 20mg tablets", {"alphadol"}, 0},
    {"20 mg alphadol", {"alphadol"}, 0},
    {"alphabrand forte", {"alphadol"}, 0}, /* a brand with a word that elsewhere says nothing */
    {"betaprine", {"betaprine"}, 0},
    {"B\xC3\xA9TAPRINE-5mg", {"betaprine"}, 0},
    {"be\xCC\x81taprine", {"betaprine"}, 0},
    {"betaprin", {"betaprine"}, 1},
    {"betarpine", {"betaprine"}, 1},
    {"btarpine 5 mg", {"betaprine"}, 2},
    {"bettaprrrine", {"?"}, 0},
    {"beta", {"?"}, 0},
    {"alphacol", {"?"}, 0}, /* one slip from two medicines that do different things */
    {"alphadol and alphatol", {"alphadol", "alphatol"}, 0},
    {"alphatol, betaprin", {"alphatol", "betaprine"}, 1},
    {"alphadol alphacol", {"alphadol"}, 0},
    {"blue pill from my cousin", {"?"}, 0},
    {"alphadol and something", {"alphadol", "?"}, 0},
    {"something; nothing", {"?", "?"}, 0},
    {"mg tablets 5", {NULL}, 0},
    {"", {NULL}, 0},
    {"\xF0\x9F\x92\x8A", {NULL}, 0},
};

static void find(const struct knowledge *knowledge, const char *text, const char *const *names,
                 int errors) {
    struct arena arena;
    struct medicine_match found[MEDICINES_PER_TEXT];
    arena_init(&arena, 4096);
    size_t count = medicines_by_text(knowledge, &arena, text, found);
    size_t expected = 0;
    while (expected < 3 && names[expected])
        expected++;
    ck_assert_msg(count == expected, "%s: %zu", text, count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_pstr_eq(found[i].medicine ? found[i].medicine->name : "?", names[i]);
        errors -= found[i].errors;
    }
    ck_assert_msg(errors == 0, "%s: %d", text, errors);
    arena_free(&arena);
}

START_TEST(by_text) {
    find(tiny, texts[_i].text, texts[_i].names, texts[_i].errors);
}
END_TEST

static const struct {
    const char *text;
    const char *names[3];
    int errors;
} real[] = {
    {"Coumadin", {"warfarin"}, 0},
    {"marevan 3mg once daily", {"warfarin"}, 0},
    {"ELIQUIS\xC2\xAE 5 mg tabs", {"apixaban"}, 0},
    {"Ben-u-ron", {"acetaminophen"}, 0},
    {"warfrin 3mg", {"warfarin"}, 1},
    {"warfarin and ibuprofen", {"warfarin", "ibuprofen"}, 0},
    {"Anadin Joint Pain", {"ibuprofen"}, 0},
    {"unicorn dust", {"?"}, 0},
};

START_TEST(by_real_text) {
    for (size_t i = 0; i < sizeof real / sizeof *real; i++)
        find(release, real[i].text, real[i].names, real[i].errors);
}
END_TEST

START_TEST(endless_texts) {
    struct arena arena;
    struct medicine_match found[MEDICINES_PER_TEXT];
    struct buffer text;
    arena_init(&arena, 4096);
    buffer_init(&text);
    for (int i = 0; i < 40; i++)
        (void)buffer_puts(&text, "alphadol ");
    ck_assert_uint_eq(medicines_by_text(tiny, &arena, text.data, found), MEDICINES_PER_TEXT);
    ck_assert_ptr_null(found[MEDICINES_PER_TEXT - 1].medicine); /* the rest was not read */
    buffer_free(&text);
    for (int i = 0; i < 40; i++)
        (void)buffer_puts(&text, "averyveryverylongwordthatnobodyknows ");
    ck_assert_uint_eq(medicines_by_text(tiny, &arena, text.data, found), 1);
    ck_assert_ptr_null(found[0].medicine);
    buffer_free(&text);
    arena_free(&arena);
}
END_TEST

START_TEST(by_code) {
    ck_assert_pstr_eq(medicine_by_rxnorm(tiny, "11").medicine->name, "alphadol");
    ck_assert_ptr_null(medicine_by_rxnorm(tiny, "1").medicine);
    ck_assert_ptr_null(medicine_by_rxnorm(tiny, "").medicine);
    ck_assert_pstr_eq(medicine_by_atc(tiny, "X01AA01").medicine->name, "alphadol");
    ck_assert_pstr_eq(medicine_by_atc(tiny, "X01AA02").medicine->name, "all of X");
    ck_assert_pstr_eq(medicine_by_atc(tiny, "X01").medicine->name, "all of X");
    ck_assert_ptr_null(medicine_by_atc(tiny, "X0").medicine);
    ck_assert_ptr_null(medicine_by_atc(tiny, "Y01AA01").medicine);
    ck_assert_ptr_null(medicine_by_atc(tiny, "").medicine);
}
END_TEST

/* Every name of the release finds its own medicine, in whatever letters. */
START_TEST(every_name_is_found) {
    struct arena arena;
    struct medicine_match found[MEDICINES_PER_TEXT];
    json_t *document = knowledge_read(release, "medicines");
    json_t *rows = json_object_get(document, "medicines");
    size_t i;
    json_t *row;
    arena_init(&arena, 4096);
    json_array_foreach(rows, i, row) {
        const char *name = json_string_value(json_object_get(row, "name"));
        const char *match = json_string_value(json_object_get(row, "match"));
        if (!name || strcmp(match, "ingredient") != 0)
            continue;
        size_t count = medicines_by_text(release, &arena, name, found);
        ck_assert_msg(count == 1 && found[0].errors == 0, "%s: %zu", name, count);
        ck_assert_str_eq(found[0].medicine->name, name);
        arena_reset(&arena);
    }
    ck_assert_uint_gt(json_array_size(rows), 100);
    json_decref(document);
    arena_free(&arena);
}
END_TEST

Suite *medicine_suite(void) {
    Suite *suite = suite_create("medicine");
    TCase *tcase = tcase_create("medicine");
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, by_text, 0, (int)(sizeof texts / sizeof *texts));
    tcase_add_test(tcase, endless_texts);
    tcase_add_test(tcase, by_code);
    suite_add_tcase(suite, tcase);
    TCase *whole = tcase_create("embedded medicines");
    tcase_add_checked_fixture(whole, setup_release, teardown_release);
    tcase_add_test(whole, by_real_text);
    tcase_add_test(whole, every_name_is_found);
    suite_add_tcase(suite, whole);
    return suite;
}
