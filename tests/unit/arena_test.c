/* Memory taken in small pieces. */
#include "base/arena.h"

#include <check.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/thread_arena.h"

Suite *arena_suite(void);

static bool all_zero(const unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}

START_TEST(pieces_are_zeroed_aligned_and_apart) {
    struct arena arena;
    unsigned char *pieces[100];
    arena_init(&arena, 256);
    for (size_t i = 0; i < 100; i++) {
        pieces[i] = arena_take(&arena, i);
        ck_assert_ptr_nonnull(pieces[i]);
        ck_assert_uint_eq((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        ck_assert(all_zero(pieces[i], i));
        memset(pieces[i], (int)i, i);
    }
    for (size_t i = 0; i < 100; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_uint_eq(pieces[i][j], i);
    arena_free(&arena);
}
END_TEST

START_TEST(large_pieces_and_overflows) {
    struct arena arena;
    arena_init(&arena, 64);
    unsigned char *large = arena_take(&arena, 100000);
    ck_assert_ptr_nonnull(large);
    ck_assert(all_zero(large, 100000));
    ck_assert_ptr_null(arena_take(&arena, SIZE_MAX));
    ck_assert_ptr_null(arena_array(&arena, SIZE_MAX / 2, 4));
    ck_assert_ptr_null(arena_scratch(&arena, SIZE_MAX / 2, 4));
    ck_assert_ptr_null(arena_copy(&arena, "x", SIZE_MAX));
    ck_assert_ptr_nonnull(arena_array(&arena, 0, 0));
    ck_assert_ptr_nonnull(arena_scratch(&arena, 3, 5));
    arena_free(&arena);
}
END_TEST

START_TEST(copies_end_with_nul) {
    struct arena arena;
    arena_init(&arena, 64);
    const char *copy = arena_copy(&arena, "a\0bc", 3);
    ck_assert_mem_eq(copy, "a\0b\0", 4);
    ck_assert_str_eq(arena_copy(&arena, NULL, 0), "");
    arena_free(&arena);
}
END_TEST

START_TEST(reset_reuses_and_zeroes_again) {
    struct arena arena;
    arena_init(&arena, 4096);
    arena_reset(&arena);
    unsigned char *first = arena_take(&arena, 1000);
    memset(first, 0xAA, 1000);
    arena_reset(&arena);
    unsigned char *again = arena_take(&arena, 1000);
    ck_assert_ptr_eq(again, first);
    ck_assert(all_zero(again, 1000));
    ck_assert_ptr_nonnull(arena_take(&arena, 5000));
    arena_reset(&arena);
    ck_assert_ptr_nonnull(arena_take(&arena, 5000)); /* the newest block is the one that stays */
    arena_free(&arena);
    arena_free(&arena);
    ck_assert_ptr_nonnull(arena_take(&arena, 10));
    arena_free(&arena);
}
END_TEST

START_TEST(one_arena_a_thread) {
    struct arena *mine = thread_arena();
    char *piece = mine ? arena_take(mine, 32) : NULL;
    ck_assert_ptr_nonnull(piece);
    memset(piece, 'x', 32);
    ck_assert_ptr_eq(thread_arena(), mine);
    ck_assert_ptr_eq(arena_take(mine, 32), piece); /* emptied */
    thread_arena_end();
    thread_arena_end();
    ck_assert_ptr_nonnull(thread_arena());
    thread_arena_end();
}
END_TEST

Suite *arena_suite(void) {
    Suite *suite = suite_create("arena");
    TCase *tcase = tcase_create("arena");
    tcase_add_test(tcase, pieces_are_zeroed_aligned_and_apart);
    tcase_add_test(tcase, large_pieces_and_overflows);
    tcase_add_test(tcase, copies_end_with_nul);
    tcase_add_test(tcase, reset_reuses_and_zeroes_again);
    tcase_add_test(tcase, one_arena_a_thread);
    suite_add_tcase(suite, tcase);
    return suite;
}
