#include "resources/preconditions.h"

#include <stdio.h>
#include <string.h>

#include "http/text.h"

enum { LIST_SIZE = 512 };

enum status if_match_check(const struct http_request *request, struct http_response *response,
                           int64_t version, enum if_match need) {
    enum { ANY = -2 };
    const char *header = request_header(request, "If-Match");
    if (!header && need == IF_MATCH_OPTIONAL)
        return STATUS_OK;
    if (!header) {
        response_problem(response, "precondition-required",
                         "Send If-Match with the ETag that you read.");
        return STATUS_INVALID;
    }
    int64_t wanted = etag_version(header);
    if (wanted == ANY || wanted == version)
        return STATUS_OK;
    response_problem(response, "precondition-failed",
                     "The resource is at version %lld now. Read it again.", (long long)version);
    return STATUS_CONFLICT;
}

void response_version(struct http_response *response, int64_t version) {
    (void)snprintf(response->etag, sizeof response->etag, "\"%lld\"", (long long)version);
}

/* "return=minimal", with spaces and parameters as RFC 7240 lets them be. */
static bool is_minimal(struct text_span preference) {
    static const char wanted[] = "return=minimal";
    size_t at = 0;
    for (size_t i = 0; i < preference.len && preference.start[i] != ';'; i++) {
        char c = preference.start[i];
        if (c == ' ' || c == '\t' || c == '"')
            continue;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + ('a' - 'A'));
        if (at == sizeof wanted - 1 || c != wanted[at++])
            return false;
    }
    return at == sizeof wanted - 1;
}

bool prefers_minimal(const struct http_request *request) {
    char list[LIST_SIZE];
    const char *rest = request_header_list(request, "Prefer", list, sizeof list);
    struct text_span preference;
    while (rest && text_next_element(&rest, &preference))
        if (is_minimal(preference))
            return true;
    return false;
}

enum status response_written(const struct http_request *request, struct http_response *response,
                             unsigned status, int64_t version, struct buffer *body_owned) {
    response_version(response, version);
    response->status = status;
    if (!prefers_minimal(request))
        return response_buffer(response, MEDIA_JSON, body_owned);
    buffer_free(body_owned);
    response_header(response, "Preference-Applied", "return=minimal");
    if (status == 200)
        response->status = 204;
    return STATUS_OK;
}
