/* Everything that is wrong with a request, each with its place: becomes errors[] of a problem
 * document. */
#ifndef UNKNOT_BASE_COMPLAINTS_H
#define UNKNOT_BASE_COMPLAINTS_H

#include <stddef.h>

#include "base/arena.h"

enum { COMPLAINTS_MAX = 50 }; /* more are only counted */

struct complaint {
    const char *pointer; /* JSON pointer as URI fragment: "#/findings/0/id" */
    const char *code;    /* stable word for programs: "unknown_id" */
    const char *detail;  /* sentence for people */
};

struct complaints {
    struct arena *arena; /* borrowed */
    size_t count;        /* how many are kept */
    size_t total;        /* how many there were */
    struct complaint all[COMPLAINTS_MAX];
};

void complaints_init(struct complaints *complaints, struct arena *arena);

/* Adds one; the pointer is copied, the code must be a literal. */
void complain(struct complaints *complaints, const char *pointer, const char *code,
              const char *format, ...) PRINTF_LIKE(4, 5);

#endif
