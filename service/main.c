/* The command line: finds the command in a table and runs it. */
#include <stdio.h>
#include <string.h>

#include "base/core_dump.h"
#include "cli/cli.h"

static const struct command commands[] = {
    {"serve", "", "Serve the HTTP API until SIGTERM", NULL, true, command_serve},
    {"ready", "", "Ask the service that listens there whether it should get requests",
     "Exit code 0 when it is ready, 1 when it is not or does not answer. For health checks: it "
     "needs\n"
     "the --listen of the service, and its --tls-certificate where it speaks TLS.\n",
     true, command_ready},
    {"check", "FILE|- [--json] [--brief]", "Decide about one intake and print a readable answer",
     "FILE is an intake as POST /recommendations takes it; - reads standard input.\n"
     "  --json     the answer as the API gives it\n"
     "  --brief    its short form\n"
     "  --batch    one intake a line in, one line of verdicts out (for tests)\n",
     true, command_check},
    {"knowledge lint", "[--cases DIR] [--quiet]", "Check a knowledge release as a whole",
     "Names every mistake with file, id and reason; exit code 4 when there is one.\n"
     "  --cases DIR  also every rule must have a case that fires and one that stays quiet\n",
     true, command_knowledge_lint},
    {"knowledge show", "[ID...]", "Show counts, or the entries with these ids", NULL, true,
     command_knowledge_show},
    {"knowledge hash", "", "Print the SHA-256 of the release", NULL, true, command_knowledge_hash},
    {"migrate", "[--check|--dry-run]", "Bring the schema of the database up to date",
     "  --check    only say whether it is; exit code 1 when it is not\n"
     "  --dry-run  apply what is pending and roll it back\n",
     true, command_migrate},
    {"backup", "FILE|-", "Write the private database to a file",
     "Works while the service runs. The file is for `unknot restore` or pg_restore; keep it as\n"
     "safe as the database. With a --database-url use pg_dump.\n",
     true, command_backup},
    {"restore", "FILE [--replace]", "Replace the private database by a backup",
     "Works while the service runs. The backup is loaded beside the present database and takes\n"
     "its place in one step, or not at all.\n"
     "  --replace  also where the present one holds patients\n",
     true, command_restore},
    {"key create", "[FLAG...]", "Make an API key and print it once",
     "  --tenant NAME     whose; default \"default\", which is made where it is missing\n"
     "  --new-tenant      make that tenant\n"
     "  --name TEXT       what the key is for\n"
     "  --therapist ID    for this therapist, not for the whole clinic\n"
     "  --patient REF     for this patient alone, by the clinic's reference\n"
     "  --publishable     an app may ship it: catalogue and decisions only\n"
     "  --scopes LIST     instead of all that such a key may hold, separated by commas\n"
     "  --expires-days N  it ends by itself\n",
     true, command_key_create},
    {"key list", "[--tenant NAME]", "List API keys, without their secrets", NULL, true,
     command_key_list},
    {"key rotate", "KEY [--grace-days N] [--expires-days N]", "Make a key that replaces another",
     "KEY is the id of 12 letters, or what the key begins with.\n"
     "  --grace-days N    the old one goes on so long; default 7\n"
     "  --expires-days N  the new one ends by itself\n",
     true, command_key_rotate},
    {"key revoke", "KEY", "End an API key at once", NULL, true, command_key_revoke},
    {"auth explain", "[-|CREDENTIAL] [--operation ID]",
     "Say step by step why a key or token is accepted or refused",
     "Reads the credential from standard input, so that it stays out of the shell's history, and\n"
     "never prints it. Exit code 1: refused.\n"
     "  --operation ID  also whether it may call that one, such as createCarePlan\n",
     true, command_auth_explain},
    {"recheck", "[--tenant ID]", "Judge all active plans again with the knowledge in force",
     "A plan that is judged stricter now needs a review, and pauses where its massage is "
     "withheld.\n"
     "Interrupted, it goes on where it was when it is started again.\n"
     "  --tenant ID  only this tenant, by id or by name\n",
     true, command_recheck},
    {"routes", "", "List every operation: method, path, name, scope, whether it needs the database",
     NULL, false, command_routes},
    {"settings", "[sample|markdown]", "List all settings, or write a sample configuration", NULL,
     false, command_settings},
    {"version", "", "Print the versions of program and knowledge", NULL, true, command_version},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_overview(FILE *out) {
    (void)fprintf(out,
                  "unknot %s: which massage is safe for somebody with back pain, and "
                  "why.\n\nUsage: unknot COMMAND\n",
                  UNKNOT_VERSION);
    for (size_t i = 0; i < COMMANDS; i++)
        (void)fprintf(out, "  %-16s %s\n", commands[i].name, commands[i].summary);
    (void)fprintf(out, "\nunknot COMMAND --help tells more.\n");
}

static void print_help(const struct command *command) {
    (void)printf("Usage: unknot %s %s\n\n%s.\n", command->name, command->usage, command->summary);
    if (command->help)
        (void)printf("%s", command->help);
    if (command->takes_settings) {
        (void)printf("\n");
        settings_help(stdout);
    }
}

/* How many words of argv name the command; 0: none. */
static int words_matched(const struct command *command, int argc, char **argv) {
    const char *space = strchr(command->name, ' ');
    size_t first = space ? (size_t)(space - command->name) : strlen(command->name);
    if (argc < 1 || strlen(argv[0]) != first || strncmp(argv[0], command->name, first) != 0)
        return 0;
    if (!space)
        return 1;
    return argc > 1 && strcmp(argv[1], space + 1) == 0 ? 2 : 0;
}

static bool asks_for_help(int argc, char **argv) {
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int run_command(const struct command *command, int argc, char **argv) {
    struct settings settings;
    if (asks_for_help(argc, argv)) {
        print_help(command);
        return EXIT_DONE;
    }
    if (settings_read(&settings, &argc, argv) != STATUS_OK)
        return EXIT_USAGE;
    int code = command->run(&settings, argc, argv);
    settings_free(&settings);
    for (int i = 0; code == EXIT_USAGE && i < argc; i++)
        if (argv[i][0] == '-' && argv[i][1])
            (void)fprintf(stderr, "unknot: '%s' is no flag of this command, or stands wrongly\n",
                          argv[i]);
    if (code == EXIT_USAGE)
        (void)fprintf(stderr, "Usage: unknot %s %s\n", command->name, command->usage);
    return code;
}

int main(int argc, char **argv) {
    core_dump_forbid();
    for (size_t i = 0; i < COMMANDS; i++) {
        int words = words_matched(&commands[i], argc - 1, argv + 1);
        if (words)
            return run_command(&commands[i], argc - 1 - words, argv + 1 + words);
    }
    bool help = argc < 2 || asks_for_help(argc - 1, argv + 1) || strcmp(argv[1], "help") == 0;
    print_overview(help ? stdout : stderr);
    return help ? EXIT_DONE : EXIT_USAGE;
}
