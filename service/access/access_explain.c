/* unknot auth explain: what an operator wants to know when a caller gets 401 or 403. */
#include "access/access_room.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <time.h>

#include "http/route.h"

static void line(struct buffer *out, const char *mark, const char *name, const char *text) {
    buffer_printf(out, "%-7s %-12s %s\n", mark, name, text);
}

static bool check(struct buffer *out, bool good, const char *name, const char *text) {
    line(out, good ? "ok" : "FAILED", name, text);
    return good;
}

/* ---- who ---- */

static void explain_scopes(struct buffer *out, scope_set scopes) {
    buffer_printf(out, "%-7s %-12s", "", "scopes");
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (scopes & scope_rows[i].scope)
            buffer_printf(out, " %s", scope_rows[i].name);
    buffer_puts(out, scopes ? "\n" : " none\n");
}

static void explain_caller(struct buffer *out, enum principal_kind kind, const char *tenant,
                           scope_set scopes) {
    line(out, "", "caller", principal_kind_name(kind));
    line(out, "", "tenant", tenant);
    explain_scopes(out, scopes);
}

static bool explain_token(struct access *access, const char *text, struct buffer *out,
                          scope_set *scopes) {
    struct jwt_verdict verdict;
    if (!access->settings.issuer_count)
        return check(out, false, "tokens", "no issuer is configured");
    if (!access_judge_token(access, text, strlen(text), &verdict))
        line(out, "", "keys",
             "the issuer's keys are not loaded here: a URL is only asked by serve");
    for (enum jwt_check passed = JWT_SIZE; passed < verdict.reached; passed++)
        line(out, "ok", jwt_check_name(passed), jwt_check_wants(passed));
    if (verdict.reached != JWT_ACCEPTED) {
        line(out, "FAILED", jwt_check_name(verdict.reached), jwt_check_wants(verdict.reached));
        if (*verdict.detail)
            line(out, "", "", verdict.detail);
    }
    if (verdict.principal) {
        *scopes = verdict.principal->scopes;
        explain_caller(out, verdict.principal->kind, verdict.principal->tenant, *scopes);
    }
    principal_release(verdict.principal);
    return verdict.reached == JWT_ACCEPTED && !verdict.no_memory;
}

static bool explain_row(const struct api_key *key, const struct api_key_row *row,
                        struct buffer *out, scope_set *scopes) {
    bool lives = !row->expires_at || row->expires_at > (int64_t)time(NULL);
    bool same = gnutls_memcmp(key->hash, row->hash, DIGEST_BYTES) == 0;
    if (!check(out, same, "secret", "the one that was shown when the key was made") ||
        !check(out, key->publishable == row->publishable, "kind", "unk_ or pub_, as it was made") ||
        !check(out, !row->revoked, "revoked", "it was not revoked") ||
        !check(out, lives, "expiry", "it has not expired"))
        return false;
    *scopes = row->scopes & principal_limit(row->kind, row->publishable);
    explain_caller(out, row->kind, key->tenant, *scopes);
    return true;
}

static bool explain_key(const struct api_key *key, const struct access_question *question,
                        struct buffer *out, scope_set *scopes) {
    line(out, "ok", "shape", key->publishable ? "a publishable key" : "a secret key");
    line(out, "", "key id", key->id);
    if (question->found == STATUS_NOT_FOUND)
        return check(out, false, "known", "the database has a key of this tenant and id");
    if (question->found == STATUS_OK)
        return check(out, true, "known", "the database has a key of this tenant and id") &&
               explain_row(key, question->row, out, scopes);
    line(out, "", "unknown", "the database was not asked: whether there is such a key is open");
    *scopes = principal_limit(PRINCIPAL_CLINIC, key->publishable);
    return true;
}

static bool explain_anonymous(const struct access *access, struct buffer *out, scope_set *scopes) {
    *scopes = access->settings.anonymous_off ? 0 : SCOPES_OPEN;
    line(out, "", "caller", "anonymous: no credential came");
    explain_scopes(out, *scopes);
    return true;
}

/* ---- what ---- */

static bool explain_route(const struct access *access, const struct route *route, scope_set scopes,
                          struct buffer *out) {
    if (!route->scope)
        return check(out, true, "operation", "open to everybody");
    scope_set needed = scope_named(route->scope, strlen(route->scope));
    bool open = !access->settings.anonymous_off && (needed & SCOPES_OPEN);
    buffer_printf(out, "%-7s %-12s %s needs the scope %s%s\n",
                  open || (scopes & needed) ? "ok" : "FAILED", "operation", route->operation_id,
                  route->scope, open ? ", which is open to everybody" : "");
    if (!open && (scopes & needed))
        line(out, "", "", "what belongs to another clinic or person still answers 404");
    return open || (scopes & needed);
}

bool access_is_key(const char *text, struct api_key *key) {
    return api_key_parse(text, strlen(text), key);
}

bool access_explain(struct access *access, const struct access_question *question,
                    struct buffer *out) {
    struct credential credential;
    scope_set scopes = 0;
    bool good;
    credential_of_text(question->credential, strlen(question->credential), &credential);
    if (!*question->credential)
        good = explain_anonymous(access, out, &scopes);
    else if (credential.kind == CREDENTIAL_KEY)
        good = explain_key(&credential.key, question, out, &scopes);
    else if (credential.kind == CREDENTIAL_TOKEN)
        good = explain_token(access, question->credential, out, &scopes);
    else
        good = check(out, false, "shape",
                     "a key is unk_ or pub_, 32 hex digits, _, 12 letters, _, 43 letters");
    if (good && question->route)
        good = explain_route(access, question->route, scopes, out);
    return good;
}
