#include "resources/fhir_edge.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/json_memory.h"
#include "base/utf8.h"
#include "http/media.h"
#include "http/problem_types.h"
#include "interop/fhir_json.h"
#include "interop/fhir_names.h"
#include "interop/fhir_outcome.h"

enum { LIST_SIZE = 2048, UNPROCESSABLE = 422, NO_MEMORY = 503 };

/* ---- where we are ---- */

/* What a Host may hold; anything else goes into no link of ours. */
static bool is_host(const char *host) {
    size_t len = strlen(host);
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)host[i]) && !strchr(".:-_[]", host[i]))
            return false;
    return len > 0 && len < 256;
}

void fhir_base(const struct app *app, const struct http_request *request,
               char base[FHIR_BASE_SIZE]) {
    const char *host = request_header(request, "Host");
    if (app->public_url && *app->public_url)
        (void)snprintf(base, FHIR_BASE_SIZE, "%s/fhir", app->public_url);
    else
        (void)snprintf(base, FHIR_BASE_SIZE, "http://%s/fhir",
                       host && is_host(host) ? host : "localhost");
}

static bool asks_for_fhir(const struct http_request *request) {
    char list[LIST_SIZE];
    const char *accept = request_header_list(request, "Accept", list, sizeof list);
    return accept && (strstr(accept, "fhir+json") || strstr(accept, "json+fhir"));
}

static bool is_fhir(const struct http_request *request) {
    const char *path = request->target;
    if (strncasecmp(path, "http://", 7) == 0 || strncasecmp(path, "https://", 8) == 0)
        path = strchr(path + 8, '/');
    if (path && strncmp(path, "/cds-services", 13) == 0 && strchr("/?", path[13]))
        return asks_for_fhir(request); /* CDS clients that speak FHIR read errors as such */
    return path && strncmp(path, "/fhir", 5) == 0 && strchr("/?", path[5]);
}

/* ---- answers ---- */

/* The old spelling is understood, not spoken. */
static const char *spoken(const char *media_type) {
    return strcmp(media_type, MEDIA_JSON) == 0 ? MEDIA_JSON : MEDIA_FHIR;
}

static enum status send_text(struct http_response *response, const char *type,
                             json_t *resource_owned) {
    char *text = resource_owned ? json_dumps(resource_owned, JSON_COMPACT) : NULL;
    json_decref(resource_owned);
    if (!text)
        return STATUS_NO_MEMORY;
    response_shared(response, type, text, strlen(text), free, text);
    return STATUS_OK;
}

const char *fhir_media(const struct http_request *request) {
    return spoken(request->media_type);
}

enum status fhir_send(const struct http_request *request, struct http_response *response,
                      unsigned status, json_t *resource_owned) {
    response->status = status;
    return send_text(response, fhir_media(request), resource_owned);
}

void fhir_version(struct http_response *response, int64_t version, const char *updated) {
    struct tm parts = {0};
    char date[64];
    (void)snprintf(response->etag, sizeof response->etag, "W/\"%lld\"", (long long)version);
    if (updated && strptime(updated, "%Y-%m-%dT%H:%M:%S", &parts)) {
        (void)timegm(&parts); /* fills in the day of the week */
        if (strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts))
            response_header(response, "Last-Modified", date);
    }
}

void fhir_version_of(struct http_response *response, const json_t *resource) {
    const json_t *meta = json_object_get(resource, "meta");
    const char *version = fhir_text(meta, "versionId");
    if (version)
        fhir_version(response, strtoll(version, NULL, 10), fhir_text(meta, "lastUpdated"));
}

enum status fhir_body_is(const struct http_request *request, struct http_response *response,
                         const char *type) {
    const char *given = fhir_text(request->json, "resourceType");
    if (given && strcmp(given, type) == 0)
        return STATUS_OK;
    response_error(response, "#/resourceType", given ? "wrong_type" : "required",
                   "the body of this request is a %s", type);
    response_problem(response, "malformed-resource", "The body is no %s.", type);
    return STATUS_INVALID;
}

/* ---- Prefer ---- */

