#include "resources/list_write.h"

static enum status write_cursor(const struct list_write *list, struct json_writer *json, int last) {
    struct tenant_call *call = list->call;
    struct buffer cursor;
    buffer_init(&cursor);
    enum status status = page_next(list->page, call->request, call->response, list->secrets,
                                   list->after(call, list->step, last), &cursor);
    if (status == STATUS_OK)
        jw_member_text(json, "next_cursor", cursor.data);
    buffer_free(&cursor);
    return status;
}

enum status list_write(const struct list_write *list) {
    struct tenant_call *call = list->call;
    int rows = tenant_call_count(call, list->step), limit = (int)list->page->limit;
    enum status status = STATUS_OK;
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_key(&json, "items");
    jw_open_array(&json);
    for (int row = 0; row < rows && row < limit; row++)
        list->write(&json, call, list->step, row, list->context);
    jw_close_array(&json);
    if (rows > limit)
        status = write_cursor(list, &json, limit - 1);
    jw_close_object(&json);
    if (status == STATUS_OK)
        status = response_json_buffer(call->response, &json, &body);
    buffer_free(&body);
    return status;
}
