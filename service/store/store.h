/*
 * The database as the service sees it: some connections, each used by one worker at a time, a gate
 * in front of them, and a prober, the only thread that ever connects. While the gate is closed,
 * whoever needs the database is refused at once; nobody waits for it.
 */
#ifndef UNKNOT_STORE_STORE_H
#define UNKNOT_STORE_STORE_H

#include "store/pg.h"
#include "store/sqlstate.h"

enum { STORE_URL_MAX = 4096 };

struct store_settings {
    const char *url; /* libpq; multi-host and target_session_attrs as libpq has them */
    /* NULL, or asked by the prober about once a second until it says STATUS_OK: may the database be
     * used now? Then `url` is written here and counts. The gate stays closed until then. */
    enum status (*prepare)(void *cls, char *url, size_t size);
    void *prepare_cls;
    unsigned slots;        /* connections */
    unsigned statement_ms; /* a transaction that takes longer closes the gate */
    bool no_options;       /* behind pgbouncer */
    /* For the log; called under a lock, must not wait. `fault`: somebody should look. May be NULL.
     */
    void (*event)(const char *event, const char *detail, bool fault);
};

struct store;
struct store_slot;

/* Starts the prober; does not wait for the database. */
enum status store_open(const struct store_settings *settings, struct store **store) MUST_CHECK;
void store_close(struct store *store);

/* A slot for one worker thread, NULL when all are taken. Given back with store_release(). */
struct store_slot *store_borrow(struct store *store) MUST_CHECK;
void store_release(struct store_slot *slot);

/*
 * Runs a transaction. STATUS_UNAVAILABLE at once while the gate is closed. A transaction that lost
 * a race (40001, 40P01), or whose connection ended before it could count, runs again, up to three
 * times. pg_transaction_free() in every case.
 */
enum status store_run(struct store_slot *slot, struct pg_transaction *transaction) MUST_CHECK;

/*
 * From here to store_unit_end() every store_run() with this slot is part of one transaction of this
 * tenant, which must stay where it is: each part sees what the ones before it wrote, a part that
 * fails is undone by itself and is not run again, and all of it counts, or nothing, at the end.
 */
enum status store_unit_begin(struct store_slot *slot, const char *tenant,
                             unsigned lock_timeout_ms) MUST_CHECK;

/* Ends it; `whole` says how (end, sqlstate). Without `commit` nothing stays, whatever is returned.
 */
enum status store_unit_end(struct store_slot *slot, bool commit,
                           struct pg_transaction *whole) MUST_CHECK;

/* Is the database there? For /readyz; looks at a flag. */
bool store_is_up(void *store);

/* Waits until the gate is open; for start-up and tools. STATUS_TIMEOUT. */
enum status store_wait(struct store *store, unsigned limit_ms) MUST_CHECK;

struct store_counts {
    unsigned ready, broken;
    uint64_t connects, gate_closings, timeouts;
    uint64_t alarms[SQLSTATE_ALARMS];
    bool up;
};
void store_count(struct store *store, struct store_counts *counts);

#endif
