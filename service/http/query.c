#include "http/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/edit_distance.h"

/* Decodes one name or value to the end of the text; `*write` moves behind its NUL. */
static enum text_fault take(const char *raw, size_t len, char **write, const char **out) {
    size_t decoded = 0;
    enum text_fault fault = text_decode(raw, len, true, *write, &decoded);
    if (fault != TEXT_OK)
        return fault;
    *out = *write;
    *write += decoded + 1;
    return TEXT_OK;
}

static enum text_fault take_param(const char *raw, size_t len, char **write,
                                  struct query_param *param) {
    const char *equals = memchr(raw, '=', len);
    size_t name_len = equals ? (size_t)(equals - raw) : len;
    enum text_fault fault = take(raw, name_len, write, &param->name);
    if (fault != TEXT_OK)
        return fault;
    if (!equals)
        return take("", 0, write, &param->value);
    return take(equals + 1, len - name_len - 1, write, &param->value);
}

enum query_fault query_parse(struct query *query, const char *raw, enum text_fault *why) {
    query->count = 0;
    /* Decoding never grows; each parameter adds at most one NUL beyond its = and its &. */
    query->text = malloc(strlen(raw) + QUERY_PARAMS_MAX + 2);
    if (!query->text)
        return QUERY_NO_MEMORY;
    char *write = query->text;
    while (*raw) {
        size_t len = strcspn(raw, "&");
        if (len > 0) {
            if (query->count == QUERY_PARAMS_MAX)
                return QUERY_TOO_MANY;
            *why = take_param(raw, len, &write, &query->params[query->count++]);
            if (*why != TEXT_OK)
                return QUERY_UNREADABLE;
        }
        raw += len + (raw[len] == '&');
    }
    return QUERY_OK;
}

void query_free(struct query *query) {
    free(query->text);
    query->text = NULL;
    query->count = 0;
}

const char *query_get(const struct query *query, const char *name) {
    return query_get_nth(query, name, 0);
}

const char *query_get_nth(const struct query *query, const char *name, size_t nth) {
    for (size_t i = 0; i < query->count; i++)
        if (strcmp(query->params[i].name, name) == 0 && nth-- == 0)
            return query->params[i].value;
    return NULL;
}

/* The next word of a blank-separated list; an empty span at its end. */
static struct text_span next_word(const char **cursor) {
    *cursor += strspn(*cursor, " ");
    struct text_span word = {*cursor, strcspn(*cursor, " ")};
    *cursor += word.len;
    return word;
}

bool query_allows(const char *allowed, const char *name, bool *repeatable) {
    size_t len = strlen(name);
    for (;;) {
        struct text_span word = next_word(&allowed);
        if (word.len == 0)
            return false;
        bool star = word.start[word.len - 1] == '*';
        if (word.len - star == len && memcmp(word.start, name, len) == 0) {
            *repeatable = star;
            return true;
        }
    }
}

struct text_span query_nearest(const char *allowed, const char *name) {
    struct text_span best = {"", 0};
    unsigned best_distance = 3; /* further away is another word, not a slip */
    for (;;) {
        struct text_span word = next_word(&allowed);
        if (word.len == 0)
            return best;
        word.len -= word.start[word.len - 1] == '*';
        unsigned distance = edit_distance(word.start, word.len, name, strlen(name), best_distance);
        if (distance < best_distance) {
            best_distance = distance;
            best = word;
        }
    }
}
