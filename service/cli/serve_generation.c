#include "cli/serve_generation.h"

#include <stdlib.h>

#include "cli/cli.h"

struct generation {
    struct app app;           /* first: found again from it */
    struct settings settings; /* the app borrows texts */
    struct serve_access *access;
};

static void end(struct app *app) {
    struct generation *generation = (struct generation *)app;
    app_free(app);
    serve_access_let_go(generation->access);
    settings_free(&generation->settings);
    free(generation);
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
                settings_copy(settings, &generation->settings) == STATUS_OK;
    if (!good) {
        (void)fprintf(stderr, "unknot: %s\n", *message ? message : "out of memory");
        end(app);
        return NULL;
    }
    app->public_url = generation->settings.public_url;
    app->token_url = generation->settings.jwt_token_url;
    app->token_issuer = generation->settings.jwt_issuer;
    app->end = end;
    return app;
}

void serve_generation_admit(struct app *app, struct serve_access *held) {
    ((struct generation *)app)->access = held;
    app->access = serve_access_of(held);
    app->cds_clients = serve_access_cds_clients(held);
}
