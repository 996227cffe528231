#include "resources/cursor.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "access/access.h"
#include "access/base64url.h"
#include "http/route.h"

enum {
    MAC_BYTES = 16,
    MAC_LETTERS = BASE64URL_LEN(MAC_BYTES),
    CURSOR_MAX = 2048,  /* letters; the contract says so too */
    FILTERS_MAX = 1000, /* bytes of them as JSON, so that a cursor has room for the rest */
};

/* ---- texts and signatures ---- */

static enum status refuse(struct http_response *response, const char *why) {
    response_parameter_error(response, "cursor", "bad_cursor", "%s", why);
    response_problem(response, "invalid-parameter", "The cursor is not one of ours for this list.");
    return STATUS_INVALID;
}

static enum status sign(const struct tenant_secrets *secrets, const char *payload, size_t len,
                        char mac_text[MAC_LETTERS + 1]) {
    unsigned char mac[32];
    enum status status = tenant_sign(&secrets->cursor, payload, len, mac);
    base64url_encode(mac, MAC_BYTES, mac_text);
    mac_text[MAC_LETTERS] = '\0';
    return status;
}

/* In a time that does not tell how much of it was right. */
static bool is_same(const char *a, const char *b, size_t len) {
    unsigned differs = 0;
    for (size_t i = 0; i < len; i++)
        differs |= (unsigned)(unsigned char)(a[i] ^ b[i]);
    return differs == 0;
}

json_t *cursor_open(const struct tenant_secrets *secrets, const char *cursor) {
    char mac[MAC_LETTERS + 1];
    unsigned char payload[CURSOR_MAX];
    size_t payload_len = strcspn(cursor, "."), len = 0;
    if (strlen(cursor) > CURSOR_MAX || cursor[payload_len] != '.' ||
        strlen(cursor + payload_len + 1) != MAC_LETTERS ||
        sign(secrets, cursor, payload_len, mac) != STATUS_OK ||
        !is_same(mac, cursor + payload_len + 1, MAC_LETTERS) ||
        !base64url_decode(cursor, payload_len, payload, &len))
        return NULL;
    return json_loadb((const char *)payload, len, 0, NULL);
}

/* ---- reading ---- */

static bool is_paging(const char *name) {
    return strcmp(name, "limit") == 0 || strcmp(name, "cursor") == 0;
}

static enum status read_filters(struct page *page, const struct http_request *request) {
    page->filters = json_object();
    if (!page->filters)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < request->query.count; i++) {
        const struct query_param *param = &request->query.params[i];
        if (!is_paging(param->name) &&
            json_object_set_new(page->filters, param->name, json_string(param->value)) != 0)
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

/* A cursor carries all filters, so it is said at the first page already when it could not. */
static enum status refuse_long_filters(const struct page *page, struct http_response *response) {
    size_t longest = 0;
    const char *name, *worst = "";
    json_t *value;
    if (json_dumpb(page->filters, NULL, 0, JSON_COMPACT) <= FILTERS_MAX)
        return STATUS_OK;
    json_object_foreach(page->filters, name, value) {
        size_t len = strlen(name) + json_string_length(value);
        if (len > longest)
            worst = name;
        longest = len > longest ? len : longest;
    }
    response_parameter_error(response, worst, "too_long", "all filters together are too long");
    response_problem(response, "invalid-parameter",
                     "The filters are too long for a list in pages.");
    return STATUS_INVALID;
}

static const char *member(const json_t *object, const char *name) {
    return json_string_value(json_object_get(object, name));
}

/* Made for this caller and this list? */
static bool is_for_us(const json_t *payload, const struct http_request *request) {
    char caller[PRINCIPAL_DIGEST_HEX];
    principal_digest_text(access_caller(request), caller);
    const char *operation = member(payload, "o"), *made_for = member(payload, "p");
    return operation && made_for && strcmp(operation, request->route->operation_id) == 0 &&
           strcmp(made_for, caller) == 0 && json_is_object(json_object_get(payload, "f")) &&
           json_is_object(json_object_get(payload, "a"));
}

static enum status refuse_other_filters(const json_t *given, const json_t *signed_filters,
                                        struct http_response *response) {
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)given, name, value) {
        const json_t *kept = json_object_get(signed_filters, name);
        if (!kept || !json_equal(kept, value))
            return refuse(response, "it was made with other filters; send the cursor alone");
    }
    return STATUS_OK;
}

