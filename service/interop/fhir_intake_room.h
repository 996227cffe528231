/* What the files fhir_intake*.c share. */
#ifndef UNKNOT_INTEROP_FHIR_INTAKE_ROOM_H
#define UNKNOT_INTEROP_FHIR_INTAKE_ROOM_H

#include "interop/fhir_intake.h"
#include "interop/fhir_intake_date.h"

/* The most that the contract's lists take. */
enum { INTAKE_LIST_MAX = 100, DAYS_A_WEEK = 7 };

/* What the record says of one finding. */
struct fhir_said {
    bool there;
    enum answer_state state;
    bool numbered;  /* weeks_ago or value */
    int64_t number; /* thousandths */
    int day;        /* of a measurement: the newest counts; INT_MIN: no day */
    bool implied;   /* a diagnosis or medicine sets it anyhow */
};

struct fhir_intake {
    const struct knowledge *knowledge;
    struct arena *arena;
    const char *patient;
    int today;
    const json_t **resources;
    size_t count, room;
    struct fhir_said *said; /* one a finding */
    const json_t *answers;  /* NULL: none */
    json_t *intake, *diagnoses, *medications, *unmapped;
    bool overfull; /* more medicines than the list takes */
    bool male;
    bool deceased;
    int pain_day; /* first day of the back pain; INT_MIN: not known */
    area_set pain_areas;
    int64_t pain; /* intensity, thousandths; -1: not known */
    int pain_measured;
    bool failed; /* memory */
};

/* ---- JSON ---- */

/* The text of a member, NULL when there is none. */
const char *record_text(const json_t *object, const char *member);

/* "Condition/c1" of a resource, written to `name`; "" without type. */
enum { RESOURCE_NAME_SIZE = 100 };
void record_name(const json_t *resource, char name[RESOURCE_NAME_SIZE]);

/* The code of a CodeableConcept's first coding, for status members. */
const char *record_concept_code(const json_t *concept);

/* Does a CodeableConcept of a status have this code? */
bool record_concept_is(const json_t *concept, const char *code);

/* ---- codes ---- */

/* Our short name of a code system ("icd10cm", "snomed", "loinc", "icpc2", "rxnorm", "atc") by its
   FHIR URI or OID; NULL when it is none of ours. */
const char *record_system(const char *uri);

/* ---- saying ---- */

/* Lists something as not used. The concept's first coding and its text are shown. */
void record_unmapped(struct fhir_intake *record, const json_t *resource, const json_t *concept,
                     const char *why);

/* The number of a finding, -1 when the release has none of that name. */
int record_finding(const struct fhir_intake *record, const char *id);

/* Says a state; the worse of two counts. */
void record_say(struct fhir_intake *record, int finding, enum answer_state state);

/* Says a number of a finding that is present; the newest day counts. */
void record_measure(struct fhir_intake *record, int finding, int64_t number, int day);

/* The finding is set by something else of the intake: no other word may contradict it. */
void record_imply(struct fhir_intake *record, const uint16_t *findings, size_t count);

/* ---- one reader a kind ---- */

void record_patient(struct fhir_intake *record, const json_t *patient);
void record_condition(struct fhir_intake *record, const json_t *condition);
void record_medication(struct fhir_intake *record, const json_t *request);
void record_allergy(struct fhir_intake *record, const json_t *allergy);
void record_observation(struct fhir_intake *record, const json_t *observation);

/* Puts the answers of a form into the intake of the record. */
void record_merge(struct fhir_intake *record, const json_t *answers);

/* The resource "Type/id", or one contained in `owner` ("#id"); NULL when it is not there. */
const json_t *record_find(const struct fhir_intake *record, const json_t *owner,
                          const char *reference);

#endif
