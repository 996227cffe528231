/* An agenda as iCalendar (RFC 5545, with the name and refresh properties of RFC 7986). */
#ifndef UNKNOT_INTEROP_ICALENDAR_H
#define UNKNOT_INTEROP_ICALENDAR_H

#include "base/buffer.h"
#include "care/agenda.h"

#define MEDIA_CALENDAR "text/calendar"

/*
 * Appends a VCALENDAR. Times are in the agenda's zone, which is described in it; a zone that this
 * machine does not know makes them UTC. STATUS_NO_MEMORY.
 */
enum status icalendar_write(const struct agenda *agenda, struct buffer *out) MUST_CHECK;

#endif
