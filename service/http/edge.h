/* Where HTTP meets the program: one edge is one listening socket with its routes. */
#ifndef UNKNOT_HTTP_EDGE_H
#define UNKNOT_HTTP_EDGE_H

#include "http/answer.h"
#include "http/connections.h"
#include "http/work_queue.h"

/* What the program adds to each request; each may be NULL. They run in this order, on the thread
   that will run the handler. Anything but STATUS_OK ends the request with that problem. */
struct edge_hooks {
    /* What the other hooks and the handler of one request get as `app`, and the end of its use: so
       that the program can put another in its place while requests are under way. NULL: the app
       itself. worker_open always gets that. */
    void *(*hold)(void *app);
    void (*let_go)(void *held);
    /* May set RateLimit headers, or a too-many-requests problem. */
    enum status (*rate_limit)(void *app, struct http_request *request,
                              struct http_response *response);
    /* A line more of a body of lines, which counts as a request (`take`), or what is left after
       the last one: as rate_limit, but the caller is known. */
    enum status (*rate_limit_line)(void *app, const struct http_request *request,
                                   struct http_response *response, bool take);
    /* For routes with a scope; may set request->caller. */
    enum status (*authorize)(void *app, struct http_request *request,
                             struct http_response *response);
    /* On the HTTP thread: will authorize have to wait (for an unknown key)? Then a worker does it.
     */
    bool (*must_wait)(void *app, const struct http_request *request);
    /* For every route: query and path parameters, and request->json where the route has a body
       schema. Reports every error at once. */
    enum status (*check_request)(void *app, const struct http_request *request,
                                 struct http_response *response);
    /* For routes with a body schema, when the request is refused all the same: may add to the
       problem what must not be lost (a red flag). */
    void (*salvage)(void *app, const struct http_request *request, struct http_response *response);
    void (*forget_caller)(void *app, void *caller);
    /* A request that was refused, by authorize or by its handler: has it to be told of, and then
       telling, on a worker. */
    bool (*has_to_tell)(void *app, const struct http_request *request,
                        const struct http_response *response, enum status status);
    void (*tell_refusal)(void *app, const struct http_request *request,
                         const struct http_response *response, enum status status);
    problem_renderer render_problem;
    void *(*worker_open)(void *app);
    void (*worker_close)(void *worker);
};

struct edge_settings {
    const struct route *routes; /* must outlive the edge */
    size_t route_count;
    void *app;
    struct edge_hooks hooks;
    struct connections_settings connections;
    unsigned threads;          /* HTTP threads */
    unsigned connection_limit; /* in all */
    unsigned workers;          /* threads for blocking routes; 0: such routes answer 503 */
    unsigned queue_limit;      /* requests that may wait for a worker */
    unsigned request_ms;       /* a handler's deadline, from the end of the body */
    bool log_clients;          /* write client addresses to the log */
    size_t spool_each;         /* bytes of answers to one body of lines that may wait in a file */
    size_t spool_all;          /* of all such bodies together */
    bool tls;                  /* with what tls_show() was given */
};

struct edge;

/* Takes the listening socket when it succeeds. */
enum status edge_start(const struct edge_settings *settings, int listen_fd,
                       struct edge **edge) MUST_CHECK;

/* Takes over request_ms, log_clients, spool_each, spool_all and, of the connections, header_ms,
   body_ms, idle_ms and per_client, for what begins from now on. */
void edge_tune(struct edge *edge, const struct edge_settings *settings);

/* Every answer from now on closes its connection. */
void edge_begin_closing(struct edge *edge);

/* No new connections; those the kernel holds already are served. The listening socket is ours to
   close and closed. */
void edge_quiesce(struct edge *edge);

/* Idle connections are closed once they have been idle for so long. */
void edge_drain_idle(struct edge *edge, unsigned grace_ms);

/* Requests that are not answered yet. */
unsigned edge_in_flight(const struct edge *edge);
size_t edge_connections(struct edge *edge);

/* Ends everything; waits for handlers that run. */
void edge_stop(struct edge *edge);

#endif
