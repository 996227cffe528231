/* Writes that were refused, for the audit log: who tried what, and why it was not done. */
#ifndef UNKNOT_RESOURCES_REFUSALS_H
#define UNKNOT_RESOURCES_REFUSALS_H

#include "http/route.h"

/*
 * For struct edge_hooks. Told of are writes of a known caller that were denied (403), named what is
 * not there or not theirs (404), or did not fit the state of things (409); not those of a key that
 * anybody can copy, not mistakes in a body, and not what is only to be sent again.
 */
bool refusal_has_to_be_told(void *app, const struct http_request *request,
                            const struct http_response *response, enum status status);
void refusal_tell(void *app, const struct http_request *request,
                  const struct http_response *response, enum status status);

#endif
