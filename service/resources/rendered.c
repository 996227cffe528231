#include "resources/rendered.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/gzip.h"

static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

void *made_once(_Atomic(void *) *place, void *(*make)(void *of), void *of) {
    void *made = atomic_load_explicit(place, memory_order_acquire);
    if (made)
        return made;
    (void)pthread_mutex_lock(&making);
    made = atomic_load_explicit(place, memory_order_relaxed);
    if (!made) {
        made = make(of);
        atomic_store_explicit(place, made, memory_order_release);
    }
    (void)pthread_mutex_unlock(&making);
    return made;
}

bool rendered_init(struct rendered *rendered, const char *bytes, size_t len) {
    rendered->bytes = bytes;
    rendered->len = len;
    atomic_init(&rendered->gzip, NULL);
    return etag_of_bytes(bytes, len, rendered->etag) == STATUS_OK;
}

void rendered_end(struct rendered *rendered) {
    free(atomic_load(&rendered->gzip));
}

struct gzipped {
    size_t len; /* 0: not worth it */
    char bytes[];
};

static void *compress(void *rendered_) {
    const struct rendered *rendered = rendered_;
    struct buffer out;
    buffer_init(&out);
    enum status status = gzip_bytes(rendered->bytes, rendered->len, &out);
    struct gzipped *gzipped = NULL;
    if (status == STATUS_OK || status == STATUS_TOO_LARGE)
        gzipped = malloc(sizeof *gzipped + out.len);
    if (gzipped) {
        gzipped->len = out.len;
        if (out.len)
            memcpy(gzipped->bytes, out.data, out.len);
    }
    buffer_free(&out);
    return gzipped;
}

void rendered_send(struct rendered *rendered, const struct http_request *request,
                   const char *content_type, struct http_response *response) {
    const struct gzipped *gzipped = NULL;
    if (request->takes_gzip && rendered->len >= GZIP_MIN)
        gzipped = made_once(&rendered->gzip, compress, rendered);
    response_static(response, content_type, rendered->bytes, rendered->len);
    if (gzipped && gzipped->len)
        response_precompressed(response, gzipped->bytes, gzipped->len);
    (void)snprintf(response->etag, sizeof response->etag, "%s", rendered->etag);
}
