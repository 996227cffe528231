#include "http/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/json_writer.h"
#include "http/metrics.h"
#include "http/route.h"

enum { WAITING_MAX = 1 << 20, FLUSH_MS = 200, TIME_SIZE = 25, LINE_USUAL = 400 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    struct buffer waiting;
    enum log_level least;
    bool running;
    bool urgent;
} sink = {.lock = PTHREAD_MUTEX_INITIALIZER, .least = LOG_LEVEL_INFO};

static void write_all(const char *bytes, size_t len) {
    while (len > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, len);
        if (n < 0 && errno != EINTR)
            return; /* nobody to tell */
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
}

/* Called with the lock held; writes without it. */
static void flush_waiting(void) {
    struct buffer out = sink.waiting;
    buffer_init(&sink.waiting);
    sink.urgent = false;
    pthread_mutex_unlock(&sink.lock);
    write_all(out.data, out.len);
    buffer_free(&out);
    pthread_mutex_lock(&sink.lock);
}

static void wait_a_while(void) {
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += FLUSH_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_cond_timedwait(&sink.wake, &sink.lock, &until);
}

static void *write_lines(void *unused) {
    pthread_mutex_lock(&sink.lock);
    while (sink.running) {
        if (!sink.urgent)
            wait_a_while();
        flush_waiting();
    }
    pthread_mutex_unlock(&sink.lock);
    return unused;
}

enum status log_start(enum log_level least) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&sink.wake, &attributes);
    pthread_condattr_destroy(&attributes);
    sink.least = least;
    sink.running = true;
    if (pthread_create(&sink.thread, NULL, write_lines, NULL) == 0)
        return STATUS_OK;
    sink.running = false;
    pthread_cond_destroy(&sink.wake);
    return STATUS_UNAVAILABLE;
}

void log_quiet(void) {
    sink.least = LOG_LEVEL_OFF;
}

void log_stop(void) {
    pthread_mutex_lock(&sink.lock);
    bool was_running = sink.running;
    sink.running = false;
    sink.urgent = true;
    if (was_running)
        pthread_cond_signal(&sink.wake);
    pthread_mutex_unlock(&sink.lock);
    if (!was_running)
        return;
    (void)pthread_join(sink.thread, NULL);
    pthread_mutex_lock(&sink.lock);
    flush_waiting();
    pthread_mutex_unlock(&sink.lock);
    pthread_cond_destroy(&sink.wake);
}

static void put_line(enum log_level level, const struct buffer *line) {
    if (line->failed) {
        metrics_add(METRIC_LOG_LINES_DROPPED, 1);
        return;
    }
    pthread_mutex_lock(&sink.lock);
    if (sink.waiting.len + line->len > WAITING_MAX)
        metrics_add(METRIC_LOG_LINES_DROPPED, 1);
    else if (!buffer_append(&sink.waiting, line->data, line->len))
        buffer_free(&sink.waiting);
    if (!sink.running) {
        flush_waiting();
    } else if (level >= LOG_LEVEL_ERROR && !sink.urgent) {
        sink.urgent = true;
        pthread_cond_signal(&sink.wake);
    }
    pthread_mutex_unlock(&sink.lock);
}

/* "2026-11-22T16:51:35.123Z"; up to its seconds it stays the same for many lines. */
static void write_time(char out[TIME_SIZE]) {
    static _Thread_local char text[TIME_SIZE];
    static _Thread_local time_t second = -1;
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec != second) {
        struct tm utc;
        (void)gmtime_r(&now.tv_sec, &utc);
        (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &utc);
        second = now.tv_sec;
    }
    memcpy(out, text, TIME_SIZE);
    long ms = now.tv_nsec / 1000000;
    for (size_t at = 22; at >= 20; at--, ms /= 10)
        out[at] = (char)('0' + ms % 10);
}

static void begin_line(struct json_writer *json, enum log_level level, const char *event) {
    static const char *const levels[] = {"debug", "info", "warn", "error", "off"};
    char time_text[TIME_SIZE];
    write_time(time_text);
    (void)buffer_reserve(json->out, LINE_USUAL);
    jw_open_object(json);
    jw_member_text(json, "time", time_text);
    jw_member_text(json, "level", levels[level]);
    jw_member_text(json, "event", event);
}

static void end_line(struct json_writer *json, enum log_level level) {
    jw_close_object(json);
    if (jw_ok(json) && buffer_puts(json->out, "\n"))
        put_line(level, json->out);
    buffer_free(json->out);
}

void log_event(enum log_level level, const char *event, ...) {
    if (level < sink.least)
        return;
    struct buffer line;
    struct json_writer json;
    buffer_init(&line);
    jw_init(&json, &line);
    begin_line(&json, level, event);
    va_list pairs;
    va_start(pairs, event);
    for (const char *name = va_arg(pairs, const char *); name; name = va_arg(pairs, const char *))
        jw_member_text(&json, name, va_arg(pairs, const char *));
    va_end(pairs);
    end_line(&json, level);
}

static enum log_level level_of(const struct log_request *line) {
    return line->http_status >= 500 ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO;
}

void log_http(const struct log_request *line) {
    enum log_level level = level_of(line);
    if (level < sink.least)
        return;
    const struct http_request *request = line->request;
    struct buffer text;
    struct json_writer json;
    buffer_init(&text);
    jw_init(&json, &text);
    begin_line(&json, level, "request");
    jw_member_text(&json, "method", http_method_name(request->method));
    jw_member_text(&json, "route", request->route ? request->route->path : "unmatched");
    jw_member_int(&json, "status", line->http_status);
    jw_member_int(&json, "bytes", (int64_t)line->bytes);
    jw_member_int(&json, "duration_us", (int64_t)line->duration_us);
    if (*request->trace.trace_id)
        jw_member_text(&json, "trace_id", request->trace.trace_id);
    if (line->code)
        jw_member_text(&json, "code", line->code);
    if (line->outcome)
        jw_member_text(&json, "outcome", line->outcome);
    if (line->client)
        jw_member_text(&json, "client", line->client);
    end_line(&json, level);
}
