/*
 * The knowledge as lists people can read, in every language. Each list and document is rendered
 * when it is first asked for. Filters put the rendered items of a list together.
 */
#ifndef UNKNOT_RESOURCES_CATALOGUE_H
#define UNKNOT_RESOURCES_CATALOGUE_H

#include "engine/knowledge.h"
#include "resources/rendered.h"

struct catalogue_item {
    const char *id;
    unsigned number; /* of the row, finding, technique or rule in the release */
    size_t start;    /* place in the bytes of the collection */
    struct rendered rendered;
};

struct collection {
    struct rendered whole;
    unsigned count;
    unsigned listed; /* the first so many items are in the list; the others are only for reading */
    struct catalogue_item *items;
    struct name_map names;
    struct arena arena;
    char *bytes;
    _Atomic(void *) searched;
};

enum collection_name {
    COLLECTION_TECHNIQUES,
    COLLECTION_PRESENTATIONS,
    COLLECTION_FINDINGS,
    COLLECTION_RED_FLAGS,
    COLLECTION_CONTRAINDICATIONS, /* red flags too, but not listed */
    COLLECTION_GUIDANCE,
    COLLECTION_SOURCES,
    COLLECTION_COUNT,
};

/* One document that is no list of items: see the handlers of the same name. */
enum document_name {
    DOCUMENT_QUESTIONNAIRE,
    DOCUMENT_KNOWLEDGE,
    DOCUMENT_INDEX,
    DOCUMENT_CREDENTIALS,
    DOCUMENT_COUNT,
};

/* Renders nothing yet. NULL without memory. */
struct catalogue *catalogue_new(const struct knowledge *knowledge) MUST_CHECK;
void catalogue_free(struct catalogue *catalogue);

/* Both lend what lives as long as the catalogue, from any thread. NULL: no memory to render it. */
struct collection *catalogue_collection(struct catalogue *catalogue, const char *language,
                                        enum collection_name name);
struct rendered *catalogue_document(struct catalogue *catalogue, const char *language,
                                    enum document_name name);

/* The folded words of an item that a search looks in; made for all at the first search. NULL
 * without memory. */
const char *collection_words(struct collection *collection, unsigned item);

/* ---- used while rendering ---- */

struct rendering {
    const struct knowledge *knowledge;
    struct knowledge_reader reader;
    unsigned language;
    struct buffer out;
    struct json_writer json;
};

/* A value in which every {"en": ...} becomes the text of the language; no member "note". */
void render_value(struct rendering *rendering, json_t *value);

/* The same as a member; none where there is no value. */
void render_member(struct rendering *rendering, const char *name, json_t *value);

/* An object but for one of its members. */
void render_without(struct rendering *rendering, json_t *object, const char *left_out);

/* Members of a row by their names; without those it has not, or that are empty texts. */
void render_members(struct rendering *rendering, json_t *row, const char *const *names,
                    size_t count);

void render_technique(struct rendering *rendering, json_t *row, unsigned number);
void render_plain(struct rendering *rendering, json_t *row, unsigned number);
void render_finding(struct rendering *rendering, json_t *row, unsigned number);
void render_red_flag(struct rendering *rendering, json_t *row, unsigned number);
void render_contraindication(struct rendering *rendering, json_t *row, unsigned number);

void render_questionnaire(struct rendering *rendering);
void render_knowledge(struct rendering *rendering);
void render_index(struct rendering *rendering);
void render_credentials(struct rendering *rendering);

#endif
