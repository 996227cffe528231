/* Searches whose rows are care plans: CarePlan, and what is another view of each: Goal, Provenance.
 */
#include <stdlib.h>
#include <string.h>

#include "access/access.h"
#include "http/route.h"
#include "interop/fhir_bundle.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "interop/fhir_names.h"
#include "resources/fhir_person.h"
#include "resources/fhir_plans.h"
#include "resources/fhir_practitioners.h"
#include "resources/fhir_search.h"
#include "resources/handlers.h"

#define INCLUDE_PERFORMER "_include=CarePlan:performer"

struct plan_search {
    struct fhir_search search;
    struct fhir_person person;
    const char *therapist;
    struct buffer ids, statuses, techniques;
    struct fhir_bounds updated, period;
    json_t *performers; /* owned; {id: true} of therapists to include */
    bool nothing;       /* no plan can be meant */
    struct tenant_call call;
};

/* Plan ids of _id and identifier as a text[]; ids that cannot be ours find nothing. */
static void read_ids(struct plan_search *s) {
    const char *value = fhir_search_value(&s->search, "_id");
    const char *identifier = fhir_search_value(&s->search, "identifier");
    const char *target = fhir_search_value(&s->search, "target");
    struct buffer plain;
    struct plan_ref ref;
    if (target) { /* of a Provenance: CarePlan/id, which is its own id too */
        const char *id = fhir_search_id(target, "CarePlan");
        identifier = id ? id : "none";
    }
    if (!value && !identifier)
        return;
    s->nothing |= value && identifier && !strstr(identifier, value);
    buffer_init(&plain);
    for (const char *word = value ? value : identifier; *word;) {
        char id[PLAN_REF_SIZE + 1];
        size_t len = strcspn(word, ",");
        const char *bar = memchr(word, '|', len), *start = bar ? bar + 1 : word;
        size_t id_len = (size_t)(word + len - start);
        if (id_len < sizeof id) {
            memcpy(id, start, id_len);
            id[id_len] = '\0';
            if (plan_ref_parse(id, &ref))
                buffer_printf(&plain, "%s%s", plain.len ? "," : "", ref.plan_id);
        }
        word += len + (word[len] == ',');
    }
    s->nothing |= plain.len == 0;
    if (plain.len)
        fhir_search_codes(plain.data, NULL, &s->ids);
    buffer_free(&plain);
}

/* Is the code one of those a token list names? */
static bool lists_code(const char *value, const char *system, const char *quoted_code) {
    struct buffer array;
    buffer_init(&array);
    fhir_search_codes(value, system, &array);
    bool listed = !array.failed && strstr(array.data, quoted_code);
    buffer_free(&array);
    return listed;
}

static enum status read_filters(struct plan_search *s) {
    const struct fhir_search *search = &s->search;
    const char *status = fhir_search_value(search, "status");
    const char *technique = fhir_search_value(search, "activity-code");
    const char *updated = fhir_search_value(search, "_lastUpdated");
    const char *date = fhir_search_value(search, "date");
    const char *performer = fhir_search_value(search, "performer");
    const char *intent = fhir_search_value(search, "intent");
    if (status)
        fhir_search_codes(status, "http://hl7.org/fhir/request-status", &s->statuses);
    if (technique)
        fhir_search_codes(technique, SYSTEM_TECHNIQUE, &s->techniques);
    if (updated && !fhir_search_moments(updated, &s->updated))
        return fhir_search_refuse(&s->search, "_lastUpdated", "must be a date or a time");
    if (date && !fhir_search_period(date, &s->period))
        return fhir_search_refuse(&s->search, "date", "must be a date");
    s->therapist = performer ? fhir_search_id(performer, "Practitioner") : NULL;
    if (performer && !s->therapist)
        return fhir_search_refuse(&s->search, "performer", "must be one Practitioner/id");
    const char *category = fhir_search_value(search, "category");
    /* All of ours are plans, of massage. */
    s->nothing |= intent && !lists_code(intent, "http://hl7.org/fhir/request-intent", "\"plan\"");
    s->nothing |= category && !lists_code(category, FHIR_CODES("plan-category"), "\"massage\"");
    read_ids(s);
    return fhir_person_read(&s->search, &s->person);
}

static const char *list_of(const struct buffer *array) {
    return array->len ? array->data : NULL;
}

/* "updated" of the order that was asked for; NULL: newest first. */
static enum status read_sort(struct plan_search *s, const char **statement, bool *updated) {
    const char *sort = fhir_search_value(&s->search, "_sort");
    *statement = "care_plans_search";
    *updated = sort != NULL;
    if (!sort)
        return STATUS_OK;
    *statement = *sort == '-' ? "care_plans_search_down" : "care_plans_search_up";
    if (strcmp(sort + (*sort == '-'), "_lastUpdated") == 0)
        return STATUS_OK;
    return fhir_search_refuse(&s->search, "_sort", "must be _lastUpdated or -_lastUpdated");
}

static int ask_page(struct plan_search *s, const char *statement) {
    const struct page *page = &s->search.page;
    const char *at = page_after(page, "at"), *id = page_after(page, "plan_id");
    bool up = strcmp(statement, "care_plans_search_up") == 0;
    return TENANT_CALL_ADD(&s->call, statement, fhir_or_null(s->person.patient_id), s->therapist,
                           at   ? at
                           : up ? "-infinity"
                                : "infinity",
                           id ? id : "", list_of(&s->ids), list_of(&s->statuses),
                           list_of(&s->techniques), fhir_or_null(s->updated.start_from),
                           fhir_or_null(s->updated.start_to), fhir_or_null(s->period.start_from),
                           fhir_or_null(s->period.start_to), fhir_or_null(s->period.stop_from),
                           fhir_or_null(s->period.stop_to), page->limit_text);
}

