/*
 * GET over HTTP: the one way out of the service. TLS with a checked certificate, no redirects, no
 * proxy of the environment, no cookies, bounded in bytes and time. Whom it may lead to, the caller
 * has settled: nothing here is asked for because a stranger named it.
 */
#ifndef UNKNOT_OUTBOUND_GET_H
#define UNKNOT_OUTBOUND_GET_H

#include "base/buffer.h"

enum { OUTBOUND_URL_MAX = 2048, OUTBOUND_WHY_SIZE = 80 };

/*
 * Can this be asked for: https and a host, no user, no fragment, no byte that two programs might
 * read in two ways? With `loopback` also plain http to this machine.
 */
bool outbound_url_is_good(const char *url, bool loopback);

/* One thing to ask for, and what came. */
struct outbound_get {
    const char *url;    /* good; all texts are borrowed */
    const char *bearer; /* NULL: no Authorization */
    const char *accept; /* NULL: anything */
    size_t bytes_max;   /* of the body */
    bool done;          /* 200, and all of the body is there */
    bool silent;        /* nobody answered: no connection, no TLS, no time */
    struct buffer body; /* the caller's, whatever happened */
    char media_type[64];
    char why[OUTBOUND_WHY_SIZE]; /* not done: in words, with nothing of the answer but its number */
};

/* A few connections that are kept for the next time. Not for two threads at once. */
struct outbound_line;

/* ca_file: whose certificates are trusted, PEM, borrowed; NULL: the system's. NULL without memory.
 */
struct outbound_line *outbound_line_new(const char *ca_file);
void outbound_line_free(struct outbound_line *line); /* NULL is fine */

/* Asks for all of them at once and waits until each is done or failed, at most `ms`. */
void outbound_ask(struct outbound_line *line, struct outbound_get *gets, size_t count, unsigned ms);

#endif
