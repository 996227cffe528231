#include "contract/loader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

bool loader_fail(struct loader *loader, const char *format, ...) {
    if (loader->failed)
        return false;
    loader->failed = true;
    char fault[300];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(fault, sizeof fault, format, args);
    va_end(args);
    (void)snprintf(loader->message, loader->message_size, "%s: %s",
                   loader->where_len ? loader->where : "contract", fault);
    return false;
}

size_t loader_enter(struct loader *loader, const char *segment) {
    size_t before = loader->where_len;
    size_t room = sizeof loader->where - before;
    int len = snprintf(loader->where + before, room, "/%s", segment);
    if (len > 0)
        loader->where_len += (size_t)len < room ? (size_t)len : room - 1;
    return before;
}

void loader_leave(struct loader *loader, size_t before) {
    loader->where_len = before;
    loader->where[before] = '\0';
}

void *loader_array(struct loader *loader, size_t count, size_t size) {
    void *array = arena_array(&loader->contract->arena, count, size);
    if (!array)
        (void)loader_fail(loader, "no memory");
    return array;
}

const char *loader_copy(struct loader *loader, const char *text) {
    const char *copy = arena_copy(&loader->contract->arena, text, strlen(text));
    if (!copy)
        (void)loader_fail(loader, "no memory");
    return copy;
}

static const json_t *component(struct loader *loader, const char *ref, const char *kind) {
    char prefix[64];
    (void)snprintf(prefix, sizeof prefix, "#/components/%s/", kind);
    const json_t *components = json_object_get(loader->document, "components");
    const json_t *found = NULL;
    if (strncmp(ref, prefix, strlen(prefix)) == 0)
        found = json_object_get(json_object_get(components, kind), ref + strlen(prefix));
    if (!found)
        (void)loader_fail(loader, "$ref '%s' leads nowhere", ref);
    return found;
}

const json_t *loader_follow(struct loader *loader, const json_t *object, const char *kind) {
    for (int hops = 0; hops < 16; hops++) {
        const json_t *ref = json_object_get(object, "$ref");
        if (!ref)
            return object;
        if (!json_is_string(ref)) {
            (void)loader_fail(loader, "$ref must be text");
            return NULL;
        }
        object = component(loader, json_string_value(ref), kind);
        if (!object)
            return NULL;
    }
    (void)loader_fail(loader, "$ref goes in a circle");
    return NULL;
}

const char *loader_quote(struct loader *loader, const char *text) {
    char quoted[SCALAR_WORDS];
    quote_words(text, strlen(text), quoted);
    return loader_copy(loader, quoted);
}

const char *loader_list(struct loader *loader, const char *const *names, size_t count,
                        const char *last) {
    enum { WIDTH = 180 };
    struct buffer out;
    buffer_init(&out);
    (void)buffer_puts(&out, "");
    for (size_t i = 0; i < count; i++) {
        bool full = out.len + strlen(names[i]) > WIDTH;
        if (full && i + 1 < count) {
            (void)buffer_printf(&out, "%s%zu others", i ? " and " : "", count - i);
            break;
        }
        bool final = i + 1 == count;
        (void)buffer_printf(&out, "%s%s%s%.90s", i ? (final ? " " : ", ") : "",
                            i && final ? last : "", i && final ? " " : "", names[i]);
    }
    const char *list = out.failed ? NULL : loader_copy(loader, out.data ? out.data : "");
    if (!list)
        (void)loader_fail(loader, "no memory");
    buffer_free(&out);
    return list;
}
