#include "resources/fhir_parameters.h"

#include <stdio.h>
#include <string.h>

#include "http/route.h"
#include "interop/fhir_json.h"
#include "resources/fhir_edge.h"

/* Which parameter the code of a Coding is. */
static const char *const codings[][2] = {
    {"coding", "code"}, {"codeableConcept", "code"}, {"codingA", "codeA"}, {"codingB", "codeB"}};

static const char *code_name(const char *name) {
    for (size_t i = 0; i < sizeof codings / sizeof *codings; i++)
        if (strcmp(codings[i][0], name) == 0)
            return codings[i][1];
    return NULL;
}

/* The value[x] of a parameter; NULL: none. */
static const json_t *value_of(const json_t *parameter) {
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)parameter, name, value) {
        if (strncmp(name, "value", 5) == 0)
            return value;
    }
    return NULL;
}

static bool knows(const struct fhir_parameters *p, const char *name) {
    bool repeatable;
    return *name != '_' && query_allows(p->view.route->query, name, &repeatable);
}

static bool add(struct fhir_parameters *p, const char *name, const char *value) {
    struct query *query = &p->view.query;
    if (!value || query_get(query, name) || query->count == QUERY_PARAMS_MAX)
        return false;
    query->params[query->count++] = (struct query_param){name, value};
    return true;
}

/* Two Codings of one call are of one system. */
static bool add_coding(struct fhir_parameters *p, const char *code, const json_t *value) {
    const json_t *list = json_object_get(value, "coding");
    const json_t *coding = list ? json_array_get(list, 0) : value;
    const char *system = fhir_text(coding, "system"), *before = query_get(&p->view.query, "system");
    if (!knows(p, code) || json_array_size(list) > 1 || !system ||
        (before && strcmp(before, system) != 0))
        return false;
    return (before || add(p, "system", system)) && add(p, code, fhir_text(coding, "code"));
}

static bool add_number(struct fhir_parameters *p, const char *name, const json_t *value) {
    size_t used = 0;
    while (used < FHIR_NUMBERS && *p->numbers[used])
        used++;
    if (used == FHIR_NUMBERS)
        return false;
    (void)snprintf(p->numbers[used], sizeof p->numbers[used], "%lld",
                   (long long)json_integer_value(value));
    return add(p, name, p->numbers[used]);
}

static bool read_one(struct fhir_parameters *p, const char *name, const json_t *value) {
    if (code_name(name))
        return add_coding(p, code_name(name), value);
    if (!knows(p, name))
        return false;
    return json_is_integer(value) ? add_number(p, name, value)
                                  : add(p, name, json_string_value(value));
}

static void read_all(struct fhir_parameters *p, const json_t *list,
                     struct http_response *response) {
    size_t i;
    json_t *parameter;
    json_array_foreach((json_t *)list, i, parameter) {
        char place[64];
        const char *name = fhir_text(parameter, "name");
        (void)snprintf(place, sizeof place, "#/parameter/%zu", i);
        if (!name || !read_one(p, name, value_of(parameter)))
            response_error(response, place, "not_supported",
                           "is not known here, has no value of use, or is there twice; known: %s",
                           p->view.route->query);
    }
}

enum status fhir_parameters_read(struct fhir_parameters *parameters,
                                 const struct http_request *request,
                                 struct http_response *response) {
    *parameters = (struct fhir_parameters){.view = *request};
    if (!request->json)
        return STATUS_OK;
    enum status status = fhir_body_is(request, response, "Parameters");
    if (status != STATUS_OK)
        return status;
    parameters->view.query = (struct query){0};
    read_all(parameters, json_object_get(request->json, "parameter"), response);
    if (response->error_count == 0)
        return STATUS_OK;
    response_problem(response, "malformed-resource", "A parameter is not understood.");
    return STATUS_INVALID;
}

enum status fhir_parameters_missing(const struct http_request *request,
                                    struct http_response *response, const char *name) {
    if (request->json)
        response_error(response, "#/parameter", "required", "%s is missing", name);
    else
        response_parameter_error(response, name, "required", "is needed");
    response_problem(response, "unsupported-search", "A parameter is missing.");
    return STATUS_INVALID;
}