static int ask_count(struct plan_search *s) {
    return TENANT_CALL_ADD(&s->call, "care_plans_count", fhir_or_null(s->person.patient_id),
                           s->therapist, list_of(&s->ids), list_of(&s->statuses),
                           list_of(&s->techniques), fhir_or_null(s->updated.start_from),
                           fhir_or_null(s->updated.start_to), fhir_or_null(s->period.start_from),
                           fhir_or_null(s->period.start_to), fhir_or_null(s->period.stop_from),
                           fhir_or_null(s->period.stop_to));
}

/* Of each row there are several views, and they lead to each other. */
static const struct view {
    const char *include, *type;
} views[] = {
    {"_include=CarePlan:goal", "Goal"},
    {"_revinclude=Provenance:target", "Provenance"},
    {"_revinclude=CarePlan:goal", "CarePlan"},
    {"_include=Provenance:target", "CarePlan"},
};

static void add_views(struct plan_search *s, const json_t *plan) {
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        if (fhir_search_includes(&s->search, views[i].include))
            fhir_search_include(&s->search,
                                fhir_plan_as(s->search.app->knowledge, views[i].type, plan));
}

static void add_row(struct plan_search *s, int step, int row) {
    struct care_plan plan = {0};
    const struct app *app = s->search.app;
    care_plan_take(&plan, &s->call, step, row);
    if (!caller_sees_plan(s->call.caller, s->person.own, plan.ref.patient_id, plan.therapist_id))
        return;
    json_t *json = fhir_plan_json(&plan, app_today());
    fhir_search_add(&s->search, json ? fhir_plan_as(app->knowledge, s->search.type, json) : NULL);
    if (json)
        add_views(s, json);
    if (plan.therapist_id && fhir_search_includes(&s->search, INCLUDE_PERFORMER))
        s->search.failed |= json_object_set_new(s->performers, plan.therapist_id, json_true()) != 0;
    json_decref(json);
}

static void add_rows(struct plan_search *s, int step, bool updated) {
    int rows = tenant_call_count(&s->call, step), limit = (int)s->search.page.limit;
    for (int row = 0; row < rows && row < limit; row++)
        add_row(s, step, row);
    if (rows > limit)
        fhir_search_more(&s->search,
                         json_pack("{s:s, s:s}", "at",
                                   tenant_call_value(&s->call, step, limit - 1,
                                                     updated ? "updated_at" : "created_at"),
                                   "plan_id",
                                   tenant_call_value(&s->call, step, limit - 1, "plan_id")));
}

static enum status ask(struct plan_search *s) {
    const char *statement;
    bool updated;
    int page = -1, count = -1;
    enum status status = read_sort(s, &statement, &updated);
    if (status != STATUS_OK)
        return status;
    tenant_call_begin(&s->call, s->search.request, s->search.response, TENANT_READ);
    if (!s->search.counts_only)
        page = ask_page(s, statement);
    if (s->search.total)
        count = ask_count(s);
    s->nothing |= s->person.nothing;
    status = s->nothing ? STATUS_OK : tenant_call_run(&s->call);
    if (status == STATUS_OK && page >= 0 && !s->nothing)
        add_rows(s, page, updated);
    if (status == STATUS_OK && count >= 0) {
        const char *total = s->nothing ? "0" : tenant_call_value(&s->call, count, 0, "total");
        s->search.failed |=
            !fhir_bundle_total(s->search.bundle, total ? strtoll(total, NULL, 10) : 0);
    }
    tenant_call_end(&s->call);
    return status;
}

/* What plans:read shows is the therapist's id; the rest is the directory's. */
static enum status may_include(const struct plan_search *s) {
    if (!fhir_search_includes(&s->search, INCLUDE_PERFORMER) ||
        access_caller(s->search.request)->scopes & SCOPE_THERAPISTS_READ)
        return STATUS_OK;
    response_problem(s->search.response, "forbidden",
                     INCLUDE_PERFORMER " needs the scope therapists:read.");
    return STATUS_FORBIDDEN;
}

static enum status include_performers(struct plan_search *s, struct app *app) {
    const char *id;
    json_t *unused;
    enum status status = STATUS_OK;
    json_object_foreach(s->performers, id, unused) {
        if (status == STATUS_OK)
            status = fhir_practitioner_include(&s->search, app, id);
    }
    return status;
}

enum status fhir_plan_search(void *app, const struct http_request *request,
                             struct http_response *response) {
    struct plan_search s = {.performers = json_object()};
    const struct principal *caller = access_caller(request);
    buffer_init(&s.ids);
    buffer_init(&s.statuses);
    buffer_init(&s.techniques);
    enum status status = fhir_search_open(&s.search, app, request, response);
    if (status == STATUS_OK)
        status = s.performers ? may_include(&s) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = read_filters(&s);
    if (caller->kind == PRINCIPAL_THERAPIST) {
        s.nothing |= s.therapist && strcmp(s.therapist, caller->subject) != 0;
        s.therapist = caller->subject;
    }
    if (status == STATUS_OK)
        status = ask(&s);
    if (status == STATUS_OK)
        status = include_performers(&s, app);
    if (status == STATUS_OK)
        status = fhir_search_send(&s.search);
    json_decref(s.performers);
    buffer_free(&s.ids);
    buffer_free(&s.statuses);
    buffer_free(&s.techniques);
    fhir_search_close(&s.search);
    return status;
}
