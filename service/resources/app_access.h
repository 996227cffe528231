/* The edge's hooks for the app: access control over the database that the app has. */
#ifndef UNKNOT_RESOURCES_APP_ACCESS_H
#define UNKNOT_RESOURCES_APP_ACCESS_H

#include "access/access.h"
#include "resources/app.h"
#include "store/pg.h"

/* For struct access_settings: finds a key of the database with the worker's connection. */
enum status app_find_key(void *unused, void *worker, const struct api_key *key,
                         struct api_key_row *row);

/* The one row of key_lookup: STATUS_NOT_FOUND when there is none. */
enum status app_read_key(const PGresult *rows, struct api_key_row *row) MUST_CHECK;

/* `store_at` points to where a struct store * stands, which may be NULL. */
bool app_database_is_up(void *store_at);

/* For struct edge_hooks. */
enum status app_rate_limit(void *app, struct http_request *request, struct http_response *response);
enum status app_rate_limit_line(void *app, const struct http_request *request,
                                struct http_response *response, bool take);
enum status app_authorize(void *app, struct http_request *request, struct http_response *response);
bool app_must_wait(void *app, const struct http_request *request);
void app_forget_caller(void *app, void *caller);

#endif
