/*
 * Versions of a care plan as they were: the present one, and those that writes replaced since they
 * are kept (migration 0009).
 */
#ifndef UNKNOT_RESOURCES_CARE_PLAN_VERSIONS_H
#define UNKNOT_RESOURCES_CARE_PLAN_VERSIONS_H

#include "resources/care_plan_row.h"

struct plan_version {
    struct care_plan plan; /* as it was; empty but for ref and version where it is not kept */
    const char *action;    /* what made the version: "care_plan.patch" */
    const char *at;        /* when */
    bool seen;             /* the caller may see the plan as it is now */
    bool kept;
    bool deletion; /* the plan was deleted by it: there is no content */
    int day;       /* of `at`: the reviews that the plan needed are those of then */
};

/* Adds the reading of a page, newest first. before: only earlier versions, NULL: all. since: a
 * timestamp, NULL: all. limit: rows, as text. */
int plan_versions_add(struct tenant_call *call, const struct plan_ref *ref, const char *before,
                      const char *since, const char *limit);

/* Takes a row of that; `own` is caller_patient_id(). */
void plan_version_take(struct plan_version *version, const struct tenant_call *call, int step,
                       int row, const struct plan_ref *ref, const char *own);

/*
 * Begins and runs a call that reads one version by its ids as texts, and its clearances where
 * `clearances` is not NULL (the number of their step). The caller ends the call in every case,
 * `call` zeroed before. STATUS_NOT_FOUND: 404, with the problem gone (410) for a deletion, and one
 * that says so for what was never kept.
 */
enum status plan_version_read(struct tenant_call *call, const struct http_request *request,
                              struct http_response *response, const char *id, const char *number,
                              struct plan_version *version, int *clearances) MUST_CHECK;

#endif
