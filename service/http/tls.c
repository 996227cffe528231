#include "http/tls.h"

#include <gnutls/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "http/clock.h"

enum { CHAIN_MAX = 8, FILE_MAX_BYTES = 1 << 18, KEY_ID_MAX = 64 };

const char tls_priorities[] =
    "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:+AEAD"
    ":+ECDHE-ECDSA:+ECDHE-RSA:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1"
    ":+SIGN-ECDSA-SECP256R1-SHA256:+SIGN-ECDSA-SECP384R1-SHA384:+SIGN-EDDSA-ED25519"
    ":+SIGN-ECDSA-SHA256:+SIGN-ECDSA-SHA384:+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-PSS-RSAE-SHA384"
    ":+SIGN-RSA-PSS-RSAE-SHA512:+SIGN-RSA-SHA256:+SIGN-RSA-SHA384:+SIGN-RSA-SHA512"
    ":+CTYPE-X509:+COMP-NULL:%SERVER_PRECEDENCE:%SAFE_RENEGOTIATION";

struct tls_identity {
    gnutls_pcert_st chain[CHAIN_MAX];
    unsigned count;
    gnutls_privkey_t key;
    int64_t ends;
    uint64_t until_ms;          /* of one that is no longer shown */
    struct tls_identity *older; /* shown before */
};

/* libmicrohttpd's callback carries nothing of ours, so the one that is shown stands here. */
static struct {
    pthread_mutex_t lock;
    struct tls_identity *shown;
} showing = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- reading ---- */

static enum status refuse(char *message, size_t size, const char *path, const char *why) {
    (void)snprintf(message, size, "%s: %s", path, why);
    return STATUS_INVALID;
}

static bool read_pem(const char *path, struct buffer *text) {
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    (void)setvbuf(file, NULL, _IONBF, 0); /* no second copy of a key in memory */
    bool good = buffer_reserve(text, FILE_MAX_BYTES);
    if (good) {
        text->len = fread(text->data, 1, FILE_MAX_BYTES, file);
        good = !ferror(file) && text->len > 0;
    }
    (void)fclose(file);
    return good;
}

static gnutls_datum_t datum_of(const struct buffer *text) {
    return (gnutls_datum_t){.data = (unsigned char *)text->data, .size = (unsigned)text->len};
}

/* The certificates into the identity; the key id and the end of the first one out of it. */
static bool take_chain(struct tls_identity *identity, gnutls_x509_crt_t *list, unsigned count,
                       unsigned char id[KEY_ID_MAX], size_t *id_size) {
    bool good = gnutls_x509_crt_get_key_id(list[0], GNUTLS_KEYID_USE_SHA256, id, id_size) == 0;
    identity->ends = (int64_t)gnutls_x509_crt_get_expiration_time(list[0]);
    for (unsigned i = 0; good && i < count; i++) {
        good = gnutls_pcert_import_x509(&identity->chain[i], list[i], 0) == 0;
        identity->count += good;
    }
    for (unsigned i = 0; i < count; i++)
        gnutls_x509_crt_deinit(list[i]);
    return good;
}

static enum status read_chain(struct tls_identity *identity, const char *path,
                              unsigned char id[KEY_ID_MAX], size_t *id_size, char *message,
                              size_t size) {
    struct buffer text;
    gnutls_x509_crt_t list[CHAIN_MAX];
    unsigned count = CHAIN_MAX;
    buffer_init(&text);
    if (!read_pem(path, &text)) {
        buffer_free(&text);
        return refuse(message, size, path, "cannot be read");
    }
    const gnutls_datum_t datum = datum_of(&text);
    int found = gnutls_x509_crt_list_import(list, &count, &datum, GNUTLS_X509_FMT_PEM,
                                            GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED |
                                                GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED);
    buffer_free(&text);
    if (found == GNUTLS_E_CERTIFICATE_LIST_UNSORTED)
        return refuse(message, size, path,
                      "each certificate must be followed by the one it hangs on");
    if (found <= 0)
        return refuse(message, size, path, "holds no certificates in PEM, or more than eight");
    return take_chain(identity, list, count, id, id_size)
               ? STATUS_OK
               : refuse(message, size, path, "the certificate cannot be used");
}

