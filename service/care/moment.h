/* Points in time as whole seconds since 1970-01-01T00:00:00Z. No clock: time is always given. */
#ifndef UNKNOT_CARE_MOMENT_H
#define UNKNOT_CARE_MOMENT_H

#include <stdint.h>

#define NO_MOMENT INT64_MIN
enum { MOMENT_TEXT = 21, DAY_SECONDS = 86400 };

/*
 * Reads RFC 3339, "2026-11-22T10:00:00Z"; a space for the T and "+00" for "+00:00" as PostgreSQL
 * writes them. Fractions are dropped, a leap second counts as the 59th. NO_MOMENT when it is none,
 * or one that PostgreSQL does not take: before the year 1, or 16 hours or more from Greenwich.
 */
int64_t moment_read(const char *text);

/* Which of two texts that moment_read() takes is earlier, to the nanosecond: -1, 0, 1. */
int moment_compare(const char *a, const char *b);

/* Writes it in UTC, with a Z. Years 0000 to 9999. */
void moment_text(int64_t moment, char text[MOMENT_TEXT]);

/* The day (UTC) it falls on, days since 1970-01-01. */
int moment_day(int64_t moment);

#endif
