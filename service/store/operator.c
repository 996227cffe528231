#include "store/operator.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "store/cluster.h"
#include "store/statements.h"

enum { STATEMENT_MS = 60000, CONNECT_MS = 10000, URL_MAX = 512 };

static uint64_t in_ms(unsigned ms) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec + (uint64_t)ms * 1000000u;
}

/* Set by statements, not by options in the start packet: a pgbouncer refuses those. */
static const char settle[] =
    "SET client_min_messages = warning; SET search_path = ''; SET statement_timeout = 0; "
    "SET lock_timeout = '60s'";

enum status operator_connect(const char *url, unsigned limit_ms, struct pg_connection **out,
                             char *message, size_t size) {
    struct pg_connection *connection = pg_connect_begin(url, "");
    *out = NULL;
    (void)snprintf(message, size, "out of memory");
    if (!connection)
        return STATUS_NO_MEMORY;
    enum status status = pg_connect_go_on(connection, in_ms(limit_ms));
    if (status == STATUS_OK)
        status = operator_script(connection, settle, message, size);
    else
        (void)snprintf(message, size, "cannot reach the database: %s",
                       status == STATUS_TIMEOUT ? "no answer in time" : pg_failure(connection));
    if (status == STATUS_OK) {
        *out = connection;
        return STATUS_OK;
    }
    pg_close(connection);
    return status;
}

enum status operator_script(struct pg_connection *connection, const char *sql, char *message,
                            size_t size) {
    char sqlstate[6] = "", reason[300] = "";
    enum status status = pg_script(connection, sql, sqlstate, reason, sizeof reason);
    if (status != STATUS_OK)
        (void)snprintf(message, size, "%s%s%s", *reason ? reason : pg_failure(connection),
                       *sqlstate ? ", SQLSTATE " : "", sqlstate);
    return status;
}

enum status operator_run(struct pg_connection *connection, struct operator_call *call) {
    struct pg_transaction transaction = {0};
    const struct pg_statement *known = statement(call->statement);
    call->result = NULL;
    call->sqlstate[0] = '\0';
    if (!known || !pg_add(&transaction, known, call->param_count, call->params)) {
        (void)snprintf(call->message, sizeof call->message, "the statement %s is missing",
                       call->statement);
        return STATUS_INTERNAL;
    }
    enum status status = pg_run(connection, &transaction, in_ms(STATEMENT_MS));
    if (status == STATUS_OK && transaction.end == PG_COMMITTED) {
        call->result = transaction.steps[0].result;
        transaction.steps[0].result = NULL;
    } else {
        memcpy(call->sqlstate, transaction.sqlstate, sizeof call->sqlstate);
        (void)snprintf(call->message, sizeof call->message, "%s: %s%s", call->statement,
                       *call->sqlstate ? "SQLSTATE " : pg_failure(connection), call->sqlstate);
        status = status == STATUS_OK ? STATUS_UNAVAILABLE : status;
    }
    pg_transaction_free(&transaction);
    return status;
}

void operator_time(char out[40], long seconds_from_now) {
    struct timespec now;
    struct tm utc;
    char day[24];
    (void)clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec += seconds_from_now;
    (void)gmtime_r(&now.tv_sec, &utc);
    (void)strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    (void)snprintf(out, 40, "%s.%06uZ", day, (unsigned)(now.tv_nsec / 1000) % 1000000u);
}

/* ---- the private cluster ---- */

static const char make_roles[] =
    "DO $$ DECLARE wanted text; BEGIN"
    " FOREACH wanted IN ARRAY ARRAY['unknot_owner', 'unknot_app'] LOOP"
    "  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted AND rolcanlogin) THEN"
    "   IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN"
    "    EXECUTE pg_catalog.format('CREATE ROLE %I NOSUPERUSER NOBYPASSRLS', wanted);"
    "   END IF;"
    "   EXECUTE pg_catalog.format('ALTER ROLE %I LOGIN', wanted);"
    "  END IF;"
    " END LOOP;"
    "END $$";

static enum status database_exists(struct pg_connection *connection, bool *exists) {
    static const struct pg_statement look = {
        .name = "database_exists",
        .sql = "SELECT 1 FROM pg_catalog.pg_database WHERE datname = '" CLUSTER_DATABASE "'"};
    struct pg_transaction transaction = {.read_only = true};
    if (!pg_add(&transaction, &look, 0, NULL))
        return STATUS_INTERNAL;
    enum status status = pg_run(connection, &transaction, in_ms(STATEMENT_MS));
    *exists = status == STATUS_OK && PQntuples(transaction.steps[0].result) > 0;
    pg_transaction_free(&transaction);
    return status;
}

enum status operator_prepare(const struct cluster *cluster, char *message, size_t size) {
    struct pg_connection *connection;
    char url[URL_MAX];
    bool exists = false;
    cluster_url(cluster, "postgres", "postgres", url, sizeof url);
    enum status status = operator_connect(url, CONNECT_MS, &connection, message, size);
    if (status != STATUS_OK)
        return status;
    status = operator_script(connection, make_roles, message, size);
    if (status == STATUS_OK)
        status = database_exists(connection, &exists);
    if (status == STATUS_OK && !exists)
        status = operator_script(
            connection, "CREATE DATABASE " CLUSTER_DATABASE " OWNER unknot_owner", message, size);
    pg_close(connection);
    return status;
}
