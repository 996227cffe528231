#include "access/cds_clients.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/credential.h"
#include "access/jwks_source.h"
#include "access/jwt.h"
#include "access/token_replay.h"
#include "base/buffer.h"
#include "base/json_text.h"

enum { CLIENTS_MAX = 64, FILE_MAX = 256 * 1024, LIFE_S = 3600, ID_MAX = 200, PATH_SIZE = 4096 };

struct cds_client {
    const char *issuer, *tenant, *jku; /* of the document */
    char *keys;                        /* path or URL; owned */
    struct jwks_source *source;
};

struct cds_clients {
    json_t *document;
    const char *ca_file;
    struct cds_client all[CLIENTS_MAX];
    size_t count;
    struct token_replay *replay; /* borrowed */
};

/* ---- the file ---- */

static char *read_whole(const char *path, size_t *len) {
    FILE *file = fopen(path, "re");
    struct buffer text;
    char chunk[4096];
    buffer_init(&text);
    if (!file)
        return NULL;
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0 && text.len <= FILE_MAX;)
        (void)buffer_append(&text, chunk, got);
    (void)fclose(file);
    if (text.len > FILE_MAX)
        buffer_free(&text);
    return buffer_steal(&text, len);
}

static json_t *parse_file(const char *path, char *message, size_t size) {
    struct json_text_problem problem = {.detail = ""};
    size_t len = 0;
    char *text = read_whole(path, &len);
    json_t *document = text ? json_text_parse(text, len, &problem) : NULL;
    if (!text)
        (void)snprintf(message, size, "cannot read %s", path);
    else if (!document)
        (void)snprintf(message, size, "%s: line %zu: %s", path, problem.line, problem.detail);
    free(text);
    return document;
}

static bool is_url(const char *text) {
    return strstr(text, "://") != NULL;
}

/* A file stands beside the list unless its path is whole. */
static char *keys_of(const char *list, const char *keys) {
    const char *slash = strrchr(list, '/');
    char path[PATH_SIZE];
    if (is_url(keys) || *keys == '/' || !slash)
        return strdup(keys);
    (void)snprintf(path, sizeof path, "%.*s/%s", (int)(slash - list), list, keys);
    return strdup(path);
}

static const char *text_of(const json_t *object, const char *member) {
    return json_string_value(json_object_get(object, member));
}

static enum status open_keys(struct cds_client *client, const char *ca_file, char *message,
                             size_t size) {
    char why[200] = "";
    bool url = is_url(client->keys);
    struct jwks_source_settings settings = {.file = url ? NULL : client->keys,
                                            .url = url ? client->keys : NULL,
                                            .allowed = url ? client->keys : "",
                                            .ca_file = ca_file};
    enum status status = jwks_source_new(&settings, &client->source, why, sizeof why);
    if (status != STATUS_OK)
        (void)snprintf(message, size, "keys of %s: %s", client->issuer, why);
    return status;
}

static enum status open_client(struct cds_clients *clients, const char *path, const json_t *row,
                               char *message, size_t size) {
    struct cds_client *client = &clients->all[clients->count];
    char tenant[TENANT_SIZE];
    const char *keys = text_of(row, "jwks");
    client->issuer = text_of(row, "issuer");
    client->tenant = text_of(row, "tenant");
    client->jku = text_of(row, "jku");
    (void)snprintf(message, size, "%s: client %zu needs an issuer and jwks", path,
                   clients->count + 1);
    if (!client->issuer || !*client->issuer || !keys || !*keys)
        return STATUS_INVALID;
    (void)snprintf(message, size, "%s: the tenant of %s is no UUID", path, client->issuer);
    if (client->tenant && !tenant_parse(client->tenant, strlen(client->tenant), tenant))
        return STATUS_INVALID;
    for (size_t i = 0; i < clients->count; i++)
        if (strcmp(clients->all[i].issuer, client->issuer) == 0) {
            (void)snprintf(message, size, "%s: %s stands twice", path, client->issuer);
            return STATUS_INVALID;
        }
    client->keys = keys_of(path, keys);
    if (!client->keys)
        return STATUS_NO_MEMORY;
    if (is_url(client->keys))
        client->jku = client->keys;
    clients->count++;
    return open_keys(client, clients->ca_file, message, size);
}

