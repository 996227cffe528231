/* Techniques, groups, areas, positions, presentations, modifications, sources, checklists and
 * findings. */
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "engine/condition.h"
#include "engine/load.h"

/* Gives each row of a file its number; the row's id becomes its name. */
static bool name_rows(struct loader *loader, json_t *rows, const char *key, struct name_map *map,
                      size_t limit) {
    size_t i;
    json_t *row;
    if (json_array_size(rows) > limit) {
        load_mistake(loader, "more than %zu entries", limit);
        return false;
    }
    if (!name_map_init(map, &loader->knowledge->arena, json_array_size(rows) + 1))
        return false;
    json_array_foreach(rows, i, row) {
        const char *id = load_copy(loader, json_string_value(json_object_get(row, key)));
        loader->id = id;
        if (!id || !name_map_add(map, id, (uint32_t)i))
            load_mistake(loader, id ? "the id stands twice" : "an entry has no '%s'", key);
    }
    return true;
}

/* The row's id, in the release. */
static const char *begin_row(struct loader *loader, json_t *row, const char *key) {
    loader->id = load_copy(loader, json_string_value(json_object_get(row, key)));
    return loader->id ? loader->id : "";
}

static struct named_text *load_named(struct loader *loader, const char *file, const char *member,
                                     const char *text_member, struct name_map *map, size_t limit,
                                     unsigned *count) {
    json_t *rows = load_rows(loader, file, member);
    struct named_text *all = load_take(loader, json_array_size(rows), sizeof *all);
    size_t i;
    json_t *row;
    *count = 0;
    if (!all || !name_rows(loader, rows, "id", map, limit))
        return all;
    json_array_foreach(rows, i, row) {
        all[i].id = begin_row(loader, row, "id");
        all[i].words = load_text(loader, row, text_member, true);
    }
    *count = (unsigned)i;
    return all;
}

static void load_sources(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    json_t *rows = load_rows(loader, "sources", "sources");
    k->sources = load_take(loader, json_array_size(rows), sizeof *k->sources);
    size_t i;
    json_t *row;
    if (!k->sources || !name_rows(loader, rows, "key", &k->source_names, 4096))
        return;
    json_array_foreach(rows, i, row) {
        k->sources[i].key = begin_row(loader, row, "key");
        if (!json_is_string(json_object_get(row, "citation")))
            load_mistake(loader, "a source needs a citation");
    }
    k->source_count = (unsigned)i;
}

/* Named sets of areas, such as TRUNK: from the `sets` member of each area. */
static void load_area_sets(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    json_t *rows = load_rows(loader, "areas", "areas");
    enum { MAX_SETS = 64 };
    k->sets = load_take(loader, MAX_SETS, sizeof *k->sets);
    if (!k->sets || !name_map_init(&k->set_names, &k->arena, MAX_SETS))
        return;
    size_t i, j;
    json_t *row, *set;
    json_array_foreach(rows, i, row) {
        begin_row(loader, row, "id");
        json_array_foreach(json_object_get(row, "sets"), j, set) {
            const char *name = load_copy(loader, json_string_value(set));
            int64_t number = name ? name_map_get(&k->set_names, name) : -1;
            if (number < 0) {
                number = (int64_t)k->set_names.used;
                if (!name || number >= MAX_SETS ||
                    !name_map_add(&k->set_names, name, (uint32_t)number)) {
                    load_mistake(loader, "too many sets of areas");
                    return;
                }
            }
            k->sets[number] |= UINT32_C(1) << i;
        }
    }
    int64_t leg = name_map_get(&k->set_names, "LEG");
    k->pain_sets_leg = leg >= 0 ? k->sets[leg] : 0;
}

static enum training_need load_training(struct loader *loader, json_t *row) {
    const char *name = json_string_value(json_object_get(row, "training_needed"));
    for (int i = TRAINING_NONE; name && i <= TRAINING_LYMPHOEDEMA; i++)
        if (strcmp(name, training_need_name((enum training_need)i)) == 0)
            return (enum training_need)i;
    load_mistake(loader, "'training_needed' must be none, technique, prenatal or lymphoedema");
    return TRAINING_NONE;
}

