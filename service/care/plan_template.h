/* Which template of plans.json a person gets. */
#ifndef UNKNOT_CARE_PLAN_TEMPLATE_H
#define UNKNOT_CARE_PLAN_TEMPLATE_H

#include "engine/decision.h"

/*
 * In this order (basis d): pregnancy; light massage only, where frailty or the kind of pain asks
 * for it; fibromyalgia, whose own rules cap the pressure; light massage, where health caps it; the
 * presentation itself, in the order of the file; one by analogy; how long the pain lasts; the
 * default. `also` narrows the dose of the pregnancy template when the light one holds as well, else
 * NULL. Rows are borrowed.
 */
const json_t *plan_template(const struct decision *decision, unsigned technique,
                            const json_t **also);

#endif
