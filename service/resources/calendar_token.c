#include "resources/calendar_token.h"

#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

#include "access/base64url.h"

/* The bytes of a token: tenant, patient, link, signature. */
enum { UUID = 16, PATIENT = 16, LINK = ID_SIZE - 1, MAC = 32, SIGNED = UUID + PATIENT + LINK };

static int hex_value(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c - 'a' + 10;
}

/* `count` bytes of lower-case hex; dashes are passed over. */
static void read_hex(const char *text, unsigned char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++, text += 2) {
        text += *text == '-';
        bytes[i] = (unsigned char)(hex_value(text[0]) * 16 + hex_value(text[1]));
    }
}

static void write_hex(const unsigned char *bytes, size_t count, char *text) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        *text++ = digits[bytes[i] >> 4];
        *text++ = digits[bytes[i] & 15];
    }
    *text = '\0';
}

static void signed_bytes(const struct calendar_token *token, unsigned char bytes[SIGNED]) {
    read_hex(token->tenant, bytes, UUID);
    read_hex(token->patient_id, bytes + UUID, PATIENT);
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
    write_hex(bytes, UUID, tenant);
    write_hex(bytes + UUID, PATIENT, token->patient_id);
    (void)snprintf(token->link_id, sizeof token->link_id, "k-%.*s", (int)LINK,
                   (const char *)bytes + UUID + PATIENT);
    memcpy(token->mac, bytes + SIGNED, MAC);
    return sub_id_is('k', token->link_id) && tenant_parse(tenant, 2 * UUID, token->tenant);
}

bool calendar_token_is_ours(const struct calendar_token *token,
                            const struct tenant_secrets *secrets) {
    unsigned char mac[MAC];
    return sign(token, secrets, mac) == STATUS_OK && gnutls_memcmp(mac, token->mac, MAC) == 0;
}
