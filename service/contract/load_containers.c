/* Keywords about arrays, objects and combinations of schemas. */
#include <stdio.h>
#include <string.h>

#include "contract/load_keywords.h"

struct schema_array *array_of(struct loader *loader, struct schema *schema) {
    if (!schema->array) {
        schema->array = loader_array(loader, 1, sizeof *schema->array);
        if (schema->array)
            schema->array->max = SIZE_MAX;
    }
    return schema->array;
}

struct schema_object *object_of(struct loader *loader, struct schema *schema) {
    if (!schema->object) {
        schema->object = loader_array(loader, 1, sizeof *schema->object);
        if (schema->object)
            schema->object->max = SIZE_MAX;
    }
    return schema->object;
}

KEYWORD(items) {
    struct schema_array *array = array_of(loader, schema);
    return array && (array->items = load_schema(loader, value)) != NULL;
}

KEYWORD(min_items) {
    struct schema_array *array = array_of(loader, schema);
    return array && load_size(loader, &array->min, value);
}

KEYWORD(max_items) {
    struct schema_array *array = array_of(loader, schema);
    return array && load_size(loader, &array->max, value);
}

KEYWORD(unique_items) {
    struct schema_array *array = array_of(loader, schema);
    if (!json_is_boolean(value))
        return loader_fail(loader, "must be true or false");
    if (array)
        array->unique = json_is_true(value);
    return array != NULL;
}

KEYWORD(min_properties) {
    struct schema_object *object = object_of(loader, schema);
    return object && load_size(loader, &object->min, value);
}

KEYWORD(max_properties) {
    struct schema_object *object = object_of(loader, schema);
    return object && load_size(loader, &object->max, value);
}

/* The member of that name, added when it is new; NULL when the array is full. */
static struct schema_member *member_for(struct schema_object *object, size_t room,
                                        const char *name) {
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->members[i].name, name) == 0)
            return &object->members[i];
    if (object->count == room)
        return NULL;
    object->members[object->count].name = name;
    return &object->members[object->count++];
}

/* properties and required stand in any order, so each makes room for what it adds. */
static bool grow_members(struct loader *loader, struct schema_object *object, size_t more) {
    struct schema_member *members = loader_array(loader, object->count + more + 1, sizeof *members);
    if (!members)
        return false;
    if (object->count)
        memcpy(members, object->members, object->count * sizeof *members);
    object->members = members;
    return true;
}

KEYWORD(properties) {
    struct schema_object *object = object_of(loader, schema);
    if (!json_is_object(value))
        return loader_fail(loader, "must be an object");
    if (!object || !grow_members(loader, object, json_object_size(value)))
        return false;
    size_t room = object->count + json_object_size(value);
    const char *name;
    json_t *json;
    json_object_foreach(readable(value), name, json) {
        const char *kept = loader_copy(loader, name);
        struct schema_member *member = kept ? member_for(object, room, kept) : NULL;
        if (!member)
            return false;
        size_t before = loader_enter(loader, name);
        member->declared = true;
        member->schema = load_schema(loader, json);
        loader_leave(loader, before);
        if (!member->schema)
            return false;
    }
    return true;
}

static bool require(struct loader *loader, struct schema_object *object, size_t room,
                    const json_t *value, size_t bit) {
    const char *name = json_string_value(value);
    const char *kept = name ? loader_copy(loader, name) : NULL;
    struct schema_member *member = kept ? member_for(object, room, kept) : NULL;
    if (!member || member->required)
        return loader_fail(loader, "must be a list of different names");
    member->required = (uint64_t)1 << bit;
    object->required |= member->required;
    return true;
}

KEYWORD(required) {
    struct schema_object *object = object_of(loader, schema);
    size_t count = json_array_size(value);
    if (!json_is_array(value) || count > SCHEMA_REQUIRED_MAX)
        return loader_fail(loader, "must be a list of at most %d names", SCHEMA_REQUIRED_MAX);
    if (!object || !grow_members(loader, object, count))
        return false;
    size_t room = object->count + count;
    for (size_t i = 0; i < count; i++)
        if (!require(loader, object, room, json_array_get(value, i), i))
            return false;
    return true;
}

KEYWORD(additional_properties) {
    struct schema_object *object = object_of(loader, schema);
    if (!object || json_is_true(value))
        return object != NULL;
    object->closed = json_is_false(value);
    if (object->closed)
        return true;
    object->additional = load_schema(loader, value);
    return object->additional != NULL;
}

KEYWORD(unevaluated_properties) {
    struct schema_object *object = object_of(loader, schema);
    if (!json_is_boolean(value))
        return loader_fail(loader, "only true and false are supported");
    if (object)
        object->unevaluated = json_is_false(value);
    return object != NULL;
}

KEYWORD(property_names) {
    struct schema_object *object = object_of(loader, schema);
    return object && (object->names = load_schema(loader, value)) != NULL;
}

KEYWORD(ref) {
    if (!json_is_string(value))
        return loader_fail(loader, "must be text");
    schema->ref = load_schema_ref(loader, json_string_value(value));
    return schema->ref != NULL;
}

static bool load_choice(struct loader *loader, struct schema *schema, enum choice_kind kind,
                        const json_t *value) {
    struct schema_choice *choice = loader_array(loader, 1, sizeof *choice);
    size_t count = json_array_size(value);
    if (count == 0)
        return loader_fail(loader, "must be a list of schemas");
    const struct schema **branches = loader_array(loader, count, sizeof(struct schema *));
    if (!choice || !branches)
        return false;
    *choice = (struct schema_choice){
        .kind = kind, .branches = branches, .count = count, .next = schema->choices};
    schema->choices = choice;
    for (size_t i = 0; i < count; i++) {
        char segment[24];
        (void)snprintf(segment, sizeof segment, "%zu", i);
        size_t before = loader_enter(loader, segment);
        branches[i] = load_schema(loader, json_array_get(value, i));
        loader_leave(loader, before);
        if (!branches[i])
            return false;
    }
    return true;
}

KEYWORD(all_of) {
    return load_choice(loader, schema, CHOICE_ALL, value);
}

KEYWORD(any_of) {
    return load_choice(loader, schema, CHOICE_ANY, value);
}

KEYWORD(one_of) {
    return load_choice(loader, schema, CHOICE_ONE, value);
}
