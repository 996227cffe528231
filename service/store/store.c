/* Slots, gate and prober. One lock guards states; no lock is held while the network is waited for.
 */
#include "store/store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PROBE_EVERY_MS = 100, /* while something is wrong */
    REST_MS = 1000,       /* while all is well */
    CONNECT_MS = 2000,
    PROBE_MS = 500,
    MEND_MS = 250,         /* a worker whose connection broke waits so long for a new one */
    SERVER_MS = 2000,      /* the server itself ends a statement that nobody waits for any more */
    ALARM_EVERY_MS = 1000, /* a full disk would fill the log as well */
    RUNS = 3,
};

enum slot_state { SLOT_EMPTY, SLOT_READY, SLOT_BUSY, SLOT_BROKEN };

struct store_slot {
    struct store *store;
    struct pg_connection *connection;
    enum slot_state state;
    bool borrowed;
    struct store_slot
        *unit; /* of the worker's thread alone: the slot whose transaction stays open */
    const char *unit_tenant;
    bool unit_late; /* a part of it was not answered in time */
};

struct store {
    struct store_settings settings;
    char *url;
    pthread_t prober;
    pthread_mutex_t lock;
    pthread_cond_t wake;  /* of the prober */
    pthread_cond_t ready; /* a slot, or the gate changed: for those who wait */
    unsigned waiting;
    bool stopping;
    bool prepared; /* the url counts */
    bool gate_open;
    uint64_t alarm_ns; /* of the last line */
    struct store_counts counts;
    struct store_slot *slots;
};

