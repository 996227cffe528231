/* What stands in headers, cursors and links: any text is read within its bounds, what we made is
   read back, and what we did not sign opens nothing. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "access/base64url.h"
#include "access/principal.h"
#include "http/etag.h"
#include "http/media.h"
#include "http/route.h"
#include "http/text.h"
#include "resources/calendar_token.h"
#include "resources/cursor.h"
#include "resources/idempotency.h"
#include "resources/preconditions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct route route = {.method = HTTP_POST, .path = "/x", .operation_id = "x"};
static struct tenant_secrets secrets = {.cursor = {.bytes = {1, 2, 3}, .len = 32},
                                        .patient = {.bytes = {4}, .len = 32}};

static void ask(struct http_request *request, const char *header, const char *value) {
    *request = (struct http_request){.method = HTTP_POST,
                                     .route = &route,
                                     .target = "/x?a=b",
                                     .body = "",
                                     .header_count = header ? 1 : 0};
    request->headers[0] = (struct http_header){header, value};
}

/* Problems are made, never anything else: a 5xx would be ours. */
static void end(struct http_response *response, enum status status) {
    if (status != STATUS_OK && status != STATUS_INVALID && status != STATUS_CONFLICT)
        abort();
    response_free(response);
}

static void try_idempotency(const char *text) {
    struct http_request request;
    struct http_response response;
    struct idempotency once;
    ask(&request, "Idempotency-Key", text);
    response_init(&response);
    enum status status = idempotency_read(&once, &request, &response, IDEMPOTENCY_REQUIRED);
    if ((status == STATUS_OK) != once.present || strlen(once.key) > IDEMPOTENCY_KEY_MAX)
        abort();
    for (const char *c = once.key; once.present && *c; c++)
        if (*c <= ' ' || *c > '~')
            abort();
    idempotency_free(&once);
    end(&response, status);
}

static void try_etags(const char *text) {
    struct http_request request;
    struct http_response response;
    char tag[ETAG_SIZE] = "\"7\"";
    ask(&request, "If-Match", text);
    response_init(&response);
    enum status status = if_match_check(&request, &response, 7, IF_MATCH_REQUIRED);
    int64_t version = etag_version(text);
    if (version < -2 || ((status == STATUS_OK) != (version == 7 || version == -2)))
        abort();
    end(&response, status);
    (void)etag_list_has(text, tag);
    etag_mark_gzip(tag);
    (void)etag_list_has(text, tag);
    (void)media_language(text);
    (void)media_takes_gzip(text);
    (void)media_choose(text, "application/json, image/svg+xml");
    ask(&request, "Prefer", text);
    (void)prefers_minimal(&request);
}

static bool opens(const char *cursor) {
    struct http_request request;
    struct http_response response;
    struct page page;
    ask(&request, NULL, NULL);
    request.query.params[0] = (struct query_param){.name = "cursor", .value = cursor};
    request.query.count = 1;
    response_init(&response);
    enum status status = page_read(&page, &request, &response, &secrets);
    (void)page_after(&page, "a");
    page_free(&page);
    end(&response, status);
    return status == STATUS_OK;
}

/* As it came, and with a payload that we signed: what is behind the signature is read then. */
static void try_cursor(const char *text, size_t size) {
    enum { MAC = 16, PAYLOAD_MAX = 1000 };
    unsigned char mac[32];
    char cursor[2048];
    if (opens(text))
        abort();
    if (size > PAYLOAD_MAX)
        return;
    size_t letters = BASE64URL_LEN(size);
    base64url_encode((const unsigned char *)text, size, cursor);
    if (tenant_sign(&secrets.cursor, cursor, letters, mac) != STATUS_OK)
        abort();
    cursor[letters] = '.';
    base64url_encode(mac, MAC, cursor + letters + 1);
    cursor[letters + 1 + BASE64URL_LEN(MAC)] = '\0';
    (void)opens(cursor);
}

/* A text that only we can make (a cursor, the URL of an export) is read back as it was, and is
 * nobody's when one letter of it is another. */
static void try_seal(const char *text) {
    struct buffer sealed;
    json_t *payload = json_pack("{s:s?}", "q", text_is_utf8(text, strlen(text)) ? text : NULL);
    buffer_init(&sealed);
    if (cursor_seal(&secrets, json_incref(payload), &sealed) == STATUS_OK) {
        json_t *opened = cursor_open(&secrets, sealed.data);
        if (!opened || !json_equal(opened, payload))
            abort();
        json_decref(opened);
        char *letter = sealed.data + (unsigned char)*text * sealed.len / 256;
        *letter = *letter == 'A' ? 'B' : 'A';
        if (cursor_open(&secrets, sealed.data))
            abort();
    }
    json_decref(payload);
    buffer_free(&sealed);
}

static void try_link(const char *text) {
    struct calendar_token token;
    if (calendar_token_parse(text, &token) && calendar_token_is_ours(&token, &secrets))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1); /* of its exact size, so that a byte too far is noticed */
    if (!text)
        abort();
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    try_idempotency(text);
    try_etags(text);
    try_cursor(text, size);
    try_seal(text);
    try_link(text);
    free(text);
    return 0;
}
