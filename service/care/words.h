/*
 * Words of care plans: texts of db/knowledge/plans.json in the person's language, with their
 * {slots} filled. Everything returned is borrowed from the release.
 */
#ifndef UNKNOT_CARE_WORDS_H
#define UNKNOT_CARE_WORDS_H

#include "base/json_writer.h"
#include "engine/knowledge.h"

/* In which words to speak. */
struct care_words {
    const struct knowledge *knowledge;
    unsigned language;
};

struct care_slot {
    const char *name; /* "from" for {from} */
    const char *value;
};

enum { CARE_NUMBER = 32 }; /* bytes a number takes as text */

/* A text object {"en": ...}, falling back to English; "" for none. */
const char *care_text(struct care_words words, const json_t *object);

/* A sentence by its path, "progress.change"; "" when the release has none. */
const char *care_phrase(struct care_words words, const char *path);

/* The row of a list of plans.json whose id is `id`; NULL when there is none. */
const json_t *care_row(const struct knowledge *knowledge, const char *list, const char *id);

/* A whole number of an object, `otherwise` when it has none. */
int care_int(const json_t *object, const char *member, int otherwise);

/* Appends `text`; {name} becomes the value of that slot, an unknown one stays as it is. */
void care_fill(struct buffer *out, const char *text, const struct care_slot *slots, size_t count);

/* The member `key` with a filled sentence. */
void care_member(struct json_writer *json, const char *key, const char *text,
                 const struct care_slot *slots, size_t count);

/* A copy of a JSON value of the release: ids, sources. `null` for NULL. */
void care_copy(struct json_writer *json, const char *key, const json_t *value);

/* Thousandths as people write them: 4500 is "4.5". */
void care_number(int64_t thousandths, char text[CARE_NUMBER]);

#endif