static uint64_t now_ns(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t in_ms(unsigned ms) {
    return now_ns() + (uint64_t)ms * 1000000u;
}

/* ---- the gate ---- */

static void tell(const struct store *store, const char *event, const char *detail, bool fault) {
    if (store->settings.event)
        store->settings.event(event, detail, fault);
}

static void close_gate(struct store *store, const char *why) {
    if (store->gate_open) {
        store->counts.gate_closings++;
        tell(store, "database_away", why, false);
    }
    store->gate_open = false;
    (void)pthread_cond_signal(&store->wake);
    (void)pthread_cond_broadcast(&store->ready);
}

static void open_gate(struct store *store) {
    if (!store->gate_open && store->counts.gate_closings > 0)
        tell(store, "database_back", NULL, false);
    store->gate_open = true;
    (void)pthread_cond_broadcast(&store->ready);
}

bool store_is_up(void *store_) {
    struct store *store = store_;
    (void)pthread_mutex_lock(&store->lock);
    bool up = store->gate_open;
    (void)pthread_mutex_unlock(&store->lock);
    return up;
}

static void wait_for(struct store *store, pthread_cond_t *what, unsigned ms) {
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    (void)pthread_cond_timedwait(what, &store->lock, &until);
}

enum status store_wait(struct store *store, unsigned limit_ms) {
    uint64_t deadline = in_ms(limit_ms);
    (void)pthread_mutex_lock(&store->lock);
    while (!store->gate_open && now_ns() < deadline)
        wait_for(store, &store->ready, 50);
    bool up = store->gate_open;
    (void)pthread_mutex_unlock(&store->lock);
    return up ? STATUS_OK : STATUS_TIMEOUT;
}

/* ---- the prober ---- */

/* What pg.c and its callers rely on, whatever the database's own settings are. */
static void write_options(const struct store *store, char *out, size_t size) {
    unsigned ms = store->settings.statement_ms;
    *out = '\0';
    if (!store->settings.no_options)
        (void)snprintf(out, size,
                       "-c search_path= -c datestyle=ISO -c timezone=UTC -c bytea_output=hex "
                       "-c client_min_messages=error -c statement_timeout=%u "
                       "-c idle_in_transaction_session_timeout=%u",
                       ms > SERVER_MS ? ms : SERVER_MS, SERVER_MS);
}

static struct pg_connection *connect_now(const struct store *store) {
    char options[256];
    write_options(store, options, sizeof options);
    struct pg_connection *connection = pg_connect_begin(store->url, options);
    if (connection && pg_connect_go_on(connection, in_ms(CONNECT_MS)) == STATUS_OK)
        return connection;
    pg_close(connection);
    return NULL;
}

/* Does it answer, and does it take writes? */
static bool answers(struct pg_connection *connection) {
    static const struct pg_statement probe = {.name = "probe",
                                              .sql = "SELECT pg_catalog.pg_is_in_recovery()"};
    struct pg_transaction transaction = {.read_only = true};
    if (!pg_add(&transaction, &probe, 0, NULL))
        return false;
    bool up = pg_run(connection, &transaction, in_ms(PROBE_MS)) == STATUS_OK &&
              strcmp(PQgetvalue(transaction.steps[0].result, 0, 0), "f") == 0;
    pg_transaction_free(&transaction);
    return up;
}

/* The next slot without a usable connection, which then is the prober's alone; NULL: none. */
static struct store_slot *take_broken(struct store *store) {
    for (unsigned i = 0; i < store->settings.slots; i++) {
        struct store_slot *slot = &store->slots[i];
        if (slot->state == SLOT_BROKEN || slot->state == SLOT_EMPTY)
            return slot;
    }
    return NULL;
}

/* Connects one slot anew, without the lock. False: the database does not take connections now. */
static bool mend(struct store *store, struct store_slot *slot) {
    struct pg_connection *old = slot->connection;
    slot->connection = NULL;
    (void)pthread_mutex_unlock(&store->lock);
    pg_close(old);
    struct pg_connection *fresh = connect_now(store);
    (void)pthread_mutex_lock(&store->lock);
    if (!fresh) {
        slot->state = SLOT_EMPTY;
        return false;
    }
    if (!store->settings.no_options)
        pg_keep_statements(fresh);
    slot->connection = fresh;
    slot->state = SLOT_READY;
    store->counts.connects++;
    (void)pthread_cond_broadcast(&store->ready);
    return true;
}

/* Asks over a connection of its own, so that no slot has to wait for an answer. */
static bool probe(struct store *store) {
    (void)pthread_mutex_unlock(&store->lock);
    struct pg_connection *connection = connect_now(store);
    bool up = connection && answers(connection);
    pg_close(connection);
    (void)pthread_mutex_lock(&store->lock);
    return up;
}

/* The first time: where is it, and may it be used? Asked without the lock: it takes its time. */
static bool prepare(struct store *store) {
    char url[STORE_URL_MAX];
    (void)pthread_mutex_unlock(&store->lock);
    enum status status = store->settings.prepare(store->settings.prepare_cls, url, sizeof url);
    char *copy = status == STATUS_OK ? strdup(url) : NULL;
    (void)pthread_mutex_lock(&store->lock);
    if (!copy)
        return false;
    store->url = copy;
    return store->prepared = true;
}

/* Finds idle connections that the server ended. True when there are others. */
static bool look_at_slots(struct store *store) {
    bool any = false;
    for (unsigned i = 0; i < store->settings.slots; i++) {
        struct store_slot *slot = &store->slots[i];
        if (slot->state == SLOT_READY && !pg_is_there(slot->connection))
            slot->state = SLOT_BROKEN;
        any |= slot->state == SLOT_READY || slot->state == SLOT_BUSY;
    }
    return any;
}

/* A database that refuses one connection more (53300) still serves those it has. */
static void look_after(struct store *store) {
    if (!store->prepared && !prepare(store))
        return;
    if (!store->gate_open) {
        if (!probe(store))
            return;
        open_gate(store);
    }
    (void)look_at_slots(store);
    for (struct store_slot *slot; !store->stopping && (slot = take_broken(store));)
        if (!mend(store, slot)) {
            if (!look_at_slots(store))
                close_gate(store, "it does not take connections");
            return;
        }
}

static void *prober_main(void *store_) {
    struct store *store = store_;
    (void)pthread_mutex_lock(&store->lock);
    while (!store->stopping) {
        look_after(store);
        if (!store->stopping)
            wait_for(store, &store->wake,
                     store->gate_open || !store->prepared ? REST_MS : PROBE_EVERY_MS);
    }
    (void)pthread_mutex_unlock(&store->lock);
    return NULL;
}

/* ---- life ---- */

static void free_store(struct store *store) {
    for (unsigned i = 0; store->slots && i < store->settings.slots; i++)
        pg_close(store->slots[i].connection);
    free(store->slots);
    free(store->url);
    free(store);
}

static void init_locks(struct store *store) {
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&store->wake, &attributes);
    (void)pthread_cond_init(&store->ready, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)pthread_mutex_init(&store->lock, NULL);
}

