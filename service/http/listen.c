#include "http/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, FIRST_PASSED_FD = 3 };

static enum status fail(struct listener *listener, const char **fault, const char *why) {
    *fault = why;
    if (listener->fd >= 0)
        (void)close(listener->fd);
    listener->fd = -1;
    return STATUS_UNAVAILABLE;
}

/* Reads back where the socket is bound: port 0 has become a number. */
static void describe(struct listener *listener) {
    struct sockaddr_storage bound = {0};
    socklen_t len = sizeof bound;
    char host[64];
    char port[8];
    if (getsockname(listener->fd, (struct sockaddr *)&bound, &len) != 0)
        return;
    if (getnameinfo((struct sockaddr *)&bound, len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0 ||
        bound.ss_family == AF_UNIX)
        return;
    listener->port = (unsigned)strtoul(port, NULL, 10);
    (void)snprintf(listener->name, sizeof listener->name,
                   bound.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

static bool set_flag(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

static enum status start_listening(struct listener *listener, const struct sockaddr *address,
                                   socklen_t len, const char **fault) {
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    listener->fd = fd;
    if (fd < 0)
        return fail(listener, fault, "cannot make a socket");
    bool local = address->sa_family == AF_UNIX;
    if (!local && !set_flag(fd, SOL_SOCKET, SO_REUSEADDR, 1))
        return fail(listener, fault, "cannot set socket options");
    /* Only where it was asked for: else a second service would take half of the requests silently.
     */
    if (listener->shared && !set_flag(fd, SOL_SOCKET, SO_REUSEPORT, 1))
        return fail(listener, fault, "cannot share the port");
    if (address->sa_family == AF_INET6)
        (void)set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    if (bind(fd, address, len) != 0)
        return fail(listener, fault, strerror(errno));
    if (listen(fd, BACKLOG) != 0)
        return fail(listener, fault, strerror(errno));
    describe(listener);
    return STATUS_OK;
}

static enum status open_tcp(const char *where, struct listener *listener, const char **fault) {
    char host[64];
    const char *colon = strrchr(where, ':');
    if (!colon || (size_t)(colon - where) >= sizeof host)
        return fail(listener, fault, "expected address:port");
    /* getaddrinfo takes 99999 and listens on 34463. */
    if (strlen(colon) > 6 || strtoul(colon + 1, NULL, 10) > UINT16_MAX)
        return fail(listener, fault, "a port is at most 65535");
    size_t len = (size_t)(colon - where);
    bool bracketed = len >= 2 && where[0] == '[' && where[len - 1] == ']';
    memcpy(host, bracketed ? where + 1 : where, bracketed ? len - 2 : len);
    host[bracketed ? len - 2 : len] = '\0';
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *found;
    if (getaddrinfo(*host ? host : NULL, colon + 1, &hints, &found) != 0)
        return fail(listener, fault, "not a numeric address and port");
    enum status status = start_listening(listener, found->ai_addr, found->ai_addrlen, fault);
    freeaddrinfo(found);
    return status;
}

/* A socket file nobody listens on is left over from a crash; one that answers is not ours to take.
 */
static bool is_abandoned(const struct sockaddr_un *address) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool refused = connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
                   errno == ECONNREFUSED;
    (void)close(fd);
    return refused;
}

static enum status open_local(const char *path, struct listener *listener, const char **fault) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return fail(listener, fault, "the path of a local socket has at most 107 bytes");
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (is_abandoned(&address))
        (void)unlink(path);
    enum status status =
        start_listening(listener, (const struct sockaddr *)&address, sizeof address, fault);
    if (status != STATUS_OK)
        return status;
    memcpy(listener->path, path, strlen(path) + 1);
    (void)snprintf(listener->name, sizeof listener->name, "unix:%s", path);
    return STATUS_OK;
}

/* How many sockets were passed to this very process. */
static long passed_count(void) {
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    if (!pid || !count || strtol(pid, NULL, 10) != (long)getpid())
        return 0;
    return strtol(count, NULL, 10);
}

static bool is_listening(int fd) {
    int listens = 0;
    socklen_t size = sizeof listens;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens;
}

void listener_claim_passed(void) {
    for (long i = 0, count = passed_count(); i < count; i++)
        (void)fcntl(FIRST_PASSED_FD + (int)i, F_SETFD, FD_CLOEXEC);
}

static enum status open_passed(const char *which, struct listener *listener, const char **fault) {
    long index = *which == ':' ? strtol(which + 1, NULL, 10) : 0, count = passed_count();
    if (count <= 0)
        return fail(listener, fault, "no sockets were passed (LISTEN_PID, LISTEN_FDS)");
    if (index < 0 || index >= count)
        return fail(listener, fault, "fewer sockets were passed than that");
    listener->fd = FIRST_PASSED_FD + (int)index;
    int flags = fcntl(listener->fd, F_GETFL);
    if (!is_listening(listener->fd) || flags < 0 ||
        fcntl(listener->fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
        fcntl(listener->fd, F_SETFD, FD_CLOEXEC) != 0)
        return fail(listener, fault, "the passed descriptor is no listening socket");
    (void)snprintf(listener->name, sizeof listener->name, "descriptor %d", listener->fd);
    describe(listener);
    return STATUS_OK;
}

enum status listener_open(const char *where, struct listener *listener, const char **fault) {
    memset(listener, 0, sizeof *listener);
    listener->fd = -1;
    *fault = "";
    if (strncmp(where, "unix:", 5) == 0)
        return open_local(where + 5, listener, fault);
    if (strncmp(where, "systemd", 7) == 0 && (where[7] == '\0' || where[7] == ':'))
        return open_passed(where + 7, listener, fault);
    listener->shared = strncmp(where, "shared:", 7) == 0;
    return open_tcp(listener->shared ? where + 7 : where, listener, fault);
}

void listener_forget(const struct listener *listener) {
    if (*listener->path)
        (void)unlink(listener->path);
}
