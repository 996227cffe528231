#include "http/problem_types.h"

#include <string.h>

#include "base/edit_distance.h"
#include "base/json_writer.h"
#include "http/request.h"
#include "http/response.h"

static const struct problem_type types[] = {
    {"malformed-request", 400, "The request is not well-formed HTTP",
     "The request line, the headers or the framing of the body break RFC 9110 or RFC 9112. The "
     "connection is closed. Use an ordinary HTTP client."},
    {"malformed-query", 400, "The query cannot be read",
     "A % without two hexadecimal digits, bytes that are not UTF-8, a NUL, or too many "
     "parameters."},
    {"malformed-json", 400, "The body is not JSON",
     "The body does not parse, repeats a key, or nests deeper than 32 levels. `errors` says "
     "where."},
    {"malformed-resource", 400, "The body is not the FHIR resource that belongs here",
     "The JSON is well-formed but is not such a resource. `errors` says where."},
    {"invalid-hook-call", 400, "The call of the hook is not complete",
     "A call of a CDS Hooks service needs hook, hookInstance and the context of that hook, and "
     "must "
     "reach a service of that hook. `errors` says where."},
    {"unsupported-search", 400, "A search parameter is not understood",
     "Under /fhir, with `Prefer: handling=strict` every parameter must be known; those that say "
     "whose record is meant always must. The CapabilityStatement lists them."},
    {"idempotency-key-missing", 400, "An Idempotency-Key is required",
     "Send a fresh Idempotency-Key header with every new write, and the same one when you retry."},
    {"unauthenticated", 401, "The caller is not known",
     "Send `Authorization: Bearer <key>` with a key that exists and has not expired."},
    {"forbidden", 403, "The caller may not do this",
     "The key is valid but lacks the scope that this operation names in the contract."},
    {"not-found", 404, "There is no such resource",
     "Nothing is at this path, or nothing that this caller may see. Paths have no trailing slash."},
    {"method-not-allowed", 405, "The resource does not take this method",
     "The Allow header lists the methods that it takes."},
    {"not-acceptable", 406, "No acceptable form of the answer",
     "The Accept header excludes every media type this operation can answer with."},
    {"request-timeout", 408, "The request took too long to arrive",
     "Headers or body were not complete in time. Send the request again."},
    {"conflict", 409, "The state of the resource does not allow this",
     "Read the resource again, and decide anew."},
    {"withheld", 409, "This massage is withheld",
     "The answers speak against planning it now. `triage` says how urgent it is, `withheld` which "
     "massage and why. A clinic may record a clearance with plans:clear."},
    {"idempotency-in-progress", 409, "The first request with this key still runs",
     "Wait for the time in Retry-After and send the same request with the same key again."},
    {"gone", 410, "The resource is no longer there", "It was deleted, or the cursor has expired."},
    {"prefetch-missing", 412, "The record that the hook is about was not sent",
     "Send the keys of the prefetch that `errors` names, by the templates of GET /cds-services, or "
     "null where there is nothing. Where `errors` says that fetching failed, see to that server."},
    {"precondition-failed", 412, "The resource has changed",
     "The version in If-Match is not the current one. Read the resource again."},
    {"content-too-large", 413, "The body is too large",
     "The contract names the limit of each operation. Nothing was stored."},
    {"target-too-long", 414, "The request target is too long",
     "Path and query together may have 4096 bytes."},
    {"unsupported-media-type", 415, "The body is of a type this operation does not take",
     "Send the Content-Type that the contract names, in UTF-8 and without a Content-Encoding."},
    {"expectation-failed", 417, "The expectation cannot be met", "Only 100-continue is known."},
    {"invalid-content", 422, "The body does not say something this operation can use",
     "The JSON is well-formed but breaks the contract. `errors` lists every place at once."},
    {"invalid-parameter", 422, "A parameter is not valid",
     "A parameter is unknown, repeated, or out of its range. Nothing is ignored silently."},
    {"idempotency-key-reused", 422, "The Idempotency-Key belongs to another request",
     "The key was used with another body. Use a fresh key for a new request."},
    {"precondition-required", 428, "If-Match is required",
     "Send the ETag you last read, so that nobody's change is lost."},
    {"too-many-requests", 429, "Too many requests",
     "Wait for the time in Retry-After. RateLimit-Policy names the limits."},
    {"headers-too-large", 431, "The headers are too large",
     "All header lines together may have 8192 bytes, and there may be 64 of them."},
    {"internal-error", 500, "Our mistake",
     "The service failed. Give the `trace_id` of the answer when you report it."},
    {"unavailable", 503, "Not available at the moment",
     "A part of the service that this operation needs is down or busy. Wait for the time in "
     "Retry-After. Catalogue and decisions answer without the database."},
    {"deadline-exceeded", 504, "The answer took too long",
     "The deadline passed first. Whether a write was stored is unknown: retry with the same "
     "Idempotency-Key."},
};

