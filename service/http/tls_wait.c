/*
 * A TLS handshake that waits for its client makes libmicrohttpd 0.9.75 spin: GnuTLS reads from the
 * socket by itself, so the library goes on believing that there is something to read, and looks
 * again at once. One connection with five bytes of a hello takes a core.
 *
 * It calls these functions through the PLT, so the ones in this file are the ones it finds. Where a
 * turn of its loop brought no event and did nothing but ask handshakes that have to wait,
 * epoll_wait does wait; any event ends that.
 */
#include <dlfcn.h>
#include <gnutls/gnutls.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/epoll.h>

#define FOUND_FIRST __attribute__((visibility("default")))

enum { WAIT_MS = 100 };

static _Thread_local struct {
    bool waiting; /* a handshake needs more from its client */
    bool busy;    /* anything else happened */
} turn;

static void *next(const char *name, _Atomic(void *) *kept) {
    void *found = atomic_load_explicit(kept, memory_order_relaxed);
    if (!found) {
        found = dlsym(RTLD_NEXT, name);
        atomic_store_explicit(kept, found, memory_order_relaxed);
    }
    return found;
}

FOUND_FIRST int gnutls_handshake(gnutls_session_t session) {
    static _Atomic(void *) kept;
    int (*original)(gnutls_session_t);
    *(void **)&original = next("gnutls_handshake", &kept);
    int result = original(session);
    turn.waiting |= result == GNUTLS_E_AGAIN;
    turn.busy |= result != GNUTLS_E_AGAIN;
    return result;
}

FOUND_FIRST ssize_t gnutls_record_recv(gnutls_session_t session, void *data, size_t size) {
    static _Atomic(void *) kept;
    ssize_t (*original)(gnutls_session_t, void *, size_t);
    *(void **)&original = next("gnutls_record_recv", &kept);
    turn.busy = true;
    return original(session, data, size);
}

FOUND_FIRST ssize_t gnutls_record_send(gnutls_session_t session, const void *data, size_t size) {
    static _Atomic(void *) kept;
    ssize_t (*original)(gnutls_session_t, const void *, size_t);
    *(void **)&original = next("gnutls_record_send", &kept);
    turn.busy = true;
    return original(session, data, size);
}

FOUND_FIRST int epoll_wait(int epoll, struct epoll_event *events, int most, int timeout) {
    static _Atomic(void *) kept;
    int (*original)(int, struct epoll_event *, int, int);
    *(void **)&original = next("epoll_wait", &kept);
    bool idle = timeout == 0 && turn.waiting && !turn.busy;
    int count = original(epoll, events, most, idle ? WAIT_MS : timeout);
    turn.waiting = false;
    turn.busy =
        count != 0; /* a connection that was resumed is looked at one turn after its event */
    return count;
}