enum status store_open(const struct store_settings *settings, struct store **out) {
    struct store *store = calloc(1, sizeof *store);
    *out = NULL;
    if (!store)
        return STATUS_NO_MEMORY;
    store->settings = *settings;
    store->prepared = settings->prepare == NULL;
    store->url = store->prepared ? strdup(settings->url) : NULL;
    store->slots = calloc(settings->slots, sizeof *store->slots);
    if ((store->prepared && !store->url) || !store->slots) {
        free_store(store);
        return STATUS_NO_MEMORY;
    }
    for (unsigned i = 0; i < settings->slots; i++)
        store->slots[i].store = store;
    init_locks(store);
    if (pthread_create(&store->prober, NULL, prober_main, store) != 0) {
        free_store(store);
        return STATUS_UNAVAILABLE;
    }
    *out = store;
    return STATUS_OK;
}

void store_close(struct store *store) {
    if (!store)
        return;
    (void)pthread_mutex_lock(&store->lock);
    store->stopping = true;
    (void)pthread_cond_signal(&store->wake);
    (void)pthread_cond_broadcast(&store->ready);
    (void)pthread_mutex_unlock(&store->lock);
    (void)pthread_join(store->prober, NULL);
    (void)pthread_cond_destroy(&store->wake);
    (void)pthread_cond_destroy(&store->ready);
    (void)pthread_mutex_destroy(&store->lock);
    free_store(store);
}

struct store_slot *store_borrow(struct store *store) {
    struct store_slot *found = NULL;
    (void)pthread_mutex_lock(&store->lock);
    for (unsigned i = 0; !found && i < store->settings.slots; i++)
        if (!store->slots[i].borrowed)
            found = &store->slots[i];
    if (found)
        found->borrowed = true;
    (void)pthread_mutex_unlock(&store->lock);
    return found;
}

void store_release(struct store_slot *slot) {
    (void)pthread_mutex_lock(&slot->store->lock);
    slot->borrowed = false;
    (void)pthread_mutex_unlock(&slot->store->lock);
}

/* ---- use ---- */

/* The worker's own slot, or, while its connection is broken, one that nobody uses now. */
static struct store_slot *find_ready(struct store_slot *own) {
    struct store *store = own->store;
    if (own->state == SLOT_READY)
        return own;
    for (unsigned i = 0; i < store->settings.slots; i++)
        if (store->slots[i].state == SLOT_READY)
            return &store->slots[i];
    return NULL;
}

/*
 * A slot that is the caller's until leave(); NULL: there is none. While the database is there, a
 * broken connection is mended in a moment, which is worth the wait.
 */
static struct store_slot *enter(struct store_slot *own) {
    struct store *store = own->store;
    struct store_slot *found = NULL;
    uint64_t deadline = in_ms(MEND_MS);
    (void)pthread_mutex_lock(&store->lock);
    store->waiting++;
    while (store->gate_open && !(found = find_ready(own)) && !store->stopping &&
           now_ns() < deadline)
        wait_for(store, &store->ready, MEND_MS);
    store->waiting--;
    if (found)
        found->state = SLOT_BUSY;
    (void)pthread_mutex_unlock(&store->lock);
    return found;
}

/* Counts every alarm and logs some: statement and code, never a value. */
static void raise_alarm(struct store *store, const struct pg_transaction *transaction) {
    size_t alarm = sqlstate_alarm_of(sqlstate_meaning(transaction->sqlstate));
    size_t step = transaction->failed_step;
    char detail[160];
    if (transaction->status == STATUS_OK || alarm == SQLSTATE_ALARMS)
        return;
    store->counts.alarms[alarm]++;
    if (store->alarm_ns && now_ns() - store->alarm_ns < ALARM_EVERY_MS * 1000000ull)
        return;
    store->alarm_ns = now_ns();
    (void)snprintf(detail, sizeof detail, "%s: SQLSTATE %s in %s", sqlstate_alarm_name(alarm),
                   transaction->sqlstate,
                   step < transaction->step_count ? transaction->steps[step].statement->name
                                                  : "commit");
    tell(store, "database_alarm", detail, true);
}

/* A connection that broke may be one backend's end; a late answer says that the database itself is
 * in trouble. */
