#include "store/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/keeper.h"
#include "store/postmaster.h"
#include "store/process.h"

enum {
    HOME_WAIT_MS = 120000,
    SAY_AFTER_MS = 3000,
    LOOK_EVERY_MS = 50,
    READY_WAIT_MS = 60000,
    READ_MS = 200,
    /* A service answers what needs no database meanwhile. */
    SERVICE_HOME_WAIT_MS = 10000,
    SERVICE_START_WAIT_MS = 30000,
};

struct cluster {
    char state[CLUSTER_PATH_MAX];
    struct cluster_files files;
    struct account account, service;
    int state_lock; /* held by a service: one a state directory */
    int home_lock;  /* held by the keeper: one a cluster */
    int control;
    pid_t keeper;
    char socket_dir[SOCKET_DIR_MAX + 1]; /* "": not up yet */
    char word[CLUSTER_WORD_MAX];
    const struct cluster_settings *settings; /* in the keeper, for be_prepared() */
};

/* ---- folders ---- */

static enum status fail(char *message, size_t size, const char *what, const char *path) {
    (void)snprintf(message, size, "cannot %s %s: %s", what, path, strerror(errno));
    return STATUS_UNAVAILABLE;
}

static bool default_state_dir(char *out, size_t size) {
    const char *home = getenv("HOME");
    if (geteuid() == 0)
        return snprintf(out, size, "/var/lib/unknot") < (int)size;
    return home && *home == '/' && snprintf(out, size, "%s/.local/state/unknot", home) < (int)size;
}

/* mkdir -p; what is made on the way is 0755, the last one gets the mode. */
static bool make_folders(const char *path, mode_t mode) {
    char part[CLUSTER_PATH_MAX];
    for (size_t i = 1; path[i]; i++) {
        if (path[i] != '/' || i >= sizeof part)
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0755) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
            return false;
    }
    return mkdir(path, mode) == 0 || errno == EEXIST;
}

/* Root keeps the state directory and lets others through it, not into it. */
static enum status make_state(struct cluster *cluster, const char *wanted, char *message,
                              size_t size) {
    char path[CLUSTER_PATH_MAX], real[PATH_MAX];
    struct stat about;
    bool root = geteuid() == 0;
    if (*wanted ? snprintf(path, sizeof path, "%s", wanted) >= (int)sizeof path
                : !default_state_dir(path, sizeof path)) {
        (void)snprintf(message, size, "HOME is not set; name a state directory with --state-dir");
        return STATUS_INVALID;
    }
    if (!make_folders(path, root ? 0711 : 0700) || !realpath(path, real) || stat(real, &about) != 0)
        return fail(message, size, "make the state directory", path);
    if (strlen(real) >= sizeof cluster->state - 16)
        return STATUS_INVALID;
    memcpy(cluster->state, real, strlen(real) + 1);
    if (root && about.st_uid == 0 && (about.st_mode & 0011) != 0011 &&
        chmod(real, (about.st_mode & 07777) | 0011) != 0)
        return fail(message, size, "open the way through", real);
    return STATUS_OK;
}

static enum status make_home(struct cluster *cluster, char *message, size_t size) {
    char home[CLUSTER_PATH_MAX];
    struct stat about;
    if (snprintf(home, sizeof home, "%s/cluster", cluster->state) >= (int)sizeof home)
        return STATUS_INVALID;
    if (mkdir(home, 0700) == 0 && geteuid() == 0 &&
        chown(home, cluster->account.uid, cluster->account.gid) != 0)
        return fail(message, size, "give away", home);
    if (stat(home, &about) != 0)
        return fail(message, size, "make", home);
    cluster_files_name(&cluster->files, home);
    if (about.st_uid == cluster->account.uid)
        return STATUS_OK;
    (void)snprintf(message, size,
                   "%s belongs to user %u, not to %s (%u): run this as that user or as root", home,
                   (unsigned)about.st_uid, cluster->account.name, (unsigned)cluster->account.uid);
    return STATUS_FORBIDDEN;
}

/* In a child that is the user: 0 when every folder on the way lets it through, else the length of
 * the first that does not, sent up a pipe. */
static _Noreturn void try_way(const struct cluster *cluster, int out) {
    size_t len = strlen(cluster->files.home), closed = 0;
    char part[CLUSTER_PATH_MAX];
    bool changed = account_become(&cluster->account);
    for (size_t i = 1; changed && i <= len && !closed; i++) {
        if (i < len && cluster->files.home[i] != '/')
            continue;
        memcpy(part, cluster->files.home, i);
        part[i] = '\0';
        if (access(part, X_OK) != 0)
            closed = i;
    }
    (void)!write(out, &closed, sizeof closed);
    _exit(0);
}

