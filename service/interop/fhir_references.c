#include "interop/fhir_references.h"

#include <stdio.h>
#include <string.h>

#include "base/json_pointer.h"

enum { POINTER_SIZE = 256 };

bool fhir_references_wait(const json_t *value, const json_t *targets) {
    const char *name;
    json_t *member;
    size_t i;
    bool waits = false;
    json_object_foreach((json_t *)value, name, member) {
        const char *text = strcmp(name, "reference") == 0 ? json_string_value(member) : NULL;
        waits = waits || json_is_null(text ? json_object_get(targets, text) : NULL) ||
                fhir_references_wait(member, targets);
    }
    json_array_foreach((json_t *)value, i, member) {
        waits = waits || fhir_references_wait(member, targets);
    }
    return waits;
}

struct resolving {
    const json_t *targets;
    struct complaints *complaints;
    bool good;
};

static void resolve(struct resolving *resolving, json_t *value, const char *pointer);

static void resolve_text(struct resolving *resolving, json_t *object, const char *text,
                         const char *pointer) {
    const char *target = json_string_value(json_object_get(resolving->targets, text));
    if (target)
        resolving->good &= json_object_set_new(object, "reference", json_string(target)) == 0;
    else if (strncmp(text, "urn:", 4) == 0)
        complain(resolving->complaints, pointer, "unknown_id",
                 "names no entry of the Bundle that makes something");
    else if (strchr(text, '?'))
        complain(resolving->complaints, pointer, "not_supported",
                 "is a search: refer to an entry or to an id");
}

static void resolve_below(struct resolving *resolving, json_t *value, const char *step,
                          const char *pointer) {
    char place[POINTER_SIZE];
    (void)snprintf(place, sizeof place, "%s", pointer);
    (void)json_pointer_add(place, sizeof place, step);
    resolve(resolving, value, place);
}

static void resolve(struct resolving *resolving, json_t *value, const char *pointer) {
    char number[24];
    const char *name;
    json_t *member;
    size_t i;
    const char *text = json_string_value(json_object_get(value, "reference"));
    if (text) {
        char place[POINTER_SIZE];
        (void)snprintf(place, sizeof place, "%s/reference", pointer);
        resolve_text(resolving, value, text, place);
    }
    json_object_foreach(value, name, member) {
        resolve_below(resolving, member, name, pointer);
    }
    json_array_foreach(value, i, member) {
        (void)snprintf(number, sizeof number, "%zu", i);
        resolve_below(resolving, member, number, pointer);
    }
}

bool fhir_references_resolve(json_t *resource, const json_t *targets, const char *pointer,
                             struct complaints *complaints) {
    struct resolving resolving = {targets, complaints, true};
    resolve(&resolving, resource, pointer);
    return resolving.good;
}
