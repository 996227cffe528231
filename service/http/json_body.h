/* The JSON body of a request: strict, no repeated keys, not too deep. */
#ifndef UNKNOT_HTTP_JSON_BODY_H
#define UNKNOT_HTTP_JSON_BODY_H

#include "http/request.h"
#include "http/response.h"

enum { JSON_BODY_DEPTH = 32 };

/* Does the text open at most `limit` brackets within each other? Strings do not count. */
bool json_depth_within(const char *text, size_t len, unsigned limit);

/* Parses the body; the caller owns *json. On STATUS_INVALID the response is a malformed-json
 * problem. */
enum status json_body_parse(const struct http_request *request, struct http_response *response,
                            json_t **json) MUST_CHECK;

#endif
