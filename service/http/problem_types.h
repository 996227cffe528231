/* Every error this service gives, in one table; served at /problems so that a `type` can be opened.
 */
#ifndef UNKNOT_HTTP_PROBLEM_TYPES_H
#define UNKNOT_HTTP_PROBLEM_TYPES_H

#include <stddef.h>

#include "base/status.h"

struct http_request;
struct http_response;

struct problem_type {
    const char *name; /* the last segment of the type URI; with _ for - it is the `code` */
    unsigned status;  /* HTTP */
    const char *title;
    const char *description; /* what it means and what to do */
};

/* Never NULL: a name that is not in the table is our mistake and gives internal-error. */
const struct problem_type *problem_type_named(const char *name);

/* All of them, one after the other; NULL after the last. */
const struct problem_type *problem_type_at(size_t place);

/* The one place where a status of the program becomes an HTTP status. */
const struct problem_type *problem_type_of(enum status status);

/* "not-found" is the code "not_found". */
void problem_type_code(const struct problem_type *type, char out[48]);

/* GET /problems and GET /problems/{name} */
enum status problem_types_list(void *app, const struct http_request *request,
                               struct http_response *response) MUST_CHECK;
enum status problem_types_get(void *app, const struct http_request *request,
                              struct http_response *response) MUST_CHECK;

#endif
