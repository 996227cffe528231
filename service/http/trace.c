#include "http/trace.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

/* Ids must be different, not secret: a seeded generator per thread spares a system call each. */
static uint64_t next_random(void) {
    static _Thread_local uint64_t state;
    if (state == 0 && getrandom(&state, sizeof state, 0) != (ssize_t)sizeof state)
        state = (uint64_t)time(NULL) ^ (uintptr_t)&state;
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static void write_hex(char *out, uint64_t value) {
    static const char letters[] = "0123456789abcdef";
    for (int i = 15; i >= 0; i--, value >>= 4)
        out[i] = letters[value & 15];
    out[16] = '\0';
}

static bool is_hex(const char *text, size_t len) {
    return strspn(text, "0123456789abcdef") >= len;
}

static bool is_zero(const char *text, size_t len) {
    return strspn(text, "0") >= len;
}

static bool is_valid(const char *header) {
    size_t len = strlen(header);
    if (len < 55 || header[2] != '-' || header[35] != '-' || header[52] != '-')
        return false;
    if (!is_hex(header, 2) || !is_hex(header + 3, 32) || !is_hex(header + 36, 16) ||
        !is_hex(header + 53, 2))
        return false;
    if (strncmp(header, "ff", 2) == 0 || is_zero(header + 3, 32) || is_zero(header + 36, 16))
        return false;
    /* Version 00 ends here; a later one may go on after another dash. */
    return len == 55 || (strncmp(header, "00", 2) != 0 && header[55] == '-');
}

void trace_start(struct trace *trace, const char *traceparent) {
    write_hex(trace->span_id, next_random() | 1);
    if (traceparent && is_valid(traceparent)) {
        memcpy(trace->trace_id, traceparent + 3, 32);
        memcpy(trace->parent_id, traceparent + 36, 16);
        trace->trace_id[32] = trace->parent_id[16] = '\0';
        trace->sampled = strchr("13579bdf", traceparent[54]) != NULL;
        return;
    }
    write_hex(trace->trace_id, next_random());
    write_hex(trace->trace_id + 16, next_random() | 1);
    trace->parent_id[0] = '\0';
    trace->sampled = false;
}

void trace_header(const struct trace *trace, char out[TRACE_HEADER_SIZE]) {
    static const char shape[TRACE_HEADER_SIZE] =
        "00-00000000000000000000000000000000-0000000000000000-00";
    memcpy(out, shape, sizeof shape);
    memcpy(out + 3, trace->trace_id, sizeof trace->trace_id - 1);
    memcpy(out + 36, trace->span_id, sizeof trace->span_id - 1);
    out[54] = trace->sampled ? '1' : '0';
}
