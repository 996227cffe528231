/*
 * Reading and searching the FHIR definitions. Parameters are rows of a table. A parameter that is
 * not one of them is left out and said in an outcome of the Bundle, or refused when the client asks
 * for strictness; the self link names what was used.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fold.h"
#include "base/thread_arena.h"
#include "resources/app.h"
#include "resources/fhir_edge.h"
#include "resources/fhir_library.h"
#include "resources/handlers.h"

/* ---- reading ---- */

/* "/fhir/ActivityDefinition/{id}" */
static enum fhir_definition definition_of(const struct http_request *request) {
    const char *type = request->route->path + strlen("/fhir/");
    char name[64];
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(type, "/"), type);
    return fhir_definition_of(name);
}

static const struct fhir_shelf *shelf_of(const struct app *app,
                                         const struct http_request *request) {
    return fhir_library_shelf(app->fhir_library, request->language, definition_of(request));
}

static const char *media_of(const struct http_request *request) {
    return strcmp(request->media_type, MEDIA_JSON) == 0 ? MEDIA_JSON : MEDIA_FHIR;
}

enum status fhir_definition_get(void *app, const struct http_request *request,
                                struct http_response *response) {
    const struct fhir_shelf *shelf = shelf_of(app, request);
    const char *id = request_param(request, "id");
    for (size_t i = 0; i < shelf->count; i++) {
        const struct fhir_entry *entry = &shelf->entries[i];
        if (strcmp(entry->id, id) != 0)
            continue;
        response_static(response, media_of(request), entry->rendered.bytes, entry->rendered.len);
        if (entry->rendered.gzip)
            response_precompressed(response, entry->rendered.gzip, entry->rendered.gzip_len);
        (void)snprintf(response->etag, sizeof response->etag, "%s", entry->etag);
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

/* ---- what a parameter keeps ---- */

struct text_piece {
    const char *start;
    size_t len;
};

static bool same(struct text_piece piece, const char *text) {
    return text && strlen(text) == piece.len && memcmp(text, piece.start, piece.len) == 0;
}

static char *folded(struct arena *arena, struct text_piece piece) {
    return fold_words(arena, piece.start, piece.len);
}

/* Strings match from their beginning, without case and accents. */
static bool begins(struct arena *arena, const char *text, struct text_piece piece) {
    char *wanted = folded(arena, piece);
    char *own = folded(arena, (struct text_piece){text, strlen(text)});
    return wanted && own && strncmp(own, wanted, strlen(wanted)) == 0;
}

static bool contains(struct arena *arena, const char *text, struct text_piece piece) {
    char *wanted = folded(arena, piece);
    char *own = folded(arena, (struct text_piece){text, strlen(text)});
    return wanted && own && strstr(own, wanted);
}

/* "system|code", "|code" or "code". */
static bool token_is(struct text_piece piece, const char *system, const char *code) {
    const char *bar = memchr(piece.start, '|', piece.len);
    if (!code)
        return false;
    if (!bar)
        return same(piece, code);
    struct text_piece left = {piece.start, (size_t)(bar - piece.start)};
    struct text_piece right = {bar + 1, piece.len - left.len - 1};
    return (right.len == 0 || same(right, code)) && same(left, system ? system : "");
}

#define KEEPS(name, holds)                                                                         \
    static bool keeps_##name(struct arena *arena, const struct fhir_entry *entry,                  \
                             struct text_piece piece) {                                            \
        (void)arena;                                                                               \
        return holds;                                                                              \
    }
KEEPS(id, same(piece, entry->id))
KEEPS(url, same(piece, entry->url))
KEEPS(version, token_is(piece, NULL, entry->version))
KEEPS(name, begins(arena, entry->name, piece))
KEEPS(name_exact, same(piece, entry->name))
KEEPS(name_contains, contains(arena, entry->name, piece))
KEEPS(title, begins(arena, entry->title, piece))
KEEPS(title_exact, same(piece, entry->title))
KEEPS(title_contains, contains(arena, entry->title, piece))
KEEPS(status, token_is(piece, "http://hl7.org/fhir/publication-status", entry->status))
KEEPS(identifier, token_is(piece, entry->identifier_system, entry->identifier))

static const struct filter {
    const char *parameter;
    bool (*keeps)(struct arena *arena, const struct fhir_entry *entry, struct text_piece piece);
} filters[] = {
    {"_id", keeps_id},
    {"url", keeps_url},
    {"version", keeps_version},
    {"name", keeps_name},
    {"name:exact", keeps_name_exact},
    {"name:contains", keeps_name_contains},
    {"title", keeps_title},
    {"title:exact", keeps_title_exact},
    {"title:contains", keeps_title_contains},
    {"status", keeps_status},
    {"identifier", keeps_identifier},
};

static const struct filter *filter_named(const char *parameter) {
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (strcmp(filters[i].parameter, parameter) == 0)
            return &filters[i];
    return NULL;
}

/* Any of the values between commas. */
static bool keeps_any(struct arena *arena, const struct filter *filter,
                      const struct fhir_entry *entry, const char *values) {
    for (const char *start = values;;) {
        size_t len = strcspn(start, ",");
        if (filter->keeps(arena, entry, (struct text_piece){start, len}))
            return true;
        if (!start[len])
            return false;
        start += len + 1;
    }
}

/* ---- the search ---- */

enum summary { SUMMARY_NONE, SUMMARY_SHORT, SUMMARY_COUNT };

struct search {
    const struct http_request *request;
    struct query form; /* of the body of _search */
    const struct fhir_shelf *shelf;
    char base[FHIR_BASE_SIZE];
    const char *type;
    size_t skip, count; /* where the page begins, how many it has at most */
    enum summary summary;
    struct buffer used;    /* query of the self link without its page */
    struct buffer unknown; /* names that were left out, for people */
};

enum { PAGE = 100 };

static bool keeps_query(struct arena *arena, const struct query *query,
                        const struct fhir_entry *entry) {
    for (size_t i = 0; i < query->count; i++) {
        const struct filter *filter = filter_named(query->params[i].name);
        if (filter && !keeps_any(arena, filter, entry, query->params[i].value))
            return false;
    }
    return true;
}

static bool keeps_all(struct arena *arena, const struct search *search,
                      const struct fhir_entry *entry) {
    return keeps_query(arena, &search->request->query, entry) &&
           keeps_query(arena, &search->form, entry);
}

static void append_encoded(struct buffer *out, const char *text) {
    for (; *text; text++) {
        if (isalnum((unsigned char)*text) || strchr("-._~:/", *text))
            (void)buffer_append(out, text, 1);
        else
            (void)buffer_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
    }
}

static void use(struct search *search, const struct query_param *param) {
    (void)buffer_puts(&search->used, search->used.len ? "&" : "");
    append_encoded(&search->used, param->name);
    (void)buffer_puts(&search->used, "=");
    append_encoded(&search->used, param->value);
}

/* A whole number from 0; anything else is `otherwise`. */
static size_t number_or(const char *text, size_t otherwise) {
    size_t digits = strspn(text, "0123456789");
    return digits && digits < 9 && !text[digits] ? strtoul(text, NULL, 10) : otherwise;
}

/* Parameters that shape the answer; false for any other. */
static bool shapes(struct search *search, const struct query_param *param) {
    if (strcmp(param->name, "_count") == 0) {
        size_t count = number_or(param->value, PAGE);
        search->count = count < PAGE ? count : PAGE;
    } else if (strcmp(param->name, "_cursor") == 0) {
        search->skip = number_or(param->value, 0);
    } else if (strcmp(param->name, "_summary") == 0) {
        search->summary = strcmp(param->value, "count") == 0  ? SUMMARY_COUNT
                          : strcmp(param->value, "true") == 0 ? SUMMARY_SHORT
                                                              : SUMMARY_NONE;
        if (search->summary != SUMMARY_NONE)
            use(search, param);
    } else {
        return strcmp(param->name, "_format") == 0 || strcmp(param->name, "_total") == 0 ||
               strcmp(param->name, "_pretty") == 0;
    }
    return true;
}

static void read_params(struct search *search, const struct query *query,
                        struct http_response *response) {
    for (size_t i = query->count; i-- > 0;) { /* backwards: the first of its kind wins */
        const struct query_param *param = &query->params[i];
        if (filter_named(param->name)) {
            use(search, param);
        } else if (!shapes(search, param)) {
            (void)buffer_printf(&search->unknown, "%s%s", search->unknown.len ? ", " : "",
                                param->name);
            response_parameter_error(response, param->name, "unknown_parameter",
                                     "is no search parameter of this type.");
        }
    }
}

/* The body of _search; false with a problem when it cannot be read. */
static bool read_form(struct search *search, struct http_response *response) {
    enum text_fault why = TEXT_OK;
    if (search->request->method != HTTP_POST ||
        query_parse(&search->form, search->request->body, &why) == QUERY_OK)
        return true;
    response_problem(response, "unsupported-search", "The form %s.",
                     why == TEXT_OK ? "has too many parameters" : text_fault_words(why));
    return false;
}

/* False when something cannot be read, or the client is strict and something is not known: the
 * problem is set. */
static bool read_query(struct search *search, struct http_response *response) {
    if (!read_form(search, response))
        return false;
    read_params(search, &search->form, response);
    read_params(search, &search->request->query, response);
    if (!search->unknown.len)
        return true;
    if (fhir_is_strict(search->request)) {
        response_problem(response, "unsupported-search", "A search parameter is not known.");
        return false;
    }
    response_forget_problem(response);
    return true;
}

static void write_link(struct json_writer *json, const struct search *search, const char *relation,
                       size_t skip) {
    struct buffer url;
    buffer_init(&url);
    (void)buffer_printf(&url, "%s/%s?", search->base, search->type);
    if (search->used.len)
        (void)buffer_printf(&url, "%s&", search->used.data);
    (void)buffer_printf(&url, "_count=%zu", search->count);
    if (skip)
        (void)buffer_printf(&url, "&_cursor=%zu", skip);
    jw_open_object(json);
    jw_member_text(json, "relation", relation);
    jw_member_text(json, "url", url.failed ? "" : url.data);
    jw_close_object(json);
    json->out->failed |= url.failed;
    buffer_free(&url);
}

static void write_entry(struct json_writer *json, const struct search *search,
                        const struct fhir_entry *entry) {
    const struct rendered *shown =
        search->summary == SUMMARY_SHORT ? &entry->summary : &entry->rendered;
    char url[FHIR_BASE_SIZE + 160];
    (void)snprintf(url, sizeof url, "%s/%s/%s", search->base, search->type, entry->id);
    jw_open_object(json);
    jw_member_text(json, "fullUrl", url);
    jw_key(json, "resource");
    jw_raw(json, shown->bytes, shown->len);
    jw_key(json, "search");
    jw_open_object(json);
    jw_member_text(json, "mode", "match");
    jw_close_object(json);
    jw_close_object(json);
}

/* Says in the Bundle what was not looked at. */
static void write_outcome_entry(struct json_writer *json, const struct search *search) {
    char text[600];
    (void)snprintf(text, sizeof text, "Left out because they are no search parameters here: %.500s",
                   search->unknown.data);
    jw_open_object(json);
    jw_key(json, "resource");
    jw_open_object(json);
    jw_member_text(json, "resourceType", "OperationOutcome");
    jw_key(json, "issue");
    jw_open_array(json);
    jw_open_object(json);
    jw_member_text(json, "severity", "warning");
    jw_member_text(json, "code", "not-supported");
    jw_key(json, "details");
    jw_open_object(json);
    jw_member_text(json, "text", text);
    jw_close_object(json);
    jw_close_object(json);
    jw_close_array(json);
    jw_close_object(json);
    jw_key(json, "search");
    jw_open_object(json);
    jw_member_text(json, "mode", "outcome");
    jw_close_object(json);
    jw_close_object(json);
}

static void write_entries(struct json_writer *json, const struct search *search,
                          const struct fhir_entry *const *found, size_t total) {
    size_t end = search->skip + search->count < total ? search->skip + search->count : total;
    bool any = search->summary != SUMMARY_COUNT && search->skip < end;
    if (!any && !search->unknown.len)
        return; /* an empty list is no FHIR */
    jw_key(json, "entry");
    jw_open_array(json);
    for (size_t i = search->skip; any && i < end; i++)
        write_entry(json, search, found[i]);
    if (search->unknown.len)
        write_outcome_entry(json, search);
    jw_close_array(json);
}

static enum status write_bundle(const struct search *search, struct http_response *response,
                                const struct fhir_entry *const *found, size_t total) {
    struct buffer body;
    struct json_writer json;
    bool paged = search->count && search->summary != SUMMARY_COUNT;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_member_text(&json, "resourceType", "Bundle");
    jw_member_text(&json, "type", "searchset");
    jw_member_int(&json, "total", (int64_t)total);
    jw_key(&json, "link");
    jw_open_array(&json);
    write_link(&json, search, "self", search->skip);
    if (paged && search->skip + search->count < total)
        write_link(&json, search, "next", search->skip + search->count);
    jw_close_array(&json);
    write_entries(&json, search, found, total);
    jw_close_object(&json);
    enum status status = jw_ok(&json) ? response_buffer(response, media_of(search->request), &body)
                                      : STATUS_NO_MEMORY;
    buffer_free(&body);
    return status;
}

enum status fhir_definition_search(void *app, const struct http_request *request,
                                   struct http_response *response) {
    struct search search = {.request = request, .count = PAGE};
    struct arena *arena = thread_arena();
    search.shelf = shelf_of(app, request);
    search.type = fhir_definition_type(definition_of(request));
    fhir_base(app, request, search.base);
    buffer_init(&search.used);
    buffer_init(&search.unknown);
    enum status status = STATUS_INVALID;
    const struct fhir_entry **found =
        arena ? arena_array(arena, search.shelf->count + 1, sizeof *found) : NULL;
    if (!found) {
        status = STATUS_NO_MEMORY;
    } else if (read_query(&search, response)) {
        size_t total = 0;
        for (size_t i = 0; i < search.shelf->count; i++)
            if (keeps_all(arena, &search, &search.shelf->entries[i]))
                found[total++] = &search.shelf->entries[i];
        status = write_bundle(&search, response, found, total);
    }
    query_free(&search.form);
    buffer_free(&search.used);
    buffer_free(&search.unknown);
    return status;
}
