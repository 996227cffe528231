/* A server's life: start, and an end that loses no request. Signals are main's business. */
#ifndef UNKNOT_HTTP_SERVER_H
#define UNKNOT_HTTP_SERVER_H

#include "http/edge.h"

struct server_settings {
    const char *listen; /* see listen.h */
    struct edge_settings edge;
    unsigned drain_delay_ms; /* between "not ready" and the first refusal: balancers must notice */
    unsigned drain_limit_ms; /* for what is still under way then */
};

struct server;

/* Sensible values for everything but routes, app, hooks and listen. */
void server_defaults(struct server_settings *settings);

/* Log and metrics are the process's: start them first. Says in the log why it fails. */
enum status server_start(const struct server_settings *settings, struct server **server) MUST_CHECK;

/* Takes over both drain times, and of the edge what edge_tune() does. */
void server_tune(struct server *server, const struct server_settings *settings);

unsigned server_port(const struct server *server);
const char *server_name(const struct server *server);   /* "127.0.0.1:8080" */
const char *server_scheme(const struct server *server); /* "http", "https" */

/* Not ready -> delay -> Connection: close -> no new connections -> limit -> end. Frees the server.
   STATUS_TIMEOUT: requests were cut at the limit. Takes up to both times, and what a worker's last
   handler takes. */
enum status server_stop(struct server *server);

#endif
