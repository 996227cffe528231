/* From what a handler left to what goes out. */
#include <check.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "http/answer.h"
#include "http/gzip.h"
#include "http/problem_types.h"
#include "http/work_queue.h"

Suite *http_answer_suite(void);

static const struct route cached = {.method = HTTP_GET, .path = "/x", .cache = CACHE_PUBLIC};
static const struct answer_context plain;
static char big[4096];

static struct http_request a_request(void) {
    struct http_request request = {.method = HTTP_GET, .route = &cached, .language = "en"};
    trace_start(&request.trace, NULL);
    memset(big, 'x', sizeof big);
    return request;
}

static const char *value(const struct http_response *response, const char *name) {
    const char *found = response_header_value(response, name);
    return found ? found : "";
}

START_TEST(good_answer) {
    struct http_request request = a_request();
    struct http_response response;
    response_init(&response);
    ck_assert_int_eq(response_json(&response, json_pack("{s:i}", "a", 1)), STATUS_OK);
    answer_finish(&request, STATUS_OK, &response, &plain);
    ck_assert_uint_eq(response.status, 200);
    ck_assert_uint_eq(response.body.len, 7);
    ck_assert_str_eq(value(&response, "Content-Type"), MEDIA_JSON);
    ck_assert_str_eq(value(&response, "Access-Control-Allow-Origin"), "*");
    ck_assert_str_eq(value(&response, "Cache-Control"), "public, max-age=300, must-revalidate");
    ck_assert_uint_eq(strlen(value(&response, "ETag")), 34);
    ck_assert_uint_eq(strlen(value(&response, "traceparent")), 55);
    ck_assert_str_eq(value(&response, "Connection"), "");
    response_free(&response);
}
END_TEST

static const struct {
    enum status status;
    unsigned http;
    const char *header, *text;
} failures[] = {
    {STATUS_INVALID, 422, "Cache-Control", "no-store"},
    {STATUS_NOT_FOUND, 404, "ETag", ""},
    {STATUS_CONFLICT, 409, "Content-Type", MEDIA_PROBLEM},
    {STATUS_FORBIDDEN, 403, "Access-Control-Allow-Origin", "*"},
    {STATUS_UNAUTHENTICATED, 401, "WWW-Authenticate", "Bearer"},
    {STATUS_UNAVAILABLE, 503, "Retry-After", "2"},
    {STATUS_TOO_LARGE, 413, "Retry-After", ""},
    {STATUS_TIMEOUT, 504, "Retry-After", ""},
    {STATUS_NO_MEMORY, 503, "Retry-After", "2"},
    {STATUS_INTERNAL, 500, "Cache-Control", "no-store"},
    {(enum status)99, 500, "Cache-Control", "no-store"},
};

