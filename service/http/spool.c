#include "http/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 128 * 1024, AHEAD_MAX = 16 << 20 };

static atomic_size_t each_max, all_max;
static atomic_size_t spooled; /* by all */

void spool_limit(size_t each, size_t all) {
    atomic_store(&each_max, each);
    atomic_store(&all_max, all);
}

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

static bool reserve(const struct spool *spool, size_t len, size_t spare) {
    size_t each = atomic_load(&each_max), all = atomic_load(&all_max);
    if (spool->len + spare + len > each)
        return false;
    if (atomic_fetch_add(&spooled, len) + len <= all)
        return true;
    atomic_fetch_sub(&spooled, len);
    return false;
}

static bool write_all(const struct spool *spool) {
    size_t done = 0;
    while (done < spool->rest.len) {
        ssize_t n = pwrite(spool->file, spool->rest.data + done, spool->rest.len - done,
                           (off_t)(spool->written + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* Blocks taken in advance, as many again as there are, cost half of what they cost one by one.
   Where the file system does not know how, nothing is lost. */
static void take_ahead(struct spool *spool) {
    size_t end = spool->written + spool->rest.len;
    size_t more = end < AHEAD_MAX ? end : AHEAD_MAX;
    if (spool->written > 0 && end > spool->taken &&
        fallocate(spool->file, FALLOC_FL_KEEP_SIZE, (off_t)spool->written,
                  (off_t)(spool->rest.len + more)) == 0)
        spool->taken = end + more;
}

enum status spool_flush(struct spool *spool) {
    take_ahead(spool);
    bool done = write_all(spool);
    spool->rest.len = 0;
    if (done) {
        spool->written = spool->len;
        return STATUS_OK;
    }
    /* Room for a last word. */
    (void)ftruncate(spool->file, (off_t)spool->written);
    atomic_fetch_sub(&spooled, spool->len - spool->written);
    spool->len = spool->written;
    return STATUS_UNAVAILABLE;
}

static enum status add(struct spool *spool, const char *bytes, size_t len, const char *end,
                       size_t spare) {
    struct buffer *rest = &spool->rest;
    size_t end_len = strlen(end);
    if (!buffer_reserve(rest, len + end_len))
        return STATUS_NO_MEMORY;
    if (!reserve(spool, len + end_len, spare))
        return STATUS_UNAVAILABLE;
    (void)buffer_append(rest, bytes, len);
    (void)buffer_append(rest, end, end_len);
    spool->len += len + end_len;
    return rest->len < PIECE ? STATUS_OK : spool_flush(spool);
}

enum status spool_line(struct spool *spool, const char *line, size_t len, size_t spare) {
    return add(spool, line, len, "\n", spare);
}

enum status spool_append(struct spool *spool, const char *bytes, size_t len) {
    return add(spool, bytes, len, "", 0);
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
    buffer_free(&spool->rest);
    *spool = (struct spool){0};
}
