/* The questionnaire, the release about itself, the index, and how to choose a therapist. */
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "embedded.h"
#include "engine/codes.h"
#include "engine/medicines.h"
#include "resources/app.h"
#include "resources/catalogue.h"

static json_t *rows_of(struct rendering *rendering, const char *file) {
    return knowledge_member(&rendering->reader, file, file);
}

static void put_release(struct rendering *rendering) {
    jw_member_text(&rendering->json, "version", rendering->knowledge->version);
    jw_member_text(&rendering->json, "sha256", rendering->knowledge->sha256);
}

static void put_phrase(struct rendering *rendering, const char *id) {
    jw_member_text(&rendering->json, id,
                   knowledge_phrase(rendering->knowledge, id, rendering->language)->utf8);
}

/* ---- questionnaire ---- */

/* Areas or presentations as choices: id and everyday name. */
static void put_choices_from(struct rendering *rendering, const char *file) {
    size_t i;
    json_t *row;
    jw_key(&rendering->json, "choices");
    jw_open_array(&rendering->json);
    json_array_foreach(rows_of(rendering, file), i, row) {
        jw_open_object(&rendering->json);
        render_member(rendering, "id", json_object_get(row, "id"));
        render_member(rendering, "label", json_object_get(row, "lay_name"));
        jw_close_object(&rendering->json);
    }
    jw_close_array(&rendering->json);
}

static void put_basics(struct rendering *rendering) {
    size_t i;
    json_t *basic, *value;
    const char *name;
    jw_key(&rendering->json, "basics");
    jw_open_array(&rendering->json);
    json_array_foreach(knowledge_member(&rendering->reader, "texts", "basics"), i, basic) {
        const char *from = json_string_value(json_object_get(basic, "choices_from"));
        jw_open_object(&rendering->json);
        json_object_foreach(basic, name, value) {
            if (strcmp(name, "choices_from") != 0)
                render_member(rendering, name, value);
        }
        if (from)
            put_choices_from(rendering, from);
        jw_close_object(&rendering->json);
    }
    jw_close_array(&rendering->json);
}

static void put_range(struct rendering *rendering, json_t *range, const char *unit_member) {
    render_member(rendering, "unit", json_object_get(range, unit_member));
    render_member(rendering, "min", json_object_get(range, "min"));
    render_member(rendering, "max", json_object_get(range, "max"));
}

/* What a yes can say besides yes, as a field of a form. */
static void put_attribute(struct rendering *rendering, json_t *row, const char *attribute) {
    bool value = strcmp(attribute, "value") == 0;
    jw_open_object(&rendering->json);
    jw_member_text(&rendering->json, "name", attribute);
    if (value || strcmp(attribute, "weeks_ago") == 0) {
        jw_member_text(&rendering->json, "type", "number");
        put_range(rendering, json_object_get(row, attribute), value ? "unit" : "counts_from");
    } else if (strcmp(attribute, "detail") == 0) {
        jw_member_text(&rendering->json, "type", "choice");
        render_member(rendering, "choices", json_object_get(row, "choices"));
    } else {
        jw_member_text(&rendering->json, "type", "choices");
        put_choices_from(rendering, "areas");
    }
    jw_close_object(&rendering->json);
}

static void put_question(struct rendering *rendering, json_t *row) {
    size_t i;
    json_t *name;
    jw_open_object(&rendering->json);
    render_member(rendering, "finding", json_object_get(row, "id"));
    render_member(rendering, "question", json_object_get(row, "question"));
    render_member(rendering, "simpler", json_object_get(row, "simpler"));
    jw_member_text(&rendering->json, "type", "boolean");
    jw_key(&rendering->json, "attributes");
    jw_open_array(&rendering->json);
    json_array_foreach(json_object_get(row, "attributes"), i, name)
        put_attribute(rendering, row, json_string_value(name));
    jw_close_array(&rendering->json);
    render_member(rendering, "asked_when", json_object_get(row, "asked_when"));
    render_member(rendering, "recheck_days", json_object_get(row, "recheck_days"));
    jw_close_object(&rendering->json);
}

