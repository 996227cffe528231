#include "resources/cds_access.h"

#include <string.h>
#include <time.h>

#include "access/access.h"
#include "access/cds_clients.h"
#include "http/clock.h"
#include "http/route.h"
#include "resources/cds.h"

enum { URL_SIZE = CDS_BASE_SIZE + 200 };

/* Statistics are ours, not the protocol's. */
static bool is_protocol(const struct route *route) {
    return strncmp(route->path, "/cds-services", 13) == 0 && !strstr(route->path, "/stats");
}

bool cds_is_judged_here(const struct app *app, const struct http_request *request) {
    if (!is_protocol(request->route))
        return false;
    bool token = cds_token_is_there(request);
    return app->cds_clients ? token || !cds_key_is_there(request) : token;
}

/* The URL as the client called it: without a query. */
static void url_of(const struct app *app, const struct http_request *request, char url[URL_SIZE]) {
    char base[CDS_BASE_SIZE];
    cds_base(app, request, base);
    const char *path = request->target;
    (void)snprintf(url, URL_SIZE, "%s%.*s", base, (int)strcspn(path, "?"), path);
}

static enum status say_open_to_clients(struct http_response *response) {
    response_header(response, "WWW-Authenticate", "Bearer realm=\"unknot\"");
    response_problem(response, "unauthenticated",
                     "This service takes CDS Hooks from known clinic systems only: send a token "
                     "signed for this URL.");
    return STATUS_UNAUTHENTICATED;
}

enum status cds_authorize(const struct app *app, struct http_request *request,
                          struct http_response *response) {
    char url[URL_SIZE];
    struct principal *principal = NULL;
    if (!app->cds_clients)
        return access_is_open(app->access, request->route->scope) ? STATUS_OK
                                                                  : say_open_to_clients(response);
    if (!cds_token_is_there(request))
        return say_open_to_clients(response);
    url_of(app, request, url);
    enum status status = cds_clients_judge(app->cds_clients, request, response, url,
                                           (int64_t)time(NULL), clock_ns() / 1000000, &principal);
    request->caller = principal;
    return status;
}

bool cds_needs_worker(const struct app *app, const struct http_request *request) {
    return app->store && strcmp(request->route->operation_id, "sendCdsFeedback") == 0;
}

bool cds_must_wait(const struct app *app, const struct http_request *request) {
    return app->cds_clients &&
           cds_clients_must_wait(app->cds_clients, request, clock_ns() / 1000000);
}
