/* If-Match, Prefer and the ETag of a version, for everything that has versions. */
#ifndef UNKNOT_RESOURCES_PRECONDITIONS_H
#define UNKNOT_RESOURCES_PRECONDITIONS_H

#include <stdint.h>

#include "http/request.h"
#include "http/response.h"

enum if_match { IF_MATCH_OPTIONAL, IF_MATCH_REQUIRED };

/*
 * Holds If-Match against the version that was read. STATUS_INVALID with precondition-required (428)
 * when it is missing and needed, STATUS_CONFLICT with precondition-failed (412) when it is another
 * version; * is any.
 */
enum status if_match_check(const struct http_request *request, struct http_response *response,
                           int64_t version, enum if_match need) MUST_CHECK;

/* Sets ETag: "version". */
void response_version(struct http_response *response, int64_t version);

/* Prefer: return=minimal. */
bool prefers_minimal(const struct http_request *request);

/*
 * The answer to a write: the status and the document, or after Prefer: return=minimal the ETag
 * alone (201 without a body, or 204). Takes the buffer.
 */
enum status response_written(const struct http_request *request, struct http_response *response,
                             unsigned status, int64_t version,
                             struct buffer *body_owned) MUST_CHECK;

#endif
