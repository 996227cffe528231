#include "resources/plan_list.h"

#include "resources/query_check.h"

static enum status answer_page(const struct plan_list *list, struct plan_below *below,
                               const struct page *page, const struct tenant_secrets *secrets) {
    struct tenant_call call;
    tenant_call_begin(&call, below->request, below->response, TENANT_READ);
    int plan = plan_below_add(below, &call);
    int step = list->add(below, page, &call);
    enum status status = tenant_call_run(&call);
    if (status == STATUS_OK)
        status = plan_below_take(below, &call, plan);
    if (status == STATUS_OK)
        status = list_write(
            &(struct list_write){page, secrets, &call, step, list->write, list->after, below});
    tenant_call_end(&call);
    return status;
}

enum status plan_list_answer(const struct plan_list *list, void *app,
                             const struct http_request *request, struct http_response *response) {
    struct plan_below below;
    struct page page = {0};
    struct tenant_secrets secrets;
    if (!query_is_valid(app, request, response))
        return STATUS_INVALID;
    enum status status = plan_below_open(&below, app, request, response);
    if (status == STATUS_OK)
        status = tenant_secrets_get(request, response, &secrets);
    if (status == STATUS_OK)
        status = page_read(&page, request, response, &secrets);
    if (status == STATUS_OK)
        status = answer_page(list, &below, &page, &secrets);
    page_free(&page);
    plan_below_close(&below);
    return status;
}
