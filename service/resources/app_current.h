/*
 * Which app answers: one may take another's place while requests are under way. Each request holds
 * the one it began with until its answer has been sent; the last to let go of an old one ends it.
 */
#ifndef UNKNOT_RESOURCES_APP_CURRENT_H
#define UNKNOT_RESOURCES_APP_CURRENT_H

#include <pthread.h>

#include "resources/app.h"

struct app_current {
    pthread_mutex_t lock;
    struct app *app;
};

/* Holds the first one. Its `end` is called, on any thread, when nobody holds it any more. */
void app_current_init(struct app_current *current, struct app *first);

/* What holds from now on. */
void app_current_replace(struct app_current *current, struct app *next);

/* Lets go of the last one; when no request is left. */
void app_current_end(struct app_current *current);

/* For struct edge_hooks: `current` is a struct app_current, `app` what app_hold() gave. */
void *app_hold(void *current);
void app_let_go(void *app);

/* For struct edge_hooks: a worker's `struct store_slot`. */
void *app_worker_open(void *current);
void app_worker_close(void *worker);

#endif
