/*
 * The knowledge as lists people can read: rendered once at start in every language, compressed too,
 * and handed out as they are. Filters put the rendered items of a list together.
 */
#ifndef UNKNOT_RESOURCES_CATALOGUE_H
#define UNKNOT_RESOURCES_CATALOGUE_H

#include "engine/knowledge.h"
#include "http/request.h"
#include "http/response.h"

struct rendered {
    const char *bytes;
    size_t len;
    const char *gzip; /* NULL: not worth it */
    size_t gzip_len;
    const char *etag; /* of the bytes */
};

struct catalogue_item {
    const char *id;
    struct rendered rendered;
    const char *search; /* folded words a search looks in */
    json_t *document;   /* in this language */
    int number;         /* of the rule, technique or finding in the release; -1: none */
};

struct collection {
    const char *name;
    unsigned count;
    struct catalogue_item *items;
    struct name_map names;
    struct rendered whole;
};

enum collection_name {
    COLLECTION_TECHNIQUES,
    COLLECTION_PRESENTATIONS,
    COLLECTION_FINDINGS,
    COLLECTION_RED_FLAGS,
    COLLECTION_CONTRAINDICATIONS,
    COLLECTION_RULES, /* both; only for single items */
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

/* NULL without memory. */
struct catalogue *catalogue_new(const struct knowledge *knowledge) MUST_CHECK;
void catalogue_free(struct catalogue *catalogue);

const struct collection *catalogue_collection(const struct catalogue *catalogue,
                                              const char *language, enum collection_name name);
const struct rendered *catalogue_document(const struct catalogue *catalogue, const char *language,
                                          enum document_name name);

/* The credentials document itself, for its filter. Borrowed. */
json_t *catalogue_credentials(const struct catalogue *catalogue, const char *language);

/* ---- used while building ---- */

/* A copy of `value` in which every {"en": ...} became the text of that language. New reference. */
json_t *in_language(json_t *value, const char *language);

/* The rows of a file of the release. Borrowed. */
json_t *release_rows(const struct knowledge *knowledge, const char *file, const char *member);

json_t *build_technique(const struct knowledge *knowledge, json_t *row, const char *language,
                        int number);
json_t *build_finding(const struct knowledge *knowledge, json_t *row, const char *language,
                      int number);
json_t *build_red_flag(const struct knowledge *knowledge, json_t *row, const char *language,
                       int number);
json_t *build_contraindication(const struct knowledge *knowledge, json_t *row, const char *language,
                               int number);
json_t *build_questionnaire(const struct knowledge *knowledge, const char *language);
json_t *build_knowledge(const struct knowledge *knowledge, const char *language);
json_t *build_index(const struct knowledge *knowledge, const char *language);
json_t *build_credentials(const struct knowledge *knowledge, const char *language);

#endif
