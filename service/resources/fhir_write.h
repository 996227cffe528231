/* What all FHIR writes share: members that cannot be kept, and the answer that Prefer asks for. */
#ifndef UNKNOT_RESOURCES_FHIR_WRITE_H
#define UNKNOT_RESOURCES_FHIR_WRITE_H

#include "resources/fhir_edge.h"

/*
 * A strict client (handling=strict) is refused, with the places, where members of the body are
 * stored nowhere; `kept` as fhir_find_dropped() has it. Others are told by fhir_written(). Empties
 * the thread's arena.
 */
enum status fhir_check_kept(const struct http_request *request, struct http_response *response,
                            const char *const *kept) MUST_CHECK;

/*
 * The answer to a write: the resource as it now is (taken; NULL is a failed allocation), nothing,
 * or an OperationOutcome that names what was dropped. Sets ETag and Last-Modified. `kept` NULL:
 * nothing is ever dropped. Empties the thread's arena.
 */
enum status fhir_written(const struct http_request *request, struct http_response *response,
                         unsigned status, json_t *resource_owned,
                         const char *const *kept) MUST_CHECK;

/* A create with If-None-Exist, where that is not understood: made all the same, it could be made
 * twice. */
enum status fhir_refuse_condition(const struct http_request *request,
                                  struct http_response *response) MUST_CHECK;

/* STATUS_INVALID (422) with one wrong place. */
enum status fhir_refuse_place(struct http_response *response, const char *pointer, const char *code,
                              const char *detail) MUST_CHECK;

#endif
