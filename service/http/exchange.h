/* One request and its answer, from request line to last byte. Internal to the edge. */
#ifndef UNKNOT_HTTP_EXCHANGE_H
#define UNKNOT_HTTP_EXCHANGE_H

#include <microhttpd.h>
#include <stdatomic.h>

#include "http/edge.h"
#include "http/lines.h"
#include "http/metrics.h"
#include "http/wire.h"

enum {
    BODY_DISCARD_MAX = 4 << 20,  /* of a body nobody wants; then the connection is cut */
    BODY_POLITE_MAX = 64 * 1024, /* a refused body so short is read, and the connection kept */
    BODY_FLOW = 64 * 1024,       /* of a body of lines: so much more, and body_ms begins again */
    POOL_BYTES = 16 * 1024,      /* libmicrohttpd's memory for a connection: the request line, the
                                    headers, a record for each of them and each parameter, and then
                                    the headers of the answer */
    POOL_RECORD = 56,
    POOL_REQUEST_MAX = POOL_BYTES - 2560, /* the rest is for the answer */
};

struct edge {
    struct edge_settings settings;
    struct route_table *table;
    struct connections *connections;
    struct work_queue *queue;
    struct server_framework *framework; /* ulfius; edge.c knows it */
    bool known_layout; /* libmicrohttpd lays out the header block as wire_check_block knows it */
    atomic_bool closing;
    atomic_uint request_ms; /* these two may change while it runs: see edge_tune() */
    atomic_bool log_clients;
    atomic_uint in_flight;
};

enum stage {
    STAGE_NEW,     /* the headers are on their way */
    STAGE_BODY,    /* admitted or refused; the body is on its way */
    STAGE_JUDGING, /* a worker finds out who sends the lines; the connection is suspended */
    STAGE_WORKING, /* a worker has it, the connection is suspended */
    STAGE_READY,   /* the answer is finished */
    STAGE_SENDING,
};

struct exchange {
    struct work work; /* first: a worker gets it back from here */
    struct edge *edge;
    void *app; /* held for this request */
    struct MHD_Connection *mhd;
    struct connection *connection;
    struct metrics_route *metrics;
    enum stage stage;
    bool refused;        /* the answer is known before the body: what comes is thrown away */
    bool let_in;         /* rate limit and authorization have been asked */
    enum status refusal; /* what they said; the answer may be in `response` instead */
    bool at_once;        /* answer without the body and close */
    bool
        keep_body; /* refused, but something in the body may outrank that: see edge_hooks.salvage */
    bool has_body;
    bool too_many_headers;
    struct wire_facts wire;
    unsigned methods;  /* what the path takes */
    size_t parameters; /* of the query, counted before it is parsed */
    size_t pool_used;
    size_t body_seen;
    size_t body_flowed;  /* body_seen when body_ms began */
    struct lines *lines; /* owned; NULL: the body is one piece */
    struct buffer body;
    char *target;      /* owned */
    size_t target_len; /* as received; the copy may be shorter */
    const char *uri;   /* where it stood in libmicrohttpd's memory: compared, never read later */
    char *scratch;     /* owned; decoded path segments */
    uint64_t start_ns;
    uint64_t queued_ns;
    uint64_t sent_bytes;
    struct http_request request;
    struct http_response response;
};

/* NULL without memory. */
struct exchange *exchange_new(struct edge *edge, struct MHD_Connection *mhd, const char *uri);
void exchange_free(struct exchange *exchange);

/* The headers have arrived: finds the route and decides whether the body is wanted. `block` and
   `block_end` hold the raw header lines, or NULL. */
void exchange_admit(struct exchange *exchange, const char *version, const char *line_fault,
                    const char *block, const char *block_end);

/* Decides the answer before the body has come. `now`: and without reading the body. */
void exchange_refuse(struct exchange *exchange, const char *problem, const char *detail, bool now);

/* Takes a piece of the body. False: far too much, cut the connection. */
bool exchange_take(struct exchange *exchange, const char *bytes, size_t len) MUST_CHECK;

/* The headers of a body of lines are in, and the first line will be answered soon: who sends it?
   True: a worker has to find out, by exchange_judge. */
bool exchange_lines_wait(struct exchange *exchange);
void exchange_judge(struct exchange *exchange, void *worker);

/* Parses the body, checks it and runs the handler; whatever a refused body has to say is in the
   problem. */
enum status exchange_answer(struct exchange *exchange, struct http_response *response) MUST_CHECK;

/* Bytes the body may have. */
size_t exchange_body_limit(const struct exchange *exchange);

/* The whole request is in: must a worker run it? Turns away who can be turned away already. */
bool exchange_must_wait(struct exchange *exchange);

/* Hooks, handler and finished answer. False: the handler wants to wait, run it again on a worker.
 */
bool exchange_run(struct exchange *exchange);

/* The same in a worker's thread. */
void exchange_work(struct exchange *exchange, void *worker);

/* An answer without the handler. */
void exchange_fail(struct exchange *exchange, enum status status);

/* Logs and counts. `outcome` NULL: the answer was sent whole. */
void exchange_account(const struct exchange *exchange, const char *outcome);

#endif
