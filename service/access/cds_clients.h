/*
 * Clinic systems that call CDS Hooks: each has an issuer with keys of its own, and says by a signed
 * token of a few minutes that it called just this URL. No token counts twice.
 */
#ifndef UNKNOT_ACCESS_CDS_CLIENTS_H
#define UNKNOT_ACCESS_CDS_CLIENTS_H

#include "access/principal.h"
#include "http/request.h"
#include "http/response.h"

struct cds_clients;
struct token_replay;

/*
 * Reads {"clients": [{"issuer", "jwks", "tenant"?, "jku"?}]}: jwks is a file (beside this one
 * unless it begins with a slash) or the https URL that may be asked for keys; jku is what the
 * header of a token may say where the keys are in a file; tenant is a UUID, whose feedback it is.
 * STATUS_INVALID with a message for people.
 */
struct cds_clients_settings {
    const char *file;            /* the list */
    const char *ca_file;         /* who vouches for URLs of keys, borrowed; NULL: the system's */
    struct token_replay *replay; /* which tokens were used, borrowed: it outlives the list */
};
enum status cds_clients_open(const struct cds_clients_settings *settings,
                             struct cds_clients **clients, char *message, size_t size) MUST_CHECK;
void cds_clients_free(struct cds_clients *clients); /* NULL is fine */

/* Does the request bring a token of one of them whose keys must be asked for first? */
bool cds_clients_must_wait(struct cds_clients *clients, const struct http_request *request,
                           uint64_t now_ms);

/*
 * Judges the token of the request. url: what was called, as the client sees it. STATUS_OK: the
 * principal is the caller's; else the problem is in the response. `may_wait`: keys may be fetched.
 */
enum status cds_clients_judge(struct cds_clients *clients, const struct http_request *request,
                              struct http_response *response, const char *url, int64_t now,
                              uint64_t now_ms, struct principal **principal) MUST_CHECK;

/* Does it bring a bearer token that is no key of ours; a key of ours? */
bool cds_token_is_there(const struct http_request *request);
bool cds_key_is_there(const struct http_request *request);

#endif
