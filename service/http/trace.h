/* W3C Trace Context: one id that ties a request to its log line, its answer and its neighbours. */
#ifndef UNKNOT_HTTP_TRACE_H
#define UNKNOT_HTTP_TRACE_H

#include <stdbool.h>

enum { TRACE_HEADER_SIZE = 56 };

struct trace {
    char trace_id[33];
    char span_id[17];   /* ours */
    char parent_id[17]; /* the caller's, or "" */
    bool sampled;
};

/* Joins the caller's trace, or starts one when the header is missing or malformed: never an error.
 */
void trace_start(struct trace *trace, const char *traceparent);

/* Writes the traceparent of our own span. */
void trace_header(const struct trace *trace, char out[TRACE_HEADER_SIZE]);

#endif
