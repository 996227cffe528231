/* Dates as FHIR writes them: a year, a month, a day, or an instant with its zone. */
#ifndef UNKNOT_INTEROP_FHIR_INTAKE_DATE_H
#define UNKNOT_INTEROP_FHIR_INTAKE_DATE_H

/*
 * The days since 1970-01-01 that "2026", "2026-11", "2026-11-22" or "2026-11-22T10:00:00Z" may
 * mean. A zone is not counted: the day is the one that the sender wrote.
 */
struct fhir_days {
    int first, last; /* the same for a whole date; both INT_MIN when it is no date */
};

/* NULL is no date. */
struct fhir_days fhir_days(const char *text);

#endif
