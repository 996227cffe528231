/* Sentences with holes. */
#include "care/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_text.h"

const char *care_text(struct care_words words, const json_t *object) {
    const json_t *text = json_object_get(object, words.knowledge->languages[words.language]);
    if (!text)
        text = json_object_get(object, "en");
    return json_is_string(text) ? json_string_value(text) : "";
}

static const json_t *plans(const struct knowledge *knowledge) {
    return json_object_get(knowledge->files, "plans");
}

const char *care_phrase(struct care_words words, const char *path) {
    const json_t *at = json_object_get(plans(words.knowledge), "phrases");
    while (at && *path) {
        size_t len = strcspn(path, ".");
        at = json_object_getn(at, path, len);
        path += len + (path[len] == '.');
    }
    return care_text(words, at);
}

const json_t *care_row(const struct knowledge *knowledge, const char *list, const char *id) {
    const json_t *rows = json_object_get(plans(knowledge), list);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) {
        const char *have = json_string_value(json_object_get(row, "id"));
        if (have && strcmp(have, id) == 0)
            return row;
    }
    return NULL;
}

int care_int(const json_t *object, const char *member, int otherwise) {
    const json_t *value = json_object_get(object, member);
    return json_is_integer(value) ? (int)json_integer_value(value) : otherwise;
}

static const struct care_slot *slot_at(const char *brace, const struct care_slot *slots,
                                       size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(slots[i].name);
        if (strncmp(brace + 1, slots[i].name, len) == 0 && brace[1 + len] == '}')
            return &slots[i];
    }
    return NULL;
}

void care_fill(struct buffer *out, const char *text, const struct care_slot *slots, size_t count) {
    while (*text) {
        size_t plain = strcspn(text, "{");
        (void)buffer_append(out, text, plain);
        text += plain;
        if (!*text)
            return;
        const struct care_slot *slot = slot_at(text, slots, count);
        if (slot)
            (void)buffer_puts(out, slot->value);
        else
            (void)buffer_append(out, text, 1);
        text += slot ? strlen(slot->name) + 2 : 1;
    }
}

void care_member(struct json_writer *json, const char *key, const char *text,
                 const struct care_slot *slots, size_t count) {
    struct buffer filled;
    buffer_init(&filled);
    care_fill(&filled, text, slots, count);
    jw_key(json, key);
    jw_text_len(json, filled.data ? filled.data : "", filled.len);
    if (filled.failed)
        json->out->failed = true;
    buffer_free(&filled);
}

void care_copy(struct json_writer *json, const char *key, const json_t *value) {
    jw_key(json, key);
    if (value)
        json_text_write(json, value);
    else
        jw_null(json);
}

void care_number(int64_t thousandths, char text[CARE_NUMBER]) {
    int64_t size = thousandths < 0 ? -thousandths : thousandths;
    int len = snprintf(text, CARE_NUMBER, "%s%" PRId64 ".%03d", thousandths < 0 ? "-" : "",
                       size / 1000, (int)(size % 1000));
    while (len > 0 && text[len - 1] == '0')
        text[--len] = '\0';
    if (len > 0 && text[len - 1] == '.')
        text[len - 1] = '\0';
}
