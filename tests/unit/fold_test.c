/* Words whose spelling habits do not matter. */
#include "base/fold.h"

#include <check.h>
#include <string.h>

Suite *fold_suite(void);

static const struct {
    const char *text, *words;
} words[] = {
    {"", ""},
    {" .,;-/ ", ""},
    {"Ibuprof\xC3\xA8ne-400mg", "ibuprofene 400mg"},
    {"  ELIQUIS(R)  5 mg  ", "eliquis r 5 mg"},
    {"Stra\xC3\x9F"
     "e",
     "strasse"},
    {"\xC3\x85SPIRIN", "aspirin"},      /* A with ring, precomposed */
    {"A\xCC\x8ASPIRIN", "aspirin"},     /* and as two characters */
    {"\xE2\x84\xAB", "a"},              /* the sign of the unit */
    {"\xEF\xAC\x81x", "fix"},           /* a ligature */
    {"\xEF\xBD\x81\xEF\xBD\x82", "ab"}, /* full-width letters */
    {"x\xC2\xB2", "x2"},                /* superscript */
    {"a\xC2\xA0\xE2\x80\x93\xE2\x80\x8B"
     "b",
     "a b"}, /* no-break space, dash, zero width */
    {"\xD0\x92\xD0\x90\xD0\xA0", "\xD0\xB2\xD0\xB0\xD1\x80"},
    {"\xF0\x9F\x92\x8A pill", "pill"}, /* an emoji separates */
    {"one_two", "one two"},
    {"a\tb\nc", "a b c"},
};

START_TEST(folded_words) {
    struct arena arena;
    arena_init(&arena, 256);
    ck_assert_str_eq(fold_words(&arena, words[_i].text, strlen(words[_i].text)), words[_i].words);
    char *again = fold_words(&arena, words[_i].words, strlen(words[_i].words));
    ck_assert_str_eq(again, words[_i].words);
    arena_free(&arena);
}
END_TEST

/* The short way for ASCII gives what the long way does: an accent at the end asks for the long one,
 * and vanishes. */
START_TEST(ascii_is_no_exception) {
    struct arena arena;
    arena_init(&arena, 256);
    for (int c = 1; c < 128; c++) {
        char text[] = {'A', (char)c, ' ', (char)c, 'b', '\xCC', '\x81', '\0'};
        ck_assert_str_eq(fold_words(&arena, text, 5), fold_words(&arena, text, 7));
        ck_assert_str_eq(fold_words(&arena, text + 1, 4), fold_words(&arena, text + 1, 6));
    }
    arena_free(&arena);
}
END_TEST

START_TEST(canonical_form) {
    struct arena arena;
    arena_init(&arena, 256);
    ck_assert_str_eq(fold_canonical(&arena, "plain", 5), "plain");
    ck_assert_str_eq(fold_canonical(&arena, "", 0), "");
    ck_assert_str_eq(fold_canonical(&arena, "e\xCC\x81", 3), "\xC3\xA9");
    ck_assert_str_eq(fold_canonical(&arena, "\xC3\xA9", 2), "\xC3\xA9");
    ck_assert_str_eq(fold_canonical(&arena, "\xE2\x84\xAB", 3), "\xC3\x85");
    arena_free(&arena);
}
END_TEST

START_TEST(broken_text_does_no_harm) {
    struct arena arena;
    arena_init(&arena, 256);
    static const char *const broken[] = {"\xFF", "a\xC3", "\xED\xA0\x80", "\xF8\x88\x80\x80\x80"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        const char *folded = fold_words(&arena, broken[i], strlen(broken[i]));
        ck_assert(!folded || strlen(folded) <= 32);
        (void)!fold_canonical(&arena, broken[i], strlen(broken[i]));
    }
    arena_free(&arena);
}
END_TEST

Suite *fold_suite(void) {
    Suite *suite = suite_create("fold");
    TCase *tcase = tcase_create("fold");
    tcase_add_loop_test(tcase, folded_words, 0, (int)(sizeof words / sizeof *words));
    tcase_add_test(tcase, ascii_is_no_exception);
    tcase_add_test(tcase, canonical_form);
    tcase_add_test(tcase, broken_text_does_no_harm);
    suite_add_tcase(suite, tcase);
    return suite;
}
