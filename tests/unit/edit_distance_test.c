/* Typing errors between two words. */
#include "base/edit_distance.h"

#include <check.h>
#include <stdint.h>
#include <string.h>

Suite *edit_distance_suite(void);

static const struct {
    const char *a, *b;
    unsigned limit, distance;
} cases[] = {
    {"", "", 5, 0},
    {"", "abc", 5, 3},
    {"abc", "", 5, 3},
    {"abc", "abc", 5, 0},
    {"abc", "abd", 5, 1},
    {"abc", "ab", 5, 1},
    {"abc", "abcd", 5, 1},
    {"abc", "acb", 5, 1}, /* a swap is one slip */
    {"ab", "ba", 5, 1},
    {"ca", "abc", 5, 3}, /* optimal string alignment: a swapped pair is not touched again */
    {"kitten", "sitting", 9, 3},
    {"ibuprofen", "ibuprofin", 3, 1},
    {"warfarin", "wafrarin", 3, 1},
    {"warfarin", "wafrarni", 3, 2},
    {"abcdef", "uvwxyz", 3, 3}, /* that or more */
    {"abc", "abd", 1, 1},
    {"abc", "abc", 1, 0},
    {"abc", "abc", 0, 0},
    {"abc", "abcdefg", 4, 4}, /* the lengths alone say it */
};

START_TEST(distances) {
    size_t a = strlen(cases[_i].a), b = strlen(cases[_i].b);
    ck_assert_uint_eq(edit_distance(cases[_i].a, a, cases[_i].b, b, cases[_i].limit),
                      cases[_i].distance);
    ck_assert_uint_eq(edit_distance(cases[_i].b, b, cases[_i].a, a, cases[_i].limit),
                      cases[_i].distance);
}
END_TEST

START_TEST(long_words_are_never_near) {
    char word[EDIT_DISTANCE_MAX_LEN + 1];
    memset(word, 'a', sizeof word);
    ck_assert_uint_eq(edit_distance(word, EDIT_DISTANCE_MAX_LEN, word, EDIT_DISTANCE_MAX_LEN, 4),
                      0);
    ck_assert_uint_eq(edit_distance(word, sizeof word, word, sizeof word, 4), 4);
}
END_TEST

/* The definition, without rows or limits. */
static unsigned by_definition(const char *a, size_t i, const char *b, size_t j) {
    if (i == 0 || j == 0)
        return (unsigned)(i + j);
    unsigned best = by_definition(a, i - 1, b, j - 1) + (a[i - 1] != b[j - 1]);
    unsigned other = by_definition(a, i - 1, b, j) + 1;
    best = other < best ? other : best;
    other = by_definition(a, i, b, j - 1) + 1;
    best = other < best ? other : best;
    if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        other = by_definition(a, i - 2, b, j - 2) + 1;
        best = other < best ? other : best;
    }
    return best;
}

START_TEST(agrees_with_the_definition) {
    uint32_t state = 20261122;
    for (int round = 0; round < 1500; round++) {
        char a[6], b[6];
        size_t lens[2];
        for (int side = 0; side < 2; side++) {
            state = state * 1664525u + 1013904223u;
            lens[side] = (state >> 16) % 6;
            for (size_t i = 0; i < lens[side]; i++) {
                state = state * 1664525u + 1013904223u;
                (side ? b : a)[i] = (char)('a' + (state >> 16) % 3);
            }
        }
        unsigned expected = by_definition(a, lens[0], b, lens[1]);
        for (unsigned limit = 1; limit < 8; limit++)
            ck_assert_uint_eq(edit_distance(a, lens[0], b, lens[1], limit),
                              expected < limit ? expected : limit);
    }
}
END_TEST

Suite *edit_distance_suite(void) {
    Suite *suite = suite_create("edit_distance");
    TCase *tcase = tcase_create("edit_distance");
    tcase_add_loop_test(tcase, distances, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tcase, long_words_are_never_near);
    tcase_add_test(tcase, agrees_with_the_definition);
    suite_add_tcase(suite, tcase);
    return suite;
}
