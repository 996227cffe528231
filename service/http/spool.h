/* Bytes on their way to a client that cannot be told yet: in a file that has no name, so that it is
   gone with the last who holds it. In $TMPDIR, else in /tmp. */
#ifndef UNKNOT_HTTP_SPOOL_H
#define UNKNOT_HTTP_SPOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/status.h"

struct spool {
    int file;           /* 0: not open, or handed on */
    size_t len;         /* in all */
    size_t written;     /* of it in the file; the rest waits */
    size_t taken;       /* blocks of the file, up to here */
    struct buffer rest; /* in large pieces the file costs a third */
};

/* Bytes that one spool may take, and all of them together. */
void spool_limit(size_t each, size_t all);

/* STATUS_UNAVAILABLE: the directory takes no file. */
enum status spool_open(struct spool *spool) MUST_CHECK;

/* Adds a line and the end of it. `spare` bytes of the quota are left alone. STATUS_UNAVAILABLE: the
   quota is full, and nothing has changed; or the disk is, and what had not been written is gone:
   then len is written again. */
enum status spool_line(struct spool *spool, const char *line, size_t len, size_t spare) MUST_CHECK;

/* Adds bytes as they are, as spool_line() does a line. */
enum status spool_append(struct spool *spool, const char *bytes, size_t len) MUST_CHECK;

/* Writes what waits. STATUS_UNAVAILABLE: it is gone. */
enum status spool_flush(struct spool *spool) MUST_CHECK;

/* Hands the descriptor on; the bytes count in the quota until spool_close. */
int spool_release(struct spool *spool);

void spool_close(struct spool *spool);

#endif
