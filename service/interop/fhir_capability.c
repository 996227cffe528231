#include "interop/fhir_capability.h"

#include <stdio.h>
#include <string.h>

#include "interop/fhir_json.h"
#include "interop/fhir_names.h"

enum { NAME_SIZE = 64 };

/* ---- what a route is ---- */

/* The interactions of R4, by method and by what follows the type in the path. */
static const struct interaction {
    const char *method, *rest, *code;
} interactions[] = {
    {"GET", "", "search-type"},
    {"POST", "", "create"},
    {"GET", "/{id}", "read"},
    {"PUT", "/{id}", "update"},
    {"PATCH", "/{id}", "patch"},
    {"DELETE", "/{id}", "delete"},
    {"GET", "/{id}/_history", "history-instance"},
    {"GET", "/{id}/_history/{vid}", "vread"},
    {"GET", "/_history", "history-type"},
};

static const char *interaction_of(const char *method, const char *rest) {
    for (size_t i = 0; i < sizeof interactions / sizeof *interactions; i++)
        if (strcmp(interactions[i].method, method) == 0 && strcmp(interactions[i].rest, rest) == 0)
            return interactions[i].code;
    return NULL;
}

/* "CarePlan" of "/fhir/CarePlan/{id}", and the rest; false for what belongs to no type. */
static bool type_of(const char *path, char type[NAME_SIZE], const char **rest) {
    const char *start = path + strlen("/fhir");
    if (*start != '/' || start[1] < 'A' || start[1] > 'Z')
        return false;
    size_t len = strcspn(++start, "/");
    if (len >= NAME_SIZE)
        return false;
    memcpy(type, start, len);
    type[len] = '\0';
    *rest = start + len;
    return true;
}

/* ---- search parameters ---- */

static const struct search_type {
    const char *name, *type;
} search_types[] = {
    {"_id", "token"},
    {"_lastUpdated", "date"},
    {"patient", "reference"},
    {"subject", "reference"},
    {"performer", "reference"},
    {"practitioner", "reference"},
    {"target", "reference"},
    {"based-on", "reference"},
    {"substance", "reference"},
    {"focus", "reference"},
    {"instantiates-canonical", "reference"},
    {"date", "date"},
    {"start-date", "date"},
    {"activity-date", "date"},
    {"url", "uri"},
    {"title", "string"},
    {"name", "string"},
    {"address-country", "string"},
    {"description", "string"},
    {"text", "string"},
};

static const char *search_type(const char *name) {
    for (size_t i = 0; i < sizeof search_types / sizeof *search_types; i++)
        if (strcmp(search_types[i].name, name) == 0)
            return search_types[i].type;
    return "token";
}

/* Parameters that shape the answer are no search parameters, modifiers and chains are no names. */
static bool is_search(const char *name) {
    if (strpbrk(name, ":.="))
        return false;
    return *name != '_' || strcmp(name, "_id") == 0 || strcmp(name, "_lastUpdated") == 0;
}

/* What a search can include stands among its parameters: "_include=CarePlan:goal". */
static const struct include {
    const char *prefix, *member;
} includes[] = {{"_include=", "searchInclude"}, {"_revinclude=", "searchRevInclude"}};

static bool add_include(json_t *resource, const char *name) {
    for (size_t i = 0; i < sizeof includes / sizeof *includes; i++) {
        size_t len = strlen(includes[i].prefix);
        json_t *list = json_object_get(resource, includes[i].member);
        if (strncmp(name, includes[i].prefix, len) == 0)
            return list ? fhir_append(list, json_string(name + len))
                        : fhir_set(resource, includes[i].member, json_pack("[s]", name + len));
    }
    return true;
}

static bool add_parameter(json_t *resource, json_t *list, const char *name) {
    if (is_search(name))
        return fhir_append(list, json_pack("{s:s, s:s}", "name", name, "type", search_type(name)));
    return add_include(resource, name);
}

static bool add_search(json_t *resource, const char *query) {
    json_t *list = json_array();
    bool good = list != NULL;
    char name[NAME_SIZE];
    while (good && query && *(query += strspn(query, " "))) {
        size_t len = strcspn(query, " "), plain = len - (query[len - 1] == '*');
        if (plain < sizeof name) {
            memcpy(name, query, plain);
            name[plain] = '\0';
            good = add_parameter(resource, list, name);
        }
        query += len;
    }
    return fhir_set(resource, "searchParam", list) && good;
}

