#include "access/rate_limit.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "access/keyed_hash.h"

enum { WAYS = 8, LOCKS = 64 };
static const uint64_t second_ns = 1000000000u;

struct bucket {
    unsigned char key[RATE_KEY];
    const struct rate_policy *policy;
    uint64_t full_ns; /* when it is full again; the past: it is */
};

struct rate_limiter {
    struct bucket *buckets;
    size_t mask; /* number of sets - 1 */
    uint64_t secret[2];
    pthread_mutex_t locks[LOCKS];
};

enum status rate_limiter_new(size_t buckets, struct rate_limiter **limiter) {
    struct rate_limiter *made = calloc(1, sizeof *made);
    size_t sets = LOCKS;
    *limiter = NULL;
    if (!made)
        return STATUS_NO_MEMORY;
    while (sets * WAYS < buckets)
        sets *= 2;
    made->mask = sets - 1;
    made->buckets = calloc(sets * WAYS, sizeof *made->buckets);
    if (!made->buckets ||
        getrandom(made->secret, sizeof made->secret, 0) != (ssize_t)sizeof made->secret) {
        free(made->buckets);
        free(made);
        return STATUS_NO_MEMORY;
    }
    for (size_t i = 0; i < LOCKS; i++)
        (void)pthread_mutex_init(&made->locks[i], NULL);
    *limiter = made;
    return STATUS_OK;
}

void rate_limiter_free(struct rate_limiter *limiter) {
    if (!limiter)
        return;
    for (size_t i = 0; i < LOCKS; i++)
        (void)pthread_mutex_destroy(&limiter->locks[i]);
    free(limiter->buckets);
    free(limiter);
}

static bool is_of(const struct bucket *bucket, const struct rate_policy *policy,
                  const unsigned char *key) {
    return bucket->policy == policy && memcmp(bucket->key, key, RATE_KEY) == 0;
}

static struct bucket *find(struct bucket *set, const struct rate_policy *policy,
                           const unsigned char *key) {
    for (size_t i = 0; i < WAYS; i++)
        if (is_of(&set[i], policy, key))
            return &set[i];
    return NULL;
}

/* A full bucket in the place of the one that is nearest to full. */
static struct bucket *claim(struct bucket *set, const struct rate_policy *policy,
                            const unsigned char *key) {
    struct bucket *fullest = set;
    for (size_t i = 1; i < WAYS; i++)
        if (set[i].full_ns < fullest->full_ns)
            fullest = &set[i];
    memcpy(fullest->key, key, RATE_KEY);
    fullest->policy = policy;
    fullest->full_ns = 0;
    return fullest;
}

/* Locks the set of this key. */
static struct bucket *enter(struct rate_limiter *limiter, const unsigned char *key,
                            pthread_mutex_t **lock) {
    size_t set = (size_t)keyed_hash(limiter->secret, key, RATE_KEY) & limiter->mask;
    *lock = &limiter->locks[set % LOCKS];
    (void)pthread_mutex_lock(*lock);
    return limiter->buckets + set * WAYS;
}

/* Nanoseconds that one request is worth. */
static uint64_t price_of(const struct rate_policy *policy) {
    return policy->window_s * second_ns / policy->quota;
}

static unsigned seconds_up(uint64_t ns) {
    uint64_t seconds = (ns + second_ns - 1) / second_ns;
    return seconds > 0 ? (unsigned)seconds : 1;
}

/* Says what a bucket that will be full at `full_ns` has left. */
static struct rate_verdict judge(const struct rate_policy *policy, uint64_t full_ns,
                                 uint64_t now_ns, bool allowed) {
    uint64_t price = price_of(policy);
    uint64_t size = price * policy->quota;
    uint64_t missing = full_ns > now_ns ? full_ns - now_ns : 0;
    uint64_t remaining = missing < size ? (size - missing) / price : 0;
    uint64_t wait = remaining > 0 ? missing : missing + price - size;
    return (struct rate_verdict){allowed, (unsigned)remaining, seconds_up(wait)};
}

struct rate_verdict rate_limiter_take(struct rate_limiter *limiter,
                                      const struct rate_policy *policy,
                                      const unsigned char key[RATE_KEY], uint64_t now_ns) {
    if (policy->quota == 0)
        return (struct rate_verdict){.allowed = true};
    pthread_mutex_t *lock;
    struct bucket *set = enter(limiter, key, &lock);
    struct bucket *bucket = find(set, policy, key);
    if (!bucket)
        bucket = claim(set, policy, key);
    uint64_t price = price_of(policy);
    uint64_t full_ns = (bucket->full_ns > now_ns ? bucket->full_ns : now_ns) + price;
    bool allowed = full_ns - now_ns <= price * policy->quota;
    if (allowed)
        bucket->full_ns = full_ns;
    struct rate_verdict verdict = judge(policy, bucket->full_ns, now_ns, allowed);
    (void)pthread_mutex_unlock(lock);
    return verdict;
}

struct rate_verdict rate_limiter_look(struct rate_limiter *limiter,
                                      const struct rate_policy *policy,
                                      const unsigned char key[RATE_KEY], uint64_t now_ns) {
    if (policy->quota == 0)
        return (struct rate_verdict){.allowed = true};
    pthread_mutex_t *lock;
    const struct bucket *bucket = find(enter(limiter, key, &lock), policy, key);
    struct rate_verdict verdict = judge(policy, bucket ? bucket->full_ns : 0, now_ns, true);
    (void)pthread_mutex_unlock(lock);
    verdict.allowed = verdict.remaining > 0;
    return verdict;
}

void rate_limiter_give_back(struct rate_limiter *limiter, const struct rate_policy *policy,
                            const unsigned char key[RATE_KEY]) {
    if (policy->quota == 0)
        return;
    pthread_mutex_t *lock;
    struct bucket *bucket = find(enter(limiter, key, &lock), policy, key);
    if (bucket && bucket->full_ns > price_of(policy))
        bucket->full_ns -= price_of(policy);
    (void)pthread_mutex_unlock(lock);
}

void rate_limit_headers(struct http_response *response, const struct rate_policy *policy,
                        struct rate_verdict verdict) {
    if (policy->quota == 0)
        return;
    response_headerf(response, "RateLimit-Policy", "\"%s\";q=%u;w=%u", policy->name, policy->quota,
                     policy->window_s);
    response_headerf(response, "RateLimit", "\"%s\";r=%u;t=%u", policy->name, verdict.remaining,
                     verdict.reset_s);
}

void rate_limit_problem(struct http_response *response, const struct rate_policy *policy,
                        struct rate_verdict verdict) {
    struct buffer violated;
    buffer_init(&violated);
    buffer_printf(&violated, "[\"%s\"]", policy->name);
    response_problem(response, "too-many-requests", "%u requests in %u seconds are allowed",
                     policy->quota, policy->window_s);
    response_problem_member(response, "violated-policies", &violated);
    response->retry_after = verdict.reset_s;
}
