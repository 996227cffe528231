#include "store/migrations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "embedded.h"
#include "store/operator.h"
#include "store/statements.h"

/* The same number as in db/queries/migration_lock.sql. */
#define LOCK_NUMBER "129090229696372"

const char *migrations_name(size_t index) {
    return embedded_migrations[index].name;
}

static enum status say(struct migrations_report *report, enum migrations_state state,
                       const char *format, const char *name) {
    report->state = state;
    (void)snprintf(report->message, sizeof report->message, format, name);
    return STATUS_OK;
}

/* One row of the ledger against the file that should be there. */
static bool row_agrees(const PGresult *rows, int row, struct migrations_report *report) {
    const struct embedded_file *file = &embedded_migrations[row];
    const char *name = PQgetvalue(rows, row, 1);
    char sha256[DIGEST_HEX];
    if ((size_t)row >= report->known) {
        (void)say(report, MIGRATIONS_NEWER,
                  "the database has the migration %s, which this program does not know: its schema "
                  "is newer; install a "
                  "newer unknot",
                  name);
        return false;
    }
    if (strcmp(name, file->name) == 0 && digest_hex(file->bytes, file->len, sha256) == STATUS_OK &&
        strcmp(PQgetvalue(rows, row, 2), sha256) == 0)
        return true;
    (void)say(report, MIGRATIONS_CHANGED,
              "the migration %s.sql is not the one that was applied to this database: its checksum "
              "differs",
              file->name);
    return false;
}

static void compare(const PGresult *rows, struct migrations_report *report) {
    for (int row = 0; row < PQntuples(rows); row++) {
        if (!row_agrees(rows, row, report))
            return;
        report->applied++;
    }
    char count[64];
    (void)snprintf(count, sizeof count, "%zu of %zu migrations applied", report->applied,
                   report->known);
    (void)say(report, report->applied == report->known ? MIGRATIONS_UP_TO_DATE : MIGRATIONS_PENDING,
              report->applied == report->known ? "up to date: %s" : "pending: %s", count);
}

enum status migrations_look(struct pg_connection *connection, struct migrations_report *report) {
    struct operator_call call = {.statement = "migrations_list"};
    *report = (struct migrations_report){.known = embedded_migrations_count};
    enum status status = operator_run(connection, &call);
    if (status == STATUS_OK)
        compare(call.result, report);
    else if (strcmp(call.sqlstate, "42P01") == 0 || strcmp(call.sqlstate, "3F000") == 0) {
        /* No ledger: a new database. */
        report->state = MIGRATIONS_PENDING;
        (void)snprintf(report->message, sizeof report->message,
                       "pending: 0 of %zu migrations applied", report->known);
        status = STATUS_OK;
    } else {
        report->state = MIGRATIONS_UNKNOWN;
        (void)snprintf(report->message, sizeof report->message,
                       "cannot read the ledger of migrations: %s", call.message);
    }
    PQclear(call.result);
    return status;
}

/* ---- applying ---- */

/* Rolls back whatever is open and keeps the message that says why. */
static enum status undo(struct pg_connection *connection, enum status status) {
    char ignored[64];
    if (operator_script(connection, "ROLLBACK", ignored, sizeof ignored) != STATUS_OK)
        return status;
    return status;
}

static bool is_plain_name(const char *name) {
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

/* Its row of the ledger, in its own transaction. */
static enum status record(struct pg_connection *connection, const struct embedded_file *file,
                          char *message, size_t size) {
    char sha256[DIGEST_HEX], sql[400];
    if (!is_plain_name(file->name) || digest_hex(file->bytes, file->len, sha256) != STATUS_OK) {
        (void)snprintf(message, size, "its name holds more than a-z, 0-9 and _");
        return STATUS_INVALID;
    }
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO unknot_admin.migrations (version, name, sha256, applied_at) "
                   "VALUES (%lu, '%s', '%s', pg_catalog.clock_timestamp())",
                   strtoul(file->name, NULL, 10), file->name, sha256);
    return operator_script(connection, sql, message, size);
}

static enum status apply_one(struct pg_connection *connection, const struct embedded_file *file,
                             bool alone, struct migrations_report *report) {
    char reason[300] = "";
    enum status status =
        alone ? operator_script(connection, "BEGIN", reason, sizeof reason) : STATUS_OK;
    if (status == STATUS_OK)
        status = operator_script(connection, file->bytes, reason, sizeof reason);
    if (status == STATUS_OK)
        status = record(connection, file, reason, sizeof reason);
    if (status == STATUS_OK && alone)
        status = operator_script(connection, "COMMIT", reason, sizeof reason);
    if (status == STATUS_OK)
        return STATUS_OK;
    (void)snprintf(report->message, sizeof report->message,
                   "the migration %s.sql failed and was rolled back: %s", file->name, reason);
    return undo(connection, status);
}

static enum status apply_pending(struct pg_connection *connection, bool dry,
                                 void (*applied)(const char *name),
                                 struct migrations_report *report) {
    char reason[300] = "";
    enum status status =
        dry ? operator_script(connection, "BEGIN", reason, sizeof reason) : STATUS_OK;
    for (size_t i = report->applied; status == STATUS_OK && i < report->known; i++) {
        status = apply_one(connection, &embedded_migrations[i], !dry, report);
        if (status == STATUS_OK && applied)
            applied(embedded_migrations[i].name);
    }
    if (dry)
        return undo(connection, status);
    return status == STATUS_OK ? migrations_look(connection, report) : status;
}

static enum status lock(struct pg_connection *connection, struct migrations_report *report) {
    char reason[300] = "";
    enum status status = operator_script(
        connection, "SELECT pg_catalog.pg_advisory_lock(" LOCK_NUMBER ")", reason, sizeof reason);
    if (status != STATUS_OK) {
        report->state = MIGRATIONS_UNKNOWN;
        (void)snprintf(report->message, sizeof report->message,
                       "another migration of this database is at work: %s", reason);
    }
    return status;
}

enum status migrations_apply(struct pg_connection *connection, bool dry,
                             void (*applied)(const char *name), struct migrations_report *report) {
    char ignored[64];
    *report = (struct migrations_report){.known = embedded_migrations_count};
    enum status status = lock(connection, report);
    if (status != STATUS_OK)
        return status;
    /* Under the lock: another one may just have done it all. */
    status = migrations_look(connection, report);
    if (status == STATUS_OK &&
        (report->state == MIGRATIONS_NEWER || report->state == MIGRATIONS_CHANGED))
        status = STATUS_CONFLICT;
    if (status == STATUS_OK && report->state == MIGRATIONS_PENDING)
        status = apply_pending(connection, dry, applied, report);
    if (operator_script(connection, "SELECT pg_catalog.pg_advisory_unlock(" LOCK_NUMBER ")",
                        ignored, sizeof ignored) != STATUS_OK &&
        status == STATUS_OK)
        status = STATUS_UNAVAILABLE;
    return status;
}
