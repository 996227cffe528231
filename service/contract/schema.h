/* A compiled JSON Schema: what the contract's loader fills and its checker reads. */
#ifndef UNKNOT_CONTRACT_SCHEMA_H
#define UNKNOT_CONTRACT_SCHEMA_H

#include "base/name_map.h"
#include "contract/contract.h"
#include "contract/pattern.h"
#include "contract/scalar.h"

enum {
    TYPE_NULL = 1,
    TYPE_BOOLEAN = 2,
    TYPE_INTEGER = 4,
    TYPE_NUMBER = 8, /* whole numbers have both */
    TYPE_STRING = 16,
    TYPE_ARRAY = 32,
    TYPE_OBJECT = 64,
    TYPE_ANY = 127,
};

enum { SCHEMA_REQUIRED_MAX = 64, SCHEMA_UNIQUE_MAX = 1024, SCHEMA_SLOW_PATTERN_MAX = 1000 };

/* enum and const */
struct schema_allowed {
    struct name_map texts; /* of the strings */
    size_t scalar_count;   /* the rest */
    struct scalar *scalars;
    size_t count;
    const char
        *only; /* the text when there is no other value: a const that can tell schemas apart */
    const char *list; /* "'a', 'b' or 'c'" */
};

struct schema_range {
    bool has_min, has_max, above, below; /* above, below: the limit itself is excluded */
    struct number min, max;
    int64_t multiple_of; /* 0: none */
};

struct schema_text {
    size_t min, max; /* characters */
    const struct pattern *pattern;
    bool date;
};

struct schema_array {
    const struct schema *items;
    size_t min, max;
    bool unique;
};

struct schema_member {
    const char *name;
    const struct schema
        *schema;       /* NULL: anything, or checked by another schema for the same object */
    uint64_t required; /* its bit, 0: optional */
    bool declared;     /* false: only named in `required` */
};

struct schema_object {
    struct name_map index; /* into members */
    struct schema_member *members;
    size_t count;
    uint64_t required; /* all bits */
    bool closed;       /* additionalProperties: false */
    bool unevaluated;  /* unevaluatedProperties: false; closed as well, once allOf and $ref are
                          merged in */
    const struct schema *additional; /* of undeclared members; NULL: anything */
    const struct schema *names;
    size_t min, max;
    const char *list; /* of the members, for people */
};

enum choice_kind { CHOICE_ALL, CHOICE_ANY, CHOICE_ONE };

struct schema_choice {
    enum choice_kind kind;
    const struct schema **branches;
    size_t count;
    const char *tag;              /* the member whose const tells the branches apart, or NULL */
    struct schema_allowed values; /* of the tag; its texts lead to the branches */
    struct schema_choice *next;
};

struct schema {
    const char *place; /* in the document, for faults at load */
    unsigned types;
    bool nothing; /* the schema `false` */
    const struct schema *ref;
    struct schema_allowed *allowed;
    struct schema_range *range;
    struct schema_text *text;
    struct schema_array *array;
    struct schema_object *object;
    struct schema_choice *choices;
    const char *expected; /* "a whole number from 0 to 10" */
    struct schema *next;  /* all schemas of the contract */
    unsigned char mark;   /* while looking for circles */
};

struct parameter {
    const char *name;
    const struct schema *schema; /* of one value */
    bool required;
    bool repeatable; /* a list, one value each time */
    bool commas;     /* a list in one value */
};

struct operation {
    const struct schema *body;
    struct parameter *parameters;
    size_t count;
    struct name_map index;
    const char *list;
};

struct contract {
    struct arena arena;
    struct schema *schemas;
    struct pattern *patterns; /* those that own more than arena memory */
    struct contract_operation *listed;
    struct operation *operations; /* same order */
    size_t count;
    struct name_map index;
};

#endif
