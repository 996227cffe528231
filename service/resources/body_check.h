/* A body held against the contract: every mistake at once, the handler's own ones with it. */
#ifndef UNKNOT_RESOURCES_BODY_CHECK_H
#define UNKNOT_RESOURCES_BODY_CHECK_H

#include "http/request.h"
#include "http/response.h"
#include "resources/app.h"

/* Adds what breaks the operation's schema; `complaints` must be ready. */
void body_check(const struct app *app, const struct http_request *request,
                struct complaints *complaints);

/* For struct edge_hooks: a body that is no object at all is refused before any handler takes it for
 * one. */
enum status body_is_object(void *app, const struct http_request *request,
                           struct http_response *response);

/* Makes the response a problem with all complaints, if there are any: STATUS_INVALID. */
enum status body_refuse(struct http_response *response,
                        const struct complaints *complaints) MUST_CHECK;

#endif
