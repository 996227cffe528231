/* The condition language: every construct, and every refusal with its message. */
#include "engine/condition.h"

#include <check.h>
#include <string.h>

#include "tiny_release.h"

Suite *condition_suite(void);

static struct knowledge *release;

static void setup(void) {
    release = tiny_release(NULL, 0);
}

static void teardown(void) {
    knowledge_free(release);
}

/* ---- trees written as text ---- */

static const char *const operation_words[] = {"<", "<=", ">", ">=", "=", "!="};

static void print(struct buffer *out, const struct expression *e);

static void print_parts(struct buffer *out, const char *name, const struct expression *e) {
    (void)buffer_printf(out, "%s(", name);
    for (size_t i = 0; i < e->part_count; i++) {
        (void)buffer_puts(out, i ? " " : "");
        print(out, e->parts[i]);
    }
    (void)buffer_puts(out, ")");
}

static const char *subject_name(const struct expression *e) {
    return e->subject < 0 ? "pain" : release->findings[e->subject].id;
}

static void print_test(struct buffer *out, const struct expression *e) {
    const char *operation = operation_words[e->operation];
    long long number = (long long)e->number;
    switch (e->kind) {
    case EXPRESSION_FINDING:
        (void)buffer_puts(out, subject_name(e));
        break;
    case EXPRESSION_NUMBER:
        (void)buffer_printf(out, "%s.%u %s %lld", subject_name(e), e->attribute, operation, number);
        break;
    case EXPRESSION_DETAIL:
        (void)buffer_printf(out, "%s.detail{%x}", subject_name(e), e->set);
        break;
    case EXPRESSION_AREAS:
        (void)buffer_printf(out, "%s.areas{%x}", subject_name(e), e->set);
        break;
    case EXPRESSION_MISSING:
        (void)buffer_printf(out, "missing %s.%u", subject_name(e), e->attribute);
        break;
    case EXPRESSION_UNSURE:
        (void)buffer_printf(out, "unsure %s", subject_name(e));
        break;
    case EXPRESSION_INTAKE:
        (void)buffer_printf(out, "intake%d %s %lld", e->subject, operation, number);
        break;
    case EXPRESSION_SEX:
        (void)buffer_printf(out, "sex %s %lld", operation, number);
        break;
    case EXPRESSION_PRESENTATION:
        (void)buffer_printf(out, "presentation %s", release->presentations[e->subject].id);
        break;
    default:
        (void)buffer_printf(out, "word%d", (int)e->kind);
    }
}

static void print(struct buffer *out, const struct expression *e) {
    switch (e->kind) {
    case EXPRESSION_ANY:
        print_parts(out, "any", e);
        break;
    case EXPRESSION_ALL:
        print_parts(out, "all", e);
        break;
    case EXPRESSION_NOT:
        print_parts(out, "not", e);
        break;
    case EXPRESSION_COUNT:
        print_parts(out, "count", e);
        (void)buffer_printf(out, " %s %lld", operation_words[e->operation], (long long)e->number);
        break;
    case EXPRESSION_HITS:
        (void)buffer_printf(out, "hits %s %s %lld", effect_name((enum effect)e->subject),
                            operation_words[e->operation], (long long)e->number);
        break;
    default:
        print_test(out, e);
    }
}

