/*
 * The floor to compare with: a bare ulfius service that parses the request body and answers the
 * bytes of a file. ulfius_echo PORT ANSWER_FILE. Started with the same threads and epoll as the
 * service.
 */
#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ulfius.h>

static char *answer;
static size_t answer_len;

static int echo(const struct _u_request *request, struct _u_response *response, void *data) {
    (void)data;
    json_t *body =
        json_loadb(request->binary_body, request->binary_body_length, JSON_REJECT_DUPLICATES, NULL);
    (void)ulfius_set_binary_body_response(response, body ? 200 : 400, answer,
                                          body ? answer_len : 0);
    (void)u_map_put(response->map_header, "Content-Type", "application/json");
    json_decref(body);
    return U_CALLBACK_COMPLETE;
}

/* The same bytes without a body; 304 for whoever has them. */
static int give(const struct _u_request *request, struct _u_response *response, void *data) {
    (void)data;
    bool known = u_map_has_key_case(request->map_header, "If-None-Match");
    response->status = 304;
    if (!known)
        (void)ulfius_set_binary_body_response(response, 200, answer, answer_len);
    (void)u_map_put(response->map_header, "Content-Type", "application/json");
    (void)u_map_put(response->map_header, "ETag", "\"1\"");
    return U_CALLBACK_COMPLETE;
}

static int read_answer(const char *path) {
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    answer = malloc(1 << 20);
    answer_len = answer ? fread(answer, 1, 1 << 20, file) : 0;
    (void)fclose(file);
    return answer_len > 0;
}

int main(int argc, char **argv) {
    struct _u_instance instance;
    sigset_t set;
    int number = 0;
    if (argc != 3 || !read_answer(argv[2]) ||
        ulfius_init_instance(&instance, (unsigned int)atoi(argv[1]), NULL, NULL) != U_OK)
        return 1;
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)mhd_request_completed, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)ulfius_uri_logger, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, sysconf(_SC_NPROCESSORS_ONLN), NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    (void)ulfius_add_endpoint_by_val(&instance, "POST", NULL, "/recommendations", 0, echo, NULL);
    (void)ulfius_add_endpoint_by_val(&instance, "GET", NULL, "/techniques/:id", 0, give, NULL);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (ulfius_start_framework_with_mhd_options(&instance, MHD_USE_EPOLL_INTERNAL_THREAD,
                                                options) != U_OK)
        return 1;
    (void)sigwait(&set, &number);
    (void)ulfius_stop_framework(&instance);
    ulfius_clean_instance(&instance);
    free(answer);
    return 0;
}
