/* What the handlers of /cds-services share. */
#ifndef UNKNOT_RESOURCES_CDS_H
#define UNKNOT_RESOURCES_CDS_H

#include "interop/cds_cards.h"
#include "resources/app.h"

enum { CDS_BASE_SIZE = 300 };

/* "https://clinic.example": of --public-url, else of the Host that was asked. */
void cds_base(const struct app *app, const struct http_request *request, char base[CDS_BASE_SIZE]);

/* The service of the path; CDS_HOOKS after making the answer a 404. */
enum cds_hook cds_service_of(const struct http_request *request, struct http_response *response);

#endif