static const struct {
    const char *source, *tree;
} good[] = {
    {"cough", "cough"},
    {"both", "both"},
    {"  cough   &fever ", "all(cough fever)"},
    {"cough & fever & rash", "all(cough fever rash)"},
    {"cough | fever | rash", "any(cough fever rash)"},
    {"cough | fever & rash", "any(cough all(fever rash))"},
    {"(cough | fever) & rash", "all(any(cough fever) rash)"},
    {"!cough & fever", "all(not(cough) fever)"},
    {"!!cough", "not(not(cough))"},
    {"!(cough | fever)", "not(any(cough fever))"},
    {"any(cough)", "any(cough)"},
    {"any(cough, fever & rash)", "any(cough all(fever rash))"},
    {"all(cough, !fever)", "all(cough not(fever))"},
    {"count(cough, fever, rash) >= 2", "count(cough fever rash) >= 2"},
    {"count(cough, fever) = 0", "count(cough fever) = 0"},
    {"count(cough, fever) != 1", "count(cough fever) != 1"},
    {"count(cough, fever) < 1", "count(cough fever) < 1"},
    {"count(cough, fever) <= 1", "count(cough fever) <= 1"},
    {"count(cough, fever) > 1 & rash", "all(count(cough fever) > 1 rash)"},
    {"hits(clinician) >= 2", "hits clinician >= 2"},
    {"hits(urgent) = 0", "hits urgent = 0"},
    {"hits(emergency) > 1", "hits emergency > 1"},
    {"missing(clot.weeks_ago)", "missing clot.1"},
    {"missing(reading.value)", "missing reading.2"},
    {"missing(rash.areas)", "missing rash.4"},
    {"missing(bleed.detail)", "missing bleed.8"},
    {"unsure(cough)", "unsure cough"},
    {"unmatched(medications)", "word14"},
    {"no_presentation", "word15"},
    {"no_specific_presentation", "word16"},
    {"always", "word17"},
    {"presentation:clot_pain", "presentation clot_pain"},
    {"clot.weeks_ago < 13", "clot.1 < 13000"},
    {"clot.weeks_ago <= 4.3", "clot.1 <= 4300"},
    {"clot.weeks_ago != 0", "clot.1 != 0"},
    {"clot.weeks_ago = 520", "clot.1 = 520000"},
    {"reading.value > -50", "reading.2 > -50000"},
    {"reading.value >= -0.5", "reading.2 >= -500"},
    {"bleed.detail = some", "bleed.detail{2}"},
    {"bleed.detail != some", "bleed.detail{5}"},
    {"bleed.detail >= some", "bleed.detail{6}"},
    {"bleed.detail > some", "bleed.detail{4}"},
    {"bleed.detail < some", "bleed.detail{1}"},
    {"bleed.detail <= some", "bleed.detail{3}"},
    {"bleed.detail in (little, lots)", "bleed.detail{5}"},
    {"bleed.detail in (some)", "bleed.detail{2}"},
    {"rash.areas has calf", "rash.areas{2}"},
    {"rash.areas has LEG", "rash.areas{6}"},
    {"pain.areas has TRUNK", "pain.areas{1}"},
    {"age >= 70", "intake0 >= 70000"},
    {"pain.intensity = 8", "intake1 = 8000"},
    {"pain.duration_weeks < 6.5", "intake2 < 6500"},
    {"sex = female", "sex = 1"},
    {"sex != male", "sex != 2"},
    {"sex = other", "sex = 3"},
};

START_TEST(constructs) {
    char message[300] = "";
    struct buffer out;
    buffer_init(&out);
    const struct expression *tree =
        condition_parse(release, good[_i].source, message, sizeof message);
    ck_assert_msg(tree != NULL, "%s: %s", good[_i].source, message);
    ck_assert_str_eq(message, "");
    print(&out, tree);
    ck_assert_str_eq(out.data, good[_i].tree);
    buffer_free(&out);
}
END_TEST

