/* The handlers of the route table. Each is described by its operation in api/openapi.yaml. */
#ifndef UNKNOT_RESOURCES_HANDLERS_H
#define UNKNOT_RESOURCES_HANDLERS_H

#include "http/request.h"
#include "http/response.h"

typedef enum status handler(void *app, const struct http_request *request,
                            struct http_response *response);

handler recommendation_create;
bool recommendation_query_is_valid(void *app, const struct http_request *request,
                                   struct http_response *response);
handler contraindication_check_create;

handler care_plan_list, care_plan_create, care_plan_get, care_plan_patch, care_plan_delete;
handler care_plan_history, care_plan_version_get, care_plan_clear, care_plan_recheck;

handler technique_list, technique_get;
handler presentation_list, presentation_get;
handler finding_list, finding_get;
handler red_flag_list;
handler contraindication_list, contraindication_get;
handler guidance_list;
handler therapist_credential_list;
handler source_list, source_get;
handler code_translate;
handler cds_discover, cds_service_call, cds_feedback_create, cds_stats_get;
handler questionnaire_get;
handler knowledge_get;
handler index_get;
handler openapi_yaml_get, openapi_json_get;

handler session_list, session_create, session_get, session_patch, session_delete;
handler measurement_list, measurement_create;
handler plan_progress_get, plan_summary_get, plan_calendar_get;
handler calendar_link_list, calendar_link_create, calendar_link_delete, calendar_get;
handler therapist_list, therapist_create, therapist_get, therapist_patch, therapist_delete;
handler therapist_match_list;
handler patient_export, patient_erase;
handler audit_event_list;

handler fhir_metadata_get, fhir_smart_get;
handler fhir_definition_search, fhir_definition_get;
handler fhir_plan_search, fhir_plan_get, fhir_care_plan_create, fhir_care_plan_update;
handler fhir_goal_update, fhir_bundle_post;
handler fhir_care_plan_patch, fhir_care_plan_delete, fhir_care_plan_history, fhir_care_plan_vread;
handler fhir_response_assess, fhir_plan_apply;
handler fhir_code_lookup, fhir_code_validate, fhir_code_subsumes, fhir_value_set_expand;
handler fhir_concept_translate;
handler fhir_observation_search, fhir_observation_get, fhir_observation_create;
handler fhir_procedure_search, fhir_procedure_get, fhir_procedure_create;
handler fhir_adverse_event_search, fhir_adverse_event_get, fhir_adverse_event_create;
handler fhir_patient_everything;
handler fhir_export_begin, fhir_export_status, fhir_export_delete, fhir_export_file;
handler fhir_practitioner_search, fhir_practitioner_get;

/* Adds the triage of a refused body to its problem, where a red flag can be read in it. */
void recommendation_salvage(void *app, const struct http_request *request,
                            struct http_response *response);

#endif
