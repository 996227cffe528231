#include "cli/serve_generation.h"

#include <stdlib.h>

#include "cli/cli.h"
#include "outbound/peers.h"

struct generation {
    struct app app;           /* first: found again from it */
    struct settings settings; /* the app borrows texts */
    struct serve_access *access;
    struct outbound_peers *fhir_servers;
};

static void end(struct app *app) {
    struct generation *generation = (struct generation *)app;
    app_free(app);
    serve_access_let_go(generation->access);
    outbound_peers_free(generation->fhir_servers);
    settings_free(&generation->settings);
    free(generation);
}

/* Those who wait for a clinic's server leave half of the workers to the database. */
static bool open_fhir_servers(struct generation *generation, char *message, size_t size) {
    char why[200] = "";
    const struct settings *settings = &generation->settings;
    const struct outbound_peers_settings wanted = {
        .bases = settings->cds_fhir_servers,
        .ca_file = *settings->outbound_ca ? settings->outbound_ca : NULL,
        .at_once = settings->workers > 1 ? (unsigned)settings->workers / 2 : 1,
    };
    enum status status = outbound_peers_new(&wanted, &generation->fhir_servers, why, sizeof why);
    if (status != STATUS_OK)
        (void)snprintf(message, size, "cds-fhir-servers: %s", why);
    return status == STATUS_OK;
}

struct app *serve_generation_new(const struct settings *settings, int *code) {
    char message[300] = "";
    struct knowledge *knowledge = open_knowledge(settings);
    *code = knowledge ? EXIT_FAILED : EXIT_BAD_KNOWLEDGE;
    if (!knowledge)
        return NULL;
    struct generation *generation = calloc(1, sizeof *generation);
    if (!generation) {
        knowledge_free(knowledge);
        return NULL;
    }
    struct app *app = &generation->app;
    bool good = app_init(app, knowledge, message, sizeof message) == STATUS_OK &&
                app_routes_match_contract(app, message, sizeof message) &&
                settings_copy(settings, &generation->settings) == STATUS_OK &&
                open_fhir_servers(generation, message, sizeof message);
    if (!good) {
        (void)fprintf(stderr, "unknot: %s\n", *message ? message : "out of memory");
        end(app);
        return NULL;
    }
    app->public_url = generation->settings.public_url;
    app->token_url = generation->settings.jwt_token_url;
    app->token_issuer = generation->settings.jwt_issuer;
    app->fhir_servers = generation->fhir_servers;
    app->fetch_ms = (unsigned)settings->cds_fetch_ms;
    app->export_rows = generation->settings.export_rows;
    app->end = end;
    return app;
}

void serve_generation_admit(struct app *app, struct serve_access *held) {
    ((struct generation *)app)->access = held;
    app->access = serve_access_of(held);
    app->cds_clients = serve_access_cds_clients(held);
}
