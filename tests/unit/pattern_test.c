/* Patterns: runs by hand and regexec must agree, and both must agree with ECMA-262. */
#include "contract/pattern.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *pattern_suite(void);

static const struct {
    const char *pattern;
    const char *text;
    bool fast, matches;
} cases[] = {
    {"^[a-z][a-z0-9_]{0,63}$", "low_back2", true, true},
    {"^[a-z][a-z0-9_]{0,63}$", "2low", true, false},
    {"^[a-z][a-z0-9_]{0,2}$", "abcd", true, false},
    {"^.{0,3}$", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", true, true},
    {"^.{0,2}$", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", true, false},
    {"^.*$", "a\nb", true, false},
    {"^\\S+$", "a b", true, false},
    {"^[^/]+$", "a\xC3\xA9", true, true},
    {"^\\d{4}-\\d{2}$", "2026-11", true, true},
    {"^\\w+\\.\\w+$", "a_1.B", true, true},
    {"^[\\w.-]+$", "a-b.c", true, true},
    {"^[^\\x00-\\x1F\\x7F]+$", "a \xC3\xA9", true, true},
    {"^[^\\x00-\\x1F\\x7F]+$", "a\x1B", true, false},
    {"^[]$", "x", true, false},
    {"^a?ab$", "ab", false, true},
    {"^[a-z]+z$", "abz", false, true},
    {"b", "abc", false, true},
    {"^(a|b)+$", "abba", false, true},
    {"^(?:a|b)+$", "abca", false, false},
    {"^(.|-){3}$", "\xC3\xA9\xC3\xA9-", false, true},
    {"^([\\]^-]|x)+$", "]^-x", false, true},
    {"^([\\^]|x)+$", "^x", false, true},
    {"^([\\^-]|x)+$", "^-x", false, true},
    {"^([\\^-]|x)+$", "]", false, false},
    {"^([+--]|x)+$", "+,-x", false, true},
    {"^([^a]|b)+$", "\xC3\xA9z]^-[", false, true},
    {"^([^a]|b)+$", "xa", false, false},
    {"^(\\$|\\()$", "$", false, true},
    {"^(\\x41|[\\x61-\\x63])+$", "Aabc", false, true},
    {"^([[:a]|x)+$", "[:ax", false, true},
};

START_TEST(matches) {
    struct arena arena;
    const char *fault;
    arena_init(&arena, 4096);
    struct pattern *pattern = pattern_compile(&arena, cases[_i].pattern, &fault);
    ck_assert_msg(pattern != NULL, "%s: %s", cases[_i].pattern, fault);
    ck_assert_msg((pattern->regex == NULL) == cases[_i].fast, "%s", cases[_i].pattern);
    bool found = pattern_matches(pattern, cases[_i].text, strlen(cases[_i].text));
    ck_assert_msg(found == cases[_i].matches, "%s on %s", cases[_i].pattern, cases[_i].text);
    pattern_release(pattern);
    arena_free(&arena);
}
END_TEST

/* A group around everything forces regexec. */
static void compare(struct arena *arena, const char *runs, unsigned *seed) {
    static const char *const pieces[] = {"a", "b", "_", "0", "-", "Z", " ", "\xC3\xA9", "]", "^"};
    char grouped[64];
    const char *fault;
    (void)snprintf(grouped, sizeof grouped, "^(%.*s)$", (int)strlen(runs) - 2, runs + 1);
    struct pattern *fast = pattern_compile(arena, runs, &fault);
    struct pattern *slow = pattern_compile(arena, grouped, &fault);
    ck_assert_msg(fast && slow && !fast->regex && slow->regex, "%s: %s", runs, fault);
    for (int i = 0; i < 500; i++) {
        char text[32] = "";
        for (int len = rand_r(seed) % 8; len > 0; len--)
            strcat(text, pieces[rand_r(seed) % 10]);
        bool by_hand = pattern_matches(fast, text, strlen(text));
        ck_assert_msg(by_hand == pattern_matches(slow, text, strlen(text)), "%s on '%s'", runs,
                      text);
    }
    pattern_release(slow);
}

START_TEST(both_ways_agree) {
    static const char *const all[] = {
        "^[a-z][a-z0-9_]{0,3}$", "^[^a]*a?$", "^a{2,}b{0,1}[0-9]*$",
        "^\\w{1,3}-?\\s*$",      "^.{2,4}$",  "^[a\\]^-]+$",
    };
    unsigned seed = 7;
    struct arena arena;
    arena_init(&arena, 4096);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        compare(&arena, all[i], &seed);
    arena_free(&arena);
}
END_TEST

START_TEST(refused) {
    static const char *const all[] = {"[a",    "a{2",     "a{3,1}", "*a",     "a**",
                                      "\\",    "\\1",     "\\b",    "(?!a)",  "(a",
                                      "[z-a]", "a{2}{3}", "^*a",    "[\\d-z]"};
    struct arena arena;
    const char *fault;
    arena_init(&arena, 4096);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        ck_assert_msg(pattern_compile(&arena, all[i], &fault) == NULL, "%s", all[i]);
    arena_free(&arena);
}
END_TEST

Suite *pattern_suite(void) {
    Suite *suite = suite_create("pattern");
    TCase *tcase = tcase_create("pattern");
    tcase_add_loop_test(tcase, matches, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tcase, both_ways_agree);
    tcase_add_test(tcase, refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
