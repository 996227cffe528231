/* The handlers of the route table. Each is described by its operation in api/openapi.yaml. */
#ifndef UNKNOT_RESOURCES_HANDLERS_H
#define UNKNOT_RESOURCES_HANDLERS_H

#include "http/request.h"
#include "http/response.h"

typedef enum status handler(void *app, const struct http_request *request,
                            struct http_response *response);

handler recommendation_create;
handler contraindication_check_create;

handler technique_list, technique_get;
handler presentation_list, presentation_get;
handler finding_list, finding_get;
handler red_flag_list;
handler contraindication_list, contraindication_get;
handler guidance_list;
handler therapist_credential_list;
handler source_list, source_get;
handler questionnaire_get;
handler knowledge_get;
handler index_get;
handler openapi_yaml_get, openapi_json_get;

/* Adds the triage of a refused body to its problem, where a red flag can be read in it. */
void recommendation_salvage(void *app, const struct http_request *request,
                            struct http_response *response);

#endif