static enum status open_all(struct cds_clients *clients, const char *path, char *message,
                            size_t size) {
    const json_t *rows = json_object_get(clients->document, "clients");
    size_t i;
    json_t *row;
    if (json_array_size(rows) == 0 || json_array_size(rows) > CLIENTS_MAX) {
        (void)snprintf(message, size, "%s: needs clients, at most %d", path, CLIENTS_MAX);
        return STATUS_INVALID;
    }
    json_array_foreach(rows, i, row) {
        enum status status = open_client(clients, path, row, message, size);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

enum status cds_clients_open(const struct cds_clients_settings *settings,
                             struct cds_clients **clients, char *message, size_t size) {
    struct cds_clients *made = calloc(1, sizeof *made);
    *clients = NULL;
    (void)snprintf(message, size, "out of memory");
    enum status status = made ? STATUS_INVALID : STATUS_NO_MEMORY;
    if (made) {
        made->ca_file = settings->ca_file;
        made->replay = settings->replay;
        made->document = parse_file(settings->file, message, size);
    }
    if (made && made->document)
        status = open_all(made, settings->file, message, size);
    if (status == STATUS_OK)
        *clients = made;
    else
        cds_clients_free(made);
    return status;
}

void cds_clients_free(struct cds_clients *clients) {
    if (!clients)
        return;
    for (size_t i = 0; i < clients->count; i++) {
        jwks_source_free(clients->all[i].source);
        free(clients->all[i].keys);
    }
    json_decref(clients->document);
    free(clients);
}

/* ---- a token ---- */

struct looked {
    struct credential credential;
    json_t *header, *claims;   /* unproven */
    struct cds_client *client; /* whose it says it is; NULL: nobody we know */
};

/* What it says before anything is proven: only to find the keys that prove it. */
static void look(struct cds_clients *clients, const struct http_request *request,
                 struct looked *looked) {
    *looked = (struct looked){0};
    credential_read(request, &looked->credential);
    if (looked->credential.kind != CREDENTIAL_TOKEN ||
        !jwt_peek(looked->credential.text, looked->credential.len, &looked->header,
                  &looked->claims))
        return;
    const char *issuer = text_of(looked->claims, "iss");
    for (size_t i = 0; issuer && i < clients->count; i++)
        if (strcmp(clients->all[i].issuer, issuer) == 0)
            looked->client = &clients->all[i];
}

static void forget(struct looked *looked) {
    json_decref(looked->header);
    json_decref(looked->claims);
}

bool cds_token_is_there(const struct http_request *request) {
    struct credential credential;
    credential_read(request, &credential);
    return credential.kind == CREDENTIAL_TOKEN || credential.kind == CREDENTIAL_BAD;
}

bool cds_key_is_there(const struct http_request *request) {
    struct credential credential;
    credential_read(request, &credential);
    return credential.kind == CREDENTIAL_KEY;
}

bool cds_clients_must_wait(struct cds_clients *clients, const struct http_request *request,
                           uint64_t now_ms) {
    struct looked looked;
    look(clients, request, &looked);
    const char *kid = text_of(looked.header, "kid");
    bool due = looked.client && kid && is_url(looked.client->keys) &&
               jwks_source_is_due(looked.client->source, kid, now_ms);
    forget(&looked);
    return due;
}

/* aud is the URL that was called, or a list with it. */
static bool is_for(const json_t *claims, const char *url) {
    const json_t *audience = json_object_get(claims, "aud");
    const char *one = json_string_value(audience);
    size_t i;
    json_t *item;
    if (one)
        return strcmp(one, url) == 0;
    json_array_foreach(audience, i, item) {
        const char *text = json_string_value(item);
        if (text && strcmp(text, url) == 0)
            return true;
    }
    return false;
}

/* A NumericDate in whole seconds, or -1. */
static int64_t time_of(const json_t *claims, const char *name) {
    const double far = 253402300799.0;
    const json_t *value = json_object_get(claims, name);
    double seconds = json_number_value(value);
    return json_is_number(value) && seconds >= 0 && seconds <= far ? (int64_t)floor(seconds) : -1;
}

/* What is wrong with proven claims; NULL: nothing. */
static const char *check_claims(const json_t *claims, const char *url, int64_t now) {
    const char *id = text_of(claims, "jti");
    int64_t expires = time_of(claims, "exp"), issued = time_of(claims, "iat");
    if (!is_for(claims, url))
        return "its aud is not the URL that was called";
    if (expires < 0 || now >= expires + JWT_LEEWAY_S)
        return "it has expired, or has no exp";
    if (expires > now + LIFE_S)
        return "its exp is more than an hour ahead";
    if (issued < 0 || issued > now + JWT_LEEWAY_S)
        return "its iat is missing or ahead";
    if (json_object_get(claims, "nbf") && time_of(claims, "nbf") > now + JWT_LEEWAY_S)
        return "its nbf is ahead";
    if (!id || !*id || strlen(id) > ID_MAX)
        return "its jti is missing or too long";
    return NULL;
}

static bool jku_is_good(const struct looked *looked) {
    const json_t *member = json_object_get(looked->header, "jku");
    const char *jku = json_string_value(member);
    return !member || (jku && looked->client->jku && strcmp(jku, looked->client->jku) == 0);
}

static const char *prove(struct looked *looked, const struct http_request *request, uint64_t now_ms,
                         char detail[JWT_DETAIL_SIZE]) {
    struct jwt_verdict verdict;
    json_t *claims = NULL;
    const char *kid = text_of(looked->header, "kid");
    if (!looked->client)
        return "its iss is not one of the clients of this service";
    if (!jku_is_good(looked))
        return "its jku is not the one of this client";
    if (kid && request->may_wait && is_url(looked->client->keys))
        jwks_source_refresh(looked->client->source, kid, now_ms);
    struct jwks *keys = jwks_source_keys(looked->client->source, now_ms);
    if (!keys)
        return "the keys of its issuer cannot be had at the moment";
    jwt_verify(keys, looked->credential.text, looked->credential.len, &verdict, &claims);
    jwks_release(keys);
    json_decref(claims);
    (void)snprintf(detail, JWT_DETAIL_SIZE, "its %s does not hold",
                   jwt_check_name(verdict.reached));
    return verdict.reached > JWT_SIGNATURE ? NULL : detail;
}

static enum status refuse(struct http_response *response, const char *why) {
    response_header(response, "WWW-Authenticate",
                    "Bearer realm=\"unknot\", error=\"invalid_token\"");
    response_problem(response, "unauthenticated", "The token is not accepted: %s.", why);
    return STATUS_UNAUTHENTICATED;
}

static struct principal *principal_of(const struct cds_client *client) {
    struct principal draft = {.kind = PRINCIPAL_CLINIC, .scopes = SCOPE_DECISIONS_CREATE};
    (void)snprintf(draft.name, sizeof draft.name, "cds:%.190s", client->issuer);
    if (client->tenant)
        (void)tenant_parse(client->tenant, strlen(client->tenant), draft.tenant);
    return principal_new(&draft);
}

static enum status take_in(struct cds_clients *clients, const struct looked *looked,
                           struct http_response *response, int64_t now,
                           struct principal **principal) {
    enum status status =
        token_replay_use(clients->replay, looked->client->issuer, text_of(looked->claims, "jti"),
                         now, time_of(looked->claims, "exp") + JWT_LEEWAY_S);
    if (status == STATUS_CONFLICT)
        return refuse(response, "it was used before");
    if (status != STATUS_OK)
        return status;
    *principal = principal_of(looked->client);
    return *principal ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status cds_clients_judge(struct cds_clients *clients, const struct http_request *request,
                              struct http_response *response, const char *url, int64_t now,
                              uint64_t now_ms, struct principal **principal) {
    char detail[JWT_DETAIL_SIZE];
    struct looked looked;
    *principal = NULL;
    look(clients, request, &looked);
    const char *why =
        looked.claims ? prove(&looked, request, now_ms, detail) : "it is no signed token";
    if (!why)
        why = check_claims(looked.claims, url, now);
    enum status status =
        why ? refuse(response, why) : take_in(clients, &looked, response, now, principal);
    forget(&looked);
    return status;
}
