/*
 * The edge and its framework. ulfius initialises the instance, starts and stops the daemon and owns
 * it; requests do not pass through ulfius's dispatcher, which would copy headers, body and answer
 * into maps, drops parameters it cannot decode, and cannot suspend a request. libulfius calls
 * MHD_start_daemon through the PLT, so the definition in this file is the one it finds: it swaps
 * the dispatcher for edge_handle and adds our connection policy. edge_start refuses to run when
 * that did not happen.
 *
 * An HTTP thread never waits: a blocking route is suspended, run by a worker, and resumed.
 */
#include "http/edge.h"

#include <dlfcn.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <ulfius.h>
#include <unistd.h>

#include "base/json_memory.h"
#include "http/clock.h"
#include "http/exchange.h"
#include "http/log.h"
#include "http/problem_types.h"
#include "http/spool.h"
#include "http/tls.h"

enum { STACK_BYTES = 1 << 20 };
enum { BULK_PART = 4 }; /* of the workers: a fourth at most do bulk work */

struct server_framework {
    struct _u_instance instance;
    bool intercepted;
};

/* The edge that is being started; MHD_start_daemon has no other way to learn of it. */
static _Thread_local struct edge *starting;

/* --- one request ---------------------------------------------------------------------------- */

static struct connection *connection_of(struct MHD_Connection *mhd) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* Writes a problem past libmicrohttpd, which has no memory left for the headers of a proper answer.
 */
static void answer_raw(struct exchange *exchange) {
    const struct problem_type *type = exchange->response.problem;
    connection_say(exchange->connection, type);
    exchange->response.status = type->status;
    exchange->stage = STAGE_SENDING;
    exchange->at_once = true;
}

/* libmicrohttpd keeps a record a parameter in the connection's memory pool; when the pool is full
   it forgets that it has answered, and hangs. So such a target ends here. */
static void refuse_parameters(struct edge *edge, struct exchange *exchange) {
    if (!connection_enter(edge->connections, exchange->connection, PHASE_HANDLING, 0))
        return;
    exchange_refuse(exchange, "malformed-query", "too many parameters", true);
    metrics_reject(REJECT_MALFORMED);
    answer_raw(exchange);
    connection_cut(exchange->connection);
}

static size_t count_parameters(const char *uri) {
    size_t count = strchr(uri, '?') != NULL;
    while ((uri = strchr(uri, '&'))) {
        uri++;
        count++;
    }
    return count;
}

/* The request line is in. What it returns comes back as *con_cls. */
static void *begin_exchange(void *cls, const char *uri, struct MHD_Connection *mhd) {
    struct edge *edge = cls;
    struct connection *connection = connection_of(mhd);
    struct exchange *exchange = connection ? exchange_new(edge, mhd, uri) : NULL;
    if (!exchange)
        return NULL; /* edge_handle then closes the connection */
    exchange->connection = connection;
    exchange->request.client = *connection_client(connection);
    (void)connection_enter(edge->connections, connection, PHASE_HEADERS, 0);
    atomic_fetch_add(&edge->in_flight, 1);
    metrics_add(METRIC_REQUESTS_IN_FLIGHT, 1);
    exchange->parameters = count_parameters(uri);
    if (exchange->parameters > QUERY_PARAMS_MAX)
        refuse_parameters(edge, exchange);
    return exchange;
}

static const char *outcome_of(enum MHD_RequestTerminationCode code) {
    switch (code) {
    case MHD_REQUEST_TERMINATED_COMPLETED_OK:
        return NULL;
    case MHD_REQUEST_TERMINATED_TIMEOUT_REACHED:
        return "timeout";
    case MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN:
        return "shutdown";
    case MHD_REQUEST_TERMINATED_READ_ERROR:
    case MHD_REQUEST_TERMINATED_CLIENT_ABORT:
        return "client_gone";
    default:
        return "error";
    }
}

