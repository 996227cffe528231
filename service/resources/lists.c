/* The catalogue over HTTP: lists with filters, single items, documents. Filters are rows of tables.
 */
#include <stdlib.h>
#include <string.h>

#include "base/edit_distance.h"
#include "base/fold.h"
#include "base/json_text.h"
#include "embedded.h"
#include "resources/app.h"
#include "resources/catalogue.h"
#include "resources/handlers.h"
#include "resources/query_check.h"

/* ---- answers ---- */

static enum status send_rendered(const struct http_request *request, struct http_response *response,
                                 struct rendered *rendered) {
    if (!rendered)
        return STATUS_NO_MEMORY;
    rendered_send(rendered, request, MEDIA_JSON, response);
    return STATUS_OK;
}

static enum status send_item(const struct app *app, const struct http_request *request,
                             struct http_response *response, enum collection_name name,
                             const char *parameter) {
    struct collection *collection = catalogue_collection(app->catalogue, request->language, name);
    const char *id = request_param(request, parameter);
    if (!collection)
        return STATUS_NO_MEMORY;
    int64_t found = name_map_get(&collection->names, id);
    if (found >= 0)
        return send_rendered(request, response, &collection->items[found].rendered);
    const char *nearest = name_map_nearest(&collection->names, id);
    if (nearest)
        response_problem(response, "not-found", "Nothing has this id. Did you mean '%s'?", nearest);
    return STATUS_NOT_FOUND;
}

/* ---- what items say of themselves, by their number in the release ---- */

/* Empty: nothing. */
struct own {
    const char *text;
    size_t len;
};

#define OWN(name, text_)                                                                           \
    static struct own own_##name(const struct knowledge *k, unsigned number) {                     \
        const char *text = (text_);                                                                \
        return (struct own){text, text ? strlen(text) : 0};                                        \
    }
OWN(training, training_need_name(k->techniques[number].training))
OWN(evidence, k->techniques[number].evidence_level)
OWN(kind, k->findings[number].kind)
OWN(finding_section, k->findings[number].section)
OWN(asked, asked_name(k->findings[number].asked))
OWN(effect, effect_name(k->rules[number].effect))
OWN(phase, phase_name(k->tips[number].phase))

static struct own own_rule_section(const struct knowledge *k, unsigned number) {
    return (struct own){k->rules[number].id, rule_section_len(&k->rules[number])};
}

/* `value` is the number of what the filter names. */
#define HAS(name, holds)                                                                           \
    static bool has_##name(const struct knowledge *k, unsigned number, unsigned value) {           \
        return holds;                                                                              \
    }
HAS(fit, k->presentations[value].fit[number] > 0)
HAS(position, k->techniques[number].positions >> value & 1)
HAS(group, k->groups[value] >> number & 1)
HAS(checklist, k->findings[number].checklist == (int)value)
HAS(technique, rule_affects(&k->rules[number]) >> value & 1)

static bool has_finding(const struct knowledge *k, unsigned number, unsigned value) {
    const struct rule *rule = &k->rules[number];
    for (uint16_t i = 0; i < rule->reads_count; i++)
        if (rule->reads[i] == value)
            return true;
    return false;
}

/* Techniques that can be done at this pressure or less. */
static bool has_pressure(const struct knowledge *k, unsigned number, const char *value) {
    return k->techniques[number].pressure_min <= strtol(value, NULL, 10);
}

#define NAMES(name, map)                                                                           \
    static const struct name_map *name##_names(const struct knowledge *k) {                        \
        return &k->map;                                                                            \
    }
NAMES(presentation, presentation_names)
NAMES(position, position_names)
NAMES(group, group_names)
NAMES(technique, technique_names)
NAMES(finding, finding_names)
NAMES(checklist, checklist_names)

/* ---- filters ---- */

/* A filter compares what the item says of itself, or asks by the number of what it names, or asks
 * with its own text. A search has none of these. */
struct filter {
    const char *parameter;
    struct own (*own)(const struct knowledge *k, unsigned number);
    bool known; /* some item must say so, or the filter is a mistake */
    const struct name_map *(*names)(const struct knowledge *k);
    bool (*has)(const struct knowledge *k, unsigned number, unsigned value);
    bool (*holds)(const struct knowledge *k, unsigned number, const char *value);
};

enum { FILTERS_MAX = 8 }; /* of a list */

struct list {
    enum collection_name collection;
    const struct filter *filters;
    size_t filter_count;
};