START_TEST(failed_answers) {
    struct http_request request = a_request();
    struct http_response response;
    response_init(&response);
    response_static(&response, MEDIA_JSON, big, sizeof big); /* must not go out */
    answer_finish(&request, failures[_i].status, &response, &plain);
    ck_assert_uint_eq(response.status, failures[_i].http);
    ck_assert_str_eq(value(&response, failures[_i].header), failures[_i].text);
    json_t *body = json_loadb(response.body.data, response.body.len, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_int_eq(json_integer_value(json_object_get(body, "status")), failures[_i].http);
    ck_assert_ptr_nonnull(json_object_get(body, "type"));
    ck_assert_str_eq(json_string_value(json_object_get(body, "trace_id")), request.trace.trace_id);
    json_decref(body);
    response_free(&response);
}
END_TEST

START_TEST(problem_with_errors) {
    struct http_request request = a_request();
    struct http_response response;
    response_init(&response);
    response_problem(&response, "malformed-query", "first %d", 1);
    response_problem(&response, "not-found", "second");
    response_error(&response, "#/a", "range", "must be %s", "\"small\"");
    response_parameter_error(&response, "b", "unknown", "no");
    answer_finish(&request, STATUS_INVALID, &response, &plain);
    json_t *body = json_loadb(response.body.data, response.body.len, 0, NULL);
    const char *pointer;
    const char *detail;
    const char *parameter;
    const char *first;
    ck_assert_int_eq(json_unpack(body, "{s:s, s:[{s:s, s:s}, {s:s}!]}", "detail", &first, "errors",
                                 "pointer", &pointer, "detail", &detail, "parameter", &parameter),
                     0);
    ck_assert_uint_eq(response.status, 400);
    ck_assert_str_eq(first, "first 1");
    ck_assert_str_eq(pointer, "#/a");
    ck_assert_str_eq(detail, "must be \"small\"");
    ck_assert_str_eq(parameter, "b");
    json_decref(body);
    response_free(&response);
}
END_TEST

START_TEST(unsafe_header_fails_the_answer) {
    struct http_request request = a_request();
    struct http_response response;
    response_init(&response);
    response_header(&response, "Location", "/a\r\nSet-Cookie: b");
    answer_finish(&request, STATUS_OK, &response, &plain);
    ck_assert_uint_eq(response.status, 500);
    ck_assert_str_eq(value(&response, "Location"), "");
    response_free(&response);
}
END_TEST

static void ask(struct http_request *request, struct http_response *response) {
    response_init(response);
    response_static(response, MEDIA_JSON, big, sizeof big);
    answer_finish(request, STATUS_OK, response, &plain);
}

START_TEST(not_modified_by_encoding) {
    struct http_request request = a_request();
    struct http_response response;
    char identity[ETAG_SIZE];
    ask(&request, &response);
    strcpy(identity, response.etag);
    response_free(&response);

    request.headers[0] = (struct http_header){"if-none-match", identity};
    request.header_count = 1;
    ask(&request, &response);
    ck_assert_uint_eq(response.status, 304);
    ck_assert_str_eq(value(&response, "ETag"), identity);
    ck_assert_str_ne(value(&response, "Vary"), "");
    ck_assert_uint_eq(response.body.len, sizeof big); /* its Content-Length */
    response_free(&response);

    request.takes_gzip = true;
    ask(&request, &response);
    ck_assert_uint_eq(response.status, 200);
    ck_assert_str_eq(value(&response, "Content-Encoding"), "gzip");
    ck_assert_uint_lt(response.body.len, 200);
    ck_assert_str_ne(response.etag, identity);
    response_free(&response);
}
END_TEST

static int released;

static void count_release(void *cls) {
    ck_assert_ptr_eq(cls, big);
    released++;
}

START_TEST(shared_body_is_released_once) {
    struct http_request request = a_request();
    struct http_response response;
    for (unsigned precompressed = 0; precompressed < 2; precompressed++) {
        released = 0;
        request.takes_gzip = true;
        response_init(&response);
        response_shared(&response, MEDIA_JSON, big, sizeof big, count_release, big);
        if (precompressed)
            response_precompressed(&response, big, 100);
        answer_finish(&request, STATUS_OK, &response, &plain);
        ck_assert_str_eq(value(&response, "Content-Encoding"), "gzip");
        ck_assert_int_eq(released, precompressed ? 0 : 1);
        response_free(&response);
        ck_assert_int_eq(released, 1);
    }
}
END_TEST

START_TEST(preflight) {
    struct http_request request = a_request();
    struct http_response response;
    request.method = HTTP_OPTIONS;
    request.headers[0] = (struct http_header){"Access-Control-Request-Method", "POST"};
    request.header_count = 1;
    response_init(&response);
    answer_options(&request, 1u << HTTP_POST, &response);
    answer_finish(&request, STATUS_OK, &response, &plain);
    ck_assert_uint_eq(response.status, 204);
    ck_assert_str_eq(value(&response, "Access-Control-Allow-Methods"), "POST, OPTIONS");
    ck_assert_ptr_nonnull(strstr(value(&response, "Access-Control-Allow-Headers"), "x-medplum"));
    ck_assert_str_eq(value(&response, "Access-Control-Allow-Origin"), "*");
    response_free(&response);
}
END_TEST

START_TEST(every_code_is_a_word) {
    for (int status = STATUS_INVALID; status <= STATUS_INTERNAL; status++) {
        char code[48];
        problem_type_code(problem_type_of((enum status)status), code);
        ck_assert_uint_eq(strspn(code, "abcdefghijklmnopqrstuvwxyz_"), strlen(code));
    }
    ck_assert_uint_eq(problem_type_named("nonsense")->status, 500);
}
END_TEST

static int ran;
static int cancelled_works;

static void count_work(struct work *work, void *worker, bool cancelled) {
    (void)work;
    ck_assert_str_eq(worker, "worker");
    if (cancelled)
        __atomic_add_fetch(&cancelled_works, 1, __ATOMIC_SEQ_CST);
    else
        __atomic_add_fetch(&ran, 1, __ATOMIC_SEQ_CST);
}

static void *open_worker(void *app) {
    return app;
}

START_TEST(queue_is_bounded_and_loses_nothing) {
    static char name[] = "worker";
    struct work_queue_settings settings = {
        .workers = 0, .capacity = 3, .open = open_worker, .app = name};
    struct work_queue *queue;
    struct work works[100] = {0};
    int taken = 0;
    ck_assert_int_eq(work_queue_start(&settings, &queue), STATUS_OK);
    for (size_t i = 0; i < 5; i++) {
        works[i].run = count_work;
        taken += work_queue_submit(queue, &works[i]) == STATUS_OK;
    }
    ck_assert_int_eq(taken, 3); /* nobody works: the rest is refused */
    work_queue_stop(queue);
    work_queue_free(queue);

    settings.workers = 4;
    settings.capacity = 100;
    ck_assert_int_eq(work_queue_start(&settings, &queue), STATUS_OK);
    for (size_t i = 0; i < 100; i++) {
        works[i].run = count_work;
        ck_assert_int_eq(work_queue_submit(queue, &works[i]), STATUS_OK);
    }
    work_queue_stop(queue);
    work_queue_free(queue);
    ck_assert_int_eq(ran + cancelled_works, 100);
}
END_TEST

/* Bulk work: one at a time of it, after what is not bulk, and never more waiting than may. */
static pthread_mutex_t hold = PTHREAD_MUTEX_INITIALIZER;
static int order[8];
static int begun, ordered, together, most_together;

static void note_work(struct work *work, void *worker, bool cancelled) {
    (void)worker;
    if (cancelled)
        return;
    __atomic_add_fetch(&begun, 1, __ATOMIC_SEQ_CST);
    if (work->bulk) {
        int now = __atomic_add_fetch(&together, 1, __ATOMIC_SEQ_CST);
        if (now > most_together)
            most_together = now;
        usleep(2000);
        __atomic_sub_fetch(&together, 1, __ATOMIC_SEQ_CST);
    }
    pthread_mutex_lock(&hold);
    order[ordered] = work->bulk;
    __atomic_add_fetch(&ordered, 1, __ATOMIC_SEQ_CST);
    pthread_mutex_unlock(&hold);
}

/* A minute, for machines that are busy. */
static void wait_for(const int *count, int wanted) {
    for (int i = 0; i < 60000 && __atomic_load_n(count, __ATOMIC_SEQ_CST) < wanted; i++)
        usleep(1000);
}

START_TEST(bulk_work_is_last_and_apart) {
    static const bool bulk[] = {true, true, true, false, false, true};
    enum { WORKS = sizeof bulk / sizeof *bulk };
    struct work_queue_settings settings = {
        .workers = 1, .capacity = 2, .bulk_workers = 1, .bulk_capacity = 3};
    struct work_queue *queue;
    struct work works[WORKS] = {{0}};
    int taken = 0;
    pthread_mutex_lock(&hold); /* the first work holds the worker until all are there */
    ck_assert_int_eq(work_queue_start(&settings, &queue), STATUS_OK);
    works[0].run = note_work;
    ck_assert_int_eq(work_queue_submit(queue, &works[0]), STATUS_OK);
    wait_for(&begun, 1);
    for (size_t i = 1; i < WORKS; i++) {
        works[i].run = note_work;
        works[i].bulk = bulk[i];
        taken += work_queue_submit(queue, &works[i]) == STATUS_OK;
    }
    ck_assert_int_eq(taken, WORKS - 1);
    pthread_mutex_unlock(&hold);
    wait_for(&ordered, WORKS);
    work_queue_stop(queue);
    work_queue_free(queue);
    static const int wanted[] = {0, 0, 0, 1, 1, 1};
    ck_assert_int_eq(ordered, WORKS);
    ck_assert_mem_eq(order, wanted, sizeof wanted);

    settings.workers = 4;
    ordered = 0;
    ck_assert_int_eq(work_queue_start(&settings, &queue), STATUS_OK);
    for (size_t i = 0; i < 3; i++) {
        works[i].bulk = true;
        ck_assert_int_eq(work_queue_submit(queue, &works[i]), STATUS_OK);
    }
    wait_for(&ordered, 3);
    work_queue_stop(queue);
    work_queue_free(queue);
    ck_assert_int_eq(ordered, 3);
    ck_assert_int_eq(most_together, 1);
}
END_TEST

START_TEST(bytes_are_packed_in_pieces) {
    char text[200000];
    static unsigned char back[sizeof text];
    struct buffer packed;
    z_stream stream = {0};
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)("{}[]:,abc"[(i * i / 7) % 9]);
    for (size_t piece = 1; piece < sizeof text * 2; piece = piece * 9 + 1) {
        buffer_init(&packed);
        ck_assert_int_eq(gzip_begin(), STATUS_OK);
        size_t step = piece < 5000 ? 5000 : piece;
        for (size_t at = 0; at < sizeof text; at += step) {
            size_t len = sizeof text - at < step ? sizeof text - at : step;
            ck_assert_int_eq(gzip_piece(text + at, len, at + len == sizeof text, &packed),
                             STATUS_OK);
        }
        memset(&stream, 0, sizeof stream);
        ck_assert_int_eq(inflateInit2(&stream, 15 + 16), Z_OK);
        stream.next_in = (unsigned char *)packed.data;
        stream.avail_in = (unsigned)packed.len;
        stream.next_out = back;
        stream.avail_out = sizeof text;
        ck_assert_int_eq(inflate(&stream, Z_FINISH), Z_STREAM_END);
        ck_assert_uint_eq(stream.total_out, sizeof text);
        ck_assert_mem_eq(back, text, sizeof text);
        (void)inflateEnd(&stream);
        buffer_free(&packed);
    }
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

Suite *http_answer_suite(void) {
    Suite *suite = suite_create("http_answer");
    TCase *tcase = tcase_create("http_answer");
    tcase_add_test(tcase, good_answer);
    tcase_add_loop_test(tcase, failed_answers, 0, COUNT(failures));
    tcase_add_test(tcase, problem_with_errors);
    tcase_add_test(tcase, unsafe_header_fails_the_answer);
    tcase_add_test(tcase, not_modified_by_encoding);
    tcase_add_test(tcase, shared_body_is_released_once);
    tcase_add_test(tcase, preflight);
    tcase_add_test(tcase, every_code_is_a_word);
    tcase_add_test(tcase, queue_is_bounded_and_loses_nothing);
    tcase_add_test(tcase, bulk_work_is_last_and_apart);
    tcase_add_test(tcase, bytes_are_packed_in_pieces);
    suite_add_tcase(suite, tcase);
    return suite;
}
