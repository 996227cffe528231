/* Unicode: canonical form, and words folded so that spelling habits do not matter. */
#ifndef UNKNOT_BASE_FOLD_H
#define UNKNOT_BASE_FOLD_H

#include <stddef.h>

#include "base/arena.h"

/* UTF-8 in normal form C; NULL without memory. */
const char *fold_canonical(struct arena *arena, const char *utf8, size_t len) MUST_CHECK;

/*
 * Lower-case words without accents, joined by single spaces; everything that is no letter or digit
 * separates. "Ibuprofène-400mg" is "ibuprofene 400mg". NULL without memory.
 */
char *fold_words(struct arena *arena, const char *utf8, size_t len) MUST_CHECK;

#endif
