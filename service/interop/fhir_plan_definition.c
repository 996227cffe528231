/*
 * The protocol as a PlanDefinition: ask, triage, choose a technique, a course by the kind of pain,
 * check again, stop. Its texts and numbers come from the release. Conditions that the service
 * decides are FHIRPath on the Bundle that QuestionnaireResponse/$assess gives; the others stand in
 * words.
 */
#include <stdio.h>
#include <string.h>

#include "interop/fhir_definitions.h"

#define ACTION_TYPE "http://terminology.hl7.org/CodeSystem/action-type"
#define PLAN_TYPE "http://terminology.hl7.org/CodeSystem/plan-definition-type"

/* ---- pieces of an action ---- */

static void open_action(struct json_writer *json, const char *prefix, const char *title,
                        const char *text) {
    jw_open_object(json);
    if (prefix)
        jw_member_text(json, "id", prefix);
    fhir_member(json, "title", title);
    fhir_member(json, "description", text);
}

/* `expression` is FHIRPath on the Bundle of $assess; NULL: said in words only. */
static void write_condition(struct json_writer *json, const char *kind, const char *expression) {
    jw_key(json, "condition");
    jw_open_array(json);
    jw_open_object(json);
    jw_member_text(json, "kind", kind);
    if (expression) {
        jw_key(json, "expression");
        jw_open_object(json);
        jw_member_text(json, "description",
                       "Of the Bundle that QuestionnaireResponse/$assess gives");
        jw_member_text(json, "language", "text/fhirpath");
        jw_member_text(json, "expression", expression);
        jw_close_object(json);
    }
    jw_close_object(json);
    jw_close_array(json);
}

static void write_type(struct json_writer *json, const char *code) {
    jw_key(json, "type");
    jw_open_object(json);
    jw_key(json, "coding");
    jw_open_array(json);
    fhir_coding(json, ACTION_TYPE, code, NULL);
    jw_close_array(json);
    jw_close_object(json);
}

static void write_definition(struct json_writer *json, const struct fhir_source *source,
                             const char *type, const char *id) {
    char url[FHIR_URL_SIZE];
    fhir_canonical(source, type, id, url);
    jw_member_text(json, "definitionCanonical", url);
}

static void write_documentation(struct json_writer *json, const struct fhir_source *source,
                                const json_t *keys) {
    if (json_array_size(keys) == 0)
        return;
    jw_key(json, "documentation");
    jw_open_array(json);
    fhir_citations(json, source, keys);
    jw_close_array(json);
}

static void open_actions(struct json_writer *json) {
    jw_key(json, "action");
    jw_open_array(json);
}

static const char *phrase(const struct fhir_source *source, const char *name) {
    return knowledge_phrase(source->knowledge, name, source->language)->utf8;
}

/* ---- the steps ---- */

static void write_asking(struct json_writer *json, const struct fhir_source *source) {
    open_action(json, "ask", "Ask the health questions",
                "Warning signs first. What is not answered counts neither as yes nor as no.");
    jw_member_text(json, "priority", "routine");
    write_type(json, "create");
    write_definition(json, source, "Questionnaire", FHIR_INTAKE_ID);
    jw_close_object(json);
}

#define TRIAGE "Bundle.entry.resource.ofType(RiskAssessment).prediction.outcome.coding"
#define PLAN "Bundle.entry.resource.ofType(CarePlan)"

static void write_level(struct json_writer *json, const struct fhir_source *source,
                        const char *level, const char *priority) {
    char title[64], action[64], expression[160];
    (void)snprintf(title, sizeof title, "triage.%s.title", level);
    (void)snprintf(action, sizeof action, "triage.%s.action", level);
    (void)snprintf(expression, sizeof expression, TRIAGE ".where(code = '%s').exists()", level);
    open_action(json, NULL, phrase(source, title), phrase(source, action));
    jw_member_text(json, "priority", priority);
    jw_key(json, "code");
    jw_open_array(json);
    fhir_own_concept(json, "triage", level, phrase(source, title));
    jw_close_array(json);
    write_condition(json, "applicability", expression);
    jw_close_object(json);
}

static void write_triage(struct json_writer *json, const struct fhir_source *source) {
    open_action(json, "triage", "Triage", "The highest level counts, before anything else.");
    jw_member_text(json, "priority", "stat");
    jw_member_text(json, "selectionBehavior", "exactly-one");
    open_actions(json);
    write_level(json, source, "emergency", "stat");
    write_level(json, source, "urgent", "urgent");
    write_level(json, source, "clinician", "asap");
    write_level(json, source, "self_care", "routine");
    jw_close_array(json);
    jw_close_object(json);
}

