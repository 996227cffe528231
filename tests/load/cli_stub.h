/* Loads a release the way the program does. */
#ifndef UNKNOT_TESTS_LOAD_CLI_STUB_H
#define UNKNOT_TESTS_LOAD_CLI_STUB_H

#include "cli/cli.h"

static inline struct knowledge *bench_knowledge(const char *folder) {
    struct settings settings = {.knowledge = folder};
    return open_knowledge(&settings);
}

#endif
