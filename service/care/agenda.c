#include "care/agenda.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "care/moment.h"
#include "engine/intake.h"

enum {
    HOUR = 3600,
    APPOINTMENT_MAX = 12 * HOUR, /* a longer window is days, not an appointment */
    SESSION_MINUTES = 60,        /* where nobody said how long */
    MORNING = 9 * 60,            /* reminders ring at nine */
    DAY_BEFORE = -24 * 60,
};

struct making {
    const struct agenda_source *from;
    struct arena *arena;
    struct agenda *agenda;
    size_t room;
    bool failed;
};

/* ---- words ---- */

static const char *keep(struct making *making, const struct buffer *text) {
    const char *kept = text->failed ? NULL : arena_copy(making->arena, text->data, text->len);
    making->failed |= !kept;
    return kept ? kept : "";
}

static const char *filled(struct making *making, const char *path, const struct care_slot *slots,
                          size_t count) {
    struct buffer text;
    buffer_init(&text);
    (void)buffer_puts(&text, "");
    care_fill(&text, care_phrase(making->from->words, path), slots, count);
    const char *kept = text.len ? keep(making, &text) : "";
    buffer_free(&text);
    return kept;
}

/* The title of a kind of thing: what it is, or only that it is something. */
static const char *title_of(struct making *making, const char *kind, int number) {
    char path[48], digits[16];
    (void)snprintf(path, sizeof path, "calendar.%s.%s",
                   making->from->discreet ? "discreet" : "full", kind);
    (void)snprintf(digits, sizeof digits, "%d", number);
    struct care_slot slot = {"n", digits};
    return filled(making, path, &slot, 1);
}

static const char *member(const json_t *object, const char *name) {
    return json_string_value(json_object_get(object, name));
}

static int whole(const json_t *object, const char *name, int otherwise) {
    const json_t *value = json_object_get(object, name);
    return json_is_integer(value) ? (int)json_integer_value(value) : otherwise;
}

static const char *details_of(struct making *making, const char *kind) {
    const json_t *document = making->from->document;
    const json_t *dose = json_object_get(document, "dose");
    const json_t *pressure = json_object_get(dose, "pressure");
    char path[48], start[16], max[16], minutes[16];
    if (making->from->discreet)
        return care_phrase(making->from->words, "calendar.discreet.details");
    (void)snprintf(path, sizeof path, "calendar.details.%s", kind);
    (void)snprintf(start, sizeof start, "%d", whole(pressure, "start", 1));
    (void)snprintf(max, sizeof max, "%d", whole(pressure, "max", 1));
    (void)snprintf(minutes, sizeof minutes, "%d",
                   whole(json_object_get(dose, "minutes"), "max", SESSION_MINUTES));
    const char *name = member(document, "technique_name"), *net = member(document, "safety_net");
    struct care_slot slots[] = {{"technique", name ? name : ""},
                                {"start", start},
                                {"max", max},
                                {"minutes", minutes},
                                {"safety_net", net ? net : ""}};
    return filled(making, path, slots, sizeof slots / sizeof *slots);
}

static const char *uid_of(struct making *making, const char *first, const char *second) {
    struct buffer text;
    buffer_init(&text);
    (void)buffer_printf(&text, "%s%s@unknot", first, second);
    const char *kept = keep(making, &text);
    buffer_free(&text);
    return kept;
}

/* ---- items ---- */

/* A fresh item that belongs to the plan; NULL when there is no room, which is our mistake. */
static struct agenda_item *add(struct making *making) {
    const struct agenda_source *from = making->from;
    if (making->agenda->count == making->room) {
        making->failed = true;
        return NULL;
    }
    struct agenda_item *item = &making->agenda->items[making->agenda->count++];
    *item = (struct agenda_item){.sequence = from->version - 1,
                                 .alarm_minutes = AGENDA_NO_ALARM,
                                 .created = from->created,
                                 .changed = from->changed};
    return item;
}

