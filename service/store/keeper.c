#include "store/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/postmaster.h"
#include "store/process.h"

enum {
    LOOK_EVERY_MS = 20,
    FAST_MS = 30000, /* for a fast shutdown: PostgreSQL ends its clients and writes what it holds */
    IMMEDIATE_MS = 5000, /* for an immediate one, which leaves the rest to recovery */
    REST_MIN_MS = 50,    /* between a death and the next start; doubled while starts fail */
    REST_MAX_MS = 5000,
};

struct keeper {
    const struct keeper_plan *plan;
    struct binaries binaries;
    char socket_dir[SOCKET_DIR_MAX + 1];
    pid_t pid;    /* of PostgreSQL; 0: it is gone */
    bool adopted; /* not our child */
    int signals;  /* SIGTERM and SIGINT, to be read */
};

static void tell(const struct keeper *keeper, const char *event, const char *detail) {
    if (keeper->plan->event)
        keeper->plan->event(event, detail);
}

static void answer(const struct keeper *keeper, char letter, const char *text) {
    char packet[KEEPER_PACKET_MAX];
    int len = snprintf(packet, sizeof packet, "%c%s", letter, text);
    if (len >= (int)sizeof packet)
        len = (int)sizeof packet - 1;
    (void)send(keeper->plan->control, packet, (size_t)len, MSG_NOSIGNAL);
}

static void answer_ready(const struct keeper *keeper, char word[KEEPER_WORD_MAX]) {
    char text[SOCKET_DIR_MAX + KEEPER_WORD_MAX + 2];
    (void)snprintf(text, sizeof text, "%s\n%s", keeper->socket_dir, word);
    answer(keeper, KEEPER_READY, text);
    explicit_bzero(text, sizeof text);
    explicit_bzero(word, KEEPER_WORD_MAX);
}

/* ---- the directory of the socket ---- */

/* Shared: the base directory's set-group-id bit gives it the group of the service. */
static bool open_to_service(const struct keeper *keeper) {
    bool shared = keeper->plan->service.uid != keeper->plan->account.uid;
    return chmod(keeper->socket_dir, shared ? 0710 : 0700) == 0;
}

/* The directory keeps its name while the program runs: its URL names it. */
static bool make_socket_dir(struct keeper *keeper, char *message, size_t size) {
    char fresh[SOCKET_DIR_MAX + 1];
    if (*keeper->socket_dir && (mkdir(keeper->socket_dir, 0700) == 0 || errno == EEXIST))
        return open_to_service(keeper);
    (void)snprintf(fresh, sizeof fresh, "%s/unknot-XXXXXX", keeper->plan->socket_base);
    if (mkdtemp(fresh)) {
        memcpy(keeper->socket_dir, fresh, sizeof fresh);
        if (open_to_service(keeper))
            return true;
    }
    (void)snprintf(message, size, "cannot make a directory in %s: %s", keeper->plan->socket_base,
                   strerror(errno));
    return false;
}

/* Only in a directory that one of us made: its name tells. */
static bool clear_socket_dir(const char *folder) {
    static const char *const names[] = {".s.PGSQL.5432", ".s.PGSQL.5432.lock"};
    const char *base = strrchr(folder, '/');
    char path[SOCKET_DIR_MAX + 32];
    if (!base || strncmp(base, "/unknot-", 8) != 0)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    return true;
}

/* ---- waiting ---- */

/* Waits so long, or until the program ends or asks to stop: then true. */
static bool told_to_stop(const struct keeper *keeper, int pidfd, int limit_ms) {
    struct pollfd watched[] = {
        {.fd = keeper->plan->control, .events = POLLIN},
        {.fd = keeper->signals, .events = POLLIN},
        {.fd = pidfd, .events = POLLIN},
    };
    if (poll(watched, 3, limit_ms) <= 0)
        return false;
    return watched[0].revents || watched[1].revents;
}

/* Is PostgreSQL still there? Takes the wait status of every child: its orphans become ours. */
static bool lives(struct keeper *keeper) {
    int status;
    for (pid_t ended; (ended = waitpid(-1, &status, WNOHANG)) > 0;)
        if (ended == keeper->pid)
            keeper->pid = 0;
    if (keeper->pid && keeper->adopted &&
        !postmaster_works_in(keeper->pid, keeper->plan->files.data))
        keeper->pid = 0;
    return keeper->pid != 0;
}

