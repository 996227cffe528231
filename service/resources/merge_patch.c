#include "resources/merge_patch.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/edit_distance.h"

static bool patch_object(json_t *result, const json_t *patch) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)patch, key, value) {
        if (json_is_null(value)) {
            (void)json_object_del(result, key);
            continue;
        }
        json_t *changed = merge_patch(json_object_get(result, key), value);
        if (!changed || json_object_set_new(result, key, changed) != 0)
            return false;
    }
    return true;
}

/* As deep as the patch, which the parser of bodies limits to 32 levels. */
json_t *merge_patch(const json_t *target, const json_t *patch) {
    if (!json_is_object(patch))
        return json_deep_copy(patch);
    json_t *result = json_is_object(target) ? json_deep_copy(target) : json_object();
    if (result && patch_object(result, patch))
        return result;
    json_decref(result);
    return NULL;
}

static const char *nearest(const char *name, const char *const *allowed) {
    enum { NEAR = 4 };
    const char *found = NULL;
    unsigned best = NEAR;
    for (; *allowed; allowed++) {
        unsigned distance = edit_distance(name, strlen(name), *allowed, strlen(*allowed), best);
        if (distance < best) {
            best = distance;
            found = *allowed;
        }
    }
    return found;
}

static bool is_allowed(const char *name, const char *const *allowed) {
    for (; *allowed; allowed++)
        if (strcmp(*allowed, name) == 0)
            return true;
    return false;
}

/* A place in the body; a name that cannot stand in a pointer as it is points to the whole. */
static void complain_of(const char *name, const char *const *allowed,
                        struct complaints *complaints) {
    char pointer[80] = "#/";
    const char *meant = nearest(name, allowed);
    bool plain = strlen(name) < 64 && strcspn(name, "~/%#\"\\ ") == strlen(name);
    if (plain)
        strncat(pointer, name, sizeof pointer - 3);
    complain(complaints, plain ? pointer : "#", "unknown_member", "'%.64s' cannot be changed%s%s%s",
             name, meant ? "; did you mean '" : "", meant ? meant : "", meant ? "'?" : "");
}

void merge_patch_check(const json_t *patch, const char *const *allowed,
                       struct complaints *complaints) {
    const char *key;
    json_t *value;
    if (!json_is_object(patch)) {
        complain(complaints, "#", "wrong_type", "a merge patch is an object");
        return;
    }
    json_object_foreach((json_t *)patch, key, value) {
        if (!is_allowed(key, allowed))
            complain_of(key, allowed, complaints);
    }
}
