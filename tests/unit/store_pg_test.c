/* How a transaction ended, when the connection ends somewhere in the middle of it: a server of our
 * own says a few scripted messages and goes. */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "store/pg.h"

Suite *store_pg_suite(void);

/* ---- the server ---- */

enum { DEADLINE_MS = 2000, LATE_MS = 200 };

struct server {
    char dir[32];
    int listener;
    pthread_t thread;
    const char *script; /* see say() */
};

static void send_message(int client, char letter, const char *body, size_t len) {
    unsigned char head[5] = {(unsigned char)letter, 0, 0, (unsigned char)((len + 4) >> 8),
                             (unsigned char)(len + 4)};
    ck_assert_int_eq(send(client, head, sizeof head, MSG_NOSIGNAL), sizeof head);
    if (len)
        ck_assert_int_eq(send(client, body, len, MSG_NOSIGNAL), (ssize_t)len);
}

static void send_tag(int client, const char *tag) {
    send_message(client, '1', "", 0);
    send_message(client, '2', "", 0);
    send_message(client, 'n', "", 0);
    send_message(client, 'C', tag, strlen(tag) + 1);
}

static void send_error(int client, const char *severity, const char *sqlstate) {
    char body[64];
    int len = snprintf(body, sizeof body, "S%s%cV%s%cC%s%cMno%c", severity, 0, severity, 0,
                       sqlstate, 0, 0);
    send_message(client, 'E', body, (size_t)len + 1);
}

/*
 * One letter a message: B, S, C, R: done with BEGIN, a step, COMMIT (or ROLLBACK instead); e, E: an
 * error of class 23, the end of this backend (57P01); z: ready again; w: a while of silence; <:
 * waits to be asked for more.
 */
static void say(int client, char letter) {
    static const struct timespec silence = {.tv_nsec = 2L * LATE_MS * 1000000L};
    char more[4096];
    switch (letter) {
    case 'B':
        send_tag(client, "BEGIN");
        break;
    case 'S':
        send_tag(client, "UPDATE 1");
        break;
    case 'C':
        send_tag(client, "COMMIT");
        break;
    case 'R':
        send_tag(client, "ROLLBACK");
        break;
    case 'e':
        send_error(client, "ERROR", "23505");
        break;
    case 'E':
        send_error(client, "FATAL", "57P01");
        break;
    case 'z':
        send_message(client, 'Z', "I", 1);
        break;
    case '<':
        ck_assert_int_gt(recv(client, more, sizeof more, 0), 0);
        break;
    default:
        (void)nanosleep(&silence, NULL);
    }
}

static void *serve(void *server_) {
    const struct server *server = server_;
    char heard[4096];
    int client = accept(server->listener, NULL, NULL);
    ck_assert_int_gt(recv(client, heard, sizeof heard, 0), 0); /* the start-up message */
    send_message(client, 'R', "\0\0\0", 4);
    send_message(client, 'Z', "I", 1);
    const char *script = server->script;
    if (*script == '!') /* before anybody asks */
        script++;
    else
        say(client, '<');
    for (; *script; script++)
        say(client, *script);
    /* What was not read would turn the end into a reset, which may destroy what was said. */
    while (recv(client, heard, sizeof heard, MSG_DONTWAIT) > 0)
        continue;
    (void)close(client);
    return NULL;
}

static void start_server(struct server *server, const char *script) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(server->dir, "/tmp/unknot-pg-XXXXXX", 22);
    ck_assert_ptr_nonnull(mkdtemp(server->dir));
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", server->dir);
    server->script = script;
    server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(server->listener, 1), 0);
    ck_assert_int_eq(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void stop_server(struct server *server) {
    char path[64];
    (void)pthread_join(server->thread, NULL);
    (void)close(server->listener);
    (void)snprintf(path, sizeof path, "%s/.s.PGSQL.5432", server->dir);
    (void)unlink(path);
    (void)rmdir(server->dir);
}

static uint64_t in_ms(unsigned ms) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec + (uint64_t)ms * 1000000u;
}

/* ---- the ends ---- */