/* The value of a {"en": ..} member in a language, English if there is none. Borrowed. */
static json_t *in_language(json_t *words, const char *language) {
    json_t *word = json_object_get(words, language);
    return word ? word : json_object_get(words, "en");
}

static json_t *side_effects_in(json_t *row, const char *language) {
    static const char *const members[] = {"side_effects", "rare_harms"};
    json_t *list = json_array();
    size_t i;
    json_t *item;
    for (size_t m = 0; m < 2; m++)
        json_array_foreach(json_object_get(row, members[m]), i, item) {
            json_t *entry =
                json_pack("{sO?sO?}", "text", in_language(json_object_get(item, "text"), language),
                          "frequency", json_object_get(item, "frequency"));
            if (json_array_append_new(list, entry) != 0) {
                json_decref(list);
                return NULL;
            }
        }
    return list;
}

static json_t *evidence_in(json_t *row, const char *language) {
    json_t *evidence = json_object_get(row, "evidence");
    return json_pack("{sO?sO?sO?}", "level", json_object_get(evidence, "level"), "text",
                     in_language(json_object_get(evidence, "text"), language), "sources",
                     json_object_get(evidence, "sources"));
}

static const struct prepared *prepare(struct loader *loader, json_t *row,
                                      json_t *(*make)(json_t *, const char *)) {
    struct knowledge *k = loader->knowledge;
    struct prepared *all = load_take(loader, k->language_count, sizeof *all);
    for (unsigned i = 0; all && i < k->language_count; i++) {
        json_t *document = make(row, k->languages[i]);
        size_t len = 4;
        char *printed = document ? json_text_print(document, &len) : NULL;
        if (!printed)
            load_mistake(loader, "a member is missing");
        all[i].json = printed ? arena_copy(&k->arena, printed, len) : "null";
        all[i].len = len;
        free(printed);
        json_decref(document);
    }
    return all;
}

static void load_technique(struct loader *loader, json_t *row, struct technique *technique) {
    json_t *pressure = json_object_get(row, "pressure");
    json_t *minutes = json_object_get(row, "minutes");
    technique->id = begin_row(loader, row, "id");
    technique->name = load_text(loader, row, "name", true);
    technique->summary = load_text(loader, row, "summary", true);
    technique->evidence = load_text(loader, json_object_get(row, "evidence"), "text", true);
    technique->evidence_level =
        load_string(loader, json_object_get(row, "evidence"), "level", false);
    technique->evidence_json = prepare(loader, row, evidence_in);
    technique->side_effects_json = prepare(loader, row, side_effects_in);
    technique->therapist_need = load_text(loader, row, "therapist_need", false);
    technique->pressure_min = (int)load_int(loader, pressure, "min", 1, 5, 0);
    technique->pressure_max = (int)load_int(loader, pressure, "max", 1, 5, 0);
    technique->pressure_default = (int)load_int(loader, pressure, "default", 1, 5, 0);
    technique->minutes_min = (int)load_int(loader, minutes, "min", 1, 240, 0);
    technique->minutes_max = (int)load_int(loader, minutes, "max", 1, 240, 0);
    technique->per_week_max = (int)load_int(loader, row, "sessions_per_week_max", 1, 7, 1);
    technique->evidence_rank = (int)load_int(loader, row, "evidence_rank", 0, 100, 0);
    technique->training = load_training(loader, row);
    technique->positions = (position_set)load_mask(loader, row, "positions",
                                                   &loader->knowledge->position_names, "position");
    if (technique->pressure_min < 1 || technique->pressure_min > technique->pressure_default ||
        technique->pressure_default > technique->pressure_max)
        load_mistake(loader, "pressures must run min <= default <= max within 1 to 5");
    if (technique->minutes_min < 1 || technique->minutes_min > technique->minutes_max)
        load_mistake(loader, "minutes must run min <= max");
    if (!technique->positions)
        load_mistake(loader, "a technique needs a position");
}

