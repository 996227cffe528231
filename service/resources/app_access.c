#include "resources/app_access.h"

#include <string.h>
#include <time.h>

#include "resources/cds_access.h"
#include "resources/sql_value.h"
#include "store/statements.h"
#include "store/store.h"

enum { TOUCH_EVERY_S = 120 };

/* ---- a key of the database ---- */

static const char *cell(const PGresult *rows, const char *column) {
    int number = PQfnumber(rows, column);
    return number < 0 || PQgetisnull(rows, 0, number) ? "" : PQgetvalue(rows, 0, number);
}

/* Seconds since 1970 of "2026-11-22 10:00:00.5+00"; 0 for an empty text: no end. */
static int64_t read_time(const char *timestamp) {
    char text[SQL_TIME_SIZE];
    struct tm parts = {0};
    sql_time_text(timestamp, text);
    return *text && strptime(text, "%Y-%m-%dT%H:%M:%S", &parts) ? (int64_t)timegm(&parts) : 0;
}

static bool read_kind(const char *text, enum principal_kind *kind) {
    static const struct {
        const char *name;
        enum principal_kind kind;
    } kinds[] = {{"clinic", PRINCIPAL_CLINIC},
                 {"therapist", PRINCIPAL_THERAPIST},
                 {"patient", PRINCIPAL_PATIENT}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(text, kinds[i].name) == 0) {
            *kind = kinds[i].kind;
            return true;
        }
    return false;
}

enum status app_read_key(const PGresult *rows, struct api_key_row *row) {
    *row = (struct api_key_row){0};
    if (PQntuples(rows) != 1)
        return STATUS_NOT_FOUND;
    const char *expires = cell(rows, "expires_at"), *subject = cell(rows, "subject");
    if (sql_bytea_read(cell(rows, "hash"), row->hash, sizeof row->hash) != sizeof row->hash ||
        !read_kind(cell(rows, "principal"), &row->kind) || strlen(subject) >= sizeof row->subject)
        return STATUS_INTERNAL;
    memcpy(row->subject, subject, strlen(subject) + 1);
    row->publishable = strcmp(cell(rows, "kind"), "publishable") == 0;
    row->scopes = scopes_parse(cell(rows, "scopes"), NULL);
    row->expires_at = read_time(expires);
    row->revoked = *cell(rows, "revoked_at") || (*expires && !row->expires_at);
    return STATUS_OK;
}

enum status app_find_key(void *unused, void *worker, const struct api_key *key,
                         struct api_key_row *row) {
    (void)unused;
    const struct pg_statement *look = statement("key_lookup"), *touch = statement("key_touch");
    struct pg_transaction transaction = {.tenant = key->tenant};
    char now[SQL_TIME_SIZE], before[SQL_TIME_SIZE];
    if (!worker || !look || !touch)
        return STATUS_UNAVAILABLE;
    sql_time_now(now, 0);
    sql_time_now(before, -TOUCH_EVERY_S);
    const char *const names[] = {key->tenant, key->id}, *const times[] = {key->tenant, key->id, now,
                                                                          before};
    const struct pg_step *found = pg_add(&transaction, look, 2, names);
    if (!found || !pg_add(&transaction, touch, 4, times))
        return STATUS_INTERNAL;
    enum status status = store_run(worker, &transaction);
    if (status == STATUS_OK)
        status = app_read_key(found->result, row);
    pg_transaction_free(&transaction);
    return status;
}

bool app_database_is_up(void *store_at) {
    struct store *store = *(struct store **)store_at;
    return store && store_is_up(store);
}

/* ---- the hooks ---- */

static struct access *access_of(void *app) {
    return ((const struct app *)app)->access;
}

enum status app_rate_limit(void *app, struct http_request *request,
                           struct http_response *response) {
    return access_rate_limit(access_of(app), request, response);
}

enum status app_rate_limit_line(void *app, const struct http_request *request,
                                struct http_response *response, bool take) {
    return access_rate_limit_line(access_of(app), request, response, take);
}

enum status app_authorize(void *app, struct http_request *request, struct http_response *response) {
    if (cds_is_judged_here(app, request))
        return cds_authorize(app, request, response);
    return access_authorize(access_of(app), request, response);
}

bool app_must_wait(void *app, const struct http_request *request) {
    if (cds_needs_worker(app, request))
        return true;
    if (cds_is_judged_here(app, request))
        return cds_must_wait(app, request);
    return access_must_wait(access_of(app), request);
}

void app_forget_caller(void *app, void *caller) {
    access_forget_caller(access_of(app), caller);
}
