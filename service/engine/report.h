/* A list of mistakes in a knowledge release, each with its place. */
#ifndef UNKNOT_ENGINE_REPORT_H
#define UNKNOT_ENGINE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct mistake {
    const char *file;
    const char *id;
    const char *reason;
};

struct report {
    struct arena arena;
    struct mistake *mistakes;
    size_t count, room;
    bool failed; /* a mistake was lost for want of memory */
};

void report_init(struct report *report);
void report_free(struct report *report);

/* Adds a mistake; file and id are copied and may be NULL. Out of memory the reason says so. */
void report_add(struct report *report, const char *file, const char *id, const char *format, ...)
    PRINTF_LIKE(4, 5);

#endif
