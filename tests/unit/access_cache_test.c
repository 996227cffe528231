/* What is remembered of credentials, how long, and how much. */
#include <check.h>
#include <string.h>

#include "access/credential_cache.h"

Suite *access_cache_suite(void);

static struct credential_cache *cache;
static struct principal *somebody;

static void set_up(void) {
    struct principal draft = {.kind = PRINCIPAL_CLINIC, .name = "key:x", .expires_at = 1000};
    ck_assert_int_eq(credential_cache_new(64, 64, &cache), STATUS_OK);
    somebody = principal_new(&draft);
}

static void tear_down(void) {
    credential_cache_free(cache);
    ck_assert_uint_eq(somebody->references, 1);
    principal_release(somebody);
}

static const unsigned char *hash_of(unsigned number) {
    static unsigned char hash[DIGEST_BYTES];
    memset(hash, 7, sizeof hash);
    memcpy(hash, &number, sizeof number);
    memcpy(hash + 20, &number, sizeof number);
    return hash;
}

static bool knows(unsigned number, uint64_t now_ms, uint64_t age_ms, int64_t wall) {
    struct principal *found = credential_cache_get(cache, hash_of(number), now_ms, age_ms, wall);
    principal_release(found);
    return found != NULL;
}

START_TEST(remembers_for_a_while) {
    ck_assert(!knows(1, 100, 50, 1));
    credential_cache_put(cache, hash_of(1), somebody, 100);
    ck_assert(knows(1, 100, 50, 1));
    ck_assert(knows(1, 150, 50, 1));
    ck_assert(!knows(1, 151, 50, 1));
    ck_assert(knows(1, 151, 3600000, 1)); /* older proofs are there for an outage */
    ck_assert(!knows(1, 100, 50, 1000));  /* expired, however young the proof */
    ck_assert(!knows(2, 100, 50, 1));
}
END_TEST

START_TEST(refusal_and_proof_replace_each_other) {
    credential_cache_put(cache, hash_of(1), somebody, 100);
    credential_cache_refuse(cache, hash_of(1), 110);
    ck_assert(!knows(1, 110, 50, 1));
    ck_assert(credential_cache_is_refused(cache, hash_of(1), 160, 50));
    ck_assert(!credential_cache_is_refused(cache, hash_of(1), 161, 50));
    credential_cache_put(cache, hash_of(1), somebody, 120);
    ck_assert(!credential_cache_is_refused(cache, hash_of(1), 120, 50));
    ck_assert(knows(1, 120, 50, 1));
}
END_TEST

START_TEST(wrong_keys_push_no_good_one_out) {
    credential_cache_put(cache, hash_of(1), somebody, 100);
    for (unsigned i = 10; i < 20000; i++)
        credential_cache_refuse(cache, hash_of(i), 100 + i);
    ck_assert(knows(1, 100, 50, 1));
    ck_assert(credential_cache_is_refused(cache, hash_of(19999), 20100, 50));
}
END_TEST

START_TEST(is_bounded_and_keeps_the_youngest) {
    for (unsigned i = 0; i < 20000; i++)
        credential_cache_put(cache, hash_of(i), somebody, i);
    ck_assert_uint_le(somebody->references, 1 + 64 * 8);
    ck_assert(knows(19999, 20000, 3600000, 1));
    ck_assert(!knows(0, 20000, 3600000, 1));
}
END_TEST

START_TEST(forgets_everything) {
    for (unsigned i = 0; i < 200; i++) {
        credential_cache_put(cache, hash_of(i), somebody, 100);
        credential_cache_refuse(cache, hash_of(i + 1000), 100);
    }
    credential_cache_clear(cache);
    ck_assert_uint_eq(somebody->references, 1);
    for (unsigned i = 0; i < 200; i++)
        ck_assert(!knows(i, 100, 50, 1) &&
                  !credential_cache_is_refused(cache, hash_of(i + 1000), 100, 50));
}
END_TEST

Suite *access_cache_suite(void) {
    Suite *suite = suite_create("access_cache");
    TCase *test = tcase_create("all");
    tcase_add_checked_fixture(test, set_up, tear_down);
    tcase_add_test(test, remembers_for_a_while);
    tcase_add_test(test, refusal_and_proof_replace_each_other);
    tcase_add_test(test, wrong_keys_push_no_good_one_out);
    tcase_add_test(test, is_bounded_and_keeps_the_youngest);
    tcase_add_test(test, forgets_everything);
    suite_add_tcase(suite, test);
    return suite;
}
