/* unknot backup FILE, unknot restore FILE: the private cluster, by pg_dump and pg_restore. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/database.h"
#include "store/binaries.h"
#include "store/migrations.h"
#include "store/operator.h"
#include "store/process.h"

enum { CONNECT_MS = 15000, PATH_SIZE = 4096 };

static int complain(const char *what, const char *why) {
    (void)fprintf(stderr, "unknot: %s%s%s\n", what, *why ? ": " : "", why);
    return EXIT_FAILED;
}

/* The private cluster, or a word on what to use instead. */
static bool open_cluster(const struct settings *settings, struct database *database) {
    if (*settings->database_url) {
        (void)complain("backup and restore are for the private database",
                       "with a database-url use pg_dump and pg_restore");
        return false;
    }
    return database_open(settings, database);
}

static bool program(const char *name, char *path, size_t size) {
    struct binaries binaries;
    char message[400];
    if (binaries_find(0, &binaries, message, sizeof message) != STATUS_OK) {
        (void)complain(message, "");
        return false;
    }
    binaries_path(&binaries, name, path, size);
    return true;
}

/* ---- backup ---- */

static int dump(const struct database *database, const char *file) {
    char path[600], url[DATABASE_URL_MAX], said[600];
    bool to_file = file != NULL;
    if (!program("pg_dump", path, sizeof path))
        return EXIT_FAILED;
    cluster_url(database->cluster, "postgres", CLUSTER_DATABASE, url, sizeof url);
    const char *argv[] = {path, "--format=custom", "-d", url, to_file ? "-f" : NULL, file, NULL};
    if (process_run(argv, to_file ? said : NULL, sizeof said) == 0)
        return EXIT_DONE;
    return complain("pg_dump failed", to_file ? said : "");
}

/* Under another name until it is whole and on the disk. */
static int dump_to(const struct database *database, const char *file) {
    char part[PATH_SIZE];
    struct stat about = {0};
    (void)umask(077);
    if (snprintf(part, sizeof part, "%s.part", file) >= (int)sizeof part)
        return complain("the file's name is too long", "");
    int code = dump(database, part);
    int fd = code == EXIT_DONE ? open(part, O_RDONLY | O_CLOEXEC) : -1;
    bool whole = fd >= 0 && fsync(fd) == 0 && fstat(fd, &about) == 0;
    if (fd >= 0)
        (void)close(fd);
    if (code == EXIT_DONE && (!whole || rename(part, file) != 0))
        code = complain(file, strerror(errno));
    if (code == EXIT_DONE)
        (void)printf("%s: %lld bytes\n", file, (long long)about.st_size);
    else
        (void)unlink(part);
    return code;
}

int command_backup(const struct settings *settings, int argc, char **argv) {
    struct database database;
    if (argc != 1 || (argv[0][0] == '-' && argv[0][1]))
        return EXIT_USAGE;
    if (!open_cluster(settings, &database))
        return EXIT_FAILED;
    int code = strcmp(argv[0], "-") == 0 ? dump(&database, NULL) : dump_to(&database, argv[0]);
    database_close(&database);
    return code;
}

/* ---- restore ---- */

#define BESIDE "unknot_restore"

static bool run_sql(const struct database *database, const char *where, const char *const *sql,
                    size_t count) {
    struct pg_connection *connection;
    char url[DATABASE_URL_MAX], message[400];
    cluster_url(database->cluster, "postgres", where, url, sizeof url);
    enum status status = operator_connect(url, CONNECT_MS, &connection, message, sizeof message);
    if (status == STATUS_OK) {
        for (size_t i = 0; status == STATUS_OK && i < count; i++)
            status = operator_script(connection, sql[i], message, sizeof message);
        pg_close(connection);
    }
    if (status != STATUS_OK)
        (void)complain(message, "");
    return status == STATUS_OK;
}

static bool make_beside(const struct database *database) {
    static const char *const sql[] = {"DROP DATABASE IF EXISTS " BESIDE " WITH (FORCE)",
                                      "CREATE DATABASE " BESIDE
                                      " OWNER unknot_owner TEMPLATE template0"};
    return run_sql(database, "postgres", sql, 2);
}

