#include "resources/app_current.h"

#include "store/store.h"

void app_current_init(struct app_current *current, struct app *first) {
    (void)pthread_mutex_init(&current->lock, NULL);
    atomic_store(&first->holders, 1);
    current->app = first;
}

void app_current_replace(struct app_current *current, struct app *next) {
    atomic_store(&next->holders, 1);
    (void)pthread_mutex_lock(&current->lock);
    struct app *before = current->app;
    current->app = next;
    (void)pthread_mutex_unlock(&current->lock);
    app_let_go(before);
}

void app_current_end(struct app_current *current) {
    app_let_go(current->app);
    current->app = NULL;
    (void)pthread_mutex_destroy(&current->lock);
}

/* The lock is for the moment between finding the app and holding it. */
void *app_hold(void *current_of) {
    struct app_current *current = current_of;
    (void)pthread_mutex_lock(&current->lock);
    struct app *app = current->app;
    atomic_fetch_add(&app->holders, 1);
    (void)pthread_mutex_unlock(&current->lock);
    return app;
}

void app_let_go(void *held) {
    struct app *app = held;
    if (atomic_fetch_sub(&app->holders, 1) == 1 && app->end)
        app->end(app);
}

void *app_worker_open(void *current) {
    struct app *app = app_hold(current);
    struct store *store = app->store;
    app_let_go(app);
    return store ? store_borrow(store) : NULL;
}

void app_worker_close(void *worker) {
    store_release(worker);
}
