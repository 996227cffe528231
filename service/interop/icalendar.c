/*
 * libical writes the lines, folds and escapes them. Its built-in zones are loaded on first use and
 * shared: one lock around everything is simpler than knowing which of its tables are safe, and a
 * calendar takes about a millisecond.
 */
#include "interop/icalendar.h"

#include <libical/ical.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "care/moment.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct writing {
    const struct agenda *agenda;
    icalcomponent *calendar;
    icaltimezone *zone; /* NULL: UTC */
    bool failed;
};

/* Takes the property; NULL is a failed allocation. */
static void put(struct writing *writing, icalcomponent *component, icalproperty *property_owned) {
    if (property_owned)
        icalcomponent_add_property(component, property_owned);
    else
        writing->failed = true;
}

static icalproperty *with_parameter(icalproperty *property, icalparameter *parameter_owned) {
    if (property && parameter_owned)
        icalproperty_add_parameter(property, parameter_owned);
    else
        icalparameter_free(parameter_owned);
    return property;
}

/* ---- time ---- */

static icaltimetype utc_of(int64_t moment) {
    return icaltime_from_timet_with_zone((time_t)moment, 0, icaltimezone_get_utc_timezone());
}

static icaltimetype local_of(const struct writing *writing, int64_t moment) {
    icaltimezone *zone = writing->zone ? writing->zone : icaltimezone_get_utc_timezone();
    return icaltime_from_timet_with_zone((time_t)moment, 0, zone);
}

static icaltimetype date_of_day(int day) {
    return icaltime_from_timet_with_zone((time_t)day * DAY_SECONDS, 1,
                                         icaltimezone_get_utc_timezone());
}

static icaltimetype date_of_moment(const struct writing *writing, int64_t moment) {
    icaltimetype time = local_of(writing, moment);
    time.is_date = 1;
    time.hour = time.minute = time.second = 0;
    time.zone = NULL;
    return time;
}

static icaltimetype next_day(icaltimetype date) {
    icaltime_adjust(&date, 1, 0, 0, 0);
    return date;
}

/* The zone's id goes into a parameter by hand: libical only writes its own long one. */
static void put_time(struct writing *writing, icalcomponent *event, icalproperty_kind kind,
                     int64_t moment) {
    icaltimetype time = local_of(writing, moment);
    if (writing->zone)
        time.zone = NULL;
    icalvalue *value = icalvalue_new_datetime(time);
    icalproperty *property = icalproperty_new(kind);
    if (!value || !property) {
        icalvalue_free(value);
        icalproperty_free(property);
        writing->failed = true;
        return;
    }
    icalproperty_set_value(property, value);
    if (writing->zone)
        property = with_parameter(property, icalparameter_new_tzid(writing->agenda->time_zone));
    put(writing, event, property);
}

static void put_span(struct writing *writing, icalcomponent *event,
                     const struct agenda_item *item) {
    if (item->span == AGENDA_TIMES) {
        put_time(writing, event, ICAL_DTSTART_PROPERTY, item->from);
        put_time(writing, event, ICAL_DTEND_PROPERTY, item->to);
        return;
    }
    bool days = item->span == AGENDA_DAYS;
    icaltimetype first = days ? date_of_day(item->first_day) : date_of_moment(writing, item->from);
    icaltimetype last = days ? date_of_day(item->last_day) : date_of_moment(writing, item->to);
    first.zone = last.zone = NULL;
    put(writing, event, icalproperty_new_dtstart(first));
    put(writing, event, icalproperty_new_dtend(next_day(last)));
}

/* ---- events ---- */

static void put_alarm(struct writing *writing, icalcomponent *event,
                      const struct agenda_item *item) {
    icalcomponent *alarm = icalcomponent_new_valarm();
    if (!alarm) {
        writing->failed = true;
        return;
    }
    struct icaltriggertype trigger = icaltriggertype_from_int(item->alarm_minutes * 60);
    put(writing, alarm, icalproperty_new_action(ICAL_ACTION_DISPLAY));
    put(writing, alarm, icalproperty_new_description(item->title));
    put(writing, alarm, icalproperty_new_trigger(trigger));
    icalcomponent_add_component(event, alarm);
}

static enum icalproperty_status status_of(enum agenda_state state) {
    static const enum icalproperty_status all[] = {
        [AGENDA_CONFIRMED] = ICAL_STATUS_CONFIRMED,
        [AGENDA_TENTATIVE] = ICAL_STATUS_TENTATIVE,
        [AGENDA_CANCELLED] = ICAL_STATUS_CANCELLED,
    };
    return all[state];
}

