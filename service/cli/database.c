#include "cli/database.h"

#include <stdlib.h>
#include <string.h>

#include "store/migrations.h"
#include "store/operator.h"
#include "store/statements.h"

enum { CHECK_MS = 3000 };

bool database_is_off(const struct settings *settings) {
    return strcmp(settings->database_url, "none") == 0;
}

static bool complain(const char *message) {
    (void)fprintf(stderr, "unknot: %s\n", message);
    return false;
}

static char *cluster_copy(const struct cluster *cluster, const char *role) {
    char url[DATABASE_URL_MAX];
    cluster_url(cluster, role, CLUSTER_DATABASE, url, sizeof url);
    return strdup(url);
}

bool database_name_cluster(struct database *database, const struct cluster *cluster) {
    *database = (struct database){
        .app_url = cluster_copy(cluster, "unknot_app"),
        .owner_url = cluster_copy(cluster, "unknot_owner"),
        .migrate_url = cluster_copy(cluster, "postgres"),
    };
    return database->app_url && database->owner_url && database->migrate_url;
}

static bool open_private(const struct settings *settings, struct database *database) {
    char message[1300] = "";
    struct cluster *cluster = NULL;
    const struct cluster_settings wanted = {.state_dir = settings->state_dir, .use = CLUSTER_TOOL};
    if (cluster_open(&wanted, &cluster, message, sizeof message) != STATUS_OK)
        return complain(message);
    bool good = database_name_cluster(database, cluster);
    database->cluster = cluster;
    if (operator_prepare(cluster, message, sizeof message) != STATUS_OK)
        return complain(message);
    return good;
}

/* Before libpq tries: its words would quote what it cannot read, password and all. */
static bool is_url(const char *name, const char *url) {
    if (pg_url_is_good(url))
        return true;
    (void)fprintf(stderr, "unknot: %s is no connection string that libpq can read\n", name);
    return false;
}

bool database_name(const struct settings *settings, struct database *database) {
    const char *owner = *settings->owner_url ? settings->owner_url : settings->database_url;
    *database = (struct database){0};
    if (!is_url("database-url", settings->database_url) || !is_url("owner-url", owner))
        return false;
    database->app_url = strdup(settings->database_url);
    database->owner_url = strdup(owner);
    database->migrate_url = strdup(owner);
    return database->app_url && database->owner_url && database->migrate_url;
}

bool database_open(const struct settings *settings, struct database *database) {
    char message[200];
    *database = (struct database){0};
    if (statements_load(message, sizeof message) != STATUS_OK)
        return complain(message);
    if (database_is_off(settings))
        return complain("database-url is none: there is no database");
    bool opened = *settings->database_url ? database_name(settings, database)
                                          : open_private(settings, database);
    if (!opened)
        database_close(database);
    return opened;
}

void database_close(struct database *database) {
    cluster_close(database->cluster);
    free(database->app_url);
    free(database->owner_url);
    free(database->migrate_url);
    *database = (struct database){0};
}

/* ---- the schema ---- */

static void say_applied(const char *name) {
    (void)fprintf(stderr, "unknot: applied %s.sql\n", name);
}

enum status database_migrate(const struct database *database, bool quiet, char *message,
                             size_t size) {
    struct pg_connection *connection;
    struct migrations_report report;
    enum status status =
        operator_connect(database->migrate_url, DATABASE_CONNECT_MS, &connection, message, size);
    if (status != STATUS_OK)
        return STATUS_UNAVAILABLE;
    status = migrations_apply(connection, false, quiet ? NULL : say_applied, &report);
    bool lost = !pg_is_usable(connection);
    pg_close(connection);
    if (status == STATUS_OK)
        return STATUS_OK;
    (void)snprintf(message, size, "%s", report.message);
    return lost ? STATUS_UNAVAILABLE : STATUS_CONFLICT;
}

struct pg_connection *database_connect_owner(const struct database *database) {
    struct pg_connection *connection;
    struct migrations_report report;
    char message[400];
    if (database->cluster &&
        database_migrate(database, true, message, sizeof message) != STATUS_OK) {
        (void)complain(message);
        return NULL;
    }
    if (operator_connect(database->owner_url, DATABASE_CONNECT_MS, &connection, message,
                         sizeof message) != STATUS_OK) {
        (void)complain(message);
        return NULL;
    }
    if (migrations_look(connection, &report) == STATUS_OK && report.state == MIGRATIONS_UP_TO_DATE)
        return connection;
    (void)complain(report.message);
    if (report.state == MIGRATIONS_PENDING)
        (void)complain("run `unknot migrate` first");
    pg_close(connection);
    return NULL;
}

/* ---- may the service use it? ---- */

/* A login that row-level security does not bind would let one tenant see another. */
static const char bound[] =
    "DO $$ BEGIN"
    " IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = current_user"
    "   AND (rolsuper OR rolbypassrls)) OR pg_catalog.pg_has_role('unknot_owner', 'USAGE') THEN"
    "  RAISE EXCEPTION 'the login % of database-url is not bound by row-level security; use one"
    " that is a member of unknot_app alone', current_user;"
    " END IF;"
    " IF NOT pg_catalog.pg_has_role('unknot_app', 'USAGE') THEN"
    "  RAISE EXCEPTION 'the login % of database-url is no member of unknot_app', current_user;"
    " END IF; "
    "END $$";

enum status database_check(const struct database *database, char *message, size_t size) {
    struct pg_connection *connection;
    struct migrations_report report;
    enum status status = operator_connect(database->app_url, CHECK_MS, &connection, message, size);
    if (status != STATUS_OK)
        return STATUS_UNAVAILABLE;
    status = migrations_look(connection, &report);
    if (status == STATUS_OK && report.state != MIGRATIONS_UP_TO_DATE)
        status = STATUS_CONFLICT;
    if (status != STATUS_OK)
        (void)snprintf(message, size, "%s%s", report.message,
                       report.state == MIGRATIONS_PENDING
                           ? "; run `unknot migrate`, or serve with --migrate"
                           : "");
    else if (operator_script(connection, bound, message, size) != STATUS_OK)
        status = STATUS_FORBIDDEN;
    pg_close(connection);
    return status;
}
