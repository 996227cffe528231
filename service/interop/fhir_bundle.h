/* Bundles, each kind with the rules that validators hold it against: bdl-1, bdl-7, bdl-8. */
#ifndef UNKNOT_INTEROP_FHIR_BUNDLE_H
#define UNKNOT_INTEROP_FHIR_BUNDLE_H

#include <jansson.h>
#include <stdbool.h>

/* type: "searchset", "history", "collection", "transaction-response". NULL without memory. */
json_t *fhir_bundle(const char *type);

/* relation: "self", "next". link is always a list: clients search it. NULL url: left out. */
bool fhir_bundle_link(json_t *bundle, const char *relation, const char *url);

/* Only for searchset and history. */
bool fhir_bundle_total(json_t *bundle, long long total);

/*
 * Adds a resource; takes it (NULL is a failed allocation). full_url: absolute, without a version,
 * different for every entry of a searchset. mode: "match", "include", "outcome"; NULL: none.
 * Without entries the member is not there at all, as FHIR wants it.
 */
bool fhir_bundle_add(json_t *bundle, const char *full_url, json_t *resource_owned,
                     const char *mode);

/* Adds an entry as it is; takes it (NULL is a failed allocation). For histories and answers. */
bool fhir_bundle_entry(json_t *bundle, json_t *entry_owned);

/* The entry added last, for members of other kinds (request, response): borrowed. */
json_t *fhir_bundle_last(json_t *bundle);

/* "BASE/Type/ID" in a text of jansson; NULL without memory. */
json_t *fhir_full_url(const char *base, const json_t *resource);

#endif
