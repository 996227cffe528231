/* The statements of db/queries, embedded at build: one a file, known by the file's name. */
#ifndef UNKNOT_STORE_STATEMENTS_H
#define UNKNOT_STORE_STATEMENTS_H

#include "store/pg.h"

/* Prepares the table; once, before any thread. STATUS_INVALID with a message when a file holds no
 * statement. */
enum status statements_load(char *message, size_t size) MUST_CHECK;

/* NULL: there is no such statement, or statements_load() did not run. Stays valid for ever. */
const struct pg_statement *statement(const char *name);

/* What a room needs, filled at start, so that a missing statement stops the start and not a
 * request. */
struct statement_need {
    const char *name;
    const struct pg_statement **where;
};
enum status statements_resolve(const struct statement_need *needs, size_t count, char *message,
                               size_t size) MUST_CHECK;

#endif