enum { TYPE_COUNT = sizeof types / sizeof *types };

static const struct problem_type *find(const char *name) {
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}

const struct problem_type *problem_type_named(const char *name) {
    const struct problem_type *type = find(name);
    return type ? type : find("internal-error");
}

const struct problem_type *problem_type_at(size_t place) {
    return place < TYPE_COUNT ? &types[place] : NULL;
}

const struct problem_type *problem_type_of(enum status status) {
    static const char *const names[] = {
        [STATUS_OK] = "internal-error", /* no problem: asking is the mistake */
        [STATUS_INVALID] = "invalid-content",
        [STATUS_NOT_FOUND] = "not-found",
        [STATUS_CONFLICT] = "conflict",
        [STATUS_FORBIDDEN] = "forbidden",
        [STATUS_UNAUTHENTICATED] = "unauthenticated",
        [STATUS_UNAVAILABLE] = "unavailable",
        [STATUS_TOO_LARGE] = "content-too-large",
        [STATUS_TIMEOUT] = "deadline-exceeded",
        [STATUS_NO_MEMORY] = "unavailable",
        [STATUS_INTERNAL] = "internal-error",
        [STATUS_MUST_WAIT] = "internal-error", /* never answered with: it runs again */
    };
    bool known = (size_t)status < sizeof names / sizeof *names && names[status];
    return problem_type_named(known ? names[status] : "internal-error");
}

void problem_type_code(const struct problem_type *type, char out[48]) {
    size_t i = 0;
    for (; type->name[i] && i < 47; i++) {
        out[i] = type->name[i];
        if (out[i] == '-')
            out[i] = '_';
    }
    out[i] = '\0';
}

static void write_type(struct json_writer *json, const struct problem_type *type) {
    char uri[96] = PROBLEM_TYPE_PREFIX;
    strncat(uri, type->name, sizeof uri - sizeof PROBLEM_TYPE_PREFIX);
    jw_open_object(json);
    jw_member_text(json, "type", uri);
    jw_member_text(json, "name", type->name);
    jw_member_int(json, "status", type->status);
    jw_member_text(json, "title", type->title);
    jw_member_text(json, "description", type->description);
    jw_close_object(json);
}

enum status problem_types_list(void *app, const struct http_request *request,
                               struct http_response *response) {
    (void)app;
    (void)request;
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_key(&json, "items");
    jw_open_array(&json);
    for (size_t i = 0; i < TYPE_COUNT; i++)
        write_type(&json, &types[i]);
    jw_close_array(&json);
    jw_member_int(&json, "total", TYPE_COUNT);
    jw_close_object(&json);
    return response_json_buffer(response, &json, &body);
}

static void suggest(struct http_response *response, const char *name) {
    enum { NEAR = 4 };
    const char *nearest = NULL;
    unsigned best = NEAR;
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        unsigned distance =
            edit_distance(name, strlen(name), types[i].name, strlen(types[i].name), best);
        if (distance < best) {
            best = distance;
            nearest = types[i].name;
        }
    }
    if (nearest)
        response_problem(response, "not-found", "Nothing has this name. Did you mean '%s'?",
                         nearest);
}

enum status problem_types_get(void *app, const struct http_request *request,
                              struct http_response *response) {
    (void)app;
    const char *name = request_param(request, "problem_name");
    const struct problem_type *type = name ? find(name) : NULL;
    if (!type) {
        suggest(response, request_param(request, "problem_name"));
        return STATUS_NOT_FOUND;
    }
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    write_type(&json, type);
    return response_json_buffer(response, &json, &body);
}
