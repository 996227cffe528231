/* A PostgreSQL server process and what it says about itself in postmaster.pid. */
#ifndef UNKNOT_STORE_POSTMASTER_H
#define UNKNOT_STORE_POSTMASTER_H

#include <stdbool.h>
#include <sys/types.h>

#include "store/binaries.h"

enum {
    SOCKET_DIR_MAX = 90
}; /* leaves room for "/.s.PGSQL.5432.lock" in the 107 bytes a socket's path may have */

enum postmaster_state {
    POSTMASTER_NONE,
    POSTMASTER_STARTING,
    POSTMASTER_READY,
    POSTMASTER_STOPPING
};

struct postmaster {
    pid_t pid;
    enum postmaster_state state;
    char socket_dir[SOCKET_DIR_MAX + 1]; /* also of one that is gone, where it left its file */
};

/* Looks at the data directory (a real path). NONE when no PostgreSQL runs in it, whatever the file
 * says. */
void postmaster_look(const char *data, struct postmaster *found);

/* Is the process a PostgreSQL that works in this directory? One that is dead but not yet waited for
 * is none. */
bool postmaster_works_in(pid_t pid, const char *data);

/* Ends every PostgreSQL process of ours that works in the data directory: children of one that is
 * dead. They hold its shared memory, and a new one would wait for them. Waits until they are gone.
 */
void postmaster_end_orphans(const char *data);

/* Forks one off; its words until its own log begins go to the file `words`. -1: cannot fork. */
pid_t postmaster_spawn(const struct binaries *binaries, const char *data, const char *socket_dir,
                       const char *words);

#endif
