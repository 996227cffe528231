#include "access/credential_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { WAYS = 8, LOCKS = 64 };

struct entry {
    unsigned char hash[DIGEST_BYTES];
    struct principal *principal; /* NULL among the refused */
    uint64_t seen_ms;
    bool taken;
};

/* Sets of WAYS entries; the hash, which nobody can steer without its SHA-256, picks the set. */
struct table {
    struct entry *entries;
    size_t mask; /* number of sets - 1 */
};

struct credential_cache {
    struct table proven, refused;
    pthread_mutex_t locks[LOCKS];
};

static bool make_table(struct table *table, size_t room) {
    size_t sets = LOCKS;
    while (sets * WAYS < room)
        sets *= 2;
    table->mask = sets - 1;
    table->entries = calloc(sets * WAYS, sizeof *table->entries);
    return table->entries != NULL;
}

enum status credential_cache_new(size_t proven, size_t refused, struct credential_cache **cache) {
    struct credential_cache *made = calloc(1, sizeof *made);
    *cache = NULL;
    if (!made)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < LOCKS; i++)
        (void)pthread_mutex_init(&made->locks[i], NULL);
    if (!make_table(&made->proven, proven) || !make_table(&made->refused, refused)) {
        credential_cache_free(made);
        return STATUS_NO_MEMORY;
    }
    *cache = made;
    return STATUS_OK;
}

void credential_cache_free(struct credential_cache *cache) {
    if (!cache)
        return;
    if (cache->proven.entries)
        credential_cache_clear(cache);
    free(cache->proven.entries);
    free(cache->refused.entries);
    for (size_t i = 0; i < LOCKS; i++)
        (void)pthread_mutex_destroy(&cache->locks[i]);
    free(cache);
}

static size_t set_of(const unsigned char *hash) {
    size_t number;
    memcpy(&number, hash, sizeof number);
    return number;
}

static pthread_mutex_t *lock_of(struct credential_cache *cache, const unsigned char *hash) {
    return &cache->locks[set_of(hash) % LOCKS];
}

static struct entry *find(const struct table *table, const unsigned char *hash) {
    struct entry *set = table->entries + (set_of(hash) & table->mask) * WAYS;
    for (size_t i = 0; i < WAYS; i++)
        if (set[i].taken && memcmp(set[i].hash, hash, DIGEST_BYTES) == 0)
            return &set[i];
    return NULL;
}

/* Its entry, a free one, or the oldest of the set. */
static struct entry *claim(const struct table *table, const unsigned char *hash) {
    struct entry *set = table->entries + (set_of(hash) & table->mask) * WAYS;
    struct entry *best = find(table, hash);
    if (best)
        return best;
    best = set;
    for (size_t i = 0; i < WAYS && best->taken; i++)
        if (!set[i].taken || set[i].seen_ms < best->seen_ms)
            best = &set[i];
    return best;
}

static void drop(struct entry *entry) {
    principal_release(entry->principal);
    memset(entry, 0, sizeof *entry);
}

static void fill(struct entry *entry, const unsigned char *hash, struct principal *principal,
                 uint64_t now_ms) {
    struct principal *kept = principal ? principal_keep(principal) : NULL;
    drop(entry);
    memcpy(entry->hash, hash, DIGEST_BYTES);
    entry->principal = kept;
    entry->seen_ms = now_ms;
    entry->taken = true;
}

static bool is_young(const struct entry *entry, uint64_t now_ms, uint64_t max_age_ms) {
    return now_ms <= entry->seen_ms || now_ms - entry->seen_ms <= max_age_ms;
}

struct principal *credential_cache_get(struct credential_cache *cache,
                                       const unsigned char hash[DIGEST_BYTES], uint64_t now_ms,
                                       uint64_t max_age_ms, int64_t wall) {
    struct principal *principal = NULL;
    pthread_mutex_t *lock = lock_of(cache, hash);
    (void)pthread_mutex_lock(lock);
    const struct entry *entry = find(&cache->proven, hash);
    if (entry && is_young(entry, now_ms, max_age_ms) &&
        (!entry->principal->expires_at || entry->principal->expires_at > wall))
        principal = principal_keep(entry->principal);
    (void)pthread_mutex_unlock(lock);
    return principal;
}

bool credential_cache_is_refused(struct credential_cache *cache,
                                 const unsigned char hash[DIGEST_BYTES], uint64_t now_ms,
                                 uint64_t max_age_ms) {
    pthread_mutex_t *lock = lock_of(cache, hash);
    (void)pthread_mutex_lock(lock);
    const struct entry *entry = find(&cache->refused, hash);
    bool refused = entry && is_young(entry, now_ms, max_age_ms);
    (void)pthread_mutex_unlock(lock);
    return refused;
}

void credential_cache_put(struct credential_cache *cache, const unsigned char hash[DIGEST_BYTES],
                          struct principal *principal, uint64_t now_ms) {
    pthread_mutex_t *lock = lock_of(cache, hash);
    (void)pthread_mutex_lock(lock);
    struct entry *refused = find(&cache->refused, hash);
    if (refused)
        drop(refused);
    fill(claim(&cache->proven, hash), hash, principal, now_ms);
    (void)pthread_mutex_unlock(lock);
}

void credential_cache_refuse(struct credential_cache *cache, const unsigned char hash[DIGEST_BYTES],
                             uint64_t now_ms) {
    pthread_mutex_t *lock = lock_of(cache, hash);
    (void)pthread_mutex_lock(lock);
    struct entry *proven = find(&cache->proven, hash);
    if (proven)
        drop(proven);
    fill(claim(&cache->refused, hash), hash, NULL, now_ms);
    (void)pthread_mutex_unlock(lock);
}

static void clear_table(const struct table *table, size_t lock) {
    for (size_t set = lock; set <= table->mask; set += LOCKS)
        for (size_t i = 0; i < WAYS; i++)
            drop(&table->entries[set * WAYS + i]);
}

void credential_cache_clear(struct credential_cache *cache) {
    for (size_t lock = 0; lock < LOCKS; lock++) {
        (void)pthread_mutex_lock(&cache->locks[lock]);
        clear_table(&cache->proven, lock);
        if (cache->refused.entries)
            clear_table(&cache->refused, lock);
        (void)pthread_mutex_unlock(&cache->locks[lock]);
    }
}
