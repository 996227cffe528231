/* SHA-256 by GnuTLS (libmicrohttpd brings it along). */
#ifndef UNKNOT_BASE_DIGEST_H
#define UNKNOT_BASE_DIGEST_H

#include <stddef.h>

#include "base/status.h"

enum { DIGEST_BYTES = 32, DIGEST_HEX = 65 };

/* Lower-case hexadecimal SHA-256 of `len` bytes, NUL-terminated. */
enum status digest_hex(const void *bytes, size_t len, char hex[DIGEST_HEX]) MUST_CHECK;

#endif
