/* allOf, anyOf and oneOf. When no branch fits, the art is to tell the errors of the one that was
 * meant. */
#include <string.h>

#include "contract/check.h"

static bool fits(struct check *check, const struct schema *schema, const json_t *value,
                 const struct place *place) {
    size_t faults = check->faults;
    check->faults = 0;
    check->trying++;
    check_value(check, schema, value, place);
    check->trying--;
    bool fitted = check->faults == 0 && !check->stopped;
    check->faults = faults;
    return fitted;
}

/* The branch that the tag names; complains when there is none. */
static const struct schema *tagged_branch(struct check *check, const struct schema_choice *choice,
                                          const json_t *value, const struct place *up) {
    const struct place place = {.up = up, .key = choice->tag};
    const json_t *tag = json_object_get(value, choice->tag);
    if (!tag) {
        check_fault(check, &place, "missing_member", "'%.80s' is missing; it must be %s",
                    choice->tag, choice->values.list);
        return NULL;
    }
    struct scalar scalar = scalar_of(tag);
    int64_t number = scalar.kind == SCALAR_TEXT
                         ? name_map_get_len(&choice->values.texts, scalar.text, scalar.len)
                         : -1;
    if (number >= 0)
        return choice->branches[number];
    check_allowed(check, &choice->values, &scalar, &place);
    return NULL;
}

/* The only branch that takes such a type of value, or NULL. */
static const struct schema *branch_by_type(const struct schema_choice *choice,
                                           const json_t *value) {
    const struct schema *only = NULL;
    for (size_t i = 0; i < choice->count; i++) {
        const struct schema *branch = choice->branches[i];
        if (!(branch->types & type_bits(value)))
            continue;
        if (only)
            return NULL;
        only = branch;
    }
    return only;
}

static void check_branches(struct check *check, const struct schema_choice *choice,
                           const json_t *value, const struct place *place) {
    size_t fitting = 0;
    size_t enough = choice->kind == CHOICE_ANY ? 1 : 2;
    for (size_t i = 0; i < choice->count && fitting < enough; i++)
        fitting += fits(check, choice->branches[i], value, place);
    if (fitting == 0)
        check_fault(check, place, "not_allowed", "fits none of the %zu forms that are allowed here",
                    choice->count);
    else if (fitting > 1 && choice->kind == CHOICE_ONE)
        check_fault(check, place, "not_allowed", "fits more than one of the forms allowed here");
}

void check_choice(struct check *check, const struct schema_choice *choice, const json_t *value,
                  const struct place *place) {
    const struct schema *meant = NULL;
    for (size_t i = 0; choice->kind == CHOICE_ALL && i < choice->count; i++)
        check_value(check, choice->branches[i], value, place);
    if (choice->kind == CHOICE_ALL)
        return;
    if (choice->tag && json_is_object(value)) {
        meant = tagged_branch(check, choice, value, place);
        if (!meant)
            return;
    } else {
        meant = branch_by_type(choice, value);
    }
    if (meant)
        check_value(check, meant, value, place);
    else
        check_branches(check, choice, value, place);
}
