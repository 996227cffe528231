#include "interop/fhir_json.h"

#include <string.h>

#include "base/buffer.h"

static bool is_empty(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_NULL:
        return true;
    case JSON_STRING:
        return json_string_length(value) == 0;
    case JSON_ARRAY:
        return json_array_size(value) == 0;
    case JSON_OBJECT:
        return json_object_size(value) == 0;
    default:
        return false;
    }
}

bool fhir_set(json_t *object, const char *key, json_t *value_owned) {
    if (!value_owned)
        return true;
    if (!is_empty(value_owned))
        return json_object_set_new(object, key, value_owned) == 0;
    json_decref(value_owned);
    return true;
}

bool fhir_append(json_t *list, json_t *value_owned) {
    if (!value_owned)
        return true;
    if (!is_empty(value_owned))
        return json_array_append_new(list, value_owned) == 0;
    json_decref(value_owned);
    return true;
}

static bool is_control(char c) {
    return (unsigned char)c < ' ' && c != '\n' && c != '\r' && c != '\t';
}

bool fhir_set_text(json_t *object, const char *key, const char *text) {
    size_t len = text ? strlen(text) : 0, blank = text ? strspn(text, " \t\r\n") : 0;
    bool plain = true;
    if (len == blank)
        return true;
    for (size_t i = 0; i < len; i++)
        plain &= !is_control(text[i]);
    if (plain) {
        json_t *value =
            json_string(text); /* a text that is there is not left out for want of memory */
        return value && fhir_set(object, key, value);
    }
    struct buffer copy;
    buffer_init(&copy);
    for (size_t i = 0; i < len; i++)
        buffer_append(&copy, is_control(text[i]) ? " " : text + i, 1);
    bool set = !copy.failed && fhir_set(object, key, json_stringn(copy.data, copy.len));
    buffer_free(&copy);
    return set;
}

json_t *fhir_concept(const char *system, const char *code, const char *display, const char *text) {
    json_t *concept = json_object(), *coding = json_object(), *codings = json_array();
    bool good = concept && coding && codings;
    if (good && code)
        good = fhir_set_text(coding, "system", system) && fhir_set_text(coding, "code", code) &&
               fhir_set_text(coding, "display", display);
    good = good && fhir_append(codings, json_incref(coding)) &&
           fhir_set(concept, "coding", json_incref(codings)) &&
           fhir_set_text(concept, "text", text);
    json_decref(coding);
    json_decref(codings);
    if (good)
    return concept;
    json_decref(concept);
    return NULL;
}

json_t *fhir_reference(const char *reference, const char *display) {
    json_t *object = json_object();
    if (object && fhir_set_text(object, "reference", reference) &&
        fhir_set_text(object, "display", display))
        return object;
    json_decref(object);
    return NULL;
}

static void escape_html(struct buffer *out, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        switch (text[i]) {
        case '&':
            buffer_puts(out, "&amp;");
            break;
        case '<':
            buffer_puts(out, "&lt;");
            break;
        case '>':
            buffer_puts(out, "&gt;");
            break;
        case '"':
            buffer_puts(out, "&quot;");
            break;
        default:
            buffer_append(out, is_control(text[i]) ? " " : text + i, 1);
        }
}

json_t *fhir_narrative(const char *text) {
    struct buffer div;
    buffer_init(&div);
    buffer_puts(&div, "<div xmlns=\"http://www.w3.org/1999/xhtml\">");
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (len) {
            buffer_puts(&div, "<p>");
            escape_html(&div, text, len);
            buffer_puts(&div, "</p>");
        }
        text += len + (text[len] == '\n');
    }
    buffer_puts(&div, "</div>");
    json_t *narrative =
        div.failed ? NULL : json_pack("{s:s, s:s}", "status", "generated", "div", div.data);
    buffer_free(&div);
    return narrative;
}

const char *fhir_text(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

bool fhir_names_day(const char *date) {
    return strspn(date, "0123456789-") >= 10;
}
