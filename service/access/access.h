/*
 * Who may call what, and how often: the hooks of the edge. A request without a credential is
 * anonymous and may use what is open; one with a credential that does not hold is refused, never
 * anonymous.
 */
#ifndef UNKNOT_ACCESS_ACCESS_H
#define UNKNOT_ACCESS_ACCESS_H

#include "access/api_key.h"
#include "access/jwks_source.h"
#include "access/jwt.h"
#include "access/rate_limit.h"
#include "http/request.h"

/*
 * Finds a key in the database with the worker's connection (NULL on an HTTP thread: do not wait,
 * say STATUS_UNAVAILABLE) and touches last_used_at: called once in key_minutes a key.
 * STATUS_NOT_FOUND; STATUS_UNAVAILABLE or STATUS_TIMEOUT when nobody can say.
 */
typedef enum status (*access_find_key)(void *cls, void *worker, const struct api_key *key,
                                       struct api_key_row *row);

enum { ISSUERS_MAX = 16 };

struct token_issuer {
    struct jwt_rules rules;
    struct jwks_source_settings jwks;
};

struct access_settings { /* texts are borrowed */
    bool anonymous_off;  /* catalogue and decisions need a credential too */
    struct rate_policy per_principal, per_address;
    unsigned key_seconds; /* how long a proof holds; 0: 120 */

    access_find_key find_key; /* NULL: there are no keys */
    void *find_key_cls;
    bool (*database_is_up)(void *cls); /* NULL: always; cheap, on any thread */
    void *database_cls;

    const struct token_issuer *issuers; /* whose tokens count, each with a name of its own */
    size_t issuer_count;

    uint64_t (*clock_ns)(void); /* NULL: CLOCK_MONOTONIC; for tests */
    int64_t (*wall_s)(void);    /* NULL: Unix time; for tests */
};

struct access;

/* STATUS_INVALID with a message for people. */
enum status access_new(const struct access_settings *settings, struct access **access,
                       char *message, size_t size) MUST_CHECK;
void access_free(struct access *access);

/* The hooks; `access` is a struct access. */
enum status access_rate_limit(void *access, struct http_request *request,
                              struct http_response *response);
/* For a known caller: one request more, or only the headers that say what is left. */
enum status access_rate_limit_line(void *access, const struct http_request *request,
                                   struct http_response *response, bool take);
enum status access_authorize(void *access, struct http_request *request,
                             struct http_response *response);
bool access_must_wait(void *access, const struct http_request *request);
void access_forget_caller(void *access, void *caller);

/* May anybody do what the scope allows, without a credential? */
bool access_is_open(const struct access *access, const char *scope);

/* May the caller, who is known by now, do what request->route asks for? Else the problem (403). */
enum status access_allows(const struct access *access, const struct http_request *request,
                          struct http_response *response) MUST_CHECK;

/* Who calls, inside a handler; never NULL. */
const struct principal *access_caller(const struct http_request *request);

/* Forgets all proofs: keys were changed (SIGHUP). */
void access_forget_all(struct access *access);

/* True when every scope that a route names exists; else `*wrong` is the operation. */
bool access_routes_are_known(const struct route *routes, size_t count, const char **wrong);

/* For `unknot auth explain`: may this credential call that operation, and why? */
struct access_question {
    const char *credential;    /* "": none */
    const struct route *route; /* NULL: no operation in particular */
    /* What find_key would say of a key: STATUS_OK with the row, STATUS_NOT_FOUND; else it was not
     * asked. */
    enum status found;
    const struct api_key_row *row;
};

/* Writes every check in its order, and which one fails; never the credential. Returns whether it
   would be accepted, as far as it can be told. */
bool access_explain(struct access *access, const struct access_question *question,
                    struct buffer *out);

/* Is this a key, and which? */
bool access_is_key(const char *credential, struct api_key *key);

#endif
