/* Complaints: the place as a JSON pointer (RFC 6901, in a URI fragment) and words that fit into a
   complaint whole, so that no character is ever cut in two. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "contract/check.h"

enum { POINTER_SIZE = 512, PLACES_MAX = 136, SUGGESTIONS_MAX = 20 };

struct spelling {
    char text[POINTER_SIZE];
    size_t len;
};

static bool spell_bytes(struct spelling *spelling, const char *bytes, size_t len) {
    if (len >= POINTER_SIZE - spelling->len)
        return false;
    memcpy(spelling->text + spelling->len, bytes, len);
    spelling->len += len;
    spelling->text[spelling->len] = '\0';
    return true;
}

/* What a fragment may hold as it is (RFC 3986), but for ~ and / which the pointer needs. */
static bool is_plain(unsigned char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || (byte && strchr("-._!$&'()*+,;=:@?", byte));
}

static bool spell_key(struct spelling *spelling, const char *key, bool pointer) {
    for (; *key; key++) {
        unsigned char byte = (unsigned char)*key;
        char escaped[4];
        if (is_plain(byte) || (pointer && (byte == '~' || byte == '/')))
            (void)snprintf(escaped, sizeof escaped, "%s",
                           byte == '~'   ? "~0"
                           : byte == '/' ? "~1"
                                         : (char[2]){*key, '\0'});
        else
            (void)snprintf(escaped, sizeof escaped, "%%%02X", byte);
        if (!spell_bytes(spelling, escaped, strlen(escaped)))
            return false;
    }
    return true;
}

static bool spell_step(struct spelling *spelling, const struct place *place) {
    char index[24];
    if (!spell_bytes(spelling, "/", 1))
        return false;
    if (place->key)
        return spell_key(spelling, place->key, true);
    (void)snprintf(index, sizeof index, "%zu", place->index);
    return spell_bytes(spelling, index, strlen(index));
}

/* A name too long to spell ends the pointer at the object that holds it. */
static void spell_pointer(struct spelling *spelling, const struct place *place) {
    const struct place *steps[PLACES_MAX];
    size_t count = 0;
    for (; place->up && count < PLACES_MAX; place = place->up)
        steps[count++] = place;
    (void)spell_bytes(spelling, "#", 1);
    while (count > 0) {
        size_t before = spelling->len;
        if (!spell_step(spelling, steps[--count])) {
            spelling->text[before] = '\0';
            return;
        }
    }
}

static void spell_parameter(struct spelling *spelling, const char *name) {
    (void)spell_bytes(spelling, "?", 1);
    if (name && !spell_key(spelling, name, false))
        spelling->text[1] = '\0';
}

/* vsnprintf may have stopped inside a character. */
static void trim_cut_character(char *utf8) {
    size_t len = strlen(utf8), start = len;
    while (start > 0 && ((unsigned char)utf8[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0 || (unsigned char)utf8[start - 1] < 0xC0)
        return;
    unsigned char lead = (unsigned char)utf8[--start];
    size_t needed = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (len - start < needed)
        utf8[start] = '\0';
}

bool check_is_silent(const struct check *check) {
    return check->trying || check->out->count == COMPLAINTS_MAX;
}

void check_fault(struct check *check, const struct place *place, const char *code,
                 const char *format, ...) {
    check->faults++;
    if (check->trying)
        return;
    struct spelling spelling = {.len = 0};
    char detail[400] = "";
    if (!check_is_silent(check)) {
        va_list args;
        va_start(args, format);
        (void)vsnprintf(detail, sizeof detail, format, args);
        va_end(args);
        trim_cut_character(detail);
        if (check->in_query)
            spell_parameter(&spelling, place->key);
        else
            spell_pointer(&spelling, place);
    }
    complain(check->out, spelling.text, code, "%s", detail);
}

void check_suggest(const struct check *check, const struct name_map *names, const char *text,
                   char words[SCALAR_WORDS]) {
    words[0] = '\0';
    /* Comparing with hundreds of names is slow; whoever makes that many mistakes needs the
     * documentation. */
    if (check_is_silent(check) || check->out->count >= SUGGESTIONS_MAX)
        return;
    const char *nearest = name_map_nearest(names, text);
    if (nearest && strlen(nearest) < 64)
        (void)snprintf(words, SCALAR_WORDS, "; did you mean '%s'?", nearest);
}
