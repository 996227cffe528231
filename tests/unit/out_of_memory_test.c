/*
 * The n-th allocation fails, alone or with all after it: what then comes out is a clean refusal, or
 * exactly what would have come out anyway; never anything else. The linker sends the allocations of
 * our own code through here (--wrap), jansson is told to; leaks are the sanitizer's business.
 */
#include <check.h>
#include <jansson.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/decision.h"
#include "resources/answer.h"
#include "resources/catalogue.h"
#include "resources/fhir_library.h"
#include "tiny_release.h"

Suite *out_of_memory_suite(void);

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

static bool counting, forever;
static size_t taken, failing; /* the number of the allocation that fails, from 1 */

static bool fails(void) {
    if (!counting)
        return false;
    taken++;
    return taken == failing || (forever && failing && taken > failing);
}

void *__wrap_malloc(size_t size) {
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
    return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text) {
    return fails() ? NULL : __real_strdup(text);
}

/* failing 0: count only */
static void fail_from(size_t number, bool all_after) {
    taken = 0;
    failing = number;
    forever = all_after;
    counting = true;
}

static size_t stop_failing(void) {
    counting = false;
    return taken;
}

static const char busy[] =
    "{'age':60,'sex':'female','pain':{'intensity':6,'duration_weeks':9,'areas':['low_back']},"
    "'presentations':['nslbp_acute'],'findings':[%s],'medications':[%s],'diagnoses':[%s],"
    "'preferences':{'pressure':3,'therapist_gender':'female'},"
    "'clearances':[{'recorded':'2026-11-01','by':'e\\u0301','role':'doctor','findings':[%s]}]}";

static char *busy_intake(const char *finding, const char *medicine, const char *code,
                         const char *cleared) {
    char json[1000];
    (void)snprintf(json, sizeof json, busy, finding, medicine, code, cleared);
    return real_quotes(json);
}

static char *busy_real(void) {
    return busy_intake(
        "{'id':'rf_fever','state':'present'},{'id':'rf_osteoporosis_known','state':'unknown'}",
        "{'text':'Marevan 3 mg'},{'text':'unicorn dust'},{'text':'caf\\u00e9'}",
        "{'system':'icd10cm','code':'I80.2','weeks_ago':5}", "'rf_fever'");
}

static char *busy_tiny(void) {
    return busy_intake("{'id':'rash','state':'present'},{'id':'cough','state':'unknown'}",
                       "{'text':'Alphadol 3 mg'},{'text':'unicorn dust'},{'text':'caf\\u00e9'}",
                       "{'system':'icd10cm','code':'I80.2','weeks_ago':5}", "'rash'");
}

/* Reads, decides and answers, all of it or nothing: NULL. Arenas of small blocks fail in more
 * places. */
static char *answer_of(const struct knowledge *knowledge, const json_t *body, bool checks,
                       size_t block) {
    struct arena arena;
    struct complaints complaints;
    struct buffer answer;
    arena_init(&arena, block);
    complaints_init(&complaints, &arena);
    buffer_init(&answer);
    struct intake *intake = intake_read(knowledge, body, TINY_TODAY, &arena, &complaints);
    const struct decision *decision =
        intake && complaints.total == 0 ? decide(intake, DECIDE_EVERYTHING, &arena) : NULL;
    enum status status = STATUS_NO_MEMORY;
    if (decision)
        status =
            checks ? answer_checks(decision, &answer) : answer_recommendation(decision, &answer);
    char *text = status == STATUS_OK ? buffer_steal(&answer, NULL) : NULL;
    buffer_free(&answer);
    arena_free(&arena);
    return text;
}

static void fail_every_one(const struct knowledge *knowledge, const json_t *body, bool checks,
                           size_t block) {
    char *expected = answer_of(knowledge, body, checks, block);
    ck_assert_ptr_nonnull(expected);
    fail_from(0, false);
    free(answer_of(knowledge, body, checks, block));
    size_t count = stop_failing();
    ck_assert_uint_gt(count, 3);
    for (size_t n = 1; n <= count; n++)
        for (int all_after = 0; all_after < 2; all_after++) {
            fail_from(n, all_after);
            char *answer = answer_of(knowledge, body, checks, block);
            (void)stop_failing();
            ck_assert_msg(!answer || strcmp(answer, expected) == 0,
                          "allocation %zu of %zu fails, and another answer is given", n, count);
            free(answer);
        }
    free(expected);
}

