/* The page of care/summary.h on one sheet. */
#ifndef UNKNOT_PAPER_PAGE_H
#define UNKNOT_PAPER_PAGE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buffer.h"

/*
 * A tagged PDF of one page. Letters shrink until all is on the sheet; when they would become too
 * small to read, the sheet grows instead: nothing is left out. STATUS_NO_MEMORY.
 */
enum status page_print(const json_t *page, bool letter, struct buffer *pdf) MUST_CHECK;

#endif
