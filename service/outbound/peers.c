#include "outbound/peers.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/clock.h"
#include "http/metrics.h"
#include "http/text.h"

/* After so many callers in a row without an answer it is left alone for a while; then one tries. */
enum { PEERS_MAX = 32, LINES_MAX = 16, SILENCES_MAX = 3, REST_MS = 5000 };

struct outbound_peer {
    struct outbound_peers *all;
    char *base;
    unsigned silences;
    uint64_t rest_until_ms;
};

struct outbound_peers {
    struct outbound_peer peers[PEERS_MAX];
    size_t count;
    pthread_mutex_t lock; /* of what follows, and of silences */
    const char *ca_file;
    struct outbound_line *idle[LINES_MAX]; /* the free ones first */
    size_t idle_count;
    unsigned out, at_once;
};

/* ---- the list ---- */

static enum status add(struct outbound_peers *peers, struct text_span span, char *message,
                       size_t size) {
    while (span.len && span.start[span.len - 1] == '/')
        span.len--;
    char *base = strndup(span.start, span.len);
    (void)snprintf(message, size, "out of memory");
    if (!base)
        return STATUS_NO_MEMORY;
    (void)snprintf(message, size, "'%s': needs https:// and a host, or http:// and this machine",
                   base);
    if (!outbound_url_is_good(base, true) || strchr(base, '?') || peers->count == PEERS_MAX) {
        if (peers->count == PEERS_MAX)
            (void)snprintf(message, size, "more than %d", PEERS_MAX);
        free(base);
        return STATUS_INVALID;
    }
    peers->peers[peers->count++] = (struct outbound_peer){.all = peers, .base = base};
    return STATUS_OK;
}

enum status outbound_peers_new(const struct outbound_peers_settings *settings,
                               struct outbound_peers **peers, char *message, size_t size) {
    struct outbound_peers *made = calloc(1, sizeof *made);
    const char *cursor = settings->bases;
    struct text_span span;
    enum status status = made ? STATUS_OK : STATUS_NO_MEMORY;
    *peers = NULL;
    (void)snprintf(message, size, "out of memory");
    if (made) {
        (void)pthread_mutex_init(&made->lock, NULL);
        (void)curl_global_init(CURL_GLOBAL_DEFAULT);
        made->ca_file = settings->ca_file;
        made->at_once = settings->at_once < LINES_MAX ? settings->at_once : LINES_MAX;
    }
    while (status == STATUS_OK && text_next_element(&cursor, &span))
        if (span.len)
            status = add(made, span, message, size);
    if (status == STATUS_OK)
        *peers = made;
    else
        outbound_peers_free(made);
    return status;
}

void outbound_peers_free(struct outbound_peers *peers) {
    if (!peers)
        return;
    for (size_t i = 0; i < peers->count; i++)
        free(peers->peers[i].base);
    for (size_t i = 0; i < peers->idle_count; i++)
        outbound_line_free(peers->idle[i]);
    (void)pthread_mutex_destroy(&peers->lock);
    curl_global_cleanup();
    free(peers);
}

struct outbound_peer *outbound_peers_find(struct outbound_peers *peers, const char *base) {
    if (!base)
        return NULL;
    size_t len = strlen(base);
    if (len && base[len - 1] == '/')
        len--;
    for (size_t i = 0; peers && i < peers->count; i++)
        if (strlen(peers->peers[i].base) == len && memcmp(peers->peers[i].base, base, len) == 0)
            return &peers->peers[i];
    return NULL;
}

const char *outbound_peer_base(const struct outbound_peer *peer) {
    return peer->base;
}

/* ---- links ---- */

/* "..", in the path and however it is written, would lead out of the base again. */
static bool climbs(const char *path) {
    size_t len = strcspn(path, "?");
    for (size_t i = 0; i < len; i++)
        if (strncmp(path + i, "..", 2) == 0 || strncasecmp(path + i, "%2e", 3) == 0)
            return true;
    return false;
}

bool outbound_peer_link(const struct outbound_peer *peer, const char *link,
                        char url[OUTBOUND_URL_MAX]) {
    size_t base = strlen(peer->base), relative = strcspn(link, ":/?");
    bool below = strncmp(link, peer->base, base) == 0 && (link[base] == '/' || link[base] == '?');
    bool from_base = !below && *link && link[relative] != ':' && *link != '/';
    if (!below && !from_base)
        return false;
    int len = below ? snprintf(url, OUTBOUND_URL_MAX, "%s", link)
                    : snprintf(url, OUTBOUND_URL_MAX, "%s%s%s", peer->base, *link == '?' ? "" : "/",
                               link);
    return len > 0 && len < OUTBOUND_URL_MAX && outbound_url_is_good(url, true) &&
           !climbs(url + base);
}

/* ---- asking ---- */

/* Under the lock. */
static bool is_free(const struct outbound_peer *peer) {
    return peer->all->out < peer->all->at_once &&
           (peer->silences < SILENCES_MAX || clock_ms() >= peer->rest_until_ms);
}

bool outbound_peer_is_free(struct outbound_peer *peer) {
    (void)pthread_mutex_lock(&peer->all->lock);
    bool free = is_free(peer);
    (void)pthread_mutex_unlock(&peer->all->lock);
    return free;
}

struct outbound_line *outbound_peer_take(struct outbound_peer *peer) {
    struct outbound_peers *all = peer->all;
    struct outbound_line *line = NULL;
    (void)pthread_mutex_lock(&all->lock);
    bool may = is_free(peer);
    if (may) {
        all->out++;
        peer->rest_until_ms = clock_ms() + REST_MS; /* of the silent, one at a time tries */
        line = all->idle_count ? all->idle[--all->idle_count] : NULL;
    }
    (void)pthread_mutex_unlock(&all->lock);
    if (may && !line)
        line = outbound_line_new(all->ca_file);
    if (may && !line) {
        (void)pthread_mutex_lock(&all->lock);
        all->out--;
        (void)pthread_mutex_unlock(&all->lock);
    }
    if (line)
        metrics_add(METRIC_OUTBOUND_ASKING, 1);
    return line;
}

void outbound_peer_give_back(struct outbound_peer *peer, struct outbound_line *line,
                             bool answered) {
    struct outbound_peers *all = peer->all;
    (void)pthread_mutex_lock(&all->lock);
    all->out--;
    all->idle[all->idle_count++] = line; /* never more than at_once */
    peer->silences = answered ? 0 : peer->silences + 1;
    if (!answered)
        peer->rest_until_ms = clock_ms() + REST_MS;
    (void)pthread_mutex_unlock(&all->lock);
    metrics_add(METRIC_OUTBOUND_ASKING, -1);
    metrics_add(answered ? METRIC_OUTBOUND_ANSWERED : METRIC_OUTBOUND_SILENT, 1);
}
