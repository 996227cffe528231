/* What can only be said when all schemas are there, for they refer to each other. */
#include <stdio.h>
#include <string.h>

#include "contract/loader.h"

enum { MARK_NEW, MARK_OPEN, MARK_DONE };

/* What the parts leave over is all a value can be, and saying so beats "fits none of the forms". */
static bool narrow_types(struct loader *loader, struct schema *schema) {
    if (schema->ref)
        schema->types &= schema->ref->types;
    for (const struct schema_choice *choice = schema->choices; choice; choice = choice->next) {
        unsigned any = 0, all = TYPE_ANY;
        for (size_t i = 0; i < choice->count; i++) {
            any |= choice->branches[i]->types;
            all &= choice->branches[i]->types;
        }
        schema->types &= choice->kind == CHOICE_ALL ? all : any;
    }
    return schema->types || loader_fail(loader, "%s: no type is left that fits", schema->place);
}

/* A schema that needs itself for the same value would never end. */
static bool circles(struct loader *loader, struct schema *schema) {
    if (schema->mark == MARK_DONE)
        return true;
    if (schema->mark == MARK_OPEN)
        return loader_fail(loader, "%s needs itself for the same value", schema->place);
    schema->mark = MARK_OPEN;
    if (schema->ref && !circles(loader, (struct schema *)schema->ref))
        return false;
    for (struct schema_choice *choice = schema->choices; choice; choice = choice->next)
        for (size_t i = 0; i < choice->count; i++)
            if (!circles(loader, (struct schema *)choice->branches[i]))
                return false;
    schema->mark = MARK_DONE;
    return narrow_types(loader, schema);
}

static bool bounded(struct loader *loader, const struct schema *schema) {
    const struct schema_text *text = schema->text;
    const struct schema_array *array = schema->array;
    if (text && text->pattern && text->pattern->regex && text->max > SCHEMA_SLOW_PATTERN_MAX)
        return loader_fail(loader, "%s: a pattern with groups needs a maxLength up to %d",
                           schema->place, SCHEMA_SLOW_PATTERN_MAX);
    if (array && array->unique && array->max > SCHEMA_UNIQUE_MAX)
        return loader_fail(loader, "%s: uniqueItems needs maxItems up to %d", schema->place,
                           SCHEMA_UNIQUE_MAX);
    return true;
}

/* Names of members and query values are checked as plain texts. */
bool schema_is_plain(const struct schema *schema) {
    for (; schema; schema = schema->ref)
        if (schema->choices || schema->nothing)
            return false;
    return true;
}

static bool finish_schema(struct loader *loader, struct schema *schema) {
    if (!bounded(loader, schema))
        return false;
    if (schema->object && !finish_object(loader, schema))
        return false;
    if (schema->object && schema->object->names &&
        (!schema_is_plain(schema->object->names) || schema->object->names->ref))
        return loader_fail(loader, "%s: propertyNames is too complex", schema->place);
    for (struct schema_choice *choice = schema->choices; choice; choice = choice->next)
        if (!finish_choice(loader, choice))
            return false;
    return finish_words(loader, schema);
}

bool finish_schemas(struct loader *loader) {
    struct schema *all = loader->contract->schemas;
    for (struct schema *schema = all; schema; schema = schema->next)
        if (!circles(loader, schema))
            return false;
    for (struct schema *schema = all; schema; schema = schema->next)
        if (!finish_schema(loader, schema))
            return false;
    return true;
}
