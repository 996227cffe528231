/* Builds, keeps and frees the rendered catalogue. */
#include "resources/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/json_text.h"
#include "http/gzip.h"

struct edition {
    struct collection collections[COLLECTION_COUNT];
    struct rendered documents[DOCUMENT_COUNT];
    json_t *credentials;
};

struct catalogue {
    struct arena arena;
    const struct knowledge *knowledge;
    struct edition editions[MAX_LANGUAGES];
    bool failed;
};

typedef json_t *builder(const struct knowledge *knowledge, json_t *row, const char *language,
                        int number);

/* ---- rendering ---- */

/* NULL where there is no memory. */
static const char *tag(struct catalogue *catalogue, const char *bytes, size_t len) {
    char etag[ETAG_SIZE];
    bool made = etag_of_bytes(bytes, len, etag) == STATUS_OK;
    return made ? arena_copy(&catalogue->arena, etag, strlen(etag)) : NULL;
}

static struct rendered keep(struct catalogue *catalogue, const char *bytes, size_t len) {
    struct rendered rendered = {.bytes = arena_copy(&catalogue->arena, bytes, len), .len = len};
    struct buffer gzip;
    buffer_init(&gzip);
    if (len >= GZIP_MIN && gzip_bytes(bytes, len, &gzip) == STATUS_OK) {
        rendered.gzip = arena_copy(&catalogue->arena, gzip.data, gzip.len);
        rendered.gzip_len = gzip.len;
    }
    buffer_free(&gzip);
    rendered.etag = tag(catalogue, bytes, len);
    catalogue->failed |= !rendered.bytes || !rendered.etag;
    return rendered;
}

static struct rendered render(struct catalogue *catalogue, json_t *document) {
    size_t len = 0;
    char *printed = json_text_print(document, &len);
    struct rendered rendered = {0};
    if (printed)
        rendered = keep(catalogue, printed, len);
    else
        catalogue->failed = true;
    free(printed);
    return rendered;
}

/* ---- languages ---- */

static bool is_words(json_t *value) {
    const char *name;
    json_t *member;
    if (json_object_size(value) == 0 || !json_is_string(json_object_get(value, "en")))
        return false;
    json_object_foreach(value, name, member) {
        if (!json_is_string(member))
            return false;
    }
    return true;
}

json_t *in_language(json_t *value, const char *language) {
    const char *name;
    json_t *member;
    size_t i;
    if (is_words(value)) {
        json_t *words = json_object_get(value, language);
        return json_incref(words ? words : json_object_get(value, "en"));
    }
    if (json_is_array(value)) {
        json_t *list = json_array();
        json_array_foreach(value, i, member)(void)
            json_array_append_new(list, in_language(member, language));
        return list;
    }
    if (!json_is_object(value))
        return json_incref(value);
    json_t *object = json_object();
    json_object_foreach(value, name, member) {
        if (strcmp(name, "note") != 0 || !json_is_string(member))
            (void)json_object_set_new(object, name, in_language(member, language));
    }
    return object;
}

json_t *release_rows(const struct knowledge *knowledge, const char *file, const char *member) {
    return json_object_get(json_object_get(knowledge->files, file), member);
}

/* ---- collections ---- */

static json_t *build_plain(const struct knowledge *knowledge, json_t *row, const char *language,
                           int number) {
    (void)knowledge;
    (void)number;
    return in_language(row, language);
}

/* All texts of a document, folded, for the search. */
static void collect_texts(json_t *value, struct buffer *out) {
    const char *name;
    json_t *member;
    size_t i;
    if (json_is_string(value)) {
        (void)buffer_append(out, json_string_value(value), json_string_length(value));
        (void)buffer_puts(out, " ");
    }
    json_array_foreach(value, i, member) collect_texts(member, out);
    json_object_foreach(value, name, member) collect_texts(member, out);
}

static const char *search_words(struct catalogue *catalogue, json_t *document) {
    struct buffer all;
    buffer_init(&all);
    collect_texts(document, &all);
    const char *words =
        all.failed || !all.data ? NULL : fold_words(&catalogue->arena, all.data, all.len);
    catalogue->failed |= !words;
    buffer_free(&all);
    return words;
}

static void add_item(struct catalogue *catalogue, struct collection *collection,
                     json_t *document_owned, int number) {
    const char *id = json_string_value(json_object_get(document_owned, "id"));
    if (!id)
        id = json_string_value(json_object_get(document_owned, "key"));
    struct catalogue_item *item = &collection->items[collection->count];
    *item = (struct catalogue_item){.id = id, .document = document_owned, .number = number};
    item->rendered = render(catalogue, document_owned);
    item->search = search_words(catalogue, document_owned);
    if (!id || !name_map_add(&collection->names, id, collection->count))
        catalogue->failed = true;
    collection->count++;
}

static void render_whole(struct catalogue *catalogue, struct collection *collection) {
    struct buffer all;
    buffer_init(&all);
    (void)buffer_puts(&all, "{\"items\":[");
    for (unsigned i = 0; i < collection->count; i++) {
        if (i)
            (void)buffer_puts(&all, ",");
        (void)buffer_append(&all, collection->items[i].rendered.bytes,
                            collection->items[i].rendered.len);
    }
    (void)buffer_printf(&all, "],\"total\":%u}", collection->count);
    if (!all.failed)
        collection->whole = keep(catalogue, all.data, all.len);
    catalogue->failed |= all.failed;
    buffer_free(&all);
}

static bool open_collection(struct catalogue *catalogue, struct collection *collection,
                            size_t room) {
    collection->items = arena_array(&catalogue->arena, room + 1, sizeof *collection->items);
    bool done = collection->items && name_map_init(&collection->names, &catalogue->arena, room + 1);
    catalogue->failed |= !done;
    return done;
}

