/*
 * A decision as FHIR: a RiskAssessment with the triage, a DetectedIssue for each rule that acts, a
 * proposed CarePlan, and the Bundle of them in that order, so that what is urgent stands first.
 * Translates, decides nothing, stores nothing. The same decision gives the same bytes.
 */
#ifndef UNKNOT_INTEROP_FHIR_ASSESSMENT_H
#define UNKNOT_INTEROP_FHIR_ASSESSMENT_H

#include "care/plan.h"
#include "interop/fhir_source.h"

struct fhir_about {
    struct fhir_source source; /* in the language of the intake */
    const struct decision *decision;
    const struct plan *plan; /* NULL: nothing can be planned for this person now */
    const char *base;        /* where our FHIR is served: "https://clinic.example/fhir" */
    const json_t *subject;   /* whom it is about, a Reference as it came; NULL: not said */
};

/* The Bundle (collection). */
void fhir_assessment_write(struct json_writer *json, const struct fhir_about *about);

/* The CarePlan: status draft, intent proposal. Contraindicated techniques, and those that wait for
 * a clinician, are activities with doNotPerform. */
void fhir_proposal_write(struct json_writer *json, const struct fhir_about *about);

/* ---- its parts ---- */

void fhir_risk_write(struct json_writer *json, const struct fhir_about *about);

/* Does the rule concern this person? One that also holds for who answers every question with no
 * does not; it only stands in the plan. */
bool fhir_issue_is(const struct fhir_about *about, const struct acting *acting);
void fhir_issue_write(struct json_writer *json, const struct fhir_about *about,
                      const struct acting *acting);

/* A Reference as value, of the members we understand; nobody named is said in words. */
void fhir_subject_write(struct json_writer *json, const json_t *subject);

const char *fhir_phrase(const struct fhir_about *about, const char *name);

/* The day the decision is for, as a member. */
void fhir_day_member(struct json_writer *json, const char *key, int days);

#endif
