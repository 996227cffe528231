#include "resources/fhir_once.h"

#include <string.h>

#include "base/json_memory.h"
#include "resources/fhir_edge.h"
#include "resources/idempotency.h"

void fhir_patient_part(const char *id, char patient_id[PATIENT_ID_SIZE]) {
    enum { LEN = PATIENT_ID_SIZE - 1 };
    patient_id[0] = '\0';
    if (!id || strlen(id) <= LEN || id[LEN] != '.')
        return;
    memcpy(patient_id, id, LEN);
    patient_id[LEN] = '\0';
    if (!patient_id_is(patient_id))
        patient_id[0] = '\0';
}

/* Inside of the unit: the first answer again, or the write and its answer. */
static enum status replay_or_write(struct idempotency *once, struct app *app,
                                   const struct http_request *request,
                                   struct http_response *response, fhir_write *write) {
    char patient_id[PATIENT_ID_SIZE] = "";
    bool answered = false;
    enum status status = STATUS_OK;
    if (once->present)
        status = idempotency_claim(once, request, response, &answered);
    if (status == STATUS_OK && answered) {
        response->content_type = response->body.len ? fhir_media(request) : NULL;
        return status;
    }
    if (status == STATUS_OK)
        status = write(app, request, response, patient_id);
    if (status != STATUS_OK || response->problem || !once->present)
        return status;
    return idempotency_keep(once, request, response, *patient_id ? patient_id : NULL);
}

/* What was prepared as the answer is none when the end of the transaction failed. */
static enum status end_unit(const struct http_request *request, struct http_response *response,
                            enum status status) {
    bool commit = status == STATUS_OK && !response->problem && !json_memory_failed();
    enum status ended = tenant_unit_end(request, response, commit);
    if (ended == STATUS_OK)
        return status;
    response_drop_body(response);
    response_header_drop(response, "Location");
    response->etag[0] = '\0';
    return ended;
}

static enum status write_in_unit(struct idempotency *once, struct app *app,
                                 const struct http_request *request, struct http_response *response,
                                 fhir_write *write) {
    enum status status = tenant_unit_begin(request, response);
    if (status != STATUS_OK)
        return status;
    return end_unit(request, response, replay_or_write(once, app, request, response, write));
}

enum status fhir_once(struct app *app, const struct http_request *request,
                      struct http_response *response, fhir_write *write) {
    struct idempotency once;
    char nobody[PATIENT_ID_SIZE] = "";
    enum status status = idempotency_read(&once, request, response, IDEMPOTENCY_OPTIONAL);
    if (status == STATUS_OK)
        status = once.present ? write_in_unit(&once, app, request, response, write)
                              : write(app, request, response, nobody);
    idempotency_free(&once);
    return status;
}

enum status fhir_whole(struct app *app, const struct http_request *request,
                       struct http_response *response, fhir_write *write) {
    struct idempotency once;
    char nobody[PATIENT_ID_SIZE] = "";
    if (request->is_part) /* of a whole that stands open already */
        return write(app, request, response, nobody);
    enum status status = idempotency_read(&once, request, response, IDEMPOTENCY_OPTIONAL);
    if (status == STATUS_OK)
        status = write_in_unit(&once, app, request, response, write);
    idempotency_free(&once);
    return status;
}
