/*
 * A FHIR search: parameters of the URL and of a form, what of them is understood, pages by our
 * cursor, and the Bundle that says truthfully what was asked.
 *
 *     struct fhir_search search;
 *     status = fhir_search_open(&search, app, request, response);
 *     fhir_search_value(&search, "status") ... ask for search.page.limit_text rows
 *     fhir_search_add(&search, resource) ... fhir_search_more(&search, json_pack(...))
 *     status = fhir_search_send(&search);
 *     fhir_search_close(&search);
 */
#ifndef UNKNOT_RESOURCES_FHIR_SEARCH_H
#define UNKNOT_RESOURCES_FHIR_SEARCH_H

#include "resources/cursor.h"
#include "resources/fhir_edge.h"

enum { FHIR_WARNINGS = 8 };

/* Values of _total and _summary. */
#define FHIR_TOTALS "none estimate accurate"
#define FHIR_SUMMARIES "true false text data count"

/* Between the values of a parameter that was given more than once; in none of them. */
#define FHIR_AGAIN "\n"

struct fhir_search {
    const struct app *app;
    const struct http_request *request;
    struct http_response *response;
    char base[FHIR_BASE_SIZE];
    char type[96];            /* what links say after the base */
    struct http_request view; /* the same request, as cursor.h reads it */
    struct tenant_secrets secrets;
    struct page page;
    char count_text[12];
    bool counts_only; /* _summary=count, _count=0 */
    bool total;       /* _total=accurate, or the above */
    json_t *filters;  /* owned; {name: text}, of this request; FHIR_AGAIN between values */
    const char *cursor;
    struct query form; /* of the body of _search */
    json_t *includes;  /* owned; "_include=CarePlan:goal" of those that are known */
    json_t *ignored;   /* owned; names that a lenient client's request lost */
    json_t *bundle;    /* owned */
    bool failed;       /* memory */
};

/*
 * Reads everything. Known parameters are those of the route's `query`. Unknown ones are refused
 * when the client is strict, and always when they say whose record is meant (patient, subject,
 * _id); else they are left out, an outcome entry says so, and the self link lacks them.
 */
enum status fhir_search_open(struct fhir_search *search, const struct app *app,
                             const struct http_request *request,
                             struct http_response *response) MUST_CHECK;

/* As fhir_search_open(), where a list of ours does the paging: `cursor` is for it to read. */
enum status fhir_search_begin(struct fhir_search *search, const struct app *app,
                              const struct http_request *request,
                              struct http_response *response) MUST_CHECK;
void fhir_search_close(struct fhir_search *search);

/* The text of a parameter; NULL: not given. Values of a repeated one are separated by spaces. */
const char *fhir_search_value(const struct fhir_search *search, const char *name);

/* A value that cannot be: 400, whoever asks. */
enum status fhir_search_refuse(struct fhir_search *search, const char *name,
                               const char *why) MUST_CHECK;

/* Adds what was found; takes it. */
void fhir_search_add(struct fhir_search *search, json_t *resource_owned);

/* Was it asked for, and is it known to this search ("_include=CarePlan:goal" in the route's
 * `query`)?
 */
bool fhir_search_includes(const struct fhir_search *search, const char *include);

/* Adds what a match leads to, once, however many lead there; takes it. */
void fhir_search_include(struct fhir_search *search, json_t *resource_owned);

/* There is another page, after this row. */
void fhir_search_more(struct fhir_search *search, json_t *after_owned);

/* There is another page, which begins at this cursor. */
void fhir_search_next(struct fhir_search *search, const char *cursor);

enum status fhir_search_send(struct fhir_search *search) MUST_CHECK;

/* Leaves of a resource what _summary and _elements ask for; takes it, gives the same or another. */
json_t *fhir_subset(const struct http_request *request, json_t *resource_owned);

/* ---- values ---- */

/* "Patient/p1,Patient/p2" and such: the first id of that type, no lists. NULL: it is none. */
const char *fhir_search_id(const char *value, const char *type);

/* Codes of a token list ("a,system|b") as a text[] for SQL; those of another system are left out.
 * The system may be NULL: codes that have no system of their own. */
void fhir_search_codes(const char *value, const char *system, struct buffer *array);

/* Days or moments of a date parameter, as bounds; each "" or a text for SQL. */
struct fhir_bounds {
    char start_from[40], start_to[40]; /* the period begins within */
    char stop_from[40], stop_to[40];   /* and ends within */
};
/* Of days, for a period from a day to a day. False: it cannot be read. */
bool fhir_search_period(const char *values, struct fhir_bounds *bounds);
/* Of moments: from `start_from`, before `start_to`. */
bool fhir_search_moments(const char *values, struct fhir_bounds *bounds);

/* NULL for an empty text. */
const char *fhir_or_null(const char *text);

#endif
