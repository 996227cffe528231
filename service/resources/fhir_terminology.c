/*
 * Questions about our vocabulary, by GET and by POST: CodeSystem/$lookup and $subsumes,
 * $validate-code of a system or a set, and ValueSet/$expand. A set of ours is all codes of the
 * system of the same name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/thread_arena.h"
#include "interop/fhir_json.h"
#include "resources/app.h"
#include "resources/fhir_edge.h"
#include "resources/fhir_library.h"
#include "resources/fhir_parameters.h"
#include "resources/handlers.h"

/* NULL: no memory to render them. */
static const struct fhir_shelf *systems(const struct app *app, const struct http_request *request) {
    return fhir_library_shelf(app->fhir_library, request->language, FHIR_CODE_SYSTEM);
}

/* The code system of a URL of either type; NULL: none of ours. "|version" may follow. */
static const struct fhir_entry *system_of(const struct fhir_shelf *shelf, const char *url,
                                          const char *type) {
    char wanted[FHIR_URL_SIZE];
    for (size_t i = 0; url && i < shelf->count; i++) {
        size_t len;
        fhir_url(type, shelf->entries[i].id, wanted);
        len = strlen(wanted);
        if (strncmp(url, wanted, len) == 0 &&
            (!url[len] ||
             (url[len] == '|' && strcmp(url + len + 1, shelf->entries[i].version) == 0)))
            return &shelf->entries[i];
    }
    return NULL;
}

static const struct fhir_concept_text *concept_of(const struct fhir_entry *system,
                                                  const char *code) {
    for (size_t i = 0; code && i < system->concept_count; i++)
        if (strcmp(system->concepts[i].code, code) == 0)
            return &system->concepts[i];
    return NULL;
}

static json_t *parameter(const char *name, const char *type, json_t *value_owned) {
    return json_pack("{s:s, s:o}", "name", name, type, value_owned);
}

static json_t *text_parameter(const char *name, const char *text) {
    return parameter(name, "valueString", json_string(text));
}

static enum status send_parameters(const struct http_request *request,
                                   struct http_response *response, json_t *list_owned) {
    return fhir_send(
        request, response, 200,
        json_pack("{s:s, s:o}", "resourceType", "Parameters", "parameter", list_owned));
}

static enum status lookup(const struct app *app, const struct http_request *request,
                          struct http_response *response) {
    const char *url = request_query(request, "system"), *code = request_query(request, "code");
    if (!url || !code)
        return fhir_parameters_missing(request, response, url ? "code" : "system");
    const struct fhir_shelf *shelf = systems(app, request);
    if (!shelf)
        return STATUS_NO_MEMORY;
    const struct fhir_entry *system = system_of(shelf, url, "CodeSystem");
    const struct fhir_concept_text *concept = system ? concept_of(system, code) : NULL;
    if (!concept) {
        response_problem(response, "not-found", "%s",
                         system ? "The system has no such code." : "This is no system of ours.");
        return STATUS_NOT_FOUND;
    }
    json_t *list = json_pack("[o, o]", text_parameter("name", system->title),
                             text_parameter("version", system->version));
    bool good =
        list && fhir_append(list, text_parameter("display", concept->display ? concept->display
                                                                             : concept->code));
    if (good && concept->definition)
        good = fhir_append(list, text_parameter("definition", concept->definition));
    if (good)
        return send_parameters(request, response, list);
    json_decref(list);
    return STATUS_NO_MEMORY;
}

static enum status validate(const struct app *app, const struct http_request *request,
                            struct http_response *response) {
    bool set = strncmp(request->route->path, "/fhir/ValueSet", 14) == 0;
    const char *url = request_query(request, "url"), *code = request_query(request, "code");
    const char *within = request_query(request, "system");
    if (!url && !set)
        url = within; /* of a Coding */
    if (!url || !code)
        return fhir_parameters_missing(request, response, url ? "code" : "url");
    const struct fhir_shelf *shelf = systems(app, request);
    if (!shelf)
        return STATUS_NO_MEMORY;
    const struct fhir_entry *system = system_of(shelf, url, set ? "ValueSet" : "CodeSystem");
    if (!system) {
        response_problem(response, "not-found", "Nothing of ours has this URL.");
        return STATUS_NOT_FOUND;
    }
    bool same = !within || system_of(shelf, within, "CodeSystem") == system;
    const struct fhir_concept_text *concept = same ? concept_of(system, code) : NULL;
    json_t *list =
        json_pack("[o]", parameter("result", "valueBoolean", json_boolean(concept != NULL)));
    if (!concept)
        (void)fhir_append(list, text_parameter("message", same ? "There is no such code."
                                                               : "The set holds no codes of this "
                                                                 "system."));
    else if (concept->display)
        (void)fhir_append(list, text_parameter("display", concept->display));
    return send_parameters(request, response, list);
}

