/* Bytes as hexadecimal digits, written in lower case and read in either. */
#ifndef UNKNOT_BASE_HEX_H
#define UNKNOT_BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* 0 to 15; -1 when it is no digit. */
int hex_digit(char c);

/* 2 * count digits and a NUL. */
void hex_write(const unsigned char *bytes, size_t count, char *out);

/* Exactly 2 * count digits from the beginning of the text; false when one is none. */
bool hex_read(const char *text, size_t count, unsigned char *out) MUST_CHECK;

#endif
