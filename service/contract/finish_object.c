/*
 * Closed objects. unevaluatedProperties: false allows what the schema, its $ref and its allOf
 * declare, which is known here; names that only some branch of anyOf or oneOf declares would depend
 * on the value and are refused.
 */
#include <string.h>

#include "contract/loader.h"

const struct schema_member *schema_member_named(const struct schema *schema, const char *name) {
    for (; schema; schema = schema->ref)
        for (size_t i = 0; schema->object && i < schema->object->count; i++)
            if (strcmp(schema->object->members[i].name, name) == 0)
                return &schema->object->members[i];
    return NULL;
}

/* Calls `take` for every schema that always applies to the same value, the first one excluded. */
static bool each_part(struct loader *loader, const struct schema *schema,
                      struct schema_object *into,
                      bool (*take)(struct loader *loader, const struct schema *part,
                                   struct schema_object *into)) {
    if (schema->ref && !take(loader, schema->ref, into))
        return false;
    for (const struct schema_choice *choice = schema->choices; choice; choice = choice->next)
        for (size_t i = 0; i < choice->count; i++)
            if (choice->kind == CHOICE_ALL && !take(loader, choice->branches[i], into))
                return false;
    return true;
}

static bool declares(const struct schema_object *object, const char *name) {
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->members[i].name, name) == 0)
            return object->members[i].declared;
    return false;
}

/* Adds what `part` declares, unchecked: the part checks it itself. */
static bool take_members(struct loader *loader, const struct schema *part,
                         struct schema_object *into) {
    size_t more = part->object ? part->object->count : 0;
    struct schema_member *members = loader_array(loader, into->count + more + 1, sizeof *members);
    if (!members)
        return false;
    if (into->count)
        memcpy(members, into->members, into->count * sizeof *members);
    into->members = members;
    for (size_t i = 0; i < more; i++) {
        const struct schema_member *member = &part->object->members[i];
        if (!member->declared || declares(into, member->name))
            continue;
        size_t at = 0;
        while (at < into->count && strcmp(members[at].name, member->name) != 0)
            at++;
        members[at].name = member->name;
        members[at].declared = true;
        into->count += at == into->count;
    }
    return each_part(loader, part, into, take_members);
}

static bool refuse_new_names(struct loader *loader, const struct schema *part,
                             struct schema_object *into) {
    for (size_t i = 0; part->object && i < part->object->count; i++) {
        const struct schema_member *member = &part->object->members[i];
        if (member->declared && !declares(into, member->name))
            return loader_fail(loader,
                               "%s declares '%s', which the schema around it with "
                               "unevaluatedProperties: false must declare",
                               part->place, member->name);
    }
    return each_part(loader, part, into, refuse_new_names);
}

static bool close_object(struct loader *loader, const struct schema *schema,
                         struct schema_object *object) {
    if (!each_part(loader, schema, object, take_members))
        return false;
    for (const struct schema_choice *choice = schema->choices; choice; choice = choice->next)
        for (size_t i = 0; i < choice->count; i++)
            if (!refuse_new_names(loader, choice->branches[i], object))
                return false;
    object->closed = true;
    return true;
}

static bool index_members(struct loader *loader, const struct schema *schema,
                          struct schema_object *object) {
    const char **names = loader_array(loader, object->count + 1, sizeof *names);
    size_t declared = 0;
    if (!names)
        return false;
    if (!name_map_init(&object->index, &loader->contract->arena, object->count))
        return loader_fail(loader, "no memory");
    for (size_t i = 0; i < object->count; i++) {
        const struct schema_member *member = &object->members[i];
        if (!name_map_add(&object->index, member->name, (uint32_t)i))
            return loader_fail(loader, "no memory");
        if (member->declared && !(names[declared++] = loader_quote(loader, member->name)))
            return false;
        if (!member->declared && object->closed)
            return loader_fail(loader, "%s requires '%s' and does not allow it", schema->place,
                               member->name);
    }
    object->list = loader_list(loader, names, declared, "and");
    return object->list != NULL;
}

bool finish_object(struct loader *loader, const struct schema *schema) {
    struct schema_object *object = schema->object;
    if (object->unevaluated && !close_object(loader, schema, object))
        return false;
    return index_members(loader, schema, object);
}
