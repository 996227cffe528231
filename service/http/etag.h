/* Validators of representations, RFC 9110 section 8.8. */
#ifndef UNKNOT_HTTP_ETAG_H
#define UNKNOT_HTTP_ETAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { ETAG_SIZE = 80 };

/* A strong tag: the quoted first half of the SHA-256 of the bytes. */
enum status etag_of_bytes(const void *bytes, size_t len, char etag[ETAG_SIZE]) MUST_CHECK;

/* Makes "x" into "x-gzip": the compressed representation is another one. Weak tags stay. */
void etag_mark_gzip(char etag[ETAG_SIZE]);

/* Does an If-None-Match list name the tag (weak comparison), or is it a star? */
bool etag_list_has(const char *list, const char *etag);

/* The version in an If-Match: "3", and what real clients send instead: W/"3", 3, "3-gzip". -1 when
   it is none of these, -2 for a star. */
int64_t etag_version(const char *if_match);

#endif
