/*
 * The private PostgreSQL cluster in the state directory: made, started, kept and stopped with the
 * program that uses it. One service at a time; the tools (`unknot key`, `backup`, `restore`) use
 * what the service runs, or start it for themselves. See keeper.h for who does what.
 */
#ifndef UNKNOT_STORE_CLUSTER_H
#define UNKNOT_STORE_CLUSTER_H

#include "store/account.h"

struct cluster;

enum cluster_use { CLUSTER_SERVICE, CLUSTER_TOOL };
enum { CLUSTER_WORD_MAX = 128 };

struct cluster_settings {
    const char *state_dir; /* "": /var/lib/unknot for root, else ~/.local/state/unknot */
    enum cluster_use use;
    void (*event)(const char *event,
                  const char *detail); /* for the log, called in another process */
    /* For a service, may be NULL: called in another process, as the user who runs PostgreSQL, once
     * it takes connections: makes in it what the service needs. `word` reaches the service, see
     * cluster_word(). STATUS_CONFLICT: it must not be used. */
    enum status (*prepare)(const struct cluster *cluster, char word[CLUSTER_WORD_MAX],
                           char *message, size_t size);
};

/*
 * Makes what is not there and waits until PostgreSQL takes connections, or a signal that the caller
 * blocked is pending. Only while this process has one thread. STATUS_CONFLICT: another service uses
 * the state directory, or `prepare` refused. On failure the message says why. Close with
 * cluster_close().
 *
 * For a service it is no failure that PostgreSQL does not start, or not soon: the message says why,
 * cluster_is_up() is false, and the keeper goes on trying.
 */
enum status cluster_open(const struct cluster_settings *settings, struct cluster **cluster,
                         char *message, size_t size) MUST_CHECK;

bool cluster_is_up(const struct cluster *cluster);

/* One that is not up: waits at most so long for news. STATUS_OK: it is up now; STATUS_TIMEOUT: no
 * news; else the message is news. From one thread. */
enum status cluster_hear(struct cluster *cluster, unsigned limit_ms, char *message,
                         size_t size) MUST_CHECK;

/* What `prepare` wrote; to be wiped once it was used. */
char *cluster_word(struct cluster *cluster);

/* Stops PostgreSQL in good order, if this program started it, and waits for that. NULL is fine. */
void cluster_close(struct cluster *cluster);

/*
 * Is its keeper still there? Without one PostgreSQL goes on, but nobody starts it again; the next
 * service adopts it. True where this program keeps nothing.
 */
bool cluster_is_kept(struct cluster *cluster);

/* A libpq connection string for the roles postgres (superuser), unknot_owner, unknot_app. */
void cluster_url(const struct cluster *cluster, const char *role, const char *database, char *out,
                 size_t size);

const char *cluster_socket_dir(const struct cluster *cluster);

/* Who should answer HTTP: for account_become() before listening. */
const struct account *cluster_service_account(const struct cluster *cluster);

/* The name of the database in there. */
#define CLUSTER_DATABASE "unknot"

#endif
