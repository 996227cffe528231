/* Who may call CDS Hooks: clinic systems with their own tokens, keys of ours, or, for trying, all.
 */
#ifndef UNKNOT_RESOURCES_CDS_ACCESS_H
#define UNKNOT_RESOURCES_CDS_ACCESS_H

#include "http/request.h"
#include "http/response.h"
#include "resources/app.h"

/*
 * Is the request one of the protocol (discovery, call, feedback) without a key of ours? With
 * clients configured it then needs a token of one of them. Without, and open to all, any token is
 * let by unread: clients send one always, and nobody could have told us whose it is.
 */
bool cds_is_judged_here(const struct app *app, const struct http_request *request);

enum status cds_authorize(const struct app *app, struct http_request *request,
                          struct http_response *response);
/* Feedback is stored: a worker has the connection for it. */
bool cds_needs_worker(const struct app *app, const struct http_request *request);

bool cds_must_wait(const struct app *app, const struct http_request *request);

#endif
