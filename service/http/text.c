#include "http/text.h"

#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "base/utf8.h"

enum text_fault text_decode(const char *in, size_t len, bool form, char *out, size_t *out_len) {
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        char c = in[i];
        if (c == '%') {
            int high = i + 1 < len ? hex_digit(in[i + 1]) : -1;
            int low = i + 2 < len ? hex_digit(in[i + 2]) : -1;
            if (high < 0 || low < 0)
                return TEXT_BAD_ESCAPE;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (form && c == '+') {
            c = ' ';
        }
        if (c == '\0')
            return TEXT_NUL;
        out[n++] = c;
    }
    out[n] = '\0';
    *out_len = n;
    return text_is_utf8(out, n) ? TEXT_OK : TEXT_BAD_UTF8;
}

const char *text_fault_words(enum text_fault fault) {
    static const char *const words[] = {
        [TEXT_OK] = "is fine",
        [TEXT_BAD_ESCAPE] = "holds a % that is not followed by two hexadecimal digits",
        [TEXT_BAD_UTF8] = "holds bytes that are not UTF-8",
        [TEXT_NUL] = "holds a NUL byte",
    };
    return words[fault];
}

bool text_is_utf8(const char *text, size_t len) {
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t i = 0; i < len;) {
        size_t step = utf8_length(bytes + i, len - i);
        if (step == 0)
            return false;
        i += step;
    }
    return true;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool text_is_token(const char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (!is_letter(text[i]) && (!text[i] || !strchr("-0123456789!#$%&'*+.^_`|~", text[i])))
            return false;
    return len > 0;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

bool text_next_element(const char **cursor, struct text_span *element) {
    const char *s = *cursor;
    while (is_blank(*s) || *s == ',')
        s++;
    if (*s == '\0')
        return false;
    const char *end = s;
    bool quoted = false;
    for (; *end && (quoted || *end != ','); end++) {
        if (quoted && *end == '\\' && end[1])
            end++;
        else if (*end == '"')
            quoted = !quoted;
    }
    *cursor = end;
    while (end > s && is_blank(end[-1]))
        end--;
    *element = (struct text_span){s, (size_t)(end - s)};
    return true;
}

bool text_span_is(struct text_span span, const char *word) {
    return strlen(word) == span.len && strncasecmp(span.start, word, span.len) == 0;
}
