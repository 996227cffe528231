/* Who may call: access control as the settings want it. */
#ifndef UNKNOT_CLI_SERVE_ACCESS_H
#define UNKNOT_CLI_SERVE_ACCESS_H

#include "cli/settings.h"
#include "resources/app_access.h"

/* NULL after saying what is wrong. Borrows both until access_free(). */
struct access *serve_access_open(const struct settings *settings, struct app *app);

#endif
