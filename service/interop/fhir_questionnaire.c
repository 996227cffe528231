/*
 * The intake as a Questionnaire: the basics, then a group for each checklist. linkIds are our own
 * names: `age`, `rf_saddle`, `rf_saddle.weeks_ago`, `nerves_bladder_bowel.none_of`. Every finding
 * has three answers, so that an item without one is no "no". interop/fhir_questionnaire_response.h
 * reads the answers back.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interop/fhir_definitions.h"
#include "interop/fhir_enable_when.h"

#define MIN_VALUE "http://hl7.org/fhir/StructureDefinition/minValue"
#define MAX_VALUE "http://hl7.org/fhir/StructureDefinition/maxValue"
#define GENDERS "http://hl7.org/fhir/administrative-gender"

/* ---- items ---- */

static void open_item(struct json_writer *json, const char *link, const char *type,
                      const char *text) {
    jw_open_object(json);
    jw_member_text(json, "linkId", link);
    fhir_member(json, "text", text);
    jw_member_text(json, "type", type);
}

static void open_items(struct json_writer *json) {
    jw_key(json, "item");
    jw_open_array(json);
}

static void write_limit(struct json_writer *json, const char *url, bool whole, int64_t milli) {
    jw_open_object(json);
    jw_member_text(json, "url", url);
    jw_key(json, whole ? "valueInteger" : "valueDecimal");
    jw_milli(json, milli);
    jw_close_object(json);
}

/* A number between two limits, in thousandths. */
static void write_number_item(struct json_writer *json, const char *link, const char *text,
                              bool whole, int64_t min, int64_t max) {
    open_item(json, link, whole ? "integer" : "decimal", text);
    jw_key(json, "extension");
    jw_open_array(json);
    write_limit(json, MIN_VALUE, whole, min);
    write_limit(json, MAX_VALUE, whole, max);
    jw_close_array(json);
    jw_close_object(json);
}

static void write_simple_item(struct json_writer *json, const char *link, const char *type,
                              const char *text) {
    open_item(json, link, type, text);
    jw_close_object(json);
}

static void write_option(struct json_writer *json, const char *system, const char *code,
                         const char *display) {
    jw_open_object(json);
    jw_key(json, "valueCoding");
    if (strncmp(system, "http", 4) == 0)
        fhir_coding(json, system, code, display);
    else
        fhir_own_coding(json, system, code, display);
    jw_close_object(json);
}

/* Choices that are rows of the release, such as "areas" with the code system "area"; more than one
 * may be chosen. */
static void write_list_item(struct json_writer *json, const struct fhir_source *source,
                            const char *link, const char *text, const char *file,
                            const char *label) {
    char system[64];
    size_t i;
    json_t *row;
    (void)snprintf(system, sizeof system, "%.*s", (int)strlen(file) - 1, file);
    open_item(json, link, "choice", text);
    jw_member_bool(json, "repeats", true);
    jw_key(json, "answerOption");
    jw_open_array(json);
    json_array_foreach(fhir_rows(source, file, file), i, row)
        write_option(json, system, json_string_value(json_object_get(row, "id")),
                     fhir_row_text(source, row, label));
    jw_close_array(json);
    jw_close_object(json);
}

/* ---- basics ---- */

static void write_sex(struct json_writer *json, const struct fhir_source *source,
                      const json_t *basic, const char *link, const char *text) {
    size_t i;
    json_t *choice;
    open_item(json, link, "choice", text);
    jw_key(json, "answerOption");
    jw_open_array(json);
    json_array_foreach(json_object_get(basic, "choices"), i, choice)
        write_option(json, GENDERS, json_string_value(json_object_get(choice, "id")),
                     fhir_row_text(source, choice, "label"));
    jw_close_array(json);
    jw_close_object(json);
}

