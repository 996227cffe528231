#include "interop/fhir_kept.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/json_pointer.h"
#include "interop/fhir_json.h"
#include "interop/fhir_names.h"

enum { PATH_SIZE = 128, POINTER_SIZE = 192 };

void fhir_refuse_modifiers(const json_t *resource, struct complaints *complaints) {
    static const char *const members[] = {"modifierExtension", "implicitRules"};
    char pointer[POINTER_SIZE];
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (!json_object_get(resource, members[i]))
            continue;
        (void)snprintf(pointer, sizeof pointer, "#/%s", members[i]);
        complain(complaints, pointer, "not_supported", "is not understood");
    }
}

struct walk {
    const char *const *kept;
    struct complaints *complaints;
};

enum kept { DROPPED, IN_PART, WHOLE };

static enum kept is_kept(const struct walk *walk, const char *path) {
    static const char *const always[] = {"resourceType",      "id",           "meta", "text",
                                         "modifierExtension", "implicitRules"};
    size_t len = strlen(path);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (strcmp(path, always[i]) == 0)
            return WHOLE;
    enum kept found = DROPPED;
    for (const char *const *kept = walk->kept; *kept && found != WHOLE; kept++)
        if (strncmp(*kept, path, len) == 0 && strchr(".", (*kept)[len]))
            found = (*kept)[len] ? IN_PART : WHOLE;
    return found;
}

/* Of extensions only our own are kept. */
static void look_at_extensions(const struct walk *walk, const json_t *list, const char *pointer) {
    static const char own[] = FHIR_CANONICAL "/StructureDefinition/";
    char place[POINTER_SIZE];
    size_t i;
    json_t *extension;
    json_array_foreach((json_t *)list, i, extension) {
        const char *url = fhir_text(extension, "url");
        (void)snprintf(place, sizeof place, "%.160s/%zu", pointer, i);
        if (!url || strncmp(url, own, sizeof own - 1) != 0)
            complain(walk->complaints, place, "not_kept", "is not understood, and not stored");
    }
}

static void look_at(const struct walk *walk, const json_t *value, const char *path,
                    const char *pointer);

static void look_at_member(const struct walk *walk, const json_t *value, const char *name,
                           const char *path, const char *pointer) {
    char below[PATH_SIZE], place[POINTER_SIZE];
    int len = snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", name);
    /* A name of theirs may be anything; none of ours is so long, or has a dot. */
    bool may_be = (size_t)len < sizeof below && !strchr(name, '.');
    enum kept kept = may_be ? is_kept(walk, below) : DROPPED;
    (void)snprintf(place, sizeof place, "%s", pointer);
    (void)json_pointer_add(place, sizeof place, name);
    if (kept == IN_PART)
        look_at(walk, value, below, place);
    else if (kept == DROPPED)
        complain(walk->complaints, place, "not_kept", "is more than can be stored here");
    else if (strcmp(name, "extension") == 0)
        look_at_extensions(walk, value, place);
}

/* Members of an object, or of all objects of a list. */
static void look_at(const struct walk *walk, const json_t *value, const char *path,
                    const char *pointer) {
    char place[POINTER_SIZE], number[24];
    const char *name;
    json_t *member;
    size_t i;
    json_object_foreach((json_t *)value, name, member) {
        look_at_member(walk, member, name, path, pointer);
    }
    json_array_foreach((json_t *)value, i, member) {
        (void)snprintf(number, sizeof number, "%zu", i);
        (void)snprintf(place, sizeof place, "%s", pointer);
        if (!json_is_array(member) && json_pointer_add(place, sizeof place, number))
            look_at(walk, member, path, place);
    }
}

void fhir_find_dropped(const json_t *resource, const char *const *kept,
                       struct complaints *complaints) {
    struct walk walk = {kept, complaints};
    look_at(&walk, resource, "", "#");
}