static enum status read_key(struct tls_identity *identity, const char *path,
                            unsigned char id[KEY_ID_MAX], size_t *id_size, char *message,
                            size_t size) {
    struct buffer text;
    gnutls_x509_privkey_t key = NULL;
    const char *fault = "cannot be read";
    buffer_init(&text);
    if (read_pem(path, &text)) {
        const gnutls_datum_t datum = datum_of(&text);
        fault = "holds no private key in PEM without a password";
        if (gnutls_x509_privkey_init(&key) == 0 &&
            gnutls_x509_privkey_import2(key, &datum, GNUTLS_X509_FMT_PEM, NULL, 0) == 0 &&
            gnutls_x509_privkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, id, id_size) == 0 &&
            gnutls_privkey_init(&identity->key) == 0 &&
            gnutls_privkey_import_x509(identity->key, key, GNUTLS_PRIVKEY_IMPORT_COPY) == 0)
            fault = NULL;
    }
    if (text.data)
        explicit_bzero(text.data, text.len);
    buffer_free(&text);
    if (key)
        gnutls_x509_privkey_deinit(key);
    return fault ? refuse(message, size, path, fault) : STATUS_OK;
}

enum status tls_identity_read(const char *certificate_path, const char *key_path,
                              struct tls_identity **out, char *message, size_t size) {
    unsigned char certified[KEY_ID_MAX], held[KEY_ID_MAX];
    size_t certified_size = sizeof certified, held_size = sizeof held;
    struct tls_identity *identity = calloc(1, sizeof *identity);
    *out = NULL;
    (void)snprintf(message, size, "out of memory");
    if (!identity)
        return STATUS_NO_MEMORY;
    enum status status =
        read_chain(identity, certificate_path, certified, &certified_size, message, size);
    if (status == STATUS_OK)
        status = read_key(identity, key_path, held, &held_size, message, size);
    if (status == STATUS_OK &&
        (certified_size != held_size || memcmp(certified, held, held_size) != 0))
        status = refuse(message, size, key_path, "is not the key of the certificate");
    if (status == STATUS_OK)
        *out = identity;
    else
        tls_identity_free(identity);
    return status;
}

void tls_identity_free(struct tls_identity *identity) {
    if (!identity)
        return;
    for (unsigned i = 0; i < identity->count; i++)
        gnutls_pcert_deinit(&identity->chain[i]);
    if (identity->key)
        gnutls_privkey_deinit(identity->key);
    free(identity);
}

int64_t tls_identity_ends(const struct tls_identity *identity) {
    return identity->ends;
}

/* ---- showing ---- */

/* Under the lock: those whose last handshake is over. */
static void free_older(struct tls_identity *identity, uint64_t now_ms) {
    struct tls_identity **at = &identity->older;
    while (*at) {
        struct tls_identity *one = *at;
        if (one->until_ms > now_ms) {
            at = &one->older;
            continue;
        }
        *at = one->older;
        tls_identity_free(one);
    }
}

void tls_show(struct tls_identity *identity_owned, unsigned linger_ms) {
    uint64_t now_ms = clock_ms();
    pthread_mutex_lock(&showing.lock);
    if (showing.shown)
        showing.shown->until_ms = now_ms + linger_ms;
    identity_owned->older = showing.shown;
    showing.shown = identity_owned;
    free_older(identity_owned, now_ms);
    pthread_mutex_unlock(&showing.lock);
}

void tls_forget(void) {
    pthread_mutex_lock(&showing.lock);
    struct tls_identity *all = showing.shown;
    showing.shown = NULL;
    pthread_mutex_unlock(&showing.lock);
    if (all)
        free_older(all, UINT64_MAX);
    tls_identity_free(all);
}

int tls_present(gnutls_session_t session, const struct gnutls_cert_retr_st *asked,
                gnutls_pcert_st **certificates, unsigned *count, gnutls_ocsp_data_st **staples,
                unsigned *staple_count, gnutls_privkey_t *key, unsigned *flags) {
    (void)session;
    (void)asked;
    *staples = NULL;
    *staple_count = 0;
    *flags = 0; /* ours to free */
    pthread_mutex_lock(&showing.lock);
    struct tls_identity *identity = showing.shown;
    pthread_mutex_unlock(&showing.lock);
    if (!identity)
        return -1;
    *certificates = identity->chain;
    *count = identity->count;
    *key = identity->key;
    return 0;
}