static const struct {
    const char *source, *message;
} bad[] = {
    {"", "expected a condition, found '' (at column 1)"},
    {"   ", "expected a condition, found '' (at column 4)"},
    {"cogh", "unknown finding 'cogh' (at column 1)"},
    {"cough fever", "unexpected 'fever' (at column 7)"},
    {"cough &", "expected a condition, found '' (at column 8)"},
    {"| cough", "expected a condition, found '|' (at column 1)"},
    {"cough && fever", "expected a condition, found '&' (at column 8)"},
    {"(cough", "expected ')', found '' (at column 7)"},
    {"cough)", "unexpected ')' (at column 6)"},
    {"()", "expected a condition, found ')' (at column 2)"},
    {"!", "expected a condition, found '' (at column 2)"},
    {"Cough", "expected a condition, found 'Cough' (at column 1)"},
    {"7", "expected a condition, found '7' (at column 1)"},
    {"any", "expected '(', found '' (at column 4)"},
    {"any cough", "expected '(', found 'cough' (at column 5)"},
    {"any()", "expected a condition, found ')' (at column 5)"},
    {"any(cough,)", "expected a condition, found ')' (at column 11)"},
    {"all(cough fever)", "expected ')', found 'fever' (at column 11)"},
    {"count(cough)", "expected one of < <= > >= = !=, found '' (at column 13)"},
    {"count(cough) >= x", "expected a number, found 'x' (at column 17)"},
    {"count(cough) >= 1.5", "a count is a whole number (at column 20)"},
    {"count(cough) >=", "expected a number, found '' (at column 16)"},
    {"hits(CLR) >= 1", "hits() takes clinician, urgent or emergency, not 'CLR' (at column 6)"},
    {"hits() >= 1", "hits() takes clinician, urgent or emergency, not ')' (at column 6)"},
    {"hits urgent", "expected '(', found 'urgent' (at column 6)"},
    {"hits(urgent", "expected ')', found '' (at column 12)"},
    {"hits(urgent)", "expected one of < <= > >= = !=, found '' (at column 13)"},
    {"missing(clot)", "an attribute is missing (at column 9)"},
    {"missing(cough.weeks_ago)", "'cough.weeks_ago' is not an attribute it has (at column 9)"},
    {"missing clot", "expected '(', found 'clot' (at column 9)"},
    {"missing(nobody.value)", "unknown finding 'nobody' (at column 9)"},
    {"unsure(clot.weeks_ago)", "no attribute belongs here (at column 8)"},
    {"unsure(cough", "expected ')', found '' (at column 13)"},
    {"unmatched(cough)", "expected 'medications', found 'cough' (at column 11)"},
    {"unmatched", "expected '(', found '' (at column 10)"},
    {"presentation:none", "unknown presentation 'none' (at column 1)"},
    {"presentation:", "unknown presentation '' (at column 1)"},
    {"cough.value = 1", "'cough.value' is not an attribute it has (at column 1)"},
    {"clot.colour = 1", "'clot.colour' is not an attribute it has (at column 1)"},
    {"both.value = 1", "'both.value' is not an attribute it has (at column 1)"},
    {"clot.weeks_ago", "expected one of < <= > >= = !=, found '' (at column 15)"},
    {"clot.weeks_ago < many", "expected a number, found 'many' (at column 18)"},
    {"clot.weeks_ago < 521", "the number lies outside the range of clot (at column 21)"},
    {"clot.weeks_ago < -1", "the number lies outside the range of clot (at column 20)"},
    {"clot.weeks_ago < 1x", "expected a number, found '1x' (at column 18)"},
    {"clot.weeks_ago < 99999999999999999999",
     "expected a number, found '99999999999999999999' (at column 18)"},
    {"clot.weeks_ago < 1e3", "expected a number, found '1e3' (at column 18)"},
    {"clot.weeks_ago < 0x10", "expected a number, found '0x10' (at column 18)"},
    {"clot.weeks_ago < 1.5.2", "expected a number, found '1.5.2' (at column 18)"},
    {"count(cough) >= 1000000000", "expected a number, found '1000000000' (at column 17)"},
    {"clot.weeks_ago < inf", "expected a number, found 'inf' (at column 18)"},
    {"clot.weeks_ago < nan", "expected a number, found 'nan' (at column 18)"},
    {"bleed.detail = much", "'much' is not a choice of bleed (at column 16)"},
    {"bleed.detail in lots", "expected '(', found 'lots' (at column 17)"},
    {"bleed.detail in (lots, much)", "'much' is not a choice of bleed (at column 24)"},
    {"bleed.detail in (lots", "expected ')', found '' (at column 22)"},
    {"bleed.detail has lots", "expected one of < <= > >= = !=, found 'has' (at column 14)"},
    {"rash.areas = calf", "expected 'has', found '=' (at column 12)"},
    {"rash.areas has moon", "unknown area 'moon' (at column 16)"},
    {"pain.areas has moon", "unknown area 'moon' (at column 16)"},
    {"pain.areas", "expected 'has', found '' (at column 11)"},
    {"age", "expected one of < <= > >= = !=, found '' (at column 4)"},
    {"age >= old", "expected a number, found 'old' (at column 8)"},
    {"sex", "expected one of < <= > >= = !=, found '' (at column 4)"},
    {"sex = fish", "sex is compared by = or != with female, male or other (at column 7)"},
    {"sex < male", "sex is compared by = or != with female, male or other (at column 11)"},
    {"always cough", "unexpected 'cough' (at column 8)"},
    {"cough\tfever", "unexpected '\t' (at column 6)"},
    {"cough ^ fever", "unexpected '^' (at column 7)"},
    {"cough & \xC3\xA9", "expected a condition, found '\xC3' (at column 9)"},
};

