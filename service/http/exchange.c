#include "http/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_memory.h"
#include "http/clock.h"
#include "http/json_body.h"
#include "http/log.h"
#include "http/problem_types.h"

/* The last use of the app, and of what it may have lent to the answer. */
static void let_go(const struct exchange *exchange) {
    const struct edge_hooks *hooks = &exchange->edge->settings.hooks;
    if (hooks->let_go)
        hooks->let_go(exchange->app);
}

struct exchange *exchange_new(struct edge *edge, struct MHD_Connection *mhd, const char *uri) {
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return NULL;
    exchange->edge = edge;
    exchange->app = edge->settings.hooks.hold ? edge->settings.hooks.hold(edge->settings.app)
                                              : edge->settings.app;
    exchange->mhd = mhd;
    exchange->uri = uri;
    exchange->target_len = strlen(uri);
    exchange->target = strndup(uri, HTTP_TARGET_MAX);
    exchange->start_ns = clock_ns();
    response_init(&exchange->response);
    if (!exchange->target) {
        let_go(exchange);
        free(exchange);
        return NULL;
    }
    exchange->request.target = exchange->target;
    exchange->request.body = "";
    exchange->request.language = "en";
    return exchange;
}

void exchange_free(struct exchange *exchange) {
    const struct edge_settings *settings = &exchange->edge->settings;
    if (exchange->request.caller && settings->hooks.forget_caller)
        settings->hooks.forget_caller(exchange->app, exchange->request.caller);
    json_decref(exchange->request.json);
    lines_free(exchange->lines);
    query_free(&exchange->request.query);
    response_free(&exchange->response);
    buffer_free(&exchange->body);
    free(exchange->target);
    free(exchange->scratch);
    let_go(exchange);
    free(exchange);
}

void exchange_refuse(struct exchange *exchange, const char *problem, const char *detail, bool now) {
    exchange->refused = true;
    exchange->at_once |= now;
    response_problem(&exchange->response, problem, "%s", detail);
}

size_t exchange_body_limit(const struct exchange *exchange) {
    const struct route *route = exchange->request.route;
    if (!route)
        return 0;
    return exchange->lines ? route->lines_limit : route->body_limit;
}

static void refuse_size(struct exchange *exchange) {
    exchange->refused = true;
    response_problem(&exchange->response, "content-too-large", "at most %zu bytes",
                     exchange_body_limit(exchange));
    metrics_reject(REJECT_BODY_TOO_LARGE);
    exchange->keep_body = false;
    buffer_free(&exchange->body);
}

bool exchange_take(struct exchange *exchange, const char *bytes, size_t len) {
    const struct route *route = exchange->request.route;
    size_t limit = exchange_body_limit(exchange);
    exchange->body_seen += len;
    if ((!exchange->refused || exchange->keep_body) && exchange->body_seen > limit)
        refuse_size(exchange);
    if (exchange->refused && !exchange->keep_body) {
        bool cut = exchange->body_seen > BODY_DISCARD_MAX &&
                   exchange->body_seen > (route ? route->body_limit : 0);
        if (cut)
            metrics_reject(REJECT_BODY_CUT);
        return !cut;
    }
    if (exchange->lines) {
        lines_take(exchange, bytes, len);
        return true;
    }
    if (!buffer_append(&exchange->body, bytes, len))
        exchange_refuse(exchange, "unavailable", "no memory for the body", false);
    return true;
}

/* How often, who, and whether that is enough; once a request. */
static enum status let_in(struct exchange *exchange) {
    const struct edge_settings *settings = &exchange->edge->settings;
    const struct edge_hooks *hooks = &settings->hooks;
    struct http_request *request = &exchange->request;
    struct http_response *response = &exchange->response;
    enum status status = STATUS_OK;
    if (exchange->let_in)
        return STATUS_OK;
    exchange->let_in = true;
    if (hooks->rate_limit)
        status = hooks->rate_limit(exchange->app, request, response);
    if (status == STATUS_OK && request->route->scope)
        status = hooks->authorize ? hooks->authorize(exchange->app, request, response)
                                  : STATUS_FORBIDDEN;
    return status;
}

/* The request is refused, but its body may say what must not be lost. */
static void salvage(const struct exchange *exchange, struct http_response *response) {
    const struct edge_settings *settings = &exchange->edge->settings;
    const struct route *route = exchange->request.route;
    if (!route || !route->body_schema || !exchange->request.body_len || !settings->hooks.salvage)
        return;
    json_memory_begin();
    settings->hooks.salvage(exchange->app, &exchange->request, response);
    if (json_memory_failed())
        response_no_memory(response);
}

/* The steps between who asks and the handler, then the handler. */
static enum status run_steps(struct exchange *exchange, struct http_response *response) {
    const struct edge_hooks *hooks = &exchange->edge->settings.hooks;
    struct http_request *request = &exchange->request;
    const struct route *route = request->route;
    enum status status = STATUS_OK;
    if (route->body_schema && !request->json) /* parsed already, where it is run again */
        status = json_body_parse(request, response, &request->json);
    if (status == STATUS_OK && !response->problem && hooks->check_request)
        status = hooks->check_request(exchange->app, request, response);
    if (status == STATUS_OK && !response->problem)
        status = route->handler(exchange->app, request, response);
    return status;
}

