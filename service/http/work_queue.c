#include "http/work_queue.h"

#include <pthread.h>
#include <stdlib.h>

#include "http/metrics.h"

struct line {
    struct work *first;
    struct work **last; /* where the next one is hung */
    size_t waiting;
};

struct work_queue {
    struct work_queue_settings settings;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct line plain, bulk;
    size_t bulk_running;
    bool stopping;
    size_t threads_started;
    pthread_t threads[];
};

static struct work *step_out(struct line *line) {
    struct work *work = line->first;
    if (!work)
        return NULL;
    line->first = work->next;
    if (!line->first)
        line->last = &line->first;
    line->waiting--;
    metrics_add(METRIC_WORK_QUEUED, -1);
    return work;
}

static struct work *next(struct work_queue *queue) {
    struct work *work = step_out(&queue->plain);
    if (work || (queue->bulk_running >= queue->settings.bulk_workers && !queue->stopping))
        return work;
    work = step_out(&queue->bulk);
    queue->bulk_running += work != NULL;
    return work;
}

/* The next work, waiting for one; NULL when the queue stops and is empty. */
static struct work *take(struct work_queue *queue, bool *cancelled) {
    struct work *work;
    pthread_mutex_lock(&queue->lock);
    while (!(work = next(queue)) && !queue->stopping)
        pthread_cond_wait(&queue->wake, &queue->lock);
    *cancelled = queue->stopping;
    pthread_mutex_unlock(&queue->lock);
    return work;
}

/* This worker looks for the next work itself, so nobody has to be woken. */
static void end_bulk(struct work_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->bulk_running--;
    pthread_mutex_unlock(&queue->lock);
}

static void *run_works(void *argument) {
    struct work_queue *queue = argument;
    const struct work_queue_settings *settings = &queue->settings;
    void *worker = settings->open ? settings->open(settings->app) : NULL;
    bool cancelled;
    for (struct work *work; (work = take(queue, &cancelled));) {
        bool bulk = work->bulk; /* after its run it may be gone */
        work->run(work, worker, cancelled);
        if (bulk)
            end_bulk(queue);
    }
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
    queue->plain.last = &queue->plain.first;
    queue->bulk.last = &queue->bulk.first;
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
    struct line *line = work->bulk ? &queue->bulk : &queue->plain;
    size_t room = work->bulk ? queue->settings.bulk_capacity : queue->settings.capacity;
    pthread_mutex_lock(&queue->lock);
    if (!queue->stopping && line->waiting < room) {
        work->next = NULL;
        *line->last = work;
        line->last = &work->next;
        line->waiting++;
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
