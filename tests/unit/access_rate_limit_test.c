/* Buckets by an injected clock, and their exact headers. */
#include <check.h>
#include <string.h>

#include "access/keyed_hash.h"
#include "access/rate_limit.h"
#include "http/problem_types.h"

Suite *access_rate_limit_suite(void);

static const uint64_t second = 1000000000u;
static const struct rate_policy ten = {"default", 10, 60}; /* one in six seconds */
static const struct rate_policy none = {"none", 0, 0};
static const unsigned char me[RATE_KEY] = "me", you[RATE_KEY] = "you";

static struct rate_limiter *limiter;

static void set_up(void) {
    ck_assert_int_eq(rate_limiter_new(64, &limiter), STATUS_OK);
}

static void tear_down(void) {
    rate_limiter_free(limiter);
}

START_TEST(empties_and_fills) {
    uint64_t now = 5 * second;
    for (unsigned i = 0; i < 10; i++) {
        struct rate_verdict verdict = rate_limiter_take(limiter, &ten, me, now);
        ck_assert(verdict.allowed);
        ck_assert_uint_eq(verdict.remaining, 9 - i);
        ck_assert_uint_eq(verdict.reset_s, i < 9 ? 6 * (i + 1) : 6);
    }
    ck_assert(!rate_limiter_look(limiter, &ten, me, now).allowed);
    struct rate_verdict verdict = rate_limiter_take(limiter, &ten, me, now);
    ck_assert(!verdict.allowed && verdict.remaining == 0 && verdict.reset_s == 6);
    verdict = rate_limiter_take(limiter, &ten, me, now + 6 * second - 1);
    ck_assert(!verdict.allowed && verdict.reset_s == 1);
    ck_assert(rate_limiter_take(limiter, &ten, me, now + 6 * second).allowed);
    ck_assert(!rate_limiter_take(limiter, &ten, me, now + 6 * second).allowed);
    verdict = rate_limiter_take(limiter, &ten, me, now + 1000 * second);
    ck_assert(verdict.allowed && verdict.remaining == 9);
}
END_TEST

START_TEST(keys_and_policies_stand_apart) {
    static const struct rate_policy one = {"one", 1, 1};
    ck_assert(rate_limiter_take(limiter, &one, me, second).allowed);
    ck_assert(!rate_limiter_take(limiter, &one, me, second).allowed);
    ck_assert(rate_limiter_take(limiter, &one, you, second).allowed);
    ck_assert(rate_limiter_take(limiter, &ten, me, second).allowed);
    for (int i = 0; i < 100; i++)
        ck_assert(rate_limiter_take(limiter, &none, me, second).allowed);
    ck_assert(rate_limiter_look(limiter, &none, me, second).allowed);
}
END_TEST

START_TEST(gives_back) {
    static const struct rate_policy one = {"one", 1, 1};
    ck_assert(rate_limiter_take(limiter, &one, me, second).allowed);
    rate_limiter_give_back(limiter, &one, me);
    ck_assert(rate_limiter_take(limiter, &one, me, second).allowed);
    ck_assert(!rate_limiter_look(limiter, &one, me, second).allowed);
    rate_limiter_give_back(limiter, &one, you);
    rate_limiter_give_back(limiter, &none, you);
}
END_TEST

START_TEST(a_clock_that_steps_back_is_no_harm) {
    ck_assert(rate_limiter_take(limiter, &ten, me, 100 * second).allowed);
    struct rate_verdict verdict = rate_limiter_take(limiter, &ten, me, 99 * second);
    ck_assert(verdict.allowed && verdict.remaining <= 8);
}
END_TEST

START_TEST(memory_is_bounded_and_the_busiest_stay) {
    for (int i = 0; i < 10; i++)
        ck_assert(rate_limiter_take(limiter, &ten, me, second).allowed);
    for (unsigned i = 0; i < 100000; i++) {
        unsigned char key[RATE_KEY] = {0};
        memcpy(key, &i, sizeof i);
        (void)rate_limiter_take(limiter, &ten, key, second);
    }
    ck_assert(!rate_limiter_take(limiter, &ten, me, second).allowed);
}
END_TEST

START_TEST(writes_headers_and_problem) {
    struct http_response response;
    response_init(&response);
    struct rate_verdict verdict = {false, 0, 6};
    rate_limit_headers(&response, &none, verdict);
    ck_assert_ptr_null(response_header_value(&response, "RateLimit"));
    rate_limit_headers(&response, &ten, verdict);
    rate_limit_problem(&response, &ten, verdict);
    ck_assert_str_eq(response_header_value(&response, "RateLimit-Policy"), "\"default\";q=10;w=60");
    ck_assert_str_eq(response_header_value(&response, "RateLimit"), "\"default\";r=0;t=6");
    ck_assert_uint_eq(response.retry_after, 6);
    ck_assert_uint_eq(response.problem->status, 429);
    ck_assert_str_eq(response.extra[0].key, "violated-policies");
    ck_assert_str_eq(response.extra[0].value.data, "[\"default\"]");
    response_free(&response);
}
END_TEST

/* The vectors of the authors: key 00..0f, message 00..n-1. */
START_TEST(siphash_vectors) {
    static const uint64_t key[2] = {0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
    unsigned char message[16];
    for (unsigned char i = 0; i < sizeof message; i++)
        message[i] = i;
    ck_assert_uint_eq(keyed_hash(key, message, 0), 0x726fdb47dd0e0e31u);
    ck_assert_uint_eq(keyed_hash(key, message, 15), 0xa129ca6149be45e5u);
}
END_TEST

Suite *access_rate_limit_suite(void) {
    Suite *suite = suite_create("access_rate_limit");
    TCase *test = tcase_create("all");
    tcase_add_checked_fixture(test, set_up, tear_down);
    tcase_add_test(test, empties_and_fills);
    tcase_add_test(test, keys_and_policies_stand_apart);
    tcase_add_test(test, gives_back);
    tcase_add_test(test, a_clock_that_steps_back_is_no_harm);
    tcase_add_test(test, memory_is_bounded_and_the_busiest_stay);
    tcase_add_test(test, writes_headers_and_problem);
    tcase_add_test(test, siphash_vectors);
    suite_add_tcase(suite, test);
    return suite;
}
