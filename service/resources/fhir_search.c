#include "resources/fhir_search.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/edit_distance.h"
#include "base/utf8.h"
#include "http/route.h"
#include "interop/fhir_bundle.h"
#include "interop/fhir_json.h"
#include "interop/fhir_outcome.h"
#include "interop/fhir_subset.h"

enum { LINK_MAX = 2048 }; /* bytes of a URL in a header; the Bundle has it in any case */

/* Parameters that shape the answer, known to every search. */
static const char shaping[] = "_format _pretty _count _cursor _sort _summary _elements _total";

/* Those that must be one of some words; NULL: any other. */
static const char *words_of(const char *name) {
    return strcmp(name, "_summary") == 0 ? FHIR_SUMMARIES
           : strcmp(name, "_total") == 0 ? FHIR_TOTALS
                                         : NULL;
}

/* ---- what is known ---- */

/* Says whose record is meant, however it is mistyped: leaving it out would show another's. */
static bool is_scoping(const char *name) {
    static const char *const names[] = {"patient", "subject", "_id"};
    char base[32];
    size_t len = strcspn(name, ":.");
    if (len >= sizeof base)
        return false;
    for (size_t i = 0; i < len; i++)
        base[i] = (char)tolower((unsigned char)name[i]);
    base[len] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        unsigned most = strlen(names[i]) > 4 ? 3 : 2;
        if (edit_distance(base, len, names[i], strlen(names[i]), most) < most)
            return true;
    }
    return false;
}

static void name_unknown(struct fhir_search *search, const char *name) {
    const char *known = search->request->route->query;
    struct text_span near = query_nearest(known, name);
    response_parameter_error(search->response, name, "unknown", "is not supported%s%.*s%s",
                             near.len ? "; did you mean " : "", (int)near.len,
                             near.len ? near.start : "", near.len ? "?" : "");
}

static void note_ignored(struct fhir_search *search, const char *name) {
    if (json_array_size(search->ignored) < FHIR_WARNINGS)
        search->failed |= json_array_append_new(search->ignored, json_string(name)) != 0;
}

/* Refused, or noted and left out. */
static void leave_out(struct fhir_search *search, const char *name) {
    if (is_scoping(name) || fhir_is_strict(search->request))
        name_unknown(search, name);
    else
        note_ignored(search, name);
}

/* The same for a value that is none of those words. */
static void leave_out_value(struct fhir_search *search, const char *name, const char *words) {
    if (fhir_is_strict(search->request))
        response_parameter_error(search->response, name, "value", "must be one of: %s", words);
    else
        note_ignored(search, name);
}

/* ---- parameters ---- */

static void keep(struct fhir_search *search, const char *name, const char *value, bool repeatable) {
    const char *before = fhir_text(search->filters, name);
    if (!*value && is_scoping(name))
        response_parameter_error(search->response, name, "format", "must not be empty");
    else if (*value && before && !repeatable)
        response_parameter_error(search->response, name, "repeated", "may be given once");
    else if (*value)
        search->failed |=
            json_object_set_new(search->filters, name,
                                before ? json_sprintf("%s" FHIR_AGAIN "%s", before, value)
                                       : json_string(value)) != 0;
}

static void read_count(struct fhir_search *search, const char *value) {
    size_t digits = strspn(value, "0123456789");
    if (!*value || value[digits]) {
        leave_out(search, "_count");
        return;
    }
    unsigned long count = digits > 6 ? PAGE_LIMIT_MAX : strtoul(value, NULL, 10);
    search->counts_only |= count == 0;
    if (count > PAGE_LIMIT_MAX)
        count = PAGE_LIMIT_MAX; /* clients ask for 1000 and take what they get */
    (void)snprintf(search->count_text, sizeof search->count_text, "%lu", count ? count : 1);
}

static bool is_one_of(const char *words, const char *word) {
    bool repeatable;
    return *word && query_allows(words, word, &repeatable);
}

/* An estimate of ours is the count. */
static void read_word(struct fhir_search *search, const char *name, const char *value) {
    const char *words = words_of(name);
    if (!is_one_of(words, value))
        leave_out_value(search, name, words);
    else if (strcmp(name, "_total") == 0)
        search->total = strcmp(value, "none") != 0;
    else
        search->counts_only |= strcmp(value, "count") == 0;
}

