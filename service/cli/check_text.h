/* A decision as a person reads it in a terminal. */
#ifndef UNKNOT_CLI_CHECK_TEXT_H
#define UNKNOT_CLI_CHECK_TEXT_H

#include "base/buffer.h"
#include "engine/decision.h"

/* Plain text, at most 100 columns, most important first. */
void check_text(const struct decision *decision, struct buffer *out);

#endif