static const struct filter technique_filters[] = {
    {.parameter = "presentation", .names = presentation_names, .has = has_fit},
    {.parameter = "max_pressure", .holds = has_pressure},
    {.parameter = "position", .names = position_names, .has = has_position},
    {.parameter = "group", .names = group_names, .has = has_group},
    {.parameter = "training", .own = own_training, .known = true},
    {.parameter = "evidence", .own = own_evidence, .known = true},
    {.parameter = "q"},
};
static const struct filter finding_filters[] = {
    {.parameter = "kind", .own = own_kind, .known = true},
    {.parameter = "section", .own = own_finding_section, .known = true},
    {.parameter = "asked", .own = own_asked},
    {.parameter = "checklist", .names = checklist_names, .has = has_checklist},
    {.parameter = "q"},
};
static const struct filter contraindication_filters[] = {
    {.parameter = "effect", .own = own_effect},
    {.parameter = "technique", .names = technique_names, .has = has_technique},
    {.parameter = "finding", .names = finding_names, .has = has_finding},
    {.parameter = "section", .own = own_rule_section, .known = true},
    {.parameter = "q"},
};
static const struct filter guidance_filters[] = {{.parameter = "phase", .own = own_phase}};

/* The existing value that a mistyped one comes nearest to; its length is 0 when the value exists,
 * or nothing is near. `*exists` says which. */
static struct own nearest_own(const struct knowledge *k, const struct collection *collection,
                              const struct filter *filter, const char *value, bool *exists) {
    enum { NEAR = 4 };
    struct own nearest = {0};
    unsigned best = NEAR;
    *exists = false;
    for (unsigned i = 0; i < collection->listed && !*exists; i++) {
        struct own own = filter->own(k, collection->items[i].number);
        if (!own.len)
            continue;
        unsigned distance = edit_distance(value, strlen(value), own.text, own.len, best);
        *exists = own.len == strlen(value) && memcmp(own.text, value, own.len) == 0;
        if (distance < best) {
            best = distance;
            nearest = own;
        }
    }
    return *exists ? (struct own){0} : nearest;
}

/* A filter that names nothing is a mistake: it never returns everything, nor an empty list that
 * looks like an answer. */
static void check_filter(const struct knowledge *k, const struct collection *collection,
                         const struct filter *filter, const char *value,
                         struct http_response *response) {
    struct own nearest = {0};
    bool exists = true;
    if (filter->names) {
        exists = name_map_get(filter->names(k), value) >= 0;
        const char *name = exists ? NULL : name_map_nearest(filter->names(k), value);
        nearest = (struct own){name, name ? strlen(name) : 0};
    } else if (filter->known) {
        nearest = nearest_own(k, collection, filter, value, &exists);
    }
    if (!exists)
        response_parameter_error(response, filter->parameter, "unknown_id",
                                 "'%.60s' is not known.%s%.*s%s", value,
                                 nearest.len ? " Did you mean '" : "", (int)nearest.len,
                                 nearest.len ? nearest.text : "", nearest.len ? "'?" : "");
}

static bool check_filters(const struct app *app, const struct http_request *request,
                          struct http_response *response, const struct list *list,
                          const struct collection *collection) {
    query_complain(app, request, response);
    for (size_t f = 0; f < list->filter_count; f++) {
        const char *value = request_query(request, list->filters[f].parameter);
        if (value)
            check_filter(app->knowledge, collection, &list->filters[f], value, response);
    }
    return query_has_no_mistake(response);
}

/* ---- filtering ---- */

struct filtering {
    const struct knowledge *knowledge;
    const struct http_request *request;
    const struct list *list;
    struct collection *collection;
    const char *values[FILTERS_MAX]; /* what is asked of each filter; NULL: nothing */
};

/* Every word of the search stands somewhere in the item's texts; both are folded, so case and
 * accents do not matter. */
static bool finds(const char *texts, const char *words) {
    size_t len;
    for (const char *word = words; *word; word += len + (word[len] == ' ')) {
        len = strcspn(word, " ");
        if (!memmem(texts, strlen(texts), word, len))
            return false;
    }
    return true;
}

static bool passes(const struct filtering *filtering, const struct filter *filter, unsigned item,
                   const char *value) {
    const struct knowledge *k = filtering->knowledge;
    unsigned number = filtering->collection->items[item].number;
    if (filter->own) {
        struct own own = filter->own(k, number);
        return own.len == strlen(value) && memcmp(own.text, value, own.len) == 0;
    }
    if (filter->has)
        return filter->has(k, number, (unsigned)name_map_get(filter->names(k), value));
    return filter->holds ? filter->holds(k, number, value)
                         : finds(collection_words(filtering->collection, item), value);
}

static bool is_search(const struct filter *filter) {
    return !filter->own && !filter->has && !filter->holds;
}

/* Words to search for are folded once. False without memory. */
static bool take_values(struct filtering *filtering, struct arena *arena) {
    const struct list *list = filtering->list;
    for (size_t f = 0; f < list->filter_count; f++) {
        const char *value = request_query(filtering->request, list->filters[f].parameter);
        if (value && is_search(&list->filters[f])) {
            value = fold_words(arena, value, strlen(value));
            if (!value || !collection_words(filtering->collection, 0))
                return false;
        }
        filtering->values[f] = value;
    }
    return true;
}

