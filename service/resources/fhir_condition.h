/* If-None-Exist: a CarePlan is only made where none is found by a search. */
#ifndef UNKNOT_RESOURCES_FHIR_CONDITION_H
#define UNKNOT_RESOURCES_FHIR_CONDITION_H

#include "resources/app.h"
#include "resources/ids.h"

/*
 * Looks for what the header asks for, inside of a unit; until that ends nobody else creates under
 * the same condition. STATUS_OK: `id` is that of the only plan found, "" where there is none. More
 * than one is 412, a search that cannot be understood 400.
 */
enum status fhir_condition_find(struct app *app, const struct http_request *request,
                                struct http_response *response, char id[PLAN_REF_SIZE]) MUST_CHECK;

#endif
