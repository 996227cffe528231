/*
 * Reading and searching the FHIR definitions. What is not known, or has a value that is not, is
 * left out and said in an outcome of the Bundle, or refused when the client asks for strictness;
 * the self link names what was used.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "base/thread_arena.h"
#include "interop/fhir_subset.h"
#include "resources/app.h"
#include "resources/fhir_definition_filter.h"
#include "resources/fhir_search.h"
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

/* As much of a resource as was asked for; NULL: all of it. */
struct shape {
    const char *summary, *elements;
};

static bool is_one_of(const char *words, const char *word) {
    bool repeatable;
    return *word && query_allows(words, word, &repeatable);
}

/* Writes a definition in that shape: mostly bytes that are rendered. */
static void write_shaped(struct json_writer *json, const struct fhir_entry *entry,
                         const struct shape *shape) {
    const char *summary = shape->summary ? shape->summary : "false";
    const struct rendered *rendered = &entry->rendered;
    if (!shape->elements && strcmp(summary, "true") == 0)
        rendered = &entry->summary;
    if (!shape->elements && !is_one_of("text data", summary)) {
        jw_raw(json, rendered->bytes, rendered->len);
        return;
    }
    size_t len = 0;
    json_t *whole = json_text_own(rendered->bytes, rendered->len);
    json_t *part = whole ? fhir_subset_of(whole, shape->summary, shape->elements) : NULL;
    char *printed = part ? json_text_print(part, &len) : NULL;
    json->out->failed |= !printed;
    if (printed)
        jw_raw(json, printed, len);
    free(printed);
    json_decref(part);
}

static enum status send_shaped(const struct http_request *request, struct http_response *response,
                               const struct fhir_entry *entry, const struct shape *shape) {
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    write_shaped(&json, entry, shape);
    enum status status =
        jw_ok(&json) ? response_buffer(response, media_of(request), &body) : STATUS_NO_MEMORY;
    buffer_free(&body);
    return status;
}