static bool keeps(const struct filtering *filtering, unsigned item) {
    const struct list *list = filtering->list;
    for (size_t f = 0; f < list->filter_count; f++)
        if (filtering->values[f] &&
            !passes(filtering, &list->filters[f], item, filtering->values[f]))
            return false;
    return true;
}

/* Where techniques are asked for by presentation, each says how well it fits, and the best stand
 * first. */
static int fit_of(const struct filtering *filtering, unsigned item) {
    const struct knowledge *k = filtering->knowledge;
    bool techniques = filtering->list->collection == COLLECTION_TECHNIQUES;
    const char *value = techniques ? request_query(filtering->request, "presentation") : NULL;
    int64_t presentation = value ? name_map_get(&k->presentation_names, value) : -1;
    return presentation < 0
               ? -1
               : k->presentations[presentation].fit[filtering->collection->items[item].number];
}

static void append_item(struct buffer *body, const struct rendered *item, int fit) {
    if (body->data[body->len - 1] != '[')
        (void)buffer_puts(body, ",");
    if (fit < 0) {
        (void)buffer_append(body, item->bytes, item->len);
        return;
    }
    (void)buffer_append(body, item->bytes, item->len - 1);
    (void)buffer_printf(body, ",\"fit\":%d}", fit);
}

/* The items that pass all filters, best fit first. */
static void write_items(const struct filtering *filtering, struct buffer *body) {
    enum { BEST_FIT = 3 };
    unsigned total = 0;
    bool started = buffer_puts(body, "{\"items\":[");
    for (int round = BEST_FIT; started && round >= -1; round--)
        for (unsigned i = 0; i < filtering->collection->listed; i++) {
            int fit = fit_of(filtering, i);
            if (fit != round || !keeps(filtering, i))
                continue;
            append_item(body, &filtering->collection->items[i].rendered, fit);
            total++;
        }
    (void)buffer_printf(body, "],\"total\":%u}", total);
}

static enum status send_filtered(struct filtering *filtering, struct http_response *response) {
    enum status status = STATUS_NO_MEMORY;
    struct arena arena;
    struct buffer body;
    arena_init(&arena, 1024);
    buffer_init(&body);
    if (take_values(filtering, &arena)) {
        write_items(filtering, &body);
        status = response_buffer(response, MEDIA_JSON, &body);
    }
    buffer_free(&body);
    arena_free(&arena);
    return status;
}

static enum status send_list(const struct app *app, const struct http_request *request,
                             struct http_response *response, const struct list *list) {
    struct filtering filtering = {
        .knowledge = app->knowledge,
        .request = request,
        .list = list,
        .collection = catalogue_collection(app->catalogue, request->language, list->collection)};
    if (!filtering.collection)
        return STATUS_NO_MEMORY;
    if (request->query.count == 0)
        return send_rendered(request, response, &filtering.collection->whole);
    if (!check_filters(app, request, response, list, filtering.collection))
        return STATUS_INVALID;
    return send_filtered(&filtering, response);
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
        return send_rendered(request, response,                                                    \
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

ITEM_HANDLER(contraindication_get, COLLECTION_CONTRAINDICATIONS, "rule_id")

/* What is said of a country. One without an entry of its own has that of all others, "*". NULL
 * without memory. */
static json_t *credentials_in(json_t *all, const char *country) {
    json_t *items = json_array(), *item;
    size_t i;
    bool good = items != NULL;
    for (int round = 0; round < 2 && json_array_size(items) == 0; round++)
        json_array_foreach(all, i, item) {
            const char *own = json_string_value(json_object_get(item, "country"));
            if (own && strcmp(own, round ? "*" : country) == 0)
                good = good && json_array_append(items, item) == 0;
        }
    if (good)
        return items;
    json_decref(items);
    return NULL;
}

enum status therapist_credential_list(void *app_, const struct http_request *request,
                                      struct http_response *response) {
    const struct app *app = app_;
    const char *country = request_query(request, "country");
    if (!query_is_valid(app, request, response))
        return STATUS_INVALID;
    struct rendered *whole =
        catalogue_document(app->catalogue, request->language, DOCUMENT_CREDENTIALS);
    if (!whole || !country)
        return send_rendered(request, response, whole);
    json_t *document = json_text_own(whole->bytes, whole->len);
    json_t *items = credentials_in(json_object_get(document, "items"), country);
    json_t *total = json_integer((json_int_t)json_array_size(items));
    bool good = json_object_set_new(document, "items", items) == 0;
    if (json_object_set_new(document, "total", total) == 0 && good)
        return response_json(response, document);
    json_decref(document);
    return STATUS_NO_MEMORY;
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
