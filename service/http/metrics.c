#include "http/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "http/response.h"

enum { ROUTES_MAX = 192, CLASSES = 5, BUCKETS = 11, SOURCES_MAX = 8 };

static const struct {
    const char *name;
    const char *type;
    const char *help;
} metric_rows[METRIC_COUNT] = {
    [METRIC_CONNECTIONS_OPEN] = {"unknot_http_connections", "gauge", "Open connections."},
    [METRIC_REQUESTS_IN_FLIGHT] = {"unknot_http_requests_in_flight", "gauge",
                                   "Requests begun and not yet answered."},
    [METRIC_WORK_QUEUED] = {"unknot_http_work_queued", "gauge",
                            "Requests that wait for a database worker."},
    [METRIC_CONNECTIONS_TOTAL] = {"unknot_http_connections_total", "counter",
                                  "Connections accepted."},
    [METRIC_LINES_TOTAL] = {"unknot_http_lines_total", "counter",
                            "Lines answered of bodies of lines (application/x-ndjson)."},
    [METRIC_LOG_LINES_DROPPED] = {"unknot_log_lines_dropped_total", "counter",
                                  "Log lines lost because nobody read them in time."},
    [METRIC_RELOADS] = {"unknot_reloads_total", "counter",
                        "Settings, knowledge and certificates taken over on SIGHUP."},
    [METRIC_RELOADS_REFUSED] = {"unknot_reloads_refused_total", "counter",
                                "The same refused, because something was wrong with them."},
    [METRIC_CERTIFICATE_ENDS] = {"unknot_tls_certificate_end_seconds", "gauge",
                                 "When the certificate ends, Unix time; 0 without TLS."},
    [METRIC_OUTBOUND_ASKING] = {"unknot_fhir_servers_asking", "gauge",
                                "Calls that wait for what a clinic's FHIR server is asked."},
    [METRIC_OUTBOUND_ANSWERED] = {"unknot_fhir_servers_answered_total", "counter",
                                  "Calls for which a FHIR server answered, whatever it said."},
    [METRIC_OUTBOUND_SILENT] = {"unknot_fhir_servers_silent_total", "counter",
                                "Calls for which one could not be reached or was too slow."},
    [METRIC_OUTBOUND_NOT_ASKED] = {"unknot_fhir_servers_not_asked_total", "counter",
                                   "Calls that asked nobody: too many waited already, or the "
                                   "server had been silent."},
};

static const char *const reject_names[REJECT_COUNT] = {
    [REJECT_MALFORMED] = "malformed",
    [REJECT_TARGET_TOO_LONG] = "target_too_long",
    [REJECT_HEADERS_TOO_LARGE] = "headers_too_large",
    [REJECT_BODY_TOO_LARGE] = "body_too_large",
    [REJECT_BODY_CUT] = "body_cut",
    [REJECT_SLOW_HEADERS] = "slow_headers",
    [REJECT_SLOW_BODY] = "slow_body",
    [REJECT_SLOW_READER] = "slow_reader",
    [REJECT_IDLE] = "idle",
    [REJECT_CLIENT_LIMIT] = "client_limit",
    [REJECT_QUEUE_FULL] = "queue_full",
    [REJECT_QUEUE_LATE] = "queue_late",
    [REJECT_TLS] = "tls",
};

static const struct {
    uint64_t ns;
    const char *text; /* seconds */
} bucket_rows[BUCKETS] = {
    {100000u, "0.0001"},  {250000u, "0.00025"}, {500000u, "0.0005"}, {1000000u, "0.001"},
    {2500000u, "0.0025"}, {5000000u, "0.005"},  {10000000u, "0.01"}, {50000000u, "0.05"},
    {250000000u, "0.25"}, {1000000000u, "1"},   {5000000000u, "5"},
};

struct metrics_route {
    const char *method;
    const char *template;
    atomic_uint_fast64_t classes[CLASSES];
    atomic_uint_fast64_t buckets[BUCKETS + 1]; /* the last: beyond all */
    atomic_uint_fast64_t sum_ns;
};

static atomic_int_fast64_t values[METRIC_COUNT];
static atomic_uint_fast64_t rejects[REJECT_COUNT];
static struct metrics_route routes[ROUTES_MAX] = {{.method = "other", .template = "unmatched"}};
static size_t route_count = 1;
static pthread_mutex_t routes_lock = PTHREAD_MUTEX_INITIALIZER;
static const char *build_version = "unknown";
static struct {
    void (*write)(void *cls, struct buffer *out);
    void *cls;
} sources[SOURCES_MAX];
static size_t source_count;

void metrics_add(enum metric metric, int64_t by) {
    atomic_fetch_add_explicit(&values[metric], by, memory_order_relaxed);
}

void metrics_set(enum metric metric, int64_t value) {
    atomic_store_explicit(&values[metric], value, memory_order_relaxed);
}

int64_t metrics_value(enum metric metric) {
    return atomic_load_explicit(&values[metric], memory_order_relaxed);
}

