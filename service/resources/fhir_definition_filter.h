/* What a search over the FHIR definitions keeps, and in which order. */
#ifndef UNKNOT_RESOURCES_FHIR_DEFINITION_FILTER_H
#define UNKNOT_RESOURCES_FHIR_DEFINITION_FILTER_H

#include "base/arena.h"
#include "resources/fhir_library.h"

struct fhir_filter;

/* The filter of a parameter ("title:contains"); NULL: there is none. */
const struct fhir_filter *fhir_filter_named(const char *parameter);

/* False: the value cannot be read ("a,b": any of them). */
bool fhir_filter_reads(const struct fhir_filter *filter, const char *values);

bool fhir_filter_keeps(const struct fhir_filter *filter, struct arena *arena,
                       const struct fhir_entry *entry, const char *values);

/* "title,-date": false where one of them is no order of ours. */
bool fhir_order_reads(const char *keys);

/* Those that are equal keep their order. */
void fhir_order(const char *keys, const struct fhir_entry **entries, size_t count);

#endif
