#include <stdio.h>
#include "cli/cli.h"
int command_serve(const struct settings *settings, int argc, char **argv) { (void)settings;(void)argc;(void)argv; return EXIT_FAILED; }
