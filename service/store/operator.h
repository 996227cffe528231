/* One connection for what an operator does: migrations, tenants, keys, backup. Not for requests. */
#ifndef UNKNOT_STORE_OPERATOR_H
#define UNKNOT_STORE_OPERATOR_H

#include "store/pg.h"

/* Connects and waits so long. On failure the message says why. pg_close() in the end. */
enum status operator_connect(const char *url, unsigned limit_ms, struct pg_connection **connection,
                             char *message, size_t size) MUST_CHECK;

/*
 * Runs one statement of db/queries in a transaction of its own. On success *result is the caller's
 * to PQclear(); otherwise sqlstate and message say why.
 */
struct operator_call {
    const char *statement;
    int param_count;
    const char *const *params;
    PGresult *result;
    char sqlstate[6];
    char message[300];
};
enum status operator_run(struct pg_connection *connection, struct operator_call *call) MUST_CHECK;

/* Runs SQL of our own that takes no parameters. */
enum status operator_script(struct pg_connection *connection, const char *sql, char *message,
                            size_t size) MUST_CHECK;

struct cluster;

/* Roles and database of a private cluster, where they are missing. */
enum status operator_prepare(const struct cluster *cluster, char *message, size_t size) MUST_CHECK;

/* The time as PostgreSQL reads it: "2026-01-31T12:00:00.123456Z". */
void operator_time(char out[40], long seconds_from_now);

#endif
