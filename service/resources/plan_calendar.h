/* A plan as a calendar, for its own route and for links. */
#ifndef UNKNOT_RESOURCES_PLAN_CALENDAR_H
#define UNKNOT_RESOURCES_PLAN_CALENDAR_H

#include "resources/plan_below.h"

/* Reads the plan with its sessions and answers with the calendar; `below` was opened. */
enum status plan_calendar_answer(struct plan_below *below, bool discreet) MUST_CHECK;

#endif
