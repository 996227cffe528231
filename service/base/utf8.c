#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

/* The least and greatest second byte after `lead` (Unicode 15, table 3-7); false for a byte that
 * cannot lead. */
static bool second_byte_range(unsigned char lead, unsigned char *low, unsigned char *high) {
    *low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    *high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return lead >= 0xC2 && lead <= 0xF4;
}

size_t utf8_length(const unsigned char *bytes, size_t left) {
    unsigned char low, high;
    if (bytes[0] < 0x80)
        return 1;
    if (!second_byte_range(bytes[0], &low, &high))
        return 0;
    size_t len = bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    if (left < len || bytes[1] < low || bytes[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

size_t utf8_mend(char *text, size_t len) {
    size_t kept = 0;
    for (size_t i = 0; i < len;) {
        size_t step = utf8_length((const unsigned char *)text + i, len - i);
        memmove(text + kept, text + i, step);
        kept += step;
        i += step ? step : 1;
    }
    text[kept] = '\0';
    return kept;
}