static void end_exchange(void *cls, struct MHD_Connection *mhd, void **con_cls,
                         enum MHD_RequestTerminationCode code) {
    struct edge *edge = cls;
    struct exchange *exchange = *con_cls;
    *con_cls = NULL;
    if (!exchange)
        return;
    if (exchange->stage != STAGE_SENDING) { /* libmicrohttpd answered, or nobody */
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_HTTP_STATUS);
        exchange->response.status = info ? info->http_status : 0;
    }
    exchange_account(exchange, outcome_of(code));
    if (exchange->at_once)
        connection_linger(edge->connections, exchange->connection);
    (void)connection_enter(edge->connections, exchange->connection, PHASE_IDLE, 0);
    exchange_free(exchange);
    atomic_fetch_sub(&edge->in_flight, 1);
    metrics_add(METRIC_REQUESTS_IN_FLIGHT, -1);
}

static struct MHD_Response *take_body(struct http_response *response) {
    struct response_body body = response->body;
    if (response->file) {
        struct MHD_Response *file = MHD_create_response_from_fd64(body.len, response->file);
        if (file)
            response->file = 0; /* libmicrohttpd closes it */
        return file;
    }
    response->body = (struct response_body){0};
    /* libmicrohttpd reads the bytes only; its interface lacks the const. */
    union {
        const char *bytes;
        void *data;
    } borrowed = {.bytes = body.data ? body.data : ""};
    void *data = borrowed.data;
    if (!body.release)
        return MHD_create_response_from_buffer(body.len, data, MHD_RESPMEM_PERSISTENT);
    struct MHD_Response *made = MHD_create_response_from_buffer_with_free_callback_cls(
        body.len, data, body.release, body.cls);
    if (!made)
        body.release(body.cls);
    return made;
}

static bool add_headers(struct MHD_Response *made, const struct http_response *response) {
    for (size_t i = 0; i < response->header_count; i++)
        if (MHD_add_response_header(made, response->headers[i].name,
                                    response->values.data + response->headers[i].value) != MHD_YES)
            return false;
    return true;
}

static enum MHD_Result send_answer(struct exchange *exchange) {
    struct http_response *response = &exchange->response;
    uint64_t bytes = response->body.len;
    bool bodiless = exchange->request.method == HTTP_HEAD || response->status == 304;
    struct MHD_Response *made = take_body(response);
    if (!made)
        return MHD_NO;
    enum MHD_Result result = MHD_NO;
    exchange->stage = STAGE_SENDING;
    exchange->sent_bytes = bodiless ? 0 : bytes;
    if (!response->failed && add_headers(made, response) &&
        connection_enter(exchange->edge->connections, exchange->connection, PHASE_WRITING, bytes))
        result = MHD_queue_response(exchange->mhd, response->status, made);
    MHD_destroy_response(made);
    return result;
}

static void set_deadline(struct exchange *exchange) {
    exchange->request.deadline_ns =
        clock_ns() + atomic_load(&exchange->edge->request_ms) * 1000000ull;
}

/* In a worker's thread. */
static void run_work(struct work *work, void *worker, bool cancelled) {
    struct exchange *exchange = (struct exchange *)work;
    if (work->bulk)
        set_deadline(exchange);
    if (cancelled) {
        exchange_fail(exchange, STATUS_UNAVAILABLE);
    } else if (clock_ns() >= exchange->request.deadline_ns) {
        metrics_reject(REJECT_QUEUE_LATE);
        exchange_fail(exchange, STATUS_UNAVAILABLE);
    } else {
        exchange_work(exchange, worker);
    }
    MHD_resume_connection(exchange->mhd);
}

/*
 * A client that has closed its sending side still waits for the answer. On resume libmicrohttpd
 * reads before it asks us, takes the end of input for an abort and drops the answer, unless the
 * connection is on its list of those with a timeout of their own, which it serves first. So it gets
 * one.
 */
static void set_own_timeout(struct exchange *exchange, bool own) {
    enum { LONG_S = 24 * 3600 };
    (void)MHD_set_connection_option(exchange->mhd, MHD_CONNECTION_OPTION_TIMEOUT,
                                    own ? (unsigned int)LONG_S : 0u);
}

