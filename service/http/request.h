/* A request as handlers see it. Everything is borrowed: it lives until the answer has been sent. */
#ifndef UNKNOT_HTTP_REQUEST_H
#define UNKNOT_HTTP_REQUEST_H

#include <jansson.h>
#include <stdint.h>

#include "http/client.h"
#include "http/query.h"
#include "http/trace.h"

struct route;

enum http_method {
    HTTP_GET,
    HTTP_HEAD, /* runs the handler of GET; the body is not sent */
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS, /* the edge answers it */
    HTTP_METHODS, /* number of them; also: a method we do not know */
};

enum {
    HTTP_TARGET_MAX = 4096,
    HTTP_HEADERS_MAX = 64,        /* lines */
    HTTP_HEADER_BYTES_MAX = 8192, /* all lines together */
    HTTP_PATH_PARAMS_MAX = 4,
    HTTP_MEDIA_TYPE_SIZE = 64,
};

struct http_header {
    const char *name;
    const char *value;
};

struct path_param {
    const char *name;  /* as in the route: {name} */
    const char *value; /* decoded */
};

struct http_request {
    enum http_method method;
    const struct route *route; /* NULL when nothing matched */
    const char *target;        /* as received: never log it */
    struct path_param params[HTTP_PATH_PARAMS_MAX];
    size_t param_count;
    struct query query;
    struct http_header headers[HTTP_HEADERS_MAX];
    size_t header_count;

    const char *body; /* a NUL stands after it; "" when there is none */
    size_t body_len;
    json_t *json; /* the parsed body where the route names a schema */

    struct client client;
    struct trace trace;
    const char *language;                  /* of the answer: "en" */
    char media_type[HTTP_MEDIA_TYPE_SIZE]; /* chosen of what the route produces */
    bool takes_gzip;
    uint64_t deadline_ns; /* CLOCK_MONOTONIC */

    bool is_part; /* of a larger request, which answers for the Idempotency-Key */

    bool may_wait; /* on a worker's thread, not on one that serves others meanwhile */
    void *worker; /* what the worker_open hook made for this thread (a database connection), or NULL
                   */
    void *caller; /* what the authorize hook found out, or NULL */
};

enum http_method http_method_named(const char *name);
const char *http_method_name(enum http_method method);

/* The decoded value of {name} in the route's path; never NULL for a name the route has. */
const char *request_param(const struct http_request *request, const char *name);

const char *request_query(const struct http_request *request, const char *name);

/* The first header of that name (case ignored), or NULL. */
const char *request_header(const struct http_request *request, const char *name);

/* All headers of that name as one comma list in `out`, or NULL when there is none. */
const char *request_header_list(const struct http_request *request, const char *name, char *out,
                                size_t size);

/* Milliseconds to the deadline, 0 when it has passed. */
unsigned request_time_left(const struct http_request *request);

#endif