static const struct {
    const char *what, *script;
    enum pg_end end;
    enum status status;
    const char *sqlstate;
    bool usable, read_only;
} ends[] = {
    {"all is well", "BSCzw", PG_COMMITTED, STATUS_OK, "", true, false},
    {"gone after the tag COMMIT: it counts", "BSC", PG_COMMITTED, STATUS_OK, "", false, false},
    {"gone before any answer", "w", PG_UNKNOWN, STATUS_TIMEOUT, "", false, false},
    {"gone between step and COMMIT", "BS", PG_UNKNOWN, STATUS_UNAVAILABLE, "", false, false},
    {"ended in a step: COMMIT came later", "BE", PG_ROLLED_BACK, STATUS_UNAVAILABLE, "57P01", false,
     false},
    {"ended at COMMIT: it may have been written", "BSE", PG_UNKNOWN, STATUS_UNAVAILABLE, "", false,
     false},
    {"a step fails", "Bez<Rzw", PG_ROLLED_BACK, STATUS_CONFLICT, "23505", true, false},
    {"a step fails, then gone", "Be", PG_ROLLED_BACK, STATUS_CONFLICT, "23505", false, false},
    {"a step fails, gone at ROLLBACK", "Bez<", PG_ROLLED_BACK, STATUS_CONFLICT, "23505", false,
     false},
    {"COMMIT fails", "BSez<Rzw", PG_ROLLED_BACK, STATUS_CONFLICT, "23505", true, false},
    {"rolled back, and nobody says why", "BSRz", PG_ROLLED_BACK, STATUS_INTERNAL, "", false, false},
    {"ended before anybody asked", "!E", PG_ROLLED_BACK, STATUS_UNAVAILABLE, "", false, false},
    {"a read is never unknown", "BS", PG_ROLLED_BACK, STATUS_UNAVAILABLE, "", false, true},
    {"a late read", "ww", PG_ROLLED_BACK, STATUS_TIMEOUT, "", false, true},
};

static void give_time(const char *script) {
    struct timespec rest = {.tv_nsec = 50000000};
    if (*script == '!')
        (void)nanosleep(&rest, NULL);
}

static const struct pg_statement statement = {.name = "step", .sql = "UPDATE x SET y = 1"};

static struct pg_connection *connect_to(struct server *server, const char *script) {
    char url[96];
    start_server(server, script);
    (void)snprintf(url, sizeof url, "host=%s user=x dbname=x sslmode=disable", server->dir);
    struct pg_connection *connection = pg_connect_begin(url, "-c search_path=");
    ck_assert_ptr_nonnull(connection);
    ck_assert_int_eq(pg_connect_go_on(connection, in_ms(DEADLINE_MS)), STATUS_OK);
    return connection;
}

START_TEST(every_end_is_known) {
    struct server server;
    struct pg_transaction transaction = {.read_only = ends[_i].read_only};
    struct pg_connection *connection = connect_to(&server, ends[_i].script);
    give_time(ends[_i].script);
    ck_assert_ptr_nonnull(pg_add(&transaction, &statement, 0, NULL));
    bool late = strchr(ends[_i].script, 'w') && ends[_i].status == STATUS_TIMEOUT;
    enum status status = pg_run(connection, &transaction, in_ms(late ? LATE_MS : DEADLINE_MS));
    ck_assert_msg(status == ends[_i].status, "%s: status %d", ends[_i].what, (int)status);
    ck_assert_msg(transaction.end == ends[_i].end, "%s: end %d", ends[_i].what,
                  (int)transaction.end);
    ck_assert_str_eq(transaction.sqlstate, ends[_i].sqlstate);
    ck_assert_msg(pg_is_usable(connection) == ends[_i].usable, "%s: usable", ends[_i].what);
    pg_transaction_free(&transaction);
    pg_close(connection);
    stop_server(&server);
}
END_TEST

/* ---- a transaction of several calls ---- */