/* No code of ours is below another. */
static enum status subsume(const struct app *app, const struct http_request *request,
                           struct http_response *response) {
    static const char *const names[] = {"system", "codeA", "codeB"};
    const char *given[3];
    for (size_t i = 0; i < 3; i++) {
        given[i] = request_query(request, names[i]);
        if (!given[i])
            return fhir_parameters_missing(request, response, names[i]);
    }
    const struct fhir_shelf *shelf = systems(app, request);
    if (!shelf)
        return STATUS_NO_MEMORY;
    const struct fhir_entry *system = system_of(shelf, given[0], "CodeSystem");
    if (!system || !concept_of(system, given[1]) || !concept_of(system, given[2])) {
        response_problem(response, "not-found", "%s",
                         system ? "The system has no such code." : "This is no system of ours.");
        return STATUS_NOT_FOUND;
    }
    const char *outcome = strcmp(given[1], given[2]) == 0 ? "equivalent" : "not-subsumed";
    return send_parameters(
        request, response,
        json_pack("[o]", parameter("outcome", "valueCode", json_string(outcome))));
}

/* ---- $expand ---- */

static size_t number_or(const char *text, size_t otherwise) {
    size_t digits = text ? strspn(text, "0123456789") : 0;
    return digits && digits < 9 && !text[digits] ? strtoul(text, NULL, 10) : otherwise;
}

/* Does the display hold the words of the filter? Case and accents do not matter. */
static bool passes(const struct fhir_concept_text *concept, const char *words,
                   struct arena *arena) {
    const char *text = concept->display ? concept->display : concept->code;
    char *own = words ? fold_words(arena, text, strlen(text)) : NULL;
    return !words || (own && strstr(own, words));
}

static json_t *contained(const struct fhir_entry *system, const struct fhir_concept_text *concept) {
    json_t *row = json_pack("{s:s, s:s}", "system", system->url, "code", concept->code);
    if (row && fhir_set_text(row, "display", concept->display))
        return row;
    json_decref(row);
    return NULL;
}

/* The whole set of that name, to which the expansion is added. */
static json_t *set_document(const struct app *app, const struct http_request *request,
                            const struct fhir_entry *system) {
    const struct fhir_shelf *shelf =
        fhir_library_shelf(app->fhir_library, request->language, FHIR_VALUE_SET);
    for (size_t i = 0; shelf && i < shelf->count; i++)
        if (strcmp(shelf->entries[i].id, system->id) == 0)
            return json_loadb(shelf->entries[i].rendered.bytes, shelf->entries[i].rendered.len, 0,
                              NULL);
    return NULL;
}

static enum status expand(const struct app *app, const struct http_request *request,
                          struct http_response *response) {
    const char *url = request_query(request, "url"), *filter = request_query(request, "filter");
    struct arena *arena = thread_arena();
    if (!arena)
        return STATUS_NO_MEMORY;
    if (!url)
        return fhir_parameters_missing(request, response, "url");
    const struct fhir_shelf *shelf = systems(app, request);
    if (!shelf)
        return STATUS_NO_MEMORY;
    const struct fhir_entry *system = system_of(shelf, url, "ValueSet");
    if (!system) {
        response_problem(response, "not-found", "Nothing of ours has this URL.");
        return STATUS_NOT_FOUND;
    }
    bool filtered = filter && *filter;
    const char *words = filtered ? fold_words(arena, filter, strlen(filter)) : NULL;
    if (filtered && !words)
        return STATUS_NO_MEMORY;
    size_t offset = number_or(request_query(request, "offset"), 0), total = 0;
    size_t count = number_or(request_query(request, "count"), SIZE_MAX - offset);
    json_t *list = json_array(), *set = set_document(app, request, system);
    for (size_t i = 0; i < system->concept_count; i++) {
        if (!passes(&system->concepts[i], words, arena))
            continue;
        if (total >= offset && total < offset + count)
            (void)fhir_append(list, contained(system, &system->concepts[i]));
        total++;
    }
    json_t *expansion =
        json_pack("{s:s, s:s, s:I, s:I}", "identifier", url, "timestamp", system->date, "total",
                  (json_int_t)total, "offset", (json_int_t)offset);
    bool good = list && set && expansion;
    if (good)
        good = fhir_set(expansion, "contains", json_incref(list)) &&
               fhir_set(set, "expansion", json_incref(expansion));
    json_decref(list);
    json_decref(expansion);
    if (good)
        return fhir_send(request, response, 200, set);
    json_decref(set);
    return STATUS_NO_MEMORY;
}

/* ---- the operations ---- */

typedef enum status operation(const struct app *app, const struct http_request *request,
                              struct http_response *response);

static enum status ask(operation *operation, const struct app *app,
                       const struct http_request *request, struct http_response *response) {
    struct fhir_parameters parameters;
    enum status status = fhir_parameters_read(&parameters, request, response);
    return status == STATUS_OK ? operation(app, &parameters.view, response) : status;
}

enum status fhir_code_lookup(void *app, const struct http_request *request,
                             struct http_response *response) {
    return ask(lookup, app, request, response);
}

enum status fhir_code_validate(void *app, const struct http_request *request,
                               struct http_response *response) {
    return ask(validate, app, request, response);
}

enum status fhir_code_subsumes(void *app, const struct http_request *request,
                               struct http_response *response) {
    return ask(subsume, app, request, response);
}

enum status fhir_value_set_expand(void *app, const struct http_request *request,
                                  struct http_response *response) {
    return ask(expand, app, request, response);
}
