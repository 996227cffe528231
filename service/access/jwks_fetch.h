/* A key set by HTTPS. Inside of the room: only jwks_source.c calls it, and only on a worker. */
#ifndef UNKNOT_ACCESS_JWKS_FETCH_H
#define UNKNOT_ACCESS_JWKS_FETCH_H

#include "base/buffer.h"

enum { JWKS_FETCH_MS = 5000, JWKS_CONNECT_MS = 2000 };

/* Can this be fetched: https, a host, no user, no fragment? */
bool jwks_url_is_good(const char *url);

/*
 * Reads the URL: TLS with a checked certificate (ca_file NULL: the system's), no redirects, at most
 * JWKS_BYTES_MAX bytes and JWKS_FETCH_MS. The message has no part of the answer in it.
 */
enum status jwks_fetch(const char *url, const char *ca_file, struct buffer *body, char *message,
                       size_t size) MUST_CHECK;

#endif
