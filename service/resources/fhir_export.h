/*
 * The export of a whole tenant, in the manner of FHIR Bulk Data Access. No job runs and none is
 * kept: the URLs carry what was asked, signed for the tenant (payload of cursor_seal()):
 *
 *     o  what it is: EXPORT_JOB or EXPORT_FILE       n  which export; its client may end it
 *     x  when the URL ends, in seconds               s  only what changed since ("-infinity": all)
 *     of a job: u until, m transactionTime, q query, t types, g what was ignored
 *     of a file: t type, b the stretch [first_at, first_id, end_at, end_id], d of what was
 *     deleted; or g
 *
 * All walks go in the order of (created_at, id), which never changes, so a resource lies in one
 * stretch only, whatever is written meanwhile; what was made after the export began lies in none.
 */
#ifndef UNKNOT_RESOURCES_FHIR_EXPORT_H
#define UNKNOT_RESOURCES_FHIR_EXPORT_H

#include "http/route.h"
#include "resources/tenant_secrets.h"

#define EXPORT_JOB "fhirExport"
#define EXPORT_FILE "fhirExportFile"
#define EXPORT_OUTCOME "OperationOutcome" /* the file of what was ignored */

enum export_source {
    EXPORT_PLANS,
    EXPORT_MEASUREMENTS,
    EXPORT_SESSIONS,
    EXPORT_EVENTS, /* sessions with adverse events */
    EXPORT_THERAPISTS,
};
enum { EXPORT_SOURCES = EXPORT_THERAPISTS + 1, EXPORT_TYPES = 8 };

struct export_type {
    const char *name;
    enum export_source source; /* the rows it is made of */
};
extern const struct export_type export_types[EXPORT_TYPES];

/* NULL: not exported. */
const struct export_type *export_type_named(const char *name, size_t len);

/* The statement that gives the rows of a source. */
const char *export_rows_statement(enum export_source source);

/*
 * Who asks, and for what: the payload of the URL whose last part is the path parameter `param`
 * (NULL: a new export, no payload). STATUS_NOT_FOUND for another tenant's, and for an export that
 * was ended; 410 for one that has expired; 403 for everybody but the clinic.
 */
enum status export_open(const struct http_request *request, struct http_response *response,
                        const char *param, const char *kind, struct tenant_secrets *secrets,
                        json_t **payload_owned) MUST_CHECK;

/* Finds the stretches of which the files of a source are made, each of about `rows` rows. */
struct export_walk {
    const struct http_request *request;
    struct http_response *response;
    enum export_source source;
    const char *until, *since;
    bool gone; /* of what was deleted since, instead */
    long rows;
    json_t *stretches; /* filled, owned by the caller: [[first_at, first_id, end_at, end_id]] */
};
enum status export_walk(struct export_walk *walk) MUST_CHECK;

#endif
