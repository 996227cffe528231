/* Which system user runs what, when root starts us: PostgreSQL refuses root, and the service needs
 * no rights. */
#ifndef UNKNOT_STORE_ACCOUNT_H
#define UNKNOT_STORE_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/status.h"

struct account {
    uid_t uid;
    gid_t gid;
    char name[64];
};

/*
 * Who runs PostgreSQL: `postgres` where root starts us, else we ourselves. STATUS_NOT_FOUND with a
 * message when there is no such user, or our own has no name (PostgreSQL wants one).
 */
enum status account_of_cluster(struct account *account, char *message, size_t size) MUST_CHECK;

/*
 * Who answers HTTP: where root starts us `unknot` when there is such a user, else that of the
 * cluster; else we ourselves. Of its own user a service that was taken over cannot get at the files
 * of the database.
 */
void account_of_service(const struct account *cluster, struct account *service);

/* Becomes that user for good; nothing to do for who is not root. False: still root, and must not go
 * on. */
bool account_become(const struct account *account);

#endif