/* Is one of the preferences this one? Spaces, quotes and parameters do not count. */
static bool prefers(const struct http_request *request, const char *wanted) {
    char list[LIST_SIZE], word[64];
    const char *rest = request_header_list(request, "Prefer", list, sizeof list);
    struct text_span preference;
    while (rest && text_next_element(&rest, &preference)) {
        size_t used = 0;
        for (size_t i = 0; i < preference.len && preference.start[i] != ';'; i++)
            if (!strchr(" \t\"", preference.start[i]) && used < sizeof word - 1)
                word[used++] = preference.start[i];
        word[used] = '\0';
        if (strcasecmp(word, wanted) == 0)
            return true;
    }
    return false;
}

enum fhir_return fhir_return_of(const struct http_request *request) {
    if (prefers(request, "return=minimal"))
        return FHIR_RETURN_MINIMAL;
    return prefers(request, "return=OperationOutcome") ? FHIR_RETURN_OUTCOME
                                                       : FHIR_RETURN_REPRESENTATION;
}

bool fhir_is_strict(const struct http_request *request) {
    return prefers(request, "handling=strict");
}

bool fhir_is_lenient(const struct http_request *request) {
    return prefers(request, "handling=lenient");
}

bool fhir_is_async(const struct http_request *request) {
    return prefers(request, "respond-async");
}

/* ---- errors ---- */

struct rendering {
    const struct http_request *request;
    const struct http_problem *problem;
    json_t *outcome; /* owned */
    char diagnostics[64];
    bool good;
};

static void add_issue(struct rendering *rendering, const struct fhir_issue *issue) {
    struct fhir_issue whole = *issue;
    whole.diagnostics = rendering->diagnostics;
    rendering->good = rendering->good && fhir_outcome_add(rendering->outcome, &whole);
}

/* The type whose place is meant: of the body, or of the path; "patch" in a list of operations. */
static void type_of(const struct http_request *request, const char *pointer, char type[64]) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const char *given = fhir_text(request->json, "resourceType");
    const char *path = request->route ? request->route->path : "";
    const char *start = given ? given : strncmp(path, "/fhir/", 6) == 0 ? path + 6 : "";
    size_t len = strspn(start, letters);
    if (pointer[0] == '#' && pointer[1] == '/' && isdigit((unsigned char)pointer[2]))
        (void)snprintf(type, 64, "patch");
    else
        (void)snprintf(type, 64, "%.*s", len < 64 ? (int)len : 0, start);
}

static void add_place(struct rendering *rendering, const json_t *error) {
    static const char parts[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.";
    char path[512] = "", text[600], resource[64];
    const char *pointer = fhir_text(error, "pointer"), *parameter = fhir_text(error, "parameter");
    const char *code = fhir_text(error, "code"), *detail = fhir_text(error, "detail");
    const char *type = fhir_issue_type(rendering->problem->type->name);
    if (pointer) {
        type_of(rendering->request, pointer, resource);
        fhir_path_of(*resource ? resource : NULL, pointer, path, sizeof path);
    } else if (parameter && strspn(parameter, parts) == strlen(parameter)) {
        (void)snprintf(path, sizeof path, "http.%s", parameter);
    }
    (void)snprintf(text, sizeof text, "%s%s%s", parameter ? parameter : "", parameter ? ": " : "",
                   detail ? detail : rendering->problem->detail);
    (void)utf8_mend(text, strlen(text));
    struct fhir_issue issue = {
        .code = fhir_place_type(code ? code : "", type), .text = text, .expression = path};
    add_issue(rendering, &issue);
}

static void add_places(struct rendering *rendering) {
    json_t *errors = json_loads(rendering->problem->errors, 0, NULL);
    for (size_t i = 0; i < json_array_size(errors); i++)
        add_place(rendering, json_array_get(errors, i));
    json_decref(errors);
}

/* What is withheld is what a CarePlan wants done. */
static const char *withheld_place(const struct http_request *request) {
    const char *path = request->route ? request->route->path : "";
    return strncmp(path, "/fhir/CarePlan", 14) == 0 ? "CarePlan.activity" : NULL;
}

static void add_member(struct rendering *rendering, const struct buffer *value, bool triage) {
    char text[1200];
    json_t *member = json_loadb(value->data, value->len, 0, NULL);
    const char *level = fhir_text(member, "level"), *title = fhir_text(member, "title");
    const char *action = fhir_text(member, "action"), *words = fhir_text(member, "text");
    (void)snprintf(text, sizeof text, "%s%s%s",
                   title   ? title
                   : words ? words
                           : "",
                   action ? " " : "", action ? action : "");
    bool harmless = level && strcmp(level, "self_care") == 0;
    struct fhir_issue issue = {
        .severity = harmless                                   ? "information"
                    : level && strcmp(level, "emergency") == 0 ? "fatal"
                                                               : "error",
        .code = harmless ? "informational" : "business-rule",
        .system = triage ? SYSTEM_TRIAGE : SYSTEM_VERDICT,
        .detail_code = triage ? level : fhir_text(member, "verdict"),
        .text = text,
        .expression = triage ? NULL : withheld_place(rendering->request),
    };
    if (*text)
        add_issue(rendering, &issue);
    json_decref(member);
}

/* A red flag in a refused body comes first and is never lost. */
static void add_members(struct rendering *rendering, const struct http_response *response) {
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < PROBLEM_MEMBERS_MAX; i++) {
            const char *key = response->extra[i].key;
            const struct buffer *value = &response->extra[i].value;
            bool triage = key && strcmp(key, "triage") == 0;
            if (key && value->data && !value->failed && triage == (turn == 0))
                add_member(rendering, value, triage);
        }
}

