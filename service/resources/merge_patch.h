/* JSON Merge Patch, RFC 7396: null takes a member away, objects are merged, all else replaces. */
#ifndef UNKNOT_RESOURCES_MERGE_PATCH_H
#define UNKNOT_RESOURCES_MERGE_PATCH_H

#include <jansson.h>

#include "base/status.h"

#define MEDIA_MERGE_PATCH "application/merge-patch+json"

/*
 * A new value: `target` (NULL: nothing) changed by `patch`; NULL without memory. The caller
 * releases it. Neither argument is changed.
 */
json_t *merge_patch(const json_t *target, const json_t *patch) MUST_CHECK;

#endif
