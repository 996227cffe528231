/*
 * A FHIR write and its Idempotency-Key. With a key the write, the key and the FHIR answer are one
 * transaction: a request that is sent again gets the first answer, before If-Match and everything
 * else is looked at, whatever the resource has become since. Without a key it is simply done.
 */
#ifndef UNKNOT_RESOURCES_FHIR_ONCE_H
#define UNKNOT_RESOURCES_FHIR_ONCE_H

#include "resources/app.h"
#include "resources/ids.h"

/* The write itself. `patient_id`, "" at first: whose record the answer tells of, so that it is
 * erased with them; stays "" for nobody's. */
typedef enum status fhir_write(struct app *app, const struct http_request *request,
                               struct http_response *response, char patient_id[PATIENT_ID_SIZE]);

enum status fhir_once(struct app *app, const struct http_request *request,
                      struct http_response *response, fhir_write *write) MUST_CHECK;

/* The same, but always one transaction, with a key or without. */
enum status fhir_whole(struct app *app, const struct http_request *request,
                       struct http_response *response, fhir_write *write) MUST_CHECK;

/* The patient_id that ids of records begin with; "" where this is no such id. */
void fhir_patient_part(const char *id, char patient_id[PATIENT_ID_SIZE]);

#endif
