/* The whole edge on one screen. A new operation is a row here and an operation in api/openapi.yaml.
 */
#include "http/health.h"
#include "http/metrics.h"
#include "http/problem_types.h"
#include "resources/app.h"
#include "resources/fhir_edge.h"
#include "resources/handlers.h"
#include "resources/merge_patch.h"

enum {
    INTAKE_LIMIT = 256 * 1024,
    BATCH_LIMIT = 1 << 30,
    RESPONSE_LIMIT = 512 * 1024,
    SESSION_LIMIT = 64 * 1024,
    MEASUREMENT_LIMIT = 16 * 1024,
    BUNDLE_LIMIT = 1024 * 1024,
    FORM_LIMIT = 8 * 1024
};

/* A record of hundreds of resources travels with a CDS call. */
enum { RECORD_LIMIT = 2 * 1024 * 1024 };
/* What CDS clients ask for; what they get is application/json. */
#define CDS_PRODUCES "application/json, application/fhir+json, application/json+fhir"

/* The handler holds the query against the contract, so that all mistakes are named at once. */
#define CHECKED_BY_CONTRACT "*"

#define GET(route_path, id, function, ...)                                                         \
    { .method = HTTP_GET, .path = route_path, .operation_id = id, .handler = function, __VA_ARGS__ }
#define POST(route_path, id, function, ...)                                                        \
    {                                                                                              \
        .method = HTTP_POST, .path = route_path, .operation_id = id, .handler = function,          \
        __VA_ARGS__                                                                                \
    }
#define PUT(route_path, id, function, ...)                                                         \
    { .method = HTTP_PUT, .path = route_path, .operation_id = id, .handler = function, __VA_ARGS__ }
#define PATCH(route_path, id, function, ...)                                                       \
    {                                                                                              \
        .method = HTTP_PATCH, .path = route_path, .operation_id = id, .handler = function,         \
        __VA_ARGS__                                                                                \
    }
#define DELETE(route_path, id, function, ...)                                                      \
    {                                                                                              \
        .method = HTTP_DELETE, .path = route_path, .operation_id = id, .handler = function,        \
        __VA_ARGS__                                                                                \
    }

/* The manners of every FHIR route. */
#define FHIR_WAYS .fhir = true, .produces = MEDIA_FHIR_ALL, .content_types = MEDIA_FHIR_ALL
#define FHIR_FORM .fhir = true, .produces = MEDIA_FHIR_ALL, .content_types = MEDIA_FORM
#define FHIR_PATCH .fhir = true, .produces = MEDIA_FHIR_ALL, .content_types = MEDIA_JSON_PATCH

/* What a search knows; a star: may be repeated, all must hold. _include and _revinclude with all
 * that they know. */
#define FHIR_PERSON                                                                                \
    "patient subject subject:Patient patient:identifier subject:identifier "                       \
    "patient.identifier subject.identifier subject:Patient.identifier "
#define FHIR_CARE_PLAN_SEARCH                                                                      \
    FHIR_PERSON                                                                                    \
    "_id _lastUpdated* identifier status intent category date* activity-code performer "           \
    "_include=CarePlan:goal _include=CarePlan:performer _revinclude=Provenance:target"
#define FHIR_GOAL_SEARCH FHIR_PERSON "_id _lastUpdated* _revinclude=CarePlan:goal"
#define FHIR_PROVENANCE_SEARCH                                                                     \
    "patient patient:identifier patient.identifier target _id _lastUpdated* "                      \
    "_include=Provenance:target"
#define FHIR_OBSERVATION_SEARCH FHIR_PERSON "_id based-on code date* _include=Observation:based-on"
#define FHIR_PROCEDURE_SEARCH FHIR_PERSON "_id based-on _include=Procedure:based-on"
#define FHIR_ADVERSE_EVENT_SEARCH                                                                  \
    FHIR_PERSON                                                                                    \
    "_id _lastUpdated* date* event seriousness actuality substance "                               \
    "_include=AdverseEvent:substance"
