/* Inside loading a contract: the document, where we are in it, and the first fault. */
#ifndef UNKNOT_CONTRACT_LOADER_H
#define UNKNOT_CONTRACT_LOADER_H

#include "contract/schema.h"

struct loader {
    const json_t *document;
    struct contract *contract;
    struct name_map named;   /* component schemas that were met */
    struct schema **schemas; /* by number of that map */
    size_t named_count;
    size_t depth;
    char *message; /* the first fault */
    size_t message_size;
    bool failed;
    char where[400];
    size_t where_len;
};

/* Keeps the first message with its place. Always false. */
bool loader_fail(struct loader *loader, const char *format, ...) PRINTF_LIKE(2, 3);

/* Goes a step down in the document; the result goes back to loader_leave. */
size_t loader_enter(struct loader *loader, const char *segment);
void loader_leave(struct loader *loader, size_t before);

/* Zeroed memory of the contract; NULL after a loader_fail. */
void *loader_array(struct loader *loader, size_t count, size_t size) MUST_CHECK;
const char *loader_copy(struct loader *loader, const char *text) MUST_CHECK;

/* What {"$ref": "#/components/<kind>/NAME"} leads to, the object itself without a $ref, NULL after
 * a loader_fail. */
const json_t *loader_follow(struct loader *loader, const json_t *object,
                            const char *kind) MUST_CHECK;

/* The text in quotes, for lists. */
const char *loader_quote(struct loader *loader, const char *text) MUST_CHECK;

/* "'a', 'b' and 7 others"; `last` is the word before the last one. */
const char *loader_list(struct loader *loader, const char *const *names, size_t count,
                        const char *last) MUST_CHECK;

/* Compiles a schema and all it needs; NULL after a loader_fail. */
const struct schema *load_schema(struct loader *loader, const json_t *json) MUST_CHECK;

/* Compiles enum and const; `values` is an array. */
bool load_allowed(struct loader *loader, struct schema_allowed *allowed,
                  const json_t *values) MUST_CHECK;

/* When all schemas are there: refuses circles, closes objects, finds tags, words what is expected.
 */
bool finish_schemas(struct loader *loader) MUST_CHECK;
bool finish_object(struct loader *loader, const struct schema *schema) MUST_CHECK;
bool finish_choice(struct loader *loader, struct schema_choice *choice) MUST_CHECK;
bool finish_words(struct loader *loader, struct schema *schema) MUST_CHECK;

/* The member of an object schema, or of the one it refers to; NULL when it has none of that name.
 */
const struct schema_member *schema_member_named(const struct schema *schema, const char *name);

/* No combination of schemas: such as can be checked without JSON. */
bool schema_is_plain(const struct schema *schema);

bool load_operations(struct loader *loader) MUST_CHECK;

/* jansson's iterators want a pointer to mutable data and only read. */
static inline json_t *readable(const json_t *json) {
    return (json_t *)json;
}

#endif