static const struct {
    const char *what, *script;
    enum status opened, part;
    bool commit;
    enum pg_end end;
    enum status status;
    bool usable;
} wholes[] = {
    {"all is well", "Bz<SSSz<Czw", STATUS_OK, STATUS_OK, true, PG_COMMITTED, STATUS_OK, true},
    {"a part fails and is undone, the rest counts", "Bz<Sez<SSz<Czw", STATUS_OK, STATUS_CONFLICT,
     true, PG_COMMITTED, STATUS_OK, true},
    {"given up", "Bz<SSSz<Rzw", STATUS_OK, STATUS_OK, false, PG_ROLLED_BACK, STATUS_OK, true},
    {"given up, and gone", "Bz<SSSz<", STATUS_OK, STATUS_OK, false, PG_ROLLED_BACK, STATUS_OK,
     false},
    {"gone in a part: COMMIT is never sent", "Bz<S", STATUS_OK, STATUS_UNAVAILABLE, true,
     PG_ROLLED_BACK, STATUS_UNAVAILABLE, false},
    {"ended in a part", "Bz<SE", STATUS_OK, STATUS_UNAVAILABLE, true, PG_ROLLED_BACK,
     STATUS_UNAVAILABLE, false},
    {"gone where a part is undone", "Bz<Sez<", STATUS_OK, STATUS_CONFLICT, true, PG_ROLLED_BACK,
     STATUS_UNAVAILABLE, false},
    {"a part cannot be undone", "Bz<Sez<ezw", STATUS_OK, STATUS_CONFLICT, true, PG_ROLLED_BACK,
     STATUS_UNAVAILABLE, false},
    {"gone before COMMIT is answered", "Bz<SSSz<", STATUS_OK, STATUS_OK, true, PG_UNKNOWN,
     STATUS_UNAVAILABLE, false},
    {"gone after the tag COMMIT: it counts", "Bz<SSSz<C", STATUS_OK, STATUS_OK, true, PG_COMMITTED,
     STATUS_OK, false},
    {"COMMIT fails", "Bz<SSSz<ezw", STATUS_OK, STATUS_OK, true, PG_ROLLED_BACK, STATUS_CONFLICT,
     true},
    {"BEGIN fails", "ezw", STATUS_CONFLICT, STATUS_OK, true, PG_ROLLED_BACK, STATUS_OK, false},
    {"gone at BEGIN", "", STATUS_UNAVAILABLE, STATUS_OK, true, PG_ROLLED_BACK, STATUS_OK, false},
};

START_TEST(every_end_of_a_whole_is_known) {
    struct server server;
    struct pg_transaction whole = {.step_count = 0}, part = {.step_count = 0};
    struct pg_connection *connection = connect_to(&server, wholes[_i].script);
    const char *what = wholes[_i].what;
    enum status opened = pg_open(connection, &whole, in_ms(DEADLINE_MS));
    ck_assert_msg(opened == wholes[_i].opened, "%s: opened %d", what, (int)opened);
    if (opened == STATUS_OK) {
        ck_assert_ptr_nonnull(pg_add(&part, &statement, 0, NULL));
        enum status status = pg_run_inside(connection, &part, in_ms(DEADLINE_MS));
        ck_assert_msg(status == wholes[_i].part, "%s: part %d", what, (int)status);
        ck_assert_int_eq(part.end, status == STATUS_OK ? PG_OPEN : PG_ROLLED_BACK);
        status = pg_finish(connection, &whole, wholes[_i].commit, in_ms(DEADLINE_MS));
        ck_assert_msg(status == wholes[_i].status, "%s: status %d", what, (int)status);
    }
    ck_assert_msg(whole.end == wholes[_i].end, "%s: end %d", what, (int)whole.end);
    ck_assert_msg(pg_is_usable(connection) == wholes[_i].usable, "%s: usable", what);
    pg_transaction_free(&part);
    pg_close(connection);
    stop_server(&server);
}
END_TEST

Suite *store_pg_suite(void) {
    Suite *suite = suite_create("store_pg");
    TCase *tests = tcase_create("ends");
    tcase_add_loop_test(tests, every_end_is_known, 0, sizeof ends / sizeof *ends);
    tcase_add_loop_test(tests, every_end_of_a_whole_is_known, 0, sizeof wholes / sizeof *wholes);
    suite_add_tcase(suite, tests);
    return suite;
}
