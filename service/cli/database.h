/* The database the settings name, for the commands: a private cluster, or one of somebody else's.
 */
#ifndef UNKNOT_CLI_DATABASE_H
#define UNKNOT_CLI_DATABASE_H

#include "cli/settings.h"
#include "store/cluster.h"
#include "store/pg.h"

enum { DATABASE_URL_MAX = 512, DATABASE_CONNECT_MS = 15000 };

struct database {
    struct cluster *cluster; /* NULL: not ours */
    char *app_url;           /* what requests use */
    char *owner_url;         /* sees every tenant */
    char *migrate_url;       /* may change the schema */
};

/* Does the service work without one (database-url=none)? */
bool database_is_off(const struct settings *settings);

/* Opens it, for a tool; starts the private cluster where it does not run. Says on stderr what is
 * wrong. */
bool database_open(const struct settings *settings, struct database *database);
void database_close(struct database *database);

/* For a service: only the URLs, of the settings or of a cluster that is up. database_close() it.
 * False after saying what is wrong with the settings; without memory. */
bool database_name(const struct settings *settings, struct database *database);
bool database_name_cluster(struct database *database, const struct cluster *cluster);

/*
 * A connection as the owner to a schema that is up to date; a private one is brought there first.
 * NULL after saying what is wrong.
 */
struct pg_connection *database_connect_owner(const struct database *database) MUST_CHECK;

/* Brings the schema up to date, saying on stderr what it does unless quiet. On failure the message
 * says why: STATUS_UNAVAILABLE: the database does not answer; STATUS_CONFLICT: it cannot be done.
 */
enum status database_migrate(const struct database *database, bool quiet, char *message,
                             size_t size) MUST_CHECK;

/* Is the program's own schema there, and is this login bound by row-level security? On failure the
 * message says why: STATUS_UNAVAILABLE: the database does not answer. */
enum status database_check(const struct database *database, char *message, size_t size) MUST_CHECK;

#endif
