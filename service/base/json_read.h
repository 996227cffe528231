/*
 * The quick way from JSON text to jansson's values. jansson reads byte by byte; most texts are
 * plain, and are read here in runs. Whatever is faulty or unusual (a repeated key, a number that is
 * not an exact short one, a surrogate pair) gives NULL: then jansson has a go at it and says what
 * it thinks.
 *
 * But not where memory ran out: jansson 2.14 loses the end of a string when its buffer cannot grow,
 * and then reads and writes past it.
 */
#ifndef UNKNOT_BASE_JSON_READ_H
#define UNKNOT_BASE_JSON_READ_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/*
 * An object or array, equal to what json_loadb(..., JSON_REJECT_DUPLICATES) would give; the caller
 * owns it. NULL says nothing about the text, unless *no_memory is true then. The text must be valid
 * UTF-8 without NUL, and nest at most `depth` levels: json_text_precheck() has looked.
 */
json_t *json_read(const char *bytes, size_t len, unsigned depth, bool *no_memory) MUST_CHECK;

#endif
