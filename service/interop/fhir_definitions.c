/* Which definitions there are: a table of types, their numbers and their writers. */
#include "interop/fhir_definitions.h"

#include <string.h>

static size_t technique_count(const struct fhir_source *source) {
    return source->knowledge->technique_count;
}

static size_t one(const struct fhir_source *source) {
    (void)source;
    return 1;
}

static size_t vocabularies(const struct fhir_source *source) {
    (void)source;
    return fhir_vocabulary_count();
}

static size_t operations(const struct fhir_source *source) {
    (void)source;
    return fhir_operation_definition_count();
}

static void write_plan(struct json_writer *json, const struct fhir_source *source, size_t place) {
    (void)place;
    fhir_plan_definition_write(json, source);
}

static void write_questionnaire(struct json_writer *json, const struct fhir_source *source,
                                size_t place) {
    (void)place;
    fhir_questionnaire_write(json, source);
}

static const struct {
    const char *type;
    size_t (*count)(const struct fhir_source *source);
    void (*write)(struct json_writer *json, const struct fhir_source *source, size_t place);
} kinds[FHIR_DEFINITIONS] = {
    [FHIR_ACTIVITY_DEFINITION] = {"ActivityDefinition", technique_count,
                                  fhir_activity_definition_write},
    [FHIR_PLAN_DEFINITION] = {"PlanDefinition", one, write_plan},
    [FHIR_QUESTIONNAIRE] = {"Questionnaire", one, write_questionnaire},
    [FHIR_CODE_SYSTEM] = {"CodeSystem", vocabularies, fhir_code_system_write},
    [FHIR_VALUE_SET] = {"ValueSet", vocabularies, fhir_value_set_write},
    [FHIR_OPERATION_DEFINITION] = {"OperationDefinition", operations,
                                   fhir_operation_definition_write},
};

const char *fhir_definition_type(enum fhir_definition definition) {
    return kinds[definition].type;
}

enum fhir_definition fhir_definition_of(const char *type) {
    int found = 0;
    while (found < FHIR_DEFINITIONS && strcmp(kinds[found].type, type) != 0)
        found++;
    return (enum fhir_definition)found;
}

size_t fhir_definition_count(const struct fhir_source *source, enum fhir_definition definition) {
    return kinds[definition].count(source);
}

void fhir_definition_write(struct json_writer *json, const struct fhir_source *source,
                           enum fhir_definition definition, size_t place) {
    kinds[definition].write(json, source, place);
}
