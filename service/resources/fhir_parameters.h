/*
 * A FHIR operation is asked by GET, with its parameters in the query, or by POST, with a Parameters
 * resource. Here the second becomes the first, for handlers that know only a query.
 */
#ifndef UNKNOT_RESOURCES_FHIR_PARAMETERS_H
#define UNKNOT_RESOURCES_FHIR_PARAMETERS_H

#include "http/request.h"
#include "http/response.h"

enum { FHIR_NUMBERS = 4 };

struct fhir_parameters {
    struct http_request view; /* the request, its query made of the body; borrows from both */
    char numbers[FHIR_NUMBERS][24];
};

/*
 * Reads the body where there is one. Known are the names of the route's `query`; a Coding (coding,
 * codingA, codingB, codeableConcept) stands for its code and the system. STATUS_INVALID, with the
 * place of each, for what is not known, has no value of use, or is there twice.
 */
enum status fhir_parameters_read(struct fhir_parameters *parameters,
                                 const struct http_request *request,
                                 struct http_response *response) MUST_CHECK;

/* 400: a parameter is missing. Gives STATUS_INVALID. */
enum status fhir_parameters_missing(const struct http_request *request,
                                    struct http_response *response, const char *name) MUST_CHECK;

#endif
