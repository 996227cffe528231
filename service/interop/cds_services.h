/* The CDS Hooks services that we offer, as a table: what is discovered is what is served. */
#ifndef UNKNOT_INTEROP_CDS_SERVICES_H
#define UNKNOT_INTEROP_CDS_SERVICES_H

#include "base/complaints.h"
#include "base/json_writer.h"

#include <jansson.h>

/* What a record is asked for; each key of a prefetch is one of them. */
enum cds_part {
    CDS_PATIENT,
    CDS_CONDITIONS,
    CDS_MEDICATION_REQUESTS,
    CDS_MEDICATION_STATEMENTS,
    CDS_ALLERGIES,
    CDS_OBSERVATIONS,
    CDS_ANSWERS,
    CDS_PARTS,
};

struct cds_prefetch {
    const char *key;      /* "conditions" */
    const char *template; /* "Condition?patient={{context.patientId}}" */
    bool needed;          /* without it nothing can be said: 412 */
    const char *words;    /* what it is, in a card */
};
extern const struct cds_prefetch cds_prefetch[CDS_PARTS];

enum cds_hook {
    CDS_PATIENT_VIEW,
    CDS_ORDER_SELECT,
    CDS_ORDER_SIGN,
    CDS_APPOINTMENT_BOOK,
    CDS_PROBLEM_CREATE,
    CDS_HOOKS,
};

struct cds_service {
    const char *id;
    const char *hook;
    const char *title, *description;
    const char *bundle; /* the member of the context that is about more than the patient, or NULL */
};
extern const struct cds_service cds_services[CDS_HOOKS];

/* The hook of a service's id; CDS_HOOKS when there is no such service. */
enum cds_hook cds_service_named(const char *id);

/* {services: [...]} */
void cds_discovery_write(struct json_writer *json);

/* Everything that is wrong with a call of that service; nothing is refused for being unknown. */
void cds_call_check(enum cds_hook hook, const json_t *body, struct complaints *complaints);

/* The id of the patient: context.patientId with or without "Patient/". */
const char *cds_patient(const json_t *body);

/* What came for a part of the record. */
enum cds_given {
    CDS_ABSENT, /* the client did not look */
    CDS_EMPTY,  /* it looked, and there is nothing */
    CDS_FAILED, /* it looked, and could not: an OperationOutcome */
    CDS_PARTLY, /* the first page of more */
    CDS_WHOLE,
};
enum cds_given cds_given(const json_t *body, enum cds_part part, const json_t **resource);

/* Where the next page of a Bundle is; NULL: this is the last. */
const char *cds_next_page(const json_t *bundle);

#endif
