/* Our vocabulary as CodeSystems, each with the ValueSet of all its codes. */
#include <stdio.h>
#include <string.h>

#include "interop/cds_cards.h"
#include "interop/fhir_definitions.h"

/* A row of the release as a concept. */
struct concept_shape {
    const char *code, *display, *definition;
};

struct vocabulary {
    const char *id;    /* of the code system and the value set */
    const char *title; /* plain words for people */
    const char *description;
    /* Where its rows stand: file and member of the release, or how they are written. */
    const char *file, *member;
    struct concept_shape shape;
    void (*write)(struct json_writer *json, const struct fhir_source *source);
};

static void write_concept(struct json_writer *json, const char *code, const char *display,
                          const char *definition) {
    jw_open_object(json);
    jw_member_text(json, "code", code);
    fhir_member(json, "display", display);
    fhir_member(json, "definition", definition);
    jw_close_object(json);
}

static void write_rows(struct json_writer *json, const struct fhir_source *source,
                       const json_t *rows, const struct concept_shape *shape) {
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
        write_concept(json, json_string_value(json_object_get(row, shape->code)),
                      fhir_row_text(source, row, shape->display),
                      shape->definition ? fhir_row_text(source, row, shape->definition) : NULL);
}

/* ---- those that are more than rows of one file ---- */

/* The choices of each finding: "rf_cancer_history.active". */
static void write_details(struct json_writer *json, const struct fhir_source *source) {
    const struct knowledge *k = source->knowledge;
    char code[200];
    for (unsigned f = 0; f < k->finding_count; f++)
        for (unsigned c = 0; c < k->findings[f].choice_count; c++) {
            const struct choice *choice = &k->findings[f].choices[c];
            (void)snprintf(code, sizeof code, "%s.%s", k->findings[f].id, choice->id);
            write_concept(json, code, text_in(choice->label, source->language)->utf8, NULL);
        }
}

static void write_rules(struct json_writer *json, const struct fhir_source *source) {
    const struct knowledge *k = source->knowledge;
    for (unsigned r = 0; r < k->rule_count; r++)
        write_concept(json, k->rules[r].id, text_in(k->rules[r].lay, source->language)->utf8,
                      text_in(k->rules[r].clinical, source->language)->utf8);
}

static void write_phrases(struct json_writer *json, const struct fhir_source *source,
                          const char *const (*names)[3], size_t count) {
    for (size_t i = 0; i < count; i++)
        write_concept(json, names[i][0],
                      knowledge_phrase(source->knowledge, names[i][1], source->language)->utf8,
                      knowledge_phrase(source->knowledge, names[i][2], source->language)->utf8);
}

static void write_triage(struct json_writer *json, const struct fhir_source *source) {
    static const char *const names[][3] = {
        {"emergency", "triage.emergency.title", "triage.emergency.action"},
        {"urgent", "triage.urgent.title", "triage.urgent.action"},
        {"clinician", "triage.clinician.title", "triage.clinician.action"},
        {"self_care", "triage.self_care.title", "triage.self_care.action"},
    };
    write_phrases(json, source, names, sizeof names / sizeof *names);
}