/* The whole request is in. */
static enum MHD_Result process(struct exchange *exchange) {
    struct edge *edge = exchange->edge;
    if (!connection_enter(edge->connections, exchange->connection, PHASE_HANDLING, 0))
        return MHD_NO;
    set_deadline(exchange);
    if (!exchange_must_wait(exchange) && exchange_run(exchange))
        return send_answer(exchange);
    exchange->stage = STAGE_WORKING;
    exchange->queued_ns = clock_ns();
    exchange->work.run = run_work;
    exchange->work.bulk = exchange->request.route && exchange->request.route->bulk;
    set_own_timeout(exchange, true);
    /* Suspended first: the worker may be done before submit returns. */
    MHD_suspend_connection(exchange->mhd);
    if (!edge->queue || work_queue_submit(edge->queue, &exchange->work) != STATUS_OK) {
        metrics_reject(REJECT_QUEUE_FULL);
        exchange_fail(exchange, STATUS_UNAVAILABLE);
        MHD_resume_connection(exchange->mhd);
    }
    return MHD_YES;
}

/* Spaces that libmicrohttpd forgives, or a NUL, move the pieces of the request line apart. */
static const char *check_line(const struct exchange *exchange, const char *method,
                              const char *version) {
    bool tight = method + strlen(method) + 1 == exchange->uri &&
                 exchange->uri + exchange->target_len + 1 == version;
    return tight ? NULL : "the request line is not method, target and version with single spaces";
}

static void admit(struct exchange *exchange, const char *method, const char *version) {
    const char *line_fault = NULL;
    const char *block = NULL;
    const char *end = NULL;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    exchange->request.method = http_method_named(method);
    if (info)
        exchange->pool_used =
            info->header_size +
            POOL_RECORD * (exchange->parameters +
                           (size_t)MHD_get_connection_values(
                               exchange->mhd, MHD_HEADER_KIND | MHD_COOKIE_KIND, NULL, NULL));
    if (exchange->edge->known_layout && info) {
        block = version + strlen(version) + 2;
        end = method + info->header_size;
        line_fault = check_line(exchange, method, version);
    }
    exchange_admit(exchange, version, line_fault, block, end);
}

/* In a worker's thread. */
static void run_judging(struct work *work, void *worker, bool cancelled) {
    struct exchange *exchange = (struct exchange *)work;
    if (cancelled)
        exchange_refuse(exchange, "unavailable", "the service ends", false);
    else
        exchange_judge(exchange, worker);
    /* Never false: nobody is cut while handling. */
    (void)connection_enter(exchange->edge->connections, exchange->connection, PHASE_BODY, 0);
    MHD_resume_connection(exchange->mhd);
}

/* Lines are answered as they come: who sends them has to be known before the first one. */
static enum MHD_Result judge_sender(struct exchange *exchange) {
    struct edge *edge = exchange->edge;
    if (!exchange_lines_wait(exchange)) {
        exchange->at_once |= exchange->refused && exchange->wire.content_length > BODY_POLITE_MAX;
        return MHD_YES;
    }
    if (!connection_enter(edge->connections, exchange->connection, PHASE_HANDLING, 0))
        return MHD_NO;
    exchange->stage = STAGE_JUDGING;
    exchange->work.run = run_judging;
    MHD_suspend_connection(exchange->mhd);
    if (!edge->queue || work_queue_submit(edge->queue, &exchange->work) != STATUS_OK) {
        metrics_reject(REJECT_QUEUE_FULL);
        run_judging(&exchange->work, NULL, true);
    }
    return MHD_YES;
}

