/*
 * FHIR's manners at the edge: media types, base URL, ETags, Prefer, and errors as OperationOutcome.
 * Handlers of /fhir raise problems as all others do, with JSON pointers into the body; the renderer
 * makes FHIRPaths of them.
 */
#ifndef UNKNOT_RESOURCES_FHIR_EDGE_H
#define UNKNOT_RESOURCES_FHIR_EDGE_H

#include "http/answer.h"
#include "resources/app.h"

#define MEDIA_FHIR "application/fhir+json"
/* What every FHIR route takes and gives; the last is the spelling of old clients. */
#define MEDIA_FHIR_ALL MEDIA_FHIR ", " MEDIA_JSON ", application/json+fhir"
#define MEDIA_FHIR_NDJSON "application/fhir+ndjson"
#define MEDIA_JSON_PATCH "application/json-patch+json"
#define MEDIA_FORM "application/x-www-form-urlencoded"

enum { FHIR_BASE_SIZE = 300, FHIR_DATE_SIZE = 32 };

/* "https://clinic.example/fhir": of --public-url, else of the Host that was asked. */
void fhir_base(const struct app *app, const struct http_request *request,
               char base[FHIR_BASE_SIZE]);

/* Answers with a resource in the form that was asked for. Takes it; NULL is a failed allocation. */
enum status fhir_send(const struct http_request *request, struct http_response *response,
                      unsigned status, json_t *resource_owned) MUST_CHECK;

/* The media type of an answer to it, as the client speaks it. */
const char *fhir_media(const struct http_request *request);

/* ETag: W/"version", and Last-Modified of a time such as "2026-11-22T08:15:30Z" (NULL: none). */
void fhir_version(struct http_response *response, int64_t version, const char *updated);

/* The same, of a resource with its meta. */
void fhir_version_of(struct http_response *response, const json_t *resource);

/* STATUS_INVALID with a problem (400) unless the body is a resource of that type. */
enum status fhir_body_is(const struct http_request *request, struct http_response *response,
                         const char *type) MUST_CHECK;

enum fhir_return { FHIR_RETURN_REPRESENTATION, FHIR_RETURN_MINIMAL, FHIR_RETURN_OUTCOME };

/* Prefer: return=...; words we do not know are ignored. */
enum fhir_return fhir_return_of(const struct http_request *request);

/* Prefer: handling=strict. */
bool fhir_is_strict(const struct http_request *request);

/* Prefer: handling=lenient. */
bool fhir_is_lenient(const struct http_request *request);

/* Prefer: respond-async. */
bool fhir_is_async(const struct http_request *request);

/* For struct edge_hooks: OperationOutcome under /fhir, unless the client likes problem+json more.
 */
bool fhir_render_problem(void *app, const struct http_request *request,
                         const struct http_problem *problem, struct http_response *response);

#endif
