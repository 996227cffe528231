/* Diagnoses by standard codes: what a code says, and how sure that is. */
#ifndef UNKNOT_ENGINE_CODES_H
#define UNKNOT_ENGINE_CODES_H

#include "engine/knowledge.h"

enum code_target { CODE_FINDING, CODE_PRESENTATION, CODE_INTAKE };
enum code_action { CODE_IMPLIES, CODE_ASKS, CODE_VALUE };

/* One row of the table. */
struct code {
    const char *system; /* "icd10cm" */
    const char *code;   /* upper case, without dot */
    bool prefix;
    enum code_target target;
    int subject;        /* finding or presentation number */
    const char *intake; /* member of the intake, for CODE_INTAKE */
    int detail;         /* choice of the finding, -1: none */
    area_set areas;     /* where, 0: not said */
    enum code_action action;
    bool verified;
};

enum { CODES_PER_LOOKUP = 16 };

/*
 * The rows that a code matches, the longest prefix of each target only. Systems: icd10cm, snomed,
 * loinc, icpc2, or their FHIR URIs. SNOMED CT matches only where knowledge->snomed says so. Returns
 * how many were written to `rows`.
 */
size_t codes_find(const struct knowledge *knowledge, const char *system, const char *code,
                  const struct code *rows[CODES_PER_LOOKUP]);

/* How many codes the release knows. */
size_t code_count(const struct knowledge *knowledge);

/* Is this the system that needs a licence, and does not count without one? */
bool codes_are_off(const struct knowledge *knowledge, const char *system);

/* The short name of a code system given by name or URI; NULL when it is not one of ours. */
const char *code_system(const char *name);

/* The code system a mistyped name comes nearest to; NULL when none is near. */
const char *code_system_nearest(const char *name);

#endif
