/*
 * One JSON line an event, to standard output. Never a path, a query, a body or a name: only what
 * cannot say anything about a person. A thread of its own writes, so that a full pipe stops no
 * request; when 1 MiB waits, lines are dropped and counted.
 */
#ifndef UNKNOT_HTTP_LOG_H
#define UNKNOT_HTTP_LOG_H

#include <stdint.h>

#include "base/status.h"

struct http_request;

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR, LOG_LEVEL_OFF };

struct log_request {
    const struct http_request *request;
    unsigned http_status;
    uint64_t bytes;
    uint64_t duration_us;
    const char *code;    /* of the problem, or NULL */
    const char *outcome; /* NULL: sent whole; else how it ended */
    const char *client;  /* NULL: not to be logged */
};

/* Starts the writing thread. Before that, and after log_stop, lines are written at once. */
enum status log_start(enum log_level least) MUST_CHECK;

/* For commands: nothing is logged. */
void log_quiet(void);

/* Writes what waits and ends the thread. */
void log_stop(void);

/* Pairs of member name and text, closed by NULL: log_event(LOG_LEVEL_INFO, "started", "port", "80",
   NULL). The texts must be fit for everybody's eyes. */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));

void log_http(const struct log_request *line);

#endif