static bool plan_is(const struct making *making, const char *status) {
    return strcmp(making->from->status, status) == 0;
}

static bool plan_has_ended(const struct making *making) {
    return plan_is(making, "completed") || plan_is(making, "revoked");
}

static bool session_is(const json_t *session, const char *status) {
    const char *is = member(session, "status");
    return !json_is_true(json_object_get(session, "deleted")) && is && strcmp(is, status) == 0;
}

static enum agenda_state state_of(const struct making *making, const json_t *session) {
    if (session_is(session, "done") || session_is(session, "missed"))
        return AGENDA_CONFIRMED;
    if (!session_is(session, "planned") || plan_has_ended(making))
        return AGENDA_CANCELLED;
    return plan_is(making, "active") ? AGENDA_CONFIRMED : AGENDA_TENTATIVE;
}

/* When it is. False: nobody said. */
static bool place(struct agenda_item *item, const json_t *session) {
    const char *from = member(session, "window_from"), *to = member(session, "window_to"),
               *day = member(session, "planned_on");
    item->from = from ? moment_read(from) : NO_MOMENT;
    item->to = to ? moment_read(to) : NO_MOMENT;
    if (item->from != NO_MOMENT && item->to == NO_MOMENT)
        item->to = item->from + (int64_t)whole(session, "minutes", SESSION_MINUTES) * 60;
    if (item->from != NO_MOMENT && item->to - item->from <= APPOINTMENT_MAX) {
        item->span = AGENDA_TIMES;
        return true;
    }
    if (day && date_days(day) != INT_MIN) {
        item->span = AGENDA_DAYS;
        item->first_day = item->last_day = date_days(day);
        return true;
    }
    if (item->from == NO_MOMENT)
        item->from = item->to;
    item->span = AGENDA_WINDOW;
    return item->from != NO_MOMENT;
}

/* The day after, when bruises show. */
static void add_check_in(struct making *making, const struct agenda_item *session,
                         const char *session_id) {
    struct agenda_item *item = add(making);
    if (!item)
        return;
    *item = *session;
    if (session->span == AGENDA_DAYS) {
        item->first_day = item->last_day = session->last_day + 1;
    } else {
        item->span = AGENDA_WINDOW;
        item->from = item->to = session->to + DAY_SECONDS;
    }
    item->uid = uid_of(making, session_id, ".check-in");
    item->busy = false;
    item->alarm_minutes = MORNING;
    item->title = title_of(making, "check_in", 0);
    item->details = details_of(making, "check_in");
}

static void add_session(struct making *making, const json_t *session) {
    struct agenda_item item = {.alarm_minutes = DAY_BEFORE, .busy = true};
    const char *id = member(session, "session_id");
    const char *created = member(session, "created_at"), *changed = member(session, "updated_at");
    if (!id || !place(&item, session))
        return;
    item.uid = uid_of(making, id, "");
    item.sequence = making->from->version - 1;
    item.state = state_of(making, session);
    item.title = title_of(making, "session", whole(session, "number", 0));
    item.details = details_of(making, "session");
    item.created = created ? moment_read(created) : making->from->created;
    item.changed = changed ? moment_read(changed) : making->from->changed;
    /* A plan that pauses or ends changes sessions that nobody touched. */
    if (session_is(session, "planned") && !plan_is(making, "active"))
        item.changed = making->from->changed;
    struct agenda_item *added = add(making);
    if (added)
        *added = item;
    if (session_is(session, "missed"))
        item.state = AGENDA_CANCELLED;
    add_check_in(making, &item, id);
}

static int count_taken(const json_t *sessions) {
    int taken = 0;
    size_t i;
    json_t *session;
    json_array_foreach(sessions, i, session) taken += session_is(session, "planned") ||
                                                      session_is(session, "done") ||
                                                      session_is(session, "missed");
    return taken;
}

