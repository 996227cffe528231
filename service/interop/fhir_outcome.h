/* OperationOutcome: FHIR's way to say what is wrong, how bad it is, and where. */
#ifndef UNKNOT_INTEROP_FHIR_OUTCOME_H
#define UNKNOT_INTEROP_FHIR_OUTCOME_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct fhir_issue {
    const char *severity;    /* "fatal", "error", "warning", "information"; NULL: "error" */
    const char *code;        /* of FHIR's issue types: "not-found"; NULL: "processing" */
    const char *system;      /* of the coding of details; NULL: none */
    const char *detail_code; /* its code */
    const char *text;        /* for people; always there in the end */
    const char *expression;  /* FHIRPath of the place; NULL: none */
    const char *diagnostics; /* ids only; NULL: none */
};

/* An outcome without issues: add at least one. NULL without memory. */
json_t *fhir_outcome(void);
bool fhir_outcome_add(json_t *outcome, const struct fhir_issue *issue);

/* The issue type that stands for a problem of ours ("not-found"); never NULL. */
const char *fhir_issue_type(const char *problem);

/* The issue type of one wrong place ("unknown_member"), or `otherwise`. */
const char *fhir_place_type(const char *code, const char *otherwise);

/*
 * The FHIRPath of a JSON pointer ("#/activity/0/detail" of a CarePlan is
 * "CarePlan.activity[0].detail"), as far as its names are such that a path can hold. `type` may be
 * NULL: the path then begins with the first name. "" for the whole of nothing known.
 */
void fhir_path_of(const char *type, const char *pointer, char *path, size_t size);

#endif
