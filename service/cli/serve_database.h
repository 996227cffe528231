/* What `unknot serve` does about the database: before it listens, and while it serves without. */
#ifndef UNKNOT_CLI_SERVE_DATABASE_H
#define UNKNOT_CLI_SERVE_DATABASE_H

#include <pthread.h>

#include "access/api_key.h"
#include "cli/database.h"
#include "store/store.h"

struct serve_database {
    const struct settings *settings;
    struct cluster *cluster;      /* NULL: not ours */
    struct database database;     /* the URLs of one that is not ours */
    struct store *store;          /* NULL: decisions only */
    bool is_ready;                /* at the start; else the prober of the store tries on */
    char trouble[1300];           /* what was said last about why it is not */
    pthread_mutex_t lock;         /* of what follows */
    char first_key[API_KEY_SIZE]; /* "" unless this was the first start */
    char server_url[160];         /* "" until it listens */
};

/*
 * Opens the database, brings a private one (with `migrate` any) up to date, makes the first tenant
 * and key in a private one, and gives up root. While this process has one thread. False after
 * saying what is wrong. A database that does not answer now is not wrong: it is tried again until
 * it does; one that must not be used (a newer schema, a login past row-level security) is.
 */
bool serve_database_open(struct serve_database *serving, const struct settings *settings);

/* Starts the store, and logs what is the matter with the database. */
bool serve_database_begin(struct serve_database *serving);

/* Says the first key, if nobody has: it cannot be had again. */
void serve_database_close(struct serve_database *serving);

/* A child ended: says so when it was the keeper of a private database. */
void serve_database_look(struct serve_database *serving);

/* Says the first key and a call to try it, once, now or when there is one. The URL is how to call
   the service: "http://127.0.0.1:8080". */
void serve_database_greet(struct serve_database *serving, const char *server_url);

#endif
