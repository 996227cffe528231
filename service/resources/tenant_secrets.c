#include "resources/tenant_secrets.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <string.h>

#include "access/access.h"
#include "base/hex.h"
#include "resources/sql_value.h"
#include "resources/tenant_call.h"

/* ---- what was read before ---- */

enum { SLOTS = 512 };

static struct {
    char tenant[TENANT_SIZE];
    struct tenant_secrets secrets;
} kept[SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* FNV-1a; a tenant that lands on another's slot takes it over. */
static size_t slot_of(const char *tenant) {
    uint32_t hash = 2166136261u;
    for (; *tenant; tenant++)
        hash = (hash ^ (unsigned char)*tenant) * 16777619u;
    return hash % SLOTS;
}

static bool recall(const char *tenant, struct tenant_secrets *secrets) {
    size_t slot = slot_of(tenant);
    (void)pthread_mutex_lock(&lock);
    bool known = strcmp(kept[slot].tenant, tenant) == 0;
    if (known)
        *secrets = kept[slot].secrets;
    (void)pthread_mutex_unlock(&lock);
    return known;
}

static void keep(const char *tenant, const struct tenant_secrets *secrets) {
    size_t slot = slot_of(tenant);
    (void)pthread_mutex_lock(&lock);
    memcpy(kept[slot].tenant, tenant, TENANT_SIZE);
    kept[slot].secrets = *secrets;
    (void)pthread_mutex_unlock(&lock);
}

/* ---- reading ---- */

static bool read_secret(const char *bytea, struct tenant_secret *secret) {
    secret->len = sql_bytea_read(bytea, secret->bytes, sizeof secret->bytes);
    return secret->len >= 32;
}

static enum status read_row(const struct tenant_call *call, int step,
                            struct tenant_secrets *secrets) {
    if (tenant_call_count(call, step) != 1)
        return STATUS_UNAUTHENTICATED; /* the tenant is gone, and with it its keys */
    bool good =
        read_secret(tenant_call_value(call, step, 0, "patient_secret"), &secrets->patient) &&
        read_secret(tenant_call_value(call, step, 0, "cursor_secret"), &secrets->cursor);
    return good ? STATUS_OK : STATUS_INTERNAL;
}

enum status tenant_secrets_get(const struct http_request *request, struct http_response *response,
                               struct tenant_secrets *secrets) {
    const char *tenant = access_caller(request)->tenant;
    if (recall(tenant, secrets))
        return STATUS_OK;
    struct tenant_call call;
    tenant_call_begin(&call, request, response, TENANT_READ);
    int step = tenant_call_add(&call, "tenant_get", NULL, 0);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = read_row(&call, step, secrets);
    tenant_call_end(&call);
    if (status == STATUS_OK)
        keep(tenant, secrets);
    return status;
}

/* ---- signing ---- */

enum status tenant_sign(const struct tenant_secret *secret, const void *bytes, size_t len,
                        unsigned char mac[32]) {
    int fault = gnutls_hmac_fast(GNUTLS_MAC_SHA256, secret->bytes, secret->len, bytes, len, mac);
    return fault == 0 ? STATUS_OK : STATUS_INTERNAL;
}

enum status patient_id_of(const struct tenant_secrets *secrets, const char *reference,
                          char patient_id[PATIENT_ID_SIZE]) {
    unsigned char mac[32];
    enum status status = tenant_sign(&secrets->patient, reference, strlen(reference), mac);
    if (status != STATUS_OK)
        return status;
    hex_write(mac, (PATIENT_ID_SIZE - 1) / 2, patient_id);
    return STATUS_OK;
}

enum status caller_patient_id(const struct http_request *request, struct http_response *response,
                              char patient_id[PATIENT_ID_SIZE]) {
    const struct principal *caller = access_caller(request);
    patient_id[0] = '\0';
    if (caller->kind != PRINCIPAL_PATIENT)
        return STATUS_OK;
    if (caller->subject_is_reference) {
        struct tenant_secrets secrets;
        enum status status = tenant_secrets_get(request, response, &secrets);
        return status == STATUS_OK ? patient_id_of(&secrets, caller->subject, patient_id) : status;
    }
    if (!patient_id_is(caller->subject))
        return STATUS_FORBIDDEN;
    memcpy(patient_id, caller->subject, PATIENT_ID_SIZE);
    return STATUS_OK;
}