static void read_shape(struct fhir_search *search, const char *name, const char *value) {
    if (strcmp(name, "_count") == 0)
        read_count(search, value);
    else if (strcmp(name, "_cursor") == 0)
        search->cursor = value;
    else if (words_of(name))
        read_word(search, name, value);
    else if (strcmp(name, "_sort") == 0)
        keep(search, name, value, false);
}

static void read_include(struct fhir_search *search, const char *name, const char *value) {
    char include[64];
    bool repeatable;
    int len = snprintf(include, sizeof include, "%s=%s", name, value);
    if (len < (int)sizeof include &&
        query_allows(search->request->route->query, include, &repeatable))
        search->failed |= json_array_append_new(search->includes, json_string(include)) != 0;
    else
        leave_out(search, name);
}

static void read_parameters(struct fhir_search *search, const struct query *query) {
    bool repeatable = false;
    for (size_t i = 0; i < query->count; i++) {
        const char *name = query->params[i].name, *value = query->params[i].value;
        if (query_allows(shaping, name, &repeatable))
            read_shape(search, name, value);
        else if (strcmp(name, "_include") == 0 || strcmp(name, "_revinclude") == 0)
            read_include(search, name, value);
        else if (query_allows(search->request->route->query, name, &repeatable))
            keep(search, name, value, repeatable);
        else
            leave_out(search, name);
    }
}

/* The body of POST _search. */
static enum status read_form(struct fhir_search *search) {
    enum text_fault why = TEXT_OK;
    if (search->request->method != HTTP_POST || search->request->body_len == 0)
        return STATUS_OK;
    enum query_fault fault = query_parse(&search->form, search->request->body, &why);
    if (fault == QUERY_NO_MEMORY)
        return STATUS_NO_MEMORY;
    if (fault == QUERY_OK && strlen(search->request->body) == search->request->body_len)
        return STATUS_OK;
    response_problem(search->response, "malformed-query", "The form cannot be read.");
    return STATUS_INVALID;
}

/* Pages of a search by form go on as those of the URL: one list, one kind of cursor. */
static const struct route *page_route(const struct fhir_search *search) {
    bool form = search->request->route->method == HTTP_POST;
    for (size_t i = 0; form && i < app_route_count; i++)
        if (app_routes[i].method == HTTP_GET && strncmp(app_routes[i].path, "/fhir/", 6) == 0 &&
            strcmp(app_routes[i].path + 6, search->type) == 0)
            return &app_routes[i];
    return search->request->route;
}

/* cursor.h reads `limit`, `cursor` and filters from a request. */
static void make_view(struct fhir_search *search) {
    const char *name;
    json_t *value;
    struct query *query = &search->view.query;
    search->view = *search->request;
    search->view.route = page_route(search);
    *query = (struct query){0};
    if (*search->count_text)
        query->params[query->count++] = (struct query_param){"limit", search->count_text};
    if (search->cursor)
        query->params[query->count++] = (struct query_param){"cursor", search->cursor};
    json_object_foreach(search->filters, name, value) {
        if (query->count < QUERY_PARAMS_MAX)
            query->params[query->count++] = (struct query_param){name, json_string_value(value)};
    }
}

/* "CarePlan" of the route "/fhir/CarePlan/_search". */
static void read_type(struct fhir_search *search) {
    const char *path = search->request->route->path + strlen("/fhir/");
    (void)snprintf(search->type, sizeof search->type, "%.*s", (int)strcspn(path, "/"), path);
}