static void write_technique(struct json_writer *json, const struct fhir_source *source,
                            unsigned technique) {
    const struct technique *row = &source->knowledge->techniques[technique];
    char expression[200];
    (void)snprintf(expression, sizeof expression,
                   PLAN ".activity.detail.where(code.coding.code = '%s' and "
                        "(doNotPerform = true or status = 'on-hold')).empty()",
                   row->id);
    open_action(json, NULL, text_in(row->name, source->language)->utf8, NULL);
    write_condition(json, "applicability", expression);
    write_definition(json, source, "ActivityDefinition", row->id);
    jw_close_object(json);
}

static void write_assessment(struct json_writer *json, const struct fhir_source *source) {
    open_action(
        json, "assessment", "Choose a technique that is safe for this person",
        "Every technique is checked against every rule. What is contraindicated is named as "
        "such; what waits for a clinician waits.");
    write_condition(json, "applicability",
                    TRIAGE ".where(code = 'emergency' or code = 'urgent').empty()");
    jw_member_text(json, "selectionBehavior", "at-most-one");
    open_actions(json);
    for (unsigned t = 0; t < source->knowledge->technique_count; t++)
        write_technique(json, source, t);
    jw_close_array(json);
    jw_close_object(json);
}

static json_int_t number_of(const json_t *row, const char *member) {
    return json_integer_value(json_object_get(row, member));
}

static void write_course_timing(struct json_writer *json, const json_t *row) {
    json_int_t shortest = number_of(row, "minutes_min"), longest = number_of(row, "minutes_max");
    json_int_t least = number_of(row, "per_week_min"), most = number_of(row, "per_week_max");
    jw_key(json, "timingTiming");
    jw_open_object(json);
    jw_key(json, "repeat");
    jw_open_object(json);
    jw_key(json, "boundsDuration");
    jw_open_object(json);
    jw_member_int(json, "value", number_of(row, "weeks"));
    jw_member_text(json, "unit", "weeks");
    jw_member_text(json, "system", "http://unitsofmeasure.org");
    jw_member_text(json, "code", "wk");
    jw_close_object(json);
    jw_member_int(json, "duration", shortest);
    if (longest > shortest)
        jw_member_int(json, "durationMax", longest);
    jw_member_text(json, "durationUnit", "min");
    jw_member_int(json, "frequency", least);
    if (most > least)
        jw_member_int(json, "frequencyMax", most);
    jw_member_int(json, "period", 1);
    jw_member_text(json, "periodUnit", "wk");
    jw_close_object(json);
    jw_close_object(json);
}

static void write_course(struct json_writer *json, const struct fhir_source *source,
                         const json_t *row) {
    const char *id = json_string_value(json_object_get(row, "id"));
    char expression[200];
    (void)snprintf(expression, sizeof expression,
                   PLAN ".category.coding.where(system.endsWith('/course') and code = '%s')"
                        ".exists()",
                   id);
    open_action(json, id, fhir_row_text(source, row, "name"), fhir_row_text(source, row, "text"));
    jw_key(json, "code");
    jw_open_array(json);
    fhir_own_concept(json, "course", id, fhir_row_text(source, row, "name"));
    jw_close_array(json);
    write_documentation(json, source, json_object_get(row, "sources"));
    write_condition(json, "applicability", expression);
    write_course_timing(json, row);
    jw_close_object(json);
}

static void write_courses(struct json_writer *json, const struct fhir_source *source) {
    size_t i;
    json_t *row;
    open_action(
        json, "course", "A course of sessions",
        fhir_row_text(source,
                      json_object_get(json_object_get(source->knowledge->files, "plans"), "limits"),
                      "text"));
    write_condition(json, "start",
                    PLAN ".category.coding.where(system.endsWith('/course')).exists()");
    jw_member_text(json, "selectionBehavior", "exactly-one");
    open_actions(json);
    json_array_foreach(fhir_rows(source, "plans", "templates"), i, row)
        write_course(json, source, row);
    jw_close_array(json);
    jw_close_object(json);
}

static void write_always(struct json_writer *json, const struct fhir_source *source) {
    size_t i;
    json_t *row;
    open_action(json, "always", "What belongs to every plan", phrase(source, "pairing"));
    jw_member_text(json, "selectionBehavior", "all");
    open_actions(json);
    json_array_foreach(fhir_rows(source, "plans", "always"), i, row) {
        open_action(json, json_string_value(json_object_get(row, "id")),
                    fhir_row_text(source, row, "text"), NULL);
        write_documentation(json, source, json_object_get(row, "sources"));
        jw_close_object(json);
    }
    jw_close_array(json);
    jw_close_object(json);
}

