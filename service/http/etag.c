#include "http/etag.h"

#include <string.h>

#include "base/digest.h"
#include "http/text.h"

enum { ETAG_HEX = 32 };

enum status etag_of_bytes(const void *bytes, size_t len, char etag[ETAG_SIZE]) {
    char hex[DIGEST_HEX];
    enum status status = digest_hex(bytes, len, hex);
    if (status != STATUS_OK)
        return status;
    etag[0] = '"';
    memcpy(etag + 1, hex, ETAG_HEX);
    memcpy(etag + 1 + ETAG_HEX, "\"", 2);
    return STATUS_OK;
}

void etag_mark_gzip(char etag[ETAG_SIZE]) {
    static const char suffix[] = "-gzip\"";
    size_t len = strlen(etag);
    if (etag[0] == '"' && etag[len - 1] == '"' && len + sizeof suffix <= ETAG_SIZE)
        memcpy(etag + len - 1, suffix, sizeof suffix);
}

static struct text_span without_weak(struct text_span tag) {
    if (tag.len > 2 && tag.start[0] == 'W' && tag.start[1] == '/')
        return (struct text_span){tag.start + 2, tag.len - 2};
    return tag;
}

bool etag_list_has(const char *list, const char *etag) {
    struct text_span ours = without_weak((struct text_span){etag, strlen(etag)});
    struct text_span element;
    while (text_next_element(&list, &element)) {
        struct text_span theirs = without_weak(element);
        if (text_span_is(theirs, "*"))
            return true;
        if (theirs.len == ours.len && memcmp(theirs.start, ours.start, ours.len) == 0)
            return true;
    }
    return false;
}

int64_t etag_version(const char *if_match) {
    struct text_span tag;
    struct text_span more;
    if (!text_next_element(&if_match, &tag) || text_next_element(&if_match, &more))
        return -1;
    if (text_span_is(tag, "*"))
        return -2;
    tag = without_weak(tag);
    bool quoted = tag.len >= 2 && tag.start[0] == '"' && tag.start[tag.len - 1] == '"';
    const char *s = quoted ? tag.start + 1 : tag.start;
    size_t len = quoted ? tag.len - 2 : tag.len;
    if (len > 5 && memcmp(s + len - 5, "-gzip", 5) == 0)
        len -= 5;
    int64_t version = 0;
    if (len == 0 || len > 18)
        return -1;
    for (size_t i = 0; i < len; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        version = version * 10 + (s[i] - '0');
    }
    return version;
}
