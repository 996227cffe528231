#include "http/connections.h"

#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/clock.h"
#include "http/metrics.h"
#include "http/problem_types.h"

enum {
    SWEEP_MS = 250,
    TRIM_MS = 5000,
    CLIENT_SLOTS = 1024,
    LINGER_MAX = 64,
    LINGER_MS = 2000,
    LINGER_BYTES = 4 << 20,
    WRITE_BYTES_PER_MS = 16,
    PHASE_BITS = 4,
};

/* How many connections a client has; in a chain of its hash slot. */
struct tally {
    unsigned char key[CLIENT_KEY_SIZE];
    unsigned count;
    struct tally *next;
};

struct connection {
    struct connection *next;
    struct connection *previous;
    struct client client;
    bool counted;
    gnutls_session_t session; /* NULL: plain HTTP */
    int fd;
    uint64_t ended_state; /* in which the sweeper saw the end of input; 0: it did not */
    /* Deadline in milliseconds and phase in one word, so that the sweeper and the thread that
       serves the connection cannot both decide. */
    atomic_uint_fast64_t state;
};

struct lingering {
    int fd;
    uint64_t until_ms;
    size_t bytes;
};

struct connections {
    struct connections_settings settings;
    atomic_uint header_ms, body_ms, idle_ms, per_client; /* these may change: connections_tune() */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t sweeper;
    bool stopping;
    struct connection *first;
    size_t count;
    struct tally *tallies[CLIENT_SLOTS];
    struct lingering lingering[LINGER_MAX];
    size_t lingering_count;
    atomic_uint drain_grace_ms; /* 0: not draining */
};

static uint64_t pack(uint64_t deadline_ms, enum phase phase) {
    return deadline_ms << PHASE_BITS | (unsigned)phase;
}

static enum phase phase_of(uint64_t state) {
    return (enum phase)(state & ((1u << PHASE_BITS) - 1));
}

static uint64_t deadline_of(const struct connections *all, enum phase phase, uint64_t bytes) {
    uint64_t now = clock_ms();
    switch (phase) {
    case PHASE_FRESH:
    case PHASE_HEADERS:
        return now + atomic_load(&all->header_ms);
    case PHASE_BODY:
        return now + atomic_load(&all->body_ms);
    case PHASE_WRITING:
        return now + all->settings.write_ms + bytes / WRITE_BYTES_PER_MS;
    case PHASE_IDLE:
        return now + atomic_load(&all->idle_ms);
    default:
        return UINT64_MAX >> PHASE_BITS;
    }
}

static struct tally **find_tally(struct connections *all, const unsigned char *key) {
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < CLIENT_KEY_SIZE; i++)
        hash = (hash ^ key[i]) * 1099511628211u;
    struct tally **tally = &all->tallies[hash % CLIENT_SLOTS];
    while (*tally && memcmp((*tally)->key, key, CLIENT_KEY_SIZE) != 0)
        tally = &(*tally)->next;
    return tally;
}

static bool count_up(struct connections *all, const unsigned char *key) {
    struct tally **tally = find_tally(all, key);
    if (!*tally) {
        *tally = calloc(1, sizeof **tally);
        if (!*tally)
            return false;
        memcpy((*tally)->key, key, CLIENT_KEY_SIZE);
    }
    (*tally)->count++;
    return true;
}

static void count_down(struct connections *all, const unsigned char *key) {
    struct tally **tally = find_tally(all, key);
    if (*tally && --(*tally)->count == 0) {
        struct tally *empty = *tally;
        *tally = empty->next;
        free(empty);
    }
}

static bool is_counted(const struct connections *all, const struct client *client) {
    return atomic_load(&all->per_client) > 0 && !client->local &&
           !client_is_proxy(client, &all->settings.proxies);
}

bool connections_admit(struct connections *all, const struct sockaddr *peer, socklen_t len) {
    struct client client;
    client_from_peer(&client, peer, len);
    if (!is_counted(all, &client))
        return true;
    pthread_mutex_lock(&all->lock);
    const struct tally *tally = *find_tally(all, client.key);
    bool admitted = !tally || tally->count < atomic_load(&all->per_client);
    pthread_mutex_unlock(&all->lock);
    if (!admitted)
        metrics_reject(REJECT_CLIENT_LIMIT);
    return admitted;
}

struct connection *connection_open(struct connections *all, int fd, const struct sockaddr *peer,
                                   socklen_t len) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        return NULL;
    client_from_peer(&connection->client, peer, len);
    connection->fd = fd;
    atomic_init(&connection->state, pack(deadline_of(all, PHASE_FRESH, 0), PHASE_FRESH));
    pthread_mutex_lock(&all->lock);
    connection->counted =
        is_counted(all, &connection->client) && count_up(all, connection->client.key);
    connection->next = all->first;
    if (all->first)
        all->first->previous = connection;
    all->first = connection;
    all->count++;
    pthread_mutex_unlock(&all->lock);
    metrics_add(METRIC_CONNECTIONS_OPEN, 1);
    metrics_add(METRIC_CONNECTIONS_TOTAL, 1);
    return connection;
}

