/* The catalogue over HTTP: lists with filters, single items, documents. Filters are rows of tables.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/edit_distance.h"
#include "base/fold.h"
#include "embedded.h"
#include "resources/app.h"
#include "resources/catalogue.h"
#include "resources/handlers.h"
#include "resources/query_check.h"

/* ---- answers ---- */

static enum status send_rendered(struct http_response *response, const struct rendered *rendered) {
    response_static(response, MEDIA_JSON, rendered->bytes, rendered->len);
    if (rendered->gzip)
        response_precompressed(response, rendered->gzip, rendered->gzip_len);
    (void)snprintf(response->etag, sizeof response->etag, "%s", rendered->etag);
    return STATUS_OK;
}

static enum status send_item(const struct app *app, const struct http_request *request,
                             struct http_response *response, enum collection_name name,
                             const char *parameter) {
    const struct collection *collection =
        catalogue_collection(app->catalogue, request->language, name);
    const char *id = request_param(request, parameter);
    int64_t found = name_map_get(&collection->names, id);
    if (found >= 0)
        return send_rendered(response, &collection->items[found].rendered);
    const char *nearest = name_map_nearest(&collection->names, id);
    if (nearest)
        response_problem(response, "not-found", "Nothing has this id. Did you mean '%s'?", nearest);
    return STATUS_NOT_FOUND;
}

/* ---- filters ---- */

struct filter {
    const char *parameter;
    /* Ids the value must be one of; NULL: any value. */
    const struct name_map *(*values)(const struct app *app);
    bool (*keeps)(const struct app *app, const struct catalogue_item *item, const char *value);
    /* The value of an item, for filters that must name one that exists; NULL: any value may find
     * nothing. */
    const char *(*own)(const struct catalogue_item *item);
};

enum { FILTERS_MAX = 8 }; /* of a list */

struct list {
    enum collection_name collection;
    const struct filter *filters;
    size_t filter_count;
};

static bool text_is(const struct catalogue_item *item, const char *member, const char *value) {
    const char *own = json_string_value(json_object_get(item->document, member));
    return own && strcmp(own, value) == 0;
}

static bool array_has(const struct catalogue_item *item, const char *member, const char *value) {
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(item->document, member), i, entry) {
        const char *own = json_string_value(entry);
        if (own && strcmp(own, value) == 0)
            return true;
    }
    return false;
}

/* Every word of the search stands somewhere in the item's texts; both are folded, so case and
 * accents do not matter. */
static bool keeps_search(const struct app *app, const struct catalogue_item *item,
                         const char *words) {
    (void)app;
    size_t len;
    for (const char *word = words; *word; word += len + (word[len] == ' ')) {
        len = strcspn(word, " ");
        if (!memmem(item->search, strlen(item->search), word, len))
            return false;
    }
    return true;
}

#define OWN_TEXT(name, member)                                                                     \
    static const char *own_##name(const struct catalogue_item *item) {                             \
        return json_string_value(json_object_get(item->document, member));                         \
    }
OWN_TEXT(kind, "kind")
OWN_TEXT(section, "section")
OWN_TEXT(training, "training_needed")

static const char *own_evidence(const struct catalogue_item *item) {
    return json_string_value(json_object_get(json_object_get(item->document, "evidence"), "level"));
}

#define KEEPS_TEXT(member)                                                                         \
    static bool keeps_##member(const struct app *app, const struct catalogue_item *item,           \
                               const char *value) {                                                \
        (void)app;                                                                                 \
        return text_is(item, #member, value);                                                      \
    }
KEEPS_TEXT(kind)
KEEPS_TEXT(section)
KEEPS_TEXT(asked)
KEEPS_TEXT(checklist)
KEEPS_TEXT(effect)
KEEPS_TEXT(phase)

#define KEEPS_LISTED(name, member)                                                                 \
    static bool keeps_##name(const struct app *app, const struct catalogue_item *item,             \
                             const char *value) {                                                  \
        (void)app;                                                                                 \
        return array_has(item, member, value);                                                     \
    }
KEEPS_LISTED(position, "positions")
KEEPS_LISTED(group, "groups")
KEEPS_LISTED(technique, "techniques")
KEEPS_LISTED(finding, "findings")

