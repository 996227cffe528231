#include "http/health.h"

#include <stdatomic.h>
#include <string.h>

#include "base/json_writer.h"
#include "http/request.h"
#include "http/response.h"

enum { CHECKS_MAX = 16 };

static struct {
    const char *name;
    bool required;
    health_probe probe;
    void *cls;
} checks[CHECKS_MAX];
static size_t check_count;
static atomic_bool draining;

enum status health_add(const char *name, bool required, health_probe probe, void *cls) {
    if (check_count == CHECKS_MAX)
        return STATUS_CONFLICT;
    checks[check_count].name = name;
    checks[check_count].required = required;
    checks[check_count].probe = probe;
    checks[check_count++].cls = cls;
    return STATUS_OK;
}

void health_set_draining(bool is_draining) {
    atomic_store(&draining, is_draining);
}

bool health_is_ready(void) {
    bool ready = !atomic_load(&draining);
    for (size_t i = 0; i < check_count && ready; i++)
        ready = !checks[i].required || checks[i].probe(checks[i].cls);
    return ready;
}

enum status health_livez(void *app, const struct http_request *request,
                         struct http_response *response) {
    static const char alive[] = "{\"status\":\"alive\"}";
    (void)app;
    (void)request;
    response_static(response, MEDIA_JSON, alive, sizeof alive - 1);
    return STATUS_OK;
}

static bool is_excluded(const struct http_request *request, const char *name) {
    const char *excluded;
    for (size_t i = 0; (excluded = query_get_nth(&request->query, "exclude", i)); i++)
        if (strcmp(excluded, name) == 0)
            return true;
    return false;
}

/* Writes one check; false when it makes the whole unready. */
static bool write_check(struct json_writer *json, const char *name, bool required, bool passes) {
    jw_open_object(json);
    jw_member_text(json, "name", name);
    jw_member_text(json, "status", passes ? "pass" : required ? "fail" : "warn");
    jw_member_bool(json, "required", required);
    jw_close_object(json);
    return passes || !required;
}

enum status health_readyz(void *app, const struct http_request *request,
                          struct http_response *response) {
    (void)app;
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_key(&json, "checks");
    jw_open_array(&json);
    bool ready = write_check(&json, "accepting", true, !atomic_load(&draining));
    for (size_t i = 0; i < check_count; i++)
        if (!is_excluded(request, checks[i].name))
            ready &= write_check(&json, checks[i].name, checks[i].required,
                                 checks[i].probe(checks[i].cls));
    jw_close_array(&json);
    jw_member_text(&json, "status", ready ? "ready" : "not_ready");
    jw_close_object(&json);
    response->status = ready ? 200 : 503;
    return response_json_buffer(response, &json, &body);
}
