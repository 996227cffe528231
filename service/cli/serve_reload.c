#include "cli/serve_reload.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "cli/cli.h"
#include "cli/serve_generation.h"
#include "cli/token_issuers.h"
#include "http/log.h"
#include "http/metrics.h"
#include "http/tls.h"
#include "resources/app_access.h"
#include "resources/body_check.h"
#include "resources/fhir_edge.h"
#include "resources/handlers.h"
#include "resources/refusals.h"

/* A handshake lasts at most as long as a header may take to come. */
enum { HANDSHAKE_MARGIN_MS = 60000 };

/* ---- the server's settings ---- */

static long online_cores(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores;
}

static void fill_hooks(struct edge_hooks *hooks) {
    hooks->hold = app_hold;
    hooks->let_go = app_let_go;
    hooks->check_request = body_is_object;
    hooks->salvage = recommendation_salvage;
    hooks->render_problem = fhir_render_problem;
    hooks->rate_limit = app_rate_limit;
    hooks->rate_limit_line = app_rate_limit_line;
    hooks->authorize = app_authorize;
    hooks->must_wait = app_must_wait;
    hooks->forget_caller = app_forget_caller;
    hooks->has_to_tell = refusal_has_to_be_told;
    hooks->tell_refusal = refusal_tell;
    hooks->worker_open = app_worker_open;
    hooks->worker_close = app_worker_close;
}

bool serve_fill_server(struct server_settings *server, const struct settings *settings,
                       struct serve_running *running) {
    server_defaults(server);
    server->listen = settings->listen;
    server->drain_delay_ms = (unsigned)settings->drain_delay_ms;
    server->drain_limit_ms = (unsigned)settings->drain_limit_ms;
    struct edge_settings *edge = &server->edge;
    edge->routes = app_routes;
    edge->route_count = app_route_count;
    edge->app = &running->current;
    fill_hooks(&edge->hooks);
    edge->threads = (unsigned)(settings->threads ? settings->threads : online_cores());
    edge->connection_limit = (unsigned)settings->connections;
    edge->workers = (unsigned)settings->workers;
    edge->request_ms = (unsigned)settings->request_ms;
    edge->log_clients = settings->log_clients;
    edge->spool_each = (size_t)settings->batch_mb << 20;
    edge->spool_all = (size_t)settings->batches_mb << 20;
    edge->tls = *settings->tls_certificate != '\0';
    edge->connections.header_ms = (unsigned)settings->header_seconds * 1000;
    edge->connections.body_ms = (unsigned)settings->body_seconds * 1000;
    edge->connections.idle_ms = (unsigned)settings->idle_seconds * 1000;
    edge->connections.per_client = (unsigned)settings->connections_per_address;
    if (proxies_parse(&edge->connections.proxies, settings->trusted_proxies) == STATUS_OK)
        return true;
    (void)fprintf(stderr, "unknot: trusted-proxies: cannot read '%s'\n", settings->trusted_proxies);
    return false;
}

/* ---- the certificate ---- */

/* NULL without one, or after putting into `message` what is wrong with it. */
static struct tls_identity *read_certificate(const struct settings *settings, char *message,
                                             size_t size) {
    struct tls_identity *identity = NULL;
    bool certificate = *settings->tls_certificate != '\0', key = *settings->tls_key != '\0';
    *message = '\0';
    if (certificate != key)
        (void)snprintf(message, size, "tls-certificate and tls-key go together");
    else if (certificate && tls_identity_read(settings->tls_certificate, settings->tls_key,
                                              &identity, message, size) == STATUS_OK)
        *message = '\0';
    return identity;
}

static void show(struct tls_identity *identity, const struct settings *settings) {
    int64_t ends = tls_identity_ends(identity);
    if (ends < (int64_t)time(NULL))
        log_event(LOG_LEVEL_WARN, "certificate_expired", "file", settings->tls_certificate, NULL);
    metrics_set(METRIC_CERTIFICATE_ENDS, ends);
    tls_show(identity, (unsigned)settings->header_seconds * 1000 + HANDSHAKE_MARGIN_MS);
}

