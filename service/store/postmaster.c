#include "store/postmaster.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/process.h"

enum { LINES = 8, LINE_PID = 0, LINE_SOCKET_DIR = 4, LINE_STATE = 7, END_WITHIN_MS = 5000 };

/* PostgreSQL changes into its data directory and never leaves it. */
bool postmaster_works_in(pid_t pid, const char *data) {
    char path[64], text[PATH_MAX];
    (void)snprintf(path, sizeof path, "/proc/%d/cwd", (int)pid);
    ssize_t len = readlink(path, text, sizeof text - 1);
    if (len <= 0)
        return false;
    text[len] = '\0';
    if (strcmp(text, data) != 0)
        return false;
    (void)snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    len = read(fd, text, sizeof text - 1);
    (void)close(fd);
    return len == 9 && memcmp(text, "postgres\n", 9) == 0;
}

/* Reads the lines of postmaster.pid; what is not there is empty. */
static void read_lines(const char *data, char lines[LINES][128]) {
    char path[PATH_MAX];
    memset(lines, 0, sizeof(char[LINES][128]));
    (void)snprintf(path, sizeof path, "%s/postmaster.pid", data);
    FILE *file = fopen(path, "re");
    for (int i = 0; file && i < LINES && fgets(lines[i], sizeof lines[i], file); i++)
        lines[i][strcspn(lines[i], " \n")] = '\0';
    if (file)
        (void)fclose(file);
}

static enum postmaster_state state_of(const char *word) {
    if (strcmp(word, "ready") == 0)
        return POSTMASTER_READY;
    return strcmp(word, "stopping") == 0 ? POSTMASTER_STOPPING : POSTMASTER_STARTING;
}

void postmaster_look(const char *data, struct postmaster *found) {
    char lines[LINES][128];
    read_lines(data, lines);
    *found = (struct postmaster){.pid = (pid_t)strtol(lines[LINE_PID], NULL, 10)};
    if (strlen(lines[LINE_SOCKET_DIR]) <= SOCKET_DIR_MAX)
        memcpy(found->socket_dir, lines[LINE_SOCKET_DIR], strlen(lines[LINE_SOCKET_DIR]) + 1);
    if (found->pid > 0 && postmaster_works_in(found->pid, data))
        found->state = state_of(lines[LINE_STATE]);
}

/* Kills what is left, and says how many that were. */
static unsigned kill_all(const char *data) {
    unsigned count = 0;
    DIR *processes = opendir("/proc");
    for (const struct dirent *entry; processes && (entry = readdir(processes));) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid > 1 && postmaster_works_in(pid, data) && kill(pid, SIGKILL) == 0)
            count++;
    }
    if (processes)
        (void)closedir(processes);
    return count;
}

void postmaster_end_orphans(const char *data) {
    for (int waited = 0; kill_all(data) > 0 && waited < END_WITHIN_MS; waited += 10)
        process_sleep_ms(10);
}

/* ---- starting ---- */

/* Nothing that its owner may tune in postgresql.conf; DETAIL lines could hold health data and are
 * not logged. */
static const char *const fixed_settings[] = {
    "listen_addresses=",
    "port=5432",
    "logging_collector=on",
    "log_directory=../log",
    "log_rotation_age=1d",
    "log_filename=postgresql-%a.log",
    "log_rotation_size=0",
    "log_truncate_on_rotation=on",
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
    "log_line_prefix=%m [%p] ",
    "log_timezone=UTC",
    "timezone=UTC",
    "unix_socket_permissions=0777",
};
enum { FIXED = sizeof fixed_settings / sizeof *fixed_settings };

static void redirect(const char *words) {
    int in = open("/dev/null", O_RDONLY);
    int out = open(words, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (in >= 0)
        (void)dup2(in, STDIN_FILENO);
    if (out >= 0) {
        (void)dup2(out, STDOUT_FILENO);
        (void)dup2(out, STDERR_FILENO);
    }
    if (in > STDERR_FILENO)
        (void)close(in);
    if (out > STDERR_FILENO)
        (void)close(out);
}

static _Noreturn void become(const struct binaries *binaries, const char *data,
                             const char *socket_dir, const char *words) {
    char program[600], socket_setting[SOCKET_DIR_MAX + 40], hba[PATH_MAX + 32],
        ident[PATH_MAX + 32];
    const char *argv[2 * FIXED + 16];
    size_t n = 0;
    binaries_path(binaries, "postgres", program, sizeof program);
    (void)snprintf(socket_setting, sizeof socket_setting, "unix_socket_directories=%s", socket_dir);
    (void)snprintf(hba, sizeof hba, "hba_file=%s/../pg_hba.conf", data);
    (void)snprintf(ident, sizeof ident, "ident_file=%s/../pg_ident.conf", data);
    const char *const made[] = {program, "-D", data, "-c", socket_setting, "-c", hba, "-c", ident};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        argv[n++] = made[i];
    for (size_t i = 0; i < FIXED; i++) {
        argv[n++] = "-c";
        argv[n++] = fixed_settings[i];
    }
    argv[n] = NULL;
    redirect(words);
    (void)execv(program, (char *const *)(void *)argv);
    _exit(127);
}

pid_t postmaster_spawn(const struct binaries *binaries, const char *data, const char *socket_dir,
                       const char *words) {
    pid_t pid = process_fork();
    if (pid == 0)
        become(binaries, data, socket_dir, words);
    return pid;
}
