/* JSON Patch, RFC 6902: add, remove, replace, move, copy, test, in order, all or nothing. */
#ifndef UNKNOT_RESOURCES_JSON_PATCH_H
#define UNKNOT_RESOURCES_JSON_PATCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum { JSON_PATCH_OPERATIONS = 200 };

struct json_patch_fault {
    size_t operation;   /* which one */
    const char *member; /* of it: "path", "op"; "" for the whole */
    const char *detail; /* a sentence part for people; NULL: no memory */
    bool malformed;     /* the patch itself is none; else it does not fit the target */
};

/*
 * A new value: `target` changed by `patch`; NULL with the fault. The caller releases it. Neither
 * argument is changed. Copies cannot make it larger than a body may be.
 */
json_t *json_patch(const json_t *target, const json_t *patch,
                   struct json_patch_fault *fault) MUST_CHECK;

#endif
