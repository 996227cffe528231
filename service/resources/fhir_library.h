/*
 * The FHIR definitions of the release, rendered as the catalogue is, all of a type when one is
 * first asked for: whole, as a summary, and with what a search looks at.
 */
#ifndef UNKNOT_RESOURCES_FHIR_LIBRARY_H
#define UNKNOT_RESOURCES_FHIR_LIBRARY_H

#include "interop/fhir_definitions.h"
#include "resources/rendered.h"

struct fhir_concept_text {
    const char *code;
    const char *display, *definition; /* NULL: none */
};

struct fhir_entry {
    const char *id, *url, *version, *name, *title, *status, *date, *updated;
    const char *identifier_system, *identifier; /* NULL: none */
    struct rendered rendered;
    struct rendered summary; /* for _summary=true */
    size_t concept_count;    /* of a CodeSystem */
    const struct fhir_concept_text *concepts;
};

struct fhir_shelf {
    struct arena arena;
    size_t count;
    struct fhir_entry *entries;
};

struct fhir_library;

/* Renders nothing yet. NULL without memory. */
struct fhir_library *fhir_library_new(const struct knowledge *knowledge) MUST_CHECK;
void fhir_library_free(struct fhir_library *library);

/* All of a type in a language of the release (any other tag is English); it lives as long as the
 * library. NULL: no memory to render them. */
const struct fhir_shelf *fhir_library_shelf(struct fhir_library *library, const char *language,
                                            enum fhir_definition definition);

#endif