static void write_recheck(struct json_writer *json, const struct fhir_source *source) {
    const json_t *frame = fhir_rows(source, "plans", "time_frame");
    open_action(
        json, "recheck", "Check again",
        "The health questions that may have changed, before every session; all of them when "
        "health has changed or answers are older than they may be.");
    write_condition(json, "start", NULL);
    write_definition(json, source, "Questionnaire", FHIR_INTAKE_ID);
    jw_close_object(json);
    open_action(json, "review", "Does it help?", fhir_row_text(source, frame, "text"));
    write_documentation(json, source, json_object_get(frame, "sources"));
    jw_close_object(json);
}

static void write_stop_rules(struct json_writer *json, const struct fhir_source *source) {
    size_t i;
    json_t *row;
    open_action(json, "stop", "When to stop", NULL);
    jw_member_text(json, "selectionBehavior", "any");
    open_actions(json);
    json_array_foreach(fhir_rows(source, "plans", "stop_rules"), i, row) {
        const char *id = json_string_value(json_object_get(row, "id"));
        char name[FHIR_ID_SIZE];
        fhir_id(id, name);
        open_action(json, name, fhir_row_text(source, row, "text"),
                    fhir_row_text(source, row, "clinical_text"));
        write_documentation(json, source, json_object_get(row, "sources"));
        write_condition(json, "stop", NULL);
        jw_close_object(json);
    }
    jw_close_array(json);
    jw_close_object(json);
}

/* ---- the resource ---- */

static void write_narrative(struct json_writer *json, const struct fhir_source *source,
                            const char *title, const char *description) {
    size_t i;
    json_t *row;
    struct fhir_narrative narrative;
    fhir_narrative_open(&narrative);
    fhir_narrative_heading(&narrative, title);
    fhir_narrative_text(&narrative, description);
    fhir_narrative_text(&narrative, "Courses:");
    json_array_foreach(fhir_rows(source, "plans", "templates"), i, row) fhir_narrative_item(
        &narrative, fhir_row_text(source, row, "name"), fhir_row_text(source, row, "text"));
    fhir_narrative_list_close(&narrative);
    fhir_narrative_text(&narrative, "When to stop:");
    json_array_foreach(fhir_rows(source, "plans", "stop_rules"), i, row)
        fhir_narrative_item(&narrative, NULL, fhir_row_text(source, row, "text"));
    fhir_narrative_list_close(&narrative);
    fhir_narrative_text(&narrative, fhir_words(source, fhir_rows(source, "release", "status")));
    fhir_narrative_close(json, &narrative);
}

static void write_plan_type(struct json_writer *json) {
    jw_key(json, "type");
    jw_open_object(json);
    jw_key(json, "coding");
    jw_open_array(json);
    fhir_coding(json, PLAN_TYPE, "clinical-protocol", "Clinical Protocol");
    jw_close_array(json);
    jw_close_object(json);
}

/* What may be hoped for; the goal of a plan has numbers. */
static void write_goal(struct json_writer *json, const struct fhir_source *source) {
    jw_key(json, "goal");
    jw_open_array(json);
    jw_open_object(json);
    jw_key(json, "description");
    fhir_text_concept(json, phrase(source, "expectation"));
    jw_close_object(json);
    jw_close_array(json);
}

void fhir_plan_definition_write(struct json_writer *json, const struct fhir_source *source) {
    static const char title[] = "Massage for back pain";
    static const char description[] = "From the health questions to triage, a safe technique, a "
                                      "course of sessions, checks on the "
                                      "way, and when to stop.";
    fhir_open_definition(json, source, "PlanDefinition", FHIR_PROTOCOL_ID, FHIR_PROTOCOL_ID, title);
    write_narrative(json, source, title, description);
    write_plan_type(json);
    jw_member_text(json, "description", description);
    fhir_member(json, "usage", phrase(source, "disclaimer"));
    write_goal(json, source);
    open_actions(json);
    write_asking(json, source);
    write_triage(json, source);
    write_assessment(json, source);
    write_courses(json, source);
    write_always(json, source);
    write_recheck(json, source);
    write_stop_rules(json, source);
    jw_close_array(json);
    jw_close_object(json);
}
