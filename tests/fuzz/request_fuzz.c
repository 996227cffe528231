/* What a request is framed by, before anything has a meaning: header lines, query, path segments,
 * trace, forwarded addresses, and the values of FHIR searches. What is read is UTF-8 within its
 * bounds, and what we write of it is well-formed. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/client.h"
#include "http/query.h"
#include "http/trace.h"
#include "http/wire.h"
#include "interop/fhir_care_plan.h"
#include "resources/fhir_search.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_query(const char *text) {
    struct query query;
    enum text_fault why = TEXT_OK;
    enum query_fault fault = query_parse(&query, text, &why);
    if ((fault == QUERY_UNREADABLE) != (why != TEXT_OK) || query.count > QUERY_PARAMS_MAX)
        abort();
    for (size_t i = 0; fault == QUERY_OK && i < query.count; i++) {
        bool repeatable;
        const struct query_param *param = &query.params[i];
        if (!text_is_utf8(param->name, strlen(param->name)) ||
            !text_is_utf8(param->value, strlen(param->value)))
            abort();
        (void)query_allows("limit cursor tag*", param->name, &repeatable);
        (void)query_nearest("limit cursor tag*", param->name);
    }
    query_free(&query);
}

static void try_segment(const char *text, size_t len) {
    size_t decoded;
    char *out = malloc(len + 1);
    if (!out)
        abort();
    if (text_decode(text, len, false, out, &decoded) == TEXT_OK &&
        (decoded > len || strlen(out) != decoded || !text_is_utf8(out, decoded)))
        abort();
    free(out);
}

/* Lines "name: value", as libmicrohttpd hands them over: framed by one rule only. */
static void try_headers(const char *text) {
    struct http_header headers[HTTP_HEADERS_MAX];
    struct wire_facts facts;
    size_t count = 0;
    char *copy = strdup(text), *line, *rest = copy;
    if (!copy)
        abort();
    while (count < HTTP_HEADERS_MAX && (line = strsep(&rest, "\n")) != NULL) {
        char *colon = strchr(line, ':');
        if (colon)
            *colon = '\0';
        headers[count++] = (struct http_header){line, colon ? colon + 1 : ""};
    }
    for (int http11 = 0; http11 < 2; http11++) {
        const char *wrong = wire_check(headers, count, http11, &facts);
        if (!wrong && facts.chunked && facts.content_length)
            abort();
    }
    free(copy);
}

static void try_trace(const char *text) {
    struct trace trace, again;
    char header[TRACE_HEADER_SIZE];
    trace_start(&trace, text);
    trace_header(&trace, header);
    trace_start(&again, header);
    if (strcmp(trace.trace_id, again.trace_id) != 0 || strcmp(trace.span_id, again.parent_id) != 0)
        abort();
}

static void try_client(const char *text) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct proxies proxies, any;
    struct client client;
    if (proxies_parse(&proxies, "127.0.0.0/8, 10.0.0.0/8, ::1") != STATUS_OK)
        abort();
    client_from_peer(&client, (const struct sockaddr *)&here, sizeof here);
    client_follow(&client, text, &proxies);
    if (strlen(client.text) >= CLIENT_TEXT_SIZE || strpbrk(client.text, "\r\n\" "))
        abort();
    if (proxies_parse(&any, text) == STATUS_OK)
        (void)client_is_proxy(&client, &any);
}

static void try_search(const char *text) {
    struct fhir_bounds bounds;
    struct buffer array;
    char patient[FHIR_PATIENT_SIZE];
    const char *where;
    (void)fhir_search_period(text, &bounds);
    (void)fhir_search_moments(text, &bounds);
    (void)fhir_search_id(text, "Patient");
    (void)fhir_id_is(text);
    buffer_init(&array);
    fhir_search_codes(text, "http://loinc.org", &array);
    if (array.failed || array.data[0] != '{' || array.data[array.len - 1] != '}')
        abort();
    buffer_free(&array);
    json_t *subject =
        json_pack("{s:s?}", "reference", text_is_utf8(text, strlen(text)) ? text : NULL);
    (void)fhir_patient_of(subject, patient, &where);
    json_decref(subject);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1); /* of its exact size, so that a byte too far is noticed */
    if (!text)
        abort();
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    try_query(text);
    try_segment(text, size);
    try_headers(text);
    try_trace(text);
    try_client(text);
    try_search(text);
    free(text);
    return 0;
}
