/*
 * The only file that speaks libpq. One shape of call: a transaction is a list of steps, sent in one
 * flush in pipeline mode, acknowledged only by the tag COMMIT. Statements are known by name and
 * logged by name and SQLSTATE, never with their values.
 */
#ifndef UNKNOT_STORE_PG_H
#define UNKNOT_STORE_PG_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { PG_PARAMS_MAX = 32, PG_STEPS_MAX = 16 };

enum { PG_STATEMENTS_MAX = 256 };

struct pg_statement {
    const char *name; /* of the file in db/queries, without .sql */
    const char *sql;
    unsigned
        number; /* from 1: kept ready by connections that may; 0: parsed and planned each time */
};

/* One statement with its parameters as text; NULL is SQL's NULL. Everything is borrowed until the
 * call returns. */
struct pg_step {
    const struct pg_statement *statement;
    int param_count;
    const char *params[PG_PARAMS_MAX];
    PGresult *result; /* filled on success: PQclear by pg_transaction_free() */
    bool prepares;    /* pg.c: this run makes the statement ready first */
};

/* How a transaction ended. */
enum pg_end {
    PG_COMMITTED,
    PG_ROLLED_BACK, /* for certain: nothing was written */
    PG_UNKNOWN, /* the connection broke before COMMIT was answered: look before running it again */
    PG_OPEN,    /* part of a whole that has not ended yet */
};

struct pg_transaction {
    const char *tenant; /* uuid for row-level security; NULL: none (health, keys by the owner) */
    bool read_only;
    unsigned lock_timeout_ms; /* 0: the connection's default */
    size_t step_count;
    struct pg_step steps[PG_STEPS_MAX];
    /* Filled: */
    enum pg_end end;
    size_t failed_step; /* of a failure in a step */
    char sqlstate[6];   /* "" when the connection broke */
    enum status status;
};

struct pg_connection;

/* Can libpq read it? */
bool pg_url_is_good(const char *url);

/*
 * Begins to connect without waiting; NULL without memory. `url` is a libpq connection string or
 * URI; `options` are server settings ("-c statement_timeout=2000"), "" behind a pgbouncer, which
 * takes none.
 */
struct pg_connection *pg_connect_begin(const char *url, const char *options) MUST_CHECK;

/* Goes on connecting, at most until the deadline (CLOCK_MONOTONIC, ns). STATUS_OK: ready;
 * STATUS_TIMEOUT: again. */
enum status pg_connect_go_on(struct pg_connection *connection, uint64_t deadline_ns) MUST_CHECK;

/*
 * From now on the connection keeps its statements ready (prepared): a fifth less CPU a write for
 * PostgreSQL. Not behind a pgbouncer, which gives each transaction another server; where one is
 * that nobody told us of, the first error ends the keeping.
 */
void pg_keep_statements(struct pg_connection *connection);

/* True while nothing said that the connection is broken. */
bool pg_is_usable(const struct pg_connection *connection);

/* Also takes what the server said while nobody asked: that it ended this connection, for one. Does
 * not wait. */
bool pg_is_there(struct pg_connection *connection);
void pg_close(struct pg_connection *connection);

/* What libpq says about a failed connection, on one line; for logs. */
const char *pg_failure(const struct pg_connection *connection);

/*
 * Runs the transaction until the deadline. A connection that is late or broken is marked unusable.
 * Returns transaction->status; pg_transaction_free() in every case.
 */
enum status pg_run(struct pg_connection *connection, struct pg_transaction *transaction,
                   uint64_t deadline_ns) MUST_CHECK;
void pg_transaction_free(struct pg_transaction *transaction);

/*
 * A transaction that stays open over several calls: pg_open(), any number of pg_run_inside(),
 * pg_finish(). What fails inside is undone by itself (a savepoint), the rest stays; all of it
 * counts once pg_finish() says PG_COMMITTED. Of `whole` tenant and lock_timeout_ms are read; it has
 * no steps. A part that succeeds ends as PG_OPEN.
 */
enum status pg_open(struct pg_connection *connection, struct pg_transaction *whole,
                    uint64_t deadline_ns) MUST_CHECK;
enum status pg_run_inside(struct pg_connection *connection, struct pg_transaction *part,
                          uint64_t deadline_ns) MUST_CHECK;
enum status pg_finish(struct pg_connection *connection, struct pg_transaction *whole, bool commit,
                      uint64_t deadline_ns) MUST_CHECK;

/* Adds a step; NULL (and a status) when there are too many. */
struct pg_step *pg_add(struct pg_transaction *transaction, const struct pg_statement *statement,
                       int param_count, const char *const *params) MUST_CHECK;

/* Runs plain SQL that may hold several statements, outside of any transaction: migrations and
 * set-up only. */
enum status pg_script(struct pg_connection *connection, const char *sql, char sqlstate[6],
                      char *message, size_t size) MUST_CHECK;

#endif
