/* The page of summary.h as an HTML document that stands alone: nothing to load, nothing to run. */
#ifndef UNKNOT_CARE_SUMMARY_HTML_H
#define UNKNOT_CARE_SUMMARY_HTML_H

#include <jansson.h>

#include "base/buffer.h"

/* Well-formed as XML, too. `paper`: "a4" or "letter". STATUS_NO_MEMORY. */
enum status summary_html_write(const json_t *page, const char *paper,
                               struct buffer *out) MUST_CHECK;

#endif