/* The request goes on after its headers: answer it now, or wait for its body. */
static enum MHD_Result after_headers(struct exchange *exchange, const char *method,
                                     const char *version) {
    struct connections *connections = exchange->edge->connections;
    admit(exchange, method, version);
    enum phase next = exchange->at_once ? PHASE_HANDLING : PHASE_BODY;
    if (!connection_enter(connections, exchange->connection, next, 0))
        return MHD_NO;
    if (!exchange->at_once && exchange->lines && !exchange->refused &&
        judge_sender(exchange) != MHD_YES)
        return MHD_NO;
    if (!exchange->at_once)
        return MHD_YES;
    if (exchange->response.problem && exchange->pool_used > POOL_REQUEST_MAX) {
        answer_raw(exchange);
        return MHD_NO;
    }
    (void)exchange_run(exchange); /* refused: there is no handler that could want to wait */
    return send_answer(exchange);
}

/* A body of lines may take long, as long as it flows. */
static bool keep_flowing(struct exchange *exchange) {
    if (!exchange->lines || exchange->body_seen - exchange->body_flowed < BODY_FLOW)
        return true;
    exchange->body_flowed = exchange->body_seen;
    return connection_enter(exchange->edge->connections, exchange->connection, PHASE_BODY, 0);
}

static enum MHD_Result take_piece(struct exchange *exchange, const char *bytes, size_t *len) {
    size_t piece = *len;
    *len = 0;
    if (exchange_take(exchange, bytes, piece))
        return keep_flowing(exchange) ? MHD_YES : MHD_NO;
    /* It can only be closed now; say why, and let the other side read it. */
    if (connection_enter(exchange->edge->connections, exchange->connection, PHASE_HANDLING, 0))
        answer_raw(exchange);
    return MHD_NO;
}

/* libmicrohttpd calls it when the headers are in, for each piece of the body, at the end of the
   body, and after a resume. */
static enum MHD_Result edge_handle(void *cls, struct MHD_Connection *mhd, const char *url,
                                   const char *method, const char *version, const char *upload,
                                   size_t *upload_size, void **con_cls) {
    struct exchange *exchange = *con_cls;
    (void)cls;
    (void)mhd;
    (void)url; /* decoded in place, %00 and all: useless */
    if (!exchange)
        return MHD_NO;
    switch (exchange->stage) {
    case STAGE_NEW:
        return after_headers(exchange, method, version);
    case STAGE_BODY:
        if (*upload_size > 0)
            return take_piece(exchange, upload, upload_size);
        return process(exchange);
    case STAGE_JUDGING: /* libmicrohttpd announces the headers again */
        exchange->stage = STAGE_BODY;
        return *upload_size > 0 ? take_piece(exchange, upload, upload_size) : MHD_YES;
    case STAGE_READY:
        set_own_timeout(exchange, false);
        return send_answer(exchange);
    default:
        return MHD_YES;
    }
}

/* --- connections ---------------------------------------------------------------------------- */

static enum MHD_Result admit_peer(void *cls, const struct sockaddr *peer, socklen_t len) {
    const struct edge *edge = cls;
    return connections_admit(edge->connections, peer, len) ? MHD_YES : MHD_NO;
}

static socklen_t address_size(const struct sockaddr *address) {
    if (address && address->sa_family == AF_INET)
        return sizeof(struct sockaddr_in);
    if (address && address->sa_family == AF_INET6)
        return sizeof(struct sockaddr_in6);
    return 0;
}

static void notice_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                              enum MHD_ConnectionNotificationCode code) {
    struct edge *edge = cls;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        connection_close(edge->connections, *socket_context);
        *socket_context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *address =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    const struct sockaddr *peer = address ? address->client_addr : NULL;
    struct connection *connection =
        fd ? connection_open(edge->connections, fd->connect_fd, peer, address_size(peer)) : NULL;
    const union MHD_ConnectionInfo *session =
        edge->settings.tls ? MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION)
                           : NULL;
    if (connection && session)
        connection_secure(connection, session->tls_session);
    *socket_context = connection;
}

/* --- ulfius and libmicrohttpd --------------------------------------------------------------- */

