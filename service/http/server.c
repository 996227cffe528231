#include "http/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http/clock.h"
#include "http/health.h"
#include "http/listen.h"
#include "http/log.h"

enum { IDLE_GRACE_MS = 500, POLL_MS = 20 };

struct server {
    struct edge *edge;
    bool tls;
    struct listener listener;
    unsigned drain_delay_ms;
    unsigned drain_limit_ms;
};

void server_defaults(struct server_settings *settings) {
    *settings = (struct server_settings){
        .listen = "127.0.0.1:8080",
        .edge =
            {
                .connections = {.header_ms = 10000,
                                .body_ms = 30000,
                                .write_ms = 30000,
                                .idle_ms = 75000,
                                .per_client = 256},
                .threads = 2,
                .connection_limit = 4096,
                .workers = 0,
                .queue_limit = 128,
                .request_ms = 5000,
                .spool_each = (size_t)1 << 30,
                .spool_all = (size_t)4 << 30,
            },
        .drain_delay_ms = 5000,
        .drain_limit_ms = 20000,
    };
}

enum status server_start(const struct server_settings *settings, struct server **out) {
    struct server *server = calloc(1, sizeof *server);
    const char *fault;
    if (!server)
        return STATUS_NO_MEMORY;
    server->drain_delay_ms = settings->drain_delay_ms;
    server->drain_limit_ms = settings->drain_limit_ms;
    server->tls = settings->edge.tls;
    enum status status = listener_open(settings->listen, &server->listener, &fault);
    if (status != STATUS_OK) {
        log_event(LOG_LEVEL_ERROR, "listen_failed", "listen", settings->listen, "reason", fault,
                  NULL);
        free(server);
        return status;
    }
    status = edge_start(&settings->edge, server->listener.fd, &server->edge);
    if (status != STATUS_OK) {
        listener_forget(&server->listener);
        free(server);
        return status;
    }
    log_event(LOG_LEVEL_INFO, "listening", "at", server->listener.name, NULL);
    *out = server;
    return STATUS_OK;
}

void server_tune(struct server *server, const struct server_settings *settings) {
    server->drain_delay_ms = settings->drain_delay_ms;
    server->drain_limit_ms = settings->drain_limit_ms;
    edge_tune(server->edge, &settings->edge);
}

const char *server_scheme(const struct server *server) {
    return server->tls ? "https" : "http";
}

unsigned server_port(const struct server *server) {
    return server->listener.port;
}

const char *server_name(const struct server *server) {
    return server->listener.name;
}

static void sleep_ms(unsigned ms) {
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000L};
    (void)nanosleep(&left, NULL);
}

/* Until nobody is served any more, or the limit. */
static enum status wait_for_end(const struct server *server) {
    uint64_t limit_ms = clock_ms() + server->drain_limit_ms;
    while (edge_in_flight(server->edge) > 0 || edge_connections(server->edge) > 0) {
        if (clock_ms() >= limit_ms)
            return edge_in_flight(server->edge) > 0 ? STATUS_TIMEOUT : STATUS_OK;
        sleep_ms(POLL_MS);
    }
    return STATUS_OK;
}

enum status server_stop(struct server *server) {
    health_set_draining(true);
    log_event(LOG_LEVEL_INFO, "draining", "at", server->listener.name, NULL);
    sleep_ms(server->drain_delay_ms);
    edge_begin_closing(server->edge);
    edge_quiesce(server->edge);
    listener_forget(&server->listener);
    edge_drain_idle(server->edge, IDLE_GRACE_MS);
    enum status status = wait_for_end(server);
    edge_stop(server->edge);
    log_event(status == STATUS_OK ? LOG_LEVEL_INFO : LOG_LEVEL_WARN, "stopped", "at",
              server->listener.name, "requests", status == STATUS_OK ? "all answered" : "cut",
              NULL);
    free(server);
    return status;
}
