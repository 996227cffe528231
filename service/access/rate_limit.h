/*
 * How often somebody may call. A bucket of `quota` requests that fills evenly within `window`
 * seconds, kept as one number: the time at which it will be full again (GCRA). Memory is bounded:
 * when a set is full, the bucket nearest to full is forgotten, which loses the least.
 */
#ifndef UNKNOT_ACCESS_RATE_LIMIT_H
#define UNKNOT_ACCESS_RATE_LIMIT_H

#include <stdbool.h>

#include "http/response.h"

enum { RATE_KEY = 16 };

struct rate_policy {
    const char *name;  /* in headers and problems; plain letters, a literal */
    unsigned quota;    /* requests; 0: no limit */
    unsigned window_s; /* 1 to 86400 */
};

struct rate_verdict {
    bool allowed;
    unsigned remaining; /* requests that would pass now */
    unsigned reset_s; /* seconds until it is full, or, with none remaining, until the next passes */
};

struct rate_limiter;

enum status rate_limiter_new(size_t buckets, struct rate_limiter **limiter) MUST_CHECK;
void rate_limiter_free(struct rate_limiter *limiter);

/* Takes one request from the bucket of (policy, key). `now_ns` never goes back much. */
struct rate_verdict rate_limiter_take(struct rate_limiter *limiter,
                                      const struct rate_policy *policy,
                                      const unsigned char key[RATE_KEY], uint64_t now_ns);

/* Would the next one pass, and what is left? Takes nothing. */
struct rate_verdict rate_limiter_look(struct rate_limiter *limiter,
                                      const struct rate_policy *policy,
                                      const unsigned char key[RATE_KEY], uint64_t now_ns);

/* Puts one back: somebody else pays. */
void rate_limiter_give_back(struct rate_limiter *limiter, const struct rate_policy *policy,
                            const unsigned char key[RATE_KEY]);

/* RateLimit-Policy and RateLimit; the latter as exactly name, r and t, which is all that known
   clients can read. */
void rate_limit_headers(struct http_response *response, const struct rate_policy *policy,
                        struct rate_verdict verdict);

/* The problem 429 with Retry-After and violated-policies. */
void rate_limit_problem(struct http_response *response, const struct rate_policy *policy,
                        struct rate_verdict verdict);

#endif
