/* What can be called besides reading and searching, as OperationDefinitions: rows of tables. */
#include <stdio.h>
#include <string.h>

#include "interop/fhir_definitions.h"

struct parameter {
    const char *name;
    bool out;
    int min;
    const char *max;
    const char *type;
    const char *documentation;
};

enum { MOST_PARAMETERS = 10 };

struct operation {
    const char *id, *code, *title;
    const char *resource;
    const char *base; /* the operation of the standard it narrows, NULL: our own */
    bool type_level, instance_level;
    const char *description;
    struct parameter parameters[MOST_PARAMETERS]; /* the first without a name ends them */
};

#define HL7 "http://hl7.org/fhir/OperationDefinition/"

static const struct operation operations[] = {
    {"PlanDefinition-apply",
     "apply",
     "Propose a care plan",
     "PlanDefinition",
     HL7 "PlanDefinition-apply",
     true,
     true,
     "Decides for one person, from a QuestionnaireResponse to our Questionnaire, and proposes a "
     "CarePlan that is not stored. Contraindicated techniques are named with doNotPerform. Without "
     "a response nothing is known, and the plan asks.",
     {{"canonical", false, 0, "1", "canonical",
       "Our PlanDefinition, where the URL does not say it; or planDefinition."},
      {"planDefinition", false, 0, "1", "PlanDefinition", "The same, as a resource."},
      {"subject", false, 0, "1", "string",
       "The person, as a reference such as Patient/example; needed unless the response says it."},
      {"questionnaireResponse", false, 0, "1", "QuestionnaireResponse",
       "The answers to our Questionnaire."},
      {"data", false, 0, "1", "Bundle",
       "The record: Patient, Condition, MedicationRequest, MedicationStatement, "
       "AllergyIntolerance, Observation."},
      {"return", true, 1, "1", "CarePlan", "The proposed plan."}}},
    {"QuestionnaireResponse-assess",
     "assess",
     "Assess the answers",
     "QuestionnaireResponse",
     NULL,
     true,
     false,
     "From the answers to our Questionnaire to a Bundle: first a RiskAssessment with the triage, "
     "then a DetectedIssue for each rule that acts, most severe first, then a proposed CarePlan. "
     "Nothing is stored. A QuestionnaireResponse may be sent without Parameters around it.",
     {{"questionnaireResponse", false, 1, "1", "QuestionnaireResponse",
       "The answers to our Questionnaire."},
      {"subject", false, 0, "1", "string", "The person; missing: the subject of the response."},
      {"data", false, 0, "1", "Bundle", "The record, as for PlanDefinition/$apply."},
      {"return", true, 1, "1", "Bundle", "A collection."}}},
    {"CodeSystem-lookup",
     "lookup",
     "What a code of our vocabulary means",
     "CodeSystem",
     HL7 "CodeSystem-lookup",
     true,
     false,
     "Name and version of the system, display and definition of the code.",
     {{"system", false, 1, "1", "uri", "The canonical URL of the code system."},
      {"code", false, 1, "1", "code", "The code."},
      {"name", true, 1, "1", "string", "The name of the system."},
      {"version", true, 0, "1", "string", "Its version."},
      {"display", true, 1, "1", "string", "The code in words."},
      {"definition", true, 0, "1", "string", "What it means."}}},
    {"CodeSystem-validate-code",
     "validate-code",
     "Is it a code of our vocabulary?",
     "CodeSystem",
     HL7 "CodeSystem-validate-code",
     true,
     false,
     "Says whether a system of ours has the code.",
     {{"url", false, 1, "1", "uri", "The canonical URL of the code system."},
      {"code", false, 1, "1", "code", "The code."},
      {"result", true, 1, "1", "boolean", "Whether it has it."},
      {"message", true, 0, "1", "string", "Why not."},
      {"display", true, 0, "1", "string", "The code in words."}}},
    {"CodeSystem-subsumes",
     "subsumes",
     "Is a code of our vocabulary below another?",
     "CodeSystem",
     HL7 "CodeSystem-subsumes",
     true,
     false,
     "No code of ours is below another: equivalent, or not-subsumed.",
     {{"system", false, 0, "1", "uri", "The canonical URL of the code system."},
      {"codeA", false, 0, "1", "code", "The one code."},
      {"codeB", false, 0, "1", "code", "The other."},
      {"codingA", false, 0, "1", "Coding", "The one with its system."},
      {"codingB", false, 0, "1", "Coding", "The other with its system."},
      {"outcome", true, 1, "1", "code", "equivalent or not-subsumed."}}},
    {"ConceptMap-translate",
     "translate",
     "What a code of a record says",
     "ConceptMap",
     HL7 "ConceptMap-translate",
     true,
     false,
     "From ICD-10-CM, LOINC, ICPC-2, RxNorm or ATC (SNOMED CT where it is switched on) to our "
     "findings "
     "and kinds of back pain.",
     {{"system", false, 0, "1", "uri", "The code system."},
      {"code", false, 0, "1", "code", "The code."},
      {"coding", false, 0, "1", "Coding", "Both in one."},
      {"codeableConcept", false, 0, "1", "CodeableConcept", "The same, of one Coding."},
      {"result", true, 1, "1", "boolean", "Whether the code itself implies something."},
      {"message", true, 0, "1", "string", "mapped, asks, no_rule, unmapped or off."},
      {"match", true, 0, "*", "BackboneElement",
       "Parts equivalence (wider: implied; relatedto: to be asked) and concept."}}},
    {"ValueSet-validate-code",
     "validate-code",
     "Is it a code of one of our sets?",
     "ValueSet",
     HL7 "ValueSet-validate-code",
     true,
     false,
     "Says whether a set of ours has the code.",
     {{"url", false, 1, "1", "uri", "The canonical URL of the value set."},
      {"system", false, 0, "1", "uri", "The canonical URL of the code system."},
      {"code", false, 1, "1", "code", "The code."},
      {"result", true, 1, "1", "boolean", "Whether it has it."},
      {"message", true, 0, "1", "string", "Why not."},
      {"display", true, 0, "1", "string", "The code in words."}}},
    {"ValueSet-expand",
     "expand",
     "All codes of one of our sets",
     "ValueSet",
     HL7 "ValueSet-expand",
     true,
     false,
     "The set with its codes, in pages where count and offset ask for it.",
     {{"url", false, 1, "1", "uri", "The canonical URL of the value set."},
      {"filter", false, 0, "1", "string", "A part of the display text."},
      {"offset", false, 0, "1", "integer", "How many to leave out first."},
      {"count", false, 0, "1", "integer", "How many at most."},
      {"return", true, 1, "1", "ValueSet", "The set with its expansion."}}},
};

