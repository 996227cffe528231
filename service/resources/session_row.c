#include "resources/session_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "care/scores.h"
#include "resources/sql_value.h"

const char *const session_members[] = {
    "status",  "planned_on",     "window_from", "window_to",     "technique",
    "minutes", "pain_before",    "pain_after",  "pressure_used", "pressure_tolerated",
    "notes",   "adverse_events", NULL};

enum kind { TEXT, NUMBER, TIME, JSON };

static const struct column {
    const char *name;
    enum kind kind;
} session_columns[] = {
    {"session_id", TEXT},      {"version", NUMBER},
    {"number", NUMBER},        {"status", TEXT},
    {"planned_on", TEXT},      {"window_from", TIME},
    {"window_to", TIME},       {"technique", TEXT},
    {"pressure_used", NUMBER}, {"pressure_tolerated", NUMBER},
    {"minutes", NUMBER},       {"pain_before", NUMBER},
    {"pain_after", NUMBER},    {"notes", TEXT},
    {"adverse_events", JSON},  {"triage", TEXT},
    {"created_at", TIME},      {"updated_at", TIME},
};
static const struct column measurement_columns[] = {
    {"measurement_id", TEXT}, {"instrument", TEXT}, {"score", TEXT},
    {"items", JSON},          {"taken_at", TIME},   {"created_at", TIME},
};
enum {
    SESSION_COLUMNS = sizeof session_columns / sizeof *session_columns,
    MEASUREMENT_COLUMNS = sizeof measurement_columns / sizeof *measurement_columns
};

static json_t *value_of(enum kind kind, const char *text) {
    char time[SQL_TIME_SIZE];
    switch (kind) {
    case NUMBER:
        return json_integer(strtoll(text, NULL, 10));
    case TIME:
        sql_time_text(text, time);
        return json_string(time);
    case JSON:
        return json_loads(text, JSON_DECODE_ANY, NULL);
    case TEXT:
        break;
    }
    return json_string(text);
}

static json_t *object_of(const struct tenant_call *call, int step, int row,
                         const struct column *columns, size_t count) {
    json_t *object = json_object();
    for (size_t i = 0; object && i < count; i++) {
        const char *text = tenant_call_value(call, step, row, columns[i].name);
        if (text &&
            json_object_set_new(object, columns[i].name, value_of(columns[i].kind, text)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

json_t *session_of_row(const struct tenant_call *call, int step, int row, const char *session_id) {
    json_t *session = object_of(call, step, row, session_columns, SESSION_COLUMNS);
    if (session && session_id &&
        json_object_set_new(session, "session_id", json_string(session_id)) != 0) {
        json_decref(session);
        return NULL;
    }
    return session;
}

static json_t *list_of(const struct tenant_call *call, int step, const struct column *columns,
                       size_t count) {
    json_t *list = json_array();
    int rows = tenant_call_count(call, step);
    for (int row = 0; list && row < rows; row++)
        if (json_array_append_new(list, object_of(call, step, row, columns, count)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

json_t *sessions_of_rows(const struct tenant_call *call, int step) {
    return list_of(call, step, session_columns, SESSION_COLUMNS);
}

json_t *measurements_of_rows(const struct tenant_call *call, int step) {
    return list_of(call, step, measurement_columns, MEASUREMENT_COLUMNS);
}

static void write_member(struct json_writer *json, const char *key, const json_t *value) {
    if (!value || json_is_null(value))
        return;
    if (json_is_string(value))
        jw_member_text(json, key, json_string_value(value));
    else if (json_is_integer(value))
        jw_member_int(json, key, json_integer_value(value));
    else
        plan_below_json(json, key, value);
}

void session_write_members(struct json_writer *json, const struct plan_below *below,
                           const json_t *session) {
    jw_member_text(json, "plan_id", below->ref_text);
    for (size_t i = 0; i < SESSION_COLUMNS; i++)
        write_member(json, session_columns[i].name,
                     json_object_get(session, session_columns[i].name));
}

void measurement_write_members(struct json_writer *json, const struct plan_below *below,
                               const json_t *measurement) {
    jw_member_text(json, "plan_id", below->ref_text);
    for (size_t i = 0; i < MEASUREMENT_COLUMNS; i++) {
        const char *name = measurement_columns[i].name;
        const json_t *value = json_object_get(measurement, name);
        int64_t score = 0;
        if (strcmp(name, "score") != 0) {
            write_member(json, name, value);
        } else if (score_from_text(json_string_value(value), &score)) {
            jw_key(json, name);
            jw_milli(json, score);
        }
    }
}

const char *session_value(const json_t *session, const char *member, char number[24]) {
    const json_t *value = json_object_get(session, member);
    if (json_is_string(value))
        return json_string_value(value);
    if (!json_is_integer(value))
        return NULL;
    (void)snprintf(number, 24, "%" PRId64, (int64_t)json_integer_value(value));
    return number;
}
