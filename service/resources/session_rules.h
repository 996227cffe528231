/* What a session may be: combinations, the state of the plan, the dose. */
#ifndef UNKNOT_RESOURCES_SESSION_RULES_H
#define UNKNOT_RESOURCES_SESSION_RULES_H

#include "resources/plan_below.h"

/* Complains about members that contradict each other or name nothing. */
void session_check(const struct plan_below *below, const json_t *session,
                   struct complaints *complaints);

/*
 * Whether the plan lets it be: `before` is the session as it was (NULL: a new one), `sessions` the
 * other ones. STATUS_CONFLICT with a problem when not.
 */
enum status session_allowed(const struct plan_below *below, const json_t *before,
                            const json_t *session, const json_t *sessions) MUST_CHECK;

/* The member "warnings" of a session that was done too soon after or before another (G2): what
   happened is written down all the same. Nothing where there is nothing to say. */
void session_warn(struct json_writer *json, const struct plan_below *below, const json_t *session,
                  const json_t *sessions);

#endif
