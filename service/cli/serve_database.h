/* What `unknot serve` does about the database before it listens. */
#ifndef UNKNOT_CLI_SERVE_DATABASE_H
#define UNKNOT_CLI_SERVE_DATABASE_H

#include "access/api_key.h"
#include "cli/database.h"
#include "store/store.h"

struct serve_database {
    struct database database;
    struct store *store;          /* NULL: decisions only */
    char first_key[API_KEY_SIZE]; /* "" unless this was the first start */
};

/*
 * Opens the database, brings a private one (with `migrate` any) up to date, makes the first tenant
 * and key in a private one, gives up root, and starts the store. While this process has one thread.
 * False after saying what is wrong; a database of somebody else's that does not answer now is not
 * wrong.
 */
bool serve_database_open(struct serve_database *serving, const struct settings *settings);
void serve_database_close(struct serve_database *serving);

/* Says the first key and a call to try it, once. */
void serve_database_greet(struct serve_database *serving, const char *server_name);

#endif
