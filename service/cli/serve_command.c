/* unknot serve: knowledge, contract, routes and edge put together, until SIGTERM. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/thread_arena.h"
#include "cli/cli.h"
#include "cli/serve_access.h"
#include "cli/serve_database.h"
#include "http/health.h"
#include "http/log.h"
#include "http/metrics.h"
#include "http/server.h"
#include "resources/app.h"
#include "resources/app_access.h"
#include "resources/fhir_edge.h"
#include "resources/handlers.h"
#include "resources/store_metrics.h"

/* Signals are blocked everywhere and waited for here: no handler runs in the middle of something.
 */
static sigset_t block_signals(void) {
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGCHLD); /* the keeper of a private database */
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    return set;
}

static bool knowledge_is_loaded(void *app) {
    return ((const struct app *)app)->knowledge != NULL;
}

static long online_cores(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores;
}

static bool fill_server(struct server_settings *server, const struct settings *settings,
                        struct app *app) {
    server_defaults(server);
    server->listen = settings->listen;
    server->drain_delay_ms = (unsigned)settings->drain_delay_ms;
    server->drain_limit_ms = (unsigned)settings->drain_limit_ms;
    struct edge_settings *edge = &server->edge;
    edge->routes = app_routes;
    edge->route_count = app_route_count;
    edge->app = app;
    edge->hooks.salvage = recommendation_salvage;
    edge->hooks.render_problem = fhir_render_problem;
    edge->hooks.rate_limit = app_rate_limit;
    edge->hooks.authorize = app_authorize;
    edge->hooks.must_wait = app_must_wait;
    edge->hooks.forget_caller = app_forget_caller;
    edge->threads = (unsigned)(settings->threads ? settings->threads : online_cores());
    edge->connection_limit = (unsigned)settings->connections;
    edge->workers = app->store ? (unsigned)settings->workers : 0;
    edge->hooks.worker_open = app_worker_open;
    edge->hooks.worker_close = app_worker_close;
    edge->request_ms = (unsigned)settings->request_ms;
    edge->log_clients = settings->log_clients;
    edge->connections.header_ms = (unsigned)settings->header_seconds * 1000;
    edge->connections.body_ms = (unsigned)settings->body_seconds * 1000;
    edge->connections.idle_ms = (unsigned)settings->idle_seconds * 1000;
    edge->connections.per_client = (unsigned)settings->connections_per_address;
    if (proxies_parse(&edge->connections.proxies, settings->trusted_proxies) == STATUS_OK)
        return true;
    (void)fprintf(stderr, "unknot: trusted-proxies: cannot read '%s'\n", settings->trusted_proxies);
    return false;
}

static int wait_signal(const sigset_t *signals) {
    int number = 0;
    while (sigwait(signals, &number) != 0 && errno == EINTR)
        continue;
    return number;
}

static int serve_until_told(struct server *server, struct serve_database *serving,
                            const sigset_t *signals) {
    (void)fprintf(stderr, "unknot %s listens on http://%s\n", UNKNOT_VERSION, server_name(server));
    serve_database_greet(serving, server_name(server));
    int number = wait_signal(signals);
    for (; number == SIGCHLD; number = wait_signal(signals))
        serve_database_look(serving);
    log_event(LOG_LEVEL_INFO, "stopping", "signal", number == SIGTERM ? "SIGTERM" : "SIGINT", NULL);
    if (server_stop(server) != STATUS_OK)
        log_event(LOG_LEVEL_WARN, "cut", "requests", "some were not answered at the limit", NULL);
    return EXIT_DONE; /* told to stop, and stopped */
}

/* Decisions need no database: what is not there does not make the service unready. */
static bool add_checks(struct app *app) {
    return health_add("knowledge", true, knowledge_is_loaded, app) == STATUS_OK &&
           (!app->store || (health_add("database", false, store_is_up, app->store) == STATUS_OK &&
                            metrics_source(store_metrics_write, app->store) == STATUS_OK));
}

static int serve(const struct settings *settings, struct app *app, struct serve_database *serving,
                 const sigset_t *signals) {
    struct server_settings server_settings;
    struct server *server = NULL;
    metrics_set_version(UNKNOT_VERSION);
    if (!fill_server(&server_settings, settings, app) || !add_checks(app) ||
        server_start(&server_settings, &server) != STATUS_OK)
        return EXIT_FAILED;
    return serve_until_told(server, serving, signals);
}

/* The database first, while there is one thread; the service without root from then on. */
static int serve_with_database(const struct settings *settings, struct app *app,
                               const sigset_t *signals) {
    struct serve_database serving;
    int code = EXIT_FAILED;
    if (!serve_database_open(&serving, settings))
        return EXIT_FAILED;
    if (log_start(LOG_LEVEL_INFO) == STATUS_OK && serve_database_begin(&serving)) {
        app->store = serving.store;
        code = serve(settings, app, &serving, signals);
        app->store = NULL;
    }
    serve_database_close(&serving);
    log_stop();
    return code;
}

/* Who may call comes first: its files may be readable to root only. */
static int serve_with_access(const struct settings *settings, struct app *app,
                             const sigset_t *signals) {
    app->public_url = settings->public_url;
    app->token_url = settings->jwt_token_url;
    app->token_issuer = settings->jwt_issuer;
    app->access = serve_access_open(settings, app);
    if (!app->access)
        return EXIT_FAILED;
    int code = serve_with_database(settings, app, signals);
    access_free(app->access);
    app->access = NULL;
    return code;
}

int command_serve(const struct settings *settings, int argc, char **argv) {
    char message[300] = "";
    struct app app;
    (void)argv;
    if (argc)
        return EXIT_USAGE;
    json_object_seed(0); /* before any thread: jansson's hash seed is not made under a lock */
    sigset_t signals = block_signals();
    struct knowledge *knowledge = open_knowledge(settings);
    if (!knowledge)
        return EXIT_BAD_KNOWLEDGE;
    int code = EXIT_FAILED;
    if (app_init(&app, knowledge, message, sizeof message) != STATUS_OK ||
        !app_routes_match_contract(&app, message, sizeof message))
        (void)fprintf(stderr, "unknot: %s\n", *message ? message : "out of memory");
    else
        code = serve_with_access(settings, &app, &signals);
    app_free(&app);
    thread_arena_end();
    return code;
}
