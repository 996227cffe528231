/*
 * What was answered in the form, put together with what the record says. The worse of the two
 * counts: a diagnosis in the record is not undone by "none of these".
 */
#include <string.h>

#include "interop/fhir_intake_room.h"

static const char *id_of(const json_t *row) {
    return record_text(row, "id");
}

static enum answer_state state_of(const json_t *row) {
    const char *state = record_text(row, "state");
    if (!state)
        return ANSWER_NOT_ASKED;
    return strcmp(state, "present") == 0   ? ANSWER_PRESENT
           : strcmp(state, "unknown") == 0 ? ANSWER_UNSURE
                                           : ANSWER_ABSENT;
}

static json_t *row_of(const json_t *findings, const char *id) {
    size_t i;
    json_t *row;
    json_array_foreach(findings, i, row) if (id_of(row) && strcmp(id_of(row), id) == 0) return row;
    return NULL;
}

static bool is_implied(const struct fhir_intake *record, const char *id) {
    int finding = record_finding(record, id);
    return finding >= 0 && record->said[finding].implied;
}

static void keep(struct fhir_intake *record, json_t *list, json_t *row) {
    if (json_array_append(list, row) != 0)
        record->failed = true;
}

/* Of two present ones, the answer with what only the record knows; else the worse. */
static void merge_finding(struct fhir_intake *record, json_t *findings, json_t *answer) {
    json_t *known = row_of(findings, id_of(answer));
    enum answer_state said = state_of(answer);
    if (!known) {
        if (said == ANSWER_PRESENT || !is_implied(record, id_of(answer)))
            keep(record, findings, answer);
        return;
    }
    if (said < state_of(known))
        return;
    json_t *before = json_copy(known);
    bool good = before && json_object_update(known, answer) == 0;
    if (good && said == ANSWER_PRESENT && state_of(before) == ANSWER_PRESENT)
        good = json_object_update_missing(known, before) == 0;
    if (!good)
        record->failed = true;
    json_decref(before);
}

/* "None of these" of a list in which the record knows something: each of the others by itself. */
static void spell_out(struct fhir_intake *record, json_t *findings, const struct checklist *list) {
    for (unsigned i = 0; i < list->finding_count; i++) {
        const struct finding *finding = &record->knowledge->findings[list->findings[i]];
        if (finding->measured || row_of(findings, finding->id) ||
            record->said[list->findings[i]].implied)
            continue;
        if (json_array_append_new(findings,
                                  json_pack("{ssss}", "id", finding->id, "state", "absent")) != 0)
            record->failed = true;
    }
}

static bool knows_one(const struct fhir_intake *record, const json_t *findings,
                      const struct checklist *list) {
    for (unsigned i = 0; i < list->finding_count; i++)
        if (row_of(findings, record->knowledge->findings[list->findings[i]].id))
            return true;
    return false;
}

static void merge_none_of(struct fhir_intake *record, json_t *findings, const json_t *none_of) {
    json_t *kept = json_array();
    size_t i;
    json_t *item;
    json_array_foreach(none_of, i, item) {
        const char *name = json_string_value(item);
        int64_t number = name ? name_map_get(&record->knowledge->checklist_names, name) : -1;
        if (number < 0)
            continue;
        const struct checklist *list = &record->knowledge->checklists[number];
        if (knows_one(record, findings, list))
            spell_out(record, findings, list);
        else
            keep(record, kept, item);
    }
    if (json_array_size(kept) && json_object_set(record->intake, "none_of", kept) != 0)
        record->failed = true;
    json_decref(kept);
}

/* Age and sex are the record's, if it knows them; the pain is the person's. */
static void merge_basics(struct fhir_intake *record, const json_t *answers) {
    static const char *const from_record[] = {"age", "sex"};
    static const char *const from_person[] = {"presentations", "preferences"};
    const json_t *pain = json_object_get(answers, "pain");
    json_t *known = json_object_get(record->intake, "pain");
    for (size_t i = 0; i < 2; i++) {
        json_t *value = json_object_get(answers, from_record[i]);
        if (value && !json_object_get(record->intake, from_record[i]))
            record->failed |= json_object_set(record->intake, from_record[i], value) != 0;
        value = json_object_get(answers, from_person[i]);
        if (value)
            record->failed |= json_object_set(record->intake, from_person[i], value) != 0;
    }
    if (pain && known)
        record->failed |= json_object_update(known, (json_t *)pain) != 0;
    else if (pain)
        record->failed |= json_object_set(record->intake, "pain", (json_t *)pain) != 0;
}

static void merge_list(struct fhir_intake *record, const json_t *answers, const char *member) {
    json_t *list = json_object_get(record->intake, member);
    size_t i;
    json_t *row;
    if (!json_array_size(json_object_get(answers, member)))
        return;
    if (!list) {
        record->failed |=
            json_object_set(record->intake, member, json_object_get(answers, member)) != 0;
        return;
    }
    json_array_foreach(json_object_get(answers, member), i, row) {
        if (json_array_size(list) < INTAKE_LIST_MAX)
            keep(record, list, row);
    }
}

void record_merge(struct fhir_intake *record, const json_t *answers) {
    json_t *findings = json_object_get(record->intake, "findings");
    json_t *rows = findings ? json_incref(findings) : json_array();
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(answers, "findings"), i, row) {
        if (id_of(row))
            merge_finding(record, rows, row);
    }
    merge_basics(record, answers);
    merge_list(record, answers, "medications");
    merge_list(record, answers, "diagnoses");
    merge_none_of(record, rows, json_object_get(answers, "none_of"));
    if (json_array_size(rows) && json_object_set(record->intake, "findings", rows) != 0)
        record->failed = true;
    json_decref(rows);
}
