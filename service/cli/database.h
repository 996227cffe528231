/* The database the settings name, for the commands: a private cluster, or one of somebody else's.
 */
#ifndef UNKNOT_CLI_DATABASE_H
#define UNKNOT_CLI_DATABASE_H

#include "cli/settings.h"
#include "store/cluster.h"
#include "store/pg.h"

enum { DATABASE_URL_MAX = 512 };

struct database {
    struct cluster *cluster; /* NULL: not ours */
    char *app_url;           /* what requests use */
    char *owner_url;         /* sees every tenant */
    char *migrate_url;       /* may change the schema */
};

/* Does the service work without one (database-url=none)? */
bool database_is_off(const struct settings *settings);

/*
 * Opens it; starts the private cluster where it does not run. Says on stderr what is wrong.
 * `event` is for the log of the keeper (see store/cluster.h), may be NULL.
 */
bool database_open(const struct settings *settings, enum cluster_use use,
                   void (*event)(const char *event, const char *detail), struct database *database);
void database_close(struct database *database);

/*
 * A connection as the owner to a schema that is up to date; a private one is brought there first.
 * NULL after saying what is wrong.
 */
struct pg_connection *database_connect_owner(const struct database *database) MUST_CHECK;

/* Brings the schema up to date, saying what it does. */
bool database_migrate(const struct database *database);

/* Is the program's own schema there, and is this login bound by row-level security? STATUS_TIMEOUT
 * or STATUS_UNAVAILABLE: the database does not answer; else the message says what is wrong. */
enum status database_check(const struct database *database, char *message, size_t size) MUST_CHECK;

#endif
