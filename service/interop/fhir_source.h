/*
 * What FHIR definitions are made from, and the pieces they share: canonical URLs, codings, texts in
 * one language. FHIR ids know no underscore: `deep_tissue` has the id `deep-tissue` and keeps its
 * own name as code, as identifier and in its canonical URL.
 */
#ifndef UNKNOT_INTEROP_FHIR_SOURCE_H
#define UNKNOT_INTEROP_FHIR_SOURCE_H

#include "base/json_writer.h"
#include "engine/knowledge.h"
#include "interop/fhir_names.h"

/* A code that no release holds: of our errors. */
struct fhir_term {
    const char *code, *display, *definition;
};

struct fhir_source {
    const struct knowledge *knowledge;
    struct knowledge_reader *reader; /* of the files; NULL: those at hand are enough */
    unsigned language;               /* number of a language of the release */
    const struct fhir_term *problems;
    size_t problem_count;
};

#define FHIR_INTAKE_ID "massage-intake"
#define FHIR_PROTOCOL_ID "massage-for-back-pain"

/* The release says of itself that no clinician has signed it off: FHIR calls that a draft. */
#define FHIR_PUBLICATION_STATUS "draft"

enum { FHIR_URL_SIZE = 256, FHIR_ID_SIZE = 65 };

/* A name of ours as a FHIR id, cut at 64 characters. */
void fhir_id(const char *name, char id[FHIR_ID_SIZE]);

/* Our canonical URL of a definition: "https://.../fhir/ActivityDefinition/deep_tissue". */
void fhir_url(const char *type, const char *name, char url[FHIR_URL_SIZE]);

/* As fhir_url() with "|version" behind it. */
void fhir_canonical(const struct fhir_source *source, const char *type, const char *name,
                    char url[FHIR_URL_SIZE]);

/* The tag of the language: "en". */
const char *fhir_language(const struct fhir_source *source);

/* A member of a row of the release in the source's language, or a plain string; NULL: none, or
 * empty. Borrowed. */
const char *fhir_row_text(const struct fhir_source *source, const json_t *row, const char *member);

/* The words of a {"en": ...} object or string; NULL: none. Borrowed. */
const char *fhir_words(const struct fhir_source *source, const json_t *words);

/* The rows of a file of the release. Borrowed. */
json_t *fhir_rows(const struct fhir_source *source, const char *file, const char *member);

/* A text of the release, escaped and cut to what FHIR allows: no empty string is ever written. */
void fhir_member(struct json_writer *json, const char *key, const char *utf8);

/* {system, code, display} as a value: `system` is the id of one of our code systems. Without a
 * version: an answer is the same answer in the next release, and clients compare codings whole. */
void fhir_own_coding(struct json_writer *json, const char *system, const char *code,
                     const char *display);

/* {system, code, display} of a foreign code system. `display` may be NULL. */
void fhir_coding(struct json_writer *json, const char *system, const char *code,
                 const char *display);

/* {coding: [own coding], text: display} as a value. */
void fhir_own_concept(struct json_writer *json, const char *system, const char *code,
                      const char *display);

/* {text} as a value. */
void fhir_text_concept(struct json_writer *json, const char *text);

/* The members that every definition begins with: resourceType to publisher. `status` is always
 * FHIR_PUBLICATION_STATUS. `identifier`: our own name of it, NULL: none. Leaves the object open. */
void fhir_open_definition(struct json_writer *json, const struct fhir_source *source,
                          const char *type, const char *id, const char *identifier,
                          const char *title);

/* Citations as RelatedArtifacts, one for each key of an array, into an open array. */
void fhir_citations(struct json_writer *json, const struct fhir_source *source, const json_t *keys);

/* ---- narrative: what a clinician reads, every text escaped ---- */

struct fhir_narrative {
    struct buffer html;
    bool list; /* a list has begun: XHTML knows none without an item */
};

void fhir_narrative_open(struct fhir_narrative *narrative);
void fhir_narrative_heading(struct fhir_narrative *narrative, const char *text);
void fhir_narrative_text(struct fhir_narrative *narrative, const char *text);

/* An item of the list at hand; begins one where there is none. `label` may be NULL. */
void fhir_narrative_item(struct fhir_narrative *narrative, const char *label, const char *text);

/* Ends the list at hand; so do headings and texts. */
void fhir_narrative_list_close(struct fhir_narrative *narrative);

/* Writes the member `text` and lets go of the narrative. Without memory the writer's buffer fails.
 */
void fhir_narrative_close(struct json_writer *json, struct fhir_narrative *narrative);

#endif