static enum status follow(struct page *page, const struct http_request *request,
                          struct http_response *response, const struct tenant_secrets *secrets,
                          const char *cursor) {
    json_t *payload = cursor_open(secrets, cursor);
    enum status status = STATUS_OK;
    if (!payload || !is_for_us(payload, request)) {
        status = refuse(response, "take the cursor of the page before as it is");
    } else if (json_integer_value(json_object_get(payload, "x")) < (json_int_t)time(NULL)) {
        response_problem(response, "gone", "The cursor has expired. Begin at the first page.");
        status = STATUS_INVALID;
    } else {
        status = refuse_other_filters(page->filters, json_object_get(payload, "f"), response);
    }
    if (status == STATUS_OK) {
        json_decref(page->filters);
        page->filters = json_incref(json_object_get(payload, "f"));
        page->after = json_incref(json_object_get(payload, "a"));
    }
    json_decref(payload);
    return status;
}

enum status page_read(struct page *page, const struct http_request *request,
                      struct http_response *response, const struct tenant_secrets *secrets) {
    const char *limit = request_query(request, "limit");
    const char *cursor = request_query(request, "cursor");
    *page = (struct page){.limit = limit ? (unsigned)strtoul(limit, NULL, 10) : PAGE_LIMIT};
    if (page->limit < 1 || page->limit > PAGE_LIMIT_MAX)
        page->limit = PAGE_LIMIT; /* the contract has refused it before */
    (void)snprintf(page->limit_text, sizeof page->limit_text, "%u", page->limit + 1);
    enum status status = read_filters(page, request);
    if (status == STATUS_OK)
        status = refuse_long_filters(page, response);
    if (status == STATUS_OK && cursor)
        status = follow(page, request, response, secrets, cursor);
    return status;
}

void page_free(struct page *page) {
    json_decref(page->filters);
    json_decref(page->after);
    page->filters = page->after = NULL;
}

const char *page_filter(const struct page *page, const char *name) {
    return member(page->filters, name);
}

const char *page_after(const struct page *page, const char *name) {
    return member(page->after, name);
}

/* ---- writing ---- */

static enum status append_signed(const struct tenant_secrets *secrets, const char *text,
                                 struct buffer *cursor) {
    char mac[MAC_LETTERS + 1];
    size_t len = strlen(text), letters = BASE64URL_LEN(len);
    if (letters + 1 + MAC_LETTERS > CURSOR_MAX)
        return STATUS_INTERNAL;
    if (!buffer_reserve(cursor, letters + MAC_LETTERS + 2))
        return STATUS_NO_MEMORY;
    char *payload = cursor->data + cursor->len;
    base64url_encode((const unsigned char *)text, len, payload);
    enum status status = sign(secrets, payload, letters, mac);
    cursor->len += letters;
    buffer_puts(cursor, ".");
    buffer_puts(cursor, mac);
    return cursor->failed ? STATUS_NO_MEMORY : status;
}

enum status cursor_seal(const struct tenant_secrets *secrets, json_t *payload_owned,
                        struct buffer *cursor) {
    char *text = payload_owned ? json_dumps(payload_owned, JSON_COMPACT) : NULL;
    enum status status = text ? append_signed(secrets, text, cursor) : STATUS_NO_MEMORY;
    json_decref(payload_owned);
    free(text);
    return status;
}

static enum status link_next(const struct page *page, const struct http_request *request,
                             struct http_response *response, const char *cursor) {
    struct buffer link;
    buffer_init(&link);
    buffer_puts(&link, "<");
    buffer_append(&link, request->target, strcspn(request->target, "?"));
    buffer_printf(&link, "?limit=%u&cursor=", page->limit);
    buffer_puts(&link, cursor);
    buffer_puts(&link, ">; rel=\"next\"");
    bool whole = !link.failed;
    if (whole)
        response_header(response, "Link", link.data);
    buffer_free(&link);
    return whole ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status page_next(const struct page *page, const struct http_request *request,
                      struct http_response *response, const struct tenant_secrets *secrets,
                      json_t *after_owned, struct buffer *cursor) {
    char caller[PRINCIPAL_DIGEST_HEX];
    size_t before = cursor->len;
    principal_digest_text(access_caller(request), caller);
    json_int_t expires = (json_int_t)time(NULL) + (json_int_t)CURSOR_HOURS * 3600;
    json_t *payload =
        after_owned ? json_pack("{s:s, s:s, s:I, s:O, s:o}", "o", request->route->operation_id, "p",
                                caller, "x", expires, "f", page->filters, "a", after_owned)
                    : NULL;
    enum status status = cursor_seal(secrets, payload, cursor);
    if (status == STATUS_OK)
        status = link_next(page, request, response, cursor->data + before);
    return status;
}
