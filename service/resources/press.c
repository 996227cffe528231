#include "resources/press.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/clock.h"

enum { PATH_MAX_HERE = 4096, PDF_MAX = 4 << 20, NS_PER_MS = 1000000 };

/* unknot-paper lies where this program lies. */
static bool find_program(char path[PATH_MAX_HERE]) {
    static const char name[] = "unknot-paper";
    ssize_t len = readlink("/proc/self/exe", path, PATH_MAX_HERE - sizeof name);
    if (len <= 0)
        return false;
    path[len] = '\0';
    char *slash = strrchr(path, '/');
    if (!slash)
        return false;
    memcpy(slash + 1, name, sizeof name);
    return true;
}

/* The page as a file that has no name: no pipe that fills up, nothing on a disk. */
static int page_file(const char *page, size_t len) {
    int fd = memfd_create("page", MFD_CLOEXEC);
    while (fd >= 0 && len > 0) {
        ssize_t written = write(fd, page, len);
        if (written <= 0) {
            (void)close(fd);
            return -1;
        }
        page += written;
        len -= (size_t)written;
    }
    if (fd >= 0)
        (void)lseek(fd, 0, SEEK_SET);
    return fd;
}

/* Nothing of our environment: it may hold passwords. */
static pid_t start(const char *program, const char *paper, int in, int out) {
    const char *const argv[] = {program, paper, NULL};
    static const char *const environment[] = {"LANG=C.UTF-8", "HOME=/nonexistent", NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    pid_t pid = -1;
    (void)sigemptyset(&none);
    (void)sigemptyset(&usual);
    (void)sigaddset(&usual, SIGPIPE);
    if (posix_spawn_file_actions_init(&files) != 0)
        return -1;
    if (posix_spawnattr_init(&attributes) == 0) {
        (void)posix_spawnattr_setsigmask(&attributes, &none);
        (void)posix_spawnattr_setsigdefault(&attributes, &usual);
        (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        int fault =
            posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO) |
            posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO) |
            posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0) |
            posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
        if (fault || posix_spawn(&pid, program, &files, &attributes, (char *const *)(void *)argv,
                                 (char *const *)(void *)environment) != 0)
            pid = -1;
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&files);
    return pid;
}

static enum status read_pdf(int fd, uint64_t deadline_ns, struct buffer *pdf) {
    char chunk[16384];
    for (;;) {
        uint64_t now = clock_ns();
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (now >= deadline_ns)
            return STATUS_TIMEOUT;
        if (poll(&wait, 1, (int)((deadline_ns - now) / NS_PER_MS) + 1) == 0)
            continue;
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got == 0)
            return STATUS_OK;
        if (got < 0 && errno != EINTR)
            return STATUS_UNAVAILABLE;
        if (got > 0 &&
            (pdf->len + (size_t)got > PDF_MAX || !buffer_append(pdf, chunk, (size_t)got)))
            return STATUS_NO_MEMORY;
    }
}

/* Ends it where it did not end by itself. */
static bool ended_well(pid_t pid, bool kill_it) {
    int status = 0;
    if (kill_it)
        (void)kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

enum status press_print(const char *page, size_t len, const char *paper, unsigned limit_ms,
                        struct buffer *pdf) {
    char program[PATH_MAX_HERE];
    int out[2];
    uint64_t deadline_ns = clock_ns() + (uint64_t)limit_ms * NS_PER_MS;
    if (!find_program(program) || pipe2(out, O_CLOEXEC) != 0)
        return STATUS_UNAVAILABLE;
    int in = page_file(page, len);
    pid_t pid = in < 0 ? -1 : start(program, paper, in, out[1]);
    if (in >= 0)
        (void)close(in);
    (void)close(out[1]);
    enum status status = pid < 0 ? STATUS_UNAVAILABLE : read_pdf(out[0], deadline_ns, pdf);
    (void)close(out[0]);
    if (pid > 0 && !ended_well(pid, status != STATUS_OK) && status == STATUS_OK)
        status = STATUS_UNAVAILABLE;
    return status;
}