enum status fhir_search_begin(struct fhir_search *search, const struct app *app,
                              const struct http_request *request, struct http_response *response) {
    *search = (struct fhir_search){.app = app,
                                   .request = request,
                                   .response = response,
                                   .filters = json_object(),
                                   .includes = json_array(),
                                   .ignored = json_array(),
                                   .bundle = fhir_bundle("searchset")};
    fhir_base(app, request, search->base);
    read_type(search);
    if (!search->filters || !search->includes || !search->ignored || !search->bundle)
        return STATUS_NO_MEMORY;
    enum status status = read_form(search);
    if (status != STATUS_OK)
        return status;
    read_parameters(search, &request->query);
    read_parameters(search, &search->form);
    if (response->error_count) {
        response_problem(response, "unsupported-search", "A parameter is not understood.");
        return STATUS_INVALID;
    }
    search->total |= search->counts_only;
    search->page.filters = json_incref(search->filters);
    return search->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status fhir_search_open(struct fhir_search *search, const struct app *app,
                             const struct http_request *request, struct http_response *response) {
    enum status status = fhir_search_begin(search, app, request, response);
    if (status != STATUS_OK)
        return status;
    page_free(&search->page);
    make_view(search);
    status = tenant_secrets_get(request, response, &search->secrets);
    if (status == STATUS_OK)
        status = page_read(&search->page, &search->view, response, &search->secrets);
    return status;
}

void fhir_search_close(struct fhir_search *search) {
    page_free(&search->page);
    query_free(&search->form);
    json_decref(search->filters);
    json_decref(search->includes);
    json_decref(search->ignored);
    json_decref(search->bundle);
    *search = (struct fhir_search){0};
}

const char *fhir_search_value(const struct fhir_search *search, const char *name) {
    return page_filter(&search->page, name);
}

enum status fhir_search_refuse(struct fhir_search *search, const char *name, const char *why) {
    response_parameter_error(search->response, name, "format", "%s", why);
    response_problem(search->response, "unsupported-search", "A parameter is not understood.");
    return STATUS_INVALID;
}

/* ---- the Bundle ---- */

json_t *fhir_subset(const struct http_request *request, json_t *resource_owned) {
    return fhir_subset_of(resource_owned, request_query(request, "_summary"),
                          request_query(request, "_elements"));
}

/* A shaping parameter, of the URL or the form. */
static const char *shape_of(const struct fhir_search *search, const char *name) {
    const char *value = request_query(search->request, name);
    return value || !search->form.text ? value : query_get(&search->form, name);
}

void fhir_search_add(struct fhir_search *search, json_t *resource_owned) {
    json_t *url = resource_owned ? fhir_full_url(search->base, resource_owned) : NULL;
    json_t *shown = resource_owned ? fhir_subset_of(resource_owned, shape_of(search, "_summary"),
                                                    shape_of(search, "_elements"))
                                   : NULL;
    if (url)
        search->failed |= !fhir_bundle_add(search->bundle, json_string_value(url), shown, "match");
    else
        json_decref(shown);
    search->failed |= !url;
    json_decref(url);
}

bool fhir_search_includes(const struct fhir_search *search, const char *include) {
    size_t i;
    json_t *known;
    json_array_foreach(search->includes, i, known) {
        if (strcmp(json_string_value(known), include) == 0)
            return true;
    }
    return false;
}

static bool is_there(const json_t *bundle, const char *url) {
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(bundle, "entry"), i, entry) {
        if (strcmp(fhir_text(entry, "fullUrl"), url) == 0)
            return true;
    }
    return false;
}

void fhir_search_include(struct fhir_search *search, json_t *resource_owned) {
    json_t *url = resource_owned ? fhir_full_url(search->base, resource_owned) : NULL;
    if (url && !is_there(search->bundle, json_string_value(url)))
        search->failed |= !fhir_bundle_add(
            search->bundle, json_string_value(url),
            fhir_subset_of(json_incref(resource_owned), shape_of(search, "_summary"), NULL),
            "include");
    search->failed |= !url;
    json_decref(url);
    json_decref(resource_owned);
}

static void append_encoded(struct buffer *out, const char *text) {
    for (; *text; text++)
        if (isalnum((unsigned char)*text) || strchr("-._~|/:,", *text))
            buffer_append(out, text, 1);
        else
            buffer_printf(out, "%%%02X", (unsigned char)*text);
}

static void append_parameter(struct buffer *url, const char *name, const char *value) {
    buffer_puts(url, strchr(url->data, '?') ? "&" : "?");
    append_encoded(url, name);
    buffer_puts(url, "=");
    append_encoded(url, value);
}

static void begin_url(const struct fhir_search *search, struct buffer *url) {
    buffer_init(url);
    buffer_printf(url, "%s/%s", search->base, search->type);
}

