/* Compresses answers. */
#ifndef UNKNOT_HTTP_GZIP_H
#define UNKNOT_HTTP_GZIP_H

#include <stddef.h>

#include "base/buffer.h"

/* Below this the header costs more than it saves. */
enum { GZIP_MIN = 1024 };

/* Fills `out` with the gzip of the bytes. STATUS_TOO_LARGE when that would not be shorter. */
enum status gzip_bytes(const char *bytes, size_t len, struct buffer *out) MUST_CHECK;

#endif
