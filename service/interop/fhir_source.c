#include "interop/fhir_source.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void fhir_id(const char *name, char id[FHIR_ID_SIZE]) {
    size_t len = 0;
    for (; name[len] && len + 1 < FHIR_ID_SIZE; len++)
        id[len] = (char)(name[len] == '_' || name[len] == ':' ? '-' : name[len]);
    id[len] = '\0';
}

void fhir_url(const char *type, const char *name, char url[FHIR_URL_SIZE]) {
    (void)snprintf(url, FHIR_URL_SIZE, FHIR_CANONICAL "/%s/%s", type, name);
}

void fhir_canonical(const struct fhir_source *source, const char *type, const char *name,
                    char url[FHIR_URL_SIZE]) {
    (void)snprintf(url, FHIR_URL_SIZE, FHIR_CANONICAL "/%s/%s|%s", type, name,
                   source->knowledge->version);
}

const char *fhir_language(const struct fhir_source *source) {
    return source->knowledge->languages[source->language];
}

const char *fhir_words(const struct fhir_source *source, const json_t *words) {
    const json_t *own = json_object_get(words, fhir_language(source));
    const char *text = json_string_value(json_is_string(words) ? words
                                         : own                 ? own
                                                               : json_object_get(words, "en"));
    return text && *text ? text : NULL;
}

const char *fhir_row_text(const struct fhir_source *source, const json_t *row, const char *member) {
    return fhir_words(source, json_object_get(row, member));
}

json_t *fhir_rows(const struct fhir_source *source, const char *file, const char *member) {
    return source->reader
               ? knowledge_member(source->reader, file, member)
               : json_object_get(json_object_get(source->knowledge->files, file), member);
}

void fhir_member(struct json_writer *json, const char *key, const char *utf8) {
    if (utf8 && *utf8)
        jw_member_text(json, key, utf8);
}

/* ---- codings ---- */

void fhir_coding(struct json_writer *json, const char *system, const char *code,
                 const char *display) {
    jw_open_object(json);
    jw_member_text(json, "system", system);
    jw_member_text(json, "code", code);
    fhir_member(json, "display", display);
    jw_close_object(json);
}

void fhir_own_coding(struct json_writer *json, const char *system, const char *code,
                     const char *display) {
    char url[FHIR_URL_SIZE];
    fhir_url("CodeSystem", system, url);
    jw_open_object(json);
    jw_member_text(json, "system", url);
    jw_member_text(json, "code", code);
    fhir_member(json, "display", display);
    jw_close_object(json);
}

void fhir_own_concept(struct json_writer *json, const char *system, const char *code,
                      const char *display) {
    jw_open_object(json);
    jw_key(json, "coding");
    jw_open_array(json);
    fhir_own_coding(json, system, code, display);
    jw_close_array(json);
    fhir_member(json, "text", display);
    jw_close_object(json);
}

void fhir_text_concept(struct json_writer *json, const char *text) {
    jw_open_object(json);
    jw_member_text(json, "text", text);
    jw_close_object(json);
}

/* ---- the head of a definition ---- */

/* `deep_tissue` as a name for programs: DeepTissue. */
static void write_name(struct json_writer *json, const char *id) {
    char name[2 * FHIR_ID_SIZE];
    size_t len = 0;
    bool upper = true;
    for (; *id && len + 1 < sizeof name; id++) {
        if (!isalnum((unsigned char)*id)) {
            upper = true;
            continue;
        }
        int letter = upper ? toupper((unsigned char)*id) : *id;
        name[len++] = (char)letter;
        upper = false;
    }
    name[len] = '\0';
    jw_member_text(json, "name", name);
}

static void write_identifier(struct json_writer *json, const char *type, const char *identifier) {
    char system[FHIR_URL_SIZE];
    (void)snprintf(system, sizeof system, FHIR_CANONICAL "/%s", type);
    jw_key(json, "identifier");
    jw_open_array(json);
    jw_open_object(json);
    jw_member_text(json, "system", system);
    jw_member_text(json, "value", identifier);
    jw_close_object(json);
    jw_close_array(json);
}

/* A definition changes with the release, at the beginning of its day. */
static void write_meta(struct json_writer *json, const char *date) {
    char moment[40];
    (void)snprintf(moment, sizeof moment, "%sT00:00:00Z", date);
    jw_key(json, "meta");
    jw_open_object(json);
    jw_member_text(json, "lastUpdated", moment);
    jw_close_object(json);
}