static void count(atomic_uint_fast64_t *counter, uint64_t by) {
    atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

void metrics_reject(enum reject reject) {
    count(&rejects[reject], 1);
}

static struct metrics_route *find_route(const char *method, const char *template) {
    for (size_t i = 0; i < route_count; i++)
        if (strcmp(routes[i].method, method) == 0 && strcmp(routes[i].template, template) == 0)
            return &routes[i];
    return NULL;
}

struct metrics_route *metrics_route_new(const char *method, const char *template) {
    pthread_mutex_lock(&routes_lock);
    struct metrics_route *route = find_route(method, template);
    if (!route && route_count < ROUTES_MAX) {
        route = &routes[route_count++];
        route->method = method;
        route->template = template;
    }
    pthread_mutex_unlock(&routes_lock);
    return route;
}

void metrics_request(struct metrics_route *route, unsigned http_status, uint64_t duration_ns) {
    size_t bucket = 0;
    if (!route)
        route = &routes[0];
    while (bucket < BUCKETS && duration_ns > bucket_rows[bucket].ns)
        bucket++;
    count(&route->buckets[bucket], 1);
    count(&route->sum_ns, duration_ns);
    if (http_status >= 100 && http_status < 600)
        count(&route->classes[http_status / 100 - 1], 1);
}

enum status metrics_source(void (*write)(void *cls, struct buffer *out), void *cls) {
    if (source_count == SOURCES_MAX)
        return STATUS_CONFLICT;
    sources[source_count].write = write;
    sources[source_count++].cls = cls;
    return STATUS_OK;
}

void metrics_set_version(const char *version) {
    build_version = version;
}

static uint64_t load(const atomic_uint_fast64_t *counter) {
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static void write_head(struct buffer *out, const char *name, const char *type, const char *help) {
    buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_values(struct buffer *out) {
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        write_head(out, metric_rows[i].name, metric_rows[i].type, metric_rows[i].help);
        buffer_printf(out, "%s %lld\n", metric_rows[i].name,
                      (long long)metrics_value((enum metric)i));
    }
    write_head(out, "unknot_http_rejects_total", "counter",
               "Requests and connections turned away before a handler ran.");
    for (size_t i = 0; i < REJECT_COUNT; i++)
        buffer_printf(out, "unknot_http_rejects_total{reason=\"%s\"} %llu\n", reject_names[i],
                      (unsigned long long)load(&rejects[i]));
}

static void write_requests(struct buffer *out) {
    write_head(out, "unknot_http_requests_total", "counter", "Requests answered.");
    for (size_t r = 0; r < route_count; r++)
        for (unsigned class = 0; class < CLASSES; class ++) {
            uint64_t n = load(&routes[r].classes[class]);
            if (n > 0)
                buffer_printf(out,
                              "unknot_http_requests_total{method=\"%s\",route=\"%s\","
                              "status=\"%uxx\"} %llu\n",
                              routes[r].method, routes[r].template, class + 1,
                              (unsigned long long)n);
        }
}

static void write_bucket(struct buffer *out, const struct metrics_route *route, const char *le,
                         uint64_t n) {
    buffer_printf(out,
                  "unknot_http_request_duration_seconds_bucket{method=\"%s\",route=\"%s\","
                  "le=\"%s\"} %llu\n",
                  route->method, route->template, le, (unsigned long long)n);
}

static void write_durations(struct buffer *out) {
    write_head(out, "unknot_http_request_duration_seconds", "histogram",
               "From the request line to the last byte of the answer.");
    for (size_t r = 0; r < route_count; r++) {
        const struct metrics_route *route = &routes[r];
        uint64_t sum = 0;
        for (size_t i = 0; i <= BUCKETS; i++)
            sum += load(&route->buckets[i]);
        if (sum == 0)
            continue;
        uint64_t n = 0;
        for (size_t i = 0; i < BUCKETS; i++)
            write_bucket(out, route, bucket_rows[i].text, n += load(&route->buckets[i]));
        n += load(&route->buckets[BUCKETS]);
        write_bucket(out, route, "+Inf", n);
        buffer_printf(out,
                      "unknot_http_request_duration_seconds_sum{method=\"%s\",route=\"%s\"} %.9f\n"
                      "unknot_http_request_duration_seconds_count{method=\"%s\",route=\"%s\"} "
                      "%llu\n",
                      route->method, route->template, (double)load(&route->sum_ns) / 1e9,
                      route->method, route->template, (unsigned long long)n);
    }
}

enum status metrics_get(void *app, const struct http_request *request,
                        struct http_response *response) {
    (void)app;
    (void)request;
    struct buffer out;
    buffer_init(&out);
    write_head(&out, "unknot_build_info", "gauge", "Always 1; the labels say what runs.");
    buffer_printf(&out, "unknot_build_info{version=\"%s\",compiler=\"%s\"} 1\n", build_version,
                  __VERSION__);
    write_values(&out);
    pthread_mutex_lock(&routes_lock);
    write_requests(&out);
    write_durations(&out);
    pthread_mutex_unlock(&routes_lock);
    for (size_t i = 0; i < source_count; i++)
        sources[i].write(sources[i].cls, &out);
    return response_buffer(response, "text/plain; version=0.0.4; charset=utf-8", &out);
}
