#include "cli/notify.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* Empty: nobody to tell. */
static struct sockaddr_un manager;
static socklen_t manager_size;

void notify_open(void) {
    const char *path = getenv("NOTIFY_SOCKET");
    size_t len = path ? strlen(path) : 0;
    if (len > 1 && len < sizeof manager.sun_path && (*path == '/' || *path == '@')) {
        manager.sun_family = AF_UNIX;
        memcpy(manager.sun_path, path, len);
        if (*path == '@') /* in the abstract namespace */
            manager.sun_path[0] = '\0';
        manager_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    }
    (void)unsetenv("NOTIFY_SOCKET");
}

void notify_say(const char *message) {
    if (!manager_size)
        return;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)sendto(fd, message, strlen(message), MSG_NOSIGNAL, (const struct sockaddr *)&manager,
                 manager_size);
    (void)close(fd);
}

void notify_reloading(void) {
    struct timespec now;
    char message[80];
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    (void)snprintf(message, sizeof message, "RELOADING=1\nMONOTONIC_USEC=%lld",
                   (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    notify_say(message);
}
