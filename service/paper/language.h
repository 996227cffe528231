/* What cairo 1.16 cannot say in a PDF: the language, the text for the figure. */
#ifndef UNKNOT_PAPER_LANGUAGE_H
#define UNKNOT_PAPER_LANGUAGE_H

#include "base/buffer.h"

/* Adds them by an incremental update (ISO 32000-1, 7.5.6). STATUS_INTERNAL when the file is not of
 * the form that cairo writes; STATUS_NO_MEMORY. */
enum status language_add(struct buffer *pdf, const char *language, const char *figure) MUST_CHECK;

#endif
