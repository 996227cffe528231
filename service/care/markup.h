/* Text inside of XML and HTML. */
#ifndef UNKNOT_CARE_MARKUP_H
#define UNKNOT_CARE_MARKUP_H

#include "base/buffer.h"

/* Appends UTF-8 as character data or as the value of a quoted attribute; what XML 1.0 forbids
 * becomes a space. */
void markup_escape(struct buffer *out, const char *text);

#endif
