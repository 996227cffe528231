/* Query parameters against those the operation declares. */
#include <stdio.h>
#include <string.h>

#include "contract/check.h"

static void wrong_value(struct check *check, const struct schema *schema,
                        const struct scalar *scalar, const struct place *place) {
    char quoted[SCALAR_WORDS];
    quote_words(scalar->text, scalar->len, quoted);
    check_fault(check, place, "wrong_type", "must be %s, not %s", schema->expected, quoted);
}

static unsigned scalar_bits(const struct scalar *scalar) {
    if (scalar->kind == SCALAR_NUMBER)
        return scalar->number.whole ? TYPE_INTEGER | TYPE_NUMBER : TYPE_NUMBER;
    return scalar->kind == SCALAR_TEXT ? TYPE_STRING : TYPE_BOOLEAN;
}

static void check_text_value(struct check *check, const struct schema *schema, const char *text,
                             const struct place *place) {
    struct scalar scalar = scalar_read(text, schema->types);
    scalar.text = text;
    scalar.len = strlen(text);
    if (!(scalar_bits(&scalar) & schema->types)) {
        wrong_value(check, schema, &scalar, place);
        return;
    }
    check_scalar(check, schema, &scalar, place);
    if (schema->ref)
        check_text_value(check, schema->ref, text, place);
}

/* "a,b,c": each element is copied out, for schemas look at whole texts. */
static void check_comma_list(struct check *check, const struct schema *list, const char *text,
                             const struct place *place) {
    char element[256];
    size_t count = 0;
    for (;; count++) {
        size_t len = strcspn(text, ",");
        if (len >= sizeof element) {
            check_fault(check, place, "too_long", "an item of the list is too long");
            return;
        }
        memcpy(element, text, len);
        element[len] = '\0';
        check_text_value(check, list->array->items, element, place);
        if (text[len] == '\0')
            break;
        text += len + 1;
    }
    if (count + 1 > list->array->max)
        check_fault(check, place, "too_many", "must have at most %zu items, not %zu",
                    list->array->max, count + 1);
}

static void check_known(struct check *check, const struct parameter *parameter, const char *value,
                        const struct place *place) {
    if (parameter->commas)
        check_comma_list(check, parameter->schema, value, place);
    else if (parameter->repeatable)
        check_text_value(check, parameter->schema->array->items, value, place);
    else
        check_text_value(check, parameter->schema, value, place);
}

static void unknown_parameter(struct check *check, const struct operation *operation,
                              const char *name, const struct place *place) {
    char quoted[SCALAR_WORDS], suggestion[SCALAR_WORDS] = "";
    quote_words(name, strlen(name), quoted);
    if (!operation || operation->count == 0) {
        check_fault(check, place, "unknown_parameter",
                    "there is no parameter %s; this operation takes none", quoted);
        return;
    }
    check_suggest(check, &operation->index, name, suggestion);
    if (suggestion[0])
        check_fault(check, place, "unknown_parameter", "there is no parameter %s%s", quoted,
                    suggestion);
    else
        check_fault(check, place, "unknown_parameter", "there is no parameter %s; there are %s",
                    quoted, operation->list);
}

static size_t count_named(const struct contract_pair *pairs, size_t count, const char *name) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += strcmp(pairs[i].name, name) == 0;
    return found;
}

/* How often each parameter came. */
static void check_counts(struct check *check, const struct operation *operation,
                         const struct contract_pair *pairs, size_t count) {
    for (size_t i = 0; i < operation->count; i++) {
        const struct parameter *parameter = &operation->parameters[i];
        const struct place place = {.key = parameter->name};
        size_t found = count_named(pairs, count, parameter->name);
        size_t max = parameter->repeatable ? parameter->schema->array->max : 1;
        if (found == 0 && parameter->required)
            check_fault(check, &place, "missing_parameter", "'%.80s' is missing", parameter->name);
        if (found > max && max == 1)
            check_fault(check, &place, "repeated_parameter", "'%.80s' may be given only once",
                        parameter->name);
        else if (found > max)
            check_fault(check, &place, "too_many",
                        "'%.80s' may be given at most %zu times, not %zu", parameter->name, max,
                        found);
    }
}

void contract_check_query(const struct contract *contract, const char *operation_id,
                          const struct contract_pair *pairs, size_t count, struct complaints *out) {
    struct check check = {.out = out, .in_query = true};
    int64_t number = name_map_get(&contract->index, operation_id);
    /* An operation that the contract does not know has no parameters either. */
    const struct operation *operation = number < 0 ? NULL : &contract->operations[number];
    for (size_t i = 0; i < count; i++) {
        const struct place place = {.key = pairs[i].name};
        int64_t found = operation ? name_map_get(&operation->index, pairs[i].name) : -1;
        if (found < 0)
            unknown_parameter(&check, operation, pairs[i].name, &place);
        else
            check_known(&check, &operation->parameters[found], pairs[i].value, &place);
    }
    if (operation)
        check_counts(&check, operation, pairs, count);
}
