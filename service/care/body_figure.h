/*
 * A drawing of a body from the front and from the back, cut into the areas of the vocabulary. Paths
 * are those of SVG with absolute M, L, C and Z only, so that others can draw them as well.
 */
#ifndef UNKNOT_CARE_BODY_FIGURE_H
#define UNKNOT_CARE_BODY_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

enum { FIGURE_WIDTH = 200, FIGURE_HEIGHT = 446 };

struct body_shape {
    const char *area; /* id */
    const char *path;
    bool mirrored;        /* drawn a second time, left for right: x becomes FIGURE_WIDTH - x */
    int label_x, label_y; /* where a number fits; 0: it is too small */
};

enum body_side { BODY_FRONT, BODY_BACK };

const struct body_shape *body_figure(enum body_side side, size_t *count);

#endif
