/* unknot auth explain: what an operator wants to know when a caller gets 401. */
#include "access/access_room.h"

#include <string.h>

static void line(struct buffer *out, const char *mark, const char *name, const char *text) {
    buffer_printf(out, "%-7s %-12s %s\n", mark, name, text);
}

static void explain_scopes(struct buffer *out, const struct principal *principal) {
    buffer_printf(out, "%-7s %-12s", "", "scopes");
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (principal->scopes & scope_rows[i].scope)
            buffer_printf(out, " %s", scope_rows[i].name);
    buffer_puts(out, principal->scopes ? "\n" : " none\n");
}

static bool explain_token(struct access *access, const char *text, struct buffer *out) {
    struct jwt_verdict verdict;
    if (!access->jwks) {
        line(out, "FAILED", "tokens", "no issuer is configured");
        return false;
    }
    (void)access_judge_token(access, text, strlen(text), &verdict);
    for (enum jwt_check check = JWT_SIZE; check < verdict.reached; check++)
        line(out, "ok", jwt_check_name(check), jwt_check_wants(check));
    if (verdict.reached != JWT_ACCEPTED) {
        line(out, "FAILED", jwt_check_name(verdict.reached), jwt_check_wants(verdict.reached));
        if (*verdict.detail)
            line(out, "", "", verdict.detail);
    }
    if (verdict.principal) {
        line(out, "", "caller", principal_kind_name(verdict.principal->kind));
        line(out, "", "tenant", verdict.principal->tenant);
        explain_scopes(out, verdict.principal);
    }
    principal_release(verdict.principal);
    return verdict.reached == JWT_ACCEPTED && !verdict.no_memory;
}

static bool explain_key(const struct credential *credential, struct buffer *out) {
    line(out, "ok", "shape", credential->key.publishable ? "a publishable key" : "a secret key");
    line(out, "", "tenant", credential->key.tenant);
    line(out, "", "key id", credential->key.id);
    line(out, "", "next", "`unknot key list` says whether it exists, is revoked or has expired");
    return true;
}

bool access_explain(struct access *access, const char *text, struct buffer *out) {
    struct credential credential;
    if (strncmp(text, "Bearer ", 7) == 0)
        text += 7;
    credential_of_text(text, strlen(text), &credential);
    if (credential.kind == CREDENTIAL_KEY)
        return explain_key(&credential, out);
    if (credential.kind == CREDENTIAL_TOKEN)
        return explain_token(access, text, out);
    line(out, "FAILED", "shape",
         "a key is unk_ or pub_, 32 hex digits, _, 12 letters, _, 43 letters");
    return false;
}