/* Found by libulfius in place of libmicrohttpd's. */
__attribute__((visibility("default"))) struct MHD_Daemon *
MHD_start_daemon(unsigned int flags, uint16_t port, MHD_AcceptPolicyCallback policy,
                 void *policy_cls, MHD_AccessHandlerCallback handler, void *handler_cls, ...) {
    struct MHD_Daemon *(*start)(unsigned int, uint16_t, MHD_AcceptPolicyCallback, void *,
                                MHD_AccessHandlerCallback, void *, ...) = NULL;
    *(void **)&start = dlsym(RTLD_NEXT, "MHD_start_daemon");
    va_list options;
    va_start(options, handler_cls);
    enum MHD_OPTION first = va_arg(options, enum MHD_OPTION);
    struct MHD_OptionItem *items = va_arg(options, struct MHD_OptionItem *);
    va_end(options);
    if (!start || first != MHD_OPTION_ARRAY)
        return NULL;
    struct edge *edge = starting;
    if (!edge || handler_cls != &edge->framework->instance)
        return start(flags, port, policy, policy_cls, handler, handler_cls, MHD_OPTION_ARRAY, items,
                     MHD_OPTION_END);
    edge->framework->intercepted = true;
    return start(flags, port, admit_peer, edge, edge_handle, edge, MHD_OPTION_ARRAY, items,
                 MHD_OPTION_END);
}

/* Answers only if a request should ever reach ulfius's dispatcher, which cannot happen. */
static int answer_misled(const struct _u_request *request, struct _u_response *response,
                         void *cls) {
    (void)request;
    (void)cls;
    (void)ulfius_set_string_body_response(response, 500, "the edge was bypassed");
    return U_CALLBACK_COMPLETE;
}

static unsigned add_tls(struct MHD_OptionItem options[2]) {
    /* libmicrohttpd reads the text only; its interface lacks the const. */
    union {
        const char *text;
        void *data;
    } borrowed = {.text = tls_priorities};
    options[0] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, borrowed.data};
    options[1] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, NULL};
    *(int (**)(gnutls_session_t, const struct gnutls_cert_retr_st *, gnutls_pcert_st **, unsigned *,
               gnutls_ocsp_data_st **, unsigned *, gnutls_privkey_t *, unsigned *)) &
        options[1].ptr_value = tls_present;
    return MHD_USE_TLS;
}

static bool start_daemon(struct edge *edge, int listen_fd) {
    const struct edge_settings *settings = &edge->settings;
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, listen_fd, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, settings->threads, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, settings->connection_limit, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES, NULL},
        {MHD_OPTION_THREAD_STACK_SIZE, STACK_BYTES, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)begin_exchange, edge},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)end_exchange, edge},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)notice_connection, edge},
        {MHD_OPTION_END, 0, NULL}, /* these three: TLS, or nothing */
        {MHD_OPTION_END, 0, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    /* No MHD_USE_ERROR_LOG: its messages quote paths. No timeout of its own: the sweeper's are
       total and cover every phase. */
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
    if (settings->tls)
        flags |= add_tls(&options[sizeof options / sizeof *options - 3]);
    struct _u_instance *instance = &edge->framework->instance;
    starting = edge;
    int result = ulfius_start_framework_with_mhd_options(instance, flags, options);
    starting = NULL;
    return result == U_OK && edge->framework->intercepted;
}

static enum status start_framework(struct edge *edge, int listen_fd) {
    edge->framework = calloc(1, sizeof *edge->framework);
    if (!edge->framework)
        return STATUS_NO_MEMORY;
    struct _u_instance *instance = &edge->framework->instance;
    /* The port is not used: the socket is ours. ulfius only wants one that looks right. */
    if (ulfius_init_instance(instance, 65535, NULL, NULL) != U_OK)
        return STATUS_INTERNAL;
    json_memory_start(); /* now, for ulfius_init_instance gives jansson ordinary memory */
    instance->check_utf8 = 0;
    if (ulfius_set_default_endpoint(instance, answer_misled, edge) != U_OK)
        return STATUS_INTERNAL;
    if (start_daemon(edge, listen_fd))
        return STATUS_OK;
    log_event(LOG_LEVEL_ERROR, "edge_not_started", "reason",
              edge->framework->intercepted ? "the HTTP daemon does not start"
                                           : "ulfius did not start the daemon through the edge",
              NULL);
    return STATUS_UNAVAILABLE;
}