size_t fhir_operation_definition_count(void) {
    return sizeof operations / sizeof *operations;
}

static void write_parameter(struct json_writer *json, const struct parameter *parameter) {
    jw_open_object(json);
    jw_member_text(json, "name", parameter->name);
    jw_member_text(json, "use", parameter->out ? "out" : "in");
    jw_member_int(json, "min", parameter->min);
    jw_member_text(json, "max", parameter->max);
    jw_member_text(json, "documentation", parameter->documentation);
    jw_member_text(json, "type", parameter->type);
    jw_close_object(json);
}

static void write_parameters(struct json_writer *json, const struct operation *operation) {
    jw_key(json, "parameter");
    jw_open_array(json);
    for (size_t i = 0; i < MOST_PARAMETERS && operation->parameters[i].name; i++)
        write_parameter(json, &operation->parameters[i]);
    jw_close_array(json);
}

static void write_narrative(struct json_writer *json, const struct operation *operation) {
    struct fhir_narrative narrative;
    fhir_narrative_open(&narrative);
    fhir_narrative_heading(&narrative, operation->title);
    fhir_narrative_text(&narrative, operation->description);
    fhir_narrative_close(json, &narrative);
}

void fhir_operation_definition_write(struct json_writer *json, const struct fhir_source *source,
                                     size_t place) {
    const struct operation *operation = &operations[place];
    fhir_open_definition(json, source, "OperationDefinition", operation->id, NULL,
                         operation->title);
    write_narrative(json, operation);
    jw_member_text(json, "kind", "operation");
    jw_member_text(json, "description", operation->description);
    jw_member_bool(json, "affectsState", false);
    jw_member_text(json, "code", operation->code);
    fhir_member(json, "base", operation->base);
    jw_key(json, "resource");
    jw_open_array(json);
    jw_text(json, operation->resource);
    jw_close_array(json);
    jw_member_bool(json, "system", false);
    jw_member_bool(json, "type", operation->type_level);
    jw_member_bool(json, "instance", operation->instance_level);
    write_parameters(json, operation);
    jw_close_object(json);
}
