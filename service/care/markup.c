#include "care/markup.h"

#include <string.h>

static const char *entity_of(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* U+FFFE and U+FFFF are no characters. */
static bool is_noncharacter(const char *text) {
    return strncmp(text, "\xEF\xBF\xBE", 3) == 0 || strncmp(text, "\xEF\xBF\xBF", 3) == 0;
}

void markup_escape(struct buffer *out, const char *text) {
    for (; *text; text++) {
        const char *entity = entity_of(*text);
        if (entity) {
            (void)buffer_puts(out, entity);
        } else if (is_noncharacter(text)) {
            (void)buffer_puts(out, " ");
            text += 2;
        } else {
            bool control = (unsigned char)*text < 0x20 || *text == 0x7f;
            (void)buffer_append(out, control ? " " : text, 1);
        }
    }
}
