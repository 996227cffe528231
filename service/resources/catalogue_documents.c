/* The questionnaire, the release about itself, the index, and how to choose a therapist. */
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "contract/contract.h"
#include "embedded.h"
#include "resources/app.h"
#include "resources/catalogue.h"

/* ---- questionnaire ---- */

/* Areas or presentations as choices: id and everyday name. */
static json_t *choices_from(const struct knowledge *knowledge, const char *file,
                            const char *language) {
    json_t *list = json_array();
    size_t i;
    json_t *row;
    json_array_foreach(release_rows(knowledge, file, file), i, row)(void) json_array_append_new(
        list, json_pack("{sOso}", "id", json_object_get(row, "id"), "label",
                        in_language(json_object_get(row, "lay_name"), language)));
    return list;
}

static json_t *basics(const struct knowledge *knowledge, const char *language) {
    json_t *list = in_language(release_rows(knowledge, "texts", "basics"), language);
    size_t i;
    json_t *basic;
    json_array_foreach(list, i, basic) {
        const char *from = json_string_value(json_object_get(basic, "choices_from"));
        if (from)
            (void)json_object_set_new(basic, "choices", choices_from(knowledge, from, language));
        (void)json_object_del(basic, "choices_from");
    }
    return list;
}

static void add_range(json_t *attribute, json_t *range, const char *unit_member) {
    static const char *const members[] = {"min", "max"};
    (void)json_object_set(attribute, "unit", json_object_get(range, unit_member));
    for (size_t i = 0; i < 2; i++)
        (void)json_object_set(attribute, members[i], json_object_get(range, members[i]));
}

/* What a yes can say besides yes, as fields of a form. */
static json_t *form_attributes(const struct knowledge *knowledge, json_t *row,
                               const char *language) {
    json_t *list = json_array();
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(row, "attributes"), i, name) {
        const char *attribute = json_string_value(name);
        json_t *field = json_pack("{sO}", "name", name);
        bool number =
            attribute && (strcmp(attribute, "weeks_ago") == 0 || strcmp(attribute, "value") == 0);
        bool detail = attribute && strcmp(attribute, "detail") == 0;
        (void)json_object_set_new(field, "type",
                                  json_string(number   ? "number"
                                              : detail ? "choice"
                                                       : "choices"));
        if (number)
            add_range(field, json_object_get(row, attribute),
                      strcmp(attribute, "value") == 0 ? "unit" : "counts_from");
        else if (detail)
            (void)json_object_set(field, "choices", json_object_get(row, "choices"));
        else
            (void)json_object_set_new(field, "choices", choices_from(knowledge, "areas", language));
        (void)json_array_append_new(list, field);
    }
    return list;
}

static json_t *form_item(const struct knowledge *knowledge, unsigned number, const char *language) {
    json_t *row = in_language(
        json_array_get(release_rows(knowledge, "findings", "findings"), number), language);
    json_t *item = json_pack("{sOsOsOss}", "finding", json_object_get(row, "id"), "question",
                             json_object_get(row, "question"), "simpler",
                             json_object_get(row, "simpler"), "type", "boolean");
    (void)json_object_set_new(item, "attributes", form_attributes(knowledge, row, language));
    json_t *asked_when = json_object_get(row, "asked_when");
    if (asked_when)
        (void)json_object_set(item, "asked_when", asked_when);
    (void)json_object_set(item, "recheck_days", json_object_get(row, "recheck_days"));
    json_decref(row);
    return item;
}

static json_t *form_checklist(const struct knowledge *knowledge, const struct checklist *list,
                              json_t *row, const char *language) {
    json_t *items = json_array();
    json_t *texts = json_object_get(knowledge->files, "texts");
    for (unsigned i = 0; i < list->finding_count; i++)
        (void)json_array_append_new(items, form_item(knowledge, list->findings[i], language));
    json_t *form =
        json_pack("{sssosisssoso}", "id", list->id, "title",
                  in_language(json_object_get(row, "title"), language), "order", list->order,
                  "kind", list->core ? "core" : "conditional", "none_of_label",
                  in_language(json_object_get(texts, "none_of_label"), language), "items", items);
    json_t *asked_when = json_object_get(row, "asked_when");
    if (asked_when)
        (void)json_object_set(form, "asked_when", asked_when);
    return form;
}

struct sorted_list {
    int order;
    unsigned number;
};

static int compare_order(const void *a, const void *b) {
    const struct sorted_list *x = a, *y = b;
    return x->order - y->order;
}

json_t *build_questionnaire(const struct knowledge *knowledge, const char *language) {
    json_t *lists = json_array();
    json_t *rows = release_rows(knowledge, "checklists", "checklists");
    struct sorted_list *places = calloc(knowledge->checklist_count + 1, sizeof *places);
    for (unsigned i = 0; places && i < knowledge->checklist_count; i++)
        places[i] = (struct sorted_list){knowledge->checklists[i].order, i};
    if (places)
        qsort(places, knowledge->checklist_count, sizeof *places, compare_order);
    for (unsigned i = 0; places && i < knowledge->checklist_count; i++) {
        unsigned number = places[i].number;
        (void)json_array_append_new(lists, form_checklist(knowledge, &knowledge->checklists[number],
                                                          json_array_get(rows, number), language));
    }
    free(places);
    return json_pack("{sssssoso}", "version", knowledge->version, "sha256", knowledge->sha256,
                     "basics", basics(knowledge, language), "checklists", lists);
}

/* ---- the release about itself ---- */

static json_int_t size_of(const struct knowledge *knowledge, const char *file, const char *member) {
    return (json_int_t)json_array_size(release_rows(knowledge, file, member));
}