/* Shapes the next page must have, too. */
static void append_shape(const struct fhir_search *search, struct buffer *url) {
    static const char *const kept[] = {"_summary", "_elements", "_total"};
    for (size_t i = 0; !url->failed && i < sizeof kept / sizeof *kept; i++) {
        const char *value = shape_of(search, kept[i]);
        const char *words = words_of(kept[i]);
        if (value && *value && (!words || is_one_of(words, value)))
            append_parameter(url, kept[i], value);
    }
    for (size_t i = 0; !url->failed && i < json_array_size(search->includes); i++) {
        const char *include = json_string_value(json_array_get(search->includes, i));
        append_parameter(url, include[1] == 'r' ? "_revinclude" : "_include",
                         strchr(include, '=') + 1);
    }
    if (!url->failed)
        append_parameter(url, "_count", *search->count_text ? search->count_text : "50");
}

void fhir_search_next(struct fhir_search *search, const char *cursor) {
    struct buffer url;
    begin_url(search, &url);
    if (!url.failed)
        append_parameter(&url, "_cursor", cursor);
    append_shape(search, &url);
    search->failed |= url.failed || !fhir_bundle_link(search->bundle, "next", url.data);
    response_header_drop(search->response, "Link"); /* it speaks of our own lists */
    if (!search->failed && url.len < LINK_MAX)
        response_headerf(search->response, "Link", "<%s>; rel=\"next\"", url.data);
    buffer_free(&url);
}

void fhir_search_more(struct fhir_search *search, json_t *after_owned) {
    struct buffer cursor;
    buffer_init(&cursor);
    enum status status = page_next(&search->page, &search->view, search->response, &search->secrets,
                                   after_owned, &cursor);
    search->failed |= status != STATUS_OK;
    if (status == STATUS_OK)
        fhir_search_next(search, cursor.data);
    buffer_free(&cursor);
}

/* What was really asked: every filter in force, none that was left out. */
static void link_self(struct fhir_search *search) {
    struct buffer url;
    const char *name;
    json_t *value;
    begin_url(search, &url);
    json_object_foreach(search->page.filters, name, value) {
        char *copy = strdup(json_string_value(value)), *rest = copy, *one;
        while (copy && !url.failed && (one = strsep(&rest, FHIR_AGAIN)))
            append_parameter(&url, name, one);
        search->failed |= !copy;
        free(copy);
    }
    if (!url.failed && search->cursor)
        append_parameter(&url, "_cursor", search->cursor);
    append_shape(search, &url);
    search->failed |= url.failed || !fhir_bundle_link(search->bundle, "self", url.data);
    buffer_free(&url);
}

/* A URN that is this very answer's. */
static json_t *outcome_url(const struct fhir_search *search) {
    const char *id = search->request->trace.trace_id;
    return json_sprintf("urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", id, id + 8, id + 12, id + 16,
                        id + 20);
}

static void tell_ignored(struct fhir_search *search) {
    size_t i;
    json_t *name, *outcome = fhir_outcome(), *url = outcome_url(search);
    search->failed |= !outcome || !url;
    json_array_foreach(search->ignored, i, name) {
        char text[256];
        (void)snprintf(text, sizeof text,
                       "The parameter '%.64s' was left out: it, or its value, is not supported.",
                       json_string_value(name));
        (void)utf8_mend(text, strlen(text));
        struct fhir_issue issue = {.severity = "warning", .code = "not-supported", .text = text};
        search->failed |= !outcome || !fhir_outcome_add(outcome, &issue);
    }
    if (i && !search->failed)
        search->failed |= !fhir_bundle_add(search->bundle, json_string_value(url),
                                           json_incref(outcome), "outcome");
    json_decref(outcome);
    json_decref(url);
}

/* FHIR writes self first; the cursor of the page after is no header here. */
static void order_links(struct fhir_search *search) {
    json_t *links = json_object_get(search->bundle, "link");
    size_t count = json_array_size(links);
    if (count < 2)
        return;
    json_t *self = json_incref(json_array_get(links, count - 1));
    (void)json_array_remove(links, count - 1);
    (void)json_array_insert_new(links, 0, self);
}

enum status fhir_search_send(struct fhir_search *search) {
    link_self(search);
    order_links(search);
    if (json_array_size(search->ignored))
        tell_ignored(search);
    if (search->failed)
        return STATUS_NO_MEMORY;
    json_t *bundle = search->bundle;
    search->bundle = NULL;
    return fhir_send(search->request, search->response, 200, bundle);
}