static void write_basic(struct json_writer *json, const struct fhir_source *source,
                        const json_t *basic) {
    const char *link = json_string_value(json_object_get(basic, "id"));
    const char *type = json_string_value(json_object_get(basic, "type"));
    const char *from = json_string_value(json_object_get(basic, "choices_from"));
    const char *text = fhir_row_text(source, basic, "question");
    if (from)
        write_list_item(json, source, link, text, from, "lay_name");
    else if (strcmp(type, "number") == 0)
        write_number_item(json, link, text, strcmp(link, "age") == 0,
                          json_integer_value(json_object_get(basic, "min")) * 1000,
                          json_integer_value(json_object_get(basic, "max")) * 1000);
    else if (strcmp(type, "choice") == 0)
        write_sex(json, source, basic, link, text);
    else {
        open_item(json, link, "open-choice", text);
        jw_member_bool(json, "repeats", true);
        jw_close_object(json);
    }
}

static void write_basics(struct json_writer *json, const struct fhir_source *source) {
    size_t i;
    json_t *basic;
    open_item(json, "basics", "group", "You and your pain");
    open_items(json);
    json_array_foreach(fhir_rows(source, "texts", "basics"), i, basic)
        write_basic(json, source, basic);
    write_simple_item(json, "presentations.none_of", "boolean", "None of these kinds of back pain");
    open_item(json, "diagnoses", "choice", "Diagnoses, as codes (ICD-10-CM, ICPC-2)");
    jw_member_bool(json, "repeats", true);
    jw_member_text(json, "answerValueSet", "http://hl7.org/fhir/ValueSet/icd-10");
    open_items(json);
    write_number_item(json, "diagnoses.weeks_ago", "How many weeks ago?", false, 0, 5200000);
    jw_close_array(json);
    jw_close_object(json);
    jw_close_array(json);
    jw_close_object(json);
}

/* ---- findings ---- */

static void write_states(struct json_writer *json) {
    jw_key(json, "answerOption");
    jw_open_array(json);
    write_option(json, "answer-state", "present", "Yes");
    write_option(json, "answer-state", "absent", "No");
    write_option(json, "answer-state", "unknown", "Not sure");
    jw_close_array(json);
}

static void write_details(struct json_writer *json, const struct fhir_source *source,
                          const struct finding *finding, const char *link) {
    char code[200];
    open_item(json, link, "choice", "Which of these?");
    jw_key(json, "answerOption");
    jw_open_array(json);
    for (unsigned c = 0; c < finding->choice_count; c++) {
        (void)snprintf(code, sizeof code, "%s.%s", finding->id, finding->choices[c].id);
        write_option(json, "finding-detail", code,
                     text_in(finding->choices[c].label, source->language)->utf8);
    }
    jw_close_array(json);
    jw_close_object(json);
}

/* What a yes can say besides yes; a group keeps it together and hides it until there is a yes. */
static void write_attributes(struct json_writer *json, const struct fhir_source *source,
                             const struct finding *finding, const json_t *row) {
    char link[200], text[400];
    open_items(json);
    (void)snprintf(link, sizeof link, "%s.more", finding->id);
    open_item(json, link, "group", "More about it");
    jw_key(json, "enableWhen");
    jw_open_array(json);
    fhir_enable_state(json, finding->id, "=", "present");
    jw_close_array(json);
    open_items(json);
    if (finding->attributes & ATTRIBUTE_WEEKS_AGO) {
        const char *from = fhir_row_text(source, json_object_get(row, "weeks_ago"), "counts_from");
        (void)snprintf(link, sizeof link, "%s.weeks_ago", finding->id);
        (void)snprintf(text, sizeof text, "How many weeks ago?%s%s", from ? " Counted from: " : "",
                       from ? from : "");
        write_number_item(json, link, text, false, finding->min, finding->max);
    }
    if (finding->attributes & ATTRIBUTE_VALUE) {
        (void)snprintf(link, sizeof link, "%s.value", finding->id);
        (void)snprintf(text, sizeof text, "How much? In %s",
                       finding->unit && *finding->unit ? finding->unit : "its unit");
        write_number_item(json, link, text, false, finding->min, finding->max);
    }
    (void)snprintf(link, sizeof link, "%s.areas", finding->id);
    if (finding->attributes & ATTRIBUTE_AREAS)
        write_list_item(json, source, link, "Where?", "areas", "lay_name");
    (void)snprintf(link, sizeof link, "%s.detail", finding->id);
    if (finding->attributes & ATTRIBUTE_DETAIL)
        write_details(json, source, finding, link);
    jw_close_array(json);
    jw_close_object(json);
    jw_close_array(json);
}

