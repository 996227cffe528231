#include "store/statements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embedded.h"

enum { STATEMENTS_MAX = PG_STATEMENTS_MAX - 1 };

static struct pg_statement table[STATEMENTS_MAX];
static size_t table_count;

/* The head of comments describes the parameters to people; it need not travel with every call. */
static const char *skip_head(const char *sql) {
    for (;;) {
        sql += strspn(sql, " \t\r\n");
        if (strncmp(sql, "--", 2) != 0)
            return sql;
        sql += strcspn(sql, "\n");
    }
}

/* What its parameters are decides how a list is best walked: such a statement says so in its head.
 */
static bool is_planned_each_time(const char *sql) {
    const char *line = strstr(sql, "\n-- plan: each time");
    return line && line < skip_head(sql);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct pg_statement *)a)->name, ((const struct pg_statement *)b)->name);
}

enum status statements_load(char *message, size_t size) {
    if (embedded_queries_count > STATEMENTS_MAX) {
        (void)snprintf(message, size, "db/queries holds more than %d statements", STATEMENTS_MAX);
        return STATUS_INVALID;
    }
    for (size_t i = 0; i < embedded_queries_count; i++) {
        const char *sql = embedded_queries[i].bytes;
        table[i] = (struct pg_statement){.name = embedded_queries[i].name,
                                         .sql = skip_head(sql),
                                         .number = is_planned_each_time(sql) ? 0 : (unsigned)i + 1};
        if (!*table[i].sql) {
            (void)snprintf(message, size, "db/queries/%s.sql holds no statement", table[i].name);
            return STATUS_INVALID;
        }
    }
    table_count = embedded_queries_count;
    qsort(table, table_count, sizeof *table, by_name);
    return STATUS_OK;
}

const struct pg_statement *statement(const char *name) {
    const struct pg_statement key = {.name = name};
    return bsearch(&key, table, table_count, sizeof *table, by_name);
}

enum status statements_resolve(const struct statement_need *needs, size_t count, char *message,
                               size_t size) {
    for (size_t i = 0; i < count; i++) {
        *needs[i].where = statement(needs[i].name);
        if (!*needs[i].where) {
            (void)snprintf(message, size, "db/queries/%s.sql is missing", needs[i].name);
            return STATUS_INVALID;
        }
    }
    return STATUS_OK;
}
