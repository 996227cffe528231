#include "cli/key_store.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hex.h"
#include "resources/sql_value.h"
#include "store/operator.h"

enum { SECRET_BYTES = 32, DAY_SECONDS = 86400 };

static bool complain(const char *message) {
    (void)fprintf(stderr, "unknot: %s\n", message);
    return false;
}

/* What the error codes of these statements say to a person. */
static const char *meaning(const char *sqlstate) {
    if (strcmp(sqlstate, "22012") == 0)
        return "there is no such key, or it has ended or was replaced already";
    if (strcmp(sqlstate, "23503") == 0)
        return "there is no such tenant";
    if (strcmp(sqlstate, "23505") == 0)
        return "that id is taken; try again";
    if (strcmp(sqlstate, "23514") == 0)
        return "a name or an id is empty, too long, or holds what it may not";
    return NULL;
}

PGresult *key_store_run(struct pg_connection *connection, const char *statement, int param_count,
                        const char *const *params) {
    struct operator_call call = {
        .statement = statement, .param_count = param_count, .params = params};
    if (operator_run(connection, &call) == STATUS_OK)
        return call.result;
    const char *known = meaning(call.sqlstate);
    (void)complain(known ? known : call.message);
    return NULL;
}

void key_store_bytea(const unsigned char *bytes, size_t len, char *out) {
    memcpy(out, "\\x", 3);
    hex_write(bytes, len, out + 2);
}

static bool random_bytes(unsigned char *out, size_t len) {
    return getrandom(out, len, 0) == (ssize_t)len || complain("no random numbers");
}

/* ---- tenants ---- */

bool key_store_find_tenant(struct pg_connection *connection, const char *name,
                           char tenant[TENANT_SIZE]) {
    PGresult *rows = key_store_run(connection, "tenants_list", 0, NULL);
    tenant[0] = '\0';
    if (!rows)
        return false;
    for (int i = 0; i < PQntuples(rows) && !*tenant; i++)
        if (strcmp(PQgetvalue(rows, i, 1), name) == 0)
            (void)snprintf(tenant, TENANT_SIZE, "%s", PQgetvalue(rows, i, 0));
    PQclear(rows);
    return true;
}

bool key_store_has_tenants(struct pg_connection *connection, bool *has) {
    PGresult *rows = key_store_run(connection, "tenants_list", 0, NULL);
    *has = rows && PQntuples(rows) > 0;
    PQclear(rows);
    return rows != NULL;
}

/* A random UUID (version 4, RFC 9562). */
static bool make_uuid(char out[TENANT_SIZE]) {
    unsigned char bytes[16];
    char hex[33];
    if (!random_bytes(bytes, sizeof bytes))
        return false;
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    hex_write(bytes, sizeof bytes, hex);
    (void)snprintf(out, TENANT_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
                   hex + 20);
    return true;
}

bool key_store_make_tenant(struct pg_connection *connection, const char *name,
                           char tenant[TENANT_SIZE]) {
    unsigned char secrets[2][SECRET_BYTES];
    char texts[2][2 * SECRET_BYTES + 3], now[40];
    if (!make_uuid(tenant) || !random_bytes(secrets[0], sizeof secrets[0]) ||
        !random_bytes(secrets[1], sizeof secrets[1]))
        return false;
    for (int i = 0; i < 2; i++)
        key_store_bytea(secrets[i], SECRET_BYTES, texts[i]);
    operator_time(now, 0);
    const char *const params[] = {tenant, name, texts[0], texts[1], now};
    PGresult *made = key_store_run(connection, "tenant_create", 5, params);
    explicit_bzero(secrets, sizeof secrets);
    explicit_bzero(texts, sizeof texts);
    PQclear(made);
    return made != NULL;
}

/* ---- keys ---- */

/* "{plans:read,plans:write}" */
static void scopes_array(scope_set scopes, char *out, size_t size) {
    size_t used = (size_t)snprintf(out, size, "{");
    for (size_t i = 0; i < SCOPE_COUNT && used < size; i++)
        if (scopes & scope_rows[i].scope)
            used += (size_t)snprintf(out + used, size - used, "%s%s", used > 1 ? "," : "",
                                     scope_rows[i].name);
    if (used < size)
        (void)snprintf(out + used, size - used, "}");
}

bool key_store_create(struct pg_connection *connection, const char tenant[TENANT_SIZE],
                      const struct key_wish *wish, char text[API_KEY_SIZE]) {
    struct api_key key;
    char hash[2 * DIGEST_BYTES + 3], scopes[512], now[40], end[40];
    scope_set most = principal_limit(wish->kind, wish->publishable);
    if (wish->scopes & ~most)
        return complain("such a key cannot hold all of these scopes");
    if (api_key_generate(tenant, wish->publishable, text, &key) != STATUS_OK)
        return complain("no random numbers");
    key_store_bytea(key.hash, DIGEST_BYTES, hash);
    scopes_array(wish->scopes ? wish->scopes : most, scopes, sizeof scopes);
    operator_time(now, 0);
    operator_time(end, wish->expires_days * DAY_SECONDS);
    const char *const params[] = {tenant,
                                  key.id,
                                  wish->publishable ? "publishable" : "secret",
                                  principal_kind_name(wish->kind),
                                  wish->subject,
                                  wish->name,
                                  key.prefix,
                                  hash,
                                  scopes,
                                  now,
                                  wish->expires_days ? end : NULL};
    PGresult *made = key_store_run(connection, "key_create", 11, params);
    PQclear(made);
    return made != NULL;
}

/* ---- patients ---- */

bool key_store_patient(struct pg_connection *connection, const char tenant[TENANT_SIZE],
                       const char *reference, char patient[33]) {
    unsigned char secret[256], digest[DIGEST_BYTES];
    const char *const params[] = {tenant};
    PGresult *rows = key_store_run(connection, "tenant_get", 1, params);
    if (!rows)
        return false;
    size_t len =
        PQntuples(rows) == 1 ? sql_bytea_read(PQgetvalue(rows, 0, 1), secret, sizeof secret) : 0;
    PQclear(rows);
    if (!len ||
        gnutls_hmac_fast(GNUTLS_MAC_SHA256, secret, len, reference, strlen(reference), digest) != 0)
        return complain("the tenant has no secret");
    hex_write(digest, 16, patient);
    explicit_bzero(secret, sizeof secret);
    return true;
}
