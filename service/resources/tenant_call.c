#include "resources/tenant_call.h"

#include <stdio.h>
#include <string.h>

#include "access/access.h"
#include "base/json_memory.h"
#include "resources/sql_value.h"
#include "store/sqlstate.h"
#include "store/statements.h"

/* Far below the time a transaction may take: who waits for a row must not look like an outage. */
enum { LOCK_MS = 200 };

/* ---- making ---- */

/*
 * Who did it, for people: "clinic:key:Ab3". A patient's token names the person, and so only keys
 * are said of patients.
 */
static void write_actor(const struct principal *caller, char actor[CALL_ACTOR_SIZE]) {
    const char *kind = principal_kind_name(caller->kind);
    bool is_key = strncmp(caller->name, "key:", 4) == 0;
    if (caller->kind == PRINCIPAL_PATIENT && !is_key)
        (void)snprintf(actor, CALL_ACTOR_SIZE, "%s", kind);
    else
        (void)snprintf(actor, CALL_ACTOR_SIZE, "%s:%.190s", kind, caller->name);
    for (char *c = actor; *c; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
            *c = '_';
}

void tenant_call_begin(struct tenant_call *call, const struct http_request *request,
                       struct http_response *response, enum tenant_call_kind kind) {
    *call = (struct tenant_call){
        .request = request, .response = response, .caller = access_caller(request)};
    sql_time_now(call->now, 0);
    write_actor(call->caller, call->actor);
    call->transaction.tenant = call->caller->tenant;
    call->transaction.read_only = kind == TENANT_READ;
    call->transaction.lock_timeout_ms = kind == TENANT_WRITE ? LOCK_MS : 0;
}

int tenant_call_add(struct tenant_call *call, const char *name, const char *const *values,
                    size_t count) {
    const struct pg_statement *found = statement(name);
    const char *params[PG_PARAMS_MAX] = {call->caller->tenant};
    int step = (int)call->transaction.step_count;
    if (!found || count + 1 > PG_PARAMS_MAX) {
        call->faulty = true;
        return step;
    }
    for (size_t i = 0; i < count; i++)
        params[i + 1] = values[i];
    if (!pg_add(&call->transaction, found, (int)count + 1, params))
        call->faulty = true;
    return step;
}

static void add_event(struct tenant_call *call, const char *action, const char *resource,
                      const char *patient_id, const char *outcome) {
    enum { EVENTS_MAX = sizeof call->event_id / sizeof *call->event_id };
    if (call->events == EVENTS_MAX || id_new(call->event_id[call->events]) != STATUS_OK) {
        call->faulty = true;
        return;
    }
    char *path = call->resource[call->events];
    const char *event_id = call->event_id[call->events++];
    (void)snprintf(path, sizeof call->resource[0], "%s", resource);
    (void)TENANT_CALL_ADD(call, "audit_add", patient_id, call->now, call->actor, event_id, action,
                          path, call->request->trace.trace_id, outcome);
}

void tenant_call_audit(struct tenant_call *call, const char *action, const char *resource,
                       const char *patient_id) {
    add_event(call, action, resource, patient_id, "ok");
}

/* ---- running ---- */

static bool is_for_the_handler(const char *sqlstate) {
    return strcmp(sqlstate, "22012") == 0 || strcmp(sqlstate, "23505") == 0 ||
           strcmp(sqlstate, "23503") == 0;
}

/* The connection broke on COMMIT: only the key can tell whether the write is there. */
static enum status tell_unknown(struct tenant_call *call, enum status status) {
    response_problem(call->response, status == STATUS_TIMEOUT ? "deadline-exceeded" : "unavailable",
                     "Whether this was stored is unknown: send it again with the same "
                     "Idempotency-Key, or read the resource.");
    return status;
}

static enum status tell(struct tenant_call *call, enum status status) {
    const char *sqlstate = call->transaction.sqlstate;
    struct http_response *response = call->response;
    if (status == STATUS_OK)
        return status;
    if (call->transaction.end == PG_UNKNOWN)
        return tell_unknown(call, status);
    if (is_for_the_handler(sqlstate))
        return STATUS_CONFLICT;
    if (strcmp(sqlstate, "55P03") == 0) {
        response->retry_after = 1;
        response_problem(response, "conflict",
                         "Somebody else writes this at the moment. Nothing was stored.");
        return STATUS_CONFLICT;
    }
    if (status == STATUS_INVALID || status == STATUS_CONFLICT)
        status = STATUS_INTERNAL; /* a value that we should have refused */
    if (status == STATUS_UNAVAILABLE)
        response_problem(response, "unavailable", "%s Nothing was stored.",
                         strcmp(sqlstate, "53100") == 0
                             ? "The database has no room left."
                             : "The database cannot be reached at the moment.");
    else
        response_problem(response,
                         status == STATUS_TIMEOUT ? "deadline-exceeded" : "internal-error",
                         "Nothing was stored.");
    return status;
}

enum status tenant_call_run(struct tenant_call *call) {
    struct store_slot *slot = call->request->worker;
    if (!*call->caller->tenant)
        return STATUS_UNAUTHENTICATED;
    if (call->faulty)
        return STATUS_INTERNAL;
    if (json_memory_failed())
        return STATUS_NO_MEMORY; /* what would be stored may lack something */
    call->transaction.sqlstate[0] = '\0';
    call->transaction.end = PG_ROLLED_BACK;
    if (!slot)
        return tell(call, STATUS_UNAVAILABLE);
    return tell(call, store_run(slot, &call->transaction));
}

/* ---- several calls as one ---- */

enum status tenant_unit_begin(const struct http_request *request, struct http_response *response) {
    struct tenant_call call;
    struct store_slot *slot = request->worker;
    tenant_call_begin(&call, request, response, TENANT_WRITE);
    if (!*call.caller->tenant)
        return STATUS_UNAUTHENTICATED;
    enum status status =
        slot ? store_unit_begin(slot, call.caller->tenant, LOCK_MS) : STATUS_UNAVAILABLE;
    call.transaction.end = PG_ROLLED_BACK;
    return tell(&call, status);
}

enum status tenant_unit_end(const struct http_request *request, struct http_response *response,
                            bool commit) {
    struct tenant_call call;
    tenant_call_begin(&call, request, response, TENANT_WRITE);
    enum status status = store_unit_end(request->worker, commit, &call.transaction);
    return commit ? tell(&call, status) : STATUS_OK;
}

bool tenant_call_failed(const struct tenant_call *call, int step, const char *sqlstate) {
    const struct pg_transaction *transaction = &call->transaction;
    return transaction->status != STATUS_OK && strcmp(transaction->sqlstate, sqlstate) == 0 &&
           (step < 0 || transaction->failed_step == (size_t)step);
}

/* ---- results ---- */

static const PGresult *result_of(const struct tenant_call *call, int step) {
    bool exists = step >= 0 && (size_t)step < call->transaction.step_count;
    return exists ? call->transaction.steps[step].result : NULL;
}

int tenant_call_count(const struct tenant_call *call, int step) {
    const PGresult *result = result_of(call, step);
    return result ? PQntuples(result) : 0;
}

const char *tenant_call_value(const struct tenant_call *call, int step, int row,
                              const char *column) {
    const PGresult *result = result_of(call, step);
    int number = result ? PQfnumber(result, column) : -1;
    if (number < 0 || row >= PQntuples(result) || PQgetisnull(result, row, number))
        return NULL;
    return PQgetvalue(result, row, number);
}

void tenant_call_end(struct tenant_call *call) {
    pg_transaction_free(&call->transaction);
}

/* ---- for every handler ---- */

void audit_refusal(const struct http_request *request, const char *action, const char *resource,
                   const char *patient_id, const char *outcome) {
    struct http_response nobody;
    struct tenant_call call;
    response_init(&nobody); /* the answer is known: what fails here is not told */
    tenant_call_begin(&call, request, &nobody, TENANT_WRITE);
    add_event(&call, action, resource, patient_id, outcome);
    (void)(tenant_call_run(&call) == STATUS_OK);
    tenant_call_end(&call);
    response_free(&nobody);
}

bool caller_sees_plan(const struct principal *caller, const char *own, const char *patient_id,
                      const char *therapist_id) {
    switch (caller->kind) {
    case PRINCIPAL_CLINIC:
        return true;
    case PRINCIPAL_THERAPIST:
        return therapist_id && strcmp(therapist_id, caller->subject) == 0;
    case PRINCIPAL_PATIENT:
        return *own && strcmp(patient_id, own) == 0;
    default:
        return false;
    }
}
