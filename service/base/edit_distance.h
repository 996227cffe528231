/* How many typing errors lie between two words. */
#ifndef UNKNOT_BASE_EDIT_DISTANCE_H
#define UNKNOT_BASE_EDIT_DISTANCE_H

#include <stddef.h>

enum { EDIT_DISTANCE_MAX_LEN = 96 };

/*
 * Optimal string alignment distance (insert, delete, replace, swap of neighbours; Damerau 1964) in
 * bytes, or `limit` when it is that or more. Words longer than EDIT_DISTANCE_MAX_LEN are never
 * near.
 */
unsigned edit_distance(const char *a, size_t a_len, const char *b, size_t b_len, unsigned limit);

#endif
