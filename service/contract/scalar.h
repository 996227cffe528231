/* Values without members, from JSON or from a query, in one shape. */
#ifndef UNKNOT_CONTRACT_SCALAR_H
#define UNKNOT_CONTRACT_SCALAR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole numbers are compared as such: beyond 2^53 a double would take neighbours for equal. */
struct number {
    bool whole;
    int64_t integer;
    double real;
};

enum scalar_kind {
    SCALAR_NULL,
    SCALAR_FALSE,
    SCALAR_TRUE,
    SCALAR_NUMBER,
    SCALAR_TEXT,
    SCALAR_OTHER
};

struct scalar {
    enum scalar_kind kind;
    struct number number;
    const char *text;
    size_t len;
};

enum { SCALAR_WORDS = 96 };

struct scalar scalar_of(const json_t *value);

/* Reads a query value as what `types` (TYPE_ bits) wants most: number, truth, text. */
struct scalar scalar_read(const char *text, unsigned types);

bool scalar_equal(const struct scalar *a, const struct scalar *b);

/* Below 0, 0, above 0. */
int number_compare(const struct number *a, const struct number *b);

/* "42", "4.5" */
void number_words(const struct number *number, char out[SCALAR_WORDS]);

/* A piece of somebody's text in quotes, shortened at a character's border: "'effleurge'". */
void quote_words(const char *text, size_t len, char out[SCALAR_WORDS]);

/* "42", "the text 'yes'", "an object" */
void value_words(const json_t *value, char out[SCALAR_WORDS]);

#endif
