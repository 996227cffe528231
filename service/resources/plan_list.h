/* GET of a list below a plan: the plan and a page of rows in one transaction. */
#ifndef UNKNOT_RESOURCES_PLAN_LIST_H
#define UNKNOT_RESOURCES_PLAN_LIST_H

#include "resources/list_write.h"
#include "resources/plan_below.h"

struct plan_list {
    /* Adds the statement of the page; gives its step. */
    int (*add)(const struct plan_below *below, const struct page *page, struct tenant_call *call);
    /* As in list_write.h; the context is the struct plan_below. */
    void (*write)(struct json_writer *json, const struct tenant_call *call, int step, int row,
                  void *below);
    json_t *(*after)(const struct tenant_call *call, int step, int row);
};

enum status plan_list_answer(const struct plan_list *list, void *app,
                             const struct http_request *request,
                             struct http_response *response) MUST_CHECK;

#endif
