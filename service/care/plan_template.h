/* Which template of plans.json a person gets. */
#ifndef UNKNOT_CARE_PLAN_TEMPLATE_H
#define UNKNOT_CARE_PLAN_TEMPLATE_H

#include "engine/decision.h"

/*
 * In this order (basis d): pregnancy; light massage only, when health caps the pressure, the person
 * is frail or the presentation asks for it; fibromyalgia; the presentation itself, in the order of
 * the file; a presentation by analogy; how long the pain lasts; the default. `also` narrows the
 * dose of the pregnancy template when the light one holds as well; NULL otherwise. Borrowed rows.
 */
const json_t *plan_template(const struct decision *decision, unsigned technique,
                            const json_t **also);

#endif
