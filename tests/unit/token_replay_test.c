/* A token counts once, for as long as it lives, whatever else comes. */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "access/token_replay.h"

enum { NOW = 1000000, SLOTS = 65536, TOO_MANY = SLOTS + SLOTS / 8 };

static struct token_replay *replay;

static void set_up(void) {
    ck_assert_int_eq(token_replay_new(&replay), STATUS_OK);
}

static void tear_down(void) {
    token_replay_free(replay);
}

static enum status use(const char *issuer, const char *id, int64_t now, int64_t ends) {
    return token_replay_use(replay, issuer, id, now, ends);
}

static enum status use_number(unsigned number, int64_t now, int64_t ends) {
    char id[24];
    (void)snprintf(id, sizeof id, "id-%u", number);
    return use("https://ehr.example", id, now, ends);
}

START_TEST(the_same_one_counts_once) {
    ck_assert_int_eq(use("a", "1", NOW, NOW + 300), STATUS_OK);
    ck_assert_int_eq(use("a", "1", NOW, NOW + 300), STATUS_CONFLICT);
    ck_assert_int_eq(use("a", "1", NOW + 299, NOW + 9999), STATUS_CONFLICT);
}
END_TEST

START_TEST(issuer_and_id_together_name_it) {
    ck_assert_int_eq(use("a", "1", NOW, NOW + 300), STATUS_OK);
    ck_assert_int_eq(use("b", "1", NOW, NOW + 300), STATUS_OK);
    ck_assert_int_eq(use("a", "2", NOW, NOW + 300), STATUS_OK);
    /* Where one ends and the other begins counts, too. */
    ck_assert_int_eq(use("a b", "c", NOW, NOW + 300), STATUS_OK);
    ck_assert_int_eq(use("a", "b c", NOW, NOW + 300), STATUS_OK);
    ck_assert_int_eq(use("1 a", "x", NOW, NOW + 300), STATUS_OK);
    ck_assert_int_eq(use("", "", NOW, NOW + 300), STATUS_OK);
    ck_assert_int_eq(use("", "", NOW, NOW + 300), STATUS_CONFLICT);
}
END_TEST

START_TEST(it_is_forgotten_at_its_end) {
    ck_assert_int_eq(use("a", "1", NOW, NOW + 300), STATUS_OK);
    ck_assert_int_eq(use("a", "1", NOW + 300, NOW + 600), STATUS_OK);
    ck_assert_int_eq(use("a", "1", NOW + 301, NOW + 600), STATUS_CONFLICT);
}
END_TEST

/* As full as it gets, it refuses rather than forgetting one that lives. */
START_TEST(full_it_refuses_and_forgets_none) {
    static unsigned taken[TOO_MANY];
    unsigned count = 0;
    for (unsigned i = 0; i < TOO_MANY; i++) {
        enum status status = use_number(i, NOW, NOW + 300);
        if (status == STATUS_OK)
            taken[count++] = i;
        ck_assert(status == STATUS_OK || status == STATUS_UNAVAILABLE);
    }
    ck_assert_uint_gt(count, SLOTS / 2);
    ck_assert_uint_le(count, SLOTS);
    for (unsigned i = 0; i < count; i += 7)
        ck_assert_int_eq(use_number(taken[i], NOW + 299, NOW + 600), STATUS_CONFLICT);
    for (unsigned i = 0; i < 1000; i++)
        ck_assert_int_eq(use_number(i, NOW + 300, NOW + 600), STATUS_OK);
}
END_TEST

/* A place that came free between must not hide one that lives behind it. */
START_TEST(places_that_come_free_hide_nothing) {
    for (unsigned i = 0; i < SLOTS / 4; i++)
        ck_assert_int_eq(use_number(i, NOW, i % 2 ? NOW + 100 : NOW + 1000), STATUS_OK);
    for (unsigned i = SLOTS; i < SLOTS + SLOTS / 8; i++)
        ck_assert_int_eq(use_number(i, NOW + 100, NOW + 1000), STATUS_OK);
    for (unsigned i = 0; i < SLOTS / 4; i += 2)
        ck_assert_int_eq(use_number(i, NOW + 200, NOW + 1000), STATUS_CONFLICT);
}
END_TEST

static atomic_uint winners;

static void *try_all(void *unused) {
    (void)unused;
    for (unsigned i = 0; i < 2000; i++)
        if (use_number(i, NOW, NOW + 300) == STATUS_OK)
            atomic_fetch_add(&winners, 1);
    return NULL;
}

START_TEST(of_many_at_once_one_wins) {
    pthread_t threads[4];
    atomic_store(&winners, 0);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, try_all, NULL), 0);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_uint_eq(atomic_load(&winners), 2000);
}
END_TEST

Suite *token_replay_suite(void);
Suite *token_replay_suite(void) {
    Suite *suite = suite_create("token_replay");
    TCase *tests = tcase_create("replay");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, the_same_one_counts_once);
    tcase_add_test(tests, issuer_and_id_together_name_it);
    tcase_add_test(tests, it_is_forgotten_at_its_end);
    tcase_add_test(tests, full_it_refuses_and_forgets_none);
    tcase_add_test(tests, places_that_come_free_hide_nothing);
    tcase_add_test(tests, of_many_at_once_one_wins);
    suite_add_tcase(suite, tests);
    return suite;
}