static json_t *counts(const struct knowledge *k) {
    json_int_t red_flags = 0;
    for (unsigned r = 0; r < k->rule_count; r++)
        red_flags += k->rules[r].c1_item;
    return json_pack(
        "{sI sI sI sI sI sI sI sI sI sI sI sI sI sI}", "techniques", (json_int_t)k->technique_count,
        "presentations", (json_int_t)k->presentation_count, "findings",
        size_of(k, "findings", "findings"), "checklists", (json_int_t)k->checklist_count, "rules",
        (json_int_t)k->rule_count, "red_flags", red_flags, "modifications",
        (json_int_t)k->modification_count, "areas", (json_int_t)k->area_count, "positions",
        (json_int_t)k->position_count, "groups", size_of(k, "groups", "groups"), "guidance",
        size_of(k, "guidance", "guidance"), "medicines", size_of(k, "medicines", "medicines"),
        "codes", size_of(k, "codes", "codes"), "sources", (json_int_t)k->source_count);
}

/* The rows of a file with only some members. */
static json_t *trimmed(const struct knowledge *knowledge, const char *file,
                       const char *const *members, size_t count, const char *language) {
    json_t *list = json_array();
    size_t i;
    json_t *row;
    json_array_foreach(release_rows(knowledge, file, file), i, row) {
        json_t *item = json_object();
        for (size_t m = 0; m < count; m++) {
            json_t *value = json_object_get(row, members[m]);
            if (value)
                (void)json_object_set_new(item, members[m], in_language(value, language));
        }
        (void)json_array_append_new(list, item);
    }
    return list;
}

static json_t *phrase_json(const struct knowledge *knowledge, const char *id,
                           const char *language) {
    unsigned number = 0;
    for (unsigned i = 0; i < knowledge->language_count; i++)
        if (strcmp(knowledge->languages[i], language) == 0)
            number = i;
    return json_string(knowledge_phrase(knowledge, id, number)->utf8);
}

json_t *build_knowledge(const struct knowledge *knowledge, const char *language) {
    static const char *const area[] = {"id", "name", "lay_name", "sets"};
    static const char *const position[] = {"id", "name", "lay_name", "help"};
    static const char *const group[] = {"id", "meaning", "lay_name", "members"};
    json_t *release = json_object_get(knowledge->files, "release");
    return json_pack(
        "{sssssssososososososososo}", "version", knowledge->version, "sha256", knowledge->sha256,
        "date", knowledge->date, "title", in_language(json_object_get(release, "title"), language),
        "status", in_language(json_object_get(release, "status"), language), "counts",
        counts(knowledge), "uncertain",
        in_language(json_object_get(release, "uncertain"), language), "not_contraindications",
        in_language(json_object_get(release, "not_contraindications"), language), "areas",
        trimmed(knowledge, "areas", area, 4, language), "positions",
        trimmed(knowledge, "positions", position, 4, language), "groups",
        trimmed(knowledge, "groups", group, 4, language), "disclaimer",
        phrase_json(knowledge, "disclaimer", language));
}

/* ---- index ---- */

/* Titles come from the contract: its summary of the operation. */
static json_t *operation_summary(json_t *contract, const struct route *route) {
    json_t *path = json_object_get(json_object_get(contract, "paths"), route->path);
    static const char *const names[] = {[HTTP_GET] = "get",
                                        [HTTP_POST] = "post",
                                        [HTTP_PUT] = "put",
                                        [HTTP_PATCH] = "patch",
                                        [HTTP_DELETE] = "delete"};
    json_t *operation = json_object_get(path, names[route->method]);
    json_t *summary = json_object_get(operation, "summary");
    return summary ? json_incref(summary) : json_string(route->operation_id);
}

json_t *build_index(const struct knowledge *knowledge, const char *language) {
    const struct embedded_file *document = app_document("openapi.json");
    json_t *contract = document ? json_text_own(document->bytes, document->len) : NULL;
    json_t *info = json_object_get(contract, "info");
    json_t *links = json_array();
    for (size_t i = 0; i < app_route_count; i++)
        (void)json_array_append_new(
            links, json_pack("{ssssssso}", "operation", app_routes[i].operation_id, "method",
                             http_method_name(app_routes[i].method), "href", app_routes[i].path,
                             "title", operation_summary(contract, &app_routes[i])));
    json_t *index =
        json_pack("{sssssOs{ssss}soso}", "name", "Unknot", "version", UNKNOT_VERSION, "description",
                  json_object_get(info, "summary") ? json_object_get(info, "summary")
                                                   : json_object_get(info, "title"),
                  "knowledge", "version", knowledge->version, "sha256", knowledge->sha256, "links",
                  links, "disclaimer", phrase_json(knowledge, "disclaimer", language));
    json_decref(contract);
    return index;
}

/* ---- therapists ---- */

json_t *build_credentials(const struct knowledge *knowledge, const char *language) {
    json_t *source = in_language(json_object_get(knowledge->files, "therapists"), language);
    json_t *file = json_object_get(knowledge->files, "therapists");
    json_t *credentials = json_object_get(source, "credentials");
    json_t *document = json_pack(
        "{sOsIsosOsOsOsOsO}", "items", credentials, "total",
        (json_int_t)json_array_size(credentials), "note",
        in_language(json_object_get(file, "note"), language), "training",
        json_object_get(source, "training"), "questions", json_object_get(source, "questions"),
        "warning_signs", json_object_get(source, "warning_signs"), "warning_signs_action",
        json_object_get(source, "warning_signs_action"), "duty", json_object_get(source, "duty"));
    json_decref(source);
    return document;
}
