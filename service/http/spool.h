/* Bytes on their way to a client that cannot be told yet: in a file that has no name, so that it is
   gone with the last who holds it. In $TMPDIR, else in /tmp. */
#ifndef UNKNOT_HTTP_SPOOL_H
#define UNKNOT_HTTP_SPOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* One spool, and all of them together. */
#define SPOOL_BYTES_MAX ((size_t)1 << 30)
#define SPOOL_BYTES_ALL ((size_t)4 << 30)

struct spool {
    int file; /* 0: not open, or handed on */
    size_t len;
};

/* STATUS_UNAVAILABLE: the directory takes no file. */
enum status spool_open(struct spool *spool) MUST_CHECK;

/* All of the bytes, or none of them and STATUS_UNAVAILABLE: the quota or the disk is full. */
enum status spool_append(struct spool *spool, const void *bytes, size_t len) MUST_CHECK;

/* Hands the descriptor on; the bytes count in the quota until spool_close. */
int spool_release(struct spool *spool);

void spool_close(struct spool *spool);

#endif
