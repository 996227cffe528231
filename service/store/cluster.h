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

struct cluster_settings {
    const char *state_dir; /* "": /var/lib/unknot for root, else ~/.local/state/unknot */
    enum cluster_use use;
    void (*event)(const char *event,
                  const char *detail); /* for the log, called in another process */
};

/*
 * Makes what is not there and waits until PostgreSQL takes connections, or a signal that the caller
 * blocked is pending. Only while this process has one thread. STATUS_CONFLICT: another service uses
 * the state directory. On failure the message says why. Close with cluster_close().
 */
enum status cluster_open(const struct cluster_settings *settings, struct cluster **cluster,
                         char *message, size_t size) MUST_CHECK;

/* Stops PostgreSQL in good order, if this program started it, and waits for that. NULL is fine. */
void cluster_close(struct cluster *cluster);

/* A libpq connection string for the roles postgres (superuser), unknot_owner, unknot_app. */
void cluster_url(const struct cluster *cluster, const char *role, const char *database, char *out,
                 size_t size);

const char *cluster_socket_dir(const struct cluster *cluster);

/* Who should answer HTTP: for account_become() before listening. */
const struct account *cluster_service_account(const struct cluster *cluster);

/* The name of the database in there. */
#define CLUSTER_DATABASE "unknot"

#endif
