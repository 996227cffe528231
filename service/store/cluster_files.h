/* The files of the private cluster, seen by the user who runs PostgreSQL. */
#ifndef UNKNOT_STORE_CLUSTER_FILES_H
#define UNKNOT_STORE_CLUSTER_FILES_H

#include "store/account.h"
#include "store/binaries.h"

enum { CLUSTER_PATH_MAX = 1024 };

/* What stands in the folder `home` ("STATE/cluster"). */
struct cluster_files {
    char home[CLUSTER_PATH_MAX];
    char data[CLUSTER_PATH_MAX +
              16]; /* the data directory, made as data.new and renamed when it is whole */
    char words[CLUSTER_PATH_MAX + 16]; /* what PostgreSQL says before its own log begins */
};

/* Fills the paths; `home` is a real path of at most CLUSTER_PATH_MAX - 1 bytes. */
void cluster_files_name(struct cluster_files *files, const char *home);

/*
 * Makes the data directory where there is none, and finds the programs that fit one that is there:
 * another version cannot read it, and the message says what to do. Writes who may log in as what.
 */
enum status cluster_files_ready(const struct cluster_files *files, const struct account *service,
                                struct binaries *binaries, char *message, size_t size) MUST_CHECK;

/* The reason in the last words of a PostgreSQL that did not start, or where to look for it. */
void cluster_files_reason(const struct cluster_files *files, char *message, size_t size);

#endif
