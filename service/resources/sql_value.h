/* Values between JSON and the text PostgreSQL speaks. */
#ifndef UNKNOT_RESOURCES_SQL_VALUE_H
#define UNKNOT_RESOURCES_SQL_VALUE_H

#include <jansson.h>
#include <stdint.h>

#include "base/json_writer.h"

enum { SQL_TIME_SIZE = 32, SQL_NUMBER_SIZE = 24 };

/* {"a","b"} of a list of texts (NULL: empty), appended and NUL-terminated. */
void sql_array_write(struct buffer *out, const json_t *list);

/* The list of a text[] as PostgreSQL writes it; NULL without memory. */
json_t *sql_array_read(const char *array) MUST_CHECK;

/* A timestamptz as PostgreSQL writes it, in any time zone, as RFC 3339 in UTC. "" when it is none.
 */
void sql_time_text(const char *timestamp, char text[SQL_TIME_SIZE]);

/* The time now, RFC 3339 in UTC with microseconds, moved by some seconds. */
void sql_time_now(char text[SQL_TIME_SIZE], int64_t seconds_later);

/* The bytes of a bytea as PostgreSQL writes it; 0: none, more than `size`, or no bytea (NULL too).
 */
size_t sql_bytea_read(const char *bytea, unsigned char *out, size_t size);

/* The text of a whole number. */
const char *sql_number(char text[SQL_NUMBER_SIZE], int64_t number);

/* Members whose value came from a row; NULL becomes null. */
void jw_member_optional(struct json_writer *json, const char *key, const char *text);
void jw_member_time(struct json_writer *json, const char *key, const char *timestamp);
void jw_member_json(struct json_writer *json, const char *key, const char *jsonb);
void jw_member_array(struct json_writer *json, const char *key, const char *text_array);

#endif
