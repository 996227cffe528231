/*
 * Idempotency-Key: a write that is sent again gives the first answer again. The key is taken by the
 * first statement of the transaction of its effect, together with the answer, which is known before
 * (the version is the one that was read plus one).
 *
 *     struct idempotency once;
 *     status = idempotency_read(&once, request, response, IDEMPOTENCY_REQUIRED);
 *     ... first trip, where one is needed: idempotency_look() is a step beside the reads, and
 *         idempotency_replay() says whether it is a replay: before If-Match and all other checks
 * ...
 *     ... write the answer into `response` ...
 *     tenant_call_begin(&call, request, response, TENANT_WRITE);
 *     idempotency_begin(&once, &call, patient_id);  (first step; does nothing without a key)
 *     TENANT_CALL_ADD(&call, ...); tenant_call_audit(...);
 *     status = idempotency_run(&once, &call);       (STATUS_OK: done, or replayed into response)
 *
 * Keys live 24 h and belong to (tenant, principal, method and path). Every few minutes a write
 * takes expired ones of its tenant along.
 */
#ifndef UNKNOT_RESOURCES_IDEMPOTENCY_H
#define UNKNOT_RESOURCES_IDEMPOTENCY_H

#include "base/digest.h"
#include "resources/tenant_call.h"

enum { IDEMPOTENCY_KEY_MAX = 255, IDEMPOTENCY_ROUTE_SIZE = 256 };

enum idempotency_need { IDEMPOTENCY_OPTIONAL, IDEMPOTENCY_REQUIRED };

struct idempotency {
    bool present; /* the request has a key */
    char key[IDEMPOTENCY_KEY_MAX + 1];
    char route[IDEMPOTENCY_ROUTE_SIZE];
    char principal[PRINCIPAL_DIGEST_HEX];
    char fingerprint[2 + DIGEST_HEX]; /* "\x" and the SHA-256 of the body in one agreed form */
    char expires[CALL_TIME_SIZE];
    char now[CALL_TIME_SIZE];
    char status[12];
    char *headers_owned; /* of the kept answer */
};

/* Reads the header. STATUS_INVALID with a problem (400) when it is missing and needed, or is not a
 * key. idempotency_free() in every case. */
enum status idempotency_read(struct idempotency *once, const struct http_request *request,
                             struct http_response *response, enum idempotency_need need) MUST_CHECK;
void idempotency_free(struct idempotency *once);

/* A step that looks the key up; -1 without a key. */
int idempotency_look(struct idempotency *once, struct tenant_call *call);

/*
 * After the run: is the key known? Then the response is the replay (STATUS_OK) or a problem, and
 * *answered is true. An expired key counts as unknown.
 */
enum status idempotency_replay(struct idempotency *once, struct tenant_call *call, int step,
                               bool *answered) MUST_CHECK;

/*
 * Adds the first step of a write: takes the key and keeps the answer that `call->response` holds:
 * status, body (as response_buffer() leaves it, with a NUL at its end; borrowed until
 * idempotency_run() has ended), Location, ETag. patient_id: whose answer it is, erased with them;
 * NULL: nobody's.
 */
enum status idempotency_begin(struct idempotency *once, struct tenant_call *call,
                              const char *patient_id) MUST_CHECK;

/*
 * As tenant_call_run(); a key that is taken makes the response a replay (*replayed), 422 when it
 * belongs to another request, or 409 while the first one runs.
 */
enum status idempotency_run(struct idempotency *once, struct tenant_call *call,
                            bool *replayed) MUST_CHECK;

/*
 * For a write of several calls, inside of a unit (tenant_unit_begin()). Claiming holds twins off
 * until the unit ends, and says whether the first answer is known: then the response is that one
 * (*answered). Keeping adds the answer that `response` holds, as the last thing before the end.
 */
enum status idempotency_claim(struct idempotency *once, const struct http_request *request,
                              struct http_response *response, bool *answered) MUST_CHECK;
enum status idempotency_keep(struct idempotency *once, const struct http_request *request,
                             struct http_response *response, const char *patient_id) MUST_CHECK;

#endif