static void load_techniques(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    json_t *rows = load_rows(loader, "techniques", "techniques");
    k->techniques = load_take(loader, json_array_size(rows), sizeof *k->techniques);
    size_t i;
    json_t *row;
    if (!k->techniques || !name_rows(loader, rows, "id", &k->technique_names, MAX_TECHNIQUES))
        return;
    json_array_foreach(rows, i, row) load_technique(loader, row, &k->techniques[i]);
    k->technique_count = (unsigned)i;
}

static void load_groups(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    json_t *rows = load_rows(loader, "groups", "groups");
    k->groups = load_take(loader, json_array_size(rows), sizeof *k->groups);
    size_t i;
    json_t *row;
    if (!k->groups || !name_rows(loader, rows, "id", &k->group_names, 64))
        return;
    json_array_foreach(rows, i, row) {
        begin_row(loader, row, "id");
        k->groups[i] = load_mask(loader, row, "members", &k->technique_names, "technique");
        if (!k->groups[i])
            load_mistake(loader, "a group needs members");
    }
}

static void load_checklists(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    json_t *rows = load_rows(loader, "checklists", "checklists");
    k->checklists = load_take(loader, json_array_size(rows), sizeof *k->checklists);
    size_t i;
    json_t *row;
    if (!k->checklists || !name_rows(loader, rows, "id", &k->checklist_names, 256))
        return;
    json_array_foreach(rows, i, row) {
        struct checklist *list = &k->checklists[i];
        const char *kind = json_string_value(json_object_get(row, "kind"));
        uint16_t count = 0;
        list->id = begin_row(loader, row, "id");
        list->title = load_text(loader, row, "title", true);
        list->order = (int)load_int(loader, row, "order", 1, 999, 1);
        list->core = kind && strcmp(kind, "core") == 0;
        list->findings =
            load_numbers(loader, row, "findings", &k->finding_names, "finding", &count);
        list->finding_count = count;
        for (unsigned f = 0; f < count; f++) {
            struct finding *finding = &k->findings[list->findings[f]];
            if (finding->checklist >= 0)
                load_mistake(loader, "%s stands in two checklists", finding->id);
            finding->checklist = (int)i;
        }
    }
    k->checklist_count = (unsigned)i;
}

/* finding(weeks_ago=pain.duration_weeks, areas=pain.areas): what stating a presentation also says.
 */
static void load_implied(struct loader *loader, json_t *row, struct presentation *presentation) {
    const char *implies = json_string_value(json_object_get(row, "implies"));
    presentation->implies = -1;
    if (!implies)
        return;
    char name[96];
    size_t len = strcspn(implies, "(");
    if (len >= sizeof name) {
        load_mistake(loader, "'implies' is too long");
        return;
    }
    memcpy(name, implies, len);
    name[len] = '\0';
    presentation->implies = load_name(loader, &loader->knowledge->finding_names, "finding", name);
    presentation->implies_weeks = strstr(implies, "weeks_ago=pain.duration_weeks") != NULL;
    presentation->implies_areas = strstr(implies, "areas=pain.areas") != NULL;
}

static void load_fit(struct loader *loader, json_t *row, struct presentation *presentation) {
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(row, "fit"), name, value) {
        int technique = load_name(loader, &loader->knowledge->technique_names, "technique", name);
        json_int_t fit = json_integer_value(value);
        if (!json_is_integer(value) || fit < 0 || fit > 3)
            load_mistake(loader, "the fit of '%s' must be 0 to 3", name);
        else if (technique >= 0)
            presentation->fit[technique] = (uint8_t)fit;
    }
}

static void load_presentations(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    json_t *rows = load_rows(loader, "presentations", "presentations");
    k->presentations = load_take(loader, json_array_size(rows), sizeof *k->presentations);
    size_t i;
    json_t *row;
    if (!k->presentations ||
        !name_rows(loader, rows, "id", &k->presentation_names, MAX_PRESENTATIONS))
        return;
    json_array_foreach(rows, i, row) {
        struct presentation *presentation = &k->presentations[i];
        presentation->id = begin_row(loader, row, "id");
        presentation->name = load_text(loader, row, "lay_name", true);
        presentation->role = load_text(loader, row, "massage_role", false);
        presentation->nslbp = strncmp(presentation->id, "nslbp_", 6) == 0;
        load_implied(loader, row, presentation);
        load_fit(loader, row, presentation);
    }
    k->presentation_count = (unsigned)i;
    json_array_foreach(rows, i, row) {
        begin_row(loader, row, "id");
        k->presentations[i].derived_from = load_condition(loader, row, "derived_from");
    }
}

