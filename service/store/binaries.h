/* Where PostgreSQL's own programs are. */
#ifndef UNKNOT_STORE_BINARIES_H
#define UNKNOT_STORE_BINARIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum { BINARIES_MIN_MAJOR = 14 };

struct binaries {
    char folder[512];
    unsigned major;
};

/*
 * Finds initdb, postgres, pg_dump and pg_restore of that major version, 0: of any from 14 on (the
 * newest of a kind of place). Looks where `pg_config --bindir` points, then in the usual places.
 * STATUS_NOT_FOUND with a message that says what there is and what to do.
 */
enum status binaries_find(unsigned major, struct binaries *found, char *message,
                          size_t size) MUST_CHECK;

/* "FOLDER/NAME" */
void binaries_path(const struct binaries *binaries, const char *name, char *out, size_t size);

#endif
