/* ConceptMap/$translate: what GET /codes/translate says of a code of a record, as codes of ours. */
#include <string.h>

#include "interop/fhir_json.h"
#include "interop/fhir_names.h"
#include "resources/fhir_edge.h"
#include "resources/fhir_native.h"
#include "resources/fhir_parameters.h"
#include "resources/handlers.h"

static const char *text_of(const json_t *match, const char *name) {
    const char *text = fhir_text(match, name);
    return text ? text : "";
}

/* A finding with its detail, a finding, or a kind of pain; NULL for a member of the intake. */
static json_t *concept_of(const json_t *match) {
    const char *id = text_of(match, "id"), *detail = fhir_text(match, "detail");
    if (strcmp(text_of(match, "target"), "presentation") == 0)
        return json_pack("{s:s, s:s}", "system", FHIR_CODES("presentation"), "code", id);
    if (strcmp(text_of(match, "target"), "finding") != 0)
        return NULL;
    return detail ? json_pack("{s:s, s:o}", "system", FHIR_CODES("finding-detail"), "code",
                              json_sprintf("%s.%s", id, detail))
                  : json_pack("{s:s, s:s}", "system", FHIR_CODES("finding"), "code", id);
}

/* A diagnosis is narrower than the finding that it implies; one that only asks has to do with it.
 */
static const char *equivalence_of(const json_t *match) {
    return strcmp(text_of(match, "action"), "implies") == 0 ? "wider" : "relatedto";
}

static bool add_match(json_t *list, const json_t *match) {
    json_t *concept = concept_of(match);
    return !concept ||
           fhir_append(list, json_pack("{s:s, s:[{s:s, s:s}, {s:s, s:o}]}", "name", "match", "part",
                                       "name", "equivalence", "valueCode", equivalence_of(match),
                                       "name", "concept", "valueCoding", concept));
}

/* The result is true when the code itself says something, not when it only opens a question. */
static json_t *parameters_of(const json_t *translation) {
    size_t i;
    json_t *match, *list = json_array();
    bool good = list != NULL, implied = false;
    json_array_foreach(json_object_get(translation, "matches"), i, match) {
        good = good && add_match(list, match);
        implied |= strcmp(equivalence_of(match), "wider") == 0;
    }
    good = good &&
           json_array_insert_new(
               list, 0, json_pack("{s:s, s:b}", "name", "result", "valueBoolean", (int)implied)) ==
               0 &&
           json_array_insert_new(list, 1,
                                 json_pack("{s:s, s:s}", "name", "message", "valueString",
                                           text_of(translation, "status"))) == 0;
    if (good)
        return json_pack("{s:s, s:o}", "resourceType", "Parameters", "parameter", list);
    json_decref(list);
    return NULL;
}

enum status fhir_concept_translate(void *app, const struct http_request *request,
                                   struct http_response *response) {
    struct fhir_parameters parameters;
    json_t *translation = NULL;
    enum status status = fhir_parameters_read(&parameters, request, response);
    if (status != STATUS_OK)
        return status;
    const char *system = request_query(&parameters.view, "system");
    const char *code = request_query(&parameters.view, "code");
    if (!system || !code)
        return fhir_parameters_missing(request, response, system ? "code" : "system");
    struct fhir_native native = {.operation = "translateCode",
                                 .query = {{"system", system}, {"code", code}}};
    status = fhir_native_call(&native, app, request, response, &translation);
    if (status == STATUS_OK)
        status = fhir_send(request, response, 200, parameters_of(translation));
    json_decref(translation);
    return status;
}
