/* A growing run of bytes. A failed allocation sticks: append freely, look at `failed` once. */
#ifndef UNKNOT_BASE_BUFFER_H
#define UNKNOT_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct buffer {
    char *data; /* NULL while nothing was appended; else a NUL stands after data[len - 1] */
    size_t len;
    size_t cap; /* as much as len after a failure: no room, ever */
    bool failed;
};

void buffer_init(struct buffer *buffer);

/* Frees the bytes; the buffer may be used again. */
void buffer_free(struct buffer *buffer);

/* Makes room for `more` bytes beyond len. False after a failed allocation, now or earlier. */
bool buffer_grow(struct buffer *buffer, size_t more);
static inline bool buffer_reserve(struct buffer *buffer, size_t more) {
    return more < buffer->cap - buffer->len || buffer_grow(buffer, more);
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t len);
bool buffer_puts(struct buffer *buffer, const char *text);
bool buffer_printf(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);

/* Hands the bytes to the caller, who frees them; NULL when empty or failed. The buffer is empty
 * afterwards. */
char *buffer_steal(struct buffer *buffer, size_t *len) MUST_CHECK;

#endif