static json_t *parsed_and_freed(char *text) {
    json_t *body = json_loads(text, 0, NULL);
    free(text);
    ck_assert_ptr_nonnull(body);
    return body;
}

START_TEST(answers) {
    struct knowledge *knowledge = load_embedded_release();
    json_t *body = parsed_and_freed(busy_real());
    ck_assert_ptr_nonnull(knowledge);
    fail_every_one(knowledge, body, false, 128 * 1024);
    fail_every_one(knowledge, body, true, 128 * 1024);
    json_decref(body);
    knowledge_free(knowledge);
}
END_TEST

START_TEST(answers_from_small_blocks) {
    static const struct tiny_rule rules[] = {
        {"M.a", "rash", "CLR", NULL, NULL},
        {"M.b", "clot.weeks_ago < 13 | cough", "urgent", "clearance", NULL},
        {"M.c", "unmatched(medications)", "TECH", NULL, "'restricts':['firm']"},
    };
    struct knowledge *knowledge = tiny_release(rules, 3);
    json_t *body = parsed_and_freed(busy_tiny());
    ck_assert_ptr_nonnull(knowledge);
    fail_every_one(knowledge, body, false, 16);
    fail_every_one(knowledge, body, true, 16);
    json_decref(body);
    knowledge_free(knowledge);
}
END_TEST

/* ---- loading ---- */

static void load_failing(const struct knowledge_file *files, size_t count, const json_t *body,
                         const char *expected, size_t n, bool all_after) {
    struct report report;
    report_init(&report);
    fail_from(n, all_after);
    struct knowledge *knowledge = knowledge_load(files, count, &report);
    (void)stop_failing();
    char *answer = knowledge ? answer_of(knowledge, body, false, 4096) : NULL;
    ck_assert_msg(!knowledge || (answer && strcmp(answer, expected) == 0),
                  "allocation %zu fails%s, and a broken release is loaded", n,
                  all_after ? " with all after it" : "");
    free(answer);
    knowledge_free(knowledge);
    report_free(&report);
}

static void fail_loads(const struct knowledge_file *files, size_t count, const json_t *body,
                       size_t first, size_t steps) {
    struct knowledge *knowledge = load_or_say(files, count);
    ck_assert_ptr_nonnull(knowledge);
    char *expected = answer_of(knowledge, body, false, 4096);
    ck_assert_ptr_nonnull(expected);
    knowledge_free(knowledge);
    fail_from(0, false);
    knowledge = load_or_say(files, count);
    size_t all = stop_failing();
    knowledge_free(knowledge);
    for (size_t n = 1; n <= all; n += n < first ? 1 : (all - first) / steps + 1)
        for (int all_after = 0; all_after < 2; all_after++)
            load_failing(files, count, body, expected, n, all_after);
    free(expected);
}

START_TEST(loading_a_tiny_release) {
    struct tiny_made made;
    json_t *body = parsed_and_freed(busy_tiny());
    tiny_make(&made, NULL, 0, NULL, 0);
    fail_loads(made.files, made.count, body, 150, 100);
    json_decref(body);
    tiny_free(&made);
}
END_TEST

START_TEST(loading_with_a_failing_parser) {
    struct tiny_made made;
    json_t *body = parsed_and_freed(busy_tiny());
    tiny_make(&made, NULL, 0, NULL, 0);
    json_set_alloc_funcs(__wrap_malloc, free);
    fail_loads(made.files, made.count, body, 60, 150);
    json_set_alloc_funcs(malloc, free);
    json_decref(body);
    tiny_free(&made);
}
END_TEST

START_TEST(loading_the_release) {
    struct knowledge_file files[TINY_MAX_FILES];
    json_t *body = parsed_and_freed(busy_real());
    fail_loads(files, embedded_files(files), body, 6, 6);
    json_decref(body);
}
END_TEST

/* ---- rendering ---- */

enum { RENDERED = COLLECTION_COUNT + DOCUMENT_COUNT + FHIR_DEFINITIONS };

static struct catalogue *catalogue;
static struct fhir_library *library;

static void open_catalogue(const struct knowledge *knowledge) {
    catalogue = catalogue_new(knowledge);
    library = fhir_library_new(knowledge);
    ck_assert(catalogue && library);
}

