/*
 * The keeper is a child of the program that uses the private cluster, and the parent of PostgreSQL:
 * it has the rights PostgreSQL needs, where the program gives its own up. It starts PostgreSQL,
 * starts it again when it dies, and stops it when the program ends, however it ends. One that
 * insists goes on trying when PostgreSQL does not start at all. Should the keeper itself be killed,
 * PostgreSQL goes on and is adopted by the next one.
 */
#ifndef UNKNOT_STORE_KEEPER_H
#define UNKNOT_STORE_KEEPER_H

#include "store/cluster_files.h"

enum { KEEPER_WORD_MAX = 128 };

struct keeper_plan {
    struct cluster_files files;
    struct account account; /* becomes this one */
    struct account service; /* lets this one in */
    char socket_base[64];   /* where it makes the directory of the socket */
    int control;            /* its end of a socket pair; the other end closed: stop */
    pid_t parent;
    bool leave_adopted; /* PostgreSQL that was running before is left running */
    bool insist;        /* goes on trying when the first start fails */
    int home_lock;      /* held, or to be taken: one keeper a cluster */
    /* NULL, or called once PostgreSQL takes connections: makes in it what the program needs. What
     * it writes to `word` goes to the program. STATUS_CONFLICT: it must not be used. */
    enum status (*prepare)(void *cls, const char *socket_dir, char word[KEEPER_WORD_MAX],
                           char *message, size_t size);
    void *prepare_cls;
    void (*event)(const char *event, const char *detail); /* for the log; may be NULL */
};

/*
 * What it sends, in one packet: a letter, and with READY the directory of the socket, a line feed
 * and the word, else why it cannot be. FAILED of one that insists is followed by READY one day.
 */
enum {
    KEEPER_READY = 'R',
    KEEPER_FAILED = 'F',
    KEEPER_REFUSED = 'X', /* by prepare, at the first start: it ends */
    KEEPER_PACKET_MAX = 1200,
};

/* Never returns: to be called in a child that has nothing else to do. */
_Noreturn void keeper_main(const struct keeper_plan *plan);

#endif
