/* Any patch on any value, [value, patch]: a JSON Patch is all or nothing and leaves its arguments
 * alone, its fault has a place; a merge patch applied twice is a merge patch applied once. */
#include <stdint.h>
#include <stdlib.h>

#include "base/json_text.h"
#include "resources/json_patch.h"
#include "resources/merge_patch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_json_patch(const json_t *target, const json_t *patch) {
    struct json_patch_fault fault = {0};
    json_t *changed = json_patch(target, patch, &fault);
    if (!changed && !fault.detail)
        abort();
    if (!changed && !fault.malformed && fault.operation >= json_array_size(patch))
        abort();
    if (changed && json_array_size(patch) == 0 && !json_equal(changed, target))
        abort();
    json_decref(changed);
}

static void try_merge_patch(const json_t *target, const json_t *patch) {
    json_t *once = merge_patch(target, patch), *twice = once ? merge_patch(once, patch) : NULL;
    if (!twice || !json_equal(once, twice))
        abort();
    json_decref(once);
    json_decref(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct json_text_problem problem;
    json_t *both = json_text_parse((const char *)data, size, &problem);
    const json_t *target = json_array_get(both, 0), *patch = json_array_get(both, 1);
    if (target && patch) {
        json_t *before = json_deep_copy(both);
        try_json_patch(target, patch);
        try_merge_patch(target, patch);
        if (!before || !json_equal(both, before))
            abort();
        json_decref(before);
    }
    json_decref(both);
    return 0;
}
