/*
 * Answers that are the same for everybody: made when somebody first asks, kept with the release
 * they are of, and handed out as they are. Most of them nobody ever asks for.
 */
#ifndef UNKNOT_RESOURCES_RENDERED_H
#define UNKNOT_RESOURCES_RENDERED_H

#include "http/etag.h"
#include "http/request.h"
#include "http/response.h"

struct rendered {
    const char *bytes; /* borrowed from whoever keeps them */
    size_t len;
    char etag[ETAG_SIZE];
    _Atomic(void *) gzip; /* NULL until somebody takes it */
};

/* False when the tag cannot be made: no memory. */
bool rendered_init(struct rendered *rendered, const char *bytes, size_t len) MUST_CHECK;

/* Lets go of what was compressed. */
void rendered_end(struct rendered *rendered);

/* Answers with it. Compressed first where the client takes that and nobody did before. */
void rendered_send(struct rendered *rendered, const struct http_request *request,
                   const char *content_type, struct http_response *response);

/*
 * What is at `place`, made by make(of) where there is nothing yet: by one thread, the others wait.
 * Then no lock is taken any more. NULL when it could not be made; the next one tries again. One
 * lock for everything that is made, so make() must not come here itself.
 */
void *made_once(_Atomic(void *) *place, void *(*make)(void *of), void *of);

#endif
