#include "cli/serve_access.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/token_issuers.h"
#include "resources/app.h"
#include "resources/app_access.h"

struct serve_access {
    struct settings settings;
    struct token_issuers issuers; /* borrows of the settings */
    struct access *access;
    struct cds_clients *cds_clients; /* NULL: none */
    atomic_uint holders;
};

static struct access *make(struct serve_access *shared, struct store **store) {
    const struct settings *settings = &shared->settings;
    char message[300] = "out of memory";
    const char *wrong = NULL;
    struct access *access = NULL;
    if (!token_issuers_read(settings, &shared->issuers))
        return NULL;
    const struct access_settings wanted = {
        .anonymous_off = !settings->anonymous,
        .per_principal = {"caller", (unsigned)settings->caller_quota, 60},
        .per_address = {"address", (unsigned)settings->address_quota, 60},
        .find_key = app_find_key,
        .database_is_up = app_database_is_up,
        .database_cls = store,
        .issuers = shared->issuers.list,
        .issuer_count = shared->issuers.count,
    };
    if (!access_routes_are_known(app_routes, app_route_count, &wrong))
        (void)fprintf(stderr, "unknot: the route of %s needs a scope that does not exist\n", wrong);
    else if (access_new(&wanted, &access, message, sizeof message) != STATUS_OK)
        (void)fprintf(stderr, "unknot: %s\n", message);
    return access;
}

static bool make_clients(struct serve_access *shared, struct token_replay *replay) {
    char message[400];
    const struct settings *settings = &shared->settings;
    const struct cds_clients_settings wanted = {
        .file = settings->cds_clients,
        .ca_file = *settings->outbound_ca ? settings->outbound_ca : NULL,
        .replay = replay,
    };
    if (!*wanted.file ||
        cds_clients_open(&wanted, &shared->cds_clients, message, sizeof message) == STATUS_OK)
        return true;
    (void)fprintf(stderr, "unknot: cds-clients: %s\n", message);
    return false;
}

static bool can_read_authorities(const struct settings *settings) {
    if (!*settings->outbound_ca || access(settings->outbound_ca, R_OK) == 0)
        return true;
    (void)fprintf(stderr, "unknot: outbound-ca: cannot read %s\n", settings->outbound_ca);
    return false;
}

struct serve_access *serve_access_new(const struct settings *settings, struct store **store,
                                      struct token_replay *replay) {
    struct serve_access *shared = calloc(1, sizeof *shared);
    if (!shared)
        return NULL;
    atomic_init(&shared->holders, 1);
    if (settings_copy(settings, &shared->settings) == STATUS_OK && can_read_authorities(settings) &&
        (shared->access = make(shared, store)) && make_clients(shared, replay))
        return shared;
    serve_access_let_go(shared);
    return NULL;
}

struct serve_access *serve_access_hold(struct serve_access *shared) {
    atomic_fetch_add(&shared->holders, 1);
    return shared;
}

void serve_access_let_go(struct serve_access *shared) {
    if (!shared || atomic_fetch_sub(&shared->holders, 1) != 1)
        return;
    access_free(shared->access);
    cds_clients_free(shared->cds_clients);
    token_issuers_free(&shared->issuers);
    settings_free(&shared->settings);
    free(shared);
}

struct access *serve_access_of(struct serve_access *shared) {
    return shared->access;
}

struct cds_clients *serve_access_cds_clients(struct serve_access *shared) {
    return shared->cds_clients;
}
