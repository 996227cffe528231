/*
 * The two secrets of a tenant: one makes patient ids out of references, one signs cursors. They
 * never change, and so they are read once and kept.
 */
#ifndef UNKNOT_RESOURCES_TENANT_SECRETS_H
#define UNKNOT_RESOURCES_TENANT_SECRETS_H

#include "http/request.h"
#include "http/response.h"
#include "resources/ids.h"

enum { TENANT_SECRET_MAX = 64 };

struct tenant_secret {
    unsigned char bytes[TENANT_SECRET_MAX];
    size_t len;
};

struct tenant_secrets {
    struct tenant_secret patient, cursor;
};

/* Of the caller's tenant; asks the database the first time. A failure is a problem already. */
enum status tenant_secrets_get(const struct http_request *request, struct http_response *response,
                               struct tenant_secrets *secrets) MUST_CHECK;

/* HMAC-SHA256 with a secret. */
enum status tenant_sign(const struct tenant_secret *secret, const void *bytes, size_t len,
                        unsigned char mac[32]) MUST_CHECK;

/* The patient_id of a reference: the same reference gives the same id in one tenant only. */
enum status patient_id_of(const struct tenant_secrets *secrets, const char *reference,
                          char patient_id[PATIENT_ID_SIZE]) MUST_CHECK;

/*
 * The patient a patient's credential is about, as patient_id; "" when the caller is no patient.
 * (Tokens name patients by the clinic's reference.)
 */
enum status caller_patient_id(const struct http_request *request, struct http_response *response,
                              char patient_id[PATIENT_ID_SIZE]) MUST_CHECK;

#endif