/* Can the user who runs PostgreSQL get there? */
static enum status check_way(const struct cluster *cluster, char *message, size_t size) {
    int ends[2];
    size_t closed = 0;
    if (geteuid() != 0)
        return STATUS_OK;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return fail(message, size, "make", "a pipe");
    pid_t pid = fork();
    if (pid == 0)
        try_way(cluster, ends[1]);
    (void)close(ends[1]);
    bool told = pid > 0 && read(ends[0], &closed, sizeof closed) == sizeof closed;
    (void)close(ends[0]);
    if (pid > 0)
        (void)waitpid(pid, NULL, 0);
    if (told && !closed)
        return STATUS_OK;
    (void)snprintf(message, size,
                   "PostgreSQL runs as the user %s, who cannot get through %.*s: chmod o+x %.*s, "
                   "or choose another "
                   "--state-dir",
                   cluster->account.name, (int)closed, cluster->state, (int)closed, cluster->state);
    return STATUS_FORBIDDEN;
}

/* ---- where the socket may be ---- */

/* Root makes /run/unknot for the user who runs PostgreSQL; its set-group-id bit hands the service's
 * group on. */
static bool prepare_base(const struct cluster *cluster, const char *base) {
    struct stat about;
    if (mkdir(base, 0711) != 0 && errno != EEXIST)
        return false;
    return lstat(base, &about) == 0 && S_ISDIR(about.st_mode) &&
           (about.st_uid == 0 || about.st_uid == cluster->account.uid) &&
           chown(base, cluster->account.uid, cluster->service.gid) == 0 && chmod(base, 02711) == 0;
}

static enum status choose_base(const struct cluster *cluster, char base[64], char *message,
                               size_t size) {
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    struct stat about;
    bool root = geteuid() == 0;
    if (!root && runtime && strncmp(runtime, "/run/", 5) == 0 && strlen(runtime) < 48 &&
        stat(runtime, &about) == 0 && about.st_uid == geteuid() && access(runtime, W_OK) == 0)
        (void)snprintf(base, 64, "%s", runtime);
    else
        (void)snprintf(base, 64, root ? "/run/unknot" : "/tmp");
    if (!root || prepare_base(cluster, base))
        return STATUS_OK;
    (void)snprintf(base, 64, "/tmp/unknot");
    return prepare_base(cluster, base) ? STATUS_OK : fail(message, size, "make", base);
}

/* ---- locks ---- */