START_TEST(refusals) {
    char message[300] = "";
    const struct expression *tree =
        condition_parse(release, bad[_i].source, message, sizeof message);
    ck_assert_msg(tree == NULL, "%s", bad[_i].source);
    ck_assert_str_eq(message, bad[_i].message);
}
END_TEST

/* n times `open`, then `middle`, then n times `close`. */
static char *nested(const char *open, size_t n, const char *middle, const char *close) {
    struct buffer out;
    buffer_init(&out);
    for (size_t i = 0; i < n; i++)
        (void)buffer_puts(&out, open);
    (void)buffer_puts(&out, middle);
    for (size_t i = 0; i < n; i++)
        (void)buffer_puts(&out, close);
    return buffer_steal(&out, NULL);
}

static const struct {
    const char *open, *middle, *close, *message;
    size_t good, bad;
} bounds[] = {
    {"(", "cough", ")", "nested deeper than 24 (at column 25)", 23, 24},
    {"cough & ", "fever", "", "more than 48 parts (at column 385)", 47, 48},
    {"cough | ", "fever", "", "more than 48 parts (at column 385)", 47, 48},
    {"any(", "cough", ")", "nested deeper than 24 (at column 97)", 23, 24},
};

START_TEST(limits) {
    char message[300] = "";
    char *fits = nested(bounds[_i].open, bounds[_i].good, bounds[_i].middle, bounds[_i].close);
    char *over = nested(bounds[_i].open, bounds[_i].bad, bounds[_i].middle, bounds[_i].close);
    ck_assert_ptr_nonnull(condition_parse(release, fits, message, sizeof message));
    ck_assert_ptr_null(condition_parse(release, over, message, sizeof message));
    ck_assert_str_eq(message, bounds[_i].message);
    free(fits);
    free(over);
}
END_TEST

START_TEST(endless_texts) {
    char message[300] = "";
    char *word = nested("abcdefgh", 20, "", "");
    char *nots = nested("!", 20000, "cough", "");
    char *list = nested("cough, ", 60, "cough) ", "");
    char *any = nested("any(", 1, list, "");
    ck_assert_ptr_null(condition_parse(release, word, message, sizeof message));
    ck_assert_str_eq(message, "a word is too long (at column 1)");
    ck_assert_ptr_null(condition_parse(release, nots, message, sizeof message));
    ck_assert_str_eq(message, "nested deeper than 24 (at column 25)");
    ck_assert_ptr_null(condition_parse(release, any, message, sizeof message));
    ck_assert_str_eq(message, "more than 48 parts (at column 341)");
    free(word);
    free(nots);
    free(list);
    free(any);
}
END_TEST

START_TEST(a_small_message_buffer) {
    char message[8] = "";
    ck_assert_ptr_null(condition_parse(release, "nobody", message, sizeof message));
    ck_assert_str_eq(message, "unknown");
}
END_TEST

START_TEST(operations_hold) {
    static const bool expected[6][3] = {
        /* 1 OP 2, 2 OP 2, 3 OP 2 */
        [LESS] = {true, false, false},    [LESS_EQUAL] = {true, true, false},
        [GREATER] = {false, false, true}, [GREATER_EQUAL] = {false, true, true},
        [EQUAL] = {false, true, false},   [NOT_EQUAL] = {true, false, true},
    };
    for (int operation = LESS; operation <= NOT_EQUAL; operation++)
        for (int a = 1; a <= 3; a++)
            ck_assert_int_eq(operation_holds(a, (enum operation)operation, 2),
                             expected[operation][a - 1]);
    ck_assert(!operation_holds(1, (enum operation)17, 1));
}
END_TEST

Suite *condition_suite(void) {
    Suite *suite = suite_create("condition");
    TCase *tcase = tcase_create("condition");
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, constructs, 0, (int)(sizeof good / sizeof *good));
    tcase_add_loop_test(tcase, refusals, 0, (int)(sizeof bad / sizeof *bad));
    tcase_add_loop_test(tcase, limits, 0, (int)(sizeof bounds / sizeof *bounds));
    tcase_add_test(tcase, endless_texts);
    tcase_add_test(tcase, a_small_message_buffer);
    tcase_add_test(tcase, operations_hold);
    suite_add_tcase(suite, tcase);
    return suite;
}
