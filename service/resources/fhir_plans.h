/* Care plans as the FHIR handlers read them: the contract's CarePlan with `snapshot`, the decision
 * it rests on. */
#ifndef UNKNOT_RESOURCES_FHIR_PLANS_H
#define UNKNOT_RESOURCES_FHIR_PLANS_H

#include "engine/knowledge.h"
#include "resources/app.h"
#include "resources/care_plan_row.h"

/* The plan of an id, where the caller may see it; a new reference. STATUS_NOT_FOUND, with the
 * problem gone (410) for a deleted one. */
enum status fhir_plan_read(const struct http_request *request, struct http_response *response,
                           const char *id, json_t **plan) MUST_CHECK;

/* A plan as a resource of this type: CarePlan, Goal, Provenance; NULL without memory. */
json_t *fhir_plan_as(const struct knowledge *knowledge, const char *type, const json_t *plan);

/* A row as JSON, with the reviews it needs on that day; NULL without memory. */
json_t *fhir_plan_json(const struct care_plan *plan, int today);

/* Adds the triage to the problem when the answers in a CarePlan (request->json) say more than self
 * care. */
void fhir_care_plan_salvage(struct app *app, const struct http_request *request,
                            struct http_response *response);

#endif
