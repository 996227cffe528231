#include "resources/session_effect.h"

#include <string.h>

#include "base/json_writer.h"
#include "resources/plan_course.h"

static bool happened(const json_t *session) {
    const char *status = json_string_value(json_object_get(session, "status"));
    return status && strcmp(status, "done") == 0;
}

static enum status read_context(const struct plan_below *below, struct arena *arena,
                                struct adverse_context *context) {
    const struct knowledge *knowledge = below->app->knowledge;
    struct complaints ignored; /* the intake was accepted before */
    complaints_init(&ignored, arena);
    const struct intake *intake =
        intake_read(knowledge, below->intake, app_today(), arena, &ignored);
    if (!intake)
        return STATUS_NO_MEMORY;
    *context = (struct adverse_context){.knowledge = knowledge,
                                        .language = plan_language(below),
                                        .on_anticoagulant = adverse_on_anticoagulant(intake)};
    return STATUS_OK;
}

static json_t *follow_up_of(const struct adverse *adverse) {
    struct buffer text;
    struct json_writer json;
    buffer_init(&text);
    jw_init(&json, &text);
    adverse_write(&json, adverse);
    json_t *value = jw_ok(&json) ? json_loadb(text.data, text.len, 0, NULL) : NULL;
    buffer_free(&text);
    return value;
}

/* ---- the next session ---- */

static int number_of(const json_t *object, const char *member, int otherwise) {
    const json_t *value = json_object_get(object, member);
    return json_is_integer(value) ? (int)json_integer_value(value) : otherwise;
}

static bool set_number(json_t *object, const char *member, int number) {
    return json_object_set_new(object, member, json_integer(number)) == 0;
}

/* Pressure and minutes, counted from what was done now, or else from what was planned. */
static bool add_dose(const struct plan_below *below, const json_t *session,
                     const struct adverse *adverse, json_t *next) {
    const struct knowledge *k = below->app->knowledge;
    const char *technique = json_string_value(json_object_get(session, "technique"));
    int64_t number = technique ? name_map_get(&k->technique_names, technique) : -1;
    int start = PLAN_INT(below, 1, "dose", "pressure", "start");
    int cap = PLAN_INT(below, start, "dose", "pressure", "max");
    int planned = PLAN_INT(below, start, "next_session", "pressure");
    int used = number_of(session, "pressure_used", planned);
    int usual = PLAN_INT(below, 0, "dose", "minutes", "start");
    int minutes = number_of(session, "minutes", usual);
    int pressure = number < 0 ? 0
                              : adverse_next_pressure(&k->techniques[number], used,
                                                      adverse->pressure_delta, cap);
    bool good =
        set_number(next, "minutes", adverse_next_minutes(minutes, adverse->minutes_percent));
    if (pressure > 0)
        return good && set_number(next, "pressure", pressure);
    return good && json_object_set_new(next, "other_technique", json_true()) == 0;
}

static bool changes_next(const struct session_effect *effect) {
    const json_t *next = json_object_get(effect->follow_up, "next_session");
    return effect->adverse.pressure_delta < 0 || effect->adverse.minutes_percent < 100 ||
           effect->adverse.avoid || json_array_size(json_object_get(next, "modifications")) ||
           json_array_size(json_object_get(next, "therapist_training"));
}

static enum status plan_next(const struct plan_below *below, const json_t *session,
                             struct session_effect *effect) {
    json_t *next = json_deep_copy(json_object_get(effect->follow_up, "next_session"));
    bool good = next && add_dose(below, session, &effect->adverse, next) &&
                json_object_set(next, "after_session", json_object_get(session, "session_id")) == 0;
    good = good && json_object_set(effect->follow_up, "next_session", next) == 0;
    effect->document = good ? json_copy(below->document) : NULL;
    if (effect->document)
        good = json_object_set(effect->document, "next_session", next) == 0;
    json_decref(next);
    return good && effect->document ? STATUS_OK : STATUS_NO_MEMORY;
}

/* All was well, somebody said so: the dose is the plan's again. Silence changes nothing. */
static enum status plan_as_before(const struct plan_below *below, struct session_effect *effect) {
    if (!json_object_get(below->document, "next_session"))
        return STATUS_OK;
    effect->document = json_copy(below->document);
    if (!effect->document)
        return STATUS_NO_MEMORY;
    (void)json_object_del(effect->document, "next_session");
    return STATUS_OK;
}

/* ---- the whole ---- */

static enum status judge_events(const struct plan_below *below, json_t *session,
                                struct arena *arena, struct complaints *complaints,
                                struct session_effect *effect) {
    const json_t *events = json_object_get(session, "adverse_events");
    enum status status = read_context(below, arena, &effect->context);
    if (status != STATUS_OK)
        return status;
    if (!adverse_judge(&effect->context, events, "#/adverse_events", complaints, &effect->adverse))
        return STATUS_INVALID;
    effect->judged = effect->adverse.answered;
    effect->pause = effect->adverse.pause;
    if (effect->adverse.pause || effect->adverse.recheck)
        effect->review_reason = "adverse_event";
    effect->follow_up = follow_up_of(&effect->adverse);
    const char *triage = triage_name(effect->adverse.triage);
    if (!effect->follow_up || json_object_set_new(session, "triage", json_string(triage)) != 0)
        return STATUS_NO_MEMORY;
    if (changes_next(effect))
        return plan_next(below, session, effect);
    return effect->adverse.count ? STATUS_OK : plan_as_before(below, effect);
}

/* Pain that went up pauses the plan even when nobody calls it an event. */
static enum status judge_course(const struct plan_below *below, const json_t *sessions,
                                const json_t *measurements, struct arena *arena,
                                struct session_effect *effect) {
    const struct progress *progress = plan_course(below, sessions, measurements, arena);
    if (!progress)
        return STATUS_NO_MEMORY;
    if (!progress->pause || strcmp(progress->rule, "stop_worse") != 0)
        return STATUS_OK;
    effect->pause = true;
    if (!effect->review_reason)
        effect->review_reason = "pain_worse";
    return STATUS_OK;
}

enum status session_effect_make(const struct plan_below *below, json_t *session,
                                const json_t *sessions, const json_t *measurements,
                                struct arena *arena, struct complaints *complaints,
                                struct session_effect *effect) {
    *effect = (struct session_effect){0};
    if (!happened(session)) {
        (void)json_object_del(session, "triage");
        return STATUS_OK;
    }
    enum status status = STATUS_OK;
    if (json_array_size(json_object_get(session, "adverse_events")))
        status = judge_events(below, session, arena, complaints, effect);
    if (status == STATUS_OK)
        status = judge_course(below, sessions, measurements, arena, effect);
    return status;
}

void session_effect_complain(const struct plan_below *below, const json_t *session,
                             struct arena *arena, struct complaints *complaints) {
    const json_t *events = json_object_get(session, "adverse_events");
    struct adverse_context context;
    struct adverse ignored;
    if (!json_array_size(events) || read_context(below, arena, &context) != STATUS_OK)
        return;
    bool fine = adverse_judge(&context, events, "#/adverse_events", complaints, &ignored);
    (void)fine; /* the complaints are what is wanted */
}

void session_effect_free(struct session_effect *effect) {
    json_decref(effect->document);
    json_decref(effect->follow_up);
    effect->document = effect->follow_up = NULL;
}