static void write_finding(struct json_writer *json, const struct fhir_source *source,
                          unsigned number) {
    const struct finding *finding = &source->knowledge->findings[number];
    const json_t *row = json_array_get(fhir_rows(source, "findings", "findings"), number);
    const char *question = text_in(finding->question, source->language)->utf8;
    const char *name = text_in(finding->clinical_name, source->language)->utf8;
    open_item(json, finding->id, "choice", *question ? question : name);
    jw_key(json, "code");
    jw_open_array(json);
    fhir_own_coding(json, "finding", finding->id, name);
    jw_close_array(json);
    fhir_enable_when(json, source, finding->asked_when);
    write_states(json);
    if (finding->attributes)
        write_attributes(json, source, finding, row);
    jw_close_object(json);
}

/* ---- checklists ---- */

static void write_checklist(struct json_writer *json, const struct fhir_source *source,
                            const struct checklist *list) {
    const struct knowledge *k = source->knowledge;
    const char *none = fhir_words(source, fhir_rows(source, "texts", "none_of_label"));
    char link[200], none_link[200];
    (void)snprintf(none_link, sizeof none_link, "%s.none_of", list->id);
    (void)snprintf(link, sizeof link, "%s.items", list->id);
    open_item(json, list->id, "group", text_in(list->title, source->language)->utf8);
    open_items(json);
    write_simple_item(json, none_link, "boolean", none);
    open_item(json, link, "group", "Any of these?");
    jw_key(json, "enableWhen");
    jw_open_array(json);
    jw_open_object(json);
    jw_member_text(json, "question", none_link);
    jw_member_text(json, "operator", "!=");
    jw_member_bool(json, "answerBoolean", true);
    jw_close_object(json);
    jw_close_array(json);
    open_items(json);
    for (unsigned i = 0; i < list->finding_count; i++)
        if (!k->findings[list->findings[i]].derived)
            write_finding(json, source, list->findings[i]);
    jw_close_array(json);
    jw_close_object(json);
    jw_close_array(json);
    jw_close_object(json);
}

static void write_checklists(struct json_writer *json, const struct fhir_source *source) {
    const struct knowledge *k = source->knowledge;
    int written = INT_MIN;
    for (unsigned done = 0; done < k->checklist_count; done++) {
        const struct checklist *next = NULL;
        for (unsigned i = 0; i < k->checklist_count; i++)
            if (k->checklists[i].order > written && (!next || k->checklists[i].order < next->order))
                next = &k->checklists[i];
        if (!next)
            return;
        write_checklist(json, source, next);
        written = next->order;
    }
}

/* Findings that are in no checklist: measured, or known to a clinic. */
static void write_measurements(struct json_writer *json, const struct fhir_source *source) {
    const struct knowledge *k = source->knowledge;
    open_item(json, "measurements", "group", "Measurements, and what a clinic knows");
    open_items(json);
    for (unsigned f = 0; f < k->finding_count; f++)
        if (k->findings[f].checklist < 0 && !k->findings[f].derived)
            write_finding(json, source, f);
    jw_close_array(json);
    jw_close_object(json);
}

/* ---- wishes and clearances ---- */