static bool keeps_training(const struct app *app, const struct catalogue_item *item,
                           const char *value) {
    (void)app;
    return text_is(item, "training_needed", value);
}

static bool keeps_evidence(const struct app *app, const struct catalogue_item *item,
                           const char *value) {
    (void)app;
    const char *level =
        json_string_value(json_object_get(json_object_get(item->document, "evidence"), "level"));
    return level && strcmp(level, value) == 0;
}

/* Techniques that can be done at this pressure or less. */
static bool keeps_pressure(const struct app *app, const struct catalogue_item *item,
                           const char *value) {
    return app->knowledge->techniques[item->number].pressure_min <= strtol(value, NULL, 10);
}

static bool keeps_fitting(const struct app *app, const struct catalogue_item *item,
                          const char *value) {
    int64_t presentation = name_map_get(&app->knowledge->presentation_names, value);
    return presentation >= 0 && app->knowledge->presentations[presentation].fit[item->number] > 0;
}

#define VALUES(name, map)                                                                          \
    static const struct name_map *name##_values(const struct app *app) {                           \
        return &app->knowledge->map;                                                               \
    }
VALUES(presentation, presentation_names)
VALUES(position, position_names)
VALUES(group, group_names)
VALUES(technique, technique_names)
VALUES(finding, finding_names)
VALUES(checklist, checklist_names)

static const struct filter technique_filters[] = {
    {"presentation", presentation_values, keeps_fitting, NULL},
    {"max_pressure", NULL, keeps_pressure, NULL},
    {"position", position_values, keeps_position, NULL},
    {"group", group_values, keeps_group, NULL},
    {"training", NULL, keeps_training, own_training},
    {"evidence", NULL, keeps_evidence, own_evidence},
    {"q", NULL, keeps_search, NULL},
};
static const struct filter finding_filters[] = {
    {"kind", NULL, keeps_kind, own_kind}, {"section", NULL, keeps_section, own_section},
    {"asked", NULL, keeps_asked, NULL},   {"checklist", checklist_values, keeps_checklist, NULL},
    {"q", NULL, keeps_search, NULL},
};
static const struct filter contraindication_filters[] = {
    {"effect", NULL, keeps_effect, NULL},
    {"technique", technique_values, keeps_technique, NULL},
    {"finding", finding_values, keeps_finding, NULL},
    {"section", NULL, keeps_section, own_section},
    {"q", NULL, keeps_search, NULL},
};
static const struct filter guidance_filters[] = {{"phase", NULL, keeps_phase, NULL}};

/* The existing value that a mistyped one comes nearest to; NULL when the value exists. `*exists`
 * says which. */
static const char *nearest_own(const struct collection *collection, const struct filter *filter,
                               const char *value, bool *exists) {
    enum { NEAR = 4 };
    const char *nearest = NULL;
    unsigned best = NEAR;
    *exists = false;
    for (unsigned i = 0; i < collection->count && !*exists; i++) {
        const char *own = filter->own(&collection->items[i]);
        if (!own)
            continue;
        *exists = strcmp(own, value) == 0;
        unsigned distance = edit_distance(value, strlen(value), own, strlen(own), best);
        if (distance < best) {
            best = distance;
            nearest = own;
        }
    }
    return nearest;
}

/* A filter that names nothing is a mistake: it never returns everything, nor an empty list that
 * looks like an answer. */
