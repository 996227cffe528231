/* Inside checking a value: where we are in it, and how complaints are made. */
#ifndef UNKNOT_CONTRACT_CHECK_H
#define UNKNOT_CONTRACT_CHECK_H

#include "contract/schema.h"

/* The way from the root to a value; it lives on the stack and is spelled only for a complaint. */
struct place {
    const struct place *up; /* NULL: the root */
    const char *key;        /* NULL: an element of a list */
    size_t index;
};

struct check {
    struct complaints *out;
    bool in_query;   /* places are names of parameters */
    unsigned trying; /* above 0: only whether there are faults matters, nobody is told */
    size_t faults;
    size_t steps;
    unsigned depth;
    bool stopped; /* too much of everything */
};

/* Counts a fault and, unless trying, complains. `code` is a literal. */
void check_fault(struct check *check, const struct place *place, const char *code,
                 const char *format, ...) PRINTF_LIKE(4, 5);

/* True when nobody will read more than the number of faults: no words need to be made. */
bool check_is_silent(const struct check *check);

/* "; did you mean 'x'?", or nothing. */
void check_suggest(const struct check *check, const struct name_map *names, const char *text,
                   char words[SCALAR_WORDS]);

void check_value(struct check *check, const struct schema *schema, const json_t *value,
                 const struct place *place);
void check_scalar(struct check *check, const struct schema *schema, const struct scalar *scalar,
                  const struct place *place);
void check_allowed(struct check *check, const struct schema_allowed *allowed,
                   const struct scalar *scalar, const struct place *place);
void check_array(struct check *check, const struct schema_array *array, const json_t *value,
                 const struct place *place);
void check_object(struct check *check, const struct schema_object *object, const json_t *value,
                  const struct place *place);
void check_unique(struct check *check, const json_t *array, const struct place *place);
void check_choice(struct check *check, const struct schema_choice *choice, const json_t *value,
                  const struct place *place);

/* The TYPE_ bits of which the schema must have one. */
unsigned type_bits(const json_t *value);

#endif
