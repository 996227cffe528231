/*
 * The answers to all of api/examples/, pinned: decision id and SHA-256 of every full answer, the
 * same from every compiler at every level of optimisation. UNKNOT_GOLDEN=write renews golden.h.
 */
#include "engine/decision.h"

#include <check.h>
#include <string.h>

#include "base/json_text.h"
#include "resources/answer.h"
#include "tiny_release.h"

Suite *decision_suite(void);

struct golden {
    const char *file;
    const char *id;     /* empty: the engine refuses it */
    const char *sha256; /* of the answer */
};

static const struct golden goldens[] = {
#include "golden.h"
};

enum { GOLDENS = sizeof goldens / sizeof *goldens, MAX_EXAMPLES = 64 };

static struct knowledge *release;
static json_t *examples;

static void setup(void) {
    release = load_embedded_release();
    examples = json_load_file(SOURCE_DIR "/api/examples/index.json", 0, NULL);
}

static void teardown(void) {
    knowledge_free(release);
    json_decref(examples);
}

static const char *text_of(const json_t *row, const char *member) {
    const char *text = json_string_value(json_object_get(row, member));
    return text ? text : "";
}

static json_t *example_body(const char *file) {
    char path[500];
    (void)snprintf(path, sizeof path, SOURCE_DIR "/api/examples/%s", file);
    json_t *body = json_load_file(path, 0, NULL);
    ck_assert_msg(body != NULL, "%s", path);
    (void)json_object_set_new(body, "as_of", json_string("2026-11-22"));
    return body;
}

struct answered {
    char id[40], sha256[DIGEST_HEX];
    enum triage triage;
};

/* Decides and answers an example as the service does; id and hash stay empty when it is refused. */
static void answer_example(const json_t *row, struct answered *answered) {
    struct arena arena;
    struct complaints complaints;
    struct buffer answer;
    json_t *body = example_body(text_of(row, "file"));
    arena_init(&arena, 1 << 17);
    complaints_init(&complaints, &arena);
    buffer_init(&answer);
    *answered = (struct answered){.triage = TRIAGE_SELF_CARE};
    struct intake *intake = intake_read(release, body, 0, &arena, &complaints);
    ck_assert_ptr_nonnull(intake);
    if (complaints.total == 0) {
        intake->brief = strstr(text_of(row, "query"), "view=brief") != NULL;
        const struct decision *decision = decide(intake, DECIDE_EVERYTHING, &arena);
        ck_assert_ptr_nonnull(decision);
        bool checks = strcmp(text_of(row, "operationId"), "createContraindicationCheck") == 0;
        enum status status =
            checks ? answer_checks(decision, &answer) : answer_recommendation(decision, &answer);
        ck_assert_int_eq((int)status, (int)STATUS_OK);
        ck_assert_int_eq((int)digest_hex(answer.data, answer.len, answered->sha256),
                         (int)STATUS_OK);
        memcpy(answered->id, decision->id, sizeof answered->id);
        answered->triage = decision->outcome.triage;
        struct json_text_problem problem;
        json_t *parsed = json_text_parse(answer.data, answer.len, &problem);
        ck_assert_msg(parsed != NULL, "%s: %s", text_of(row, "file"), problem.detail);
        json_decref(parsed);
    }
    buffer_free(&answer);
    arena_free(&arena);
    json_decref(body);
}

static void write_goldens(void) {
    FILE *out = fopen(SOURCE_DIR "/tests/unit/golden.h", "we");
    size_t i;
    json_t *row;
    ck_assert_ptr_nonnull(out);
    (void)fputs("/* Written by UNKNOT_GOLDEN=write unknot_unit. */\n/* clang-format off */\n", out);
    json_array_foreach(examples, i, row) {
        struct answered answered;
        answer_example(row, &answered);
        (void)fprintf(out, "{\"%s\", \"%s\", \"%s\"},\n", text_of(row, "file"), answered.id,
                      answered.sha256);
    }
    (void)fclose(out);
}

START_TEST(examples_are_answered_as_ever) {
    const char *mode = getenv("UNKNOT_GOLDEN");
    size_t i;
    json_t *row;
    if (mode && strcmp(mode, "write") == 0) {
        write_goldens();
        return;
    }
    ck_assert_uint_eq(json_array_size(examples), GOLDENS);
    json_array_foreach(examples, i, row) {
        struct answered answered;
        const struct golden *golden = &goldens[i];
        answer_example(row, &answered);
        ck_assert_str_eq(text_of(row, "file"), golden->file);
        ck_assert_msg(strcmp(answered.id, golden->id) == 0 &&
                          strcmp(answered.sha256, golden->sha256) == 0,
                      "%s is answered otherwise; if that is meant: UNKNOT_GOLDEN=write "
                      "CK_RUN_SUITE=decision unknot_unit, and build again",
                      golden->file);
    }
}
END_TEST

START_TEST(examples_keep_their_promises) {
    size_t i;
    json_t *row;
    ck_assert_uint_gt(json_array_size(examples), 10);
    json_array_foreach(examples, i, row) {
        struct answered answered;
        const char *triage = text_of(row, "expect_triage");
        answer_example(row, &answered);
        if (json_integer_value(json_object_get(row, "expect_status")) != 200)
            continue;
        ck_assert_msg(*answered.id, "%s was refused", text_of(row, "file"));
        if (*triage)
            ck_assert_str_eq(triage_name(answered.triage), triage);
    }
}
END_TEST

/* Asking for parts changes no other part. */
START_TEST(parts_agree) {
    struct arena arena;
    arena_init(&arena, 1 << 17);
    struct intake *intake = good_intake(
        release, "{'age':60,'medications':[{'text':'warfarin'}],'pain':{'areas':['low_back']}}",
        &arena);
    ck_assert_ptr_nonnull(intake);
    const struct decision *all = decide(intake, DECIDE_EVERYTHING, &arena);
    const struct decision *outcome = decide(intake, DECIDE_OUTCOME, &arena);
    const struct decision *again = decide(intake, DECIDE_EVERYTHING, &arena);
    ck_assert(all && outcome && again);
    ck_assert_str_eq(all->id, again->id);
    ck_assert_str_eq(outcome->id, "");
    ck_assert_uint_eq(outcome->question_count + outcome->what_if_count, 0);
    ck_assert_uint_gt(all->question_count, 0);
    ck_assert_int_eq((int)all->outcome.triage, (int)outcome->outcome.triage);
    for (unsigned t = 0; t < release->technique_count; t++)
        ck_assert_mem_eq(&all->outcome.limits[t], &outcome->outcome.limits[t],
                         sizeof all->outcome.limits[t]);
    ck_assert_mem_eq(all->ranked, outcome->ranked, sizeof all->ranked);
    arena_free(&arena);
}
END_TEST

Suite *decision_suite(void) {
    Suite *suite = suite_create("decision");
    TCase *tcase = tcase_create("decision");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, examples_are_answered_as_ever);
    tcase_add_test(tcase, examples_keep_their_promises);
    tcase_add_test(tcase, parts_agree);
    suite_add_tcase(suite, tcase);
    return suite;
}
