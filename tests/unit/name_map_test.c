/* Names to numbers, and the name that was meant. */
#include "base/name_map.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

Suite *name_map_suite(void);

START_TEST(finds_what_was_added) {
    static char names[1000][16];
    struct arena arena;
    struct name_map map;
    arena_init(&arena, 4096);
    ck_assert(name_map_init(&map, &arena, 1000));
    for (unsigned i = 0; i < 1000; i++) {
        (void)snprintf(names[i], sizeof names[i], "name_%u", i);
        ck_assert(name_map_add(&map, names[i], i));
        ck_assert(!name_map_add(&map, names[i], i + 1));
    }
    for (unsigned i = 0; i < 1000; i++)
        ck_assert_int_eq(name_map_get(&map, names[i]), i);
    ck_assert_int_eq(name_map_get(&map, "name_1000"), -1);
    ck_assert_int_eq(name_map_get(&map, ""), -1);
    ck_assert_int_eq(name_map_get_len(&map, "name_7 and more", 6), 7);
    ck_assert_int_eq(name_map_get_len(&map, "name_77", 3), -1);
    arena_free(&arena);
}
END_TEST

START_TEST(full_and_empty) {
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    struct arena arena;
    struct name_map map = {0};
    ck_assert_int_eq(name_map_get(&map, "a"), -1);
    ck_assert_ptr_null(name_map_nearest(&map, "abc"));
    arena_init(&arena, 4096);
    ck_assert(name_map_init(&map, &arena, 0));
    ck_assert_int_eq(name_map_get(&map, "a"), -1);
    ck_assert_ptr_null(name_map_nearest(&map, "abc"));
    unsigned added = 0;
    while (added < 10 && name_map_add(&map, names[added], added))
        added++;
    ck_assert_uint_eq(added, 8); /* half of the 16 slots */
    ck_assert_int_eq(name_map_get(&map, "j"), -1);
    arena_free(&arena);
}
END_TEST

static const char *const known[] = {"mail",  "phone", "deep_tissue", "swedish", "cupping",
                                    "stone", "store", "fever",       "rf_fever"};

static const struct {
    const char *given, *nearest;
} guesses[] = {
    {"phon", "phone"}, /* once answered "mail": a name beyond the limit won as the first one met */
    {"phnoe", "phone"},
    {"mial", "mail"},
    {"mails", "mail"},
    {"deep_tisue", "deep_tissue"},
    {"deeptissue", "deep_tissue"},
    {"Swedish", "swedish"},
    {"stoxe", "stone"}, /* as near to "store": the first of the alphabet */
    {"fevr", "fever"},
    {"fever", "fever"},
    {"xyz", NULL},
    {"ab", NULL},
    {"", NULL},
    {"cu", NULL},
    {"massage", NULL},
    {"phonecalls", NULL},
};

/* Whatever the order in which the names were added. */
static const char *nearest_of(const char *given, bool backwards) {
    static struct arena arena;
    struct name_map map;
    size_t count = sizeof known / sizeof *known;
    arena_init(&arena, 4096);
    ck_assert(name_map_init(&map, &arena, count));
    for (size_t i = 0; i < count; i++)
        ck_assert(name_map_add(&map, known[backwards ? count - 1 - i : i], (uint32_t)i));
    const char *nearest = name_map_nearest(&map, given);
    arena_free(&arena);
    return nearest;
}

START_TEST(nearest) {
    for (int backwards = 0; backwards < 2; backwards++) {
        const char *found = nearest_of(guesses[_i].given, backwards);
        if (guesses[_i].nearest)
            ck_assert_pstr_eq(found, guesses[_i].nearest);
        else
            ck_assert_pstr_eq(found, NULL);
    }
}
END_TEST

START_TEST(nearest_of_two) {
    struct arena arena;
    struct name_map map;
    arena_init(&arena, 4096);
    ck_assert(name_map_init(&map, &arena, 2));
    ck_assert(name_map_add(&map, "mail", 0));
    ck_assert(name_map_add(&map, "phone", 1));
    ck_assert_pstr_eq(name_map_nearest(&map, "phon"), "phone");
    char endless[200];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    ck_assert_ptr_null(name_map_nearest(&map, endless));
    arena_free(&arena);
}
END_TEST

Suite *name_map_suite(void) {
    Suite *suite = suite_create("name_map");
    TCase *tcase = tcase_create("name_map");
    tcase_add_test(tcase, finds_what_was_added);
    tcase_add_test(tcase, full_and_empty);
    tcase_add_loop_test(tcase, nearest, 0, (int)(sizeof guesses / sizeof *guesses));
    tcase_add_test(tcase, nearest_of_two);
    suite_add_tcase(suite, tcase);
    return suite;
}
