/* Any CarePlan of a client, as a new plan and as a change of one that is there: every complaint has
 * a place in it, and what was read without one says all that was written. */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/tiny_release.h"
#include "base/json_text.h"
#include "interop/fhir_care_plan_read.h"
#include "place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CANONICAL "https://unknot.example/fhir/"
/* As the service gives one. */
static const char plan_there[] =
    "{'resourceType':'CarePlan','id':'a.b','meta':{'versionId':'1'},'status':'active','intent':"
    "'plan','title':'T','subject':{'reference':'Patient/P-1','type':'Patient'},'period':{'start':"
    "'2026-11-22','end':'2027-01-30'},'created':'2026-11-22T17:03:54Z','goal':[{'reference':"
    "'Goal/"
    "a.b'}],'activity':[{'detail':{'kind':'ServiceRequest','instantiatesCanonical':['" CANONICAL
    "ActivityDefinition/swedish|1.0.0'],'code':{'coding':[{'system':'" CANONICAL
    "CodeSystem/technique','code':'swedish'}],'text':'Swedish'},'status':'scheduled','performer':[{"
    "'reference':'Practitioner/t-ann'}],'scheduledTiming':{'repeat':{'boundsPeriod':{'start':"
    "'2026-11-22','end':'2027-01-30'},'count':10,'duration':60,'durationUnit':'min','frequency':1,"
    "'period':1,'periodUnit':'wk'}},'description':'Pressure up to 4 of 5.'}},{'detail':{'kind':"
    "'ServiceRequest','code':{'coding':[{'system':'" CANONICAL
    "CodeSystem/technique','code':'mld'}]},'status':'not-started','doNotPerform':true}}],'note':[{"
    "'text':'Rest.'}]}";

static json_t *load_plan(void) {
    char json[sizeof plan_there];
    for (size_t i = 0; i < sizeof json; i++)
        json[i] = plan_there[i] == '\'' ? '"' : plan_there[i];
    json_t *plan = json_loads(json, 0, NULL);
    if (!plan)
        abort();
    return plan;
}

/* What a client writes of a day is in the body, or there is a complaint. */
static void same_day(const json_t *resource, const json_t *body) {
    const json_t *start = json_object_get(json_object_get(resource, "period"), "start");
    if (json_is_string(start) && !json_object_get(body, "start"))
        abort();
}

static void as_new(const struct knowledge *knowledge, const json_t *resource) {
    struct arena arena;
    struct complaints complaints;
    arena_init(&arena, 1 << 14);
    complaints_init(&complaints, &arena);
    json_t *avoid = json_array();
    json_t *body = fhir_care_plan_new(knowledge, resource, avoid, &complaints);
    if (!body)
        abort();
    places_are_in(resource, &complaints);
    if (!complaints.total)
        same_day(resource, body);
    json_decref(body);
    json_decref(avoid);
    arena_free(&arena);
}

static void as_change(const struct knowledge *knowledge, const json_t *there,
                      const json_t *resource) {
    struct arena arena;
    struct complaints complaints;
    arena_init(&arena, 1 << 14);
    complaints_init(&complaints, &arena);
    json_t *patch = fhir_care_plan_change(knowledge, there, resource, &complaints);
    if (!patch)
        abort();
    places_are_in(resource, &complaints);
    if (json_equal(there, resource) && (complaints.total || json_object_size(patch)))
        abort();
    json_decref(patch);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct knowledge *knowledge;
    static json_t *there;
    struct json_text_problem problem;
    if (!knowledge) {
        knowledge = load_embedded_release();
        there = load_plan();
    }
    if (!knowledge)
        abort();
    json_t *resource = json_text_parse((const char *)data, size, &problem);
    if (json_is_object(resource)) {
        as_new(knowledge, resource);
        as_change(knowledge, there, resource);
    }
    json_decref(resource);
    return 0;
}