/* Bulk work leaves most workers and half of the cores to what somebody waits for. */
static size_t bulk_workers(size_t workers) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t most = cores > 2 ? (size_t)cores / 2 : 1;
    return workers / BULK_PART < most ? (workers + BULK_PART - 1) / BULK_PART : most;
}

static enum status start_rooms(struct edge *edge) {
    const struct edge_settings *settings = &edge->settings;
    const char *fault;
    enum status status =
        route_table_new(settings->routes, settings->route_count, &edge->table, &fault);
    if (status != STATUS_OK) {
        log_event(LOG_LEVEL_ERROR, "routes_refused", "reason", fault, NULL);
        return status;
    }
    status = connections_start(&settings->connections, &edge->connections);
    if (status != STATUS_OK || settings->workers == 0)
        return status;
    struct work_queue_settings queue = {
        .workers = settings->workers,
        .capacity = settings->queue_limit,
        .bulk_workers = bulk_workers(settings->workers),
        .bulk_capacity = settings->queue_limit,
        .open = settings->hooks.worker_open,
        .close = settings->hooks.worker_close,
        .app = settings->app,
    };
    return work_queue_start(&queue, &edge->queue);
}

enum status edge_start(const struct edge_settings *settings, int listen_fd, struct edge **out) {
    struct edge *edge = calloc(1, sizeof *edge);
    if (!edge)
        return STATUS_NO_MEMORY;
    edge->settings = *settings;
    atomic_init(&edge->request_ms, settings->request_ms);
    atomic_init(&edge->log_clients, settings->log_clients);
    spool_limit(settings->spool_each, settings->spool_all);
    edge->known_layout = strncmp(MHD_get_version(), "0.9.75", 6) == 0;
    enum status status = start_rooms(edge);
    if (status == STATUS_OK)
        status = start_framework(edge, listen_fd);
    if (status != STATUS_OK) {
        edge_stop(edge);
        return status;
    }
    *out = edge;
    return STATUS_OK;
}

void edge_tune(struct edge *edge, const struct edge_settings *settings) {
    atomic_store(&edge->request_ms, settings->request_ms);
    atomic_store(&edge->log_clients, settings->log_clients);
    spool_limit(settings->spool_each, settings->spool_all);
    connections_tune(edge->connections, &settings->connections);
}

void edge_begin_closing(struct edge *edge) {
    atomic_store(&edge->closing, true);
}

void edge_quiesce(struct edge *edge) {
    struct MHD_Daemon *daemon = edge->framework->instance.mhd_daemon;
    int listen_fd = MHD_quiesce_daemon(daemon);
    if (listen_fd < 0)
        return;
    /* Clients that the kernel has shaken hands with would be reset by the close. */
    for (;;) {
        struct sockaddr_storage peer = {0};
        socklen_t len = sizeof peer;
        int fd = accept4(listen_fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            break;
        (void)MHD_add_connection(daemon, fd, (struct sockaddr *)&peer, len);
    }
    (void)close(listen_fd);
}

unsigned edge_in_flight(const struct edge *edge) {
    return atomic_load(&edge->in_flight);
}

size_t edge_connections(struct edge *edge) {
    return connections_count(edge->connections);
}

void edge_drain_idle(struct edge *edge, unsigned grace_ms) {
    connections_drain(edge->connections, grace_ms);
}

void edge_stop(struct edge *edge) {
    /* Workers first: the daemon must not be stopped with suspended connections. */
    work_queue_stop(edge->queue);
    if (edge->framework) {
        if (edge->framework->instance.mhd_daemon)
            (void)ulfius_stop_framework(&edge->framework->instance);
        ulfius_clean_instance(&edge->framework->instance);
    }
    free(edge->framework);
    work_queue_free(edge->queue); /* until now somebody might have come with work */
    connections_stop(edge->connections);
    route_table_free(edge->table);
    free(edge);
}