static void add_general(struct rendering *rendering) {
    const struct http_problem *problem = rendering->problem;
    char code[48];
    problem_type_code(problem->type, code);
    struct fhir_issue issue = {
        .severity = problem->type->status >= 500 ? "fatal" : "error",
        .code = fhir_issue_type(problem->type->name),
        .system = SYSTEM_PROBLEM,
        .detail_code = code,
        .text = *problem->detail ? problem->detail : problem->type->title,
    };
    add_issue(rendering, &issue);
}

/* The form of an error: FHIR, unless the client asks for problems and not for FHIR. NULL: those. */
static const char *error_media(const struct http_request *request) {
    char list[LIST_SIZE], chosen[HTTP_MEDIA_TYPE_SIZE] = MEDIA_FHIR;
    const char *accept = request_header_list(request, "Accept", list, sizeof list);
    struct text_span type = media_choose(accept, MEDIA_FHIR_ALL ", " MEDIA_PROBLEM);
    if (text_span_is(type, MEDIA_PROBLEM))
        return NULL;
    if (type.len && type.len < sizeof chosen) {
        memcpy(chosen, type.start, type.len);
        chosen[type.len] = '\0';
    }
    return spoken(chosen);
}

bool fhir_render_problem(void *app, const struct http_request *request,
                         const struct http_problem *problem, struct http_response *response) {
    (void)app;
    const char *media = is_fhir(request) ? error_media(request) : NULL;
    if (!media)
        return false;
    if (strcmp(problem->type->name, "withheld") == 0)
        response->status = UNPROCESSABLE; /* a business rule, in FHIR's words */
    json_memory_begin();
    struct rendering rendering = {
        .request = request, .problem = problem, .outcome = fhir_outcome()};
    (void)snprintf(rendering.diagnostics, sizeof rendering.diagnostics, "request %s",
                   request->trace.trace_id);
    rendering.good = rendering.outcome != NULL;
    add_members(&rendering, response);
    if (*problem->errors)
        add_places(&rendering);
    add_general(&rendering);
    bool whole = rendering.good && !json_memory_failed();
    if (whole && send_text(response, media, rendering.outcome) == STATUS_OK &&
        !json_memory_failed())
        return true;
    if (!whole)
        json_decref(rendering.outcome);
    response_drop_body(response);
    response->status = NO_MEMORY; /* a red flag may be among what could not be told */
    static const char bare[] =
        "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":"
        "\"fatal\",\"code\":\"exception\",\"details\":{\"text\":\"Error\"}}]}";
    response_static(response, media, bare, sizeof bare - 1);
    return true;
}
