#include "resources/sql_value.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/hex.h"
#include "care/moment.h"

/* ---- text[] ---- */

static void write_item(struct buffer *out, const char *text) {
    buffer_puts(out, "\"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buffer_puts(out, "\\");
        buffer_append(out, text, 1);
    }
    buffer_puts(out, "\"");
}

void sql_array_write(struct buffer *out, const json_t *list) {
    buffer_puts(out, "{");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (i)
            buffer_puts(out, ",");
        write_item(out, text ? text : "");
    }
    buffer_puts(out, "}");
}

/* The next item from `*text`, which stands behind the brace or a comma. False at the end. */
static bool next_item(const char **text, struct buffer *item) {
    const char *c = *text;
    if (*c == '}' || *c == '\0')
        return false;
    item->len = 0;
    bool quoted = *c == '"';
    if (quoted)
        c++;
    while (*c && (quoted ? *c != '"' : *c != ',' && *c != '}')) {
        if (*c == '\\' && c[1])
            c++;
        buffer_append(item, c++, 1);
    }
    if (quoted && *c)
        c++;
    if (*c == ',')
        c++;
    *text = c;
    return true;
}

json_t *sql_array_read(const char *array) {
    json_t *list = json_array();
    struct buffer item;
    buffer_init(&item);
    if (array && *array == '{')
        array++;
    while (list && array && next_item(&array, &item))
        (void)json_array_append_new(list, json_stringn(item.len ? item.data : "", item.len));
    buffer_free(&item);
    return list;
}

/* ---- times and numbers ---- */

void sql_time_text(const char *timestamp, char text[SQL_TIME_SIZE]) {
    char moment[MOMENT_TEXT];
    int64_t seconds = timestamp ? moment_read(timestamp) : NO_MOMENT;
    text[0] = '\0';
    if (seconds == NO_MOMENT)
        return;
    const char *point = strchr(timestamp, '.');
    size_t digits = point ? strspn(point + 1, "0123456789") : 0;
    moment_text(seconds, moment);
    moment[strcspn(moment, "Z")] = '\0';
    /* PostgreSQL drops zeros at the end; an answer that was written before the row did not. */
    static const char zeros[] = "000000";
    int padding = digits && digits < 6 ? (int)(6 - digits) : 0;
    (void)snprintf(text, SQL_TIME_SIZE, "%.19s%.*s%.*sZ", moment, digits ? (int)digits + 1 : 0,
                   digits ? point : "", padding, zeros);
}

void sql_time_now(char text[SQL_TIME_SIZE], int64_t seconds_later) {
    char moment[MOMENT_TEXT];
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    moment_text((int64_t)now.tv_sec + seconds_later, moment);
    (void)snprintf(text, SQL_TIME_SIZE, "%.19s.%06ldZ", moment, now.tv_nsec / 1000 % 1000000);
}

const char *sql_number(char text[SQL_NUMBER_SIZE], int64_t number) {
    (void)snprintf(text, SQL_NUMBER_SIZE, "%lld", (long long)number);
    return text;
}

/* ---- members ---- */

void jw_member_optional(struct json_writer *json, const char *key, const char *text) {
    jw_key(json, key);
    if (text)
        jw_text(json, text);
    else
        jw_null(json);
}

void jw_member_time(struct json_writer *json, const char *key, const char *timestamp) {
    char text[SQL_TIME_SIZE];
    sql_time_text(timestamp, text);
    jw_member_optional(json, key, *text ? text : NULL);
}

void jw_member_json(struct json_writer *json, const char *key, const char *jsonb) {
    jw_key(json, key);
    if (jsonb)
        jw_raw(json, jsonb, strlen(jsonb));
    else
        jw_null(json);
}

void jw_member_array(struct json_writer *json, const char *key, const char *text_array) {
    json_t *list = sql_array_read(text_array);
    jw_key(json, key);
    jw_open_array(json);
    for (size_t i = 0; i < json_array_size(list); i++)
        jw_text(json, json_string_value(json_array_get(list, i)));
    jw_close_array(json);
    json_decref(list);
}

size_t sql_bytea_read(const char *bytea, unsigned char *out, size_t size) {
    if (!bytea || strncmp(bytea, "\\x", 2) != 0)
        return 0;
    size_t digits = strlen(bytea + 2), count = digits / 2;
    return digits % 2 == 0 && count <= size && hex_read(bytea + 2, count, out) ? count : 0;
}
