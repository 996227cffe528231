/* A technique as an ActivityDefinition: what it is, the usual dose, and what is known of it. */
#include <string.h>

#include "interop/fhir_definitions.h"

/* The words of the catalogue for levels of evidence; anything else is shown as it is. */
static const char *evidence_words(const char *level) {
    static const char *const words[][2] = {{"none", "No studies"},
                                           {"very_low", "Very low certainty"},
                                           {"low", "Low certainty"},
                                           {"moderate", "Moderate certainty"},
                                           {"high", "High certainty"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (level && strcmp(words[i][0], level) == 0)
            return words[i][1];
    return level;
}

static void list_texts(struct fhir_narrative *narrative, const struct fhir_source *source,
                       const json_t *rows, const char *member) {
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) fhir_narrative_item(
        narrative, NULL, member ? fhir_row_text(source, row, member) : fhir_words(source, row));
    fhir_narrative_list_close(narrative);
}

static void write_narrative(struct json_writer *json, const struct fhir_source *source,
                            const json_t *row) {
    const json_t *evidence = json_object_get(row, "evidence");
    const char *level = json_string_value(json_object_get(evidence, "level"));
    struct fhir_narrative narrative;
    fhir_narrative_open(&narrative);
    fhir_narrative_heading(&narrative, fhir_row_text(source, row, "name"));
    fhir_narrative_text(&narrative, fhir_row_text(source, row, "summary"));
    list_texts(&narrative, source, json_object_get(row, "strokes"), NULL);
    fhir_narrative_item(&narrative,
                        "Dose:", fhir_row_text(source, json_object_get(row, "dose"), "text"));
    fhir_narrative_item(&narrative, "Evidence:", evidence_words(level));
    fhir_narrative_item(&narrative, "What it says:", fhir_row_text(source, evidence, "text"));
    fhir_narrative_item(&narrative, "Therapist:", fhir_row_text(source, row, "therapist_need"));
    fhir_narrative_list_close(&narrative);
    fhir_narrative_text(&narrative, "What can go wrong:");
    list_texts(&narrative, source, json_object_get(row, "side_effects"), "text");
    list_texts(&narrative, source, json_object_get(row, "rare_harms"), "text");
    fhir_narrative_text(&narrative, fhir_words(source, fhir_rows(source, "release", "status")));
    fhir_narrative_close(json, &narrative);
}

static void write_subject(struct json_writer *json) {
    jw_key(json, "subjectCodeableConcept");
    jw_open_object(json);
    jw_key(json, "coding");
    jw_open_array(json);
    fhir_coding(json, "http://hl7.org/fhir/resource-types", "Patient", "Patient");
    jw_close_array(json);
    jw_close_object(json);
}

/* How well it is known to help, in words, and the studies that say so. */
static void write_evidence(struct json_writer *json, const struct fhir_source *source,
                           const json_t *evidence) {
    jw_key(json, "relatedArtifact");
    jw_open_array(json);
    jw_open_object(json);
    jw_member_text(json, "type", "justification");
    fhir_member(json, "label", json_string_value(json_object_get(evidence, "level")));
    fhir_member(json, "display", fhir_row_text(source, evidence, "text"));
    jw_close_object(json);
    fhir_citations(json, source, json_object_get(evidence, "sources"));
    jw_close_array(json);
}

static json_int_t bound(const json_t *row, const char *range, const char *end) {
    return json_integer_value(json_object_get(json_object_get(row, range), end));
}

static void write_range(struct json_writer *json, const char *low, const char *high,
                        const json_t *dose, const char *range) {
    json_int_t from = bound(dose, range, "min"), to = bound(dose, range, "max");
    jw_member_int(json, low, from);
    if (to > from)
        jw_member_int(json, high, to);
}

/* The usual dose of a course, in minutes and times a week; the words stand beside it. */
static void write_timing(struct json_writer *json, const struct fhir_source *source,
                         const json_t *dose) {
    jw_key(json, "timingTiming");
    jw_open_object(json);
    jw_key(json, "repeat");
    jw_open_object(json);
    write_range(json, "duration", "durationMax", dose, "minutes");
    jw_member_text(json, "durationUnit", "min");
    write_range(json, "frequency", "frequencyMax", dose, "per_week");
    jw_member_int(json, "period", 1);
    jw_member_text(json, "periodUnit", "wk");
    jw_close_object(json);
    jw_key(json, "code");
    fhir_text_concept(json, fhir_row_text(source, dose, "text"));
    jw_close_object(json);
}

static void write_participant(struct json_writer *json, const struct fhir_source *source,
                              const json_t *row) {
    const char *need = fhir_row_text(source, row, "therapist_need");
    jw_key(json, "participant");
    jw_open_array(json);
    jw_open_object(json);
    jw_member_text(json, "type", "practitioner");
    if (need) {
        jw_key(json, "role");
        fhir_text_concept(json, need);
    }
    jw_close_object(json);
    jw_close_array(json);
}

void fhir_activity_definition_write(struct json_writer *json, const struct fhir_source *source,
                                    size_t technique) {
    const json_t *row = json_array_get(fhir_rows(source, "techniques", "techniques"), technique);
    const char *name = source->knowledge->techniques[technique].id;
    const char *title = fhir_row_text(source, row, "name");
    char id[FHIR_ID_SIZE];
    fhir_id(name, id);
    fhir_open_definition(json, source, "ActivityDefinition", id, name, title);
    write_narrative(json, source, row);
    fhir_member(json, "description", fhir_row_text(source, row, "summary"));
    fhir_member(json, "usage", fhir_row_text(source, row, "clinical_summary"));
    write_subject(json);
    write_evidence(json, source, json_object_get(row, "evidence"));
    jw_member_text(json, "kind", "ServiceRequest");
    jw_key(json, "code");
    fhir_own_concept(json, "technique", name, title);
    jw_member_text(json, "intent", "proposal");
    write_timing(json, source, json_object_get(row, "dose"));
    write_participant(json, source, row);
    jw_close_object(json);
}
