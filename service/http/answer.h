/* Turns what a handler left into what goes out: problem bodies, validators, compression, headers.
 */
#ifndef UNKNOT_HTTP_ANSWER_H
#define UNKNOT_HTTP_ANSWER_H

#include "http/route.h"

struct http_problem {
    const struct problem_type *type;
    const char *detail; /* may be "" */
    const char *errors; /* a JSON array, or "" */
    const char *instance;
};

/* Lets a room with its own error format (FHIR) write the body instead; false: it does not care. */
typedef bool (*problem_renderer)(void *app, const struct http_request *request,
                                 const struct http_problem *problem,
                                 struct http_response *response);

struct answer_context {
    problem_renderer render_problem; /* may be NULL */
    void *app;
    bool closing; /* say Connection: close */
    uint64_t queue_ns;
    uint64_t handler_ns;
};

/* After it, status, headers and body are final; the body is the compressed one where that was
   chosen. A 304 keeps its body, so that Content-Length is that of the 200 and not 0. */
void answer_finish(const struct http_request *request, enum status status,
                   struct http_response *response, const struct answer_context *context);

/* Only the body: of the answer, or of the problem there is instead. For a line among others. */
void answer_settle(const struct http_request *request, enum status status,
                   struct http_response *response);

/* The answer to OPTIONS, with what a preflight asks. */
void answer_options(const struct http_request *request, unsigned methods,
                    struct http_response *response);

#endif
