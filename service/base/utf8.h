/* UTF-8 as Unicode has it: no overlong forms, no surrogates, so that one text has one spelling. */
#ifndef UNKNOT_BASE_UTF8_H
#define UNKNOT_BASE_UTF8_H

#include <stddef.h>

/* The length of the character at `bytes`, of which at least one is left; 0: there is none. */
size_t utf8_length(const unsigned char *bytes, size_t left);

/* Takes out what is not UTF-8, such as the half of a character where a text was cut ("%.80s"); the
 * length that is left, with a NUL behind it. */
size_t utf8_mend(char *text, size_t len);

#endif
