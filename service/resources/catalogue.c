/* Renders, keeps and frees the catalogue. */
#include "resources/catalogue.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/json_text.h"

struct catalogue {
    const struct knowledge *knowledge;
    struct {
        _Atomic(void *) collections[COLLECTION_COUNT]; /* struct collection */
        _Atomic(void *) documents[DOCUMENT_COUNT];     /* struct document */
    } editions[MAX_LANGUAGES];
};

/* What is to be made. */
struct wish {
    const struct knowledge *knowledge;
    unsigned language;
    int name;
};

static void rendering_begin(struct rendering *rendering, const struct wish *wish) {
    *rendering = (struct rendering){.knowledge = wish->knowledge, .language = wish->language};
    knowledge_reader_begin(&rendering->reader, wish->knowledge);
    buffer_init(&rendering->out);
    jw_init(&rendering->json, &rendering->out);
}

/* False when something failed. What was read goes back to the system: it is several times what
 * stays. */
static bool rendering_end(struct rendering *rendering) {
    bool good = !rendering->reader.failed && !rendering->out.failed;
    knowledge_reader_end(&rendering->reader);
    buffer_free(&rendering->out);
    (void)malloc_trim(0);
    return good;
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

/* Words in the language; any other value as it is. */
static json_t *said(const struct rendering *rendering, json_t *value) {
    if (!is_words(value))
        return value;
    json_t *words = json_object_get(value, rendering->knowledge->languages[rendering->language]);
    return words ? words : json_object_get(value, "en");
}

void render_without(struct rendering *rendering, json_t *object, const char *left_out) {
    const char *name;
    json_t *member;
    jw_open_object(&rendering->json);
    json_object_foreach(object, name, member) {
        bool note = strcmp(name, "note") == 0 && json_is_string(member);
        if (!note && strcmp(name, left_out) != 0)
            render_member(rendering, name, member);
    }
    jw_close_object(&rendering->json);
}

void render_value(struct rendering *rendering, json_t *value) {
    size_t i;
    json_t *item, *own = said(rendering, value);
    if (json_is_object(own)) {
        render_without(rendering, own, "");
    } else if (json_is_array(own)) {
        jw_open_array(&rendering->json);
        json_array_foreach(own, i, item) render_value(rendering, item);
        jw_close_array(&rendering->json);
    } else {
        json_text_write(&rendering->json, own);
    }
}

void render_member(struct rendering *rendering, const char *name, json_t *value) {
    if (!value)
        return;
    jw_key_text(&rendering->json, name, strlen(name));
    render_value(rendering, value);
}

void render_members(struct rendering *rendering, json_t *row, const char *const *names,
                    size_t count) {
    for (size_t i = 0; i < count; i++) {
        json_t *value = said(rendering, json_object_get(row, names[i]));
        if (!json_is_string(value) || json_string_length(value) > 0)
            render_member(rendering, names[i], value);
    }
}

/* ---- collections ---- */

typedef void item_renderer(struct rendering *rendering, json_t *row, unsigned number);

static const struct {
    const char *file, *member; /* NULL: the rules */
    item_renderer *render;
} collections[COLLECTION_COUNT] = {
    [COLLECTION_TECHNIQUES] = {"techniques", "techniques", render_technique},
    [COLLECTION_PRESENTATIONS] = {"presentations", "presentations", render_plain},
    [COLLECTION_FINDINGS] = {"findings", "findings", render_finding},
    [COLLECTION_RED_FLAGS] = {NULL, NULL, render_red_flag},
    [COLLECTION_CONTRAINDICATIONS] = {NULL, NULL, render_contraindication},
    [COLLECTION_GUIDANCE] = {"guidance", "guidance", render_plain},
    [COLLECTION_SOURCES] = {"sources", "sources", render_plain},
};

static bool open_collection(struct collection *collection, size_t room) {
    collection->items = arena_array(&collection->arena, room, sizeof *collection->items);
    return collection->items && name_map_init(&collection->names, &collection->arena, room + 1);
}

/* Appends an item to what is rendered. False without memory. */
static bool add_item(struct rendering *rendering, struct collection *collection, json_t *row,
                     unsigned number, item_renderer *render) {
    struct catalogue_item *item = &collection->items[collection->count];
    const char *id = json_string_value(json_object_get(row, "id"));
    if (!id)
        id = json_string_value(json_object_get(row, "key"));
    item->id = id ? arena_copy(&collection->arena, id, strlen(id)) : NULL;
    item->number = number;
    item->start = rendering->out.len;
    jw_init(&rendering->json, &rendering->out);
    render(rendering, row, number);
    item->rendered.len = rendering->out.len - item->start;
    return jw_ok(&rendering->json) && item->id &&
           name_map_add(&collection->names, item->id, collection->count++);
}

static bool list_item(struct rendering *rendering, struct collection *collection, json_t *row,
                      unsigned number, item_renderer *render) {
    return (collection->count == 0 || buffer_puts(&rendering->out, ",")) &&
           add_item(rendering, collection, row, number, render);
}

static bool list_rows(struct rendering *rendering, struct collection *collection, json_t *rows,
                      item_renderer *render) {
    size_t i;
    json_t *row;
    bool good = open_collection(collection, json_array_size(rows));
    json_array_foreach(rows, i, row) good =
        good && list_item(rendering, collection, row, (unsigned)i, render);
    return good;
}

/* The row of each rule, by its number; the caller frees the table. */
static json_t **rule_rows(struct rendering *rendering) {
    const struct knowledge *k = rendering->knowledge;
    json_t **rows = calloc(k->rule_count, sizeof *rows);
    size_t i;
    json_t *row;
    for (size_t f = 0; rows && f < k->made_of_count; f++) {
        if (strncmp(k->made_of[f].name, "rules_", 6) != 0)
            continue;
        json_array_foreach(knowledge_member(&rendering->reader, k->made_of[f].name, "rules"), i,
                           row) {
            const char *id = json_string_value(json_object_get(row, "id"));
            int64_t number = id ? name_map_get(&k->rule_names, id) : -1;
            if (number >= 0)
                rows[number] = row;
        }
    }
    return rows;
}

/* Rules most severe first: the red flags (C1), or all others. */
static bool list_rules(struct rendering *rendering, struct collection *collection,
                       json_t *const *rows, bool red_flags, item_renderer *render) {
    const struct knowledge *k = rendering->knowledge;
    bool good = open_collection(collection, k->rule_count);
    for (unsigned r = 0; good && r < k->rule_count; r++)
        if (k->rules[r].c1_item == red_flags)
            good = list_item(rendering, collection, rows[r], r, render);
    return good;
}

/* Any rule has a page of the same form: reasons name them all alike. */
static bool add_red_flags(struct rendering *rendering, struct collection *collection,
                          json_t *const *rows) {
    const struct knowledge *k = rendering->knowledge;
    bool good = true;
    for (unsigned r = 0; good && r < k->rule_count; r++)
        if (k->rules[r].c1_item)
            good = add_item(rendering, collection, rows[r], r, render_contraindication);
    return good;
}

static size_t close_list(struct rendering *rendering, struct collection *collection) {
    collection->listed = collection->count;
    (void)buffer_printf(&rendering->out, "],\"total\":%u}", collection->listed);
    return rendering->out.len;
}

/* Gives the length of the list; 0 when something failed. */
static size_t render_items(struct rendering *rendering, struct collection *collection,
                           enum collection_name name) {
    item_renderer *render = collections[name].render;
    const char *file = collections[name].file;
    bool good = buffer_puts(&rendering->out, "{\"items\":[");
    if (file) {
        json_t *rows = knowledge_member(&rendering->reader, file, collections[name].member);
        good = good && list_rows(rendering, collection, rows, render);
        return good ? close_list(rendering, collection) : 0;
    }
    json_t **rows = rule_rows(rendering);
    good = good && rows && !rendering->reader.failed &&
           list_rules(rendering, collection, rows, name == COLLECTION_RED_FLAGS, render);
    size_t whole = good ? close_list(rendering, collection) : 0;
    if (good && name == COLLECTION_CONTRAINDICATIONS)
        good = add_red_flags(rendering, collection, rows);
    free(rows);
    return good ? whole : 0;
}

/* One run of bytes holds the list, its items within it, and those that are not listed behind it. */
static bool keep_items(struct collection *collection, const struct buffer *out, size_t whole) {
    collection->bytes = arena_copy(&collection->arena, out->data, out->len);
    bool good = collection->bytes && rendered_init(&collection->whole, collection->bytes, whole);
    for (unsigned i = 0; good && i < collection->count; i++) {
        struct catalogue_item *item = &collection->items[i];
        good = rendered_init(&item->rendered, collection->bytes + item->start, item->rendered.len);
    }
    return good;
}

static void collection_free(struct collection *collection) {
    if (!collection)
        return;
    rendered_end(&collection->whole);
    for (unsigned i = 0; i < collection->count; i++)
        rendered_end(&collection->items[i].rendered);
    free(atomic_load(&collection->searched));
    arena_free(&collection->arena);
    free(collection);
}

static void *make_collection(void *wish_) {
    const struct wish *wish = wish_;
    struct collection *collection = calloc(1, sizeof *collection);
    struct rendering rendering;
    if (!collection)
        return NULL;
    arena_init(&collection->arena, 1 << 12);
    rendering_begin(&rendering, wish);
    size_t whole = render_items(&rendering, collection, (enum collection_name)wish->name);
    bool good = whole && !rendering.out.failed && keep_items(collection, &rendering.out, whole);
    if (rendering_end(&rendering) && good)
        return collection;
    collection_free(collection);
    return NULL;
}

/* ---- documents ---- */

struct document {
    struct rendered rendered;
    char bytes[];
};

static void *make_document(void *wish_) {
    static void (*const documents[DOCUMENT_COUNT])(struct rendering * rendering) = {
        [DOCUMENT_QUESTIONNAIRE] = render_questionnaire,
        [DOCUMENT_KNOWLEDGE] = render_knowledge,
        [DOCUMENT_INDEX] = render_index,
        [DOCUMENT_CREDENTIALS] = render_credentials,
    };
    const struct wish *wish = wish_;
    struct rendering rendering;
    rendering_begin(&rendering, wish);
    documents[wish->name](&rendering);
    struct document *document = NULL;
    if (jw_ok(&rendering.json))
        document = malloc(sizeof *document + rendering.out.len);
    size_t len = rendering.out.len;
    if (document)
        memcpy(document->bytes, rendering.out.data, len);
    if (rendering_end(&rendering) && document &&
        rendered_init(&document->rendered, document->bytes, len))
        return document;
    free(document);
    return NULL;
}

static void document_free(struct document *document) {
    if (!document)
        return;
    rendered_end(&document->rendered);
    free(document);
}

/* ---- searching ---- */

/* Folded words, each item's ended by a NUL, behind the table of where they start. */
struct searched {
    const char *words;
    size_t starts[];
};

/* All texts of a document. */
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

/* Appends an item's words. False without memory. */
static bool fold_item(const struct rendered *rendered, struct arena *arena, struct buffer *words) {
    json_t *document = json_text_own(rendered->bytes, rendered->len);
    struct buffer texts;
    buffer_init(&texts);
    collect_texts(document, &texts);
    arena_reset(arena);
    const char *folded = document && !texts.failed
                             ? fold_words(arena, texts.data ? texts.data : "", texts.len)
                             : NULL;
    bool good = folded && buffer_append(words, folded, strlen(folded) + 1);
    buffer_free(&texts);
    json_decref(document);
    return good;
}

static struct searched *keep_words(const size_t *starts, size_t count, const struct buffer *words) {
    struct searched *searched = malloc(sizeof *searched + count * sizeof *starts + words->len);
    if (!searched)
        return NULL;
    memcpy(searched->starts, starts, count * sizeof *starts);
    char *copy = (char *)&searched->starts[count];
    memcpy(copy, words->data, words->len);
    searched->words = copy;
    return searched;
}

static void *make_searched(void *collection_) {
    const struct collection *collection = collection_;
    struct searched *searched = NULL;
    struct arena arena;
    struct buffer words;
    size_t *starts = calloc(collection->listed + 1, sizeof *starts);
    bool good = starts != NULL;
    arena_init(&arena, 1 << 14);
    buffer_init(&words);
    for (unsigned i = 0; good && i < collection->listed; i++) {
        starts[i] = words.len;
        good = fold_item(&collection->items[i].rendered, &arena, &words);
    }
    if (good && words.data)
        searched = keep_words(starts, collection->listed, &words);
    buffer_free(&words);
    arena_free(&arena);
    free(starts);
    return searched;
}

const char *collection_words(struct collection *collection, unsigned item) {
    const struct searched *searched = made_once(&collection->searched, make_searched, collection);
    return searched ? searched->words + searched->starts[item] : NULL;
}

/* ---- the catalogue ---- */

struct catalogue *catalogue_new(const struct knowledge *knowledge) {
    struct catalogue *catalogue = calloc(1, sizeof *catalogue);
    if (catalogue)
        catalogue->knowledge = knowledge;
    return catalogue;
}

void catalogue_free(struct catalogue *catalogue) {
    if (!catalogue)
        return;
    for (unsigned e = 0; e < MAX_LANGUAGES; e++) {
        for (int c = 0; c < COLLECTION_COUNT; c++)
            collection_free(atomic_load(&catalogue->editions[e].collections[c]));
        for (int d = 0; d < DOCUMENT_COUNT; d++)
            document_free(atomic_load(&catalogue->editions[e].documents[d]));
    }
    free(catalogue);
}

struct collection *catalogue_collection(struct catalogue *catalogue, const char *language,
                                        enum collection_name name) {
    unsigned number = knowledge_language(catalogue->knowledge, language);
    struct wish wish = {catalogue->knowledge, number, (int)name};
    return made_once(&catalogue->editions[number].collections[name], make_collection, &wish);
}

struct rendered *catalogue_document(struct catalogue *catalogue, const char *language,
                                    enum document_name name) {
    unsigned number = knowledge_language(catalogue->knowledge, language);
    struct wish wish = {catalogue->knowledge, number, (int)name};
    struct document *document =
        made_once(&catalogue->editions[number].documents[name], make_document, &wish);
    return document ? &document->rendered : NULL;
}