static int open_folder(const char *path) {
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static enum status lock_state(struct cluster *cluster, char *message, size_t size) {
    cluster->state_lock = open_folder(cluster->state);
    if (cluster->state_lock < 0)
        return fail(message, size, "open", cluster->state);
    if (flock(cluster->state_lock, LOCK_EX | LOCK_NB) == 0)
        return STATUS_OK;
    (void)snprintf(message, size,
                   "another unknot serves from the state directory %s; stop it, or give this one a "
                   "--state-dir of its "
                   "own",
                   cluster->state);
    return STATUS_CONFLICT;
}

/* Ctrl-C and the like are blocked and wait for the caller. */
static bool is_interrupted(void) {
    sigset_t waiting;
    return sigpending(&waiting) == 0 &&
           (sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1);
}

static enum status interrupted(char *message, size_t size) {
    (void)snprintf(message, size, "interrupted");
    return STATUS_TIMEOUT;
}

static bool lock_home_now(const struct cluster *cluster) {
    return flock(cluster->home_lock, LOCK_EX | LOCK_NB) == 0;
}

/* The keeper of a service that was killed needs a moment to stop PostgreSQL, a tool may need more.
 */
static enum status wait_home(const struct cluster *cluster, long limit_ms, char *message,
                             size_t size) {
    for (long waited = 0; waited < limit_ms; waited += LOOK_EVERY_MS) {
        if (lock_home_now(cluster))
            return STATUS_OK;
        if (is_interrupted())
            return interrupted(message, size);
        if (waited == SAY_AFTER_MS)
            (void)fprintf(stderr,
                          "unknot: waits until another program is done with the database in %s\n",
                          cluster->state);
        process_sleep_ms(LOOK_EVERY_MS);
    }
    (void)snprintf(message, size,
                   "another program (unknot backup, restore or key) still uses the database in %s",
                   cluster->state);
    return STATUS_CONFLICT;
}

/* ---- the keeper ---- */

/* "<directory of the socket>\n<word>" */
static bool read_ready(struct cluster *cluster, const char *text) {
    size_t len = strcspn(text, "\n");
    const char *word = text + len + (text[len] == '\n');
    if (len == 0 || len > SOCKET_DIR_MAX || strlen(word) >= sizeof cluster->word)
        return false;
    memcpy(cluster->word, word, strlen(word) + 1);
    memcpy(cluster->socket_dir, text, len);
    cluster->socket_dir[len] = '\0';
    return true;
}

enum status cluster_hear(struct cluster *cluster, unsigned limit_ms, char *message, size_t size) {
    char packet[KEEPER_PACKET_MAX + 1];
    struct pollfd control = {.fd = cluster->control, .events = POLLIN};
    if (poll(&control, 1, (int)limit_ms) <= 0) {
        (void)snprintf(message, size, "PostgreSQL is not ready yet");
        return STATUS_TIMEOUT;
    }
    ssize_t len = recv(cluster->control, packet, sizeof packet - 1, 0);
    packet[len > 0 ? len : 0] = '\0';
    bool ready = packet[0] == KEEPER_READY && read_ready(cluster, packet + 1);
    if (!ready)
        (void)snprintf(message, size, "%s",
                       len > 1 ? packet + 1 : "the keeper of the database ended");
    enum status status = packet[0] == KEEPER_REFUSED ? STATUS_CONFLICT : STATUS_UNAVAILABLE;
    explicit_bzero(packet, sizeof packet);
    return ready ? STATUS_OK : status;
}

static enum status read_answer(struct cluster *cluster, long limit_ms, char *message, size_t size) {
    enum status status = STATUS_TIMEOUT;
    for (long waited = 0; waited < limit_ms && status == STATUS_TIMEOUT; waited += READ_MS) {
        if (is_interrupted())
            return interrupted(message, size);
        status = cluster_hear(cluster, READ_MS, message, size);
    }
    return status;
}

/* In the keeper, which has a copy of what its parent knew. */
static enum status be_prepared(void *cluster_, const char *socket_dir, char word[KEEPER_WORD_MAX],
                               char *message, size_t size) {
    struct cluster *cluster = cluster_;
    (void)snprintf(cluster->socket_dir, sizeof cluster->socket_dir, "%s", socket_dir);
    return cluster->settings->prepare(cluster, word, message, size);
}

static _Noreturn void be_keeper(struct cluster *cluster, struct keeper_plan *plan,
                                const int ends[2]) {
    (void)close(ends[0]);
    if (cluster->state_lock >= 0)
        (void)close(cluster->state_lock);
    plan->control = ends[1];
    keeper_main(plan);
}

static enum status start_keeper(struct cluster *cluster, const struct cluster_settings *settings,
                                char *message, size_t size) {
    struct keeper_plan plan = {
        .files = cluster->files,
        .account = cluster->account,
        .service = cluster->service,
        .parent = getpid(),
        .leave_adopted = settings->use == CLUSTER_TOOL,
        .insist = settings->use == CLUSTER_SERVICE,
        .home_lock = cluster->home_lock,
        .event = settings->event,
        .prepare = settings->prepare ? be_prepared : NULL,
        .prepare_cls = cluster,
    };
    int ends[2];
    enum status status = choose_base(cluster, plan.socket_base, message, size);
    if (status != STATUS_OK)
        return status;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(message, size, "make", "a socket pair");
    (void)fflush(NULL);
    cluster->settings = settings;
    cluster->keeper = fork();
    if (cluster->keeper == 0)
        be_keeper(cluster, &plan, ends);
    cluster->settings = NULL;
    (void)close(ends[1]);
    cluster->control = ends[0];
    /* The keeper holds this lock from now on, alone. */
    (void)close(cluster->home_lock);
    cluster->home_lock = -1;
    if (cluster->keeper < 0)
        return fail(message, size, "start", "the keeper of the database");
    return read_answer(cluster, settings->use == CLUSTER_SERVICE ? SERVICE_START_WAIT_MS : LONG_MAX,
                       message, size);
}

/* Another program keeps it: waits until it is ready. */
static enum status join(struct cluster *cluster, const struct cluster_settings *settings,
                        char *message, size_t size) {
    for (long waited = 0; waited < READY_WAIT_MS; waited += LOOK_EVERY_MS) {
        struct postmaster found;
        postmaster_look(cluster->files.data, &found);
        if (found.state == POSTMASTER_READY) {
            memcpy(cluster->socket_dir, found.socket_dir, sizeof cluster->socket_dir);
            return STATUS_OK;
        }
        if (lock_home_now(cluster))
            return start_keeper(cluster, settings, message, size);
        process_sleep_ms(LOOK_EVERY_MS);
    }
    (void)snprintf(message, size,
                   "the database in %s is kept by another program and does not get ready",
                   cluster->state);
    return STATUS_TIMEOUT;
}

/* ---- life ---- */

static enum status prepare(struct cluster *cluster, const struct cluster_settings *settings,
                           char *message, size_t size) {
    enum status status = account_of_cluster(&cluster->account, message, size);
    if (status == STATUS_OK)
        status = make_state(cluster, settings->state_dir, message, size);
    if (status == STATUS_OK && settings->use == CLUSTER_SERVICE)
        status = lock_state(cluster, message, size);
    if (status == STATUS_OK)
        status = make_home(cluster, message, size);
    if (status == STATUS_OK)
        status = check_way(cluster, message, size);
    account_of_service(&cluster->account, &cluster->service);
    return status;
}

static enum status acquire(struct cluster *cluster, const struct cluster_settings *settings,
                           char *message, size_t size) {
    cluster->home_lock = open_folder(cluster->files.home);
    if (cluster->home_lock < 0)
        return fail(message, size, "open", cluster->files.home);
    if (settings->use == CLUSTER_TOOL && !lock_home_now(cluster))
        return join(cluster, settings, message, size);
    bool service = settings->use == CLUSTER_SERVICE;
    enum status status =
        wait_home(cluster, service ? SERVICE_HOME_WAIT_MS : HOME_WAIT_MS, message, size);
    if (status != STATUS_OK && !(service && status == STATUS_CONFLICT))
        return status;
    status = start_keeper(cluster, settings, message, size);
    /* Not up, or not yet: the keeper goes on trying, unless we are told to stop. */
    bool goes_on = service && cluster->keeper > 0 && !is_interrupted() &&
                   (status == STATUS_UNAVAILABLE || status == STATUS_TIMEOUT);
    return goes_on ? STATUS_OK : status;
}

enum status cluster_open(const struct cluster_settings *settings, struct cluster **out,
                         char *message, size_t size) {
    struct cluster *cluster = calloc(1, sizeof *cluster);
    *out = NULL;
    (void)snprintf(message, size, "out of memory");
    if (!cluster)
        return STATUS_NO_MEMORY;
    cluster->state_lock = cluster->home_lock = cluster->control = -1;
    enum status status = prepare(cluster, settings, message, size);
    if (status == STATUS_OK)
        status = acquire(cluster, settings, message, size);
    if (status != STATUS_OK) {
        cluster_close(cluster);
        return status;
    }
    *out = cluster;
    return STATUS_OK;
}

void cluster_close(struct cluster *cluster) {
    if (!cluster)
        return;
    if (cluster->control >= 0)
        (void)close(cluster->control);
    while (cluster->keeper > 0 && waitpid(cluster->keeper, NULL, 0) < 0 && errno == EINTR)
        continue;
    if (cluster->home_lock >= 0)
        (void)close(cluster->home_lock);
    if (cluster->state_lock >= 0)
        (void)close(cluster->state_lock);
    free(cluster);
}

bool cluster_is_up(const struct cluster *cluster) {
    return cluster->socket_dir[0] != '\0';
}

char *cluster_word(struct cluster *cluster) {
    return cluster->word;
}

bool cluster_is_kept(struct cluster *cluster) {
    if (cluster->keeper <= 0 || waitpid(cluster->keeper, NULL, WNOHANG) == 0)
        return true;
    cluster->keeper = 0;
    return false;
}

void cluster_url(const struct cluster *cluster, const char *role, const char *database, char *out,
                 size_t size) {
    (void)snprintf(out, size, "host='%s' port=5432 user=%s dbname=%s", cluster->socket_dir, role,
                   database);
}

const char *cluster_socket_dir(const struct cluster *cluster) {
    return cluster->socket_dir;
}

const struct account *cluster_service_account(const struct cluster *cluster) {
    return &cluster->service;
}
