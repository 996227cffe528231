/*
 * A FHIR request as a request to one of our own operations: the same handler, the same checks, the
 * same effect. What it answers stands in the response, for the FHIR handler to translate; what it
 * refuses is a problem with pointers into its own body, which fhir_native_places() moves to the
 * places of the FHIR body.
 */
#ifndef UNKNOT_RESOURCES_FHIR_NATIVE_H
#define UNKNOT_RESOURCES_FHIR_NATIVE_H

#include "resources/app.h"

struct fhir_native {
    const char *operation;    /* "patchCarePlan" */
    json_t *body;             /* borrowed; NULL: none */
    const char *params[2][2]; /* {name, value} of its path; NULL: none */
    const char *query[4][2];  /* {name, value} of its query; NULL: none */
    const char *if_match;     /* instead of the client's; NULL: the client's */
};

/* Calls it, without the client's Idempotency-Key: that is kept with the FHIR answer, by
 * fhir_once(). STATUS_OK: the answer is in the response, its body also in `*answer` (a new
 * reference; NULL when there is none), taken out of the response. */
enum status fhir_native_call(const struct fhir_native *native, struct app *app,
                             const struct http_request *request, struct http_response *response,
                             json_t **answer) MUST_CHECK;

/* A place of a native body, as the beginning of a pointer, and where that is in the FHIR body. */
struct fhir_place {
    const char *native, *fhir;
};

/* Moves the pointers of all errors; the table ends with {NULL, where everything else belongs}. */
void fhir_native_places(struct http_response *response, const struct fhir_place *places);

#endif
