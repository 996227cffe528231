/* Query parameters held against the contract. */
#ifndef UNKNOT_RESOURCES_QUERY_CHECK_H
#define UNKNOT_RESOURCES_QUERY_CHECK_H

#include "http/request.h"
#include "http/response.h"
#include "resources/app.h"

/* Adds every mistake of the query to the response; the caller may add more before it asks
 * query_is_valid(). */
void query_complain(const struct app *app, const struct http_request *request,
                    struct http_response *response);

/* Checks the query and makes the answer a problem when there was any mistake. */
bool query_is_valid(const struct app *app, const struct http_request *request,
                    struct http_response *response) MUST_CHECK;

/* Makes the answer a problem when mistakes were added. */
bool query_has_no_mistake(struct http_response *response) MUST_CHECK;

#endif
