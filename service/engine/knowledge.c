/* From files to a compiled release, and the few look-ups everybody needs. */
#include "engine/knowledge.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/json_read.h"
#include "base/json_text.h"
#include "engine/graph.h"
#include "engine/load.h"

enum { FILE_DEPTH = 64 };

static const char *const effect_names[EFFECT_COUNT] = {
    [EFFECT_NONE] = "NONE",
    [EFFECT_TECH] = "TECH",
    [EFFECT_MOD] = "MOD",
    [EFFECT_LOC] = "LOC",
    [EFFECT_CLR] = "CLR",
    [EFFECT_ABS] = "ABS",
    [EFFECT_CLINICIAN] = "clinician",
    [EFFECT_URGENT] = "urgent",
    [EFFECT_EMERGENCY] = "emergency",
};

const char *effect_name(enum effect effect) {
    return effect < EFFECT_COUNT ? effect_names[effect] : "?";
}

const char *triage_name(enum triage triage) {
    static const char *const names[] = {"self_care", "clinician", "urgent", "emergency"};
    return triage <= TRIAGE_EMERGENCY ? names[triage] : "?";
}

const struct words *text_in(text words, unsigned language) {
    static const struct words empty = {.utf8 = "", .json = "\"\"", .json_len = 2};
    return words ? &words[language] : &empty;
}

const struct words *knowledge_phrase(const struct knowledge *knowledge, const char *id,
                                     unsigned language) {
    int64_t number = name_map_get(&knowledge->phrase_names, id);
    return text_in(number < 0 ? NULL : knowledge->phrases[number].words, language);
}

static int compare_files(const void *a, const void *b) {
    const struct knowledge_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* The hash covers names and bytes of all files, in the order of their names. */
static bool hash_files(const struct knowledge_file *files, size_t count, char hex[DIGEST_HEX]) {
    struct knowledge_file *sorted = calloc(count + 1, sizeof *sorted);
    struct buffer all;
    buffer_init(&all);
    if (sorted && count)
        memcpy(sorted, files, count * sizeof *sorted);
    if (sorted)
        qsort(sorted, count, sizeof *sorted, compare_files);
    for (size_t i = 0; sorted && i < count; i++) {
        (void)buffer_printf(&all, "%s %zu\n", sorted[i].name, sorted[i].len);
        (void)buffer_append(&all, sorted[i].bytes, sorted[i].len);
    }
    bool done =
        sorted && !all.failed && digest_hex(all.data ? all.data : "", all.len, hex) == STATUS_OK;
    free(sorted);
    buffer_free(&all);
    return done;
}

/* Most files are plain, and are read the quick way; jansson says what is wrong with the others. */
static json_t *parse_file(const struct knowledge_file *file, json_error_t *error) {
    struct json_text_problem problem;
    bool quick = json_text_precheck_within(file->bytes, file->len, FILE_DEPTH, &problem);
    bool no_memory = false;
    json_t *document = quick ? json_read(file->bytes, file->len, FILE_DEPTH, &no_memory) : NULL;
    if (no_memory)
        *error = (json_error_t){.line = 1, .column = 1, .text = "out of memory"};
    if (document || no_memory)
        return document;
    return json_loadb(file->bytes, file->len, JSON_REJECT_DUPLICATES, error);
}

static void parse_files(struct loader *loader, const struct knowledge_file *files, size_t count) {
    for (size_t i = 0; i < count; i++) {
        json_error_t error;
        loader->file = files[i].name;
        loader->id = NULL;
        json_t *document = parse_file(&files[i], &error);
        if (!document)
            load_mistake(loader, "line %d, column %d: %s", error.line, error.column, error.text);
        else if (json_object_set_new(loader->knowledge->files, files[i].name, document) != 0)
            load_mistake(loader, "out of memory");
    }
}

static void load_release(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    json_t *release = json_object_get(k->files, "release");
    json_t *languages = json_object_get(release, "languages");
    loader->file = "release";
    loader->id = NULL;
    k->version = load_string(loader, release, "version", true);
    k->date = load_string(loader, release, "date", true);
    k->languages[0] = "en";
    k->language_count = 1;
    for (size_t i = 0; i < json_array_size(languages) && k->language_count < MAX_LANGUAGES; i++) {
        const char *language = json_string_value(json_array_get(languages, i));
        if (language && strcmp(language, "en") != 0)
            k->languages[k->language_count++] = language;
    }
    k->status = load_text(loader, release, "status", true);
}

static bool is_good(const struct knowledge *knowledge, const struct report *report) {
    return report->count == 0 && !report->failed && !knowledge->arena.failed;
}

struct knowledge *knowledge_load(const struct knowledge_file *files, size_t count,
                                 struct report *report) {
    struct knowledge *knowledge = calloc(1, sizeof *knowledge);
    struct loader loader = {.knowledge = knowledge, .report = report};
    if (!knowledge) {
        report_add(report, NULL, NULL, "out of memory");
        return NULL;
    }
    arena_init(&knowledge->arena, 1 << 20);
    knowledge->files = json_object();
    if (!knowledge->files || !hash_files(files, count, knowledge->sha256))
        report_add(report, NULL, NULL, "out of memory");
    parse_files(&loader, files, count);
    if (is_good(knowledge, report)) {
        load_release(&loader);
        load_vocabulary(&loader);
        load_findings(&loader);
        load_rules(&loader);
        load_advice(&loader);
        load_medicines(&loader);
        load_codes(&loader);
    }
    bool good = is_good(knowledge, report) && graph_build(knowledge);
    if (good && is_good(knowledge, report))
        return knowledge;
    if (report->count == 0)
        report_add(report, NULL, NULL, "out of memory");
    knowledge_free(knowledge);
    return NULL;
}

void knowledge_drop_sources(struct knowledge *knowledge) {
    static const char *const large[] = {"medicines", "medicine_words", "codes", "claims"};
    for (size_t i = 0; i < sizeof large / sizeof *large; i++)
        (void)json_object_del(knowledge->files, large[i]);
}

void knowledge_free(struct knowledge *knowledge) {
    if (!knowledge)
        return;
    json_decref(knowledge->files);
    arena_free(&knowledge->arena);
    free(knowledge);
}
