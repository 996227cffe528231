/* A value against a schema. Depth and work are bounded whatever the value and the schema are. */
#include "contract/check.h"

enum { DEPTH_MAX = 128, STEPS_MAX = 2000000 };

unsigned type_bits(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return TYPE_OBJECT;
    case JSON_ARRAY:
        return TYPE_ARRAY;
    case JSON_STRING:
        return TYPE_STRING;
    case JSON_INTEGER:
        return TYPE_INTEGER | TYPE_NUMBER;
    case JSON_REAL:
        return scalar_of(value).number.whole ? TYPE_INTEGER | TYPE_NUMBER : TYPE_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return TYPE_BOOLEAN;
    default:
        return TYPE_NULL;
    }
}

static bool enter(struct check *check, const struct place *place) {
    if (check->stopped || (check->trying && check->faults))
        return false;
    if (check->depth >= DEPTH_MAX || check->steps >= STEPS_MAX) {
        check_fault(check, place, "too_complex", "the value is too complex to be checked");
        check->stopped = true;
        return false;
    }
    check->depth++;
    check->steps++;
    return true;
}

static void wrong_type(struct check *check, const struct schema *schema, const json_t *value,
                       const struct place *place) {
    char words[SCALAR_WORDS] = "";
    if (!check_is_silent(check))
        value_words(value, words);
    check_fault(check, place, "wrong_type", "must be %s, not %s", schema->expected, words);
}

static void check_content(struct check *check, const struct schema *schema, const json_t *value,
                          const struct place *place) {
    if (json_is_object(value)) {
        if (schema->object)
            check_object(check, schema->object, value, place);
    } else if (json_is_array(value)) {
        if (schema->array)
            check_array(check, schema->array, value, place);
    }
    if (schema->allowed || (!json_is_object(value) && !json_is_array(value))) {
        struct scalar scalar = scalar_of(value);
        check_scalar(check, schema, &scalar, place);
    }
}

void check_value(struct check *check, const struct schema *schema, const json_t *value,
                 const struct place *place) {
    if (!enter(check, place))
        return;
    if (schema->nothing) {
        check_fault(check, place, "not_allowed", "must not be given");
    } else if (!(schema->types & type_bits(value))) {
        wrong_type(check, schema, value, place);
    } else {
        if (schema->ref)
            check_value(check, schema->ref, value, place);
        check_content(check, schema, value, place);
        for (const struct schema_choice *choice = schema->choices; choice; choice = choice->next)
            check_choice(check, choice, value, place);
    }
    check->depth--;
}

void contract_check(const struct schema *schema, const json_t *value, struct complaints *out) {
    const struct place root = {0};
    struct check check = {.out = out};
    check_value(&check, schema, value, &root);
}