static void build_collection(struct catalogue *catalogue, struct collection *collection,
                             const char *file, const char *member, const char *language,
                             builder *build) {
    json_t *rows = release_rows(catalogue->knowledge, file, member);
    size_t i;
    json_t *row;
    if (!open_collection(catalogue, collection, json_array_size(rows)))
        return;
    json_array_foreach(rows, i, row)
        add_item(catalogue, collection, build(catalogue->knowledge, row, language, (int)i), (int)i);
    render_whole(catalogue, collection);
}

/* Finds the JSON of each rule by its id. */
static json_t *rule_row(const struct knowledge *knowledge, const char *id) {
    const char *file;
    json_t *document, *row;
    size_t i;
    json_object_foreach(knowledge->files, file, document) {
        json_array_foreach(json_object_get(document, "rules"), i, row) {
            const char *name = json_string_value(json_object_get(row, "id"));
            if (name && strcmp(name, id) == 0)
                return row;
        }
    }
    return NULL;
}

/* Rules most severe first: the red flags (C1), all others, or both in the form of the others. */
static void build_rules(struct catalogue *catalogue, struct collection *collection,
                        const char *language, enum collection_name name) {
    const struct knowledge *k = catalogue->knowledge;
    if (!open_collection(catalogue, collection, k->rule_count))
        return;
    for (unsigned r = 0; r < k->rule_count; r++) {
        if (name != COLLECTION_RULES && k->rules[r].c1_item != (name == COLLECTION_RED_FLAGS))
            continue;
        json_t *row = rule_row(k, k->rules[r].id);
        json_t *item = name == COLLECTION_RED_FLAGS
                           ? build_red_flag(k, row, language, (int)r)
                           : build_contraindication(k, row, language, (int)r);
        add_item(catalogue, collection, item, (int)r);
    }
    render_whole(catalogue, collection);
}

static void build_document(struct catalogue *catalogue, struct edition *edition,
                           enum document_name name, json_t *document_owned) {
    edition->documents[name] = render(catalogue, document_owned);
    if (name == DOCUMENT_CREDENTIALS)
        edition->credentials = json_incref(document_owned);
    json_decref(document_owned);
}

static void build_edition(struct catalogue *catalogue, struct edition *edition,
                          const char *language) {
    const struct knowledge *k = catalogue->knowledge;
    struct collection *all = edition->collections;
    build_collection(catalogue, &all[COLLECTION_TECHNIQUES], "techniques", "techniques", language,
                     build_technique);
    build_collection(catalogue, &all[COLLECTION_PRESENTATIONS], "presentations", "presentations",
                     language, build_plain);
    build_collection(catalogue, &all[COLLECTION_FINDINGS], "findings", "findings", language,
                     build_finding);
    build_collection(catalogue, &all[COLLECTION_GUIDANCE], "guidance", "guidance", language,
                     build_plain);
    build_collection(catalogue, &all[COLLECTION_SOURCES], "sources", "sources", language,
                     build_plain);
    build_rules(catalogue, &all[COLLECTION_RED_FLAGS], language, COLLECTION_RED_FLAGS);
    build_rules(catalogue, &all[COLLECTION_CONTRAINDICATIONS], language,
                COLLECTION_CONTRAINDICATIONS);
    build_rules(catalogue, &all[COLLECTION_RULES], language, COLLECTION_RULES);
    build_document(catalogue, edition, DOCUMENT_QUESTIONNAIRE, build_questionnaire(k, language));
    build_document(catalogue, edition, DOCUMENT_KNOWLEDGE, build_knowledge(k, language));
    build_document(catalogue, edition, DOCUMENT_INDEX, build_index(k, language));
    build_document(catalogue, edition, DOCUMENT_CREDENTIALS, build_credentials(k, language));
}

struct catalogue *catalogue_new(const struct knowledge *knowledge) {
    struct catalogue *catalogue = calloc(1, sizeof *catalogue);
    if (!catalogue)
        return NULL;
    catalogue->knowledge = knowledge;
    arena_init(&catalogue->arena, 1 << 20);
    for (unsigned i = 0; i < knowledge->language_count; i++)
        build_edition(catalogue, &catalogue->editions[i], knowledge->languages[i]);
    if (!catalogue->failed)
        return catalogue;
    catalogue_free(catalogue);
    return NULL;
}

void catalogue_free(struct catalogue *catalogue) {
    if (!catalogue)
        return;
    for (unsigned e = 0; e < catalogue->knowledge->language_count; e++) {
        struct edition *edition = &catalogue->editions[e];
        for (int c = 0; c < COLLECTION_COUNT; c++)
            for (unsigned i = 0; i < edition->collections[c].count; i++)
                json_decref(edition->collections[c].items[i].document);
        json_decref(edition->credentials);
    }
    arena_free(&catalogue->arena);
    free(catalogue);
}

static const struct edition *edition_in(const struct catalogue *catalogue, const char *language) {
    for (unsigned i = 0; i < catalogue->knowledge->language_count; i++)
        if (strcmp(catalogue->knowledge->languages[i], language) == 0)
            return &catalogue->editions[i];
    return &catalogue->editions[0];
}

const struct collection *catalogue_collection(const struct catalogue *catalogue,
                                              const char *language, enum collection_name name) {
    return &edition_in(catalogue, language)->collections[name];
}

const struct rendered *catalogue_document(const struct catalogue *catalogue, const char *language,
                                          enum document_name name) {
    return &edition_in(catalogue, language)->documents[name];
}

json_t *catalogue_credentials(const struct catalogue *catalogue, const char *language) {
    return edition_in(catalogue, language)->credentials;
}