#define FHIR_PRACTITIONER_SEARCH "_id _revinclude=PractitionerRole:practitioner"
#define FHIR_PRACTITIONER_ROLE_SEARCH "_id practitioner _include=PractitionerRole:practitioner"

/* The two ways to search a type, and the reading of one. */
#define FHIR_READ_AND_SEARCH(type, known, search, get, right)                                      \
    GET("/fhir/" type, "fhirSearch" type, search, FHIR_WAYS, .query = (known), .scope = (right),   \
        .cache = CACHE_NO_STORE, .blocking = true),                                                \
        POST("/fhir/" type "/_search", "fhirSearch" type "ByForm", search, FHIR_FORM,              \
             .query = (known), .scope = (right), .body_limit = FORM_LIMIT,                         \
             .cache = CACHE_NO_STORE, .blocking = true),                                           \
        GET("/fhir/" type "/{id}", "fhirRead" type, get, FHIR_WAYS, .scope = (right),              \
            .cache = CACHE_PRIVATE, .blocking = true)

/* What is known, as FHIR: rendered at start, searched and read. */
#define FHIR_DEFINITION_SEARCH                                                                     \
    "_id _lastUpdated* url version name title status identifier date* _count _cursor _sort "       \
    "_summary _elements _total _format"
#define FHIR_DEFINITION(type)                                                                      \
    GET("/fhir/" type, "fhirSearch" type, fhir_definition_search, FHIR_WAYS,                       \
        .scope = "catalogue:read", .cache = CACHE_PUBLIC, .query = FHIR_DEFINITION_SEARCH),        \
        POST("/fhir/" type "/_search", "fhirSearch" type "ByForm", fhir_definition_search,         \
             FHIR_FORM, .scope = "catalogue:read", .cache = CACHE_NO_STORE,                        \
             .query = FHIR_DEFINITION_SEARCH, .body_limit = FORM_LIMIT),                           \
        GET("/fhir/" type "/{id}", "fhirRead" type, fhir_definition_get, FHIR_WAYS,                \
            .scope = "catalogue:read", .cache = CACHE_PUBLIC,                                      \
            .query = "_format _summary _elements")

/* What is asked about vocabulary, by the query or by Parameters. */
#define FHIR_QUESTION(operation, id, function, known)                                              \
    GET("/fhir/" operation, id, function, FHIR_WAYS, .query = known " _format",                    \
        .scope = "catalogue:read", .cache = CACHE_PUBLIC),                                         \
        POST("/fhir/" operation, id "ByParameters", function, FHIR_WAYS,                           \
             .query = known " _format", .body_limit = FORM_LIMIT, .body_schema = "FhirResource",   \
             .scope = "catalogue:read", .cache = CACHE_NO_STORE)

