/* "a whole number from 0 to 10 or null": what complaints say that a value must be. */
#include <stdio.h>

#include "base/buffer.h"
#include "contract/loader.h"

static void add(struct buffer *out, const char *words) {
    (void)buffer_printf(out, "%s%s", out->len ? " or " : "", words);
}

static void add_range(struct buffer *out, const struct schema_range *range) {
    char min[SCALAR_WORDS], max[SCALAR_WORDS];
    number_words(&range->min, min);
    number_words(&range->max, max);
    if (range->has_min && range->has_max && !range->above && !range->below) {
        (void)buffer_printf(out, " from %s to %s", min, max);
    } else {
        if (range->has_min)
            (void)buffer_printf(out, range->above ? " above %s" : " from %s", min);
        if (range->has_max)
            (void)buffer_printf(out, "%s%s %s", range->has_min ? " and" : "",
                                range->below ? " below" : " up to", max);
    }
    if (range->multiple_of)
        (void)buffer_printf(out, " in steps of %lld", (long long)range->multiple_of);
}

static void add_types(struct buffer *out, const struct schema *schema) {
    unsigned types = schema->types;
    if (types == TYPE_ANY)
        types = schema->range ? TYPE_NUMBER : TYPE_ANY & ~(unsigned)TYPE_INTEGER;
    if (types & (TYPE_NUMBER | TYPE_INTEGER)) {
        add(out, types & TYPE_NUMBER ? "a number" : "a whole number");
        if (schema->range)
            add_range(out, schema->range);
    }
    if (types & TYPE_STRING)
        add(out, schema->text && schema->text->date ? "a date such as 2026-11-22" : "text");
    if (types & TYPE_BOOLEAN)
        add(out, "true or false");
    if (types & TYPE_ARRAY)
        add(out, "a list");
    if (types & TYPE_OBJECT)
        add(out, "an object");
    if (types & TYPE_NULL)
        add(out, "null");
}

bool finish_words(struct loader *loader, struct schema *schema) {
    struct buffer out;
    buffer_init(&out);
    if (schema->allowed && schema->allowed->count <= 12)
        add(&out, schema->allowed->list);
    else
        add_types(&out, schema);
    schema->expected = out.failed || !out.data ? NULL : loader_copy(loader, out.data);
    buffer_free(&out);
    return schema->expected || loader_fail(loader, "no memory");
}
