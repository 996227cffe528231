#include "resources/calendar_token.h"

#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

#include "access/base64url.h"
#include "base/hex.h"

/* The bytes of a token: tenant, patient, link, signature. */
enum { UUID = 16, PATIENT = 16, LINK = ID_SIZE - 1, MAC = 32, SIGNED = UUID + PATIENT + LINK };

/* False for what is no UUID with dashes, or no patient_id: both are checked before they come here.
 */
static bool read_names(const struct calendar_token *token, unsigned char *bytes) {
    char uuid[2 * UUID + 1];
    (void)snprintf(uuid, sizeof uuid, "%.8s%.4s%.4s%.4s%.12s", token->tenant, token->tenant + 9,
                   token->tenant + 14, token->tenant + 19, token->tenant + 24);
    return hex_read(uuid, UUID, bytes) && hex_read(token->patient_id, PATIENT, bytes + UUID);
}

static void signed_bytes(const struct calendar_token *token, unsigned char bytes[SIGNED]) {
    if (!read_names(token, bytes))
        memset(bytes, 0, UUID + PATIENT);
    memcpy(bytes + UUID + PATIENT, token->link_id + 2, LINK);
}

/* The secret also signs cursors: the first words keep one from standing for the other. */
static enum status sign(const struct calendar_token *token, const struct tenant_secrets *secrets,
                        unsigned char mac[MAC]) {
    static const char purpose[] = "calendar link 1";
    unsigned char bytes[sizeof purpose + SIGNED];
    memcpy(bytes, purpose, sizeof purpose);
    signed_bytes(token, bytes + sizeof purpose);
    return tenant_sign(&secrets->cursor, bytes, sizeof bytes, mac);
}

enum status calendar_token_path(struct calendar_token *token, const struct tenant_secrets *secrets,
                                char path[CALENDAR_PATH_SIZE]) {
    unsigned char bytes[SIGNED + MAC];
    char text[CALENDAR_TOKEN_LEN + 1];
    enum status status = sign(token, secrets, token->mac);
    if (status != STATUS_OK)
        return status;
    signed_bytes(token, bytes);
    memcpy(bytes + SIGNED, token->mac, MAC);
    base64url_encode(bytes, sizeof bytes, text);
    text[CALENDAR_TOKEN_LEN] = '\0';
    (void)snprintf(path, CALENDAR_PATH_SIZE, "/calendars/%s.ics", text);
    return STATUS_OK;
}

bool calendar_token_parse(const char *file, struct calendar_token *token) {
    unsigned char bytes[SIGNED + MAC];
    char tenant[2 * UUID + 1];
    size_t len = 0;
    if (strlen(file) != CALENDAR_TOKEN_LEN + 4 || strcmp(file + CALENDAR_TOKEN_LEN, ".ics") != 0 ||
        !base64url_decode(file, CALENDAR_TOKEN_LEN, bytes, &len) || len != sizeof bytes)
        return false;
    hex_write(bytes, UUID, tenant);
    hex_write(bytes + UUID, PATIENT, token->patient_id);
    (void)snprintf(token->link_id, sizeof token->link_id, "k-%.*s", (int)LINK,
                   (const char *)bytes + UUID + PATIENT);
    memcpy(token->mac, bytes + SIGNED, MAC);
    return sub_id_is('k', token->link_id) && tenant_parse(tenant, sizeof tenant - 1, token->tenant);
}

bool calendar_token_is_ours(const struct calendar_token *token,
                            const struct tenant_secrets *secrets) {
    unsigned char mac[MAC];
    return sign(token, secrets, mac) == STATUS_OK && gnutls_memcmp(mac, token->mac, MAC) == 0;
}