static void put_checklist(struct rendering *rendering, const struct checklist *list, json_t *row) {
    struct json_writer *json = &rendering->json;
    json_t *findings = rows_of(rendering, "findings");
    jw_open_object(json);
    jw_member_text(json, "id", list->id);
    render_member(rendering, "title", json_object_get(row, "title"));
    jw_member_int(json, "order", list->order);
    jw_member_text(json, "kind", list->core ? "core" : "conditional");
    render_member(rendering, "none_of_label",
                  knowledge_member(&rendering->reader, "texts", "none_of_label"));
    jw_key(json, "items");
    jw_open_array(json);
    for (unsigned i = 0; i < list->finding_count; i++)
        put_question(rendering, json_array_get(findings, list->findings[i]));
    jw_close_array(json);
    render_member(rendering, "asked_when", json_object_get(row, "asked_when"));
    jw_close_object(json);
}

struct sorted_list {
    int order;
    unsigned number;
};

static int compare_order(const void *a, const void *b) {
    const struct sorted_list *x = a, *y = b;
    return x->order - y->order;
}

static void put_checklists(struct rendering *rendering) {
    const struct knowledge *k = rendering->knowledge;
    json_t *rows = rows_of(rendering, "checklists");
    struct sorted_list *places = calloc(k->checklist_count + 1, sizeof *places);
    rendering->out.failed |= !places;
    jw_key(&rendering->json, "checklists");
    jw_open_array(&rendering->json);
    for (unsigned i = 0; places && i < k->checklist_count; i++)
        places[i] = (struct sorted_list){k->checklists[i].order, i};
    if (places)
        qsort(places, k->checklist_count, sizeof *places, compare_order);
    for (unsigned i = 0; places && i < k->checklist_count; i++)
        put_checklist(rendering, &k->checklists[places[i].number],
                      json_array_get(rows, places[i].number));
    jw_close_array(&rendering->json);
    free(places);
}

void render_questionnaire(struct rendering *rendering) {
    jw_open_object(&rendering->json);
    put_release(rendering);
    put_basics(rendering);
    put_checklists(rendering);
    jw_close_object(&rendering->json);
}

/* ---- the release about itself ---- */

static void put_counts(struct rendering *rendering) {
    const struct knowledge *k = rendering->knowledge;
    unsigned red_flags = 0, findings = 0, guidance = 0;
    for (unsigned r = 0; r < k->rule_count; r++)
        red_flags += k->rules[r].c1_item;
    for (unsigned f = 0; f < k->finding_count; f++)
        findings += k->findings[f].kind != NULL; /* the rest is only derived */
    for (unsigned t = 0; t < k->tip_count; t++)
        guidance += k->tips[t].phase <= ADVICE_AFTERCARE;
    const struct {
        const char *name;
        size_t count;
    } counts[] = {
        {"techniques", k->technique_count},
        {"presentations", k->presentation_count},
        {"findings", findings},
        {"checklists", k->checklist_count},
        {"rules", k->rule_count},
        {"red_flags", red_flags},
        {"modifications", k->modification_count},
        {"areas", k->area_count},
        {"positions", k->position_count},
        {"groups", k->group_names.used},
        {"guidance", guidance},
        {"medicines", medicine_count(k)},
        {"codes", code_count(k)},
        {"sources", k->source_count},
    };
    jw_key(&rendering->json, "counts");
    jw_open_object(&rendering->json);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        jw_member_int(&rendering->json, counts[i].name, (int64_t)counts[i].count);
    jw_close_object(&rendering->json);
}

