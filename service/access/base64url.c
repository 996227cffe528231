#include "access/base64url.h"

#include <stdint.h>
#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void base64url_encode(const unsigned char *bytes, size_t len, char *out) {
    uint32_t held = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < len; i++) {
        held = held << 8 | bytes[i];
        for (bits += 8; bits >= 6; bits -= 6)
            *out++ = letters[held >> (bits - 6) & 63];
    }
    if (bits > 0)
        *out = letters[held << (6 - bits) & 63];
}

bool base64url_decode(const char *text, size_t len, unsigned char *out, size_t *out_len) {
    uint32_t held = 0;
    unsigned bits = 0;
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        const char *letter = text[i] ? strchr(letters, text[i]) : NULL;
        if (!letter)
            return false;
        held = held << 6 | (uint32_t)(letter - letters);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[used++] = (unsigned char)(held >> bits & 255);
        }
    }
    *out_len = used;
    return bits < 6 && (held & ((1u << bits) - 1)) == 0;
}
