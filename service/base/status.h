/* The one status type of the program. HTTP codes are made from it in one place:
 * http/problem_types.c. */
#ifndef UNKNOT_BASE_STATUS_H
#define UNKNOT_BASE_STATUS_H

/* The compiler finds the ignored failure. */
#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

enum status {
    STATUS_OK,
    STATUS_INVALID,         /* the caller's data breaks the contract */
    STATUS_NOT_FOUND,       /* no such thing, or not for this caller */
    STATUS_CONFLICT,        /* the thing exists in another state */
    STATUS_FORBIDDEN,       /* the caller is known and may not */
    STATUS_UNAUTHENTICATED, /* the caller is not known */
    STATUS_UNAVAILABLE,     /* a dependency or a free worker is missing; try again */
    STATUS_TOO_LARGE,       /* more bytes than this route takes */
    STATUS_TIMEOUT,         /* the deadline passed first */
    STATUS_NO_MEMORY,
    STATUS_INTERNAL,  /* our own mistake */
    STATUS_MUST_WAIT, /* not here: run the handler again on a worker, where it may wait */
};

/* A stable lower-case word for logs and tests, never NULL. */
const char *status_name(enum status status);

#endif
