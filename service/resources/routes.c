/* The whole edge on one screen. A new operation is a row here and an operation in api/openapi.yaml.
 */
#include "http/health.h"
#include "http/metrics.h"
#include "http/problem_types.h"
#include "resources/app.h"
#include "resources/handlers.h"

enum { INTAKE_LIMIT = 256 * 1024 };

/* The handler holds the query against the contract, so that all mistakes are named at once. */
#define CHECKED_BY_CONTRACT "*"

#define GET(route_path, id, function, ...)                                                         \
    { .method = HTTP_GET, .path = route_path, .operation_id = id, .handler = function, __VA_ARGS__ }
#define POST(route_path, id, function, ...)                                                        \
    {                                                                                              \
        .method = HTTP_POST, .path = route_path, .operation_id = id, .handler = function,          \
        __VA_ARGS__                                                                                \
    }

const struct route app_routes[] = {
    POST("/recommendations", "createRecommendation", recommendation_create,
         .query = CHECKED_BY_CONTRACT, .body_limit = INTAKE_LIMIT, .body_schema = "Intake",
         .cache = CACHE_NO_STORE),
    POST("/contraindication-checks", "createContraindicationCheck", contraindication_check_create,
         .body_limit = INTAKE_LIMIT, .body_schema = "ContraindicationCheck",
         .cache = CACHE_NO_STORE),

    GET("/techniques", "listTechniques", technique_list, .query = CHECKED_BY_CONTRACT,
        .cache = CACHE_PUBLIC),
    GET("/techniques/{technique_id}", "getTechnique", technique_get, .cache = CACHE_PUBLIC),
    GET("/presentations", "listPresentations", presentation_list, .cache = CACHE_PUBLIC),
    GET("/presentations/{presentation_id}", "getPresentation", presentation_get,
        .cache = CACHE_PUBLIC),
    GET("/findings", "listFindings", finding_list, .query = CHECKED_BY_CONTRACT,
        .cache = CACHE_PUBLIC),
    GET("/findings/{finding_id}", "getFinding", finding_get, .cache = CACHE_PUBLIC),
    GET("/red-flags", "listRedFlags", red_flag_list, .cache = CACHE_PUBLIC),
    GET("/contraindications", "listContraindications", contraindication_list,
        .query = CHECKED_BY_CONTRACT, .cache = CACHE_PUBLIC),
    GET("/contraindications/{rule_id}", "getContraindication", contraindication_get,
        .cache = CACHE_PUBLIC),
    GET("/guidance", "listGuidance", guidance_list, .query = CHECKED_BY_CONTRACT,
        .cache = CACHE_PUBLIC),
    GET("/therapist-credentials", "listTherapistCredentials", therapist_credential_list,
        .query = CHECKED_BY_CONTRACT, .cache = CACHE_PUBLIC),
    GET("/sources", "listSources", source_list, .cache = CACHE_PUBLIC),
    GET("/sources/{source_key}", "getSource", source_get, .cache = CACHE_PUBLIC),
    GET("/questionnaire", "getQuestionnaire", questionnaire_get, .cache = CACHE_PUBLIC),
    GET("/knowledge", "getKnowledge", knowledge_get, .cache = CACHE_PUBLIC),

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
