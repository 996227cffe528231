/* What a caller may do, as a set of bits; the names are those of route rows, keys and tokens. */
#ifndef UNKNOT_ACCESS_SCOPES_H
#define UNKNOT_ACCESS_SCOPES_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t scope_set;

enum scope {
    SCOPE_CATALOGUE_READ = 1u << 0,
    SCOPE_DECISIONS_CREATE = 1u << 1,
    SCOPE_PLANS_READ = 1u << 2,
    SCOPE_PLANS_WRITE = 1u << 3,
    SCOPE_PLANS_CLEAR = 1u << 4,
    SCOPE_SESSIONS_WRITE = 1u << 5,
    SCOPE_MEASUREMENTS_WRITE = 1u << 6,
    SCOPE_THERAPISTS_READ = 1u << 7,
    SCOPE_THERAPISTS_WRITE = 1u << 8,
    SCOPE_PATIENTS_EXPORT = 1u << 9,
    SCOPE_PATIENTS_ERASE = 1u << 10,
    SCOPE_AUDIT_READ = 1u << 11,
};
/* What needs nobody's name, and works without the database. */
#define SCOPES_OPEN ((scope_set)(SCOPE_CATALOGUE_READ | SCOPE_DECISIONS_CREATE))
#define SCOPES_ALL ((scope_set)((1u << 12) - 1))

struct scope_row {
    const char *name;
    scope_set scope;
    const char *meaning; /* for people: help texts and the contract */
};
enum { SCOPE_COUNT = 12 };
extern const struct scope_row scope_rows[SCOPE_COUNT];

/* 0 when there is no such scope. */
scope_set scope_named(const char *name, size_t len);

/* The name of a set with one member; "" for anything else. */
const char *scope_name(scope_set scope);

/*
 * Our own names in a list separated by spaces, commas, quotes or braces, so that it reads tokens,
 * command lines and PostgreSQL arrays alike. `*unknown` points to the first word that is no scope
 * (NULL: none; may be NULL).
 */
scope_set scopes_parse(const char *list, const char **unknown);

/* Which contexts of SMART scopes count for a caller: system/…, user/…, patient/… */
enum smart_context { SMART_SYSTEM = 1, SMART_USER = 2, SMART_PATIENT = 4 };

/*
 * SMART on FHIR scopes, v1 ("system/CarePlan.read") and v2 ("system/CarePlan.rs"), as ours. Those
 * of a context that is not in `contexts`, and those with a query (narrower than we can keep), give
 * nothing. `*seen` gets every context that was named.
 */
scope_set scopes_parse_smart(const char *list, unsigned contexts, unsigned *seen);

#endif
