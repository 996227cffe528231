#include "resources/merge_patch.h"

#include <stdbool.h>

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