static void write_preferences(struct json_writer *json, const struct fhir_source *source) {
    open_item(json, "preferences", "group", "What you would like");
    open_items(json);
    write_number_item(json, "preferences.pressure",
                      "How firm, from 1 (very light) to 5 (very "
                      "firm)?",
                      true, 1000, 5000);
    write_list_item(json, source, "preferences.techniques", "Which massage would you like?",
                    "techniques", "name");
    write_list_item(json, source, "preferences.avoid_techniques",
                    "Which massage would you rather not have?", "techniques", "name");
    write_list_item(json, source, "preferences.positions", "How do you like to lie or sit?",
                    "positions", "lay_name");
    open_item(json, "preferences.therapist_gender", "choice", "With whom do you feel at ease?");
    jw_key(json, "answerOption");
    jw_open_array(json);
    write_option(json, GENDERS, "female", "A woman");
    write_option(json, GENDERS, "male", "A man");
    jw_close_array(json);
    jw_close_object(json);
    write_simple_item(json, "preferences.clothed", "boolean", "Would you like to stay dressed?");
    jw_close_array(json);
    jw_close_object(json);
}

static void write_clearances(struct json_writer *json) {
    static const char *const members[][3] = {
        {"clearances.recorded", "date", "On which day was it given?"},
        {"clearances.expires", "date", "Until which day does it hold?"},
        {"clearances.began", "date", "When did what it speaks of begin?"},
        {"clearances.role", "string", "Who gave it: doctor, physiotherapist, midwife or nurse?"},
    };
    static const char *const lists[][2] = {
        {"clearances.findings", "Which findings does it speak of? (codes)"},
        {"clearances.rules", "Which rules does it speak of? (codes)"},
        {"clearances.techniques", "Which techniques does it allow? (codes; none: all)"},
    };
    open_item(json, "clearances", "group", "What a clinician agreed to");
    jw_member_bool(json, "repeats", true);
    open_items(json);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        write_simple_item(json, members[i][0], members[i][1], members[i][2]);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        open_item(json, lists[i][0], "string", lists[i][1]);
        jw_member_bool(json, "repeats", true);
        jw_close_object(json);
    }
    jw_close_array(json);
    jw_close_object(json);
}

/* ---- the resource ---- */

static void write_narrative(struct json_writer *json, const struct fhir_source *source,
                            const char *title) {
    struct fhir_narrative narrative;
    fhir_narrative_open(&narrative);
    fhir_narrative_heading(&narrative, title);
    fhir_narrative_text(&narrative, "Warning signs and health questions as checklists. An item "
                                    "without an answer was not asked; it is never taken for a no.");
    for (unsigned i = 0; i < source->knowledge->checklist_count; i++)
        fhir_narrative_item(
            &narrative, NULL,
            text_in(source->knowledge->checklists[i].title, source->language)->utf8);
    fhir_narrative_list_close(&narrative);
    fhir_narrative_text(&narrative,
                        knowledge_phrase(source->knowledge, "disclaimer", source->language)->utf8);
    fhir_narrative_close(json, &narrative);
}

void fhir_questionnaire_write(struct json_writer *json, const struct fhir_source *source) {
    static const char title[] = "Health questions before massage for back pain";
    fhir_open_definition(json, source, "Questionnaire", FHIR_INTAKE_ID, FHIR_INTAKE_ID, title);
    write_narrative(json, source, title);
    jw_key(json, "subjectType");
    jw_open_array(json);
    jw_text(json, "Patient");
    jw_close_array(json);
    fhir_member(json, "description",
                "Safety questions before a massage. Every finding is answered with present, absent "
                "or unknown (not sure).");
    fhir_member(json, "purpose", fhir_words(source, fhir_rows(source, "release", "status")));
    open_items(json);
    write_basics(json, source);
    write_checklists(json, source);
    write_measurements(json, source);
    write_preferences(json, source);
    write_clearances(json);
    write_simple_item(json, "as_of", "date", "The day the answers are for");
    jw_close_array(json);
    jw_close_object(json);
}
