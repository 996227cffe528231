#include "base/digest.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

enum status digest_hex(const void *bytes, size_t len, char hex[DIGEST_HEX]) {
    static const char letters[] = "0123456789abcdef";
    unsigned char digest[DIGEST_BYTES];
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes, len, digest) != 0)
        return STATUS_INTERNAL;
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        hex[2 * i] = letters[digest[i] >> 4];
        hex[2 * i + 1] = letters[digest[i] & 15];
    }
    hex[DIGEST_HEX - 1] = '\0';
    return STATUS_OK;
}
