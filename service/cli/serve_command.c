/* unknot serve: knowledge, contract, routes and edge put together, until SIGTERM. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access/token_replay.h"
#include "base/thread_arena.h"
#include "cli/cli.h"
#include "cli/notify.h"
#include "cli/serve_database.h"
#include "cli/serve_generation.h"
#include "cli/serve_reload.h"
#include "http/health.h"
#include "http/listen.h"
#include "http/log.h"
#include "http/metrics.h"
#include "http/tls.h"
#include "resources/store_metrics.h"

/* ---- signals ---- */

/* Signals are blocked everywhere and waited for here: no handler runs in the middle of something.
 */
static sigset_t block_signals(void) {
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGCHLD); /* the keeper of a private database */
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    return set;
}

static bool has_terminal(void) {
    int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0)
        (void)close(fd);
    return fd >= 0;
}

static void reload(struct serve_running *running) {
    notify_reloading();
    serve_reload(running);
    notify_say("READY=1");
}

/* Until SIGTERM or SIGINT. SIGHUP renews, unless it says that the terminal was closed in which
   somebody runs the service. */
static const char *wait_for_end(struct serve_running *running, struct serve_database *serving,
                                const sigset_t *signals) {
    bool terminal = has_terminal();
    for (int number = 0;;) {
        if (sigwait(signals, &number) != 0)
            continue;
        if (number == SIGCHLD)
            serve_database_look(serving);
        else if (number != SIGHUP)
            return number == SIGTERM ? "SIGTERM" : "SIGINT";
        else if (terminal && !has_terminal())
            return "SIGHUP";
        else
            reload(running);
    }
}

/* ---- serving ---- */

static bool has_app(void *current) {
    return ((const struct app_current *)current)->app != NULL;
}

/* Decisions need no database: what is not there does not make the service unready. */
static bool add_checks(struct serve_running *running) {
    return health_add("knowledge", true, has_app, &running->current) == STATUS_OK &&
           (!running->store ||
            (health_add("database", false, store_is_up, running->store) == STATUS_OK &&
             metrics_source(store_metrics_write, running->store) == STATUS_OK));
}

static int serve_until_told(struct serve_running *running, struct serve_database *serving,
                            const sigset_t *signals) {
    const struct server *server = running->server;
    char url[LISTEN_NAME_SIZE + 16];
    (void)snprintf(url, sizeof url, "%s://%s", server_scheme(server), server_name(server));
    (void)fprintf(stderr, "unknot %s listens on %s\n", UNKNOT_VERSION, url);
    serve_database_greet(serving, url);
    notify_say("READY=1");
    const char *signal_name = wait_for_end(running, serving, signals);
    notify_say("STOPPING=1");
    log_event(LOG_LEVEL_INFO, "stopping", "signal", signal_name, NULL);
    if (server_stop(running->server) != STATUS_OK)
        log_event(LOG_LEVEL_WARN, "cut", "requests", "some were not answered at the limit", NULL);
    return EXIT_DONE; /* told to stop, and stopped */
}

static int serve(struct serve_running *running, struct serve_database *serving,
                 const sigset_t *signals) {
    struct server_settings server_settings;
    metrics_set_version(UNKNOT_VERSION);
    if (!serve_fill_server(&server_settings, running->started, running) || !add_checks(running) ||
        server_start(&server_settings, &running->server) != STATUS_OK)
        return EXIT_FAILED;
    return serve_until_told(running, serving, signals);
}

/* The database first, while there is one thread; the service without root from then on. */
static int serve_with_database(struct serve_running *running, struct app *first,
                               const sigset_t *signals) {
    struct serve_database serving;
    int code = EXIT_FAILED;
    if (!serve_database_open(&serving, running->started))
        return EXIT_FAILED;
    if (log_start(LOG_LEVEL_INFO) == STATUS_OK && serve_database_begin(&serving)) {
        running->store = first->store = serving.store;
        code = serve(running, &serving, signals);
    }
    serve_database_close(&serving);
    log_stop();
    return code;
}

/* The certificate comes first, as who may call did: their files may be readable to root only. */
static int serve_generation(struct serve_running *running, struct app *first,
                            const sigset_t *signals) {
    int code = EXIT_FAILED;
    app_current_init(&running->current, first);
    serve_generation_admit(first, serve_access_hold(running->access));
    if (serve_show_certificate(running->started))
        code = serve_with_database(running, first, signals);
    tls_forget();
    app_current_end(&running->current);
    return code;
}

/* What outlives a generation. Its large tables are made before the release is loaded: of memory
 * that loading has used, all of them would be resident, not only what is in use. */
static bool open_running(struct serve_running *running) {
    return settings_copy(running->started, &running->latest) == STATUS_OK &&
           token_replay_new(&running->replay) == STATUS_OK &&
           (running->access = serve_access_new(running->started, &running->store, running->replay));
}

int command_serve(const struct settings *settings, int argc, char **argv) {
    struct serve_running running = {.started = settings};
    int code = EXIT_FAILED;
    (void)argv;
    if (argc)
        return EXIT_USAGE;
    json_object_seed(0); /* before any thread: jansson's hash seed is not made under a lock */
    sigset_t signals = block_signals();
    notify_open();
    listener_claim_passed();
    struct app *first = open_running(&running) ? serve_generation_new(settings, &code) : NULL;
    if (first)
        code = serve_generation(&running, first, &signals);
    serve_access_let_go(running.access);
    token_replay_free(running.replay);
    settings_free(&running.latest);
    thread_arena_end();
    return code;
}
