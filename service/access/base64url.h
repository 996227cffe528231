/* Base64 with the URL alphabet and no padding (RFC 4648, section 5), strict: one text a value. */
#ifndef UNKNOT_ACCESS_BASE64URL_H
#define UNKNOT_ACCESS_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>

#define BASE64URL_LEN(bytes) (((bytes)*8 + 5) / 6)

/* Writes BASE64URL_LEN(len) letters and no NUL. */
void base64url_encode(const unsigned char *bytes, size_t len, char *out);

/* False for a foreign letter, an impossible length or stray bits at the end. `out` has room for
   len * 3 / 4 bytes. */
bool base64url_decode(const char *text, size_t len, unsigned char *out, size_t *out_len);

#endif
