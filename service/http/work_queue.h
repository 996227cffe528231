/* A bounded queue in front of a few threads that may wait, each with something of its own to wait
   with (a database connection). */
#ifndef UNKNOT_HTTP_WORK_QUEUE_H
#define UNKNOT_HTTP_WORK_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Embedded in what is to be done. `cancelled`: the queue is stopping, do not begin. */
struct work {
    void (*run)(struct work *work, void *worker, bool cancelled);
    struct work *next;
    bool bulk; /* long, and nobody's life hangs on it: see bulk_workers */
};

struct work_queue_settings {
    size_t workers;
    size_t capacity;     /* waiting works beyond those that run, bulk apart */
    size_t bulk_workers; /* at most so many run bulk at a time, when nothing else waits */
    size_t bulk_capacity;
    void *(*open)(void *app); /* in the worker's thread; may be NULL, and may give NULL */
    void (*close)(void *worker);
    void *app;
};

struct work_queue;

enum status work_queue_start(const struct work_queue_settings *settings,
                             struct work_queue **queue) MUST_CHECK;

/* STATUS_UNAVAILABLE when the queue is full or stopping: the work was not taken. */
enum status work_queue_submit(struct work_queue *queue, struct work *work) MUST_CHECK;

/* Cancels what waits, lets what runs finish, refuses what comes. */
void work_queue_stop(struct work_queue *queue);

/* After work_queue_stop(), when nobody can come with work any more. */
void work_queue_free(struct work_queue *queue);

#endif
