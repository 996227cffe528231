/* What is recorded below plans, as resources: rows of measurements_search, sessions_search and
 * adverse_events_search. */
#ifndef UNKNOT_RESOURCES_FHIR_RECORDS_H
#define UNKNOT_RESOURCES_FHIR_RECORDS_H

#include "engine/knowledge.h"
#include "resources/app.h"
#include "resources/tenant_call.h"

/* "PATIENT.m-...", "PATIENT.s-...", and of an event "PATIENT.s-....3": at most 30 a session. */
enum { RECORD_ID_SIZE = 80, RECORD_EVENTS_MAX = 30 };

enum fhir_record_kind { FHIR_OBSERVATION, FHIR_PROCEDURE, FHIR_ADVERSE_EVENT };

struct fhir_record_ref {
    char patient_id[PATIENT_ID_SIZE];
    char id[SUB_ID_SIZE];
    int number; /* of an event of a session; -1: none */
};

bool fhir_record_ref_parse(const char *text, enum fhir_record_kind kind,
                           struct fhir_record_ref *ref) MUST_CHECK;

/* The resource of an id, where the caller may see it; a new reference. STATUS_NOT_FOUND. */
enum status fhir_record_read(const struct app *app, const struct http_request *request,
                             struct http_response *response, enum fhir_record_kind kind,
                             const char *id, json_t **resource) MUST_CHECK;

/* NULL without memory. */
json_t *fhir_observation_of(const struct tenant_call *call, int step, int row,
                            const char *patient_id);

json_t *fhir_procedure_of(const struct knowledge *knowledge, const struct tenant_call *call,
                          int step, int row, const char *patient_id);

/* The event of that number in a session; NULL also when there is none. */
json_t *fhir_adverse_event_of(const struct knowledge *knowledge, const struct tenant_call *call,
                              int step, int row, const char *patient_id, int number);

/* May the caller see the row? `own` is caller_patient_id(). */
bool fhir_record_seen(const struct tenant_call *call, int step, int row, const char *own,
                      const char *patient_id);

#endif