static void add_window(struct making *making, const json_t *window, int taken) {
    const char *from = member(window, "from"), *to = member(window, "to");
    int number = whole(window, "number", 0);
    char suffix[40];
    if (!from || !to || date_days(from) == INT_MIN || date_days(to) == INT_MIN)
        return;
    struct agenda_item *item = add(making);
    if (!item)
        return;
    (void)snprintf(suffix, sizeof suffix, ".window-%d", number);
    item->uid = uid_of(making, making->from->plan_id, suffix);
    item->span = AGENDA_DAYS;
    item->first_day = date_days(from);
    item->last_day = date_days(to);
    item->state =
        number <= taken || !plan_is(making, "active") ? AGENDA_CANCELLED : AGENDA_TENTATIVE;
    item->title = title_of(making, "window", number);
    item->details = details_of(making, "window");
}

static void add_reminder(struct making *making, const char *kind, const char *date,
                         const char *text) {
    char suffix[48];
    if (!date || date_days(date) == INT_MIN)
        return;
    struct agenda_item *item = add(making);
    if (!item)
        return;
    (void)snprintf(suffix, sizeof suffix, ".review-%.32s", kind);
    item->uid = uid_of(making, making->from->plan_id, suffix);
    item->span = AGENDA_DAYS;
    item->first_day = item->last_day = date_days(date);
    item->state = plan_has_ended(making) ? AGENDA_CANCELLED : AGENDA_CONFIRMED;
    item->alarm_minutes = MORNING;
    item->title = title_of(making, "review", 0);
    item->details = making->from->discreet ? details_of(making, "review") : text;
}

/* The columns know better than the document when answers and clearances end. */
static const char *date_of(const struct making *making, const char *kind, const json_t *point) {
    if (strcmp(kind, "recheck") == 0)
        return making->from->recheck_due;
    if (strcmp(kind, "clearance") == 0)
        return making->from->clearance_ends;
    return member(point, "date");
}

static void add_reminders(struct making *making) {
    static const char *const columns[] = {"recheck", "clearance"};
    const json_t *points = json_object_get(making->from->document, "review_points");
    size_t i;
    json_t *point;
    json_array_foreach(points, i, point) {
        const char *kind = member(point, "kind"), *text = member(point, "text");
        bool of_column = kind && (strcmp(kind, "recheck") == 0 || strcmp(kind, "clearance") == 0);
        if (kind && !of_column && strcmp(kind, "every_session") != 0)
            add_reminder(making, kind, date_of(making, kind, point), text ? text : "");
    }
    for (i = 0; i < 2; i++) {
        char path[32];
        (void)snprintf(path, sizeof path, "review.%s", columns[i]);
        add_reminder(making, columns[i], date_of(making, columns[i], NULL),
                     care_phrase(making->from->words, path));
    }
}

/* ---- the whole ---- */

static void name_it(struct making *making) {
    const char *technique = member(making->from->document, "technique_name");
    struct care_slot slot = {"technique", technique ? technique : ""};
    making->agenda->name = filled(
        making, making->from->discreet ? "calendar.discreet.name" : "calendar.full.name", &slot, 1);
    making->agenda->time_zone = making->from->time_zone;
}

struct agenda *agenda_make(const struct agenda_source *source, struct arena *arena) {
    const json_t *windows = json_object_get(source->document, "sessions");
    const json_t *points = json_object_get(source->document, "review_points");
    struct making making = {.from = source, .arena = arena};
    size_t i;
    json_t *each;
    making.room = 2 * json_array_size(source->sessions) + json_array_size(windows) +
                  json_array_size(points) + 2;
    making.agenda = arena_take(arena, sizeof *making.agenda);
    if (!making.agenda)
        return NULL;
    making.agenda->items = arena_array(arena, making.room, sizeof *making.agenda->items);
    if (!making.agenda->items)
        return NULL;
    name_it(&making);
    json_array_foreach(source->sessions, i, each) add_session(&making, each);
    int taken = count_taken(source->sessions);
    json_array_foreach(windows, i, each) add_window(&making, each, taken);
    add_reminders(&making);
    return making.failed ? NULL : making.agenda;
}