static bool gone_within(struct keeper *keeper, long limit_ms) {
    for (long waited = 0; waited < limit_ms; waited += LOOK_EVERY_MS) {
        if (!lives(keeper))
            return true;
        process_sleep_ms(LOOK_EVERY_MS);
    }
    return false;
}

static void stop_postmaster(struct keeper *keeper) {
    static const struct {
        int signal;
        long limit_ms;
    } ways[] = {{SIGINT, FAST_MS}, {SIGQUIT, IMMEDIATE_MS}, {SIGKILL, IMMEDIATE_MS}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways && lives(keeper); i++) {
        (void)kill(keeper->pid, ways[i].signal);
        if (gone_within(keeper, ways[i].limit_ms))
            return;
    }
}

/* ---- starting ---- */

enum outcome { UP, FAILED, REFUSED, STOPPED };

/* Until it takes connections. */
static enum outcome wait_ready(struct keeper *keeper, char *message, size_t size) {
    for (;;) {
        struct postmaster found;
        postmaster_look(keeper->plan->files.data, &found);
        if (found.pid == keeper->pid && found.state == POSTMASTER_READY)
            return UP;
        if (told_to_stop(keeper, -1, LOOK_EVERY_MS)) {
            stop_postmaster(keeper);
            return STOPPED;
        }
        if (!lives(keeper)) {
            cluster_files_reason(&keeper->plan->files, message, size);
            return FAILED;
        }
    }
}

/* One that runs already: taken over, or waited for when it is about to stop. True when it was taken
 * over. */
static bool adopt(struct keeper *keeper, const struct postmaster *found) {
    keeper->pid = found->pid;
    keeper->adopted = true;
    if (found->state == POSTMASTER_STOPPING) {
        if (!gone_within(keeper, FAST_MS))
            stop_postmaster(keeper);
        return false;
    }
    memcpy(keeper->socket_dir, found->socket_dir, sizeof keeper->socket_dir);
    tell(keeper, "database_adopted", NULL);
    return true;
}

/* Nothing runs: clears away what a dead one left, and starts. */
static bool start(struct keeper *keeper, const struct postmaster *dead, char *message,
                  size_t size) {
    const struct cluster_files *files = &keeper->plan->files;
    char path[CLUSTER_PATH_MAX + 32];
    postmaster_end_orphans(files->data);
    (void)snprintf(path, sizeof path, "%s/postmaster.pid", files->data);
    (void)unlink(path);
    if (clear_socket_dir(dead->socket_dir) && strcmp(dead->socket_dir, keeper->socket_dir) != 0)
        (void)rmdir(dead->socket_dir);
    if (!make_socket_dir(keeper, message, size))
        return false;
    keeper->adopted = false;
    keeper->pid =
        postmaster_spawn(&keeper->binaries, files->data, keeper->socket_dir, files->words);
    if (keeper->pid > 0)
        return true;
    (void)snprintf(message, size, "cannot start PostgreSQL: %s", strerror(errno));
    return false;
}

static enum outcome bring_up(struct keeper *keeper, char *message, size_t size) {
    struct postmaster found;
    postmaster_look(keeper->plan->files.data, &found);
    if (found.state != POSTMASTER_NONE && adopt(keeper, &found)) {
        enum outcome outcome = wait_ready(keeper, message, size);
        if (outcome != FAILED)
            return outcome;
    }
    postmaster_look(keeper->plan->files.data, &found);
    return start(keeper, &found, message, size) ? wait_ready(keeper, message, size) : FAILED;
}

/* ---- keeping ---- */

/* Until the program ends (true) or PostgreSQL does (false). */
static bool watch(struct keeper *keeper) {
    int pidfd = pidfd_open(keeper->pid, 0);
    bool stop = false;
    while (!stop && lives(keeper))
        stop = told_to_stop(keeper, pidfd, pidfd < 0 ? 100 : -1);
    if (pidfd >= 0)
        (void)close(pidfd);
    return stop;
}

/* Starts it again until that works (true) or the program ends (false). */
static bool bring_back(struct keeper *keeper) {
    char message[KEEPER_PACKET_MAX];
    for (int rest = REST_MIN_MS; !told_to_stop(keeper, -1, rest);
         rest = rest * 2 < REST_MAX_MS ? rest * 2 : REST_MAX_MS) {
        switch (bring_up(keeper, message, sizeof message)) {
        case UP:
            tell(keeper, "database_restarted", NULL);
            return true;
        case STOPPED:
            return false;
        default:
            tell(keeper, "database_start_failed", message);
        }
    }
    return false;
}