static void put_event(struct writing *writing, const struct agenda_item *item) {
    icalcomponent *event = icalcomponent_new_vevent();
    if (!event) {
        writing->failed = true;
        return;
    }
    bool busy = item->busy && item->state != AGENDA_CANCELLED;
    put(writing, event, icalproperty_new_uid(item->uid));
    put(writing, event, icalproperty_new_dtstamp(utc_of(item->changed)));
    put_span(writing, event, item);
    put(writing, event, icalproperty_new_summary(item->title));
    if (item->details && *item->details)
        put(writing, event, icalproperty_new_description(item->details));
    put(writing, event, icalproperty_new_status(status_of(item->state)));
    put(writing, event, icalproperty_new_sequence((int)item->sequence));
    put(writing, event,
        icalproperty_new_transp(busy ? ICAL_TRANSP_OPAQUE : ICAL_TRANSP_TRANSPARENT));
    put(writing, event, icalproperty_new_class(ICAL_CLASS_PRIVATE));
    put(writing, event, icalproperty_new_created(utc_of(item->created)));
    put(writing, event, icalproperty_new_lastmodified(utc_of(item->changed)));
    if (item->alarm_minutes != AGENDA_NO_ALARM && item->state != AGENDA_CANCELLED)
        put_alarm(writing, event, item);
    icalcomponent_add_component(writing->calendar, event);
}

/* ---- the calendar ---- */

static void put_named(struct writing *writing, const char *name, const char *text) {
    icalproperty *property = icalproperty_new_x(text);
    if (property)
        icalproperty_set_x_name(property, name);
    put(writing, writing->calendar, property);
}

static void put_head(struct writing *writing) {
    icalcomponent *calendar = writing->calendar;
    put(writing, calendar, icalproperty_new_version("2.0"));
    put(writing, calendar, icalproperty_new_prodid("-//Unknot//Care plan//EN"));
    put(writing, calendar, icalproperty_new_calscale("GREGORIAN"));
    put(writing, calendar, icalproperty_new_name(writing->agenda->name));
    put_named(writing, "X-WR-CALNAME", writing->agenda->name);
    put(writing, calendar,
        with_parameter(icalproperty_new_refreshinterval(icaldurationtype_from_string("PT6H")),
                       icalparameter_new_value(ICAL_VALUE_DURATION)));
    put_named(writing, "X-PUBLISHED-TTL", "PT6H");
}

/*
 * From the year before the calendar begins: a zone's whole history would be most of the file. It
 * has no end, for which libical 3.0 would write days in UTC, where RFC 5545 (3.6.5) wants local
 * time.
 */
static void cut_zone(const struct writing *writing, icalcomponent *zone) {
    const struct agenda *agenda = writing->agenda;
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < agenda->count; i++) {
        const struct agenda_item *item = &agenda->items[i];
        int64_t from =
            item->span == AGENDA_DAYS ? (int64_t)item->first_day * DAY_SECONDS : item->from;
        first = from < first ? from : first;
    }
    if (first == INT64_MAX)
        return;
    icaltimetype begin = utc_of(first - 366 * (int64_t)DAY_SECONDS);
    icaltimezone_truncate_vtimezone(zone, begin, icaltime_null_time(), 0);
}

static void put_zone(struct writing *writing) {
    const char *name = writing->agenda->time_zone;
    icaltimezone *zone = icaltimezone_get_builtin_timezone(name);
    icalcomponent *described = zone ? icaltimezone_get_component(zone) : NULL;
    icalcomponent *copy = described ? icalcomponent_new_clone(described) : NULL;
    if (!copy)
        return;
    icalproperty *id = icalcomponent_get_first_property(copy, ICAL_TZID_PROPERTY);
    if (id)
        icalproperty_set_tzid(id, name);
    cut_zone(writing, copy);
    icalcomponent_add_component(writing->calendar, copy);
    writing->zone = zone;
}

static enum status write_calendar(struct writing *writing, struct buffer *out) {
    put_head(writing);
    put_zone(writing);
    for (size_t i = 0; i < writing->agenda->count; i++)
        put_event(writing, &writing->agenda->items[i]);
    char *text = writing->failed ? NULL : icalcomponent_as_ical_string_r(writing->calendar);
    if (!text)
        return STATUS_NO_MEMORY;
    bool kept = buffer_puts(out, text);
    icalmemory_free_buffer(text);
    return kept ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status icalendar_write(const struct agenda *agenda, struct buffer *out) {
    struct writing writing = {.agenda = agenda};
    enum status status = STATUS_NO_MEMORY;
    (void)pthread_mutex_lock(&lock);
    icalerror_set_errors_are_fatal(0);
    writing.calendar = icalcomponent_new_vcalendar();
    if (writing.calendar)
        status = write_calendar(&writing, out);
    icalcomponent_free(writing.calendar);
    (void)pthread_mutex_unlock(&lock);
    return status;
}
