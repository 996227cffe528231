/* Tenants and API keys, by the statements of db/queries; for `unknot key` and the first start. */
#ifndef UNKNOT_CLI_KEY_STORE_H
#define UNKNOT_CLI_KEY_STORE_H

#include "access/api_key.h"
#include "store/pg.h"

struct key_wish {
    const char *name; /* what it is for */
    enum principal_kind kind;
    const char *subject; /* therapist_id or patient_id; NULL for a clinic */
    bool publishable;
    scope_set scopes;  /* 0: all that such a key may hold */
    long expires_days; /* 0: never */
};

/* The id of the tenant of that name; "" when there is none. False after saying what is wrong. */
bool key_store_find_tenant(struct pg_connection *connection, const char *name,
                           char tenant[TENANT_SIZE]);
bool key_store_make_tenant(struct pg_connection *connection, const char *name,
                           char tenant[TENANT_SIZE]);

/* Is there any tenant at all? */
bool key_store_has_tenants(struct pg_connection *connection, bool *has);

/* Makes a key. `text` is the only copy of the secret: show it once and wipe it. */
bool key_store_create(struct pg_connection *connection, const char tenant[TENANT_SIZE],
                      const struct key_wish *wish, char text[API_KEY_SIZE]);

/* The patient_id behind the caller's reference: HMAC-SHA256 by the tenant's secret. */
bool key_store_patient(struct pg_connection *connection, const char tenant[TENANT_SIZE],
                       const char *reference, char patient[33]);

/* "\x..." for a bytea parameter; `out` has room for 2 * len + 3. */
void key_store_bytea(const unsigned char *bytes, size_t len, char *out);

/* Runs a statement of db/queries and says what is wrong; NULL then. PQclear() the result. */
PGresult *key_store_run(struct pg_connection *connection, const char *statement, int param_count,
                        const char *const *params) MUST_CHECK;

#endif
