#include "http/work_queue.h"

#include <pthread.h>
#include <stdlib.h>

#include "http/metrics.h"

struct work_queue {
    struct work_queue_settings settings;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct work *first;
    struct work **last; /* where the next one is hung */
    size_t waiting;
    bool stopping;
    size_t threads_started;
    pthread_t threads[];
};

/* The next work, waiting for one; NULL when the queue stops and is empty. */
static struct work *take(struct work_queue *queue, bool *cancelled) {
    pthread_mutex_lock(&queue->lock);
    while (!queue->first && !queue->stopping)
        pthread_cond_wait(&queue->wake, &queue->lock);
    struct work *work = queue->first;
    if (work) {
        queue->first = work->next;
        if (!queue->first)
            queue->last = &queue->first;
        queue->waiting--;
        metrics_add(METRIC_WORK_QUEUED, -1);
    }
    *cancelled = queue->stopping;
    pthread_mutex_unlock(&queue->lock);
    return work;
}

static void *run_works(void *argument) {
    struct work_queue *queue = argument;
    const struct work_queue_settings *settings = &queue->settings;
    void *worker = settings->open ? settings->open(settings->app) : NULL;
    bool cancelled;
    for (struct work *work; (work = take(queue, &cancelled));)
        work->run(work, worker, cancelled);
    if (worker && settings->close)
        settings->close(worker);
    return NULL;
}

enum status work_queue_start(const struct work_queue_settings *settings, struct work_queue **out) {
    struct work_queue *queue =
        calloc(1, sizeof *queue + settings->workers * sizeof queue->threads[0]);
    if (!queue)
        return STATUS_NO_MEMORY;
    queue->settings = *settings;
    queue->last = &queue->first;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->wake, NULL);
    for (size_t i = 0; i < settings->workers; i++) {
        if (pthread_create(&queue->threads[i], NULL, run_works, queue) != 0) {
            work_queue_stop(queue);
            work_queue_free(queue);
            return STATUS_UNAVAILABLE;
        }
        queue->threads_started++;
    }
    *out = queue;
    return STATUS_OK;
}

enum status work_queue_submit(struct work_queue *queue, struct work *work) {
    enum status status = STATUS_UNAVAILABLE;
    pthread_mutex_lock(&queue->lock);
    if (!queue->stopping && queue->waiting < queue->settings.capacity) {
        work->next = NULL;
        *queue->last = work;
        queue->last = &work->next;
        queue->waiting++;
        metrics_add(METRIC_WORK_QUEUED, 1);
        status = STATUS_OK;
    }
    pthread_mutex_unlock(&queue->lock);
    if (status == STATUS_OK)
        pthread_cond_signal(&queue->wake); /* unlocked: else the worker wakes only to wait again */
    return status;
}

void work_queue_stop(struct work_queue *queue) {
    if (!queue)
        return;
    pthread_mutex_lock(&queue->lock);
    queue->stopping = true;
    pthread_cond_broadcast(&queue->wake);
    pthread_mutex_unlock(&queue->lock);
    for (size_t i = 0; i < queue->threads_started; i++)
        (void)pthread_join(queue->threads[i], NULL);
    queue->threads_started = 0;
}

void work_queue_free(struct work_queue *queue) {
    if (!queue)
        return;
    pthread_cond_destroy(&queue->wake);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}