static void check_filter(const struct app *app, const struct collection *collection,
                         const struct filter *filter, const char *value,
                         struct http_response *response) {
    const struct name_map *ids = filter->values ? filter->values(app) : NULL;
    const char *nearest = NULL;
    bool exists = true;
    if (ids) {
        exists = name_map_get(ids, value) >= 0;
        nearest = exists ? NULL : name_map_nearest(ids, value);
    } else if (filter->own) {
        nearest = nearest_own(collection, filter, value, &exists);
    }
    if (!exists)
        response_parameter_error(
            response, filter->parameter, "unknown_id", "'%.60s' is not known.%s%s%s", value,
            nearest ? " Did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static bool check_filters(const struct app *app, const struct http_request *request,
                          struct http_response *response, const struct list *list) {
    const struct collection *collection =
        catalogue_collection(app->catalogue, request->language, list->collection);
    query_complain(app, request, response);
    for (size_t f = 0; f < list->filter_count; f++) {
        const char *value = request_query(request, list->filters[f].parameter);
        if (value)
            check_filter(app, collection, &list->filters[f], value, response);
    }
    return query_has_no_mistake(response);
}

/* What the request asks of each filter, NULL: nothing; words to search for are folded once. */
static bool take_values(const struct http_request *request, const struct list *list,
                        struct arena *arena, const char *values[FILTERS_MAX]) {
    for (size_t f = 0; f < list->filter_count; f++) {
        values[f] = request_query(request, list->filters[f].parameter);
        if (values[f] && list->filters[f].keeps == keeps_search)
            values[f] = fold_words(arena, values[f], strlen(values[f]));
    }
    return !arena->failed;
}

static bool keeps(const struct app *app, const struct list *list,
                  const char *const values[FILTERS_MAX], const struct catalogue_item *item) {
    for (size_t f = 0; f < list->filter_count; f++)
        if (values[f] && !list->filters[f].keeps(app, item, values[f]))
            return false;
    return true;
}

/* Where techniques are asked for by presentation, each says how well it fits, and the best stand
 * first. */
static int fit_of(const struct app *app, const struct http_request *request,
                  const struct catalogue_item *item) {
    const char *value = request_query(request, "presentation");
    int64_t presentation = value ? name_map_get(&app->knowledge->presentation_names, value) : -1;
    return presentation < 0 ? -1 : app->knowledge->presentations[presentation].fit[item->number];
}

static void append_item(struct buffer *body, const struct catalogue_item *item, int fit) {
    if (body->data[body->len - 1] != '[')
        (void)buffer_puts(body, ",");
    if (fit < 0) {
        (void)buffer_append(body, item->rendered.bytes, item->rendered.len);
        return;
    }
    (void)buffer_append(body, item->rendered.bytes, item->rendered.len - 1);
    (void)buffer_printf(body, ",\"fit\":%d}", fit);
}

/* The items that pass all filters, best fit first. */
static void write_items(const struct app *app, const struct http_request *request,
                        const struct list *list, const char *const values[FILTERS_MAX],
                        struct buffer *body) {
    enum { BEST_FIT = 3 };
    const struct collection *collection =
        catalogue_collection(app->catalogue, request->language, list->collection);
    unsigned total = 0;
    bool started = buffer_puts(body, "{\"items\":[");
    for (int round = BEST_FIT; started && round >= -1; round--)
        for (unsigned i = 0; i < collection->count; i++) {
            const struct catalogue_item *item = &collection->items[i];
            int fit = list->collection == COLLECTION_TECHNIQUES ? fit_of(app, request, item) : -1;
            if (fit != round || !keeps(app, list, values, item))
                continue;
            append_item(body, item, fit);
            total++;
        }
    (void)buffer_printf(body, "],\"total\":%u}", total);
}

static enum status send_list(const struct app *app, const struct http_request *request,
                             struct http_response *response, const struct list *list) {
    if (request->query.count == 0)
        return send_rendered(
            response,
            &catalogue_collection(app->catalogue, request->language, list->collection)->whole);
    if (!check_filters(app, request, response, list))
        return STATUS_INVALID;
    const char *values[FILTERS_MAX];
    enum status status = STATUS_NO_MEMORY;
    struct arena arena;
    struct buffer body;
    arena_init(&arena, 1024);
    buffer_init(&body);
    if (take_values(request, list, &arena, values)) {
        write_items(app, request, list, values, &body);
        status = response_buffer(response, MEDIA_JSON, &body);
    }
    buffer_free(&body);
    arena_free(&arena);
    return status;
}

/* ---- handlers ---- */

#define LIST_HANDLER(name, collection_, filters_)                                                  \
    enum status name(void *app, const struct http_request *request,                                \
                     struct http_response *response) {                                             \
        static const struct list list = {(collection_), (filters_),                                \
                                         sizeof(filters_) / sizeof(filters_)[0]};                  \
        return send_list(app, request, response, &list);                                           \
    }
#define PLAIN_LIST_HANDLER(name, collection_)                                                      \
    enum status name(void *app, const struct http_request *request,                                \
                     struct http_response *response) {                                             \
        static const struct list list = {.collection = (collection_)};                             \
        return send_list(app, request, response, &list);                                           \
    }
#define ITEM_HANDLER(name, collection_, parameter)                                                 \
    enum status name(void *app, const struct http_request *request,                                \
                     struct http_response *response) {                                             \
        return send_item(app, request, response, collection_, parameter);                          \
    }
#define DOCUMENT_HANDLER(name, document)                                                           \
    enum status name(void *app, const struct http_request *request,                                \
                     struct http_response *response) {                                             \
        const struct app *own = app;                                                               \
        return send_rendered(response,                                                             \
                             catalogue_document(own->catalogue, request->language, document));     \
    }

LIST_HANDLER(technique_list, COLLECTION_TECHNIQUES, technique_filters)
ITEM_HANDLER(technique_get, COLLECTION_TECHNIQUES, "technique_id")
PLAIN_LIST_HANDLER(presentation_list, COLLECTION_PRESENTATIONS)
ITEM_HANDLER(presentation_get, COLLECTION_PRESENTATIONS, "presentation_id")
LIST_HANDLER(finding_list, COLLECTION_FINDINGS, finding_filters)
ITEM_HANDLER(finding_get, COLLECTION_FINDINGS, "finding_id")
PLAIN_LIST_HANDLER(red_flag_list, COLLECTION_RED_FLAGS)
LIST_HANDLER(contraindication_list, COLLECTION_CONTRAINDICATIONS, contraindication_filters)
LIST_HANDLER(guidance_list, COLLECTION_GUIDANCE, guidance_filters)
PLAIN_LIST_HANDLER(source_list, COLLECTION_SOURCES)
ITEM_HANDLER(source_get, COLLECTION_SOURCES, "source_key")
DOCUMENT_HANDLER(questionnaire_get, DOCUMENT_QUESTIONNAIRE)
DOCUMENT_HANDLER(knowledge_get, DOCUMENT_KNOWLEDGE)
DOCUMENT_HANDLER(index_get, DOCUMENT_INDEX)

/* Any rule has a page, red flags too: reasons name them all alike. */
ITEM_HANDLER(contraindication_get, COLLECTION_RULES, "rule_id")

enum status therapist_credential_list(void *app_, const struct http_request *request,
                                      struct http_response *response) {
    const struct app *app = app_;
    const char *country = request_query(request, "country");
    if (!query_is_valid(app, request, response))
        return STATUS_INVALID;
    if (!country)
        return send_rendered(
            response, catalogue_document(app->catalogue, request->language, DOCUMENT_CREDENTIALS));
    json_t *whole = catalogue_credentials(app->catalogue, request->language);
    json_t *items = json_array();
    size_t i;
    json_t *item;
    /* A country without an entry of its own has that of all others, "*". */
    for (int round = 0; round < 2 && json_array_size(items) == 0; round++)
        json_array_foreach(json_object_get(whole, "items"), i, item) {
            const char *own = json_string_value(json_object_get(item, "country"));
            if (own && strcmp(own, round ? "*" : country) == 0)
                (void)json_array_append(items, item);
        }
    json_t *document = json_copy(whole);
    (void)json_object_set_new(document, "total", json_integer((json_int_t)json_array_size(items)));
    (void)json_object_set_new(document, "items", items);
    return response_json(response, document);
}

static enum status send_document(struct http_response *response, const char *name,
                                 const char *type) {
    const struct embedded_file *document = app_document(name);
    if (!document)
        return STATUS_INTERNAL;
    response_static(response, type, document->bytes, document->len);
    return STATUS_OK;
}

enum status openapi_yaml_get(void *app, const struct http_request *request,
                             struct http_response *response) {
    (void)app;
    (void)request;
    return send_document(response, "openapi.yaml", "application/yaml");
}

enum status openapi_json_get(void *app, const struct http_request *request,
                             struct http_response *response) {
    (void)app;
    (void)request;
    return send_document(response, "openapi.json", MEDIA_JSON);
}
