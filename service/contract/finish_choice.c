/* Objects that a required const tells apart, such as {"kind": "mobile", ...}: with it the right
   branch is found at once and its errors can be told; without it "fits none of them" is all one
   could say. */
#include <string.h>

#include "contract/loader.h"

/* The one text that the member of that name may hold, or NULL. */
static const char *only_text(const struct schema *branch, const char *name) {
    const struct schema_member *member = schema_member_named(branch, name);
    if (!member || !member->required || !member->schema || !member->schema->allowed)
        return NULL;
    return member->schema->allowed->only;
}

static bool tells_apart(const struct schema_choice *choice, const char *name) {
    for (size_t i = 0; i < choice->count; i++) {
        const char *text = only_text(choice->branches[i], name);
        if (!text)
            return false;
        for (size_t j = 0; j < i; j++)
            if (strcmp(text, only_text(choice->branches[j], name)) == 0)
                return false;
    }
    return true;
}

static bool set_tag(struct loader *loader, struct schema_choice *choice, const char *name) {
    const char **texts = loader_array(loader, choice->count, sizeof *texts);
    if (!texts)
        return false;
    if (!name_map_init(&choice->values.texts, &loader->contract->arena, choice->count))
        return loader_fail(loader, "no memory");
    for (size_t i = 0; i < choice->count; i++) {
        const char *text = only_text(choice->branches[i], name);
        texts[i] = loader_quote(loader, text);
        if (!texts[i] || !name_map_add(&choice->values.texts, text, (uint32_t)i))
            return loader_fail(loader, "no memory");
    }
    choice->tag = name;
    choice->values.count = choice->count;
    choice->values.list = loader_list(loader, texts, choice->count, "or");
    return choice->values.list != NULL;
}

bool finish_choice(struct loader *loader, struct schema_choice *choice) {
    if (choice->kind == CHOICE_ALL || choice->count < 2)
        return true;
    for (const struct schema *first = choice->branches[0]; first; first = first->ref)
        for (size_t i = 0; first->object && i < first->object->count; i++)
            if (tells_apart(choice, first->object->members[i].name))
                return set_tag(loader, choice, first->object->members[i].name);
    return true;
}
