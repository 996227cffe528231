#include "access/keyed_hash.h"

#include <string.h>

static uint64_t rotate(uint64_t word, unsigned bits) {
    return word << bits | word >> (64 - bits);
}

static void round_of(uint64_t v[4]) {
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

static void take_word(uint64_t v[4], uint64_t word) {
    v[3] ^= word;
    round_of(v);
    round_of(v);
    v[0] ^= word;
}

/* Up to eight bytes, the first one lowest, on any machine. */
static uint64_t read_word(const unsigned char *bytes, size_t len) {
    uint64_t word = 0;
    for (size_t i = 0; i < len; i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

uint64_t keyed_hash(const uint64_t key[2], const void *bytes, size_t len) {
    uint64_t v[4] = {key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
                     key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u};
    const unsigned char *at = bytes;
    size_t left = len;
    for (; left >= 8; left -= 8, at += 8)
        take_word(v, read_word(at, 8));
    take_word(v, read_word(at, left) | (uint64_t)len << 56);
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++)
        round_of(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
