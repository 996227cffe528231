/* The record that a call of CDS Hooks is about: what the client sent of it, and what the client's
 * FHIR server adds where the operator allows to ask it. Nothing of it is kept after the call. */
#ifndef UNKNOT_RESOURCES_CDS_RECORD_H
#define UNKNOT_RESOURCES_CDS_RECORD_H

#include "http/request.h"
#include "interop/cds_services.h"
#include "outbound/get.h"
#include "resources/app.h"

struct cds_record {
    struct cds_record_part {
        enum cds_given given;
        const json_t *resource;      /* NULL: nothing to read */
        json_t *owned;               /* the resource, where the server gave of it; else NULL */
        char why[OUTBOUND_WHY_SIZE]; /* why asking for it was in vain; "": it was not, or was not
                                        tried */
    } parts[CDS_PARTS];
};

/* What the client sent. The body must have been checked. */
void cds_record_read(struct cds_record *record, const json_t *body);
void cds_record_free(struct cds_record *record);

/*
 * Asks the client's server for what is missing, if it is one of the allowed: absent and unreadable
 * parts by our own templates, the rest of what has more pages. What cannot be had stays as it is,
 * with the reason. STATUS_MUST_WAIT where the thread may not wait; else STATUS_OK.
 */
enum status cds_record_complete(struct cds_record *record, const struct app *app,
                                const struct http_request *request) MUST_CHECK;

#endif
