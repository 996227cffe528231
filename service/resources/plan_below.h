/*
 * The plan above a session, a measurement, a picture of progress: /care-plans/{plan_id}/...
 *
 *     struct plan_below below;
 *     status = plan_below_open(&below, app, request, response);
 *     step = plan_below_add(&below, &call);   (a step of the first trip)
 *     status = plan_below_take(&below, &call, step);
 *     plan_below_close(&below);
 */
#ifndef UNKNOT_RESOURCES_PLAN_BELOW_H
#define UNKNOT_RESOURCES_PLAN_BELOW_H

#include "resources/app.h"
#include "resources/tenant_call.h"
#include "resources/tenant_secrets.h"

enum { PLAN_WORD_SIZE = 72, PLAN_PATH_SIZE = 128 };

struct plan_below {
    const struct app *app;
    const struct http_request *request;
    struct http_response *response;
    struct plan_ref ref;
    char ref_text[PLAN_REF_SIZE];
    char own[PATIENT_ID_SIZE]; /* the calling patient; "" for others */
    /* Of the plan, once taken: */
    int64_t version;
    char version_text[24];
    int session_count;
    char status[PLAN_WORD_SIZE], technique[PLAN_WORD_SIZE], therapist_id[PLAN_WORD_SIZE];
    char starts_on[PLAN_WORD_SIZE], clearance_ends[PLAN_WORD_SIZE], created_at[PLAN_WORD_SIZE];
    json_t *document, *goal, *intake, *decision, *review_needed; /* owned */
};

/* Reads {plan_id} and who calls. STATUS_NOT_FOUND for what cannot be an id. */
enum status plan_below_open(struct plan_below *below, const struct app *app,
                            const struct http_request *request,
                            struct http_response *response) MUST_CHECK;
/* As above for an id that stands elsewhere, such as in the query. */
enum status plan_below_open_id(struct plan_below *below, const struct app *app,
                               const struct http_request *request, struct http_response *response,
                               const char *plan_id) MUST_CHECK;
void plan_below_close(struct plan_below *below);

int plan_below_add(struct plan_below *below, struct tenant_call *call);

/* Takes what was read: 404 when there is no such plan for this caller, 410 when it was deleted. May
 * be called again after another trip. */
enum status plan_below_take(struct plan_below *below, const struct tenant_call *call,
                            int step) MUST_CHECK;

/* "care-plans/ID/sessions/ID" for audit events; `id` NULL: without the last segment. */
void plan_below_path(const struct plan_below *below, const char *list, const char *id,
                     char path[PLAN_PATH_SIZE]);

/* {plan_id, version, status, next_session?}, as it is after a write; document NULL: as it was. */
void plan_below_write(struct json_writer *json, const struct plan_below *below, const char *status,
                      const json_t *document);

/* Before another try: a short rest of random length, longer each time, so that many writers of one
 * plan do not meet again and again. */
void plan_below_rest(int tries);

/* Writes a JSON value as it stands. */
void plan_below_json(struct json_writer *json, const char *key, const json_t *value);

/* Whole number and text deep inside of the document: {"dose", "pressure", "max"}. */
int plan_below_int(const struct plan_below *below, const char *const *path, int otherwise);
#define PLAN_INT(below, otherwise, ...)                                                            \
    plan_below_int(below, (const char *const[]){__VA_ARGS__, NULL}, otherwise)

#endif
