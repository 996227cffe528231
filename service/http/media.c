#include "http/media.h"

#include <string.h>
#include <strings.h>

/* Splits `type/subtype; a=b; q=0.5` into its name and its quality in thousandths. */
static struct text_span split_quality(struct text_span element, unsigned *quality) {
    const char *end = element.start + element.len;
    const char *semicolon = memchr(element.start, ';', element.len);
    *quality = 1000;
    for (const char *s = semicolon; s && s < end; s = memchr(s, ';', (size_t)(end - s))) {
        s++;
        while (s < end && (*s == ' ' || *s == '\t'))
            s++;
        if (end - s < 3 || (*s != 'q' && *s != 'Q') || s[1] != '=')
            continue;
        *quality = s[2] == '1' ? 1000 : 0;
        unsigned scale = 100;
        for (const char *d = s + 4; s[2] == '0' && d < end && *d >= '0' && *d <= '9'; d++) {
            *quality += scale * (unsigned)(*d - '0');
            scale /= 10;
        }
    }
    size_t len = semicolon ? (size_t)(semicolon - element.start) : element.len;
    while (len > 0 && (element.start[len - 1] == ' ' || element.start[len - 1] == '\t'))
        len--;
    return (struct text_span){element.start, len};
}

/* 3: the type itself, 2: type/x, 1: any, 0: no match. */
static unsigned range_match(struct text_span range, struct text_span type) {
    if (text_span_is(range, "*/*") || text_span_is(range, "*"))
        return 1;
    if (range.len == type.len && strncasecmp(range.start, type.start, type.len) == 0)
        return 3;
    const char *slash = memchr(type.start, '/', type.len);
    size_t prefix = slash ? (size_t)(slash - type.start) + 1 : 0;
    bool wild = prefix && range.len == prefix + 1 && range.start[prefix] == '*';
    return wild && strncasecmp(range.start, type.start, prefix) == 0 ? 2 : 0;
}

/* The quality the most specific range gives to a type. */
static unsigned quality_of(const char *accept, struct text_span type) {
    struct text_span element;
    unsigned best_match = 0;
    unsigned best_quality = 0;
    while (text_next_element(&accept, &element)) {
        unsigned quality;
        struct text_span range = split_quality(element, &quality);
        unsigned match = range_match(range, type);
        if (match > best_match || (match == best_match && match && quality > best_quality)) {
            best_match = match;
            best_quality = quality;
        }
    }
    return best_quality;
}

struct text_span media_choose(const char *accept, const char *offers) {
    struct text_span best = {"", 0};
    struct text_span offer;
    unsigned best_quality = 0;
    if (!accept || !*accept)
        accept = "*/*";
    while (text_next_element(&offers, &offer)) {
        unsigned quality = quality_of(accept, offer);
        if (quality > best_quality) {
            best_quality = quality;
            best = offer;
        }
    }
    return best;
}

static bool charset_is_utf8(const char *parameters) {
    const char *charset = strcasestr(parameters, "charset=");
    if (!charset)
        return true;
    charset += strlen("charset=");
    charset += *charset == '"';
    return strncasecmp(charset, "utf-8", 5) == 0 || strncasecmp(charset, "utf8", 4) == 0;
}

bool media_is_one_of(const char *content_type, const char *accepted) {
    size_t len = strcspn(content_type, "; \t");
    struct text_span type;
    while (text_next_element(&accepted, &type))
        if (type.len == len && strncasecmp(type.start, content_type, len) == 0)
            return charset_is_utf8(content_type + len);
    return false;
}

bool media_takes_gzip(const char *accept_encoding) {
    if (!accept_encoding)
        return false;
    return quality_of(accept_encoding, (struct text_span){"gzip", 4}) > 0;
}

/* Add a language here when the contract has its texts. The first is the default. */
static const char *const languages[] = {"en"};

const char *media_language(const char *accept_language) {
    const char *best = languages[0];
    unsigned best_quality = 0;
    struct text_span element;
    while (accept_language && text_next_element(&accept_language, &element)) {
        unsigned quality;
        struct text_span range = split_quality(element, &quality);
        for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
            size_t len = strlen(languages[i]);
            bool same = range.len >= len && strncasecmp(range.start, languages[i], len) == 0 &&
                        (range.len == len || range.start[len] == '-');
            if (same && quality > best_quality) {
                best = languages[i];
                best_quality = quality;
            }
        }
    }
    return best;
}
