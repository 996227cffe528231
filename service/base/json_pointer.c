#include "base/json_pointer.h"

#include <stdio.h>
#include <string.h>

/* What a fragment may hold as it is (RFC 3986), but for ~ and / which the pointer needs. */
static bool is_plain(unsigned char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || (byte && strchr("-._!$&'()*+,;=:@?", byte));
}

static void spell_byte(unsigned char byte, bool step, char out[4]) {
    if (step && (byte == '~' || byte == '/'))
        (void)snprintf(out, 4, "~%d", byte == '/');
    else
        (void)snprintf(out, 4, is_plain(byte) ? "%c" : "%%%02X", byte);
}

static bool spell(char *out, size_t size, const char *text, bool step) {
    size_t used = 0;
    for (; *text; text++) {
        char spelled[4];
        spell_byte((unsigned char)*text, step, spelled);
        size_t len = strlen(spelled);
        if (len >= size - used)
            return false;
        memcpy(out + used, spelled, len);
        used += len;
    }
    out[used] = '\0';
    return true;
}

bool json_pointer_add(char *pointer, size_t size, const char *member) {
    size_t len = strlen(pointer);
    if (size - len > 1 && spell(pointer + len + 1, size - len - 1, member, true)) {
        pointer[len] = '/';
        return true;
    }
    pointer[len] = '\0';
    return false;
}

bool json_pointer_spell(char *out, size_t size, const char *text) {
    return spell(out, size, text, false);
}
