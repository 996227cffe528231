#include "store/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void clean_environment(void) {
    char **kept = environ;
    for (char **at = environ; at && *at; at++)
        if (strncmp(*at, "PG", 2) != 0 && strncmp(*at, "UNKNOT_", 7) != 0)
            *kept++ = *at;
    if (kept)
        *kept = NULL;
}

static void reset_signals(void) {
    sigset_t none;
    (void)sigemptyset(&none);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGINT, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

pid_t process_fork(void) {
    pid_t pid = fork();
    if (pid == 0) {
        reset_signals();
        clean_environment();
    }
    return pid;
}

int process_code(int wait_status) {
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

void process_sleep_ms(long ms) {
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

/* Reads to the end and keeps what fits. */
static void read_output(int fd, char *output, size_t size) {
    char chunk[4096];
    size_t used = 0;
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        size_t take = (size_t)got < size - 1 - used ? (size_t)got : size - 1 - used;
        memcpy(output + used, chunk, take);
        used += take;
    }
    output[used] = '\0';
}

static _Noreturn void become(const char *const *argv, int out) {
    if (out >= 0) {
        (void)dup2(out, STDOUT_FILENO);
        (void)dup2(out, STDERR_FILENO);
    }
    (void)execv(argv[0], (char *const *)(void *)argv);
    _exit(127);
}

int process_run(const char *const *argv, char *output, size_t size) {
    int pipe_fds[2] = {-1, -1};
    int status = 0;
    if (output) {
        output[0] = '\0';
        if (pipe2(pipe_fds, O_CLOEXEC) != 0)
            return 127;
    }
    pid_t pid = process_fork();
    if (pid == 0)
        become(argv, pipe_fds[1]);
    if (output) {
        (void)close(pipe_fds[1]);
        if (pid > 0)
            read_output(pipe_fds[0], output, size);
        (void)close(pipe_fds[0]);
    }
    if (pid < 0)
        return 127;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return 127;
    return process_code(status);
}