enum status fhir_definition_get(void *app, const struct http_request *request,
                                struct http_response *response) {
    const struct fhir_shelf *shelf = shelf_of(app, request);
    const char *id = request_param(request, "id");
    struct shape shape = {request_query(request, "_summary"), request_query(request, "_elements")};
    if (!shelf)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < shelf->count; i++) {
        struct fhir_entry *entry = &shelf->entries[i];
        if (strcmp(entry->id, id) != 0)
            continue;
        if (shape.summary || shape.elements)
            return send_shaped(request, response, entry, &shape);
        rendered_send(&entry->rendered, request, media_of(request), response);
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

/* ---- the search ---- */

struct search {
    const struct http_request *request;
    struct query form; /* of the body of _search */
    const struct fhir_shelf *shelf;
    char base[FHIR_BASE_SIZE];
    const char *type;
    size_t skip, count; /* where the page begins, how many it has at most */
    struct shape shape;
    const char *sort;      /* NULL: as in the release */
    bool failed;           /* memory */
    bool counts_only;      /* _summary=count */
    bool no_total;         /* _total=none */
    struct buffer used;    /* query of the self link without its page */
    struct buffer unknown; /* names that were left out, for people */
};

enum { PAGE = 100 };

static bool keeps_query(struct arena *arena, const struct query *query,
                        const struct fhir_entry *entry) {
    for (size_t i = 0; i < query->count; i++) {
        const struct fhir_filter *filter = fhir_filter_named(query->params[i].name);
        if (filter && !fhir_filter_keeps(filter, arena, entry, query->params[i].value))
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

static bool read_number(const char *text, size_t *number) {
    size_t digits = strspn(text, "0123456789");
    if (!digits || digits > 8 || text[digits])
        return false;
    *number = strtoul(text, NULL, 10);
    return true;
}

static bool read_count(struct search *search, const char *value) {
    if (!read_number(value, &search->count))
        return false;
    if (search->count > PAGE)
        search->count = PAGE;
    return true;
}

static bool read_cursor(struct search *search, const char *value) {
    return read_number(value, &search->skip);
}

static bool read_summary(struct search *search, const char *value) {
    search->shape.summary = value;
    search->counts_only = strcmp(value, "count") == 0;
    return is_one_of(FHIR_SUMMARIES, value);
}

static bool read_elements(struct search *search, const char *value) {
    search->shape.elements = value;
    return *value != '\0';
}

static bool read_sort(struct search *search, const char *value) {
    search->sort = value;
    return fhir_order_reads(value);
}

static bool read_total(struct search *search, const char *value) {
    search->no_total = strcmp(value, "none") == 0;
    return is_one_of(FHIR_TOTALS, value);
}

static bool read_nothing(struct search *search, const char *value) {
    (void)search;
    (void)value;
    return true;
}

/* Parameters that shape the answer; the page stands in links by itself, the format in no link. */
static const struct shaping {
    const char *name;
    bool (*read)(struct search *search, const char *value);
    bool linked;
} shapings[] = {
    {"_count", read_count, false},    {"_cursor", read_cursor, false},
    {"_summary", read_summary, true}, {"_elements", read_elements, true},
    {"_sort", read_sort, true},       {"_total", read_total, true},
    {"_format", read_nothing, false}, {"_pretty", read_nothing, false},
};

/* False: it is not known, or its value is not; the search is as if it were not there. */
static bool read_param(struct search *search, const struct query_param *param) {
    const struct fhir_filter *filter = fhir_filter_named(param->name);
    if (filter && fhir_filter_reads(filter, param->value)) {
        use(search, param);
        return true;
    }
    for (size_t i = 0; i < sizeof shapings / sizeof *shapings; i++) {
        struct search before = *search;
        if (strcmp(shapings[i].name, param->name) != 0)
            continue;
        if (!shapings[i].read(search, param->value)) {
            *search = before;
            return false;
        }
        if (shapings[i].linked)
            use(search, param);
        return true;
    }
    return false;
}

static void read_params(struct search *search, const struct query *query,
                        struct http_response *response) {
    for (size_t i = query->count; i-- > 0;) { /* backwards: the first of its kind wins */
        const struct query_param *param = &query->params[i];
        if (read_param(search, param))
            continue;
        (void)buffer_printf(&search->unknown, "%s%s", search->unknown.len ? ", " : "", param->name);
        response_parameter_error(response, param->name, "unknown_parameter",
                                 "is no search parameter of this type, or its value is not known.");
    }
}

/* The body of _search; false with a problem when it cannot be read. */
static bool read_form(struct search *search, struct http_response *response) {
    enum text_fault why = TEXT_OK;
    if (search->request->method != HTTP_POST)
        return true;
    enum query_fault fault = query_parse(&search->form, search->request->body, &why);
    if (fault == QUERY_NO_MEMORY)
        response_no_memory(response);
    else if (fault != QUERY_OK)
        response_problem(response, "unsupported-search", "The form %s.",
                         fault == QUERY_TOO_MANY ? "has too many parameters"
                                                 : text_fault_words(why));
    return fault == QUERY_OK;
}

/* False when something cannot be read, or the client is strict and something is not known: the
 * problem is set. */
static bool read_query(struct search *search, struct http_response *response) {
    if (!read_form(search, response))
        return false;
    read_params(search, &search->form, response);
    read_params(search, &search->request->query, response);
    search->failed = search->used.failed || search->unknown.failed;
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
    char url[FHIR_BASE_SIZE + 160];
    (void)snprintf(url, sizeof url, "%s/%s/%s", search->base, search->type, entry->id);
    jw_open_object(json);
    jw_member_text(json, "fullUrl", url);
    jw_key(json, "resource");
    write_shaped(json, entry, &search->shape);
    jw_key(json, "search");
    jw_open_object(json);
    jw_member_text(json, "mode", "match");
    jw_close_object(json);
    jw_close_object(json);
}

/* Says in the Bundle what was not looked at. */
static void write_outcome_entry(struct json_writer *json, const struct search *search) {
    char text[600];
    (void)snprintf(text, sizeof text,
                   "Left out because they, or their values, are not known here: %.500s",
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
    bool any = !search->counts_only && search->skip < end;
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
    bool paged = search->count && !search->counts_only;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_member_text(&json, "resourceType", "Bundle");
    jw_member_text(&json, "type", "searchset");
    if (!search->no_total || search->counts_only)
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
    if (!search.shelf)
        return STATUS_NO_MEMORY;
    search.type = fhir_definition_type(definition_of(request));
    fhir_base(app, request, search.base);
    buffer_init(&search.used);
    buffer_init(&search.unknown);
    enum status status;
    const struct fhir_entry **found =
        arena ? arena_array(arena, search.shelf->count + 1, sizeof *found) : NULL;
    if (found && !read_query(&search, response)) {
        status = STATUS_INVALID;
    } else if (!found || search.failed) {
        status = STATUS_NO_MEMORY;
    } else {
        size_t total = 0;
        for (size_t i = 0; i < search.shelf->count; i++)
            if (keeps_all(arena, &search, &search.shelf->entries[i]))
                found[total++] = &search.shelf->entries[i];
        if (search.sort)
            fhir_order(search.sort, found, total);
        status = write_bundle(&search, response, found, total);
    }
    query_free(&search.form);
    buffer_free(&search.used);
    buffer_free(&search.unknown);
    return status;
}
