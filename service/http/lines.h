/*
 * A body of lines (application/x-ndjson): each is a body of its own and is answered as it comes, in
 * the order they come. The answers wait in a spool until the last line is in, for libmicrohttpd
 * cannot send while it receives. In memory there is never more than one line.
 */
#ifndef UNKNOT_HTTP_LINES_H
#define UNKNOT_HTTP_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct exchange;
struct lines;

/* NULL without memory. */
struct lines *lines_new(void);
void lines_free(struct lines *lines);

/* Takes a piece of the body and answers the lines that end in it. A line that is wrong is answered
   by a problem in its place. When the answers are too many, or the sender has had his share of
   requests, the last one says so and the lines after it are not looked at. May refuse the whole
   request. */
void lines_take(struct exchange *exchange, const char *bytes, size_t len);

/* The body is in: answers the last line, which need not end, and makes the answers the answer. */
enum status lines_finish(struct exchange *exchange) MUST_CHECK;

#endif
