/* Names of the one status type. */
#include "base/status.h"

#include <stddef.h>

static const char *const names[] = {
    [STATUS_OK] = "ok",
    [STATUS_INVALID] = "invalid",
    [STATUS_NOT_FOUND] = "not_found",
    [STATUS_CONFLICT] = "conflict",
    [STATUS_FORBIDDEN] = "forbidden",
    [STATUS_UNAUTHENTICATED] = "unauthenticated",
    [STATUS_UNAVAILABLE] = "unavailable",
    [STATUS_TOO_LARGE] = "too_large",
    [STATUS_TIMEOUT] = "timeout",
    [STATUS_NO_MEMORY] = "no_memory",
    [STATUS_INTERNAL] = "internal",
    [STATUS_MUST_WAIT] = "must_wait",
};

const char *status_name(enum status status) {
    size_t index = (size_t)status;
    return index < sizeof names / sizeof *names ? names[index] : "unknown";
}