void connection_secure(struct connection *connection, void *session) {
    connection->session = session;
}

void connection_close(struct connections *all, struct connection *connection) {
    if (!connection)
        return;
    if (connection->session && phase_of(atomic_load(&connection->state)) == PHASE_FRESH)
        metrics_reject(REJECT_TLS); /* no handshake, or no request after it */
    pthread_mutex_lock(&all->lock);
    if (connection->counted)
        count_down(all, connection->client.key);
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        all->first = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    all->count--;
    pthread_mutex_unlock(&all->lock);
    free(connection);
    metrics_add(METRIC_CONNECTIONS_OPEN, -1);
}

bool connection_enter(struct connections *all, struct connection *connection, enum phase phase,
                      uint64_t bytes) {
    uint64_t next = pack(deadline_of(all, phase, bytes), phase);
    uint64_t state = atomic_load(&connection->state);
    do {
        if (phase_of(state) == PHASE_CUT)
            return false;
    } while (!atomic_compare_exchange_weak(&connection->state, &state, next));
    return true;
}

const struct client *connection_client(const struct connection *connection) {
    return &connection->client;
}

size_t connections_count(struct connections *all) {
    pthread_mutex_lock(&all->lock);
    size_t count = all->count;
    pthread_mutex_unlock(&all->lock);
    return count;
}

void connections_drain(struct connections *all, unsigned grace_ms) {
    atomic_store(&all->drain_grace_ms, grace_ms > 0 ? grace_ms : 1);
}