/* ---- resources ---- */

/* What the interactions do not say by themselves. */
static const struct remark {
    const char *type, *words;
} remarks[] = {
    {"CarePlan", "If-None-Exist takes the search parameters; of identifiers only those that this "
                 "service gave are kept."},
    {"Goal", "One comes with each CarePlan and has its id; its words can be changed."},
    {"Procedure", "A session: planned is preparation, done is completed, missed or cancelled is "
                  "not-done."},
    {"AdverseEvent", "Belongs to the session that suspectEntity names."},
    {"Practitioner", "The directory is read here and written at /therapists. A therapist whose id "
                     "holds an underscore, which no id of FHIR does, is there alone."},
    {"PractitionerRole", "As Practitioner."},
};

static const char *remark_on(const char *type) {
    for (size_t i = 0; i < sizeof remarks / sizeof *remarks; i++)
        if (strcmp(remarks[i].type, type) == 0)
            return remarks[i].words;
    return NULL;
}

static json_t *new_resource(const char *type) {
    return json_pack("{s:s, s:o, s:[]}", "type", type, "profile",
                     json_sprintf("http://hl7.org/fhir/StructureDefinition/%s", type),
                     "interaction");
}

static json_t *resource_named(json_t *resources, const char *type) {
    size_t i;
    json_t *resource;
    json_array_foreach(resources, i, resource) {
        if (strcmp(fhir_text(resource, "type"), type) == 0)
            return resource;
    }
    resource = new_resource(type);
    return resource && json_array_append_new(resources, resource) == 0 ? resource : NULL;
}

/* Once, however many methods and paths lead to it. */
static bool add_operation(json_t *resource, const char *type, const char *dollar) {
    json_t *list = json_object_get(resource, "operation");
    size_t i;
    json_t *known;
    if (!list) {
        list = json_array();
        if (!list || json_object_set_new(resource, "operation", list) != 0)
            return false;
    }
    json_array_foreach(list, i, known) {
        if (strcmp(fhir_text(known, "name"), dollar + 1) == 0)
            return true;
    }
    /* What FHIR defines itself is not defined again. */
    bool standard = strcmp(type, "Patient") == 0;
    return fhir_append(list,
                       json_pack("{s:s, s:o}", "name", dollar + 1, "definition",
                                 json_sprintf("%s/OperationDefinition/%s-%s",
                                              standard ? "http://hl7.org/fhir" : FHIR_CANONICAL,
                                              type, dollar + 1)));
}

static bool add_interaction(json_t *resource, const char *code) {
    return fhir_append(json_object_get(resource, "interaction"), json_pack("{s:s}", "code", code));
}

static bool has_interaction(const json_t *resource, const char *code) {
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(resource, "interaction"), i, item) {
        if (strcmp(fhir_text(item, "code"), code) == 0)
            return true;
    }
    return false;
}

static bool add_route(json_t *resources, const struct fhir_route *route) {
    char type[NAME_SIZE];
    const char *rest;
    if (!type_of(route->path, type, &rest))
        return true;
    const char *dollar = strchr(rest, '$'), *code = interaction_of(route->method, rest);
    if (!dollar && !code)
        return true; /* _search: another way to say search-type */
    json_t *resource = resource_named(resources, type);
    if (!resource)
        return false;
    if (dollar)
        return add_operation(resource, type, dollar);
    bool search = strcmp(code, "search-type") == 0;
    return add_interaction(resource, code) && (!search || add_search(resource, route->query));
}

