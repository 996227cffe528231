/* A session between its row, its JSON and its statement: one object with the names of the contract.
 */
#ifndef UNKNOT_RESOURCES_SESSION_ROW_H
#define UNKNOT_RESOURCES_SESSION_ROW_H

#include "resources/plan_below.h"

enum { SESSIONS_MAX = 2000 };
#define SESSIONS_ALL "2000"
#define MEASUREMENTS_ALL "5000"

/* What a caller may say about a session; ended by NULL. */
extern const char *const session_members[];

/* The object of a row, without members that are NULL; `session_id` where the row does not say it.
 * NULL without memory. */
json_t *session_of_row(const struct tenant_call *call, int step, int row,
                       const char *session_id) MUST_CHECK;

/* All rows of a step as a list; NULL without memory. */
json_t *sessions_of_rows(const struct tenant_call *call, int step) MUST_CHECK;

/* {measurement_id, instrument, score ("4.50"), items?, taken_at, created_at} of all rows. */
json_t *measurements_of_rows(const struct tenant_call *call, int step) MUST_CHECK;

/* The members of a session as the contract has them, inside of an open object. */
void session_write_members(struct json_writer *json, const struct plan_below *below,
                           const json_t *session);

/* The same of a measurement. */
void measurement_write_members(struct json_writer *json, const struct plan_below *below,
                               const json_t *measurement);

/* The text of a member; NULL: it has none. Whole numbers are written into `number`. */
const char *session_value(const json_t *session, const char *member, char number[24]);

#endif