static void write_verdicts(struct json_writer *json, const struct fhir_source *source) {
    static const char *const names[][2] = {
        {"suitable", "Suitable"},
        {"caution", "Possible with changes"},
        {"undetermined", "An answer is missing"},
        {"needs_clearance", "Waits for a clinician"},
        {"contraindicated", "Contraindicated"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char phrase[64];
        (void)snprintf(phrase, sizeof phrase, "verdicts.%s", names[i][0]);
        write_concept(json, names[i][0], names[i][1],
                      knowledge_phrase(source->knowledge, phrase, source->language)->utf8);
    }
}

static void write_states(struct json_writer *json, const struct fhir_source *source) {
    (void)source;
    write_concept(json, "present", "Yes", "The finding is present.");
    write_concept(json, "absent", "No", "Asked, and the finding is absent.");
    write_concept(
        json, "unknown", "Not sure",
        "Asked, and the person is not sure. An item without an answer was not asked: that "
        "is neither yes nor no.");
}

static void write_plan_categories(struct json_writer *json, const struct fhir_source *source) {
    (void)source;
    write_concept(json, "massage", "Massage therapy plan", "A plan of massages for back pain.");
}

static void write_session_states(struct json_writer *json, const struct fhir_source *source) {
    (void)source;
    write_concept(json, "planned", "Planned", "A session that is to be.");
    write_concept(json, "done", "Done", "A session that took place.");
    write_concept(json, "missed", "Missed", "Nobody came.");
    write_concept(json, "cancelled", "Cancelled", "It was called off.");
}

static void write_cds_topics(struct json_writer *json, const struct fhir_source *source) {
    (void)source;
    for (int topic = 0; topic < CDS_TOPICS; topic++)
        write_concept(json, cds_topic_name((enum cds_topic)topic),
                      cds_topic_display((enum cds_topic)topic), NULL);
}

static void write_override_reasons(struct json_writer *json, const struct fhir_source *source) {
    const struct cds_override *reason;
    (void)source;
    for (size_t i = 0; (reason = cds_override_at(i)) != NULL; i++)
        write_concept(json, reason->code, reason->display, NULL);
}

static void write_problems(struct json_writer *json, const struct fhir_source *source) {
    for (size_t i = 0; i < source->problem_count; i++)
        write_concept(json, source->problems[i].code, source->problems[i].display,
                      source->problems[i].definition);
}

static const struct vocabulary vocabularies[] = {
    {.id = "finding",
     .title = "Findings",
     .description = "Facts about a person that decide about massage, each with its question.",
     .file = "findings",
     .member = "findings",
     .shape = {"id", "clinical_name", "question"}},
    {.id = "finding-detail",
     .title = "Details of findings",
     .description = "What a finding that is present can be, the mildest first: finding, dot, "
                    "detail.",
     .write = write_details},
    {.id = "answer-state",
     .title = "States of an answer",
     .description = "Yes, no, or not sure. What is left out was not asked.",
     .write = write_states},
    {.id = "technique",
     .title = "Massage techniques",
     .description = "Techniques of massage that can be recommended or ruled out.",
     .file = "techniques",
     .member = "techniques",
     .shape = {"id", "name", "summary"}},
    {.id = "presentation",
     .title = "Kinds of back pain",
     .description = "What kind of back pain it is, as far as known.",
     .file = "presentations",
     .member = "presentations",
     .shape = {"id", "name", "summary"}},
    {.id = "area",
     .title = "Areas of the body",
     .description = "Where it hurts, where a finding is, and where nobody presses.",
     .file = "areas",
     .member = "areas",
     .shape = {"id", "name", "lay_name"}},
    {.id = "position",
     .title = "Positions",
     .description = "How a person lies or sits for a massage.",
     .file = "positions",
     .member = "positions",
     .shape = {"id", "name", "help"}},
    {.id = "adverse-event",
     .title = "Adverse events",
     .description = "What can happen during or after a massage.",
     .file = "adverse_events",
     .member = "adverse_events",
     .shape = {"id", "name", "question"}},
    {.id = "modification",
     .title = "Modifications",
     .description = "Changes that make a massage possible or safer.",
     .file = "modifications",
     .member = "modifications",
     .shape = {"id", "text", NULL}},
    {.id = "rule",
     .title = "Rules",
     .description = "Warning signs and contraindications; what each rests on stands in "
                    "/contraindications.",
     .write = write_rules},
    {.id = "triage",
     .title = "Levels of triage",
     .description = "How urgent it is that somebody looks at the person.",
     .write = write_triage},
    {.id = "verdict",
     .title = "Verdicts",
     .description = "What is said about one technique for one person.",
     .write = write_verdicts},
    {.id = "plan-category",
     .title = "Kinds of care plans",
     .description = "What kind of plan it is.",
     .write = write_plan_categories},
    {.id = "session-status",
     .title = "States of a session",
     .description = "Where a session is; why a Procedure was not done.",
     .write = write_session_states},
    {.id = "course",
     .title = "Courses of sessions",
     .description = "How often and how long, by the kind of back pain.",
     .file = "plans",
     .member = "templates",
     .shape = {"id", "name", "text"}},
    {.id = "cds-topic",
     .title = "Topics of cards",
     .description = "What a card of CDS Hooks is about.",
     .write = write_cds_topics},
    {.id = "override-reason",
     .title = "Reasons to decide otherwise",
     .description = "Why a clinician does not follow a card of CDS Hooks.",
     .write = write_override_reasons},
    {.id = "problem",
     .title = "Errors",
     .description = "What can be wrong with a request, in details.coding of an OperationOutcome.",
     .write = write_problems},
    {.id = "instrument",
     .title = "Measures of pain and function",
     .description = "Questionnaires that show whether it helps. Here because not for all of them a "
                    "LOINC code has been verified.",
     .file = "plans",
     .member = "outcome_measures",
     .shape = {"id", "name", "question"}},
};

size_t fhir_vocabulary_count(void) {
    return sizeof vocabularies / sizeof *vocabularies;
}

/* ---- the two resources ---- */

static void write_concepts(struct json_writer *json, const struct fhir_source *source,
                           const struct vocabulary *vocabulary) {
    jw_key(json, "concept");
    jw_open_array(json);
    if (vocabulary->write)
        vocabulary->write(json, source);
    else
        write_rows(json, source, fhir_rows(source, vocabulary->file, vocabulary->member),
                   &vocabulary->shape);
    jw_close_array(json);
}

static void open_vocabulary(struct json_writer *json, const struct fhir_source *source,
                            const struct vocabulary *vocabulary, const char *type) {
    struct fhir_narrative narrative;
    fhir_open_definition(json, source, type, vocabulary->id, NULL, vocabulary->title);
    fhir_narrative_open(&narrative);
    fhir_narrative_heading(&narrative, vocabulary->title);
    fhir_narrative_text(&narrative, vocabulary->description);
    fhir_narrative_close(json, &narrative);
    jw_member_text(json, "description", vocabulary->description);
}

void fhir_code_system_write(struct json_writer *json, const struct fhir_source *source,
                            size_t place) {
    const struct vocabulary *vocabulary = &vocabularies[place];
    char url[FHIR_URL_SIZE];
    fhir_url("ValueSet", vocabulary->id, url);
    open_vocabulary(json, source, vocabulary, "CodeSystem");
    jw_member_bool(json, "caseSensitive", true);
    jw_member_text(json, "valueSet", url);
    jw_member_bool(json, "compositional", false);
    jw_member_bool(json, "versionNeeded", false);
    jw_member_text(json, "content", "complete");
    write_concepts(json, source, vocabulary);
    jw_close_object(json);
}

void fhir_value_set_write(struct json_writer *json, const struct fhir_source *source,
                          size_t place) {
    const struct vocabulary *vocabulary = &vocabularies[place];
    char url[FHIR_URL_SIZE];
    fhir_url("CodeSystem", vocabulary->id, url);
    open_vocabulary(json, source, vocabulary, "ValueSet");
    jw_member_bool(json, "immutable", false);
    jw_key(json, "compose");
    jw_open_object(json);
    jw_key(json, "include");
    jw_open_array(json);
    jw_open_object(json);
    jw_member_text(json, "system", url);
    jw_member_text(json, "version", source->knowledge->version);
    jw_close_object(json);
    jw_close_array(json);
    jw_close_object(json);
    jw_close_object(json);
}
