/*
 * The steps to the schema this program knows: files of db/migrations, embedded, in the order of
 * their names, each with its SHA-256 in the ledger unknot_admin.migrations. Each runs in a
 * transaction of its own under an advisory lock, so that an interrupted or a second run does no
 * harm. What was applied must be what the program carries: a step more is a newer schema, another
 * checksum another history, and both are refused.
 */
#ifndef UNKNOT_STORE_MIGRATIONS_H
#define UNKNOT_STORE_MIGRATIONS_H

#include "store/pg.h"

enum migrations_state {
    MIGRATIONS_UP_TO_DATE,
    MIGRATIONS_PENDING,
    MIGRATIONS_NEWER,   /* the database is ahead of this program */
    MIGRATIONS_CHANGED, /* an applied file is not the one this program carries */
    MIGRATIONS_UNKNOWN, /* the ledger could not be read */
};

struct migrations_report {
    enum migrations_state state;
    size_t applied; /* of the known ones, from the first on */
    size_t known;
    char message[400]; /* one line for people, also when all is well */
};

/* Looks and changes nothing. STATUS_OK unless MIGRATIONS_UNKNOWN. */
enum status migrations_look(struct pg_connection *connection,
                            struct migrations_report *report) MUST_CHECK;

/* The name of a known migration, without .sql. */
const char *migrations_name(size_t index);

/*
 * Applies what is pending and calls `applied` (may be NULL) after each. `dry`: all in one
 * transaction that is rolled back. STATUS_OK: up to date, or would be; else the report says why
 * not. Needs a connection of its own to the server, not through a pooler, as a role that owns the
 * schema (the first run: that may create roles).
 */
enum status migrations_apply(struct pg_connection *connection, bool dry,
                             void (*applied)(const char *name),
                             struct migrations_report *report) MUST_CHECK;

#endif
