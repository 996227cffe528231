/* Offline tables from codes.json, searched by system and prefix. */
#include "engine/codes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/edit_distance.h"
#include "engine/load.h"

struct code_table {
    struct code *all; /* sorted by system, then code */
    size_t count;
};

static const struct {
    const char *name, *uri;
} systems[] = {
    {"icd10cm", "http://hl7.org/fhir/sid/icd-10-cm"},
    {"snomed", "http://snomed.info/sct"},
    {"loinc", "http://loinc.org"},
    {"icpc2", "http://hl7.org/fhir/sid/icpc-2"},
    {"icd10cm", "icd-10-cm"},
    {"icd10cm", "icd10"},
};

const char *code_system(const char *name) {
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        if (strcmp(name, systems[i].name) == 0 || strcmp(name, systems[i].uri) == 0)
            return systems[i].name;
    return NULL;
}

const char *code_system_nearest(const char *name) {
    enum { NEAR = 3 };
    const char *nearest = NULL;
    unsigned best = NEAR;
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        unsigned distance =
            edit_distance(name, strlen(name), systems[i].name, strlen(systems[i].name), best);
        if (distance < best) {
            best = distance;
            nearest = systems[i].name;
        }
    }
    return nearest;
}

/* Upper case without dots and blanks: M54.5, m545 and "M54.5 " are one code. */
static bool plain_code(const char *code, char *out, size_t size) {
    size_t used = 0;
    for (; *code; code++) {
        if (*code == '.' || *code == ' ')
            continue;
        if (used + 1 >= size)
            return false;
        out[used++] = (char)toupper((unsigned char)*code);
    }
    out[used] = '\0';
    return used > 0;
}

static bool matches(const struct code *row, const char *code) {
    size_t len = strlen(row->code);
    return strncmp(row->code, code, len) == 0 && (row->prefix || code[len] == '\0');
}

static bool same_target(const struct code *a, const struct code *b) {
    return a->target == b->target && a->subject == b->subject;
}

size_t code_count(const struct knowledge *knowledge) {
    return knowledge->codes->count;
}

bool codes_are_off(const struct knowledge *knowledge, const char *system) {
    const char *name = code_system(system);
    return name && strcmp(name, "snomed") == 0 && !knowledge->snomed;
}

size_t codes_find(const struct knowledge *knowledge, const char *system, const char *code,
                  const struct code *rows[CODES_PER_LOOKUP]) {
    const struct code_table *table = knowledge->codes;
    const char *name = code_system(system);
    char plain[32];
    size_t count = 0;
    if (!name || codes_are_off(knowledge, system) || !plain_code(code, plain, sizeof plain))
        return 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct code *row = &table->all[i];
        if (row->code[0] != plain[0] || strcmp(row->system, name) != 0 || !matches(row, plain))
            continue; /* the first letter first: nearly all rows end there */
        size_t at = 0;
        while (at < count && !same_target(rows[at], row))
            at++;
        if (at == count && count < CODES_PER_LOOKUP)
            rows[count++] = row;
        else if (at < count && strlen(row->code) > strlen(rows[at]->code))
            rows[at] = row;
    }
    return count;
}

static void load_subject(struct loader *loader, json_t *row, struct code *code) {
    struct knowledge *k = loader->knowledge;
    const char *target = json_string_value(json_object_get(row, "target"));
    const char *id = json_string_value(json_object_get(row, "id"));
    const char *detail = json_string_value(json_object_get(row, "detail"));
    code->detail = -1;
    if (target && strcmp(target, "presentation") == 0) {
        code->target = CODE_PRESENTATION;
        code->subject = load_name(loader, &k->presentation_names, "presentation", id);
        return;
    }
    if (target && strcmp(target, "intake") == 0) {
        code->target = CODE_INTAKE;
        code->intake = id ? arena_copy(&k->arena, id, strlen(id)) : NULL;
        return;
    }
    code->target = CODE_FINDING;
    code->subject = load_name(loader, &k->finding_names, "finding", id);
    if (!detail || code->subject < 0)
        return;
    const struct finding *finding = &k->findings[code->subject];
    for (unsigned c = 0; c < finding->choice_count; c++)
        if (strcmp(finding->choices[c].id, detail) == 0)
            code->detail = (int)c;
    if (code->detail < 0)
        load_mistake(loader, "'%s' is not a choice of %s", detail, finding->id);
}

static void load_code(struct loader *loader, json_t *row, struct code *code) {
    const char *given = json_string_value(json_object_get(row, "code"));
    const char *system = json_string_value(json_object_get(row, "system"));
    const char *action = json_string_value(json_object_get(row, "action"));
    const char *match = json_string_value(json_object_get(row, "match"));
    const char *verified = json_string_value(json_object_get(row, "verified"));
    char plain[32];
    loader->id = given ? given : "";
    if (!given || !plain_code(given, plain, sizeof plain) || !system || !code_system(system)) {
        load_mistake(loader, "a code needs a known system and a code");
        return;
    }
    code->code = arena_copy(&loader->knowledge->arena, plain, strlen(plain));
    code->system = code_system(system);
    code->prefix = match && strcmp(match, "prefix") == 0;
    code->verified = verified && *verified == 'v';
    code->areas = load_mask(loader, row, "areas", &loader->knowledge->area_names, "area");
    load_subject(loader, row, code);
    if (action && strcmp(action, "implies") == 0)
        code->action = CODE_IMPLIES;
    else if (action && strcmp(action, "ask") == 0)
        code->action = CODE_ASKS;
    else if (action && strcmp(action, "value") == 0)
        code->action = CODE_VALUE;
    else
        load_mistake(loader, "an action is implies, ask or value");
}

void load_codes(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    json_t *rows = load_rows(loader, "codes", "codes");
    struct code_table *table = k->codes = load_take(loader, 1, sizeof *table);
    size_t i;
    json_t *row;
    if (!table)
        return;
    table->all = load_take(loader, json_array_size(rows), sizeof *table->all);
    if (!table->all)
        return;
    json_array_foreach(rows, i, row) {
        load_code(loader, row, &table->all[table->count]);
        if (table->all[table->count].code)
            table->count++;
    }
}
