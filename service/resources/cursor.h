/*
 * Pages of a list. A cursor is opaque: base64url of the filters and the last row, signed for this
 * tenant, caller and operation. It carries all filters, so a next page cannot lose one.
 *
 *     struct page page;
 *     status = page_read(&page, request, response, secrets);    (after query_is_valid())
 *     page_filter(&page, "status"), page_after(&page, "plan_id") ...; ask for page.limit + 1 rows
 *     page_next(&page, request, response, secrets, json_pack(...), &cursor)   when there are more
 *     page_free(&page);
 */
#ifndef UNKNOT_RESOURCES_CURSOR_H
#define UNKNOT_RESOURCES_CURSOR_H

#include "base/buffer.h"
#include "resources/tenant_secrets.h"

enum { PAGE_LIMIT = 50, PAGE_LIMIT_MAX = 200, CURSOR_HOURS = 24 };

struct page {
    unsigned limit;
    char limit_text[12]; /* limit and one, for SQL */
    json_t *filters;     /* {name: text}; of the query, or of the cursor */
    json_t *after;       /* {name: text}: the last row of the page before; NULL: the first page */
};

/*
 * Reads limit, cursor and filters (all other parameters) of the query. A cursor that we did not
 * make, or not for this, is 422; an expired one 410; a filter beside it must be the same.
 */
enum status page_read(struct page *page, const struct http_request *request,
                      struct http_response *response,
                      const struct tenant_secrets *secrets) MUST_CHECK;
void page_free(struct page *page);

/* NULL: not given. */
const char *page_filter(const struct page *page, const char *name);
const char *page_after(const struct page *page, const char *name);

/*
 * Appends the cursor of the page that follows the row `after_owned` ({name: text}; NULL is a failed
 * allocation) and sets the Link header.
 */
enum status page_next(const struct page *page, const struct http_request *request,
                      struct http_response *response, const struct tenant_secrets *secrets,
                      json_t *after_owned, struct buffer *cursor) MUST_CHECK;

/* What a page is made of, for other texts that only we can make: "payload.mac" of a tenant. The
 * payload says in "o" what it is for. Takes the payload; NULL is a failed allocation. */
enum status cursor_seal(const struct tenant_secrets *secrets, json_t *payload_owned,
                        struct buffer *cursor) MUST_CHECK;

/* The payload, a new reference; NULL when this tenant did not seal it. */
json_t *cursor_open(const struct tenant_secrets *secrets, const char *cursor) MUST_CHECK;

#endif
