/*
 * The resources that say what the service knows and does, made from a knowledge release: written
 * once, then handed out. Each writer gives one whole resource. Pure.
 */
#ifndef UNKNOT_INTEROP_FHIR_DEFINITIONS_H
#define UNKNOT_INTEROP_FHIR_DEFINITIONS_H

#include "interop/fhir_source.h"

enum fhir_definition {
    FHIR_ACTIVITY_DEFINITION,  /* a technique each */
    FHIR_PLAN_DEFINITION,      /* the protocol */
    FHIR_QUESTIONNAIRE,        /* the intake */
    FHIR_CODE_SYSTEM,          /* our vocabulary */
    FHIR_VALUE_SET,            /* all codes of each of them */
    FHIR_OPERATION_DEFINITION, /* what can be called */
    FHIR_DEFINITIONS,
};

/* "ActivityDefinition" */
const char *fhir_definition_type(enum fhir_definition definition);

/* The one of that name; FHIR_DEFINITIONS when it is none of ours. */
enum fhir_definition fhir_definition_of(const char *type);

/* How many resources of a type a release gives. */
size_t fhir_definition_count(const struct fhir_source *source, enum fhir_definition definition);

/* Writes the resource number `place` of a type as one JSON value. */
void fhir_definition_write(struct json_writer *json, const struct fhir_source *source,
                           enum fhir_definition definition, size_t place);

/* ---- one writer a type ---- */

void fhir_activity_definition_write(struct json_writer *json, const struct fhir_source *source,
                                    size_t technique);
void fhir_plan_definition_write(struct json_writer *json, const struct fhir_source *source);
void fhir_questionnaire_write(struct json_writer *json, const struct fhir_source *source);

size_t fhir_vocabulary_count(void);
void fhir_code_system_write(struct json_writer *json, const struct fhir_source *source,
                            size_t place);
void fhir_value_set_write(struct json_writer *json, const struct fhir_source *source, size_t place);

size_t fhir_operation_definition_count(void);
void fhir_operation_definition_write(struct json_writer *json, const struct fhir_source *source,
                                     size_t place);

#endif
