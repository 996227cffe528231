#include "access/principal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/hex.h"

const struct principal principal_anonymous = {
    .kind = PRINCIPAL_ANONYMOUS,
    .name = "anonymous",
    .scopes = SCOPES_OPEN,
};

static const char *const kind_names[] = {
    [PRINCIPAL_ANONYMOUS] = "anonymous",
    [PRINCIPAL_CLINIC] = "clinic",
    [PRINCIPAL_THERAPIST] = "therapist",
    [PRINCIPAL_PATIENT] = "patient",
};

scope_set principal_limit(enum principal_kind kind, bool publishable) {
    if (publishable || kind == PRINCIPAL_ANONYMOUS)
        return SCOPES_OPEN;
    if (kind == PRINCIPAL_CLINIC)
        return SCOPES_ALL;
    scope_set clinic_only =
        SCOPE_PLANS_CLEAR | SCOPE_THERAPISTS_WRITE | SCOPE_PATIENTS_ERASE | SCOPE_AUDIT_READ;
    return SCOPES_ALL & ~clinic_only;
}

static bool fill_digest(struct principal *principal) {
    char text[PRINCIPAL_SUBJECT_SIZE + PRINCIPAL_NAME_SIZE + TENANT_SIZE + 8];
    char hex[DIGEST_HEX];
    /* The lengths keep two different callers from spelling the same text. */
    int len =
        snprintf(text, sizeof text, "%d %s %zu %s %s", (int)principal->kind, principal->tenant,
                 strlen(principal->subject), principal->subject, principal->name);
    if (len < 0 || digest_hex(text, (size_t)len, hex) != STATUS_OK)
        return false;
    return hex_read(hex, PRINCIPAL_DIGEST, principal->digest);
}

struct principal *principal_new(const struct principal *draft) {
    struct principal *principal = calloc(1, sizeof *principal);
    if (!principal)
        return NULL;
    principal->kind = draft->kind;
    memcpy(principal->tenant, draft->tenant, sizeof principal->tenant);
    memcpy(principal->subject, draft->subject, sizeof principal->subject);
    memcpy(principal->name, draft->name, sizeof principal->name);
    principal->subject_is_reference = draft->subject_is_reference;
    principal->scopes = draft->scopes & principal_limit(draft->kind, draft->publishable);
    principal->publishable = draft->publishable;
    principal->expires_at = draft->expires_at;
    atomic_init(&principal->references, 1);
    if (fill_digest(principal))
        return principal;
    free(principal);
    return NULL;
}

struct principal *principal_keep(struct principal *principal) {
    (void)atomic_fetch_add_explicit(&principal->references, 1, memory_order_relaxed);
    return principal;
}

void principal_release(struct principal *principal) {
    if (principal &&
        atomic_fetch_sub_explicit(&principal->references, 1, memory_order_acq_rel) == 1)
        free(principal);
}

const char *principal_kind_name(enum principal_kind kind) {
    size_t index = (size_t)kind;
    return index < sizeof kind_names / sizeof *kind_names ? kind_names[index] : "unknown";
}

bool principal_kind_named(const char *name, enum principal_kind *kind) {
    for (size_t i = PRINCIPAL_CLINIC; i <= PRINCIPAL_PATIENT; i++)
        if (strcmp(kind_names[i], name) == 0) {
            *kind = (enum principal_kind)i;
            return true;
        }
    return false;
}

void principal_digest_text(const struct principal *principal, char out[PRINCIPAL_DIGEST_HEX]) {
    hex_write(principal->digest, PRINCIPAL_DIGEST, out);
}

bool tenant_parse(const char *text, size_t len, char tenant[TENANT_SIZE]) {
    bool dashes = len == TENANT_SIZE - 1;
    if (!dashes && len != 32)
        return false;
    for (size_t i = 0, from = 0; i < TENANT_SIZE - 1; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        tenant[i] = '-';
        if (dash && dashes && text[from++] != '-')
            return false;
        if (dash)
            continue;
        int digit = hex_digit(text[from++]);
        if (digit < 0)
            return false;
        tenant[i] = "0123456789abcdef"[digit];
    }
    tenant[TENANT_SIZE - 1] = '\0';
    return true;
}