/* The rows of a file with only some members. */
static void put_rows(struct rendering *rendering, const char *file, const char *const *members) {
    size_t i;
    json_t *row;
    jw_key(&rendering->json, file);
    jw_open_array(&rendering->json);
    json_array_foreach(rows_of(rendering, file), i, row) {
        jw_open_object(&rendering->json);
        for (size_t m = 0; m < 4; m++)
            render_member(rendering, members[m], json_object_get(row, members[m]));
        jw_close_object(&rendering->json);
    }
    jw_close_array(&rendering->json);
}

void render_knowledge(struct rendering *rendering) {
    static const char *const area[4] = {"id", "name", "lay_name", "sets"};
    static const char *const position[4] = {"id", "name", "lay_name", "help"};
    static const char *const group[4] = {"id", "meaning", "lay_name", "members"};
    json_t *release = json_object_get(rendering->knowledge->files, "release");
    jw_open_object(&rendering->json);
    put_release(rendering);
    jw_member_text(&rendering->json, "date", rendering->knowledge->date);
    render_member(rendering, "title", json_object_get(release, "title"));
    render_member(rendering, "status", json_object_get(release, "status"));
    put_counts(rendering);
    render_member(rendering, "uncertain", json_object_get(release, "uncertain"));
    render_member(rendering, "not_contraindications",
                  json_object_get(release, "not_contraindications"));
    put_rows(rendering, "areas", area);
    put_rows(rendering, "positions", position);
    put_rows(rendering, "groups", group);
    put_phrase(rendering, "disclaimer");
    jw_close_object(&rendering->json);
}

/* ---- index ---- */

/* Titles come from the contract: its summary of the operation. */
static void put_link(struct rendering *rendering, json_t *contract, const struct route *route) {
    static const char *const names[] = {[HTTP_GET] = "get",
                                        [HTTP_POST] = "post",
                                        [HTTP_PUT] = "put",
                                        [HTTP_PATCH] = "patch",
                                        [HTTP_DELETE] = "delete"};
    json_t *path = json_object_get(json_object_get(contract, "paths"), route->path);
    const char *summary =
        json_string_value(json_object_get(json_object_get(path, names[route->method]), "summary"));
    jw_open_object(&rendering->json);
    jw_member_text(&rendering->json, "operation", route->operation_id);
    jw_member_text(&rendering->json, "method", http_method_name(route->method));
    jw_member_text(&rendering->json, "href", route->path);
    jw_member_text(&rendering->json, "title", summary ? summary : route->operation_id);
    jw_close_object(&rendering->json);
}

void render_index(struct rendering *rendering) {
    const struct embedded_file *document = app_document("openapi.json");
    json_t *contract = document ? json_text_own(document->bytes, document->len) : NULL;
    json_t *info = json_object_get(contract, "info");
    json_t *summary = json_object_get(info, "summary");
    struct json_writer *json = &rendering->json;
    rendering->out.failed |= !contract;
    jw_open_object(json);
    jw_member_text(json, "name", "Unknot");
    jw_member_text(json, "version", UNKNOT_VERSION);
    render_member(rendering, "description", summary ? summary : json_object_get(info, "title"));
    jw_key(json, "knowledge");
    jw_open_object(json);
    put_release(rendering);
    jw_close_object(json);
    jw_key(json, "links");
    jw_open_array(json);
    for (size_t i = 0; i < app_route_count; i++)
        put_link(rendering, contract, &app_routes[i]);
    jw_close_array(json);
    put_phrase(rendering, "disclaimer");
    jw_close_object(json);
    json_decref(contract);
}

/* ---- therapists ---- */

void render_credentials(struct rendering *rendering) {
    static const char *const behind[] = {
        "note", "training", "questions", "warning_signs", "warning_signs_action", "duty"};
    json_t *file = json_object_get(rendering->knowledge->files, "therapists");
    json_t *credentials = json_object_get(file, "credentials");
    jw_open_object(&rendering->json);
    render_member(rendering, "items", credentials);
    jw_member_int(&rendering->json, "total", (int64_t)json_array_size(credentials));
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        render_member(rendering, behind[i], json_object_get(file, behind[i]));
    jw_close_object(&rendering->json);
}
