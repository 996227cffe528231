#include "store/cluster_files.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/process.h"

void cluster_files_name(struct cluster_files *files, const char *home) {
    (void)snprintf(files->home, sizeof files->home, "%s", home);
    (void)snprintf(files->data, sizeof files->data, "%s/data", files->home);
    (void)snprintf(files->words, sizeof files->words, "%s/start.log", files->home);
}

/* ---- the data directory ---- */

/* The major version that made it; 0: there is none. */
static unsigned version_of(const struct cluster_files *files) {
    char path[CLUSTER_PATH_MAX + 32], line[16] = "";
    (void)snprintf(path, sizeof path, "%s/PG_VERSION", files->data);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    unsigned major = fgets(line, sizeof line, file) ? (unsigned)strtoul(line, NULL, 10) : 0;
    (void)fclose(file);
    return major;
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *where) {
    (void)about;
    (void)kind;
    (void)where;
    return remove(path);
}

/* Makes it under another name first: a kill in the middle leaves nothing that looks whole. */
static enum status make(const struct cluster_files *files, const struct binaries *binaries,
                        char *message, size_t size) {
    char program[600], fresh[CLUSTER_PATH_MAX + 16], said[1024];
    (void)snprintf(fresh, sizeof fresh, "%s/data.new", files->home);
    (void)nftw(fresh, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    binaries_path(binaries, "initdb", program, sizeof program);
    const char *const argv[] = {program,
                                "-D",
                                fresh,
                                "-U",
                                "postgres",
                                "--encoding=UTF8",
                                "--locale=C.UTF-8",
                                "--auth=reject",
                                "--no-instructions",
                                NULL};
    if (process_run(argv, said, sizeof said) != 0) {
        char *reason = strstr(said, "error:");
        if (reason)
            reason[strcspn(reason, "\n")] = '\0';
        (void)snprintf(message, size, "cannot make a database in %s: %s", files->home,
                       reason ? reason : said);
        return STATUS_UNAVAILABLE;
    }
    if (rename(fresh, files->data) == 0)
        return STATUS_OK;
    (void)snprintf(message, size, "cannot rename %s: %s", fresh, strerror(errno));
    return STATUS_UNAVAILABLE;
}

static enum status find_programs(const struct cluster_files *files, struct binaries *binaries,
                                 char *message, size_t size) {
    char reason[400];
    unsigned major = version_of(files);
    if (binaries_find(major, binaries, reason, sizeof reason) == STATUS_OK)
        return STATUS_OK;
    if (!major)
        (void)snprintf(message, size, "%s", reason);
    else
        (void)snprintf(message, size,
                       "the database in %s was made by PostgreSQL %u, and no other version can "
                       "read it; %s. Install "
                       "PostgreSQL %u again (Debian: apt-get install postgresql-%u). To move to a "
                       "newer one: `unknot "
                       "backup FILE` with version %u, move %s away, install the newer one, `unknot "
                       "restore FILE`",
                       files->data, major, reason, major, major, major, files->home);
    return STATUS_NOT_FOUND;
}

/* ---- who may log in ---- */

static bool write_file(const struct cluster_files *files, const char *name, const char *text) {
    char path[CLUSTER_PATH_MAX + 32], fresh[CLUSTER_PATH_MAX + 40];
    (void)snprintf(path, sizeof path, "%s/%s", files->home, name);
    (void)snprintf(fresh, sizeof fresh, "%s.new", path);
    FILE *file = fopen(fresh, "we");
    if (!file)
        return false;
    bool good = fputs(text, file) >= 0;
    good &= fclose(file) == 0;
    return good && rename(fresh, path) == 0;
}

/*
 * No passwords: the kernel says who calls (peer). Root and the user who runs PostgreSQL may be
 * everybody, the user who answers HTTP only unknot_app, which row-level security binds.
 */
static enum status write_access(const struct cluster_files *files, const struct account *service,
                                char *message, size_t size) {
    static const char access_rule[] =
        "# Written by unknot at every start.\nlocal all all peer map=unknot\n";
    const struct passwd *self = getpwuid(geteuid());
    const char *own = self ? self->pw_name : "postgres";
    char map[512];
    (void)snprintf(
        map, sizeof map,
        "# Written by unknot at every start.\n"
        "unknot \"root\" postgres\nunknot \"root\" unknot_owner\nunknot \"root\" unknot_app\n"
        "unknot \"%s\" postgres\nunknot \"%s\" unknot_owner\nunknot \"%s\" unknot_app\n"
        "unknot \"%s\" unknot_app\n",
        own, own, own, service->name);
    if (write_file(files, "pg_hba.conf", access_rule) && write_file(files, "pg_ident.conf", map))
        return STATUS_OK;
    (void)snprintf(message, size, "cannot write in %s: %s", files->home, strerror(errno));
    return STATUS_UNAVAILABLE;
}

enum status cluster_files_ready(const struct cluster_files *files, const struct account *service,
                                struct binaries *binaries, char *message, size_t size) {
    enum status status = find_programs(files, binaries, message, size);
    if (status == STATUS_OK && version_of(files) == 0)
        status = make(files, binaries, message, size);
    return status == STATUS_OK ? write_access(files, service, message, size) : status;
}

/* ---- last words ---- */

void cluster_files_reason(const struct cluster_files *files, char *message, size_t size) {
    char said[4096];
    FILE *file = fopen(files->words, "re");
    size_t len = file ? fread(said, 1, sizeof said - 1, file) : 0;
    if (file)
        (void)fclose(file);
    said[len] = '\0';
    char *fatal = strstr(said, "FATAL:");
    if (fatal)
        fatal[strcspn(fatal, "\n")] = '\0';
    (void)snprintf(message, size, "PostgreSQL did not start: %s (see %s and %s/log)",
                   fatal ? fatal + strspn(fatal + 6, " ") + 6 : "no reason given", files->words,
                   files->home);
}
