/*
 * A transaction is one flush and one answer: BEGIN; SET LOCAL ...; statements; COMMIT; SYNC. After
 * an error the server skips to the sync, COMMIT too, and is left in an aborted transaction: only
 * then a second trip rolls back.
 */
#include "store/pg.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/sqlstate.h"

struct pg_connection {
    PGconn *pg;
    bool broken;
    bool keeps;                  /* statements, prepared by their names */
    bool has[PG_STATEMENTS_MAX]; /* those it keeps already, by number */
    bool bare;                   /* it was given no options */
    char failure[256];
};

static uint64_t now_ns(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Keeps the first line of libpq's message: it names hosts and reasons, never values. */
static void note_failure(struct pg_connection *connection) {
    const char *text = connection->pg ? PQerrorMessage(connection->pg) : "out of memory";
    size_t len = strcspn(text, "\n");
    if (len >= sizeof connection->failure)
        len = sizeof connection->failure - 1;
    memcpy(connection->failure, text, len);
    connection->failure[len] = '\0';
    connection->broken = true;
}

const char *pg_failure(const struct pg_connection *connection) {
    return connection->failure;
}

bool pg_is_usable(const struct pg_connection *connection) {
    return connection && !connection->broken;
}

void pg_close(struct pg_connection *connection) {
    if (!connection)
        return;
    PQfinish(connection->pg);
    free(connection);
}

/* ---- connecting ---- */

/* The service's log is not for PostgreSQL's warnings; errors come as results. */
static void ignore_notice(void *nothing, const char *text) {
    (void)nothing;
    (void)text;
}

/* Ours, and then what the URL says (Citus needs settings of its own): libpq would take only one of
 * the two. NULL without memory. */
static char *join_options(const char *url, const char *options) {
    PQconninfoOption *parts = PQconninfoParse(url, NULL);
    const char *theirs = "";
    for (const PQconninfoOption *part = parts; part && part->keyword; part++)
        if (strcmp(part->keyword, "options") == 0 && part->val)
            theirs = part->val;
    size_t size = strlen(options) + strlen(theirs) + 2;
    char *joined = malloc(size);
    if (joined)
        (void)snprintf(joined, size, "%s%s%s", options, *options && *theirs ? " " : "", theirs);
    PQconninfoFree(parts);
    return joined;
}

bool pg_url_is_good(const char *url) {
    PQconninfoOption *parts = PQconninfoParse(url, NULL);
    PQconninfoFree(parts);
    return parts != NULL;
}

struct pg_connection *pg_connect_begin(const char *url, const char *options) {
    static const char *const keys[] = {"dbname", "fallback_application_name", "connect_timeout",
                                       "options", NULL};
    struct pg_connection *connection = calloc(1, sizeof *connection);
    char *joined = join_options(url, options);
    if (!connection || !joined) {
        free(connection);
        free(joined);
        return NULL;
    }
    const char *const values[] = {url, "unknot", "2", joined, NULL};
    connection->bare = !*options;
    connection->pg = PQconnectStartParams(keys, values, 1);
    free(joined);
    if (!connection->pg || PQstatus(connection->pg) == CONNECTION_BAD)
        note_failure(connection);
    else
        (void)PQsetNoticeProcessor(connection->pg, ignore_notice, NULL);
    return connection;
}

/* Waits for the socket; false when the deadline passed first. */
static bool wait_for(PGconn *pg, short events, uint64_t deadline_ns) {
    for (;;) {
        uint64_t now = now_ns();
        if (now >= deadline_ns)
            return false;
        struct pollfd socket = {.fd = PQsocket(pg), .events = events};
        int ready = poll(&socket, 1, (int)((deadline_ns - now) / 1000000u) + 1);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
}

static enum status prepare_connection(struct pg_connection *connection) {
    if (PQsetnonblocking(connection->pg, 1) == 0 && PQenterPipelineMode(connection->pg) == 1)
        return STATUS_OK;
    note_failure(connection);
    return STATUS_UNAVAILABLE;
}

enum status pg_connect_go_on(struct pg_connection *connection, uint64_t deadline_ns) {
    if (connection->broken)
        return STATUS_UNAVAILABLE;
    for (;;) {
        switch (PQconnectPoll(connection->pg)) {
        case PGRES_POLLING_OK:
            return prepare_connection(connection);
        case PGRES_POLLING_READING:
            if (!wait_for(connection->pg, POLLIN, deadline_ns))
                return STATUS_TIMEOUT;
            break;
        case PGRES_POLLING_WRITING:
            if (!wait_for(connection->pg, POLLOUT, deadline_ns))
                return STATUS_TIMEOUT;
            break;
        default:
            note_failure(connection);
            return STATUS_UNAVAILABLE;
        }
    }
}

/* ---- sending ---- */

struct pg_step *pg_add(struct pg_transaction *transaction, const struct pg_statement *statement,
                       int param_count, const char *const *params) {
    if (transaction->step_count == PG_STEPS_MAX || param_count > PG_PARAMS_MAX)
        return NULL;
    struct pg_step *step = &transaction->steps[transaction->step_count++];
    *step = (struct pg_step){.statement = statement, .param_count = param_count};
    for (int i = 0; i < param_count; i++)
        step->params[i] = params[i];
    return step;
}

/* A uuid is spliced into SET LOCAL, which takes no parameters: nothing else may get through. */
static bool is_uuid(const char *text) {
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
            return false;
    }
    return text[36] == '\0';
}

static bool send_text(struct pg_connection *connection, const char *sql) {
    return PQsendQueryParams(connection->pg, sql, 0, NULL, NULL, NULL, NULL, 0) == 1;
}

/* How times and bytes are written is set by the options of a connection, or, behind a pgbouncer,
 * which takes none, by each transaction. */
static const char own_style[] = "SELECT pg_catalog.set_config('datestyle', 'ISO', true),"
                                " pg_catalog.set_config('timezone', 'UTC', true),"
                                " pg_catalog.set_config('bytea_output', 'hex', true)";

/* BEGIN and settings; returns how many results they will give, 0 on failure. */
static int send_begin(struct pg_connection *connection, const struct pg_transaction *transaction) {
    char sql[96];
    int sent = send_text(connection, transaction->read_only ? "BEGIN READ ONLY" : "BEGIN") ? 1 : 0;
    if (sent && connection->bare)
        sent = send_text(connection, own_style) ? sent + 1 : 0;
    if (sent && transaction->tenant) {
        (void)snprintf(sql, sizeof sql, "SET LOCAL unknot.tenant='%s'", transaction->tenant);
        sent = send_text(connection, sql) ? sent + 1 : 0;
    }
    if (sent && transaction->lock_timeout_ms) {
        (void)snprintf(sql, sizeof sql, "SET LOCAL lock_timeout=%u", transaction->lock_timeout_ms);
        sent = send_text(connection, sql) ? sent + 1 : 0;
    }
    return sent;
}

void pg_keep_statements(struct pg_connection *connection) {
    connection->keeps = true;
}

static bool send_step(struct pg_connection *connection, struct pg_step *step) {
    const struct pg_statement *statement = step->statement;
    unsigned number = statement->number;
    bool kept = connection->keeps && number && number < PG_STATEMENTS_MAX;
    step->prepares = kept && !connection->has[number];
    if (!kept)
        return PQsendQueryParams(connection->pg, statement->sql, step->param_count, NULL,
                                 step->params, NULL, NULL, 0) == 1;
    if (step->prepares &&
        PQsendPrepare(connection->pg, statement->name, statement->sql, 0, NULL) != 1)
        return false;
    return PQsendQueryPrepared(connection->pg, statement->name, step->param_count, step->params,
                               NULL, NULL, 0) == 1;
}

static bool send_steps(struct pg_connection *connection, struct pg_transaction *transaction) {
    for (size_t i = 0; i < transaction->step_count; i++)
        if (!send_step(connection, &transaction->steps[i]))
            return false;
    return true;
}

static bool send_sync(struct pg_connection *connection) {
    return PQpipelineSync(connection->pg) == 1;
}

static bool send_commit(struct pg_connection *connection) {
    return send_text(connection, "COMMIT") && send_sync(connection);
}

/* ---- receiving ---- */

/* Sends what is queued and reads until a result can be taken without waiting. */
static bool pump(struct pg_connection *connection, uint64_t deadline_ns) {
    for (;;) {
        int left = PQflush(connection->pg);
        if (left < 0)
            return false;
        if (left == 0 && !PQisBusy(connection->pg))
            return true;
        if (!wait_for(connection->pg, (short)(POLLIN | (left ? POLLOUT : 0)), deadline_ns))
            return false;
        if (PQconsumeInput(connection->pg) != 1)
            return false;
    }
}

/* The server gives every error a code; what has none was made up by libpq when the connection went.
 */
static bool is_from_server(const PGresult *result) {
    return PQresultStatus(result) != PGRES_FATAL_ERROR ||
           PQresultErrorField(result, PG_DIAG_SQLSTATE) != NULL;
}

/* The next result of any command; the NULLs between commands are passed over. NULL: late or broken.
 */
static PGresult *next_result(struct pg_connection *connection, uint64_t deadline_ns) {
    for (int nulls = 0; nulls < 3; nulls++) {
        if (!pump(connection, deadline_ns))
            return NULL;
        PGresult *result = PQgetResult(connection->pg);
        if (result && is_from_server(result))
            return result;
        if (result) {
            PQclear(result);
            return NULL;
        }
    }
    return NULL;
}

static bool succeeded(const PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Remembers the first error; later ones only say that the pipeline was skipped. */
static void note_error(struct pg_transaction *transaction, const PGresult *result, size_t step) {
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (transaction->status != STATUS_OK || PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
        return;
    (void)snprintf(transaction->sqlstate, sizeof transaction->sqlstate, "%s",
                   sqlstate ? sqlstate : "XX000");
    transaction->status = sqlstate_meaning(transaction->sqlstate)->status;
    transaction->failed_step = step;
}

/* Takes `count` results that only matter when they fail. False: the connection is gone. */
static bool take_plain(struct pg_connection *connection, struct pg_transaction *transaction,
                       int count, uint64_t deadline_ns) {
    for (int i = 0; i < count; i++) {
        PGresult *result = next_result(connection, deadline_ns);
        if (!result)
            return false;
        if (!succeeded(result))
            note_error(transaction, result, 0);
        PQclear(result);
    }
    return true;
}

/* A statement stays prepared even where its transaction fails; one that was skipped is not there.
 */
static bool take_prepared(struct pg_connection *connection, struct pg_transaction *transaction,
                          size_t i, uint64_t deadline_ns) {
    const struct pg_step *step = &transaction->steps[i];
    if (!step->prepares)
        return true;
    PGresult *result = next_result(connection, deadline_ns);
    if (!result)
        return false;
    if (succeeded(result))
        connection->has[step->statement->number] = true;
    else
        note_error(transaction, result, i);
    PQclear(result);
    return true;
}

/* Somebody between us and the server gives us another one each time. */
static void stop_keeping_if_lost(struct pg_connection *connection,
                                 const struct pg_transaction *transaction) {
    if (strcmp(transaction->sqlstate, "26000") == 0 || strcmp(transaction->sqlstate, "42P05") == 0)
        connection->keeps = false;
}

static bool take_steps(struct pg_connection *connection, struct pg_transaction *transaction,
                       uint64_t deadline_ns) {
    for (size_t i = 0; i < transaction->step_count; i++) {
        if (!take_prepared(connection, transaction, i, deadline_ns))
            return false;
        PGresult *result = next_result(connection, deadline_ns);
        if (!result)
            return false;
        if (succeeded(result)) {
            transaction->steps[i].result = result;
            continue;
        }
        note_error(transaction, result, i);
        PQclear(result);
    }
    return true;
}

static bool take_sync(struct pg_connection *connection, uint64_t deadline_ns) {
    PGresult *result = next_result(connection, deadline_ns);
    bool sync = result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    PQclear(result);
    return sync;
}

static bool must_reconnect(const struct pg_transaction *transaction) {
    return transaction->status != STATUS_OK &&
           sqlstate_meaning(transaction->sqlstate)->action == SQLSTATE_RECONNECT;
}

/*
 * "COMMIT" is the only acknowledgement; after a failure it was skipped. A server that ends at
 * COMMIT may have written it before.
 */
static bool take_commit(struct pg_connection *connection, struct pg_transaction *transaction,
                        uint64_t deadline_ns) {
    bool failed_before = transaction->status != STATUS_OK;
    PGresult *result = next_result(connection, deadline_ns);
    if (!result)
        return false;
    bool committed = succeeded(result) && strcmp(PQcmdStatus(result), "COMMIT") == 0;
    if (!succeeded(result))
        note_error(transaction, result, transaction->step_count);
    if (committed)
        transaction->end = PG_COMMITTED;
    else if (failed_before || !must_reconnect(transaction))
        transaction->end = PG_ROLLED_BACK;
    if (!committed && transaction->status == STATUS_OK)
        transaction->status = STATUS_INTERNAL; /* rolled back, and nobody said why */
    PQclear(result);
    return true;
}

/* Ends a transaction that is open, or failed, for the next one. False: the connection is gone. */
static bool roll_back(struct pg_connection *connection, struct pg_transaction *transaction,
                      uint64_t deadline_ns) {
    return send_text(connection, "ROLLBACK") && send_sync(connection) &&
           take_plain(connection, transaction, 1, deadline_ns) &&
           take_sync(connection, deadline_ns);
}

/* The connection is late or gone. What the server said until then still counts. */
static enum status lost(struct pg_connection *connection, struct pg_transaction *transaction,
                        uint64_t deadline_ns) {
    bool late = now_ns() >= deadline_ns;
    note_failure(connection);
    if (transaction->end == PG_COMMITTED)
        return transaction->status;
    if (transaction->status != STATUS_OK && transaction->failed_step < transaction->step_count) {
        transaction->end = PG_ROLLED_BACK; /* COMMIT came after what failed */
        return transaction->status;
    }
    transaction->sqlstate[0] = '\0';
    return transaction->status = late ? STATUS_TIMEOUT : STATUS_UNAVAILABLE;
}

/* Takes what the server said meanwhile: settings that changed, or that it ended this connection. */
static bool is_still_there(struct pg_connection *connection) {
    enum { LOOKS = 16 };
    struct pollfd socket = {.fd = PQsocket(connection->pg), .events = POLLIN};
    for (int look = 0; look < LOOKS; look++) {
        if (poll(&socket, 1, 0) <= 0)
            return true;
        if (PQconsumeInput(connection->pg) != 1)
            return false;
        (void)PQisBusy(connection->pg); /* reads the messages */
        if (PQstatus(connection->pg) != CONNECTION_OK)
            return false;
    }
    return true;
}

bool pg_is_there(struct pg_connection *connection) {
    if (pg_is_usable(connection) && !is_still_there(connection))
        note_failure(connection);
    return pg_is_usable(connection);
}

static enum status never_sent(struct pg_connection *connection,
                              struct pg_transaction *transaction) {
    note_failure(connection);
    transaction->sqlstate[0] = '\0';
    return transaction->status = STATUS_UNAVAILABLE;
}

enum status pg_run(struct pg_connection *connection, struct pg_transaction *transaction,
                   uint64_t deadline_ns) {
    transaction->status = STATUS_OK;
    transaction->end = PG_ROLLED_BACK;
    transaction->failed_step = 0;
    if (!pg_is_usable(connection))
        return transaction->status = STATUS_UNAVAILABLE;
    if (transaction->tenant && !is_uuid(transaction->tenant))
        return transaction->status = STATUS_INTERNAL;
    if (!pg_is_there(connection))
        return never_sent(connection, transaction);
    int begun = send_begin(connection, transaction);
    if (!begun || !send_steps(connection, transaction))
        return never_sent(connection, transaction); /* and COMMIT not at all */
    if (!transaction->read_only)
        transaction->end = PG_UNKNOWN;
    if (!send_commit(connection) || !take_plain(connection, transaction, begun, deadline_ns) ||
        !take_steps(connection, transaction, deadline_ns) ||
        !take_commit(connection, transaction, deadline_ns) || !take_sync(connection, deadline_ns))
        return lost(connection, transaction, deadline_ns);
    stop_keeping_if_lost(connection, transaction);
    if (must_reconnect(transaction) ||
        (transaction->status != STATUS_OK && !roll_back(connection, transaction, deadline_ns)))
        note_failure(connection);
    return transaction->status;
}

/* ---- a transaction of several calls ---- */

enum status pg_open(struct pg_connection *connection, struct pg_transaction *whole,
                    uint64_t deadline_ns) {
    whole->status = STATUS_OK;
    whole->end = PG_ROLLED_BACK;
    if (whole->tenant && !is_uuid(whole->tenant))
        return whole->status = STATUS_INTERNAL;
    if (!pg_is_there(connection))
        return never_sent(connection, whole);
    int begun = send_begin(connection, whole);
    if (!begun || !send_sync(connection))
        return never_sent(connection, whole);
    if (!take_plain(connection, whole, begun, deadline_ns) || !take_sync(connection, deadline_ns))
        return lost(connection, whole, deadline_ns);
    if (whole->status != STATUS_OK)
        note_failure(connection); /* it stands in a transaction that failed */
    return whole->status;
}

/* Back to where the part began. Whatever fails here ends the connection, and with it the whole. */
static void undo_part(struct pg_connection *connection, uint64_t deadline_ns) {
    struct pg_transaction undoing = {.status = STATUS_OK};
    bool undone = send_text(connection, "ROLLBACK TO part") &&
                  send_text(connection, "RELEASE part") && send_sync(connection) &&
                  take_plain(connection, &undoing, 2, deadline_ns) &&
                  take_sync(connection, deadline_ns) && undoing.status == STATUS_OK;
    if (!undone)
        note_failure(connection);
}

enum status pg_run_inside(struct pg_connection *connection, struct pg_transaction *part,
                          uint64_t deadline_ns) {
    part->status = STATUS_OK;
    part->end = PG_ROLLED_BACK;
    part->failed_step = 0;
    if (!pg_is_usable(connection))
        return part->status = STATUS_UNAVAILABLE;
    if (!send_text(connection, "SAVEPOINT part") || !send_steps(connection, part) ||
        !send_text(connection, "RELEASE part") || !send_sync(connection))
        return never_sent(connection, part);
    if (!take_plain(connection, part, 1, deadline_ns) ||
        !take_steps(connection, part, deadline_ns) ||
        !take_plain(connection, part, 1, deadline_ns) || !take_sync(connection, deadline_ns))
        return lost(connection, part, deadline_ns);
    stop_keeping_if_lost(connection, part);
    if (part->status == STATUS_OK)
        part->end = PG_OPEN;
    else if (must_reconnect(part))
        note_failure(connection);
    else
        undo_part(connection, deadline_ns);
    return part->status;
}

enum status pg_finish(struct pg_connection *connection, struct pg_transaction *whole, bool commit,
                      uint64_t deadline_ns) {
    whole->status = STATUS_OK;
    whole->end = PG_ROLLED_BACK;
    whole->sqlstate[0] = '\0';
    if (!pg_is_usable(connection)) /* COMMIT was never sent: the server rolls back */
        return whole->status = commit ? STATUS_UNAVAILABLE : STATUS_OK;
    if (!commit) {
        if (!roll_back(connection, whole, deadline_ns))
            note_failure(connection);
        return whole->status;
    }
    whole->end = PG_UNKNOWN;
    if (!send_commit(connection) || !take_commit(connection, whole, deadline_ns) ||
        !take_sync(connection, deadline_ns))
        return lost(connection, whole, deadline_ns);
    if (must_reconnect(whole))
        note_failure(connection);
    return whole->status;
}

void pg_transaction_free(struct pg_transaction *transaction) {
    for (size_t i = 0; i < transaction->step_count; i++) {
        PQclear(transaction->steps[i].result);
        transaction->steps[i].result = NULL;
    }
    transaction->step_count = 0;
}

/* ---- scripts ---- */

enum status pg_script(struct pg_connection *connection, const char *sql, char sqlstate[6],
                      char *message, size_t size) {
    enum status status = STATUS_OK;
    if (PQexitPipelineMode(connection->pg) != 1 || PQsetnonblocking(connection->pg, 0) != 0)
        return STATUS_INTERNAL;
    PGresult *result = PQexec(connection->pg, sql);
    if (!succeeded(result) && PQresultStatus(result) != PGRES_EMPTY_QUERY) {
        const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
        (void)snprintf(sqlstate, 6, "%s", code ? code : "");
        (void)snprintf(message, size, "%s", primary ? primary : PQerrorMessage(connection->pg));
        status = sqlstate_meaning(sqlstate)->status;
    }
    PQclear(result);
    if (PQstatus(connection->pg) == CONNECTION_BAD) {
        note_failure(connection);
        return STATUS_UNAVAILABLE;
    }
    enum status prepared = prepare_connection(connection);
    return status == STATUS_OK ? prepared : status;
}
