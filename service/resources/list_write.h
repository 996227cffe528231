/* A page of a list: {items, next_cursor?}. */
#ifndef UNKNOT_RESOURCES_LIST_WRITE_H
#define UNKNOT_RESOURCES_LIST_WRITE_H

#include "resources/cursor.h"
#include "resources/tenant_call.h"

struct list_write {
    const struct page *page;
    const struct tenant_secrets *secrets;
    struct tenant_call *call;
    int step; /* whose rows are the items */
    void (*write)(struct json_writer *json, const struct tenant_call *call, int step, int row,
                  void *context);
    /* Where the next page begins, after this row: {name: text}. */
    json_t *(*after)(const struct tenant_call *call, int step, int row);
    void *context;
};

/* Writes the page into the response; one row more than the limit says that there is another. */
enum status list_write(const struct list_write *list) MUST_CHECK;

#endif
