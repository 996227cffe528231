#include "cli/serve_database.h"

#include <string.h>

#include "cli/key_store.h"
#include "http/log.h"
#include "store/operator.h"
#include "store/statements.h"

enum { HEAR_MS = 200 };

static bool complain(const char *message) {
    (void)fprintf(stderr, "unknot: %s\n", message);
    return false;
}

/* ---- in the keeper of a private one, which may do there what the service must not ---- */

static void log_keeper(const char *event, const char *detail) {
    enum log_level level = detail ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN;
    log_event(level, event, detail ? "reason" : NULL, detail, NULL);
}

static bool make_first(struct pg_connection *connection, char key[CLUSTER_WORD_MAX]) {
    const struct key_wish wish = {.name = "made at the first start", .kind = PRINCIPAL_CLINIC};
    char tenant[TENANT_SIZE];
    bool has = true;
    if (!key_store_has_tenants(connection, &has))
        return false;
    return has || (key_store_make_tenant(connection, "default", tenant) &&
                   key_store_create(connection, tenant, &wish, key));
}

static enum status prepare_first(const struct database *database, char key[CLUSTER_WORD_MAX],
                                 char *message, size_t size) {
    struct pg_connection *connection;
    enum status status = database_migrate(database, true, message, size);
    if (status != STATUS_OK)
        return status;
    status = operator_connect(database->owner_url, DATABASE_CONNECT_MS, &connection, message, size);
    if (status != STATUS_OK)
        return STATUS_UNAVAILABLE;
    if (!make_first(connection, key)) {
        (void)snprintf(message, size, "cannot make the first key");
        status = STATUS_UNAVAILABLE;
    }
    pg_close(connection);
    return status;
}

static enum status prepare_cluster(const struct cluster *cluster, char key[CLUSTER_WORD_MAX],
                                   char *message, size_t size) {
    struct database database;
    if (operator_prepare(cluster, message, size) != STATUS_OK)
        return STATUS_UNAVAILABLE;
    enum status status = STATUS_NO_MEMORY;
    if (database_name_cluster(&database, cluster))
        status = prepare_first(&database, key, message, size);
    database_close(&database);
    return status;
}

/* ---- the first key ---- */

/* Under the lock, or alone. */
static void show_key(struct serve_database *serving) {
    const char *key = serving->first_key, *url = serving->server_url;
    if (!*key)
        return;
    (void)fprintf(stderr,
                  "\nThis is the first start. Your clinic's API key, shown only now:\n\n  %s\n\n",
                  key);
    if (*url) /* a certificate is rarely made for an address */
        (void)fprintf(stderr,
                      "Try it:\n  curl -s%s %s/care-plans -H 'Authorization: Bearer %s'\n\n",
                      strncmp(url, "https:", 6) == 0 ? "k" : "", url, key);
    explicit_bzero(serving->first_key, sizeof serving->first_key);
}

void serve_database_greet(struct serve_database *serving, const char *server_url) {
    (void)pthread_mutex_lock(&serving->lock);
    (void)snprintf(serving->server_url, sizeof serving->server_url, "%s", server_url);
    show_key(serving);
    (void)pthread_mutex_unlock(&serving->lock);
}

static void take_key(struct serve_database *serving) {
    char *word = cluster_word(serving->cluster);
    (void)pthread_mutex_lock(&serving->lock);
    (void)snprintf(serving->first_key, sizeof serving->first_key, "%.*s", API_KEY_LEN, word);
    explicit_bzero(word, CLUSTER_WORD_MAX);
    if (*serving->server_url)
        show_key(serving);
    (void)pthread_mutex_unlock(&serving->lock);
}

/* ---- may it be used? ---- */

static void cluster_app_url(const struct serve_database *serving, char *url, size_t size) {
    cluster_url(serving->cluster, "unknot_app", CLUSTER_DATABASE, url, size);
}

static enum status look_at_named(const struct serve_database *serving, char *message, size_t size) {
    const struct database *database = &serving->database;
    enum status status =
        serving->settings->migrate ? database_migrate(database, false, message, size) : STATUS_OK;
    return status == STATUS_OK ? database_check(database, message, size) : status;
}

static void log_trouble(const struct serve_database *serving) {
    log_event(LOG_LEVEL_ERROR, "database_unavailable", "reason", serving->trouble, "effect",
              "care plans answer 503; decisions and the catalogue go on; it is tried again", NULL);
}

