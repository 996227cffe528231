/* unknot auth explain [-|CREDENTIAL] [--operation ID] */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/database.h"
#include "cli/key_store.h"
#include "cli/serve_access.h"
#include "http/log.h"
#include "resources/app.h"
#include "resources/app_access.h"

enum { CREDENTIAL_MAX = 8192 };

struct auth_words {
    const char *credential; /* NULL or "-": of standard input */
    const char *operation;  /* NULL: none in particular */
};

static bool read_words(int argc, char **argv, struct auth_words *words) {
    *words = (struct auth_words){.credential = NULL};
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--operation") == 0 && i + 1 < argc)
            words->operation = argv[++i];
        else if ((argv[i][0] != '-' || !argv[i][1]) && !words->credential)
            words->credential = argv[i];
        else
            return false;
    }
    return true;
}

/* Takes "Bearer ..." and a whole header line too; the text ends before white space. */
static const char *bare(char *text) {
    static const char *const before[] = {"Authorization:", "X-Api-Key:", "Bearer "};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        text += strspn(text, " \t\r\n");
        if (strncasecmp(text, before[i], strlen(before[i])) == 0)
            text += strlen(before[i]);
    }
    text += strspn(text, " \t\r\n");
    text[strcspn(text, " \t\r\n")] = '\0';
    return text;
}

static bool read_credential(const struct auth_words *words, char text[CREDENTIAL_MAX]) {
    bool typed = words->credential && strcmp(words->credential, "-") != 0;
    size_t len = typed ? strlen(words->credential) : fread(text, 1, CREDENTIAL_MAX, stdin);
    if (len >= CREDENTIAL_MAX) {
        (void)fprintf(stderr, "unknot: that is too long for a credential\n");
        return false;
    }
    if (typed)
        memcpy(text, words->credential, len);
    text[len] = '\0';
    return true;
}

static bool find_route(const char *operation, const struct route **route) {
    *route = NULL;
    for (size_t i = 0; operation && i < app_route_count; i++)
        if (strcmp(app_routes[i].operation_id, operation) == 0)
            *route = &app_routes[i];
    if (operation && !*route)
        (void)fprintf(stderr, "unknot: there is no operation %s; `unknot routes` lists them\n",
                      operation);
    return !operation || *route;
}

/* What the database says of a key; STATUS_UNAVAILABLE after saying why nobody asked it. */
static enum status look_up(const struct settings *settings, const struct api_key *key,
                           struct api_key_row *row) {
    struct database database;
    const char *const params[] = {key->tenant, key->id};
    enum status status = STATUS_UNAVAILABLE;
    if (database_is_off(settings) || !database_open(settings, &database))
        return STATUS_UNAVAILABLE;
    struct pg_connection *connection = database_connect_owner(&database);
    PGresult *rows = connection ? key_store_run(connection, "key_lookup", 2, params) : NULL;
    if (rows)
        status = app_read_key(rows, row);
    PQclear(rows);
    pg_close(connection);
    database_close(&database);
    return status;
}

static int explain(const struct settings *settings, const struct route *route,
                   const char *credential) {
    struct store *none = NULL;
    struct api_key key;
    struct api_key_row row = {.revoked = true};
    struct buffer out;
    struct serve_access *access = serve_access_new(settings, &none, NULL);
    if (!access)
        return EXIT_FAILED;
    struct access_question question = {.credential = credential, .route = route, .row = &row};
    question.found = access_is_key(question.credential, &key) ? look_up(settings, &key, &row)
                                                              : STATUS_UNAVAILABLE;
    buffer_init(&out);
    bool good = access_explain(serve_access_of(access), &question, &out);
    bool asked = question.found == STATUS_OK || question.found == STATUS_NOT_FOUND;
    bool open = good && access_is_key(question.credential, &key) && !asked;
    if (out.data)
        (void)printf("%s%s\n", out.data,
                     open   ? "cannot be told without the database"
                     : good ? "accepted"
                            : "refused");
    bool failed = out.failed || open;
    buffer_free(&out);
    serve_access_let_go(access);
    return good && !failed ? EXIT_DONE : EXIT_FAILED;
}

int command_auth_explain(const struct settings *settings, int argc, char **argv) {
    char text[CREDENTIAL_MAX];
    struct auth_words words;
    const struct route *route = NULL;
    int code = EXIT_FAILED;
    if (!read_words(argc, argv, &words))
        return EXIT_USAGE;
    log_quiet();
    if (find_route(words.operation, &route) && read_credential(&words, text))
        code = explain(settings, route, bare(text));
    explicit_bzero(text, sizeof text);
    return code;
}
