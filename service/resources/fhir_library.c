/* Renders, keeps and frees the FHIR definitions. */
#include "resources/fhir_library.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "http/gzip.h"
#include "http/problem_types.h"
#include "interop/fhir_subset.h"

struct fhir_library {
    struct arena arena;
    const struct knowledge *knowledge;
    const struct fhir_term *problems;
    size_t problem_count;
    struct fhir_shelf shelves[MAX_LANGUAGES][FHIR_DEFINITIONS];
    bool failed;
};

static const char *keep_text(struct fhir_library *library, const json_t *object,
                             const char *member) {
    const json_t *value = json_object_get(object, member);
    if (!json_is_string(value))
        return NULL;
    const char *text =
        arena_copy(&library->arena, json_string_value(value), json_string_length(value));
    library->failed |= !text;
    return text;
}

static struct rendered keep_bytes(struct fhir_library *library, const char *bytes, size_t len,
                                  bool compress) {
    struct rendered rendered = {.bytes = arena_copy(&library->arena, bytes, len), .len = len};
    struct buffer gzip;
    buffer_init(&gzip);
    if (compress && len >= GZIP_MIN && gzip_bytes(bytes, len, &gzip) == STATUS_OK) {
        rendered.gzip = arena_copy(&library->arena, gzip.data, gzip.len);
        rendered.gzip_len = gzip.len;
    }
    buffer_free(&gzip);
    library->failed |= !rendered.bytes;
    return rendered;
}

/* Takes the document: what is left of it is the summary. */
static struct rendered keep_summary(struct fhir_library *library, json_t *document_owned) {
    struct rendered rendered = {0};
    json_t *summary = document_owned ? fhir_subset_of(document_owned, "true", NULL) : NULL;
    size_t len = 0;
    char *printed = summary ? json_text_print(summary, &len) : NULL;
    if (printed)
        rendered = keep_bytes(library, printed, len, false);
    else
        library->failed = true;
    free(printed);
    json_decref(summary);
    return rendered;
}

static void keep_concepts(struct fhir_library *library, struct fhir_entry *entry,
                          const json_t *document) {
    const json_t *rows = json_object_get(document, "concept");
    size_t count = json_array_size(rows);
    struct fhir_concept_text *concepts =
        count ? arena_array(&library->arena, count, sizeof *concepts) : NULL;
    library->failed |= count && !concepts;
    for (size_t i = 0; concepts && i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        concepts[i] =
            (struct fhir_concept_text){.code = keep_text(library, row, "code"),
                                       .display = keep_text(library, row, "display"),
                                       .definition = keep_text(library, row, "definition")};
        library->failed |= !concepts[i].code;
    }
    entry->concepts = concepts;
    entry->concept_count = concepts ? count : 0;
}

static void fill_entry(struct fhir_library *library, struct fhir_entry *entry, const char *bytes,
                       size_t len) {
    json_t *document = json_text_own(bytes, len);
    const json_t *identifier = json_array_get(json_object_get(document, "identifier"), 0);
    entry->id = keep_text(library, document, "id");
    entry->url = keep_text(library, document, "url");
    entry->version = keep_text(library, document, "version");
    entry->name = keep_text(library, document, "name");
    entry->title = keep_text(library, document, "title");
    entry->status = keep_text(library, document, "status");
    entry->date = keep_text(library, document, "date");
    entry->updated = keep_text(library, json_object_get(document, "meta"), "lastUpdated");
    entry->identifier_system = keep_text(library, identifier, "system");
    entry->identifier = keep_text(library, identifier, "value");
    keep_concepts(library, entry, document);
    entry->rendered = keep_bytes(library, bytes, len, true);
    library->failed |= !document || !entry->id || !entry->url || !entry->version || !entry->name ||
                       !entry->title || !entry->status || !entry->date || !entry->updated ||
                       etag_of_bytes(bytes, len, entry->etag) != STATUS_OK;
    entry->summary = keep_summary(library, document);
}

static void fill_shelf(struct fhir_library *library, const struct fhir_source *source,
                       enum fhir_definition definition, struct fhir_shelf *shelf) {
    size_t count = fhir_definition_count(source, definition);
    struct fhir_entry *entries = arena_array(&library->arena, count + 1, sizeof *entries);
    library->failed |= !entries;
    for (size_t i = 0; entries && i < count; i++) {
        struct buffer out;
        struct json_writer json;
        buffer_init(&out);
        jw_init(&json, &out);
        fhir_definition_write(&json, source, definition, i);
        if (jw_ok(&json))
            fill_entry(library, &entries[i], out.data, out.len);
        else
            library->failed = true;
        buffer_free(&out);
    }
    *shelf = (struct fhir_shelf){.count = count, .entries = entries};
}

static void gather_problems(struct fhir_library *library) {
    size_t count = 0;
    while (problem_type_at(count))
        count++;
    struct fhir_term *terms = arena_array(&library->arena, count + 1, sizeof *terms);
    library->failed |= !terms;
    for (size_t i = 0; terms && i < count; i++) {
        const struct problem_type *type = problem_type_at(i);
        char code[48];
        problem_type_code(type, code);
        terms[i] = (struct fhir_term){.code = arena_copy(&library->arena, code, strlen(code)),
                                      .display = type->title,
                                      .definition = type->description};
        library->failed |= !terms[i].code;
    }
    library->problems = terms;
    library->problem_count = terms && !library->failed ? count : 0;
}

struct fhir_library *fhir_library_new(const struct knowledge *knowledge) {
    struct fhir_library *library = calloc(1, sizeof *library);
    if (!library)
        return NULL;
    library->knowledge = knowledge;
    arena_init(&library->arena, 1 << 20);
    gather_problems(library);
    for (unsigned language = 0; language < knowledge->language_count; language++)
        for (int d = 0; d < FHIR_DEFINITIONS; d++) {
            struct fhir_source source = {.knowledge = knowledge,
                                         .language = language,
                                         .problems = library->problems,
                                         .problem_count = library->problem_count};
            fill_shelf(library, &source, (enum fhir_definition)d, &library->shelves[language][d]);
        }
    if (!library->failed)
        return library;
    fhir_library_free(library);
    return NULL;
}

void fhir_library_free(struct fhir_library *library) {
    if (!library)
        return;
    arena_free(&library->arena);
    free(library);
}

const struct fhir_shelf *fhir_library_shelf(const struct fhir_library *library,
                                            const char *language, enum fhir_definition definition) {
    unsigned number = 0;
    for (unsigned i = 0; i < library->knowledge->language_count; i++)
        if (strcmp(library->knowledge->languages[i], language) == 0)
            number = i;
    return &library->shelves[number][definition];
}