static int load_word(struct loader *loader, json_t *row, const char *member,
                     const char *const *words, int count) {
    const char *value = json_string_value(json_object_get(row, member));
    for (int i = 0; value && i < count; i++)
        if (strcmp(value, words[i]) == 0)
            return i;
    load_mistake(loader, "'%s' has no known value", member);
    return 0;
}

static unsigned load_attributes(struct loader *loader, json_t *row) {
    static const char *const names[] = {"weeks_ago", "value", "areas", "detail"};
    unsigned attributes = 0;
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(row, "attributes"), i, item) {
        bool known = false;
        for (unsigned a = 0; a < 4; a++)
            if (json_is_string(item) && strcmp(json_string_value(item), names[a]) == 0) {
                attributes |= 1u << a;
                known = true;
            }
        if (!known)
            load_mistake(loader, "unknown attribute");
    }
    return attributes;
}

static void load_range(struct loader *loader, json_t *row, struct finding *finding) {
    unsigned numbers = finding->attributes & (ATTRIBUTE_WEEKS_AGO | ATTRIBUTE_VALUE);
    if (!numbers)
        return;
    bool weeks = numbers == ATTRIBUTE_WEEKS_AGO;
    json_t *range = json_object_get(row, weeks ? "weeks_ago" : "value");
    if (numbers == (ATTRIBUTE_WEEKS_AGO | ATTRIBUTE_VALUE))
        load_mistake(loader, "a finding has at most one number");
    finding->min = load_thousandths(range, "min", 0);
    finding->max = load_thousandths(range, "max", -1);
    finding->unit = load_string(loader, range, weeks ? "counts_from" : "unit", true);
    if (finding->min >= finding->max)
        load_mistake(loader, "its number needs a range");
}

static void load_choices(struct loader *loader, json_t *row, struct finding *finding) {
    json_t *items = json_object_get(row, "choices");
    struct choice *choices = load_take(loader, json_array_size(items), sizeof *choices);
    size_t i;
    json_t *item;
    if (!choices)
        return;
    if (json_array_size(items) > MAX_CHOICES) {
        load_mistake(loader, "more than %d choices", MAX_CHOICES);
        return;
    }
    json_array_foreach(items, i, item) {
        choices[i].id = load_string(loader, item, "id", true);
        choices[i].label = load_text(loader, item, "label", true);
    }
    finding->choices = choices;
    finding->choice_count = (unsigned)i;
    if ((finding->attributes & ATTRIBUTE_DETAIL) != (i ? ATTRIBUTE_DETAIL : 0))
        load_mistake(loader, "choices and the attribute 'detail' belong together");
}

static void load_finding(struct loader *loader, json_t *row, struct finding *finding) {
    const char *asked[] = {asked_name(ASKED_CORE), asked_name(ASKED_CONDITIONAL),
                           asked_name(ASKED_DERIVED), asked_name(ASKED_CLINIC)};
    static const char *const polarity[] = {"risk", "protective", "neutral", "gate"};
    static const char *const unsure[] = {"ignore", "caution", "clearance", "ask_again"};
    finding->id = begin_row(loader, row, "id");
    finding->kind = load_string(loader, row, "kind", true);
    finding->section = load_string(loader, row, "section", true);
    finding->asked = (enum asked)load_word(loader, row, "asked", asked, 4);
    finding->polarity = (enum polarity)load_word(loader, row, "polarity", polarity, 4);
    finding->if_unsure = (enum if_unsure)load_word(loader, row, "stands_for_unknown", unsure, 4);
    finding->recheck_days = (int)load_int(loader, row, "recheck_days", 0, 3650, 0);
    finding->attributes = load_attributes(loader, row);
    finding->measured = finding->asked == ASKED_CLINIC ||
                        (finding->kind && strcmp(finding->kind, "measurement") == 0);
    finding->checklist = -1;
    finding->clinical_name = load_text(loader, row, "clinical_name", true);
    finding->question = load_text(loader, row, "question", finding->asked != ASKED_DERIVED);
    finding->simpler = load_text(loader, row, "simpler", finding->asked != ASKED_DERIVED);
    load_range(loader, row, finding);
    load_choices(loader, row, finding);
}

