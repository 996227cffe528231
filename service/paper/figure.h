/* The drawing of the body with what is to be left out and what is to be gentle. */
#ifndef UNKNOT_PAPER_FIGURE_H
#define UNKNOT_PAPER_FIGURE_H

#include <jansson.h>

#include "paper/ink.h"

/* Both views beside each other, with their key; `body` is that of care/summary.h. */
void figure_draw(struct column *column, const json_t *body);

#endif
