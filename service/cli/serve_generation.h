/*
 * A generation of the service: the knowledge in force with what was made from it, and who may call.
 * SIGHUP makes the next one; requests under way end with the one they began with.
 */
#ifndef UNKNOT_CLI_SERVE_GENERATION_H
#define UNKNOT_CLI_SERVE_GENERATION_H

#include "cli/serve_access.h"
#include "resources/app.h"

/* Loads what the settings name, without access yet; NULL after saying on stderr what is wrong, with
   the exit code that fits. It is ended through the app's `end`. */
struct app *serve_generation_new(const struct settings *settings, int *code) MUST_CHECK;

/* Gives it its access, which it lets go of at its end. */
void serve_generation_admit(struct app *app, struct serve_access *held);

#endif
