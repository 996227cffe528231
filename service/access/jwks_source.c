#include "access/jwks_source.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "http/log.h"
#include "http/text.h"
#include "outbound/get.h"

enum {
    LOOK_MS = 1000,
    REFRESH_S = 3600,
    MIN_INTERVAL_S = 30,
    URL_KEYS_LIVE_S = 24 * 3600,
    ASK_MS = 5000
};

struct jwks_source {
    struct jwks_source_settings settings;
    pthread_mutex_t lock; /* of what follows; never held while asking */
    struct jwks *keys;
    struct stat seen; /* of the file the keys came from */
    uint64_t looked_ms, loaded_ms, asked_ms;
    bool asked, asking;
};

static bool same_file(const struct stat *a, const struct stat *b) {
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* All of a file up to one byte more than is allowed. */
static bool read_file(const char *path, struct buffer *body) {
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool good = buffer_reserve(body, JWKS_BYTES_MAX + 1);
    if (good) {
        body->len = fread(body->data, 1, JWKS_BYTES_MAX + 1, file);
        good = !ferror(file);
    }
    (void)fclose(file);
    return good;
}

/* Under the lock. */
static void adopt(struct jwks_source *source, struct jwks *keys_owned, uint64_t now_ms) {
    char count[24];
    jwks_release(source->keys);
    source->keys = keys_owned;
    source->loaded_ms = now_ms;
    (void)snprintf(count, sizeof count, "%zu", jwks_count(keys_owned));
    log_event(LOG_LEVEL_INFO, "token_keys_loaded", "count", count, NULL);
}

/* Under the lock, or before anybody else has the source. */
static bool load_file(struct jwks_source *source, uint64_t now_ms, char *message, size_t size) {
    struct buffer body;
    struct jwks *keys = NULL;
    (void)snprintf(message, size, "it cannot be read");
    buffer_init(&body);
    if (read_file(source->settings.file, &body))
        keys = jwks_parse(body.data, body.len, message, size);
    buffer_free(&body);
    if (keys)
        adopt(source, keys, now_ms);
    return keys != NULL;
}

static void look_at_file(struct jwks_source *source, uint64_t now_ms) {
    struct stat found;
    char message[160];
    if (now_ms - source->looked_ms < LOOK_MS)
        return;
    source->looked_ms = now_ms;
    if (stat(source->settings.file, &found) != 0 || same_file(&found, &source->seen))
        return;
    source->seen = found;
    if (!load_file(source, now_ms, message, sizeof message))
        log_event(LOG_LEVEL_ERROR, "token_keys_refused", "why", message, NULL);
}

static bool is_allowed(const char *list, const char *url) {
    struct text_span one;
    while (list && text_next_element(&list, &one))
        if (one.len == strlen(url) && memcmp(one.start, url, one.len) == 0)
            return true;
    return false;
}

static bool open_settings(struct jwks_source *source, char *message, size_t size) {
    const struct jwks_source_settings *settings = &source->settings;
    if (!settings->file == !settings->url) {
        (void)snprintf(message, size, "token keys: name a file or a URL, and not both");
        return false;
    }
    if (settings->url) {
        bool good = outbound_url_is_good(settings->url, false) &&
                    is_allowed(settings->allowed, settings->url);
        (void)snprintf(message, size, "token keys: the URL is not https or not on the allow-list");
        return good;
    }
    char why[160];
    bool good = stat(settings->file, &source->seen) == 0 && load_file(source, 0, why, sizeof why);
    (void)snprintf(message, size, "token keys: %s", source->seen.st_ino ? why : "no such file");
    return good;
}

enum status jwks_source_new(const struct jwks_source_settings *settings,
                            struct jwks_source **source, char *message, size_t size) {
    struct jwks_source *made = calloc(1, sizeof *made);
    *source = NULL;
    (void)snprintf(message, size, "out of memory");
    if (!made)
        return STATUS_NO_MEMORY;
    made->settings = *settings;
    if (!made->settings.refresh_s)
        made->settings.refresh_s = REFRESH_S;
    if (!made->settings.min_interval_s)
        made->settings.min_interval_s = MIN_INTERVAL_S;
    (void)pthread_mutex_init(&made->lock, NULL);
    if (!open_settings(made, message, size)) {
        jwks_source_free(made);
        return STATUS_INVALID;
    }
    *source = made;
    return STATUS_OK;
}

void jwks_source_free(struct jwks_source *source) {
    if (!source)
        return;
    jwks_release(source->keys);
    (void)pthread_mutex_destroy(&source->lock);
    free(source);
}

struct jwks *jwks_source_keys(struct jwks_source *source, uint64_t now_ms) {
    (void)pthread_mutex_lock(&source->lock);
    if (source->settings.file)
        look_at_file(source, now_ms);
    bool dead = source->settings.url && now_ms > source->loaded_ms &&
                now_ms - source->loaded_ms > URL_KEYS_LIVE_S * 1000ull;
    struct jwks *keys = source->keys && !dead ? jwks_keep(source->keys) : NULL;
    (void)pthread_mutex_unlock(&source->lock);
    return keys;
}

/* Under the lock. */
static bool is_due(const struct jwks_source *source, const char *kid, uint64_t now_ms) {
    if (!source->settings.url || source->asking ||
        (source->asked && now_ms - source->asked_ms < source->settings.min_interval_s * 1000ull))
        return false;
    return !source->keys || now_ms - source->loaded_ms > source->settings.refresh_s * 1000ull ||
           (kid && !jwks_find(source->keys, kid));
}

bool jwks_source_is_due(struct jwks_source *source, const char *kid, uint64_t now_ms) {
    (void)pthread_mutex_lock(&source->lock);
    bool due = is_due(source, kid, now_ms);
    (void)pthread_mutex_unlock(&source->lock);
    return due;
}

static struct jwks *ask(const struct jwks_source *source) {
    struct outbound_get get = {.url = source->settings.url, .bytes_max = JWKS_BYTES_MAX};
    struct outbound_line *line = outbound_line_new(source->settings.ca_file);
    char message[160] = "out of memory";
    struct jwks *keys = NULL;
    buffer_init(&get.body);
    if (line)
        outbound_ask(line, &get, 1, ASK_MS);
    if (get.done)
        keys =
            jwks_parse(get.body.data ? get.body.data : "", get.body.len, message, sizeof message);
    else if (line)
        (void)snprintf(message, sizeof message, "%s", get.why);
    outbound_line_free(line);
    buffer_free(&get.body);
    if (!keys)
        log_event(LOG_LEVEL_ERROR, "token_keys_refused", "why", message, NULL);
    return keys;
}

void jwks_source_refresh(struct jwks_source *source, const char *kid, uint64_t now_ms) {
    (void)pthread_mutex_lock(&source->lock);
    bool due = is_due(source, kid, now_ms);
    if (due) {
        source->asked = source->asking = true;
        source->asked_ms = now_ms;
    }
    (void)pthread_mutex_unlock(&source->lock);
    if (!due)
        return;
    struct jwks *keys = ask(source);
    (void)pthread_mutex_lock(&source->lock);
    if (keys)
        adopt(source, keys, now_ms);
    source->asking = false;
    (void)pthread_mutex_unlock(&source->lock);
}
