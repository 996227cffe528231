/* The course of a plan so far, made ready for care/progress. */
#ifndef UNKNOT_RESOURCES_PLAN_COURSE_H
#define UNKNOT_RESOURCES_PLAN_COURSE_H

#include "care/progress.h"
#include "resources/plan_below.h"

/*
 * Progress of the plan with these sessions and measurements (session_row.h). Everything is from the
 * arena, but texts are borrowed from the plan: it must live as long. NULL without memory.
 */
struct progress *plan_course(const struct plan_below *below, const json_t *sessions,
                             const json_t *measurements, struct arena *arena) MUST_CHECK;

/* The number of the language the plan speaks. */
unsigned plan_language(const struct plan_below *below);

/* Adds the two steps that it needs; their numbers. */
struct course_steps {
    int sessions, measurements;
};
struct course_steps plan_course_add(const struct plan_below *below, struct tenant_call *call);

#endif
