#include "cli/serve_database.h"

#include <string.h>

#include "cli/key_store.h"
#include "http/log.h"

static bool complain(const char *message) {
    (void)fprintf(stderr, "unknot: %s\n", message);
    return false;
}

/* Called in the keeper. */
static void log_keeper(const char *event, const char *detail) {
    enum log_level level = detail ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN;
    log_event(level, event, detail ? "reason" : NULL, detail, NULL);
}

/* ---- the first start ---- */

static bool make_first(struct pg_connection *connection, struct serve_database *serving) {
    const struct key_wish wish = {.name = "made at the first start", .kind = PRINCIPAL_CLINIC};
    char tenant[TENANT_SIZE];
    bool has = true;
    if (!key_store_has_tenants(connection, &has))
        return false;
    return has || (key_store_make_tenant(connection, "default", tenant) &&
                   key_store_create(connection, tenant, &wish, serving->first_key));
}

static bool prepare_private(struct serve_database *serving) {
    struct pg_connection *connection = database_connect_owner(&serving->database);
    bool good = connection && make_first(connection, serving);
    pg_close(connection);
    if (good && !account_become(cluster_service_account(serving->database.cluster)))
        good = complain("cannot give up root");
    return good;
}

/* ---- a database of somebody else's ---- */

static bool prepare_named(const struct database *database, bool migrate) {
    char message[500];
    if (migrate && !database_migrate(database))
        return false;
    switch (database_check(database, message, sizeof message)) {
    case STATUS_OK:
        return true;
    case STATUS_UNAVAILABLE:
    case STATUS_TIMEOUT:
        (void)fprintf(stderr, "unknot: %s; serves decisions until it answers\n", message);
        return true;
    default:
        return complain(message);
    }
}

/* ---- life ---- */

static bool open_store(struct serve_database *serving, const struct settings *settings) {
    const struct store_settings wanted = {
        .url = serving->database.app_url,
        .slots = (unsigned)settings->workers,
        .statement_ms = (unsigned)settings->statement_ms,
        .no_options = settings->pgbouncer,
    };
    return store_open(&wanted, &serving->store) == STATUS_OK || complain("cannot start the store");
}

bool serve_database_open(struct serve_database *serving, const struct settings *settings) {
    *serving = (struct serve_database){0};
    if (database_is_off(settings))
        return true;
    if (!database_open(settings, CLUSTER_SERVICE, log_keeper, &serving->database))
        return false;
    bool good = serving->database.cluster ? prepare_private(serving)
                                          : prepare_named(&serving->database, settings->migrate);
    if (good && open_store(serving, settings))
        return true;
    serve_database_close(serving);
    return false;
}

void serve_database_close(struct serve_database *serving) {
    store_close(serving->store);
    database_close(&serving->database);
    explicit_bzero(serving->first_key, sizeof serving->first_key);
    serving->store = NULL;
}

void serve_database_greet(struct serve_database *serving, const char *server_name) {
    if (!*serving->first_key)
        return;
    (void)fprintf(stderr,
                  "\nThis is the first start. Your clinic's API key, shown only now:\n\n  %s\n\n"
                  "Try it:\n  curl -s http://%s/care-plans -H 'Authorization: Bearer %s'\n\n",
                  serving->first_key, server_name, serving->first_key);
    explicit_bzero(serving->first_key, sizeof serving->first_key);
}