/* Conditional requests and versions follow from the interactions. */
static bool add_manners(json_t *resource) {
    bool writes = has_interaction(resource, "update") || has_interaction(resource, "patch");
    bool reads = has_interaction(resource, "read");
    bool good = fhir_set_text(resource, "documentation", remark_on(fhir_text(resource, "type"))) &&
                fhir_set_text(resource, "versioning",
                              writes                               ? "versioned-update"
                              : has_interaction(resource, "vread") ? "versioned"
                                                                   : "no-version");
    if (good && has_interaction(resource, "vread"))
        good = fhir_set(resource, "readHistory", json_true());
    if (good && writes)
        good = fhir_set(resource, "updateCreate", json_false());
    if (good && has_interaction(resource, "create"))
        good = fhir_set(resource, "conditionalCreate",
                        json_boolean(strcmp(fhir_text(resource, "type"), "CarePlan") == 0));
    if (good && reads)
        good = fhir_set_text(resource, "conditionalRead", "not-match");
    if (good && has_interaction(resource, "update"))
        good = fhir_set(resource, "conditionalUpdate", json_false());
    if (good && has_interaction(resource, "delete"))
        good = fhir_set_text(resource, "conditionalDelete", "not-supported");
    if (json_array_size(json_object_get(resource, "interaction")) == 0)
        (void)json_object_del(resource, "interaction");
    return good;
}

static json_t *all_resources(const struct fhir_capability *about) {
    json_t *resources = json_array();
    bool good = resources != NULL;
    for (size_t i = 0; good && i < about->route_count; i++)
        good = add_route(resources, &about->routes[i]);
    for (size_t i = 0; good && i < json_array_size(resources); i++)
        good = add_manners(json_array_get(resources, i));
    if (good)
        return resources;
    json_decref(resources);
    return NULL;
}

/* ---- the server as a whole ---- */

/* POST to the base, and operations on it. */
static bool add_system(const struct fhir_capability *about, json_t *rest) {
    json_t *operations = json_array();
    bool good = operations != NULL;
    for (size_t i = 0; good && i < about->route_count; i++) {
        const struct fhir_route *route = &about->routes[i];
        if (strcmp(route->method, "POST") == 0 && strcmp(route->path, "/fhir") == 0)
            good = fhir_set(rest, "interaction",
                            json_pack("[{s:s}, {s:s}]", "code", "transaction", "code", "batch"));
        else if (strcmp(route->method, "GET") == 0 && strncmp(route->path, "/fhir/$", 7) == 0 &&
                 !strchr(route->path + 7, '/'))
            good = fhir_append(
                operations,
                json_pack("{s:s, s:s}", "name", route->path + 7, "definition",
                          "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export"));
    }
    return fhir_set(rest, "operation", operations) && good;
}

static json_t *oauth_uris(const char *token_url) {
    return json_pack("[{s:s, s:[{s:s, s:s}]}]", "url",
                     "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                     "extension", "url", "token", "valueUri", token_url);
}

static json_t *security(const struct fhir_capability *about) {
    json_t *service = fhir_concept("http://terminology.hl7.org/CodeSystem/restful-security-service",
                                   "SMART-on-FHIR", NULL, NULL);
    json_t *security =
        json_pack("{s:b, s:[o], s:s}", "cors", 1, "service", service, "description",
                  "Authorization: Bearer, with an API key or with a token of the authorization "
                  "server (SMART backend services). There is no interactive launch.");
    if (security && about->token_url && *about->token_url &&
        !fhir_set(security, "extension", oauth_uris(about->token_url))) {
        json_decref(security);
        return NULL;
    }
    return security;
}

static json_t *rest_of(const struct fhir_capability *about) {
    json_t *rest = json_pack("{s:s, s:o}", "mode", "server", "security", security(about));
    json_t *resources = rest ? all_resources(about) : NULL;
    if (resources && fhir_set(rest, "resource", resources) && add_system(about, rest))
        return rest;
    json_decref(rest);
    return NULL;
}

json_t *fhir_capability(const struct fhir_capability *about) {
    return json_pack(
        "{s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s}, s:{s:s, s:s}, s:s, "
        "s:[s, s], s:[s], s:[o]}",
        "resourceType", "CapabilityStatement", "id", "unknot", "url",
        json_sprintf("%s/metadata", about->base), "version", about->version, "name",
        "UnknotCapability", "title", "Unknot as FHIR", "status", "active", "date", about->date,
        "publisher", "Unknot", "kind", "instance", "software", "name", "unknot", "version",
        about->version, "implementation", "description",
        "Massage for back pain: what is safe, care plans, and what they rest on", "url",
        about->base, "fhirVersion", "4.0.1", "format", "json", "application/fhir+json",
        "patchFormat", "application/json-patch+json", "rest", rest_of(about));
}