void fhir_open_definition(struct json_writer *json, const struct fhir_source *source,
                          const char *type, const char *id, const char *identifier,
                          const char *title) {
    char url[FHIR_URL_SIZE];
    fhir_url(type, identifier ? identifier : id, url);
    jw_open_object(json);
    jw_member_text(json, "resourceType", type);
    jw_member_text(json, "id", id);
    write_meta(json, source->knowledge->date);
    jw_member_text(json, "language", fhir_language(source));
    jw_member_text(json, "url", url);
    if (identifier)
        write_identifier(json, type, identifier);
    jw_member_text(json, "version", source->knowledge->version);
    write_name(json, id);
    jw_member_text(json, "title", title);
    jw_member_text(json, "status", FHIR_PUBLICATION_STATUS);
    jw_member_bool(json, "experimental", false);
    jw_member_text(json, "date", source->knowledge->date);
    jw_member_text(json, "publisher", "Unknot");
}

/* ---- sources ---- */

static const json_t *source_row(const struct fhir_source *source, const char *key) {
    size_t i;
    json_t *row;
    json_array_foreach(fhir_rows(source, "sources", "sources"), i, row) {
        const char *own = json_string_value(json_object_get(row, "key"));
        if (own && strcmp(own, key) == 0)
            return row;
    }
    return NULL;
}

static void write_citation(struct json_writer *json, const struct fhir_source *source,
                           const char *key) {
    const json_t *row = source_row(source, key);
    const char *doi = json_string_value(json_object_get(row, "doi"));
    const char *link = json_string_value(json_object_get(row, "url"));
    bool whole = doi == NULL && link && strstr(link, "://");
    char url[FHIR_URL_SIZE];
    (void)snprintf(url, sizeof url, "%s%s",
                   doi     ? "https://doi.org/"
                   : whole ? ""
                           : "https://",
                   doi    ? doi
                   : link ? link
                          : "");
    jw_open_object(json);
    jw_member_text(json, "type", "citation");
    jw_member_text(json, "label", key);
    fhir_member(json, "citation", fhir_row_text(source, row, "citation"));
    if (doi || link)
        jw_member_text(json, "url", url);
    jw_close_object(json);
}

void fhir_citations(struct json_writer *json, const struct fhir_source *source,
                    const json_t *keys) {
    size_t i;
    json_t *key;
    json_array_foreach(keys, i, key) write_citation(json, source, json_string_value(key));
}

/* ---- narrative ---- */

/* As XHTML content: markup becomes text, and what XML cannot hold becomes a space. */
static void append_escaped(struct buffer *out, const char *text) {
    for (const char *c = text; *c; c++) {
        if (*c == '<')
            (void)buffer_puts(out, "&lt;");
        else if (*c == '>')
            (void)buffer_puts(out, "&gt;");
        else if (*c == '&')
            (void)buffer_puts(out, "&amp;");
        else if (*c == '"')
            (void)buffer_puts(out, "&quot;");
        else
            (void)buffer_append(out, (unsigned char)*c < 0x20 ? " " : c, 1);
    }
}

static void append_element(struct buffer *out, const char *element, const char *text) {
    (void)buffer_printf(out, "<%s>", element);
    append_escaped(out, text);
    (void)buffer_printf(out, "</%s>", element);
}

void fhir_narrative_open(struct fhir_narrative *narrative) {
    buffer_init(&narrative->html);
    narrative->list = false;
    (void)buffer_puts(&narrative->html, "<div xmlns=\"http://www.w3.org/1999/xhtml\">");
}

void fhir_narrative_heading(struct fhir_narrative *narrative, const char *text) {
    fhir_narrative_list_close(narrative);
    append_element(&narrative->html, "h2", text);
}

void fhir_narrative_text(struct fhir_narrative *narrative, const char *text) {
    fhir_narrative_list_close(narrative);
    if (text && *text)
        append_element(&narrative->html, "p", text);
}

void fhir_narrative_item(struct fhir_narrative *narrative, const char *label, const char *text) {
    if (!text || !*text)
        return;
    (void)buffer_puts(&narrative->html, narrative->list ? "<li>" : "<ul><li>");
    narrative->list = true;
    if (label) {
        append_element(&narrative->html, "b", label);
        (void)buffer_puts(&narrative->html, " ");
    }
    append_escaped(&narrative->html, text);
    (void)buffer_puts(&narrative->html, "</li>");
}

void fhir_narrative_list_close(struct fhir_narrative *narrative) {
    if (narrative->list)
        (void)buffer_puts(&narrative->html, "</ul>");
    narrative->list = false;
}

void fhir_narrative_close(struct json_writer *json, struct fhir_narrative *narrative) {
    fhir_narrative_list_close(narrative);
    (void)buffer_puts(&narrative->html, "</div>");
    jw_key(json, "text");
    jw_open_object(json);
    jw_member_text(json, "status", "generated");
    jw_member_text(json, "div", narrative->html.failed ? "" : narrative->html.data);
    jw_close_object(json);
    json->out->failed |= narrative->html.failed;
    buffer_free(&narrative->html);
}
