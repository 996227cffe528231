/*
 * The keeper is a child of the program that uses the private cluster, and the parent of PostgreSQL:
 * it has the rights PostgreSQL needs, where the program gives its own up. It starts PostgreSQL,
 * starts it again when it dies, and stops it when the program ends, however it ends. Should the
 * keeper itself be killed, PostgreSQL goes on and is adopted by the next one.
 */
#ifndef UNKNOT_STORE_KEEPER_H
#define UNKNOT_STORE_KEEPER_H

#include "store/cluster_files.h"

struct keeper_plan {
    struct cluster_files files;
    struct account account; /* becomes this one */
    struct account service; /* lets this one in */
    char socket_base[64];   /* where it makes the directory of the socket */
    int control;            /* its end of a socket pair; the other end closed: stop */
    pid_t parent;
    bool leave_adopted; /* PostgreSQL that was running before is left running */
    void (*event)(const char *event, const char *detail); /* for the log; may be NULL */
};

/* What it sends once, in one packet: this letter and the directory of the socket, or why it cannot
 * be. */
enum { KEEPER_READY = 'R', KEEPER_FAILED = 'F', KEEPER_PACKET_MAX = 1200 };

/* Never returns: to be called in a child that has nothing else to do. */
_Noreturn void keeper_main(const struct keeper_plan *plan);

#endif
