/* Shared by the files that turn the JSON of a release into struct knowledge. */
#ifndef UNKNOT_ENGINE_LOAD_H
#define UNKNOT_ENGINE_LOAD_H

#include "engine/knowledge.h"

/* Where we are: every mistake names the file and the entry. */
struct loader {
    struct knowledge *knowledge;
    struct report *report;
    const char *file;
    const char *id;
    bool out_of_memory;
};

void load_mistake(struct loader *loader, const char *format, ...) PRINTF_LIKE(2, 3);

/* The array `member` of a file; an empty one (and a mistake) when it is missing. Borrowed. */
json_t *load_rows(struct loader *loader, const char *file, const char *member);

/* A copy in the release; the trees are not kept. NULL for NULL, or without memory. */
const char *load_copy(struct loader *loader, const char *string);

/* A string member, copied into the release; NULL (and a mistake when required). */
const char *load_string(struct loader *loader, json_t *row, const char *member, bool required);

/* A whole number member within a range; `fallback` when it is missing. */
int64_t load_int(struct loader *loader, json_t *row, const char *member, int64_t min, int64_t max,
                 int64_t fallback);

/* A number member as thousandths. */
int64_t load_thousandths(json_t *row, const char *member, int64_t fallback);

/* A member {"en": ...}; NULL (and a mistake when required or empty) if there is none. */
text load_text(struct loader *loader, json_t *row, const char *member, bool required);

/* A member that is an array, printed as compact JSON; "[]" when it is missing. */
const char *load_json_array(struct loader *loader, json_t *row, const char *member);

/* A condition member; NULL when it is missing or wrong. */
const struct expression *load_condition(struct loader *loader, json_t *row, const char *member);

/* The number of a name in a map; -1 and a mistake with a suggestion when it is unknown. */
int load_name(struct loader *loader, const struct name_map *map, const char *what,
              const char *name);

/* An array of names as a bit mask. */
uint32_t load_mask(struct loader *loader, json_t *row, const char *member,
                   const struct name_map *map, const char *what);

/* An array of names as numbers, from the arena. */
const uint16_t *load_numbers(struct loader *loader, json_t *row, const char *member,
                             const struct name_map *map, const char *what, uint16_t *count);

/* Memory from the release; notes the failure once. */
void *load_take(struct loader *loader, size_t count, size_t size);

/* The findings a condition reads, directly or through derived facts; from the arena. */
const uint16_t *load_reads(struct loader *loader, const struct expression *condition,
                           uint16_t *count);

/* The rooms of the release, in this order. */
void load_vocabulary(struct loader *loader);
void load_findings(struct loader *loader);
void load_rules(struct loader *loader);
void load_advice(struct loader *loader);
void load_medicines(struct loader *loader);
void load_codes(struct loader *loader);

#endif
