/* Whose record a search is about: patient, subject and their identifiers, and who asks. */
#ifndef UNKNOT_RESOURCES_FHIR_PERSON_H
#define UNKNOT_RESOURCES_FHIR_PERSON_H

#include "resources/fhir_search.h"

struct fhir_person {
    char own[PATIENT_ID_SIZE];        /* of a calling patient; "" for others */
    char patient_id[PATIENT_ID_SIZE]; /* only this one; "" for any */
    bool nothing;                     /* two different ones: nobody */
};

/* Reads the parameters; a calling patient is always only that one. */
enum status fhir_person_read(struct fhir_search *search, struct fhir_person *person) MUST_CHECK;

/* Narrows it further, to the patient whose id begins an id of ours (ID of "PATIENT.ID"). */
void fhir_person_narrow(struct fhir_person *person, const char *patient_id);

#endif