static void drop_beside(const struct database *database) {
    static const char *const sql[] = {"DROP DATABASE IF EXISTS " BESIDE " WITH (FORCE)"};
    (void)run_sql(database, "postgres", sql, 1);
}

/* Nobody gets in while the names change; the service notices, waits and connects anew. */
static bool swap(const struct database *database) {
    static const char *const sql[] = {
        "ALTER DATABASE " CLUSTER_DATABASE " WITH ALLOW_CONNECTIONS false",
        "SELECT pg_catalog.pg_terminate_backend(pid, 5000) FROM pg_catalog.pg_stat_activity "
        "WHERE datname IN ('" CLUSTER_DATABASE "', '" BESIDE "')",
        "DO $$ BEGIN"
        " ALTER DATABASE " CLUSTER_DATABASE " RENAME TO unknot_before;"
        " ALTER DATABASE " BESIDE " RENAME TO " CLUSTER_DATABASE "; END $$",
        "DROP DATABASE unknot_before WITH (FORCE)"};
    static const char *const undo[] = {"ALTER DATABASE " CLUSTER_DATABASE
                                       " WITH ALLOW_CONNECTIONS true"};
    if (run_sql(database, "postgres", sql, 4))
        return true;
    (void)run_sql(database, "postgres", undo, 1);
    return false;
}

static bool load(const struct database *database, const char *file) {
    char path[600], url[DATABASE_URL_MAX], said[600];
    if (!program("pg_restore", path, sizeof path))
        return false;
    cluster_url(database->cluster, "postgres", BESIDE, url, sizeof url);
    const char *argv[] = {path, "--exit-on-error", "--single-transaction", "-d", url, file, NULL};
    if (process_run(argv, said, sizeof said) == 0)
        return true;
    (void)complain("pg_restore failed and nothing was changed", said);
    return false;
}

/* A backup of an older program is brought up to date, one of a newer program is refused. */
static bool bring_up_to_date(const struct database *database) {
    struct pg_connection *connection;
    struct migrations_report report = {.state = MIGRATIONS_UNKNOWN};
    char url[DATABASE_URL_MAX], message[400];
    cluster_url(database->cluster, "postgres", BESIDE, url, sizeof url);
    if (operator_connect(url, CONNECT_MS, &connection, message, sizeof message) != STATUS_OK)
        return complain(message, "") == EXIT_DONE;
    enum status status = migrations_look(connection, &report);
    if (status == STATUS_OK && report.applied == 0 && report.state == MIGRATIONS_PENDING) {
        (void)snprintf(report.message, sizeof report.message, "this is no backup of unknot");
        status = STATUS_INVALID;
    } else
        status = migrations_apply(connection, false, NULL, &report);
    pg_close(connection);
    return status == STATUS_OK || complain("nothing was changed", report.message) == EXIT_DONE;
}

static bool holds_patients(const struct database *database) {
    static const char *const sql[] = {
        "DO $$ BEGIN IF pg_catalog.to_regclass('unknot.patients') IS NOT NULL THEN"
        " IF EXISTS (SELECT FROM unknot.patients) THEN RAISE EXCEPTION 'the present database holds "
        "patients; to replace it say --replace'; END IF; END IF; END $$"};
    return !run_sql(database, CLUSTER_DATABASE, sql, 1);
}

static int restore(const struct database *database, const char *file, bool replace) {
    if (access(file, R_OK) != 0)
        return complain(file, strerror(errno));
    if (!replace && holds_patients(database))
        return EXIT_FAILED;
    bool done = make_beside(database) && load(database, file) && bring_up_to_date(database) &&
                swap(database);
    if (!done)
        drop_beside(database);
    else
        (void)printf("restored from %s\n", file);
    return done ? EXIT_DONE : EXIT_FAILED;
}

int command_restore(const struct settings *settings, int argc, char **argv) {
    struct database database;
    bool replace = argc == 2 && strcmp(argv[1], "--replace") == 0;
    if (argc < 1 || (argc > 1 && !replace) || argv[0][0] == '-')
        return EXIT_USAGE;
    if (!open_cluster(settings, &database))
        return EXIT_FAILED;
    int code = restore(&database, argv[0], replace);
    database_close(&database);
    return code;
}
