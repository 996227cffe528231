/* Compresses answers. */
#ifndef UNKNOT_HTTP_GZIP_H
#define UNKNOT_HTTP_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Below this the header costs more than it saves. */
enum { GZIP_MIN = 1024 };

/* Fills `out` with the gzip of the bytes. STATUS_TOO_LARGE when that would not be shorter. */
enum status gzip_bytes(const char *bytes, size_t len, struct buffer *out) MUST_CHECK;

/* The same in pieces, for one body at a time in a thread: begin, then pieces, appended to `out`, of
   which one is the last. */
enum status gzip_begin(void) MUST_CHECK;
enum status gzip_piece(const char *bytes, size_t len, bool last, struct buffer *out) MUST_CHECK;

#endif