/* Derived facts share the numbers of findings: those that are findings too keep theirs, the rest
 * follow. */
static unsigned name_derived(struct loader *loader, json_t *derived, unsigned count) {
    struct knowledge *k = loader->knowledge;
    size_t i;
    json_t *row;
    json_array_foreach(derived, i, row) {
        const char *id = begin_row(loader, row, "id");
        if (name_map_get(&k->finding_names, id) >= 0)
            continue;
        k->findings[count].id = id;
        k->findings[count].asked = ASKED_DERIVED;
        k->findings[count].checklist = -1;
        k->findings[count].clinical_name = load_text(loader, row, "meaning", true);
        if (!name_map_add(&k->finding_names, id, count++))
            load_mistake(loader, "the id stands twice");
    }
    return count;
}

static void load_conditions(struct loader *loader, json_t *rows, json_t *derived) {
    struct knowledge *k = loader->knowledge;
    size_t i;
    json_t *row;
    loader->file = "findings";
    json_array_foreach(rows, i, row) {
        begin_row(loader, row, "id");
        k->findings[i].asked_when = load_condition(loader, row, "asked_when");
        if (k->findings[i].asked == ASKED_CONDITIONAL && !k->findings[i].asked_when)
            load_mistake(loader, "a conditional finding needs 'asked_when'");
    }
    loader->file = "derived";
    json_array_foreach(derived, i, row) {
        int64_t number = name_map_get(&k->finding_names, begin_row(loader, row, "id"));
        const struct expression *tree = load_condition(loader, row, "expression");
        if (number >= 0)
            k->findings[number].derived = tree;
        const char *unknown = json_string_value(json_object_get(row, "when_unknown"));
        if (number >= 0)
            k->findings[number].only_if_certain = unknown && strcmp(unknown, "absent") == 0;
    }
    for (unsigned f = 0; f < k->finding_count; f++)
        if (k->findings[f].asked == ASKED_DERIVED && !k->findings[f].derived) {
            loader->id = k->findings[f].id;
            load_mistake(loader, "a derived fact needs an expression");
        }
}

static void list_core(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    uint16_t *core = load_take(loader, k->finding_count, sizeof *core);
    for (unsigned f = 0; core && f < k->finding_count; f++)
        if (k->findings[f].asked == ASKED_CORE)
            core[k->core_count++] = (uint16_t)f;
    k->core = core;
}

void load_findings(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    json_t *derived = load_rows(loader, "derived", "derived");
    json_t *rows = load_rows(loader, "findings", "findings");
    size_t room = json_array_size(rows) + json_array_size(derived);
    size_t i;
    json_t *row;
    k->findings = load_take(loader, room, sizeof *k->findings);
    if (!k->findings || room > 60000 || !name_map_init(&k->finding_names, &k->arena, room + 1))
        return;
    json_array_foreach(rows, i, row) {
        load_finding(loader, row, &k->findings[i]);
        if (!name_map_add(&k->finding_names, k->findings[i].id, (uint32_t)i))
            load_mistake(loader, "the id stands twice");
    }
    loader->file = "derived";
    k->finding_count = name_derived(loader, derived, (unsigned)i);
    list_core(loader);
    load_presentations(loader);
    load_conditions(loader, rows, derived);
    load_checklists(loader);
}

void load_vocabulary(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    load_sources(loader);
    k->areas =
        load_named(loader, "areas", "areas", "lay_name", &k->area_names, MAX_AREAS, &k->area_count);
    load_area_sets(loader);
    k->positions = load_named(loader, "positions", "positions", "lay_name", &k->position_names,
                              MAX_POSITIONS, &k->position_count);
    k->modifications = load_named(loader, "modifications", "modifications", "text",
                                  &k->modification_names, 4096, &k->modification_count);
    load_techniques(loader);
    load_groups(loader);
}
