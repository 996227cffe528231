/*
 * Every open connection, what it may do until when, and how many a client has. libmicrohttpd's own
 * timeout is inactivity only: one byte a second lives for ever. So a sweeper thread looks four
 * times a second and cuts whoever is past the deadline of its phase.
 */
#ifndef UNKNOT_HTTP_CONNECTIONS_H
#define UNKNOT_HTTP_CONNECTIONS_H

#include <stdint.h>

#include "http/client.h"

enum phase {
    PHASE_FRESH,    /* accepted; no request line yet */
    PHASE_HEADERS,  /* request line seen */
    PHASE_BODY,     /* headers seen */
    PHASE_HANDLING, /* ours to end; never cut */
    PHASE_WRITING,  /* answer queued */
    PHASE_IDLE,     /* between requests */
    PHASE_RESTING,  /* the same, and the sweeper has seen that the other side still listens */
    PHASE_CUT,      /* the sweeper has ended it */
};

struct connections_settings {
    unsigned header_ms; /* from accept, or from the request line, to the end of the headers */
    unsigned body_ms;
    unsigned write_ms; /* and a second more for every 16 KiB */
    unsigned idle_ms;
    unsigned per_client;    /* connections of one client (IPv6: one /64); 0: no limit */
    struct proxies proxies; /* not counted */
};

struct connections;
struct connection;
struct problem_type;

enum status connections_start(const struct connections_settings *settings,
                              struct connections **connections) MUST_CHECK;

/* Takes over all but write_ms and proxies, for phases and connections that begin from now on. */
void connections_tune(struct connections *connections, const struct connections_settings *settings);

/* After the last connection has closed. */
void connections_stop(struct connections *connections);

/* May this peer have one more? Threads that ask at the same moment may each be told yes, so the
   limit can be passed by as many as there are HTTP threads. */
bool connections_admit(struct connections *connections, const struct sockaddr *peer,
                       socklen_t len) MUST_CHECK;

/* NULL without memory. connection_close before the socket closes: its number is used again. */
struct connection *connection_open(struct connections *connections, int fd,
                                   const struct sockaddr *peer, socklen_t len);
void connection_close(struct connections *connections, struct connection *connection);

/* It speaks TLS: `session` is a gnutls_session_t. Before its first phase. */
void connection_secure(struct connection *connection, void *session);

/* The next phase begins. `bytes` counts in PHASE_WRITING. False: the sweeper was faster, give up.
 */
bool connection_enter(struct connections *connections, struct connection *connection,
                      enum phase phase, uint64_t bytes);

const struct client *connection_client(const struct connection *connection);

/* The answer was given before the body was read: keeps a copy of the socket for two seconds and
   throws away what still comes, else the kernel's reset would destroy the answer on its way. */
void connection_linger(struct connections *connections, const struct connection *connection);

/* Writes a small problem straight to the socket, past libmicrohttpd: for when nothing has been
   answered, nothing else will be, and the connection ends. On the thread that serves it. */
void connection_say(const struct connection *connection, const struct problem_type *type);

/* Ends the connection; libmicrohttpd notices and cleans up. */
void connection_cut(const struct connection *connection);

/* From now on idle connections are cut as soon as they have been idle for `grace_ms`. */
void connections_drain(struct connections *connections, unsigned grace_ms);

size_t connections_count(struct connections *connections);

#endif
