/* unknot knowledge lint | show | hash: for the people who edit the knowledge. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "engine/lint.h"

static void print_counts(const struct knowledge *k) {
    unsigned effects[EFFECT_COUNT] = {0};
    for (unsigned r = 0; r < k->rule_count; r++)
        effects[k->rules[r].effect]++;
    (void)printf("release %s (%s) sha256 %s\n", k->version, k->date, k->sha256);
    (void)printf("%u rules (", k->rule_count);
    for (int e = EFFECT_COUNT - 1; e >= 0; e--)
        (void)printf("%s %u%s", effect_name((enum effect)e), effects[e], e ? ", " : ")\n");
    (void)printf("%u findings and derived facts, %u techniques, %u presentations, %u checklists, "
                 "%u sources\n",
                 k->finding_count, k->technique_count, k->presentation_count, k->checklist_count,
                 k->source_count);
}

struct lint_options {
    const char *cases;
    bool quiet;
};

static bool lint_options(int argc, char **argv, struct lint_options *options) {
    *options = (struct lint_options){0};
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--quiet") == 0)
            options->quiet = true;
        else if (strcmp(argv[i], "--cases") == 0 && i + 1 < argc)
            options->cases = argv[++i];
        else
            return false;
    }
    return true;
}

int command_knowledge_lint(const struct settings *settings, int argc, char **argv) {
    struct lint_options options;
    struct report report;
    if (!lint_options(argc, argv, &options))
        return EXIT_USAGE;
    struct knowledge *knowledge = open_knowledge(settings);
    if (!knowledge)
        return EXIT_BAD_KNOWLEDGE;
    report_init(&report);
    lint_knowledge(knowledge, options.cases, &report);
    for (size_t i = 0; i < report.count; i++)
        (void)fprintf(stderr, "%s: %s: %s\n", report.mistakes[i].file, report.mistakes[i].id,
                      report.mistakes[i].reason);
    size_t mistakes = report.count;
    report_free(&report);
    if (!options.quiet) {
        print_counts(knowledge);
        (void)printf("%zu mistakes%s\n", mistakes,
                     options.cases ? "" : " (cases not looked at: give --cases DIR)");
    }
    knowledge_free(knowledge);
    return mistakes ? EXIT_BAD_KNOWLEDGE : EXIT_DONE;
}

int command_knowledge_hash(const struct settings *settings, int argc, char **argv) {
    (void)argv;
    if (argc)
        return EXIT_USAGE;
    struct knowledge *knowledge = open_knowledge(settings);
    if (!knowledge)
        return EXIT_BAD_KNOWLEDGE;
    (void)printf("%s\n", knowledge->sha256);
    knowledge_free(knowledge);
    return EXIT_DONE;
}

static bool print_row_of(json_t *document, const char *file, const char *id) {
    const char *member;
    json_t *rows, *row;
    bool found = false;
    size_t i;
    json_object_foreach(document, member, rows) {
        json_array_foreach(rows, i, row) {
            const char *name = json_string_value(json_object_get(row, "id"));
            if (!name)
                name = json_string_value(json_object_get(row, "key"));
            if (!name || strcmp(name, id) != 0)
                continue;
            char *printed = json_dumps(row, JSON_INDENT(2));
            (void)printf("%s.json, %s:\n%s\n", file, member, printed ? printed : "");
            free(printed);
            found = true;
        }
    }
    return found;
}

/* Finds the row with that id in any file and prints it as it stands. */
static bool print_row(const struct knowledge *knowledge, const char *id) {
    bool found = false;
    for (size_t i = 0; i < knowledge->made_of_count; i++) {
        const char *file = knowledge->made_of[i].name;
        json_t *document = knowledge_read(knowledge, file);
        found |= print_row_of(document, file, id);
        json_decref(document);
    }
    return found;
}

int command_knowledge_show(const struct settings *settings, int argc, char **argv) {
    struct knowledge *knowledge = open_knowledge(settings);
    int code = EXIT_DONE;
    if (!knowledge)
        return EXIT_BAD_KNOWLEDGE;
    if (argc == 0)
        print_counts(knowledge);
    for (int i = 0; i < argc; i++)
        if (!print_row(knowledge, argv[i])) {
            (void)fprintf(stderr, "unknot: nothing in the release has the id '%s'\n", argv[i]);
            code = EXIT_FAILED;
        }
    knowledge_free(knowledge);
    return code;
}
