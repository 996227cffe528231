/* Small commands, and the release that all of them share. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/cli.h"
#include "embedded.h"
#include "resources/app.h"

enum { MAX_FILES = 128 };

static void print_mistakes(const struct report *report) {
    for (size_t i = 0; i < report->count; i++) {
        const struct mistake *mistake = &report->mistakes[i];
        (void)fprintf(stderr, "%s%s%s%s: %s\n", mistake->file, *mistake->file ? ".json" : "",
                      *mistake->id ? ": " : "", mistake->id, mistake->reason);
    }
}

static char *read_whole(const char *path, size_t *len) {
    FILE *file = fopen(path, "re");
    struct buffer all;
    char chunk[65536];
    buffer_init(&all);
    if (!file)
        return NULL;
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
        (void)buffer_append(&all, chunk, got);
    (void)buffer_append(&all, "", 0);
    (void)fclose(file);
    return buffer_steal(&all, len);
}

static bool add_file(struct knowledge_file *files, size_t *count, const char *folder,
                     const char *entry) {
    size_t len = strlen(entry);
    char path[4096];
    if (len < 6 || strcmp(entry + len - 5, ".json") != 0 || *count == MAX_FILES)
        return true;
    (void)snprintf(path, sizeof path, "%s/%s", folder, entry);
    struct knowledge_file *file = &files[*count];
    file->lasting = false;
    file->name = strndup(entry, len - 5);
    file->bytes = read_whole(path, &file->len);
    (*count)++;
    if (!file->bytes)
        (void)fprintf(stderr, "unknot: cannot read %s\n", path);
    return file->bytes != NULL;
}

static bool read_folder(const char *folder, struct knowledge_file *files, size_t *count) {
    DIR *directory = opendir(folder);
    bool good = directory != NULL;
    if (!directory)
        (void)fprintf(stderr, "unknot: cannot read the knowledge folder %s: %s\n", folder,
                      strerror(errno));
    for (const struct dirent *entry; good && (entry = readdir(directory));)
        good = add_file(files, count, folder, entry->d_name);
    if (directory)
        (void)closedir(directory);
    return good;
}

static struct knowledge *load(const struct knowledge_file *files, size_t count) {
    struct report report;
    report_init(&report);
    struct knowledge *knowledge = knowledge_load(files, count, &report);
    print_mistakes(&report);
    report_free(&report);
    return knowledge;
}

static struct knowledge *load_embedded(void) {
    struct knowledge_file files[MAX_FILES];
    size_t count = 0;
    for (; count < embedded_knowledge_count && count < MAX_FILES; count++)
        files[count] = (struct knowledge_file){.name = embedded_knowledge[count].name,
                                               .bytes = embedded_knowledge[count].bytes,
                                               .len = embedded_knowledge[count].len,
                                               .lasting = true};
    return load(files, count);
}

struct knowledge *open_knowledge(const struct settings *settings) {
    struct knowledge_file files[MAX_FILES];
    bool given = settings->knowledge && *settings->knowledge;
    struct knowledge *knowledge = given ? NULL : load_embedded();
    size_t count = 0;
    if (given && read_folder(settings->knowledge, files, &count))
        knowledge = load(files, count);
    for (size_t i = 0; i < count; i++) {
        free((char *)files[i].name);
        free((char *)files[i].bytes);
    }
    if (knowledge)
        knowledge->snomed = settings->snomed;
    return knowledge;
}

int command_version(const struct settings *settings, int argc, char **argv) {
    (void)argc;
    (void)argv;
    struct knowledge *knowledge = open_knowledge(settings);
    if (!knowledge)
        return EXIT_BAD_KNOWLEDGE;
    (void)printf("unknot %s\nknowledge %s (%s) sha256 %s\n", UNKNOT_VERSION, knowledge->version,
                 knowledge->date, knowledge->sha256);
    knowledge_free(knowledge);
    return EXIT_DONE;
}

int command_settings(const struct settings *settings, int argc, char **argv) {
    (void)settings;
    if (argc == 1 && strcmp(argv[0], "sample") == 0)
        settings_sample(stdout);
    else if (argc == 1 && strcmp(argv[0], "markdown") == 0)
        settings_markdown(stdout);
    else if (argc == 0)
        settings_help(stdout);
    else
        return EXIT_USAGE;
    return EXIT_DONE;
}

int command_routes(const struct settings *settings, int argc, char **argv) {
    (void)settings;
    (void)argv;
    if (argc)
        return EXIT_USAGE;
    for (size_t i = 0; i < app_route_count; i++) {
        const struct route *route = &app_routes[i];
        (void)printf("%-6s %-44s %-32s %-18s %s\n", http_method_name(route->method), route->path,
                     route->operation_id, route->scope ? route->scope : "-",
                     route->blocking ? "database" : "-");
    }
    return EXIT_DONE;
}
