/* The query of a request, parsed strictly from the raw target: what cannot be read is an error and
   never a filter that silently vanishes. */
#ifndef UNKNOT_HTTP_QUERY_H
#define UNKNOT_HTTP_QUERY_H

#include "http/text.h"

enum { QUERY_PARAMS_MAX = 64 };

struct query_param {
    const char *name;
    const char *value; /* "" when the parameter has no = */
};

struct query {
    struct query_param params[QUERY_PARAMS_MAX];
    size_t count;
    char *text; /* owned; the decoded names and values stand in it */
};

enum query_fault { QUERY_OK, QUERY_UNREADABLE, QUERY_TOO_MANY, QUERY_NO_MEMORY };

/* `raw` is what follows the question mark. After QUERY_UNREADABLE `why` says what was wrong. */
enum query_fault query_parse(struct query *query, const char *raw, enum text_fault *why) MUST_CHECK;
void query_free(struct query *query);

/* The value of the first parameter of that name, or NULL. */
const char *query_get(const struct query *query, const char *name);

/* The nth value (from 0) of a repeatable parameter, or NULL. */
const char *query_get_nth(const struct query *query, const char *name, size_t nth);

/* Is `name` one of the words of `allowed`, such as "limit cursor tag*"? The star: may be repeated.
 */
bool query_allows(const char *allowed, const char *name, bool *repeatable);

/* The word of `allowed` nearest to a mistyped name, or an empty span. */
struct text_span query_nearest(const char *allowed, const char *name);

#endif
