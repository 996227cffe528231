/* unknot migrate [--check|--dry-run] */
#include <string.h>

#include "cli/cli.h"
#include "cli/database.h"
#include "store/migrations.h"
#include "store/operator.h"

enum { CONNECT_MS = 15000 };
enum way { WAY_APPLY, WAY_CHECK, WAY_DRY, WAY_UNKNOWN };

static enum way way_of(int argc, char **argv) {
    if (argc == 0)
        return WAY_APPLY;
    if (argc == 1 && strcmp(argv[0], "--check") == 0)
        return WAY_CHECK;
    return argc == 1 && strcmp(argv[0], "--dry-run") == 0 ? WAY_DRY : WAY_UNKNOWN;
}

static void say_applied(const char *name) {
    (void)printf("applied %s.sql\n", name);
    (void)fflush(stdout);
}

static void say_would(const char *name) {
    (void)printf("would apply %s.sql\n", name);
}

static int migrate(struct pg_connection *connection, enum way way) {
    struct migrations_report report;
    enum status status = way == WAY_CHECK
                             ? migrations_look(connection, &report)
                             : migrations_apply(connection, way == WAY_DRY,
                                                way == WAY_DRY ? say_would : say_applied, &report);
    bool good = status == STATUS_OK && (report.state == MIGRATIONS_UP_TO_DATE || way == WAY_DRY);
    (void)fprintf(good ? stdout : stderr, "%s%s\n", good ? "" : "unknot: ", report.message);
    return good ? EXIT_DONE : EXIT_FAILED;
}

int command_migrate(const struct settings *settings, int argc, char **argv) {
    struct database database;
    struct pg_connection *connection;
    char message[400];
    int code = EXIT_FAILED;
    enum way way = way_of(argc, argv);
    if (way == WAY_UNKNOWN)
        return EXIT_USAGE;
    if (!database_open(settings, &database))
        return EXIT_FAILED;
    if (operator_connect(database.migrate_url, CONNECT_MS, &connection, message, sizeof message) ==
        STATUS_OK) {
        code = migrate(connection, way);
        pg_close(connection);
    } else
        (void)fprintf(stderr, "unknot: %s\n", message);
    database_close(&database);
    return code;
}
