#include "store/account.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool fill(struct account *account, const struct passwd *entry) {
    if (!entry || strlen(entry->pw_name) >= sizeof account->name)
        return false;
    account->uid = entry->pw_uid;
    account->gid = entry->pw_gid;
    memcpy(account->name, entry->pw_name, strlen(entry->pw_name) + 1);
    return true;
}

enum status account_of_cluster(struct account *account, char *message, size_t size) {
    bool root = geteuid() == 0;
    if (fill(account, root ? getpwnam("postgres") : getpwuid(geteuid())))
        return STATUS_OK;
    if (root)
        (void)snprintf(message, size,
                       "there is no system user 'postgres'; install PostgreSQL (Debian: apt-get "
                       "install postgresql)");
    else
        (void)snprintf(message, size,
                       "the user id %u has no name in /etc/passwd; PostgreSQL needs one",
                       (unsigned)geteuid());
    return STATUS_NOT_FOUND;
}

void account_of_service(const struct account *cluster, struct account *service) {
    if (geteuid() != 0 || !fill(service, getpwnam("unknot")) || service->uid == 0)
        *service = *cluster;
}

bool account_become(const struct account *account) {
    if (geteuid() != 0)
        return true;
    if (account->uid == 0 || initgroups(account->name, account->gid) != 0 ||
        setresgid(account->gid, account->gid, account->gid) != 0 ||
        setresuid(account->uid, account->uid, account->uid) != 0)
        return false;
    return setuid(0) != 0; /* the way back is closed */
}
