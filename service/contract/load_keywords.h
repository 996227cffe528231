/* What each keyword of a schema does at load: each fills its part of the schema or fails with a
 * message. */
#ifndef UNKNOT_CONTRACT_LOAD_KEYWORDS_H
#define UNKNOT_CONTRACT_LOAD_KEYWORDS_H

#include "contract/loader.h"

/* The component schema behind "#/components/schemas/NAME". */
const struct schema *load_schema_ref(struct loader *loader, const char *ref) MUST_CHECK;

/* Parts of a schema that are made when the first keyword needs them; NULL after a loader_fail. */
struct schema_range *range_of(struct loader *loader, struct schema *schema) MUST_CHECK;
struct schema_text *text_of(struct loader *loader, struct schema *schema) MUST_CHECK;
struct schema_array *array_of(struct loader *loader, struct schema *schema) MUST_CHECK;
struct schema_object *object_of(struct loader *loader, struct schema *schema) MUST_CHECK;

/* A limit such as maxItems. */
bool load_size(struct loader *loader, size_t *size, const json_t *value) MUST_CHECK;

#define KEYWORD(name)                                                                              \
    bool keyword_##name(struct loader *loader, struct schema *schema, const json_t *value)

KEYWORD(additional_properties) MUST_CHECK;
KEYWORD(all_of) MUST_CHECK;
KEYWORD(any_of) MUST_CHECK;
KEYWORD(const) MUST_CHECK;
KEYWORD(enum) MUST_CHECK;
KEYWORD(exclusive_maximum) MUST_CHECK;
KEYWORD(exclusive_minimum) MUST_CHECK;
KEYWORD(format) MUST_CHECK;
KEYWORD(items) MUST_CHECK;
KEYWORD(max_items) MUST_CHECK;
KEYWORD(max_length) MUST_CHECK;
KEYWORD(max_properties) MUST_CHECK;
KEYWORD(maximum) MUST_CHECK;
KEYWORD(min_items) MUST_CHECK;
KEYWORD(min_length) MUST_CHECK;
KEYWORD(min_properties) MUST_CHECK;
KEYWORD(minimum) MUST_CHECK;
KEYWORD(multiple_of) MUST_CHECK;
KEYWORD(one_of) MUST_CHECK;
KEYWORD(pattern) MUST_CHECK;
KEYWORD(properties) MUST_CHECK;
KEYWORD(property_names) MUST_CHECK;
KEYWORD(ref) MUST_CHECK;
KEYWORD(required) MUST_CHECK;
KEYWORD(type) MUST_CHECK;
KEYWORD(unevaluated_properties) MUST_CHECK;
KEYWORD(unique_items) MUST_CHECK;

#endif
