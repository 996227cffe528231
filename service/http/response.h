/*
 * An answer in the making. A handler fills it and returns a status; anything but STATUS_OK becomes
 * a problem (RFC 9457), as does a problem the handler set itself. Functions keep the first failure
 * (memory) inside, so that handlers need not look after each call.
 */
#ifndef UNKNOT_HTTP_RESPONSE_H
#define UNKNOT_HTTP_RESPONSE_H

#include <jansson.h>

#include "base/buffer.h"
#include "base/complaints.h"
#include "base/json_writer.h"
#include "http/etag.h"

#define PROBLEM_TYPE_PREFIX "/problems/"
#define MEDIA_JSON "application/json"
#define MEDIA_NDJSON "application/x-ndjson"
#define MEDIA_PROBLEM "application/problem+json"

struct problem_type;
struct spool;

enum {
    RESPONSE_HEADERS_MAX = 40,
    RESPONSE_HEADER_SIZE = 2560, /* a formatted one: a URL of ours with a cursor in it */
    PROBLEM_ERRORS_MAX = 100,
    PROBLEM_MEMBERS_MAX = 2,
};

/* Bytes to send, and how to let go of them once they are sent (NULL: they live for ever). */
struct response_body {
    const char *data;
    size_t len;
    void (*release)(void *cls);
    void *cls;
};

struct http_response {
    unsigned status; /* HTTP; 200 unless set */
    const char *content_type;
    struct response_body body;
    int file; /* 0: none. Else the body is the first body.len bytes of it, and body.data is NULL */
    struct response_body gzip; /* the same, compressed beforehand; optional */
    char etag[ETAG_SIZE];      /* "" lets the edge hash the body where the route is cached */
    const char *cache_control; /* NULL: what the route's policy says */

    const struct problem_type *problem; /* NULL: none */
    struct buffer detail;               /* of the problem */
    struct buffer errors;               /* of the problem: JSON objects, comma separated */
    size_t error_count;
    struct {
        const char *key;          /* NULL: none */
        struct buffer value;      /* JSON */
    } extra[PROBLEM_MEMBERS_MAX]; /* of the problem: more members */
    unsigned retry_after;         /* seconds; 0: none */

    struct {
        const char *name;
        size_t value; /* offset into values */
    } headers[RESPONSE_HEADERS_MAX];
    size_t header_count;
    struct buffer values; /* NUL-terminated, one after the other */
    bool failed;
};

void response_init(struct http_response *response);
void response_free(struct http_response *response);

/* Drops the body and lets go of it. */
void response_drop_body(struct http_response *response);

/* Takes the reference; NULL is a failed allocation. */
enum status response_json(struct http_response *response, json_t *json_owned) MUST_CHECK;

/* Takes what `json` wrote into `body`. */
enum status response_json_buffer(struct http_response *response, const struct json_writer *json,
                                 struct buffer *body_owned) MUST_CHECK;

/* Takes the buffer; content_type is a literal or lives as long. */
enum status response_buffer(struct http_response *response, const char *content_type,
                            struct buffer *body_owned) MUST_CHECK;

/* Bytes that live for ever, such as an embedded file. */
void response_static(struct http_response *response, const char *content_type, const char *data,
                     size_t len);

/* The first `len` bytes of an open file, not compressed; takes the descriptor, which is not 0. */
void response_file(struct http_response *response, const char *content_type, int file_owned,
                   size_t len);

/* All of a spool, as it is; takes it. It counts in the quota until the answer was sent. */
enum status response_spool(struct http_response *response, const char *content_type,
                           struct spool *spool_owned) MUST_CHECK;

/* Bytes somebody shares; release(cls) is called once when they were sent. */
void response_shared(struct http_response *response, const char *content_type, const char *data,
                     size_t len, void (*release)(void *cls), void *cls);

/* The compressed form of a static or shared body; it lives as long as the body. */
void response_precompressed(struct http_response *response, const char *gzip, size_t len);

/* Sets a header; name is a literal, the value is copied. Line breaks make the answer fail. */
void response_header(struct http_response *response, const char *name, const char *value);
void response_headerf(struct http_response *response, const char *name, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* Takes a header back. */
void response_header_drop(struct http_response *response, const char *name);
const char *response_header_value(const struct http_response *response, const char *name);

/* Makes the answer a problem; `name` is a row of problem_types.c. The first one stays. */
void response_problem(struct http_response *response, const char *name, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Adds to errors[]: where, as a JSON pointer in a fragment ("#/findings/0/id"), and what. */
void response_error(struct http_response *response, const char *pointer, const char *code,
                    const char *format, ...) PRINTF_LIKE(4, 5);

/* One more member for the problem; `key` is a literal, the JSON value is taken. The same key again
   replaces it; there is room for PROBLEM_MEMBERS_MAX. */
void response_problem_member(struct http_response *response, const char *key,
                             struct buffer *value_owned);

/* Takes the problem back with all that belongs to it: there is an answer after all. */
void response_forget_problem(struct http_response *response);

/* There is no memory to say more than that, in place of any problem; its further members stay. */
void response_no_memory(struct http_response *response);

/* As response_error(), for a parameter of the query or the path. */
void response_parameter_error(struct http_response *response, const char *parameter,
                              const char *code, const char *format, ...) PRINTF_LIKE(4, 5);

/* All complaints at once; a pointer "?name" is a parameter. */
void response_complaints(struct http_response *response, const struct complaints *complaints);

#endif
