/* Renders, keeps and frees the FHIR definitions. */
#include "resources/fhir_library.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_memory.h"
#include "base/json_text.h"
#include "http/problem_types.h"
#include "interop/fhir_subset.h"

struct fhir_library {
    const struct knowledge *knowledge;
    _Atomic(void *) shelves[MAX_LANGUAGES][FHIR_DEFINITIONS]; /* struct fhir_shelf */
};

/* A shelf that is being filled. */
struct filling {
    struct arena *arena; /* of the shelf */
    struct fhir_source source;
    bool failed;
};

static const char *keep_text(struct filling *filling, const json_t *object, const char *member) {
    const json_t *value = json_object_get(object, member);
    if (!json_is_string(value))
        return NULL;
    const char *text =
        arena_copy(filling->arena, json_string_value(value), json_string_length(value));
    filling->failed |= !text;
    return text;
}

static void keep_bytes(struct filling *filling, struct rendered *rendered,
                       const struct buffer *out) {
    char *bytes = arena_copy(filling->arena, out->data, out->len);
    filling->failed |= !bytes || !rendered_init(rendered, bytes, out->len);
}

/* Takes the document: what is left of it is the summary. */
static void keep_summary(struct filling *filling, struct rendered *summary,
                         json_t *document_owned) {
    struct buffer out;
    struct json_writer json;
    buffer_init(&out);
    jw_init(&json, &out);
    json_t *subset = document_owned ? fhir_subset_of(document_owned, "true", NULL) : NULL;
    if (subset)
        json_text_write(&json, subset);
    if (jw_ok(&json))
        keep_bytes(filling, summary, &out);
    else
        filling->failed = true;
    buffer_free(&out);
    json_decref(subset);
}

static void keep_concepts(struct filling *filling, struct fhir_entry *entry,
                          const json_t *document) {
    const json_t *rows = json_object_get(document, "concept");
    size_t count = json_array_size(rows);
    struct fhir_concept_text *concepts =
        count ? arena_array(filling->arena, count, sizeof *concepts) : NULL;
    filling->failed |= count && !concepts;
    for (size_t i = 0; concepts && i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        concepts[i] =
            (struct fhir_concept_text){.code = keep_text(filling, row, "code"),
                                       .display = keep_text(filling, row, "display"),
                                       .definition = keep_text(filling, row, "definition")};
        filling->failed |= !concepts[i].code;
    }
    entry->concepts = concepts;
    entry->concept_count = concepts ? count : 0;
}

static void fill_entry(struct filling *filling, struct fhir_entry *entry,
                       const struct buffer *out) {
    json_t *document = json_text_own(out->data, out->len);
    const json_t *identifier = json_array_get(json_object_get(document, "identifier"), 0);
    entry->id = keep_text(filling, document, "id");
    entry->url = keep_text(filling, document, "url");
    entry->version = keep_text(filling, document, "version");
    entry->name = keep_text(filling, document, "name");
    entry->title = keep_text(filling, document, "title");
    entry->status = keep_text(filling, document, "status");
    entry->date = keep_text(filling, document, "date");
    entry->updated = keep_text(filling, json_object_get(document, "meta"), "lastUpdated");
    entry->identifier_system = keep_text(filling, identifier, "system");
    entry->identifier = keep_text(filling, identifier, "value");
    keep_concepts(filling, entry, document);
    keep_bytes(filling, &entry->rendered, out);
    filling->failed |= !document || !entry->id || !entry->url || !entry->version || !entry->name ||
                       !entry->title || !entry->status || !entry->date || !entry->updated;
    keep_summary(filling, &entry->summary, document);
}

static void fill_shelf(struct filling *filling, enum fhir_definition definition,
                       struct fhir_shelf *shelf) {
    size_t count = fhir_definition_count(&filling->source, definition);
    shelf->entries = arena_array(filling->arena, count, sizeof *shelf->entries);
    filling->failed |= !shelf->entries;
    for (; !filling->failed && shelf->count < count; shelf->count++) {
        struct buffer out;
        struct json_writer json;
        buffer_init(&out);
        jw_init(&json, &out);
        fhir_definition_write(&json, &filling->source, definition, shelf->count);
        if (jw_ok(&json))
            fill_entry(filling, &shelf->entries[shelf->count], &out);
        else
            filling->failed = true;
        buffer_free(&out);
    }
}

/* Errors of ours as codes. */
static void gather_problems(struct filling *filling) {
    size_t count = 0;
    while (problem_type_at(count))
        count++;
    struct fhir_term *terms = arena_array(filling->arena, count, sizeof *terms);
    filling->failed |= !terms;
    for (size_t i = 0; terms && i < count; i++) {
        const struct problem_type *type = problem_type_at(i);
        char code[48];
        problem_type_code(type, code);
        terms[i] = (struct fhir_term){.code = arena_copy(filling->arena, code, strlen(code)),
                                      .display = type->title,
                                      .definition = type->description};
        filling->failed |= !terms[i].code;
    }
    filling->source.problems = terms;
    filling->source.problem_count = terms ? count : 0;
}

static void shelf_free(struct fhir_shelf *shelf) {
    if (!shelf)
        return;
    for (size_t i = 0; i < shelf->count; i++)
        rendered_end(&shelf->entries[i].rendered);
    arena_free(&shelf->arena);
    free(shelf);
}

/* What is to be made. */
struct wish {
    const struct knowledge *knowledge;
    unsigned language;
    enum fhir_definition definition;
};

static void *make_shelf(void *wish_) {
    const struct wish *wish = wish_;
    struct fhir_shelf *shelf = calloc(1, sizeof *shelf);
    if (!shelf)
        return NULL;
    struct knowledge_reader reader;
    struct filling filling = {
        .arena = &shelf->arena,
        .source = {.knowledge = wish->knowledge, .reader = &reader, .language = wish->language}};
    arena_init(&shelf->arena, 1 << 14);
    knowledge_reader_begin(&reader, wish->knowledge);
    gather_problems(&filling);
    fill_shelf(&filling, wish->definition, shelf);
    bool good = !filling.failed && !reader.failed && !json_memory_failed();
    knowledge_reader_end(&reader);
    if (!good)
        shelf_free(shelf);
    (void)malloc_trim(0); /* what was read goes back to the system */
    return good ? shelf : NULL;
}

struct fhir_library *fhir_library_new(const struct knowledge *knowledge) {
    struct fhir_library *library = calloc(1, sizeof *library);
    if (library)
        library->knowledge = knowledge;
    return library;
}

void fhir_library_free(struct fhir_library *library) {
    if (!library)
        return;
    for (int language = 0; language < MAX_LANGUAGES; language++)
        for (int d = 0; d < FHIR_DEFINITIONS; d++)
            shelf_free(atomic_load(&library->shelves[language][d]));
    free(library);
}

const struct fhir_shelf *fhir_library_shelf(struct fhir_library *library, const char *language,
                                            enum fhir_definition definition) {
    unsigned number = knowledge_language(library->knowledge, language);
    struct wish wish = {library->knowledge, number, definition};
    return made_once(&library->shelves[number][definition], make_shelf, &wish);
}
