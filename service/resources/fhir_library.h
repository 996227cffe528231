/*
 * The FHIR definitions of the release, rendered once at start as the catalogue is: whole, as a
 * summary, and with what a search looks at.
 */
#ifndef UNKNOT_RESOURCES_FHIR_LIBRARY_H
#define UNKNOT_RESOURCES_FHIR_LIBRARY_H

#include "http/etag.h"
#include "interop/fhir_definitions.h"
#include "resources/catalogue.h"

struct fhir_concept_text {
    const char *code;
    const char *display, *definition; /* NULL: none */
};

struct fhir_entry {
    const char *id, *url, *version, *name, *title, *status, *date, *updated;
    const char *identifier_system, *identifier; /* NULL: none */
    struct rendered rendered;
    struct rendered summary; /* for _summary=true; never compressed */
    char etag[ETAG_SIZE];
    size_t concept_count; /* of a CodeSystem */
    const struct fhir_concept_text *concepts;
};

struct fhir_shelf {
    size_t count;
    const struct fhir_entry *entries;
};

struct fhir_library;

/* NULL without memory. */
struct fhir_library *fhir_library_new(const struct knowledge *knowledge) MUST_CHECK;
void fhir_library_free(struct fhir_library *library);

/* All of a type in a language of the release (any other tag is English). */
const struct fhir_shelf *fhir_library_shelf(const struct fhir_library *library,
                                            const char *language, enum fhir_definition definition);

#endif
