#include "base/core_dump.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LOOKS_INTO_ITSELF 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LOOKS_INTO_ITSELF 1
#endif

void core_dump_forbid(void) {
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    /* The limit does not stop the kernel from piping a dump to a collector; this does. A leak
       checker, though, must be able to look into the process it is part of. */
#ifndef LOOKS_INTO_ITSELF
    (void)prctl(PR_SET_DUMPABLE, 0);
#endif
}
