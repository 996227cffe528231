#include "store/binaries.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/process.h"

/* Debian; the PostgreSQL project's packages for Red Hat; SUSE; Alpine; from source; by hand. */
static const char *const usual[] = {
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/lib/postgresql*/bin",
    "/usr/libexec/postgresql*",
    "/usr/local/pgsql/bin",
    "/opt/postgresql*/bin",
    "/usr/local/bin",
    "/usr/bin",
};

/* What the search came across, for the message. */
struct search {
    unsigned wanted;
    struct binaries best;
    char seen[256];
};

void binaries_path(const struct binaries *binaries, const char *name, char *out, size_t size) {
    (void)snprintf(out, size, "%s/%s", binaries->folder, name);
}

/* "postgres (PostgreSQL) 15.6 (Debian ...)" -> 15 */
static unsigned major_of(const char *folder) {
    static const char mark[] = "(PostgreSQL) ";
    char path[600], said[256];
    (void)snprintf(path, sizeof path, "%s/postgres", folder);
    const char *const argv[] = {path, "--version", NULL};
    if (access(path, X_OK) != 0 || process_run(argv, said, sizeof said) != 0)
        return 0;
    const char *at = strstr(said, mark);
    return at ? (unsigned)strtoul(at + sizeof mark - 1, NULL, 10) : 0;
}

static bool has_all(const struct binaries *binaries) {
    static const char *const names[] = {"initdb", "pg_dump", "pg_restore"};
    char path[600];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        binaries_path(binaries, names[i], path, sizeof path);
        if (access(path, X_OK) != 0)
            return false;
    }
    return true;
}

static void look_in(struct search *search, const char *folder) {
    struct binaries here = {.major = major_of(folder)};
    size_t used = strlen(search->seen);
    (void)snprintf(here.folder, sizeof here.folder, "%s", folder);
    if (!here.major)
        return;
    (void)snprintf(search->seen + used, sizeof search->seen - used, "%s%u in %s", used ? ", " : "",
                   here.major, folder);
    bool fits = search->wanted ? here.major == search->wanted : here.major >= BINARIES_MIN_MAJOR;
    if (fits && here.major > search->best.major && has_all(&here))
        search->best = here;
}

static void ask_pg_config(struct search *search) {
    static const char *const places[] = {"/usr/bin/pg_config", "/usr/local/bin/pg_config"};
    char folder[512];
    for (size_t i = 0; i < sizeof places / sizeof *places && !search->best.major; i++) {
        const char *const argv[] = {places[i], "--bindir", NULL};
        if (access(places[i], X_OK) != 0 || process_run(argv, folder, sizeof folder) != 0)
            continue;
        folder[strcspn(folder, "\n")] = '\0';
        look_in(search, folder);
    }
}

static void look_at(struct search *search, const char *pattern) {
    glob_t folders;
    if (glob(pattern, 0, NULL, &folders) == 0)
        for (size_t i = 0; i < folders.gl_pathc; i++)
            look_in(search, folders.gl_pathv[i]);
    globfree(&folders);
}

enum status binaries_find(unsigned major, struct binaries *found, char *message, size_t size) {
    struct search search = {.wanted = major};
    ask_pg_config(&search);
    for (size_t i = 0; i < sizeof usual / sizeof *usual && !search.best.major; i++)
        look_at(&search, usual[i]);
    *found = search.best;
    if (found->major)
        return STATUS_OK;
    const char *seen = *search.seen ? search.seen : "none";
    if (major)
        (void)snprintf(message, size, "PostgreSQL %u is not installed (found: %s)", major, seen);
    else
        (void)snprintf(
            message, size,
            "PostgreSQL %d or newer is not installed (found: %s). On Debian: apt-get install "
            "postgresql; or "
            "name a database of your own with --database-url, or none with --database-url=none",
            BINARIES_MIN_MAJOR, seen);
    return STATUS_NOT_FOUND;
}