/* Trees that memory did not suffice for lack members in silence: no answer is made of them. */
static enum status answer(struct exchange *exchange, struct http_response *response) {
    json_memory_begin();
    enum status status = run_steps(exchange, response);
    if (!json_memory_failed())
        return status;
    response_no_memory(response);
    return STATUS_NO_MEMORY;
}

enum status exchange_answer(struct exchange *exchange, struct http_response *response) {
    enum status status = answer(exchange, response);
    if (status == STATUS_INVALID || response->problem)
        salvage(exchange, response);
    return status;
}

static enum status handle(struct exchange *exchange) {
    enum status status = let_in(exchange);
    if (status != STATUS_OK || exchange->response.problem)
        return status;
    return exchange->lines ? lines_finish(exchange) : answer(exchange, &exchange->response);
}

static bool has_to_tell(const struct exchange *exchange, enum status status) {
    const struct edge_hooks *hooks = &exchange->edge->settings.hooks;
    return (status != STATUS_OK || exchange->response.problem) && exchange->request.route &&
           hooks->has_to_tell &&
           hooks->has_to_tell(exchange->app, &exchange->request, &exchange->response, status);
}

/* Whoever can be turned away without the database is, before anything waits for it: so a request
 * without a credential gets 401 when the database is away, and takes nobody's worker when it is
 * there. */
bool exchange_must_wait(struct exchange *exchange) {
    const struct edge_settings *settings = &exchange->edge->settings;
    const struct http_request *request = &exchange->request;
    if (exchange->refused || !request->route || exchange->lines)
        return false; /* of lines the sender is known: exchange_lines_wait() */
    if (request->route->scope && settings->hooks.must_wait &&
        settings->hooks.must_wait(exchange->app, request))
        return true;
    if (!request->route->blocking)
        return false;
    exchange->refusal = let_in(exchange);
    exchange->refused = exchange->refusal != STATUS_OK || exchange->response.problem;
    return !exchange->refused || has_to_tell(exchange, exchange->refusal);
}

bool exchange_lines_wait(struct exchange *exchange) {
    const struct edge_settings *settings = &exchange->edge->settings;
    const struct http_request *request = &exchange->request;
    if (request->route->scope && settings->hooks.must_wait &&
        settings->hooks.must_wait(exchange->app, request))
        return true;
    exchange->refusal = let_in(exchange);
    exchange->refused = exchange->refusal != STATUS_OK || exchange->response.problem;
    return has_to_tell(exchange, exchange->refusal);
}

void exchange_judge(struct exchange *exchange, void *worker) {
    exchange->request.may_wait = true;
    exchange->request.worker = worker;
    if (!exchange->let_in)
        exchange->refusal = let_in(exchange);
    exchange->refused = exchange->refusal != STATUS_OK || exchange->response.problem;
    if (has_to_tell(exchange, exchange->refusal))
        exchange->edge->settings.hooks.tell_refusal(exchange->app, &exchange->request,
                                                    &exchange->response, exchange->refusal);
    exchange->request.may_wait = false; /* the worker serves others from now on */
    exchange->request.worker = NULL;
}

static void finish(struct exchange *exchange, enum status status, uint64_t begun_ns) {
    const struct edge_settings *settings = &exchange->edge->settings;
    struct answer_context context = {
        .render_problem = settings->hooks.render_problem,
        .app = exchange->app,
        .closing = exchange->at_once || atomic_load(&exchange->edge->closing),
        .queue_ns = exchange->queued_ns ? begun_ns - exchange->queued_ns : 0,
        .handler_ns = clock_ns() - begun_ns,
    };
    answer_finish(&exchange->request, status, &exchange->response, &context);
    exchange->stage = STAGE_READY;
}

static bool run(struct exchange *exchange, void *worker) {
    uint64_t begun_ns = clock_ns();
    enum status status = exchange->refusal;
    if (exchange->body.data) {
        exchange->request.body = exchange->body.data;
        exchange->request.body_len = exchange->body.len;
    }
    exchange->request.worker = worker;
    if (!exchange->refused)
        status = handle(exchange);
    if (status == STATUS_MUST_WAIT && !exchange->request.may_wait)
        return false;
    if (worker && has_to_tell(exchange, status))
        exchange->edge->settings.hooks.tell_refusal(exchange->app, &exchange->request,
                                                    &exchange->response, status);
    if (status == STATUS_INVALID || exchange->response.problem)
        salvage(exchange, &exchange->response);
    finish(exchange, status, begun_ns);
    return true;
}

bool exchange_run(struct exchange *exchange) {
    return run(exchange, NULL);
}

void exchange_work(struct exchange *exchange, void *worker) {
    exchange->request.may_wait = true;
    (void)run(exchange, worker);
}

void exchange_fail(struct exchange *exchange, enum status status) {
    finish(exchange, status, clock_ns());
}

void exchange_account(const struct exchange *exchange, const char *outcome) {
    const struct http_response *response = &exchange->response;
    uint64_t duration_ns = clock_ns() - exchange->start_ns;
    char code[48];
    if (response->problem)
        problem_type_code(response->problem, code);
    struct log_request line = {
        .request = &exchange->request,
        .http_status = response->status,
        .bytes = exchange->sent_bytes,
        .duration_us = duration_ns / 1000,
        .code = response->problem ? code : NULL,
        .outcome = outcome,
        .client = atomic_load(&exchange->edge->log_clients) ? exchange->request.client.text : NULL,
    };
    metrics_request(exchange->metrics, response->status, duration_ns);
    log_http(&line);
}
