#include "access/credential.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <strings.h>

void credential_of_text(const char *text, size_t len, struct credential *credential) {
    *credential = (struct credential){.kind = CREDENTIAL_BAD, .text = text, .len = len};
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, text, len, credential->hash) != 0)
        return;
    if (api_key_parse(text, len, &credential->key))
        credential->kind = CREDENTIAL_KEY;
    else if (!api_key_is_meant(text, len) && len > 0)
        credential->kind = CREDENTIAL_TOKEN;
}

/* The last one, and how many there are. */
static const char *header(const struct http_request *request, const char *name, size_t *count) {
    const char *value = NULL;
    for (size_t i = 0; i < request->header_count; i++)
        if (text_names_match(request->headers[i].name, name)) {
            value = request->headers[i].value;
            ++*count;
        }
    return value;
}

static void read_bearer(const char *value, struct credential *credential) {
    static const char scheme[] = "Bearer ";
    if (strncasecmp(value, scheme, sizeof scheme - 1) != 0)
        return;
    value += sizeof scheme - 1;
    value += strspn(value, " ");
    credential_of_text(value, strlen(value), credential);
}

void credential_read(const struct http_request *request, struct credential *credential) {
    size_t count = 0;
    const char *bearer = header(request, "Authorization", &count);
    const char *key = header(request, "X-Api-Key", &count);
    *credential = (struct credential){.kind = CREDENTIAL_NONE, .text = ""};
    if (count == 0)
        return;
    credential->kind = CREDENTIAL_BAD;
    if (count > 1)
        return;
    if (bearer)
        read_bearer(bearer, credential);
    else if (api_key_is_meant(key, strlen(key)))
        credential_of_text(key, strlen(key), credential);
}
