/*
 * Progress as a picture: pain from 0 to 10 over the weeks of the plan, sessions and problems below
 * it. image/svg+xml that stands alone: no script, nothing loaded, every text escaped, title and
 * description for those who cannot see it, light and dark by prefers-color-scheme.
 */
#ifndef UNKNOT_CARE_CHART_H
#define UNKNOT_CARE_CHART_H

#include "care/progress.h"

enum { CHART_WIDTH = 720, CHART_HEIGHT = 440 }; /* of the viewBox, in points */

/* Appends the whole SVG document; STATUS_NO_MEMORY when the buffer could not grow. */
enum status chart_write(const struct progress *progress, struct buffer *out) MUST_CHECK;

#endif
