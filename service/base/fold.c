/* libunistring does the work; this file only says which forms we want. */
#include "base/fold.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

static bool is_ascii(const char *text, size_t len) {
    unsigned char all = 0;
    for (size_t i = 0; i < len; i++)
        all |= (unsigned char)text[i];
    return all < 0x80;
}

const char *fold_canonical(struct arena *arena, const char *utf8, size_t len) {
    if (is_ascii(utf8, len))
        return arena_copy(arena, utf8, len);
    size_t folded_len = 0;
    uint8_t *folded = u8_normalize(UNINORM_NFC, (const uint8_t *)utf8, len, NULL, &folded_len);
    if (!folded && errno == ENOMEM)
        arena->failed = true;
    const char *kept = folded ? arena_copy(arena, (const char *)folded, folded_len) : NULL;
    free(folded);
    return kept;
}

/* Copies letters and digits of decomposed, case-folded text; marks vanish, the rest becomes one
 * space. */
static size_t copy_words(const uint8_t *text, size_t len, char *out) {
    size_t used = 0;
    for (size_t i = 0; i < len;) {
        ucs4_t letter = 0;
        int bytes = u8_mbtoucr(&letter, text + i, len - i);
        if (bytes <= 0)
            bytes = 1;
        if (uc_is_general_category(letter, UC_LETTER) ||
            uc_is_general_category(letter, UC_NUMBER)) {
            memcpy(out + used, text + i, (size_t)bytes);
            used += (size_t)bytes;
        } else if (!uc_is_general_category(letter, UC_MARK) && used && out[used - 1] != ' ') {
            out[used++] = ' ';
        }
        i += (size_t)bytes;
    }
    while (used && out[used - 1] == ' ')
        used--;
    return used;
}

/* What the long way gives for ASCII: most texts are nothing else. */
static char *fold_ascii_words(struct arena *arena, const char *text, size_t len) {
    char *words = arena_take(arena, len + 1);
    size_t used = 0;
    for (size_t i = 0; words && i < len; i++) {
        char c = text[i];
        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            words[used++] = c;
        else if (used && words[used - 1] != ' ')
            words[used++] = ' ';
    }
    if (words)
        words[used && words[used - 1] == ' ' ? used - 1 : used] = '\0';
    return words;
}

char *fold_words(struct arena *arena, const char *utf8, size_t len) {
    if (is_ascii(utf8, len))
        return fold_ascii_words(arena, utf8, len);
    size_t folded_len = 0;
    uint8_t *folded =
        u8_casefold((const uint8_t *)utf8, len, NULL, UNINORM_NFKD, NULL, &folded_len);
    if (!folded && errno == ENOMEM)
        arena->failed = true;
    char *words = folded ? arena_take(arena, folded_len + 1) : NULL;
    if (words)
        words[copy_words(folded, folded_len, words)] = '\0';
    free(folded);
    return words;
}
