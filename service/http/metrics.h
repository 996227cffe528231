/* Counters for Prometheus. One set a process, atomics only: counting never waits. */
#ifndef UNKNOT_HTTP_METRICS_H
#define UNKNOT_HTTP_METRICS_H

#include <stdint.h>

#include "base/buffer.h"

struct http_request;
struct http_response;
struct metrics_route;

enum metric {
    METRIC_CONNECTIONS_OPEN,
    METRIC_REQUESTS_IN_FLIGHT,
    METRIC_WORK_QUEUED,
    METRIC_CONNECTIONS_TOTAL,
    METRIC_LINES_TOTAL,
    METRIC_LOG_LINES_DROPPED,
    METRIC_RELOADS,
    METRIC_RELOADS_REFUSED,
    METRIC_CERTIFICATE_ENDS,
    METRIC_OUTBOUND_ASKING,
    METRIC_OUTBOUND_ANSWERED,
    METRIC_OUTBOUND_SILENT,
    METRIC_OUTBOUND_NOT_ASKED,
    METRIC_COUNT,
};

/* Why a request or a connection was turned away before its handler. */
enum reject {
    REJECT_MALFORMED,
    REJECT_TARGET_TOO_LONG,
    REJECT_HEADERS_TOO_LARGE,
    REJECT_BODY_TOO_LARGE,
    REJECT_BODY_CUT,
    REJECT_SLOW_HEADERS,
    REJECT_SLOW_BODY,
    REJECT_SLOW_READER,
    REJECT_IDLE,
    REJECT_CLIENT_LIMIT,
    REJECT_QUEUE_FULL,
    REJECT_QUEUE_LATE,
    REJECT_TLS,
    REJECT_COUNT,
};

void metrics_add(enum metric metric, int64_t by);
void metrics_set(enum metric metric, int64_t value);
int64_t metrics_value(enum metric metric);
void metrics_reject(enum reject reject);

/* A row for one method and route template; NULL when the table is full. The same pair gives the
   same row. Both texts are borrowed for ever. */
struct metrics_route *metrics_route_new(const char *method, const char *template);

/* Counts a finished request. `route` NULL: nothing matched. */
void metrics_request(struct metrics_route *route, unsigned http_status, uint64_t duration_ns);

/* Lets another room append its own families to /metrics. At most eight, before the server starts.
 */
enum status metrics_source(void (*write)(void *cls, struct buffer *out), void *cls) MUST_CHECK;

/* For the build_info gauge; borrowed. */
void metrics_set_version(const char *version);

/* GET /metrics */
enum status metrics_get(void *app, const struct http_request *request,
                        struct http_response *response) MUST_CHECK;

#endif
