/* Runs unknot-paper for one page. */
#ifndef UNKNOT_RESOURCES_PRESS_H
#define UNKNOT_RESOURCES_PRESS_H

#include "base/buffer.h"

/*
 * Gives the program beside this one `page` (JSON of care/summary.h) and appends its PDF.
 * STATUS_TIMEOUT when it is not done in time: it is ended. STATUS_UNAVAILABLE when it cannot be run
 * or fails.
 */
enum status press_print(const char *page, size_t len, const char *paper, unsigned limit_ms,
                        struct buffer *pdf) MUST_CHECK;

#endif
