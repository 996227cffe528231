/*
 * The floor of floors: libmicrohttpd alone, which takes any request in and sends the bytes of a
 * file: mhd_floor PORT ANSWER_FILE. Epoll and as many threads as the service.
 */
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct MHD_Response *answer;

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state) {
    (void)cls;
    (void)url;
    (void)method;
    (void)version;
    (void)upload;
    if (!*state) {
        *state = answer; /* anything: the headers are in */
        return MHD_YES;
    }
    if (*upload_size) {
        *upload_size = 0;
        return MHD_YES;
    }
    return MHD_queue_response(connection, 200, answer);
}

static struct MHD_Response *read_answer(const char *path) {
    enum { MOST = 1 << 20 };
    FILE *file = fopen(path, "re");
    char *bytes = file ? malloc(MOST) : NULL;
    size_t len = bytes ? fread(bytes, 1, MOST, file) : 0;
    if (file)
        (void)fclose(file);
    return len ? MHD_create_response_from_buffer(len, bytes, MHD_RESPMEM_MUST_FREE) : NULL;
}

int main(int argc, char **argv) {
    sigset_t set;
    int number = 0;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    answer = argc == 3 ? read_answer(argv[2]) : NULL;
    if (!answer || MHD_add_response_header(answer, "Content-Type", "application/json") != MHD_YES)
        return 1;
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)atoi(argv[1]), NULL, NULL, handle, NULL,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned int)sysconf(_SC_NPROCESSORS_ONLN), MHD_OPTION_END);
    if (!daemon)
        return 1;
    (void)sigwait(&set, &number);
    MHD_stop_daemon(daemon);
    MHD_destroy_response(answer);
    return 0;
}
