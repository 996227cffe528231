/* The command line: a table of commands, each a small program of its own. */
#ifndef UNKNOT_CLI_CLI_H
#define UNKNOT_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/settings.h"
#include "engine/knowledge.h"

/* Exit codes, named by cause. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,       /* it could not be done */
    EXIT_USAGE = 2,        /* the words of the call are off */
    EXIT_BAD_INPUT = 3,    /* the intake was refused */
    EXIT_BAD_KNOWLEDGE = 4 /* the knowledge release was refused */
};

struct command {
    const char *name;    /* "serve", or "knowledge lint" */
    const char *usage;   /* what follows the name */
    const char *summary; /* one line */
    const char *help;    /* the rest of --help, may be NULL */
    bool takes_settings; /* shows the table of settings in --help and accepts its flags */
    int (*run)(const struct settings *settings, int argc, char **argv);
};

int command_serve(const struct settings *settings, int argc, char **argv);
int command_ready(const struct settings *settings, int argc, char **argv);
int command_check(const struct settings *settings, int argc, char **argv);
int command_knowledge_lint(const struct settings *settings, int argc, char **argv);
int command_knowledge_show(const struct settings *settings, int argc, char **argv);
int command_knowledge_hash(const struct settings *settings, int argc, char **argv);
int command_migrate(const struct settings *settings, int argc, char **argv);
int command_backup(const struct settings *settings, int argc, char **argv);
int command_restore(const struct settings *settings, int argc, char **argv);
int command_key_create(const struct settings *settings, int argc, char **argv);
int command_key_list(const struct settings *settings, int argc, char **argv);
int command_key_rotate(const struct settings *settings, int argc, char **argv);
int command_key_revoke(const struct settings *settings, int argc, char **argv);
int command_auth_explain(const struct settings *settings, int argc, char **argv);
int command_routes(const struct settings *settings, int argc, char **argv);
int command_settings(const struct settings *settings, int argc, char **argv);
int command_version(const struct settings *settings, int argc, char **argv);
int command_recheck(const struct settings *settings, int argc, char **argv);

/* The release the settings name, or the embedded one. NULL after saying on stderr what is wrong. */
struct knowledge *open_knowledge(const struct settings *settings) MUST_CHECK;

#endif
