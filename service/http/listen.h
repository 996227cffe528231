/* Listening sockets: "127.0.0.1:8080", "[::]:0", "shared:[::]:80", "unix:/run/unknot.sock",
 * "systemd". */
#ifndef UNKNOT_HTTP_LISTEN_H
#define UNKNOT_HTTP_LISTEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum { LISTEN_NAME_SIZE = 128 };

struct listener {
    int fd;
    unsigned port;               /* as bound; 0 for a local socket */
    char name[LISTEN_NAME_SIZE]; /* as bound, for people */
    bool shared;                 /* SO_REUSEPORT: a new version may start beside the old one */
    char path[108];              /* of a local socket we made; "" otherwise */
};

/* Opens what `where` says. "systemd" takes the socket given by LISTEN_FDS, "systemd:1" the second.
   On failure `*fault` says why. */
enum status listener_open(const char *where, struct listener *listener,
                          const char **fault) MUST_CHECK;

/* Keeps sockets that were passed by LISTEN_FDS from programs this one starts. Before it opens
   anything: what does not stand at such a number now was not passed. */
void listener_claim_passed(void);

/* Removes the file of a local socket. The descriptor belongs to the edge. */
void listener_forget(const struct listener *listener);

#endif
