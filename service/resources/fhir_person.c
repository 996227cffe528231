#include "resources/fhir_person.h"

#include <string.h>

void fhir_person_narrow(struct fhir_person *person, const char *patient_id) {
    person->nothing |= *person->patient_id && strcmp(person->patient_id, patient_id) != 0;
    memcpy(person->patient_id, patient_id, sizeof person->patient_id);
}

static enum status narrow(struct fhir_search *search, struct fhir_person *person,
                          const char *reference) {
    char patient_id[PATIENT_ID_SIZE];
    enum status status = patient_id_of(&search->secrets, reference, patient_id);
    if (status == STATUS_OK)
        fhir_person_narrow(person, patient_id);
    return status;
}

static enum status read_references(struct fhir_search *search, struct fhir_person *person) {
    static const char *const names[] = {"patient", "subject", "subject:Patient"};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && status == STATUS_OK; i++) {
        const char *value = fhir_search_value(search, names[i]);
        const char *id = value ? fhir_search_id(value, "Patient") : NULL;
        if (value && !id)
            return fhir_search_refuse(search, names[i], "must be one Patient/id");
        if (id)
            status = narrow(search, person, id);
    }
    return status;
}

static enum status read_identifiers(struct fhir_search *search, struct fhir_person *person) {
    static const char *const names[] = {"patient:identifier", "subject:identifier",
                                        "patient.identifier", "subject.identifier",
                                        "subject:Patient.identifier"};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && status == STATUS_OK; i++) {
        const char *value = fhir_search_value(search, names[i]);
        if (value && strchr(value, ','))
            return fhir_search_refuse(search, names[i], "must be one system|value");
        if (value) /* |value: one without a system */
            status = narrow(search, person, value + (*value == '|'));
    }
    return status;
}

enum status fhir_person_read(struct fhir_search *search, struct fhir_person *person) {
    enum status status = caller_patient_id(search->request, search->response, person->own);
    if (status == STATUS_OK)
        status = read_references(search, person);
    if (status == STATUS_OK)
        status = read_identifiers(search, person);
    if (status == STATUS_OK && *person->own)
        fhir_person_narrow(person, person->own);
    return status;
}
