/* The JSON body of a request: strict, no repeated keys, not too deep (see base/json_text.h). */
#ifndef UNKNOT_HTTP_JSON_BODY_H
#define UNKNOT_HTTP_JSON_BODY_H

#include "http/request.h"
#include "http/response.h"

/* Parses the body; the caller owns *json. After STATUS_INVALID the response is a malformed-json
   problem that says where. */
enum status json_body_parse(const struct http_request *request, struct http_response *response,
                            json_t **json) MUST_CHECK;

#endif
