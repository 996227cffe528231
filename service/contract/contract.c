/* Loading and looking up; the checking is in check.c and query.c. */
#include "contract/contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "contract/loader.h"

enum { BLOCK_SIZE = 64 * 1024, DOCUMENT_DEPTH = 128 };

static bool load_document(struct loader *loader) {
    const char *version = json_string_value(json_object_get(loader->document, "openapi"));
    if (!version || strncmp(version, "3.1.", 4) != 0)
        return loader_fail(loader, "only OpenAPI 3.1 is understood");
    const json_t *components = json_object_get(loader->document, "components");
    size_t count = json_object_size(json_object_get(components, "schemas"));
    loader->schemas = loader_array(loader, count + 1, sizeof(struct schema *));
    if (!loader->schemas)
        return false;
    if (!name_map_init(&loader->named, &loader->contract->arena, count))
        return loader_fail(loader, "no memory");
    if (!load_operations(loader))
        return false;
    loader_leave(loader, 0);
    return finish_schemas(loader);
}

struct contract *contract_load(const char *json, size_t len, char *message, size_t size) {
    struct json_text_problem problem;
    json_t *document = json_text_parse_within(json, len, DOCUMENT_DEPTH, &problem);
    if (!document) {
        (void)snprintf(message, size, "contract: line %zu, column %zu: %s", problem.line,
                       problem.column, problem.detail);
        return NULL;
    }
    struct contract *contract = calloc(1, sizeof *contract);
    struct loader loader = {
        .document = document, .contract = contract, .message = message, .message_size = size};
    bool loaded = false;
    if (contract) {
        arena_init(&contract->arena, BLOCK_SIZE);
        loaded = load_document(&loader);
    } else {
        (void)loader_fail(&loader, "no memory");
    }
    json_decref(document);
    if (loaded)
        return contract;
    contract_free(contract);
    return NULL;
}

void contract_free(struct contract *contract) {
    if (!contract)
        return;
    for (struct pattern *pattern = contract->patterns; pattern; pattern = pattern->next)
        pattern_release(pattern);
    arena_free(&contract->arena);
    free(contract);
}

size_t contract_operations(const struct contract *contract, const struct contract_operation **all) {
    *all = contract->listed;
    return contract->count;
}

const struct schema *contract_request_schema(const struct contract *contract,
                                             const char *operation_id) {
    int64_t number = name_map_get(&contract->index, operation_id);
    return number < 0 ? NULL : contract->operations[number].body;
}
