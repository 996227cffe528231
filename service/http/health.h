/* Is the process alive, and should it get requests? */
#ifndef UNKNOT_HTTP_HEALTH_H
#define UNKNOT_HTTP_HEALTH_H

#include <stdbool.h>

#include "base/status.h"

struct http_request;
struct http_response;

/* Runs on an HTTP thread: it must look at a flag, never wait. */
typedef bool (*health_probe)(void *cls);

/* Adds a named check to /readyz, before the server starts; at most 16. A check that is not
   `required` is shown but does not make the whole unready (decisions answer without a database). */
enum status health_add(const char *name, bool required, health_probe probe, void *cls) MUST_CHECK;

void health_set_draining(bool draining);
bool health_is_ready(void);

/* GET /livez; GET /readyz, whose route row takes the query "exclude*" */
enum status health_livez(void *app, const struct http_request *request,
                         struct http_response *response) MUST_CHECK;
enum status health_readyz(void *app, const struct http_request *request,
                          struct http_response *response) MUST_CHECK;

#endif