static void leave(struct store_slot *slot, const struct pg_transaction *transaction) {
    struct store *store = slot->store;
    (void)pthread_mutex_lock(&store->lock);
    bool usable = pg_is_usable(slot->connection);
    slot->state = usable ? SLOT_READY : SLOT_BROKEN;
    raise_alarm(store, transaction);
    if (!usable && transaction->status == STATUS_TIMEOUT) {
        store->counts.timeouts++;
        close_gate(store, "it does not answer in time");
    }
    if (!usable)
        (void)pthread_cond_signal(&store->wake);
    else if (store->waiting)
        (void)pthread_cond_broadcast(&store->ready);
    (void)pthread_mutex_unlock(&store->lock);
}

static void clear_results(struct pg_transaction *transaction) {
    for (size_t i = 0; i < transaction->step_count; i++) {
        PQclear(transaction->steps[i].result);
        transaction->steps[i].result = NULL;
    }
}

/* Nothing of it counts, and the next time it may. */
static bool may_run_again(const struct pg_transaction *transaction) {
    return transaction->end == PG_ROLLED_BACK && transaction->status == STATUS_UNAVAILABLE &&
           sqlstate_meaning(transaction->sqlstate)->action != SQLSTATE_TELL;
}

/* ---- a transaction of several calls ---- */

static enum status run_part(struct store_slot *own, struct pg_transaction *part) {
    struct store *store = own->store;
    if (!part->tenant || strcmp(part->tenant, own->unit_tenant) != 0) {
        part->end = PG_ROLLED_BACK;
        return part->status = STATUS_INTERNAL;
    }
    enum status status =
        pg_run_inside(own->unit->connection, part, in_ms(store->settings.statement_ms));
    own->unit_late |= status == STATUS_TIMEOUT;
    (void)pthread_mutex_lock(&store->lock);
    raise_alarm(store, part);
    (void)pthread_mutex_unlock(&store->lock);
    return status;
}

enum status store_unit_begin(struct store_slot *own, const char *tenant, unsigned lock_timeout_ms) {
    for (int run = 1;; run++) {
        struct pg_transaction whole = {.tenant = tenant, .lock_timeout_ms = lock_timeout_ms};
        struct store_slot *slot = own->unit ? NULL : enter(own);
        if (!slot)
            return own->unit ? STATUS_INTERNAL : STATUS_UNAVAILABLE;
        enum status status =
            pg_open(slot->connection, &whole, in_ms(slot->store->settings.statement_ms));
        if (status == STATUS_OK) {
            own->unit = slot;
            own->unit_tenant = tenant;
            own->unit_late = false;
            return status;
        }
        leave(slot, &whole);
        if (!may_run_again(&whole) || run == RUNS)
            return status;
    }
}

enum status store_unit_end(struct store_slot *own, bool commit, struct pg_transaction *whole) {
    struct store_slot *slot = own->unit;
    *whole = (struct pg_transaction){.tenant = own->unit_tenant};
    enum status status =
        pg_finish(slot->connection, whole, commit, in_ms(slot->store->settings.statement_ms));
    if (own->unit_late)
        whole->status = STATUS_TIMEOUT;
    own->unit = NULL;
    leave(slot, whole);
    return status;
}

enum status store_run(struct store_slot *own, struct pg_transaction *transaction) {
    if (own->unit)
        return run_part(own, transaction);
    for (int run = 1;; run++) {
        struct store_slot *slot = enter(own);
        if (!slot) {
            transaction->end = PG_ROLLED_BACK;
            return transaction->status = STATUS_UNAVAILABLE;
        }
        enum status status =
            pg_run(slot->connection, transaction, in_ms(slot->store->settings.statement_ms));
        leave(slot, transaction);
        if (!may_run_again(transaction) || run == RUNS)
            return status;
        clear_results(transaction);
        transaction->sqlstate[0] = '\0';
    }
}

void store_count(struct store *store, struct store_counts *counts) {
    (void)pthread_mutex_lock(&store->lock);
    *counts = store->counts;
    counts->up = store->gate_open;
    for (unsigned i = 0; i < store->settings.slots; i++) {
        counts->ready += store->slots[i].state == SLOT_READY || store->slots[i].state == SLOT_BUSY;
        counts->broken +=
            store->slots[i].state == SLOT_BROKEN || store->slots[i].state == SLOT_EMPTY;
    }
    (void)pthread_mutex_unlock(&store->lock);
}
