/* The edge on a real socket: what only shows over the wire. */
#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/health.h"
#include "http/log.h"
#include "http/metrics.h"
#include "http/server.h"

Suite *http_edge_suite(void);

#define HELLO "GET /hello HTTP/1.1\r\nHost: x\r\n"
#define ECHO "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
#define CLOSE "Connection: close\r\n\r\n"

static enum status hello(void *app, const struct http_request *request,
                         struct http_response *response) {
    (void)app;
    (void)request;
    response_static(response, MEDIA_JSON, "{}", 2);
    return STATUS_OK;
}

static enum status echo(void *app, const struct http_request *request,
                        struct http_response *response) {
    (void)app;
    return response_json(response, json_pack("{s:I}", "bytes", (json_int_t)request->body_len));
}

static enum status wait_and_answer(void *app, const struct http_request *request,
                                   struct http_response *response) {
    (void)app;
    usleep(100000);
    return response_json(response, json_pack("{s:s}", "worker", (const char *)request->worker));
}

static void salvage(void *app, const struct http_request *request, struct http_response *response) {
    (void)app;
    if (strstr(request->body, "red flag"))
        response_header(response, "X-Salvaged", "yes");
}

static void *open_worker(void *app) {
    (void)app;
    return "w";
}

static const struct route rows[] = {
    {.method = HTTP_GET, .path = "/hello", .operation_id = "hello", .handler = hello},
    {.method = HTTP_POST,
     .path = "/echo",
     .operation_id = "echo",
     .handler = echo,
     .body_limit = 1000},
    {.method = HTTP_POST,
     .path = "/checked",
     .operation_id = "checked",
     .handler = echo,
     .body_limit = 1000,
     .body_schema = "X"},
    {.method = HTTP_GET,
     .path = "/wait",
     .operation_id = "wait",
     .handler = wait_and_answer,
     .blocking = true},
    {.method = HTTP_GET, .path = "/secret", .operation_id = "s", .handler = hello, .scope = "read"},
    {.method = HTTP_GET, .path = "/readyz", .operation_id = "r", .handler = health_readyz},
    {.method = HTTP_GET,
     .path = "/metrics",
     .operation_id = "m",
     .handler = metrics_get,
     .produces = "text/plain"},
};

static struct server *server;

static void start(void) {
    struct server_settings settings;
    server_defaults(&settings);
    settings.listen = "127.0.0.1:0";
    settings.edge.routes = rows;
    settings.edge.route_count = sizeof rows / sizeof *rows;
    settings.edge.workers = 2;
    settings.edge.hooks.worker_open = open_worker;
    settings.edge.hooks.salvage = salvage;
    settings.edge.connections.header_ms = 400;
    settings.edge.connections.body_ms = 400;
    settings.drain_delay_ms = 0;
    settings.drain_limit_ms = 2000;
    ck_assert_int_eq(log_start(LOG_LEVEL_OFF), STATUS_OK);
    ck_assert_int_eq(server_start(&settings, &server), STATUS_OK);
    ck_assert_uint_gt(server_port(server), 0);
}

static void stop(void) {
    ck_assert_int_eq(server_stop(server), STATUS_OK);
    health_set_draining(false);
    log_stop();
}

static int dial(void) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)server_port(server)),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval patience = {.tv_sec = 5};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static void send_all(int fd, const char *bytes, size_t len) {
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n <= 0)
            return; /* the server may have had enough */
        bytes += n;
        len -= (size_t)n;
    }
}

/* Reads to the end of the connection; a text that begins with "reset" when there is none. */
static const char *read_all(int fd) {
    static char answer[65536];
    size_t len = 0;
    for (;;) {
        ssize_t n = recv(fd, answer + len, sizeof answer - 1 - len, 0);
        if (n < 0)
            return "reset or silence";
        if (n == 0)
            break;
        len += (size_t)n;
    }
    answer[len] = '\0';
    (void)close(fd);
    return answer;
}

static const char *talk(const char *bytes, size_t len) {
    int fd = dial();
    send_all(fd, bytes, len);
    return read_all(fd);
}

#define TALK(literal) talk(literal, sizeof(literal) - 1)

static unsigned code(const char *answer) {
    unsigned status = 0;
    return sscanf(answer, "HTTP/1.1 %3u", &status) == 1 ? status : 0;
}

