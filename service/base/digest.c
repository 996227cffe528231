#include "base/digest.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "base/hex.h"

enum status digest_hex(const void *bytes, size_t len, char hex[DIGEST_HEX]) {
    unsigned char digest[DIGEST_BYTES];
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes, len, digest) != 0)
        return STATUS_INTERNAL;
    hex_write(digest, DIGEST_BYTES, hex);
    return STATUS_OK;
}