bool serve_show_certificate(const struct settings *settings) {
    char message[400];
    struct tls_identity *identity = read_certificate(settings, message, sizeof message);
    if (identity)
        show(identity, settings);
    if (*message)
        (void)fprintf(stderr, "unknot: %s\n", message);
    return !*message;
}

/* ---- SIGHUP ---- */

/* What the next generation is made of, until all of it is there. */
struct renewal {
    struct settings settings;
    struct server_settings server;
    struct app *app;
    struct tls_identity *identity;
    struct serve_access *access;
};

static bool refuse(const char *what, const char *why) {
    metrics_add(METRIC_RELOADS_REFUSED, 1);
    log_event(LOG_LEVEL_ERROR, "reload_refused", "what", what, "reason", why, NULL);
    return false;
}

static bool nothing_changed(const struct settings *a, const struct settings *b) {
    for (size_t i = 0; i < settings_count; i++)
        if (!setting_is_same(&settings_table[i], a, b))
            return false;
    return true;
}

/* The same settings keep what access has learnt: counts of callers, keys fetched from afar. A file
   of issuers or clients may have changed all the same. */
static struct serve_access *renew_access(struct serve_running *running,
                                         const struct settings *settings) {
    return nothing_changed(settings, &running->latest) && !*settings->jwt_issuers &&
                   !*settings->cds_clients
               ? serve_access_hold(running->access)
               : serve_access_new(settings, &running->store, running->replay);
}

static bool prepare(struct serve_running *running, struct renewal *renewal) {
    static const char see[] = "see standard error";
    char message[400];
    int code;
    if (settings_read_again(running->started, &renewal->settings) != STATUS_OK ||
        !serve_fill_server(&renewal->server, &renewal->settings, running))
        return refuse("settings", see);
    bool tls = *running->started->tls_certificate != '\0';
    if (tls != (*renewal->settings.tls_certificate != '\0'))
        return refuse("certificate", "TLS is switched on and off by a restart");
    renewal->identity = read_certificate(&renewal->settings, message, sizeof message);
    if (*message)
        return refuse("certificate", message);
    renewal->access = renew_access(running, &renewal->settings);
    if (!renewal->access)
        return refuse("access", see);
    renewal->app = serve_generation_new(&renewal->settings, &code);
    return renewal->app || refuse("knowledge", see);
}

static void give_up(struct renewal *renewal) {
    settings_free(&renewal->settings);
    tls_identity_free(renewal->identity);
    serve_access_let_go(renewal->access);
}

/* Which settings changed that only a restart takes over. */
static void name_frozen(const struct serve_running *running, const struct settings *settings) {
    struct buffer names;
    buffer_init(&names);
    for (size_t i = 0; i < settings_count; i++)
        if (!settings_table[i].live &&
            !setting_is_same(&settings_table[i], running->started, settings))
            buffer_printf(&names, "%s%s", names.len ? " " : "", settings_table[i].name);
    if (names.len && !names.failed)
        log_event(LOG_LEVEL_WARN, "restart_needed", "settings", names.data, NULL);
    buffer_free(&names);
}

static void take_over(struct serve_running *running, struct renewal *renewal) {
    name_frozen(running, &renewal->settings);
    if (renewal->identity)
        show(renewal->identity, &renewal->settings);
    bool kept = renewal->access == running->access;
    serve_access_let_go(running->access);
    running->access = renewal->access;
    if (kept)
        access_forget_all(serve_access_of(running->access));
    renewal->app->store = running->store;
    serve_generation_admit(renewal->app, serve_access_hold(running->access));
    app_current_replace(&running->current, renewal->app);
    server_tune(running->server, &renewal->server);
    settings_free(&running->latest);
    running->latest = renewal->settings;
}

void serve_reload(struct serve_running *running) {
    struct renewal renewal = {0};
    if (!prepare(running, &renewal)) {
        give_up(&renewal);
        return;
    }
    take_over(running, &renewal);
    metrics_add(METRIC_RELOADS, 1);
    const struct knowledge *knowledge = renewal.app->knowledge;
    log_event(LOG_LEVEL_INFO, "reloaded", "knowledge", knowledge->version, "sha256",
              knowledge->sha256, NULL);
}
