/* What cannot stand in a JSON string as it is: quotes, backslashes, control characters. */
#ifndef UNKNOT_BASE_JSON_SCAN_H
#define UNKNOT_BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* True where some byte of eight is one of them; may err by saying true. */
static inline bool json_scan_hit(uint64_t eight) {
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t quote = eight ^ (ones * '"'), back = eight ^ (ones * '\\');
    return ((quote - ones) | (back - ones) | (eight - ones * 0x20)) & ~eight & tops;
}

static inline bool json_scan_is_plain(char byte) {
    return (unsigned char)byte >= 0x20 && byte != '"' && byte != '\\';
}

/* The first of them, `end` without any. */
static inline const char *json_scan(const char *at, const char *end) {
    uint64_t eight;
    for (; end - at >= 8; at += 8) {
        memcpy(&eight, at, 8);
        if (json_scan_hit(eight))
            break;
    }
    while (at < end && json_scan_is_plain(*at))
        at++;
    return at;
}

#endif
