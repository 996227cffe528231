#include "http/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_size_t spooled; /* by all */

/* Not every file system knows O_TMPFILE. */
static int open_named(const char *directory) {
    char path[512];
    int len = snprintf(path, sizeof path, "%s/unknot-XXXXXX", directory);
    if (len <= 0 || (size_t)len >= sizeof path)
        return -1;
    int file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        (void)unlink(path);
    return file;
}

/* 0 means that there is none; the first three numbers are somebody else's. */
static int move_up(int file) {
    if (file < 0 || file > STDERR_FILENO)
        return file;
    int moved = fcntl(file, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    (void)close(file);
    return moved;
}

enum status spool_open(struct spool *spool) {
    const char *named = getenv("TMPDIR");
    const char *directory = named && *named ? named : "/tmp";
    *spool = (struct spool){0};
    int file = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    file = move_up(file >= 0 ? file : open_named(directory));
    if (file < 0)
        return STATUS_UNAVAILABLE;
    spool->file = file;
    return STATUS_OK;
}

static bool reserve(const struct spool *spool, size_t len) {
    if (len > SPOOL_BYTES_MAX - spool->len)
        return false;
    if (atomic_fetch_add(&spooled, len) + len <= SPOOL_BYTES_ALL)
        return true;
    atomic_fetch_sub(&spooled, len);
    return false;
}

enum status spool_append(struct spool *spool, const void *bytes, size_t len) {
    const char *at = bytes;
    size_t done = 0;
    if (!reserve(spool, len))
        return STATUS_UNAVAILABLE;
    while (done < len) {
        ssize_t n = pwrite(spool->file, at + done, len - done, (off_t)(spool->len + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            atomic_fetch_sub(&spooled, len);
            return STATUS_UNAVAILABLE;
        }
        done += (size_t)n;
    }
    spool->len += len;
    return STATUS_OK;
}

int spool_release(struct spool *spool) {
    int file = spool->file;
    spool->file = 0;
    return file;
}

void spool_close(struct spool *spool) {
    if (spool->file)
        (void)close(spool->file);
    atomic_fetch_sub(&spooled, spool->len);
    *spool = (struct spool){0};
}
