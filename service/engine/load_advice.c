/* Tips for before, during and after, care without massage, and the service's own phrases. */
#include <stdio.h>
#include <string.h>

#include "engine/condition.h"
#include "engine/load.h"

static enum advice load_phase(struct loader *loader, json_t *row) {
    const char *name = json_string_value(json_object_get(row, "phase"));
    for (int i = 0; name && phase_name((enum advice)i); i++)
        if (strcmp(name, phase_name((enum advice)i)) == 0)
            return (enum advice)i;
    load_mistake(loader, "'phase' must be preparation, session or aftercare");
    return ADVICE_PREPARATION;
}

static void load_sources_of(struct loader *loader, json_t *row) {
    size_t i;
    json_t *key;
    json_array_foreach(json_object_get(row, "sources"), i, key)(void)
        load_name(loader, &loader->knowledge->source_names, "source", json_string_value(key));
}

static void load_tip(struct loader *loader, json_t *row, enum advice phase,
                     const char *text_member) {
    struct tip *tip = &loader->knowledge->tips[loader->knowledge->tip_count++];
    loader->id = json_string_value(json_object_get(row, "id"));
    tip->id = load_copy(loader, loader->id);
    if (!tip->id)
        load_mistake(loader, "advice without id");
    tip->phase = phase;
    tip->words = load_text(loader, row, text_member, true);
    tip->instead = load_text(loader, row, "instead", false);
    tip->why = load_text(loader, row, "why", false);
    tip->only_if = json_object_get(row, "when") != NULL;
    tip->condition = load_condition(loader, row, tip->only_if ? "when" : "not_when");
    tip->reads = load_reads(loader, tip->condition, &tip->reads_count);
    tip->confidence = load_string(loader, row, "confidence", false);
    tip->sources = load_json_array(loader, row, "sources");
    load_sources_of(loader, row);
}

static void load_list(struct loader *loader, const char *file, const char *member,
                      enum advice phase, const char *text_member) {
    json_t *rows = load_rows(loader, file, member);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) load_tip(loader, row, phase, text_member);
}

static size_t count_advice(const struct loader *loader) {
    json_t *files = loader->knowledge->files;
    json_t *therapists = json_object_get(files, "therapists"),
           *texts = json_object_get(files, "texts");
    return json_array_size(json_object_get(json_object_get(files, "guidance"), "guidance")) +
           json_array_size(json_object_get(texts, "care")) +
           json_array_size(json_object_get(texts, "watch_for")) +
           json_array_size(json_object_get(therapists, "training")) +
           json_array_size(json_object_get(therapists, "questions")) +
           json_array_size(json_object_get(therapists, "warning_signs"));
}

static void load_tips(struct loader *loader) {
    struct knowledge *k = loader->knowledge;
    json_t *tips = load_rows(loader, "guidance", "guidance");
    size_t i;
    json_t *row;
    k->tips = load_take(loader, count_advice(loader), sizeof *k->tips);
    if (!k->tips)
        return;
    json_array_foreach(tips, i, row) {
        loader->id = json_string_value(json_object_get(row, "id"));
        load_tip(loader, row, load_phase(loader, row), "text");
    }
    load_list(loader, "texts", "care", ADVICE_CARE, "text");
    load_list(loader, "texts", "watch_for", ADVICE_WATCH_FOR, "text");
    load_list(loader, "therapists", "training", ADVICE_TRAINING, "training");
    load_list(loader, "therapists", "questions", ADVICE_ASK_THERAPIST, "text");
    load_list(loader, "therapists", "warning_signs", ADVICE_WARNING_SIGN, "text");
}

static bool is_text(json_t *value) {
    return json_is_string(json_object_get(value, "en"));
}

/* Walks objects of texts.json; {"triage": {"urgent": {"title": {"en": ..}}}} becomes
 * "triage.urgent.title". */
static void load_phrases(struct loader *loader, json_t *object, const char *path, size_t room) {
    struct knowledge *k = loader->knowledge;
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value) {
        char id[160];
        int len = snprintf(id, sizeof id, "%s%s%s", path, *path ? "." : "", name);
        if (!json_is_object(value) || len < 0 || (size_t)len >= sizeof id)
            continue;
        if (!is_text(value)) {
            load_phrases(loader, value, id, room);
            continue;
        }
        loader->id = id;
        if (k->phrase_count == room)
            continue;
        struct named_text *phrase = &k->phrases[k->phrase_count];
        phrase->id = arena_copy(&k->arena, id, (size_t)len);
        phrase->words = load_text(loader, object, name, true);
        if (phrase->id && name_map_add(&k->phrase_names, phrase->id, k->phrase_count))
            k->phrase_count++;
    }
}

/* Phrases the service cannot do without. */
static const char *const needed[] = {
    "triage.emergency.title",
    "triage.emergency.action",
    "triage.urgent.title",
    "triage.urgent.action",
    "triage.clinician.title",
    "triage.clinician.action",
    "triage.self_care.title",
    "triage.self_care.action",
    "safety_net.short",
    "disclaimer",
    "verdicts.suitable",
    "verdicts.caution",
    "verdicts.undetermined",
    "verdicts.needs_clearance",
    "verdicts.contraindicated",
    "nothing_left.text",
    "nothing_left.waiting",
    "expert_only",
    "question_why.emergency",
    "question_why.urgent",
    "question_why.clinician",
    "question_why.verdict",
    "question_why.detail",
    "question_why.again",
    "question_why.lifts",
    "question_why.check",
    "none_of_label",
    "triage.self_care.provisional_title",
    "triage.self_care.provisional_action",
};

void load_advice(struct loader *loader) {
    enum { MAX_PHRASES = 512 };
    struct knowledge *k = loader->knowledge;
    load_tips(loader);
    loader->file = "texts";
    k->phrases = load_take(loader, MAX_PHRASES, sizeof *k->phrases);
    if (!k->phrases || !name_map_init(&k->phrase_names, &k->arena, MAX_PHRASES))
        return;
    load_phrases(loader, json_object_get(k->files, "texts"), "", MAX_PHRASES);
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (name_map_get(&k->phrase_names, needed[i]) < 0) {
            loader->id = needed[i];
            load_mistake(loader, "the phrase is missing");
        }
}
