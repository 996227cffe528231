/* A growing run of bytes with a sticky failure flag. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_init(struct buffer *buffer) {
    *buffer = (struct buffer){0};
}

void buffer_free(struct buffer *buffer) {
    free(buffer->data);
    buffer_init(buffer);
}

static bool refuse(struct buffer *buffer) {
    buffer->failed = true;
    buffer->cap = buffer->len;
    return false;
}

bool buffer_grow(struct buffer *buffer, size_t more) {
    if (buffer->failed)
        return false;
    if (more > SIZE_MAX / 4 - buffer->len)
        return refuse(buffer);
    size_t need = buffer->len + more + 1;
    size_t cap = buffer->cap ? buffer->cap * 2 : 256;
    if (cap < need)
        cap = need;
    char *data = realloc(buffer->data, cap);
    if (!data)
        return refuse(buffer);
    buffer->data = data;
    buffer->cap = cap;
    return true;
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t len) {
    if (!buffer_reserve(buffer, len))
        return false;
    if (len)
        memcpy(buffer->data + buffer->len, bytes, len);
    buffer->len += len;
    buffer->data[buffer->len] = '\0';
    return true;
}

bool buffer_puts(struct buffer *buffer, const char *text) {
    return buffer_append(buffer, text, strlen(text));
}

bool buffer_printf(struct buffer *buffer, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        return refuse(buffer);
    if (!buffer_reserve(buffer, (size_t)len))
        return false;
    va_start(args, format);
    (void)vsnprintf(buffer->data + buffer->len, (size_t)len + 1, format, args);
    va_end(args);
    buffer->len += (size_t)len;
    return true;
}

char *buffer_steal(struct buffer *buffer, size_t *len) {
    char *data = buffer->failed ? NULL : buffer->data;
    if (len)
        *len = data ? buffer->len : 0;
    if (!data)
        free(buffer->data);
    buffer_init(buffer);
    return data;
}
