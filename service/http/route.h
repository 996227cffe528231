/* The edge as a table: one row an operation. A row that forgets something is refused at start. */
#ifndef UNKNOT_HTTP_ROUTE_H
#define UNKNOT_HTTP_ROUTE_H

#include "http/request.h"
#include "http/response.h"

enum cache_policy {
    CACHE_NO_STORE,   /* personal or never the same twice */
    CACHE_PRIVATE,    /* the caller may keep it, asking each time: private, no-cache + ETag */
    CACHE_REVALIDATE, /* anybody may keep it, asking each time: no-cache + ETag */
    CACHE_PUBLIC,     /* anybody may use it for five minutes */
};

struct route {
    enum http_method method;
    const char *path; /* "/techniques/{id}" */
    const char *operation_id;
    enum status (*handler)(void *app, const struct http_request *request,
                           struct http_response *response);
    const char *scope;       /* what the caller must hold; NULL: open to everybody */
    const char *query;       /* "limit cursor tag*", star: repeatable; NULL: none; "*": own check */
    size_t body_limit;       /* bytes; 0: takes no body */
    const char *body_schema; /* names the JSON body's schema: parsed and checked beforehand */
    const char *content_types; /* accepted, comma list; NULL: application/json */
    const char *produces;      /* offered, comma list; NULL: application/json */
    size_t lines_limit; /* bytes; 0: takes no application/x-ndjson. Else each line of such a body is
                           a body of its own, answered by the handler while the rest still comes */
    bool (*lines_query)(void *app, const struct http_request *request,
                        struct http_response *response); /* judges the query before the lines */
    enum cache_policy cache;
    bool fhir;  /* FHIR's manners: `_format` beats Accept, and the handler judges the query by the
                   names in `query`, leniently or strictly as the client wants */
    bool slash; /* the path with a slash after it is the same */
    bool blocking; /* waits for the database: runs on a worker, never on an HTTP thread */
    bool bulk;     /* long work: a few workers only, when nothing else waits for them; its deadline
                      begins with it */
};

struct route_table;
struct metrics_route;

/* What a path leads to. */
struct route_match {
    const struct route *route;     /* NULL: not this method, or nothing */
    struct metrics_route *metrics; /* NULL with route */
    unsigned methods;              /* bit 1 << enum http_method; 0: no such path */
    enum text_fault fault;         /* a segment that cannot be decoded */
};

/* Compiles the rows, which must outlive the table. `*fault` names the row and what is wrong. */
enum status route_table_new(const struct route *rows, size_t count, struct route_table **table,
                            const char **fault) MUST_CHECK;
void route_table_free(struct route_table *table);

/* Finds method and path (all before the question mark, at most HTTP_TARGET_MAX bytes). Decoded
   parameters are written to params and stand in `scratch`, which has room for the path and a NUL.
 */
struct route_match route_table_find(const struct route_table *table, enum http_method method,
                                    const char *path, size_t len, char *scratch,
                                    struct http_request *request);

/* All methods of any row, for OPTIONS *. */
unsigned route_table_methods(const struct route_table *table);

/* "GET, HEAD, OPTIONS" */
void route_methods_text(unsigned methods, char out[64]);

const char *cache_policy_header(enum cache_policy policy);

#endif
