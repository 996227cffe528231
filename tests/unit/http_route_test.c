/* The route table: what a path leads to, and which rows are refused. */
#include <check.h>
#include <string.h>

#include "http/route.h"

Suite *http_route_suite(void);

static enum status nothing(void *app, const struct http_request *request,
                           struct http_response *response) {
    (void)app;
    (void)request;
    (void)response;
    return STATUS_OK;
}

#define ROW(verb, where, name)                                                                     \
    { .method = verb, .path = where, .operation_id = name, .handler = nothing }

static const struct route rows[] = {
    ROW(HTTP_GET, "/", "root"),
    ROW(HTTP_GET, "/techniques", "list"),
    ROW(HTTP_GET, "/techniques/{id}", "get"),
    ROW(HTTP_POST, "/techniques/{id}", "post"),
    ROW(HTTP_GET, "/techniques/special", "special"),
    ROW(HTTP_GET, "/plans/{plan}/sessions/{session}", "session"),
    ROW(HTTP_GET, "/plans/fixed/other", "other"),
    ROW(HTTP_PUT, "/plans/{plan}", "put"),
    ROW(HTTP_DELETE, "/plans/{plan}", "delete"),
};

static const struct {
    enum http_method method;
    const char *path;
    const char *operation; /* NULL: none */
    const char *methods;   /* with operation NULL; NULL: 404 */
    const char *first;     /* value of the first parameter */
} paths[] = {
    {HTTP_GET, "/", "root", NULL, NULL},
    {HTTP_HEAD, "/", "root", NULL, NULL},
    {HTTP_GET, "/techniques", "list", NULL, NULL},
    {HTTP_GET, "/techniques/", NULL, NULL, NULL},
    {HTTP_GET, "//techniques", NULL, NULL, NULL},
    {HTTP_GET, "/techniques/a", "get", NULL, "a"},
    {HTTP_GET, "/techniques/a%2Fb", "get", NULL, "a/b"},
    {HTTP_GET, "/techniques/special", "special", NULL, NULL},
    {HTTP_GET, "/techniques/s%70ecial", "special", NULL, NULL},
    {HTTP_POST, "/techniques/special", NULL, "GET, HEAD, OPTIONS", NULL},
    {HTTP_DELETE, "/techniques/special", NULL, "GET, HEAD, OPTIONS", NULL},
    {HTTP_POST, "/techniques/specials", "post", NULL, "specials"},
    {HTTP_METHODS, "/techniques", NULL, "GET, HEAD, OPTIONS", NULL},
    {HTTP_OPTIONS, "/techniques", NULL, "GET, HEAD, OPTIONS", NULL},
    {HTTP_GET, "/Techniques", NULL, NULL, NULL},
    {HTTP_GET, "/techniques/a/b", NULL, NULL, NULL},
    {HTTP_GET, "/plans/fixed/sessions/1", "session", NULL, "fixed"},
    {HTTP_GET, "/plans/fixed/other", "other", NULL, NULL},
    {HTTP_GET, "/plans/p", NULL, "PUT, DELETE, OPTIONS", NULL},
    {HTTP_GET, "/plans/p/sessions", NULL, NULL, NULL},
    {HTTP_GET, "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o", NULL, NULL, NULL},
    {HTTP_GET, "", NULL, NULL, NULL},
};

START_TEST(finds) {
    struct route_table *table;
    const char *fault;
    char scratch[256];
    char methods[64];
    struct http_request request = {0};
    ck_assert_int_eq(route_table_new(rows, sizeof rows / sizeof *rows, &table, &fault), STATUS_OK);
    const char *path = paths[_i].path;
    struct route_match match =
        route_table_find(table, paths[_i].method, path, strlen(path), scratch, &request);
    ck_assert_ptr_eq(match.route == NULL ? NULL : "", paths[_i].operation ? "" : NULL);
    if (paths[_i].operation)
        ck_assert_str_eq(match.route->operation_id, paths[_i].operation);
    if (paths[_i].first)
        ck_assert_str_eq(request.params[0].value, paths[_i].first);
    else
        ck_assert_uint_eq(request.param_count, 0);
    if (!paths[_i].operation)
        ck_assert((match.methods != 0) == (paths[_i].methods != NULL));
    if (paths[_i].methods) {
        route_methods_text(match.methods, methods);
        ck_assert_str_eq(methods, paths[_i].methods);
    }
    route_table_free(table);
}
END_TEST

static const struct {
    const char *path;
    enum text_fault fault;
} faults[] = {
    {"/techniques/%00", TEXT_NUL},
    {"/techniques/%ff", TEXT_BAD_UTF8},
    {"/techniques/%", TEXT_BAD_ESCAPE},
    {"/techniques/%41", TEXT_OK},
};

START_TEST(path_faults) {
    struct route_table *table;
    const char *fault;
    char scratch[256];
    struct http_request request = {0};
    ck_assert_int_eq(route_table_new(rows, sizeof rows / sizeof *rows, &table, &fault), STATUS_OK);
    struct route_match match = route_table_find(table, HTTP_GET, faults[_i].path,
                                                strlen(faults[_i].path), scratch, &request);
    ck_assert_int_eq(match.fault, faults[_i].fault);
    route_table_free(table);
}
END_TEST

static const struct route bad_rows[][2] = {
    {ROW(HTTP_GET, "/a", "a"), ROW(HTTP_GET, "/a", "b")},
    {ROW(HTTP_GET, "/a", "a"), ROW(HTTP_GET, "/a/", NULL)},
    {ROW(HTTP_GET, "/{a}", "a"), ROW(HTTP_POST, "/{b}", "b")},
    {ROW(HTTP_GET, "/a", "a"), ROW(HTTP_HEAD, "/b", "b")},
    {ROW(HTTP_GET, "/a", "a"), ROW(HTTP_OPTIONS, "/b", "b")},
    {ROW(HTTP_GET, "/a", "a"), ROW(HTTP_GET, "b", "b")},
    {ROW(HTTP_GET, "/a", "a"), ROW(HTTP_GET, "//b", "b")},
    {ROW(HTTP_GET, "/a", "a"), ROW(HTTP_GET, "/{}", "b")},
    {ROW(HTTP_GET, "/a", "a"), ROW(HTTP_GET, "/{b", "b")},
    {ROW(HTTP_GET, "/a", "a"), ROW(HTTP_GET, "/{b}/{c}/{d}/{e}/{f}", "b")},
    {ROW(HTTP_GET, "/a", "a"),
     {.method = HTTP_POST,
      .path = "/b",
      .operation_id = "b",
      .handler = nothing,
      .body_schema = "B"}},
    {ROW(HTTP_GET, "/a", "a"), {.method = HTTP_GET, .path = "/b", .operation_id = "b"}},
};

START_TEST(refuses_rows) {
    struct route_table *table = NULL;
    const char *fault = NULL;
    ck_assert_int_eq(route_table_new(bad_rows[_i], 2, &table, &fault), STATUS_INVALID);
    ck_assert_ptr_nonnull(strstr(fault, "route 1"));
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

Suite *http_route_suite(void) {
    Suite *suite = suite_create("http_route");
    TCase *tcase = tcase_create("http_route");
    tcase_add_loop_test(tcase, finds, 0, COUNT(paths));
    tcase_add_loop_test(tcase, path_faults, 0, COUNT(faults));
    tcase_add_loop_test(tcase, refuses_rows, 0, COUNT(bad_rows));
    suite_add_tcase(suite, tcase);
    return suite;
}
