/* The CapabilityStatement, built from what the route table says: it cannot promise more. */
#ifndef UNKNOT_INTEROP_FHIR_CAPABILITY_H
#define UNKNOT_INTEROP_FHIR_CAPABILITY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct fhir_route {
    const char *method; /* "GET" */
    const char *path;   /* "/fhir/CarePlan/{id}" */
    const char
        *query; /* known parameters, separated by spaces, a star for repeatable; may be NULL */
};

struct fhir_capability {
    const char *base;      /* "https://clinic.example/fhir" */
    const char *version;   /* of the program */
    const char *date;      /* of the knowledge release */
    const char *token_url; /* of the authorization server; NULL or "": there is none */
    const struct fhir_route *routes;
    size_t route_count;
};

/* NULL without memory. */
json_t *fhir_capability(const struct fhir_capability *about);

#endif