static void close_catalogue(void) {
    catalogue_free(catalogue);
    fhir_library_free(library);
}

/* One of all that is rendered on demand; NULL: there was no memory. */
static const struct rendered *rendered_at(int which) {
    if (which < COLLECTION_COUNT) {
        struct collection *collection =
            catalogue_collection(catalogue, "en", (enum collection_name)which);
        return collection ? &collection->whole : NULL;
    }
    which -= COLLECTION_COUNT;
    if (which < DOCUMENT_COUNT)
        return catalogue_document(catalogue, "en", (enum document_name)which);
    which -= DOCUMENT_COUNT;
    const struct fhir_shelf *shelf = fhir_library_shelf(library, "en", (enum fhir_definition)which);
    return shelf && shelf->count ? &shelf->entries[shelf->count - 1].rendered : NULL;
}

static bool is_same(const struct rendered *rendered, const char *expected, size_t len) {
    return rendered && rendered->len == len && memcmp(rendered->bytes, expected, len) == 0;
}

/* The next one who asks gets it whole, whatever failed before. */
static void fail_rendering(const struct knowledge *knowledge, int which, size_t steps) {
    open_catalogue(knowledge);
    fail_from(0, false);
    const struct rendered *rendered = rendered_at(which);
    size_t all = stop_failing(), len = rendered ? rendered->len : 0;
    if (!rendered) { /* the tiny release says less than FHIR needs */
        ck_assert_int_ge(which, COLLECTION_COUNT + DOCUMENT_COUNT);
        close_catalogue();
        return;
    }
    char *expected = strndup(rendered->bytes, len);
    ck_assert_uint_gt(all, 3);
    for (size_t n = 1; n <= all; n += all / steps + 1)
        for (int all_after = 0; all_after < 2; all_after++) {
            close_catalogue();
            open_catalogue(knowledge);
            fail_from(n, all_after);
            rendered = rendered_at(which);
            (void)stop_failing();
            ck_assert_msg(!rendered || is_same(rendered, expected, len),
                          "%d: allocation %zu of %zu fails, and something else is rendered", which,
                          n, all);
            ck_assert_msg(is_same(rendered_at(which), expected, len), "%d: stays broken", which);
        }
    close_catalogue();
    free(expected);
}

START_TEST(rendering) {
    struct knowledge *tiny = tiny_release(NULL, 0), *whole = load_embedded_release();
    ck_assert(tiny && whole);
    json_set_alloc_funcs(__wrap_malloc, free);
    for (int which = 0; which < RENDERED; which++) {
        fail_rendering(tiny, which, 40);
        fail_rendering(whole, which, 2);
    }
    json_set_alloc_funcs(malloc, free);
    knowledge_free(tiny);
    knowledge_free(whole);
}
END_TEST

START_TEST(searching) {
    struct knowledge *tiny = tiny_release(NULL, 0);
    ck_assert_ptr_nonnull(tiny);
    open_catalogue(tiny);
    struct collection *findings = catalogue_collection(catalogue, "en", COLLECTION_FINDINGS);
    ck_assert_ptr_nonnull(findings);
    json_set_alloc_funcs(__wrap_malloc, free);
    for (size_t n = 1; !atomic_load(&findings->searched); n++) {
        fail_from(n, true);
        const char *words = collection_words(findings, 0);
        size_t count = stop_failing();
        ck_assert_msg((words != NULL) == (count < n), "allocation %zu of %zu fails", n, count);
    }
    json_set_alloc_funcs(malloc, free);
    ck_assert_ptr_nonnull(strstr(collection_words(findings, 0), findings->items[0].id));
    close_catalogue();
    knowledge_free(tiny);
}
END_TEST

Suite *out_of_memory_suite(void) {
    Suite *suite = suite_create("out_of_memory");
    TCase *tcase = tcase_create("out_of_memory");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, answers);
    tcase_add_test(tcase, answers_from_small_blocks);
    tcase_add_test(tcase, loading_a_tiny_release);
    tcase_add_test(tcase, loading_with_a_failing_parser);
    tcase_add_test(tcase, loading_the_release);
    tcase_add_test(tcase, rendering);
    tcase_add_test(tcase, searching);
    suite_add_tcase(suite, tcase);
    return suite;
}