void connection_say(const struct connection *connection, const struct problem_type *type) {
    char code[48], body[320], answer[704];
    problem_type_code(type, code);
    int body_len =
        snprintf(body, sizeof body,
                 "{\"type\":\"/problems/%s\",\"title\":\"%s\",\"status\":%u,\"code\":\"%s\"}",
                 type->name, type->title, type->status, code);
    int len =
        snprintf(answer, sizeof answer,
                 "HTTP/1.1 %u %s\r\nConnection: close\r\nCache-Control: no-store\r\n"
                 "Access-Control-Allow-Origin: *\r\nContent-Type: application/problem+json\r\n"
                 "Content-Length: %d\r\n\r\n%s",
                 type->status, type->title, body_len, body);
    if (body_len <= 0 || len <= 0 || (size_t)len >= sizeof answer)
        return;
    if (connection->session)
        (void)gnutls_record_send(connection->session, answer, (size_t)len);
    else
        (void)send(connection->fd, answer, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void connection_cut(const struct connection *connection) {
    (void)shutdown(connection->fd, SHUT_RDWR);
}

static void cut(struct connection *connection, enum phase phase) {
    static const enum reject reasons[] = {
        [PHASE_FRESH] = REJECT_IDLE,          [PHASE_HEADERS] = REJECT_SLOW_HEADERS,
        [PHASE_BODY] = REJECT_SLOW_BODY,      [PHASE_HANDLING] = REJECT_IDLE,
        [PHASE_WRITING] = REJECT_SLOW_READER, [PHASE_IDLE] = REJECT_IDLE,
        [PHASE_RESTING] = REJECT_IDLE,
    };
    metrics_reject(reasons[phase]);
    /* A TLS session is the serving thread's alone. */
    if (!connection->session && (phase == PHASE_HEADERS || phase == PHASE_BODY))
        connection_say(connection, problem_type_named("request-timeout"));
    connection_cut(connection);
}

/* The limits may have changed since the deadline was set. */
static uint64_t back(uint64_t due, uint64_t by) {
    return due > by ? due - by : 0;
}

/* While draining, the deadline of an idle connection moves to the end of a short grace. */
static uint64_t due_ms(const struct connections *all, uint64_t state) {
    uint64_t due = state >> PHASE_BITS;
    unsigned grace = atomic_load(&all->drain_grace_ms);
    enum phase phase = phase_of(state);
    if (grace > 0 && (phase == PHASE_IDLE || phase == PHASE_RESTING))
        due = back(due, atomic_load(&all->idle_ms)) + grace;
    if (grace > 0 && phase == PHASE_FRESH)
        due = back(due, atomic_load(&all->header_ms)) + grace;
    return due;
}

/*
 * libmicrohttpd's edge-triggered loop misses an end of input that came together with data, and
 * would wait for the deadline. So we look: at an idle connection once, at an incomplete request
 * each time. Only what two looks find in the same state is cut, for between the last byte and the
 * next phase the serving thread needs a moment.
 */
static void look_for_end(struct connection *connection, uint64_t state) {
    char byte;
    if (recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0) {
        uint64_t resting = pack(state >> PHASE_BITS, PHASE_RESTING);
        if (phase_of(state) == PHASE_IDLE)
            (void)atomic_compare_exchange_strong(&connection->state, &state, resting);
        return;
    }
    if (connection->ended_state != state)
        connection->ended_state = state;
    else if (atomic_compare_exchange_strong(&connection->state, &state, pack(0, PHASE_CUT)))
        connection_cut(connection);
}

/* Waits for bytes that may never come. */
static bool is_reading(enum phase phase) {
    return phase == PHASE_FRESH || phase == PHASE_HEADERS || phase == PHASE_BODY ||
           phase == PHASE_IDLE;
}

static void sweep_connections(struct connections *all, uint64_t now_ms) {
    for (struct connection *c = all->first; c; c = c->next) {
        uint64_t state = atomic_load(&c->state);
        enum phase phase = phase_of(state);
        if (phase == PHASE_HANDLING || phase == PHASE_CUT)
            continue;
        if (due_ms(all, state) > now_ms) {
            if (is_reading(phase))
                look_for_end(c, state);
            continue;
        }
        if (atomic_compare_exchange_strong(&c->state, &state, pack(0, PHASE_CUT)))
            cut(c, phase);
    }
}

/* True when the other side is done, or has had its time. */
static bool drink(struct lingering *one, uint64_t now_ms) {
    char waste[16384];
    for (;;) {
        ssize_t n = recv(one->fd, waste, sizeof waste, MSG_DONTWAIT);
        if (n <= 0)
            return n == 0 || now_ms >= one->until_ms;
        one->bytes += (size_t)n;
        if (one->bytes > LINGER_BYTES)
            return true;
    }
}

static void sweep_lingering(struct connections *all, uint64_t now_ms) {
    for (size_t i = 0; i < all->lingering_count;) {
        if (!all->stopping && !drink(&all->lingering[i], now_ms)) {
            i++;
            continue;
        }
        (void)close(all->lingering[i].fd);
        all->lingering[i] = all->lingering[--all->lingering_count];
    }
}

void connection_linger(struct connections *all, const struct connection *connection) {
    pthread_mutex_lock(&all->lock);
    bool room = all->lingering_count < LINGER_MAX;
    int copy = room ? fcntl(connection->fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (copy >= 0)
        all->lingering[all->lingering_count++] =
            (struct lingering){.fd = copy, .until_ms = clock_ms() + LINGER_MS};
    pthread_cond_signal(&all->wake);
    pthread_mutex_unlock(&all->lock);
}

static void wait_until(struct connections *all, uint64_t ms) {
    struct timespec until = {.tv_sec = (time_t)(ms / 1000),
                             .tv_nsec = (long)(ms % 1000) * 1000000L};
    (void)pthread_cond_timedwait(&all->wake, &all->lock, &until);
}

/* Each thread takes memory of its own, and the C library keeps what a burst of requests took: one
 * answer that is still being sent holds back all below it. */
static void trim_memory(struct connections *all) {
    pthread_mutex_unlock(&all->lock);
    (void)malloc_trim(0);
    pthread_mutex_lock(&all->lock);
}

static void *sweep(void *argument) {
    struct connections *all = argument;
    uint64_t last_ms = 0, trimmed_ms = clock_ms();
    pthread_mutex_lock(&all->lock);
    while (!all->stopping) {
        uint64_t now = clock_ms();
        /* Lingering sockets are emptied often, so that an upload does not stall against us. */
        wait_until(all, now + (all->lingering_count ? SWEEP_MS / 10 : SWEEP_MS));
        now = clock_ms();
        sweep_lingering(all, now);
        if (now - last_ms >= SWEEP_MS) {
            sweep_connections(all, now);
            last_ms = now;
        }
        if (now - trimmed_ms >= TRIM_MS) {
            trim_memory(all);
            trimmed_ms = now;
        }
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

void connections_tune(struct connections *all, const struct connections_settings *settings) {
    atomic_store(&all->header_ms, settings->header_ms);
    atomic_store(&all->body_ms, settings->body_ms);
    atomic_store(&all->idle_ms, settings->idle_ms);
    atomic_store(&all->per_client, settings->per_client);
}

enum status connections_start(const struct connections_settings *settings,
                              struct connections **out) {
    struct connections *all = calloc(1, sizeof *all);
    if (!all)
        return STATUS_NO_MEMORY;
    all->settings = *settings;
    connections_tune(all, settings);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&all->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&all->lock, NULL);
    if (pthread_create(&all->sweeper, NULL, sweep, all) != 0) {
        free(all);
        return STATUS_UNAVAILABLE;
    }
    *out = all;
    return STATUS_OK;
}

void connections_stop(struct connections *all) {
    if (!all)
        return;
    pthread_mutex_lock(&all->lock);
    all->stopping = true;
    pthread_cond_signal(&all->wake);
    pthread_mutex_unlock(&all->lock);
    (void)pthread_join(all->sweeper, NULL);
    sweep_lingering(all, clock_ms());
    pthread_cond_destroy(&all->wake);
    pthread_mutex_destroy(&all->lock);
    free(all);
}
