/* The compressor of a thread is kept: making one costs 260 KiB of memory and more time than a small
   body takes. */
#define ZLIB_CONST
#include "http/gzip.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <zlib.h>

enum { GZIP_LEVEL = 5, GZIP_WINDOW = 15 + 16, GZIP_MEMORY = 8 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool have_key;

static void free_stream(void *stream) {
    (void)deflateEnd(stream);
    free(stream);
}

static void make_key(void) {
    have_key = pthread_key_create(&key, free_stream) == 0;
}

static z_stream *new_stream(void) {
    z_stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return NULL;
    if (deflateInit2(stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        free(stream);
        return NULL;
    }
    if (pthread_setspecific(key, stream) != 0) {
        free_stream(stream);
        return NULL;
    }
    return stream;
}

static z_stream *thread_stream(void) {
    if (pthread_once(&once, make_key) != 0 || !have_key)
        return NULL;
    z_stream *stream = pthread_getspecific(key);
    if (!stream)
        return new_stream();
    return deflateReset(stream) == Z_OK ? stream : NULL;
}

enum status gzip_bytes(const char *bytes, size_t len, struct buffer *out) {
    if (len > UINT_MAX / 2)
        return STATUS_TOO_LARGE;
    z_stream *stream = thread_stream();
    if (!stream || !buffer_reserve(out, len))
        return STATUS_NO_MEMORY;
    stream->next_in = (const Bytef *)bytes;
    stream->avail_in = (uInt)len;
    stream->next_out = (Bytef *)out->data;
    stream->avail_out = (uInt)len;
    if (deflate(stream, Z_FINISH) != Z_STREAM_END)
        return STATUS_TOO_LARGE;
    out->len = len - stream->avail_out;
    out->data[out->len] = '\0';
    return STATUS_OK;
}

enum status gzip_begin(void) {
    return thread_stream() ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status gzip_piece(const char *bytes, size_t len, bool last, struct buffer *out) {
    enum { ROOM = 64 * 1024 };
    z_stream *stream = pthread_getspecific(key);
    if (len > UINT_MAX)
        return STATUS_TOO_LARGE;
    stream->next_in = (const Bytef *)bytes;
    stream->avail_in = (uInt)len;
    do {
        if (!buffer_reserve(out, ROOM))
            return STATUS_NO_MEMORY;
        stream->next_out = (Bytef *)out->data + out->len;
        stream->avail_out = ROOM;
        (void)deflate(stream, last ? Z_FINISH : Z_NO_FLUSH);
        out->len += ROOM - stream->avail_out;
    } while (stream->avail_out == 0);
    return STATUS_OK;
}
