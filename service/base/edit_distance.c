/* Three rows of the classic table, given up as soon as a whole row reaches the limit. */
#include "base/edit_distance.h"

#include <stdbool.h>
#include <string.h>

static unsigned min3(unsigned a, unsigned b, unsigned c) {
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

static bool swapped(const char *a, size_t i, const char *b, size_t j) {
    return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
}

unsigned edit_distance(const char *a, size_t a_len, const char *b, size_t b_len, unsigned limit) {
    unsigned table[3][EDIT_DISTANCE_MAX_LEN + 1];
    size_t gap = a_len > b_len ? a_len - b_len : b_len - a_len;
    if (gap >= limit || a_len > EDIT_DISTANCE_MAX_LEN || b_len > EDIT_DISTANCE_MAX_LEN)
        return limit;
    for (size_t j = 0; j <= b_len; j++)
        table[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_len; i++) {
        unsigned *row = table[i % 3];
        const unsigned *above = table[(i + 2) % 3];
        const unsigned *above2 = table[(i + 1) % 3];
        unsigned least = row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_len; j++) {
            unsigned cost = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + cost);
            if (swapped(a, i, b, j) && above2[j - 2] + 1 < row[j])
                row[j] = above2[j - 2] + 1;
            if (row[j] < least)
                least = row[j];
        }
        if (least >= limit)
            return limit;
    }
    unsigned distance = table[a_len % 3][b_len];
    return distance < limit ? distance : limit;
}
