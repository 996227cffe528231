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

const char *asked_name(enum asked asked) {
    static const char *const names[] = {"core", "conditional", "derived", "clinic"};
    return names[asked];
}

const char *training_need_name(enum training_need training) {
    static const char *const names[] = {"none", "technique", "prenatal", "lymphoedema"};
    return names[training];
}

const char *phase_name(enum advice phase) {
    static const char *const names[] = {"preparation", "session", "aftercare"};
    return phase <= ADVICE_AFTERCARE ? names[phase] : NULL;
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

unsigned knowledge_language(const struct knowledge *knowledge, const char *tag) {
    for (unsigned i = 0; i < knowledge->language_count; i++)
        if (strcmp(knowledge->languages[i], tag) == 0)
            return i;
    return 0;
}

technique_set rule_affects(const struct rule *rule) {
    return rule->effect >= EFFECT_URGENT ? UINT32_MAX
                                         : rule->blocked | rule->withheld | rule->touched;
}

size_t rule_section_len(const struct rule *rule) {
    return strcspn(rule->id, ".");
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
        const char *language = load_copy(loader, json_string_value(json_array_get(languages, i)));
        if (language && strcmp(language, "en") != 0)
            k->languages[k->language_count++] = language;
    }
    k->status = load_text(loader, release, "status", true);
}

/* ---- the files, once they are compiled ---- */

/* What answers look up in the files themselves. The others are read again by the few who ask: as
 * trees they would take five times their bytes. */
static bool is_at_hand(const char *file) {
    static const char *const files[] = {"adverse_events", "areas",   "plans",
                                        "positions",      "release", "sources",
                                        "techniques",     "texts",   "therapists"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(file, files[i]) == 0)
            return true;
    return false;
}

/* Keeps the bytes of all files, and the documents of those at hand. */
static void keep_sources(struct knowledge *knowledge, const struct knowledge_file *files,
                         size_t count) {
    struct arena *arena = &knowledge->arena;
    struct knowledge_file *kept = arena_array(arena, count, sizeof *kept);
    for (size_t i = 0; kept && i < count; i++) {
        kept[i] = files[i];
        kept[i].name = arena_copy(arena, files[i].name, strlen(files[i].name));
        if (!files[i].lasting)
            kept[i].bytes = arena_copy(arena, files[i].bytes, files[i].len);
        if (!is_at_hand(files[i].name))
            (void)json_object_del(knowledge->files, files[i].name);
    }
    knowledge->made_of = kept;
    knowledge->made_of_count = kept ? count : 0;
}

static const struct knowledge_file *find_file(const struct knowledge *knowledge, const char *name) {
    for (size_t i = 0; i < knowledge->made_of_count; i++)
        if (strcmp(knowledge->made_of[i].name, name) == 0)
            return &knowledge->made_of[i];
    return NULL;
}

json_t *knowledge_read(const struct knowledge *knowledge, const char *name) {
    const struct knowledge_file *file = find_file(knowledge, name);
    json_error_t error;
    return file ? parse_file(file, &error) : NULL;
}

void knowledge_reader_begin(struct knowledge_reader *reader, const struct knowledge *knowledge) {
    *reader = (struct knowledge_reader){.knowledge = knowledge, .read = json_object()};
    reader->failed = !reader->read;
}

void knowledge_reader_end(struct knowledge_reader *reader) {
    json_decref(reader->read);
    reader->read = NULL;
}

json_t *knowledge_member(struct knowledge_reader *reader, const char *file, const char *member) {
    json_t *document = json_object_get(reader->knowledge->files, file);
    if (!document)
        document = json_object_get(reader->read, file);
    if (!document && find_file(reader->knowledge, file)) {
        document = knowledge_read(reader->knowledge, file);
        if (json_object_set_new(reader->read, file, document) != 0) {
            reader->failed = true;
            document = NULL;
        }
    }
    return json_object_get(document, member);
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
        keep_sources(knowledge, files, count);
    }
    bool good = is_good(knowledge, report) && graph_build(knowledge);
    if (good && is_good(knowledge, report))
        return knowledge;
    if (report->count == 0)
        report_add(report, NULL, NULL, "out of memory");
    knowledge_free(knowledge);
    return NULL;
}

void knowledge_free(struct knowledge *knowledge) {
    if (!knowledge)
        return;
    json_decref(knowledge->files);
    arena_free(&knowledge->arena);
    free(knowledge);
}