static void keep(struct keeper *keeper) {
    bool up = true;
    while (up && !watch(keeper)) {
        tell(keeper, "database_died", NULL);
        up = bring_back(keeper);
    }
}

/* ---- the first start ---- */

/* A program that was here before may still be stopping PostgreSQL, or use it. */
static bool lock_home(const struct keeper *keeper, char *message, size_t size) {
    if (flock(keeper->plan->home_lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    (void)snprintf(message, size, "another program still uses the database in %s",
                   keeper->plan->files.home);
    return false;
}

static enum outcome prepare(struct keeper *keeper, char word[KEEPER_WORD_MAX], char *message,
                            size_t size) {
    const struct keeper_plan *plan = keeper->plan;
    if (!plan->prepare)
        return UP;
    switch (plan->prepare(plan->prepare_cls, keeper->socket_dir, word, message, size)) {
    case STATUS_OK:
        return UP;
    case STATUS_CONFLICT:
        return REFUSED;
    default:
        return FAILED;
    }
}

/* PostgreSQL that is up already stays up while only what it holds is not ready. */
static enum outcome first_start(struct keeper *keeper, char word[KEEPER_WORD_MAX], char *message,
                                size_t size) {
    const struct keeper_plan *plan = keeper->plan;
    enum outcome outcome = UP;
    word[0] = '\0';
    if (!lives(keeper)) {
        if (!lock_home(keeper, message, size) ||
            cluster_files_ready(&plan->files, &plan->service, &keeper->binaries, message, size) !=
                STATUS_OK)
            return FAILED;
        outcome = bring_up(keeper, message, size);
    }
    return outcome == UP ? prepare(keeper, word, message, size) : outcome;
}

/* Tries until that works (UP) or the program ends (STOPPED); says each new reason once. */
static enum outcome insist(struct keeper *keeper, char word[KEEPER_WORD_MAX], char *message,
                           size_t size) {
    char said[KEEPER_PACKET_MAX];
    enum outcome outcome = FAILED;
    tell(keeper, "database_start_failed", message);
    for (int rest = REST_MIN_MS; !told_to_stop(keeper, -1, rest);
         rest = rest * 2 < REST_MAX_MS ? rest * 2 : REST_MAX_MS) {
        (void)snprintf(said, sizeof said, "%s", message);
        outcome = first_start(keeper, word, message, size);
        if (outcome == UP || outcome == STOPPED)
            return outcome;
        if (strcmp(said, message) != 0)
            tell(keeper, "database_start_failed", message);
    }
    return STOPPED;
}

/* ---- life ---- */

static int catch_signals(void) {
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

/* Of its own session: Ctrl-C is for the program, which then ends in good order. */
static bool settle(struct keeper *keeper) {
    keeper->signals = catch_signals();
    (void)setsid();
    (void)chdir("/");
    (void)umask(077);
    (void)prctl(PR_SET_NAME, "unknot-keeper");
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (keeper->signals < 0 || !account_become(&keeper->plan->account))
        return false;
    /* After the change of user, which forgets it. */
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    return getppid() == keeper->plan->parent;
}

_Noreturn void keeper_main(const struct keeper_plan *plan) {
    struct keeper keeper = {.plan = plan};
    char message[KEEPER_PACKET_MAX] = "cannot become the user who runs PostgreSQL";
    char word[KEEPER_WORD_MAX] = "";
    bool settled = settle(&keeper);
    enum outcome outcome = settled ? first_start(&keeper, word, message, sizeof message) : FAILED;
    if (outcome == FAILED && settled && plan->insist) {
        answer(&keeper, KEEPER_FAILED, message);
        outcome = insist(&keeper, word, message, sizeof message);
    }
    if (outcome == UP)
        answer_ready(&keeper, word);
    else
        answer(&keeper, outcome == REFUSED ? KEEPER_REFUSED : KEEPER_FAILED, message);
    if (outcome == UP)
        keep(&keeper);
    if (!keeper.adopted || !plan->leave_adopted)
        stop_postmaster(&keeper);
    struct postmaster left;
    postmaster_look(plan->files.data, &left);
    if (left.state == POSTMASTER_NONE && clear_socket_dir(keeper.socket_dir))
        (void)rmdir(keeper.socket_dir);
    _exit(outcome == UP ? 0 : 1);
}