/* The prober of the store asks, until this says STATUS_OK. Each new reason is logged once. */
static enum status try_again(void *serving_, char *url, size_t size) {
    struct serve_database *serving = serving_;
    char message[sizeof serving->trouble] = "";
    enum status status = serving->cluster
                             ? cluster_hear(serving->cluster, HEAR_MS, message, sizeof message)
                             : look_at_named(serving, message, sizeof message);
    if (status == STATUS_OK && serving->cluster) {
        take_key(serving);
        cluster_app_url(serving, url, size);
    } else if (status == STATUS_OK) {
        (void)snprintf(url, size, "%s", serving->database.app_url);
    } else if (!(status == STATUS_TIMEOUT && serving->cluster) &&
               strcmp(message, serving->trouble) != 0) {
        memcpy(serving->trouble, message, sizeof message);
        log_trouble(serving);
    }
    if (status == STATUS_OK)
        log_event(LOG_LEVEL_INFO, "database_available", NULL);
    return status;
}

/* ---- life ---- */

static bool open_private(struct serve_database *serving) {
    const struct cluster_settings wanted = {
        .state_dir = serving->settings->state_dir,
        .use = CLUSTER_SERVICE,
        .event = log_keeper,
        .prepare = prepare_cluster,
    };
    if (cluster_open(&wanted, &serving->cluster, serving->trouble, sizeof serving->trouble) !=
        STATUS_OK)
        return complain(serving->trouble);
    serving->is_ready = cluster_is_up(serving->cluster);
    if (serving->is_ready)
        take_key(serving);
    return account_become(cluster_service_account(serving->cluster)) ||
           complain("cannot give up root");
}

static bool open_named(struct serve_database *serving) {
    if (!database_name(serving->settings, &serving->database))
        return false;
    enum status status = look_at_named(serving, serving->trouble, sizeof serving->trouble);
    serving->is_ready = status == STATUS_OK;
    return status == STATUS_OK || status == STATUS_UNAVAILABLE || complain(serving->trouble);
}

bool serve_database_open(struct serve_database *serving, const struct settings *settings) {
    char message[200];
    *serving = (struct serve_database){.settings = settings};
    (void)pthread_mutex_init(&serving->lock, NULL);
    if (database_is_off(settings))
        return true;
    if (statements_load(message, sizeof message) != STATUS_OK)
        return complain(message);
    bool good = *settings->database_url ? open_named(serving) : open_private(serving);
    if (!good)
        serve_database_close(serving);
    else if (!serving->is_ready)
        (void)fprintf(stderr, "unknot: %s; serves without care plans until it is there\n",
                      serving->trouble);
    return good;
}

/* Called by the store's threads. */
static void log_store(const char *event, const char *detail, bool fault) {
    enum log_level level = fault ? LOG_LEVEL_ERROR : detail ? LOG_LEVEL_WARN : LOG_LEVEL_INFO;
    log_event(level, event, detail ? "reason" : NULL, detail, NULL);
}

bool serve_database_begin(struct serve_database *serving) {
    const struct settings *settings = serving->settings;
    char url[STORE_URL_MAX] = "";
    if (database_is_off(settings))
        return true;
    if (!serving->is_ready)
        log_trouble(serving);
    else if (serving->cluster)
        cluster_app_url(serving, url, sizeof url);
    const struct store_settings wanted = {
        .url = serving->is_ready && !serving->cluster ? serving->database.app_url : url,
        .prepare = serving->is_ready ? NULL : try_again,
        .prepare_cls = serving,
        .slots = (unsigned)settings->workers,
        .statement_ms = (unsigned)settings->statement_ms,
        .no_options = settings->pgbouncer,
        .event = log_store,
    };
    return store_open(&wanted, &serving->store) == STATUS_OK || complain("cannot start the store");
}

void serve_database_look(struct serve_database *serving) {
    if (serving->cluster && !cluster_is_kept(serving->cluster))
        log_event(LOG_LEVEL_ERROR, "database_keeper_died", "reason",
                  "PostgreSQL goes on, but is not started again when it ends: restart the service",
                  NULL);
}

void serve_database_close(struct serve_database *serving) {
    store_close(serving->store);
    serving->store = NULL;
    database_close(&serving->database);
    cluster_close(serving->cluster);
    serving->cluster = NULL;
    show_key(serving);
    (void)pthread_mutex_destroy(&serving->lock);
}
