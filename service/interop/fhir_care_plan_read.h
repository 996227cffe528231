/*
 * What a client wrote into a CarePlan, as the bodies our own operations take. What the service
 * derives by itself (doses, limits, notes, what must not be done) is not taken over: in a new plan
 * it is left aside, in a changed one it must be as it was. Complaints carry pointers into the
 * CarePlan.
 */
#ifndef UNKNOT_INTEROP_FHIR_CARE_PLAN_READ_H
#define UNKNOT_INTEROP_FHIR_CARE_PLAN_READ_H

#include "base/complaints.h"
#include "engine/knowledge.h"

/*
 * The body of POST /care-plans without `intake`; techniques that shall not be performed are in
 * `avoid` (a list, for the preferences of the intake). A new reference; NULL without memory.
 */
json_t *fhir_care_plan_new(const struct knowledge *knowledge, const json_t *resource, json_t *avoid,
                           struct complaints *complaints) MUST_CHECK;

/*
 * The body of PATCH /care-plans/{plan_id} that makes `now` (as fhir_care_plan() gave it) into
 * `wanted`; {} when nothing differs. A new reference; NULL without memory.
 */
json_t *fhir_care_plan_change(const struct knowledge *knowledge, const json_t *now,
                              const json_t *wanted, struct complaints *complaints) MUST_CHECK;

/* The same of a Goal: its words are people's, all else follows from the plan. */
json_t *fhir_goal_change(const json_t *now, const json_t *wanted,
                         struct complaints *complaints) MUST_CHECK;

/* What of a new CarePlan is kept, for fhir_find_dropped(). */
extern const char *const fhir_care_plan_kept[];

#endif