const struct route app_routes[] = {
    POST("/recommendations", "createRecommendation", recommendation_create,
         .query = CHECKED_BY_CONTRACT, .body_limit = INTAKE_LIMIT, .body_schema = "Intake",
         .lines_limit = BATCH_LIMIT, .lines_query = recommendation_query_is_valid,
         .scope = "decisions:create", .cache = CACHE_NO_STORE),
    POST("/contraindication-checks", "createContraindicationCheck", contraindication_check_create,
         .body_limit = INTAKE_LIMIT, .body_schema = "ContraindicationCheck",
         .scope = "decisions:create", .cache = CACHE_NO_STORE),

    GET("/techniques", "listTechniques", technique_list, .query = CHECKED_BY_CONTRACT,
        .scope = "catalogue:read", .cache = CACHE_PUBLIC),
    GET("/techniques/{technique_id}", "getTechnique", technique_get, .scope = "catalogue:read",
        .cache = CACHE_PUBLIC),
    GET("/presentations", "listPresentations", presentation_list, .scope = "catalogue:read",
        .cache = CACHE_PUBLIC),
    GET("/presentations/{presentation_id}", "getPresentation", presentation_get,
        .scope = "catalogue:read", .cache = CACHE_PUBLIC),
    GET("/findings", "listFindings", finding_list, .query = CHECKED_BY_CONTRACT,
        .scope = "catalogue:read", .cache = CACHE_PUBLIC),
    GET("/findings/{finding_id}", "getFinding", finding_get, .scope = "catalogue:read",
        .cache = CACHE_PUBLIC),
    GET("/red-flags", "listRedFlags", red_flag_list, .scope = "catalogue:read",
        .cache = CACHE_PUBLIC),
    GET("/contraindications", "listContraindications", contraindication_list,
        .query = CHECKED_BY_CONTRACT, .scope = "catalogue:read", .cache = CACHE_PUBLIC),
    GET("/contraindications/{rule_id}", "getContraindication", contraindication_get,
        .scope = "catalogue:read", .cache = CACHE_PUBLIC),
    GET("/guidance", "listGuidance", guidance_list, .query = CHECKED_BY_CONTRACT,
        .scope = "catalogue:read", .cache = CACHE_PUBLIC),
    GET("/therapist-credentials", "listTherapistCredentials", therapist_credential_list,
        .query = CHECKED_BY_CONTRACT, .scope = "catalogue:read", .cache = CACHE_PUBLIC),
    GET("/sources", "listSources", source_list, .scope = "catalogue:read", .cache = CACHE_PUBLIC),
    GET("/sources/{source_key}", "getSource", source_get, .scope = "catalogue:read",
        .cache = CACHE_PUBLIC),
    GET("/questionnaire", "getQuestionnaire", questionnaire_get, .scope = "catalogue:read",
        .cache = CACHE_PUBLIC),
    GET("/codes/translate", "translateCode", code_translate, .query = CHECKED_BY_CONTRACT,
        .scope = "catalogue:read", .cache = CACHE_PUBLIC),
    GET("/knowledge", "getKnowledge", knowledge_get, .scope = "catalogue:read",
        .cache = CACHE_PUBLIC),

    GET("/care-plans", "listCarePlans", care_plan_list, .scope = "plans:read",
        .query = CHECKED_BY_CONTRACT, .cache = CACHE_PRIVATE, .blocking = true),
    POST("/care-plans", "createCarePlan", care_plan_create, .scope = "plans:write",
         .body_limit = INTAKE_LIMIT, .body_schema = "CarePlanCreate", .cache = CACHE_NO_STORE,
         .blocking = true),
    GET("/care-plans/{plan_id}", "getCarePlan", care_plan_get, .scope = "plans:read",
        .cache = CACHE_PRIVATE, .blocking = true),
    PATCH("/care-plans/{plan_id}", "patchCarePlan", care_plan_patch, .scope = "plans:write",
          .body_limit = INTAKE_LIMIT, .body_schema = "CarePlanPatch",
          .content_types = MEDIA_MERGE_PATCH ", " MEDIA_JSON, .cache = CACHE_NO_STORE,
          .blocking = true),
    DELETE("/care-plans/{plan_id}", "deleteCarePlan", care_plan_delete, .scope = "plans:write",
           .cache = CACHE_NO_STORE, .blocking = true),
    GET("/care-plans/{plan_id}/versions/{version}", "getCarePlanVersion", care_plan_version_get,
        .scope = "plans:read", .cache = CACHE_PRIVATE, .blocking = true),
    GET("/care-plans/{plan_id}/history", "listCarePlanHistory", care_plan_history,
        .scope = "plans:read", .query = CHECKED_BY_CONTRACT, .cache = CACHE_PRIVATE,
        .blocking = true),
    POST("/care-plans/{plan_id}/clearances", "createClearance", care_plan_clear,
         .scope = "plans:clear", .body_limit = INTAKE_LIMIT, .body_schema = "Clearance",
         .cache = CACHE_NO_STORE, .blocking = true),
    POST("/care-plans/{plan_id}/re-checks", "createRecheck", care_plan_recheck,
         .scope = "plans:write", .body_limit = INTAKE_LIMIT, .body_schema = "RecheckCreate",
         .cache = CACHE_NO_STORE, .blocking = true),

    GET("/care-plans/{plan_id}/sessions", "listSessions", session_list, .scope = "plans:read",
        .query = CHECKED_BY_CONTRACT, .cache = CACHE_NO_STORE, .blocking = true),
    POST("/care-plans/{plan_id}/sessions", "createSession", session_create,
         .scope = "sessions:write", .body_limit = SESSION_LIMIT, .body_schema = "SessionNew",
         .cache = CACHE_NO_STORE, .blocking = true),
    GET("/care-plans/{plan_id}/sessions/{session_id}", "getSession", session_get,
        .scope = "plans:read", .cache = CACHE_PRIVATE, .blocking = true),
    PATCH("/care-plans/{plan_id}/sessions/{session_id}", "updateSession", session_patch,
          .scope = "sessions:write", .body_limit = SESSION_LIMIT, .body_schema = "SessionPatch",
          .content_types = MEDIA_MERGE_PATCH, .cache = CACHE_NO_STORE, .blocking = true),
    DELETE("/care-plans/{plan_id}/sessions/{session_id}", "deleteSession", session_delete,
           .scope = "sessions:write", .cache = CACHE_NO_STORE, .blocking = true),
    GET("/care-plans/{plan_id}/measurements", "listMeasurements", measurement_list,
        .scope = "plans:read", .query = CHECKED_BY_CONTRACT, .cache = CACHE_NO_STORE,
        .blocking = true),
    POST("/care-plans/{plan_id}/measurements", "createMeasurement", measurement_create,
         .scope = "measurements:write", .body_limit = MEASUREMENT_LIMIT,
         .body_schema = "MeasurementNew", .cache = CACHE_NO_STORE, .blocking = true),
    GET("/care-plans/{plan_id}/progress", "getProgress", plan_progress_get, .scope = "plans:read",
        .produces = "application/json, image/svg+xml", .cache = CACHE_PRIVATE, .blocking = true),
    GET("/care-plans/{plan_id}/summary", "getCarePlanSummary", plan_summary_get,
        .scope = "plans:read", .query = CHECKED_BY_CONTRACT,
        .produces = "text/html, application/pdf", .cache = CACHE_PRIVATE, .blocking = true),
    GET("/care-plans/{plan_id}/calendar.ics", "getCarePlanCalendar", plan_calendar_get,
        .scope = "plans:read", .query = CHECKED_BY_CONTRACT, .produces = "text/calendar",
        .cache = CACHE_PRIVATE, .blocking = true),
    GET("/care-plans/{plan_id}/calendar-links", "listCalendarLinks", calendar_link_list,
        .scope = "plans:write", .cache = CACHE_NO_STORE, .blocking = true),
    POST("/care-plans/{plan_id}/calendar-links", "createCalendarLink", calendar_link_create,
         .scope = "plans:write", .body_limit = MEASUREMENT_LIMIT, .body_schema = "CalendarLinkNew",
         .cache = CACHE_NO_STORE, .blocking = true),
    DELETE("/care-plans/{plan_id}/calendar-links/{link_id}", "deleteCalendarLink",
           calendar_link_delete, .scope = "plans:write", .cache = CACHE_NO_STORE, .blocking = true),
    GET("/calendars/{calendar_file}", "getCalendar", calendar_get, .produces = "text/calendar",
        .cache = CACHE_PRIVATE, .blocking = true),

    GET("/therapists", "listTherapists", therapist_list, .scope = "therapists:read",
        .query = CHECKED_BY_CONTRACT, .cache = CACHE_NO_STORE, .blocking = true),
    POST("/therapists", "createTherapist", therapist_create, .scope = "therapists:write",
         .body_limit = SESSION_LIMIT, .body_schema = "TherapistNew", .cache = CACHE_NO_STORE,
         .blocking = true),
    GET("/therapists/matches", "listTherapistMatches", therapist_match_list,
        .scope = "therapists:read", .query = CHECKED_BY_CONTRACT, .cache = CACHE_NO_STORE,
        .blocking = true),
    GET("/therapists/{therapist_id}", "getTherapist", therapist_get, .scope = "therapists:read",
        .cache = CACHE_PRIVATE, .blocking = true),
    PATCH("/therapists/{therapist_id}", "updateTherapist", therapist_patch,
          .scope = "therapists:write", .body_limit = SESSION_LIMIT, .body_schema = "TherapistPatch",
          .content_types = MEDIA_MERGE_PATCH, .cache = CACHE_NO_STORE, .blocking = true),
    DELETE("/therapists/{therapist_id}", "deleteTherapist", therapist_delete,
           .scope = "therapists:write", .cache = CACHE_NO_STORE, .blocking = true),

    GET("/patients/{patient_ref}/export", "exportPatient", patient_export,
        .scope = "patients:export", .cache = CACHE_NO_STORE, .blocking = true),
    DELETE("/patients/{patient_ref}", "erasePatient", patient_erase, .scope = "patients:erase",
           .cache = CACHE_NO_STORE, .blocking = true),
    GET("/audit-events", "listAuditEvents", audit_event_list, .scope = "audit:read",
        .query = CHECKED_BY_CONTRACT, .cache = CACHE_NO_STORE, .blocking = true),

    GET("/cds-services", "listCdsServices", cds_discover, .scope = "decisions:create",
        .produces = CDS_PRODUCES, .cache = CACHE_REVALIDATE),
    POST("/cds-services/{service_id}", "callCdsService", cds_service_call,
         .scope = "decisions:create", .body_limit = RECORD_LIMIT, .body_schema = "CdsCall",
         .produces = CDS_PRODUCES, .cache = CACHE_NO_STORE),

    POST("/cds-services/{service_id}/feedback", "sendCdsFeedback", cds_feedback_create,
         .scope = "decisions:create", .body_limit = SESSION_LIMIT, .body_schema = "CdsFeedback",
         .produces = CDS_PRODUCES, .cache = CACHE_NO_STORE),
    GET("/cds-services/{service_id}/stats", "getCdsStats", cds_stats_get, .scope = "audit:read",
        .cache = CACHE_NO_STORE, .blocking = true),

    GET("/fhir/metadata", "fhirMetadata", fhir_metadata_get, FHIR_WAYS, .cache = CACHE_REVALIDATE),
    FHIR_DEFINITION("ActivityDefinition"),
    FHIR_DEFINITION("PlanDefinition"),
    FHIR_DEFINITION("Questionnaire"),
    FHIR_DEFINITION("CodeSystem"),
    FHIR_DEFINITION("ValueSet"),
    FHIR_DEFINITION("OperationDefinition"),
    POST("/fhir/QuestionnaireResponse/$assess", "fhirAssessQuestionnaireResponse",
         fhir_response_assess, FHIR_WAYS, .query = "_format", .body_limit = RESPONSE_LIMIT,
         .body_schema = "FhirResource", .scope = "decisions:create", .cache = CACHE_NO_STORE),
    GET("/fhir/PlanDefinition/{id}/$apply", "fhirApplyPlanDefinitionToSubject", fhir_plan_apply,
        FHIR_WAYS, .query = "subject _format", .scope = "decisions:create",
        .cache = CACHE_NO_STORE),
    POST("/fhir/PlanDefinition/$apply", "fhirApplyPlanDefinitionOfType", fhir_plan_apply, FHIR_WAYS,
         .query = "subject _format", .body_limit = RESPONSE_LIMIT, .body_schema = "FhirResource",
         .scope = "decisions:create", .cache = CACHE_NO_STORE),
    POST("/fhir/PlanDefinition/{id}/$apply", "fhirApplyPlanDefinition", fhir_plan_apply, FHIR_WAYS,
         .query = "subject _format", .body_limit = RESPONSE_LIMIT, .body_schema = "FhirResource",
         .scope = "decisions:create", .cache = CACHE_NO_STORE),
    FHIR_QUESTION("CodeSystem/$lookup", "fhirLookupCode", fhir_code_lookup, "system code"),
    FHIR_QUESTION("CodeSystem/$subsumes", "fhirSubsumesCode", fhir_code_subsumes,
                  "system codeA codeB"),
    FHIR_QUESTION("CodeSystem/$validate-code", "fhirValidateCodeOfSystem", fhir_code_validate,
                  "url code"),
    FHIR_QUESTION("ValueSet/$validate-code", "fhirValidateCodeOfSet", fhir_code_validate,
                  "url system code"),
    FHIR_QUESTION("ValueSet/$expand", "fhirExpandValueSet", fhir_value_set_expand,
                  "url filter offset count"),
    FHIR_QUESTION("ConceptMap/$translate", "fhirTranslateCode", fhir_concept_translate,
                  "system code"),
    GET("/fhir/.well-known/smart-configuration", "fhirSmartConfiguration", fhir_smart_get,
        FHIR_WAYS, .cache = CACHE_REVALIDATE),

    POST("/fhir", "fhirBundle", fhir_bundle_post, FHIR_WAYS, .slash = true, .scope = "plans:read",
         .body_limit = BUNDLE_LIMIT, .body_schema = "FhirResource", .cache = CACHE_NO_STORE,
         .blocking = true),
    GET("/fhir/CarePlan", "fhirSearchCarePlan", fhir_plan_search, FHIR_WAYS,
        .query = FHIR_CARE_PLAN_SEARCH, .scope = "plans:read", .cache = CACHE_NO_STORE,
        .blocking = true),
    POST("/fhir/CarePlan", "fhirCreateCarePlan", fhir_care_plan_create, FHIR_WAYS,
         .scope = "plans:write", .body_limit = INTAKE_LIMIT, .body_schema = "FhirResource",
         .cache = CACHE_NO_STORE, .blocking = true),
    POST("/fhir/CarePlan/_search", "fhirSearchCarePlanByForm", fhir_plan_search, FHIR_FORM,
         .query = FHIR_CARE_PLAN_SEARCH, .scope = "plans:read", .body_limit = FORM_LIMIT,
         .cache = CACHE_NO_STORE, .blocking = true),
    GET("/fhir/CarePlan/{id}", "fhirReadCarePlan", fhir_plan_get, FHIR_WAYS, .scope = "plans:read",
        .cache = CACHE_PRIVATE, .blocking = true),
    PUT("/fhir/CarePlan/{id}", "fhirUpdateCarePlan", fhir_care_plan_update, FHIR_WAYS,
        .scope = "plans:write", .body_limit = INTAKE_LIMIT, .body_schema = "FhirResource",
        .cache = CACHE_NO_STORE, .blocking = true),
    PATCH("/fhir/CarePlan/{id}", "fhirPatchCarePlan", fhir_care_plan_patch, FHIR_PATCH,
          .scope = "plans:write", .body_limit = INTAKE_LIMIT, .body_schema = "JsonPatch",
          .cache = CACHE_NO_STORE, .blocking = true),
    DELETE("/fhir/CarePlan/{id}", "fhirDeleteCarePlan", fhir_care_plan_delete, FHIR_WAYS,
           .scope = "plans:write", .cache = CACHE_NO_STORE, .blocking = true),
    GET("/fhir/CarePlan/{id}/_history", "fhirHistoryCarePlan", fhir_care_plan_history, FHIR_WAYS,
        .query = "_since", .scope = "plans:read", .cache = CACHE_NO_STORE, .blocking = true),
    GET("/fhir/CarePlan/{id}/_history/{vid}", "fhirVreadCarePlan", fhir_care_plan_vread, FHIR_WAYS,
        .scope = "plans:read", .cache = CACHE_PRIVATE, .blocking = true),
    GET("/fhir/Patient/{id}/$everything", "fhirPatientEverything", fhir_patient_everything,
        FHIR_WAYS, .query = "", .scope = "patients:export", .cache = CACHE_NO_STORE,
        .blocking = true),
    GET("/fhir/$export", "fhirExport", fhir_export_begin, FHIR_WAYS,
        .query = "_type _since _outputFormat", .scope = "patients:export", .cache = CACHE_NO_STORE,
        .blocking = true),
    GET("/fhir/$export/{job}", "fhirExportStatus", fhir_export_status, FHIR_WAYS, .query = "",
        .scope = "patients:export", .cache = CACHE_NO_STORE, .blocking = true, .bulk = true),
    DELETE("/fhir/$export/{job}", "fhirExportDelete", fhir_export_delete, FHIR_WAYS, .query = "",
           .scope = "patients:export", .cache = CACHE_NO_STORE, .blocking = true),
    GET("/fhir/$export-file/{file}/{name}", "fhirExportFile", fhir_export_file, .fhir = true,
        .query = "", .produces = MEDIA_FHIR_NDJSON, .scope = "patients:export",
        .cache = CACHE_NO_STORE, .blocking = true, .bulk = true),
    FHIR_READ_AND_SEARCH("Goal", FHIR_GOAL_SEARCH, fhir_plan_search, fhir_plan_get, "plans:read"),
    PUT("/fhir/Goal/{id}", "fhirUpdateGoal", fhir_goal_update, FHIR_WAYS, .scope = "plans:write",
        .body_limit = MEASUREMENT_LIMIT, .body_schema = "FhirResource", .cache = CACHE_NO_STORE,
        .blocking = true),
    FHIR_READ_AND_SEARCH("Provenance", FHIR_PROVENANCE_SEARCH, fhir_plan_search, fhir_plan_get,
                         "plans:read"),
    FHIR_READ_AND_SEARCH("Observation", FHIR_OBSERVATION_SEARCH, fhir_observation_search,
                         fhir_observation_get, "plans:read"),
    POST("/fhir/Observation", "fhirCreateObservation", fhir_observation_create, FHIR_WAYS,
         .scope = "measurements:write", .body_limit = MEASUREMENT_LIMIT,
         .body_schema = "FhirResource", .cache = CACHE_NO_STORE, .blocking = true),
    FHIR_READ_AND_SEARCH("Procedure", FHIR_PROCEDURE_SEARCH, fhir_procedure_search,
                         fhir_procedure_get, "plans:read"),
    POST("/fhir/Procedure", "fhirCreateProcedure", fhir_procedure_create, FHIR_WAYS,
         .scope = "sessions:write", .body_limit = SESSION_LIMIT, .body_schema = "FhirResource",
         .cache = CACHE_NO_STORE, .blocking = true),
    FHIR_READ_AND_SEARCH("AdverseEvent", FHIR_ADVERSE_EVENT_SEARCH, fhir_adverse_event_search,
                         fhir_adverse_event_get, "plans:read"),
    POST("/fhir/AdverseEvent", "fhirCreateAdverseEvent", fhir_adverse_event_create, FHIR_WAYS,
         .scope = "sessions:write", .body_limit = SESSION_LIMIT, .body_schema = "FhirResource",
         .cache = CACHE_NO_STORE, .blocking = true),
    FHIR_READ_AND_SEARCH("Practitioner", FHIR_PRACTITIONER_SEARCH, fhir_practitioner_search,
                         fhir_practitioner_get, "therapists:read"),
    FHIR_READ_AND_SEARCH("PractitionerRole", FHIR_PRACTITIONER_ROLE_SEARCH,
                         fhir_practitioner_search, fhir_practitioner_get, "therapists:read"),

    GET("/", "getIndex", index_get, .cache = CACHE_PUBLIC),
    GET("/problems", "listProblemTypes", problem_types_list, .cache = CACHE_PUBLIC),
    GET("/problems/{problem_name}", "getProblemType", problem_types_get, .cache = CACHE_PUBLIC),
    GET("/openapi.yaml", "getOpenapiYaml", openapi_yaml_get, .produces = "application/yaml",
        .cache = CACHE_PUBLIC),
    GET("/openapi.json", "getOpenapiJson", openapi_json_get, .cache = CACHE_PUBLIC),
    GET("/livez", "getLiveness", health_livez, .cache = CACHE_NO_STORE),
    GET("/readyz", "getReadiness", health_readyz, .query = "exclude*", .cache = CACHE_NO_STORE),
    GET("/metrics", "getMetrics", metrics_get, .produces = "text/plain", .cache = CACHE_NO_STORE),
};
const size_t app_route_count = sizeof app_routes / sizeof *app_routes;