static const struct {
    const char *name;
    const char *bytes;
    size_t len;
    unsigned status;
} talks[] = {
#define CASE(name, bytes, status)                                                                  \
    { name, bytes, sizeof(bytes) - 1, status }
    CASE("plain", HELLO CLOSE, 200),
    CASE("HTTP/1.0", "GET /hello HTTP/1.0\r\n\r\n", 200),
    CASE("NUL in the path", "GET /hel\0lo HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    CASE("two spaces", "GET  /hello HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    CASE("space in the target", "GET /hello x HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    CASE("bare LF", HELLO "X: y\n\r\n", 400),
    CASE("folded", HELLO "X: y\r\n z\r\n\r\n", 400),
    CASE("NUL in a value", HELLO "X: y\0z\r\n\r\n", 400),
    CASE("white space before the colon", HELLO "X : y\r\n\r\n", 400),
    CASE("length twice", ECHO "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400),
    CASE("length and chunked",
         ECHO "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    CASE("gzip, chunked", ECHO "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
    CASE("chunked", ECHO "Transfer-Encoding: chunked\r\n" CLOSE "2\r\n{}\r\n0\r\n\r\n", 200),
    CASE("too long, not read", ECHO "Content-Length: 999999999\r\n\r\n{}", 413),
    CASE("asks first", ECHO "Content-Length: 5000\r\nExpect: 100-continue\r\n\r\n", 413),
    CASE("no type", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n" CLOSE "{}", 415),
    CASE("unknown parameter", "GET /hello?x=1 HTTP/1.1\r\nHost: x\r\n" CLOSE, 422),
    CASE("bad UTF-8 in the query", "GET /hello?x=%ff HTTP/1.1\r\nHost: x\r\n" CLOSE, 400),
    CASE("wrong method", "PUT /hello HTTP/1.1\r\nHost: x\r\n" CLOSE, 405),
    CASE("options", "OPTIONS /hello HTTP/1.1\r\nHost: x\r\n" CLOSE, 204),
    CASE("not acceptable", HELLO "Accept: text/html\r\n" CLOSE, 406),
    CASE("nowhere", "GET /hello/ HTTP/1.1\r\nHost: x\r\n" CLOSE, 404),
    CASE("a scope and nobody to ask", "GET /secret HTTP/1.1\r\nHost: x\r\n" CLOSE, 403),
    CASE("on a worker", "GET /wait HTTP/1.1\r\nHost: x\r\n" CLOSE, 200),
    CASE("ready", "GET /readyz HTTP/1.1\r\nHost: x\r\n" CLOSE, 200),
    CASE("metrics", "GET /metrics HTTP/1.1\r\nHost: x\r\n" CLOSE, 200),
    CASE("never ends its headers", HELLO "X: y\r\n", 408),
    CASE("never ends its body", ECHO "Content-Length: 5\r\n\r\n{", 408),
#undef CASE
};

START_TEST(talks_over_the_wire) {
    const char *answer = talk(talks[_i].bytes, talks[_i].len);
    ck_assert_msg(code(answer) == talks[_i].status, "%s: %.300s", talks[_i].name, answer);
    ck_assert_msg(strstr(answer, "Access-Control-Allow-Origin: *"), "%s", talks[_i].name);
}
END_TEST

START_TEST(many_parameters_do_not_hang) {
    char request[4096] = "GET /hello?";
    for (size_t i = 0; i < 300; i++)
        strcat(request, "a&");
    strcat(request, " HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_uint_eq(code(talk(request, strlen(request))), 400);
}
END_TEST

START_TEST(long_targets_and_headers) {
    static char request[20000];
    int len = snprintf(request, sizeof request, "GET /%0*d HTTP/1.1\r\nHost: x\r\n\r\n", 5000, 0);
    ck_assert_uint_eq(code(talk(request, (size_t)len)), 414);
    for (int size = 7900; size < 16000; size += 450) {
        len = snprintf(request, sizeof request, HELLO "X: %0*d\r\n" CLOSE, size, 0);
        ck_assert_uint_eq(code(talk(request, (size_t)len)), size < 8100 ? 200 : 431);
    }
}
END_TEST

START_TEST(answers_before_the_upload_ends) {
    static char body[300000];
    memset(body, 'x', sizeof body);
    int fd = dial();
    send_all(fd, ECHO "Content-Length: 300000\r\n\r\n", sizeof ECHO + 25);
    send_all(fd, body, sizeof body);
    ck_assert_uint_eq(code(read_all(fd)), 413); /* and no reset that destroys it */
}
END_TEST

START_TEST(chunks_without_end_are_cut) {
    static char chunk[65536 + 9];
    memset(chunk, 'x', sizeof chunk);
    memcpy(chunk, "10000\r\n", 7);
    memcpy(chunk + sizeof chunk - 2, "\r\n", 2);
    int fd = dial();
    send_all(fd, ECHO "Transfer-Encoding: chunked\r\n\r\n", sizeof ECHO + 29);
    for (size_t i = 0; i < 80; i++)
        send_all(fd, chunk, sizeof chunk);
    const char *answer = read_all(fd);
    ck_assert_msg(code(answer) == 413, "%.200s", answer);
}
END_TEST

static size_t count(const char *text, const char *what) {
    size_t n = 0;
    while ((text = strstr(text, what))) {
        text += strlen(what);
        n++;
    }
    return n;
}

START_TEST(pipelines_and_keeps_order) {
    const char *answer =
        TALK(HELLO "\r\n"
                   "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n" HELLO "\r\n" HELLO CLOSE);
    ck_assert_uint_eq(count(answer, "HTTP/1.1 200"), 4);
}
END_TEST

START_TEST(refused_body_keeps_the_connection) {
    const char *answer =
        TALK("POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}" HELLO CLOSE);
    ck_assert_uint_eq(code(answer), 405);
    ck_assert_uint_eq(count(answer, "HTTP/1.1 200"), 1);
}
END_TEST

/* Beside an idle connection, because libmicrohttpd serves its oldest one differently. */
START_TEST(half_closed_clients_get_their_answer) {
    int idle[4];
    for (size_t i = 0; i < 4; i++) {
        idle[i] = dial();
        send_all(idle[i], HELLO "\r\n", sizeof HELLO + 1);
    }
    for (size_t i = 0; i < 4; i++) {
        int fd = dial();
        send_all(fd, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n", 32);
        (void)shutdown(fd, SHUT_WR);
        ck_assert_uint_eq(code(read_all(fd)), 200);
    }
    for (size_t i = 0; i < 4; i++)
        (void)close(idle[i]);
}
END_TEST

START_TEST(head_and_not_modified_have_no_body) {
    const char *answer = TALK("HEAD /hello HTTP/1.1\r\nHost: x\r\n" CLOSE);
    ck_assert_ptr_nonnull(strstr(answer, "Content-Length: 2\r\n"));
    ck_assert_str_eq(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}
END_TEST

START_TEST(a_red_flag_outlives_other_errors) {
#define FLAGGED(headers, body) "POST /checked" headers " HTTP/1.1\r\nHost: x\r\n" body
    const char *const bodies[] = {
        FLAGGED("?tpyo=1", "Content-Type: application/json\r\nContent-Length: 14\r\n" CLOSE
                           "[\"red flag\"]  "),
        FLAGGED("", "Content-Type: text/plain\r\nContent-Length: 14\r\n" CLOSE "[\"red flag\"]  "),
        FLAGGED("", "Content-Type: application/json\r\nContent-Length: 14\r\n" CLOSE
                    "[\"red flag\"]]]"),
    };
    for (size_t i = 0; i < 3; i++) {
        const char *answer = talk(bodies[i], strlen(bodies[i]));
        ck_assert_uint_ge(code(answer), 400);
        ck_assert_msg(strstr(answer, "X-Salvaged: yes"), "%.200s", answer);
    }
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

Suite *http_edge_suite(void) {
    Suite *suite = suite_create("http_edge");
    TCase *tcase = tcase_create("http_edge");
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, talks_over_the_wire, 0, COUNT(talks));
    tcase_add_test(tcase, many_parameters_do_not_hang);
    tcase_add_test(tcase, long_targets_and_headers);
    tcase_add_test(tcase, answers_before_the_upload_ends);
    tcase_add_test(tcase, chunks_without_end_are_cut);
    tcase_add_test(tcase, pipelines_and_keeps_order);
    tcase_add_test(tcase, refused_body_keeps_the_connection);
    tcase_add_test(tcase, half_closed_clients_get_their_answer);
    tcase_add_test(tcase, head_and_not_modified_have_no_body);
    tcase_add_test(tcase, a_red_flag_outlives_other_errors);
    suite_add_tcase(suite, tcase);
    return suite;
}
