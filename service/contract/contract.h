/*
 * The program side of api/openapi.yaml: operations, the schemas of their bodies and their query
 * parameters, compiled once. A contract never changes after loading, so any number of threads may
 * check with it.
 */
#ifndef UNKNOT_CONTRACT_CONTRACT_H
#define UNKNOT_CONTRACT_CONTRACT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/complaints.h"

struct contract;
struct schema;

struct contract_operation {
    const char *method; /* "POST" */
    const char *path;   /* "/recommendations" */
    const char *id;     /* "createRecommendation" */
    bool takes_body;    /* of JSON */
    bool body_required;
};

struct contract_pair {
    const char *name;
    const char *value;
};

/* Compiles OpenAPI 3.1 in JSON: all that requests use. NULL with a message that names the place
   when something is not understood: a keyword that is silently ignored would let through what the
   contract forbids. */
struct contract *contract_load(const char *json, size_t len, char *message, size_t size) MUST_CHECK;
void contract_free(struct contract *contract);

/* All operations, in the order of the document. */
size_t contract_operations(const struct contract *contract, const struct contract_operation **all);

/* The schema of the JSON body; NULL when the operation takes none or is not known. */
const struct schema *contract_request_schema(const struct contract *contract,
                                             const char *operation_id);

/* Complains about everything in `value` that breaks the schema. Allocates nothing but complaints.
 */
void contract_check(const struct schema *schema, const json_t *value, struct complaints *out);

/* The same for decoded query parameters; the pointer of a complaint is "?name". */
void contract_check_query(const struct contract *contract, const char *operation_id,
                          const struct contract_pair *pairs, size_t count, struct complaints *out);

#endif
