#include "interop/fhir_care_plan.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "interop/fhir_json.h"
#include "interop/fhir_measurement.h"
#include "interop/fhir_names.h"

/* ---- references ---- */

bool fhir_id_is(const char *text) {
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)text[i]) && text[i] != '-' && text[i] != '.')
            return false;
    return len > 0 && len <= 64;
}

const char *fhir_id_in(const char *reference, const char *type) {
    const char *slash = strrchr(reference, '/');
    size_t len = strlen(type);
    if (!slash)
        return fhir_id_is(reference) ? reference : NULL;
    const char *start = slash - len;
    if (slash < reference + len || memcmp(start, type, len) != 0 ||
        (start > reference && start[-1] != '/'))
        return NULL;
    return fhir_id_is(slash + 1) ? slash + 1 : NULL;
}

/* The bar of "system|value", where a system is a URI and so has no blanks; NULL: there is none. */
static const char *bar_of(const char *patient) {
    const char *bar = strrchr(patient, '|');
    if (!bar || bar == patient || !bar[1])
        return NULL;
    for (const char *c = patient; c < bar; c++)
        if (*c <= ' ' || *c > '~')
            return NULL;
    return bar;
}

json_t *fhir_subject(const char *patient) {
    const char *bar = bar_of(patient);
    json_t *subject = json_object();
    bool good = subject != NULL;
    if (good && bar)
        good = fhir_set(
            subject, "identifier",
            json_pack("{s:s%, s:s}", "system", patient, (size_t)(bar - patient), "value", bar + 1));
    else if (good)
        good = fhir_set(subject, "identifier", json_pack("{s:s}", "value", patient));
    if (good && fhir_id_is(patient))
        good = fhir_set(subject, "reference", json_sprintf("Patient/%s", patient));
    if (good && fhir_set_text(subject, "type", "Patient"))
        return subject;
    json_decref(subject);
    return NULL;
}

bool fhir_patient_of(const json_t *subject, char patient[FHIR_PATIENT_SIZE], const char **where) {
    enum { LONGEST = 255 * 4 };
    const json_t *identifier = json_object_get(subject, "identifier");
    const char *reference = fhir_text(subject, "reference"),
               *value = fhir_text(identifier, "value");
    const char *system = fhir_text(identifier, "system");
    int len = 0;
    *where = "#/subject";
    if (reference) {
        const char *id = fhir_id_in(reference, "Patient");
        *where = "#/subject/reference";
        len = id ? snprintf(patient, FHIR_PATIENT_SIZE, "%s", id) : 0;
    } else if (value) {
        *where = "#/subject/identifier";
        len = snprintf(patient, FHIR_PATIENT_SIZE, "%s%s%s", system ? system : "",
                       system ? "|" : "", value);
    }
    return len > 0 && len <= LONGEST;
}

const char *fhir_code_in(const json_t *concept, const char *system) {
    size_t i;
    json_t *coding;
    json_array_foreach(json_object_get(concept, "coding"), i, coding) {
        const char *given = fhir_text(coding, "system");
        if (given && strcmp(given, system) == 0)
            return fhir_text(coding, "code");
    }
    return NULL;
}

/* ---- what all three share ---- */

static json_t *begin(const char *type, const json_t *plan) {
    json_t *resource = json_pack("{s:s}", "resourceType", type);
    json_t *meta = json_object();
    bool good = resource && meta && fhir_set_text(resource, "id", fhir_text(plan, "id"));
    if (good)
        good = fhir_set(meta, "versionId",
                        json_sprintf("%lld", (long long)json_integer_value(
                                                 json_object_get(plan, "version")))) &&
               fhir_set_text(meta, "lastUpdated", fhir_text(plan, "updated_at"));
    if (good && fhir_set(resource, "meta", json_incref(meta))) {
        json_decref(meta);
        return resource;
    }
    json_decref(meta);
    json_decref(resource);
    return NULL;
}

static const char *mapped(const char *status, const char *const pairs[][2], const char *otherwise) {
    for (; (*pairs)[0]; pairs++)
        if (status && strcmp((*pairs)[0], status) == 0)
            return (*pairs)[1];
    return otherwise;
}

/* ---- CarePlan: activities ---- */

static const char *activity_status(const json_t *plan) {
    static const char *const pairs[][2] = {{"draft", "not-started"}, {"active", "scheduled"},
                                           {"on-hold", "on-hold"},   {"completed", "completed"},
                                           {"revoked", "stopped"},   {NULL, NULL}};
    bool begun = json_integer_value(json_object_get(plan, "session_count")) > 0;
    const char *status = fhir_text(plan, "status");
    if (begun && status && strcmp(status, "active") == 0)
        return "in-progress";
    return mapped(status, pairs, "unknown");
}

static const char *technique_name(const struct knowledge *knowledge, const char *id) {
    int64_t number = name_map_get(&knowledge->technique_names, id);
    return number < 0 ? id : knowledge->techniques[number].name[0].utf8;
}

json_t *fhir_technique(const struct knowledge *knowledge, const char *id) {
    const char *name = technique_name(knowledge, id);
    return fhir_concept(SYSTEM_TECHNIQUE, id, name, name);
}

static json_t *begin_detail(const struct knowledge *knowledge, const json_t *plan, const char *id) {
    const char *version = fhir_text(json_object_get(plan, "decision"), "knowledge_version");
    return json_pack("{s:s, s:[o], s:o}", "kind", "ServiceRequest", "instantiatesCanonical",
                     json_sprintf(FHIR_CANONICAL "/ActivityDefinition/%s|%s", id,
                                  version ? version : knowledge->version),
                     "code", fhir_technique(knowledge, id));
}

static json_t *timing(const json_t *plan) {
    const json_t *document = json_object_get(plan, "plan"),
                 *dose = json_object_get(document, "dose");
    const json_t *minutes = json_object_get(dose, "minutes");
    json_t *repeat = json_object();
    json_t *bounds = json_object();
    bool good =
        repeat && bounds && fhir_set_text(bounds, "start", fhir_text(document, "starts_on")) &&
        fhir_set_text(bounds, "end", fhir_text(document, "stops_on")) &&
        fhir_set(repeat, "boundsPeriod", json_incref(bounds)) &&
        fhir_set(repeat, "count", json_incref(json_object_get(dose, "sessions"))) &&
        fhir_set(repeat, "duration", json_incref(json_object_get(minutes, "start"))) &&
        fhir_set(repeat, "durationMax", json_incref(json_object_get(minutes, "max"))) &&
        fhir_set_text(repeat, "durationUnit", "min") &&
        fhir_set(repeat, "frequency", json_incref(json_object_get(dose, "per_week"))) &&
        fhir_set(repeat, "period", json_integer(1)) && fhir_set_text(repeat, "periodUnit", "wk");
    json_decref(bounds);
    if (good)
        return json_pack("{s:o}", "repeat", repeat);
    json_decref(repeat);
    return NULL;
}

/* How the technique is to be given: pressure, areas, changes. */
static json_t *how_to(const json_t *plan) {
    const json_t *document = json_object_get(plan, "plan"),
                 *dose = json_object_get(document, "dose");
    const json_t *limits = json_object_get(document, "limits");
    struct buffer text;
    size_t i;
    json_t *item;
    buffer_init(&text);
    buffer_printf(
        &text, "Pressure up to %lld of 5.",
        (long long)json_integer_value(json_object_get(json_object_get(dose, "pressure"), "max")));
    if (json_array_size(json_object_get(limits, "areas_to_avoid")))
        buffer_puts(&text, " Leave out:");
    json_array_foreach(json_object_get(limits, "areas_to_avoid"), i, item)
        buffer_printf(&text, "%s %s", i ? "," : "", json_string_value(item));
    if (i)
        buffer_puts(&text, ".");
    json_array_foreach(json_object_get(document, "modifications"), i, item)
        buffer_printf(&text, " %s", fhir_text(item, "text"));
    json_t *words = text.failed ? NULL : json_stringn(text.data, text.len);
    buffer_free(&text);
    return words;
}

/* An id with an underscore is none in FHIR. */
static json_t *performer(const char *therapist) {
    if (fhir_id_is(therapist))
        return json_pack("{s:o}", "reference", json_sprintf("Practitioner/%s", therapist));
    return json_pack("{s:{s:s, s:s}}", "identifier", "system",
                     FHIR_CANONICAL "/NamingSystem/therapist", "value", therapist);
}

static json_t *activity_to_do(const struct knowledge *knowledge, const json_t *plan) {
    json_t *detail = begin_detail(knowledge, plan, fhir_text(plan, "technique"));
    const char *therapist = fhir_text(plan, "therapist");
    json_t *how = how_to(plan);
    bool good = detail && how && fhir_set_text(detail, "status", activity_status(plan)) &&
                fhir_set(detail, "goal",
                         json_pack("[{s:o}]", "reference",
                                   json_sprintf("Goal/%s", fhir_text(plan, "id")))) &&
                fhir_set(detail, "scheduledTiming", timing(plan)) &&
                fhir_set(detail, "description", json_incref(how));
    json_decref(how);
    if (good && therapist)
        good = fhir_set(detail, "performer", json_pack("[o]", performer(therapist)));
    if (good)
        return json_pack("{s:o}", "detail", detail);
    json_decref(detail);
    return NULL;
}

/* What must not be done: withheld for good, or until a clinician agrees. */
static json_t *activity_not_to_do(const struct knowledge *knowledge, const json_t *plan,
                                  const char *technique, const char *verdict) {
    bool waits = strcmp(verdict, "needs_clearance") == 0;
    json_t *detail = begin_detail(knowledge, plan, technique);
    if (detail && fhir_set_text(detail, "status", "not-started") &&
        fhir_set(detail, "statusReason",
                 fhir_concept(SYSTEM_VERDICT, verdict, NULL,
                              waits ? "Waits for a clinician's clearance" : "Contraindicated")) &&
        fhir_set(detail, "doNotPerform", json_true()))
        return json_pack("{s:o}", "detail", detail);
    json_decref(detail);
    return NULL;
}

static bool is_withheld(const char *verdict) {
    return verdict &&
           (strcmp(verdict, "contraindicated") == 0 || strcmp(verdict, "needs_clearance") == 0);
}

static json_t *activities(const struct knowledge *knowledge, const json_t *plan) {
    const json_t *verdicts = json_object_get(json_object_get(plan, "snapshot"), "techniques");
    const char *own = fhir_text(plan, "technique"), *technique;
    json_t *list = json_array(), *limits;
    bool good = list && json_array_append_new(list, activity_to_do(knowledge, plan)) == 0;
    json_object_foreach((json_t *)verdicts, technique, limits) {
        const char *verdict = fhir_text(limits, "verdict");
        if (good && is_withheld(verdict) && strcmp(technique, own) != 0)
            good = json_array_append_new(
                       list, activity_not_to_do(knowledge, plan, technique, verdict)) == 0;
    }
    if (good)
        return list;
    json_decref(list);
    return NULL;
}

/* ---- CarePlan: the rest ---- */

static json_t *notes(const json_t *plan) {
    const json_t *document = json_object_get(plan, "plan");
    json_t *list = json_array(), *item;
    const char *dose = fhir_text(json_object_get(document, "dose"), "text");
    size_t i;
    bool good = list != NULL;
    if (good && dose)
        good = fhir_append(list, json_pack("{s:s}", "text", dose));
    json_array_foreach(json_object_get(document, "stop_rules"), i, item) {
        if (good)
            good = fhir_append(list, json_pack("{s:s}", "text", fhir_text(item, "text")));
    }
    json_array_foreach(json_object_get(plan, "review_needed"), i, item) {
        if (good)
            good = fhir_append(
                list, json_pack("{s:o}", "text",
                                json_sprintf("A review is needed: %s.", json_string_value(item))));
    }
    if (good)
        return list;
    json_decref(list);
    return NULL;
}

static json_t *narrative(const json_t *plan) {
    const json_t *document = json_object_get(plan, "plan");
    const char *dose = fhir_text(json_object_get(document, "template"), "text");
    struct buffer text;
    buffer_init(&text);
    buffer_printf(&text, "%s\n%s\n%s", fhir_text(plan, "title"), dose ? dose : "",
                  fhir_text(json_object_get(plan, "goal"), "text"));
    json_t *result = text.failed ? NULL : fhir_narrative(text.data);
    buffer_free(&text);
    return result;
}

static json_t *period(const json_t *plan) {
    json_t *object = json_object();
    if (object && fhir_set_text(object, "start", fhir_text(plan, "starts_on")) &&
        fhir_set_text(object, "end", fhir_text(json_object_get(plan, "plan"), "stops_on")))
        return object;
    json_decref(object);
    return NULL;
}

static bool fill_care_plan(json_t *resource, const struct knowledge *knowledge,
                           const json_t *plan) {
    const char *id = fhir_text(plan, "id");
    json_t *activity = activities(knowledge, plan), *text = narrative(plan);
    bool good =
        activity && text && fhir_set(resource, "text", json_incref(text)) &&
        fhir_set(resource, "identifier",
                 json_pack("[{s:s, s:s}]", "system", FHIR_CANONICAL "/NamingSystem/care-plan",
                           "value", id)) &&
        fhir_set_text(resource, "status", fhir_text(plan, "status")) &&
        fhir_set_text(resource, "intent", "plan") &&
        fhir_set(resource, "category",
                 json_pack("[o]", fhir_concept(FHIR_CODES("plan-category"), "massage",
                                               "Massage therapy plan", "Massage therapy plan"))) &&
        fhir_set_text(resource, "title", fhir_text(plan, "title")) &&
        fhir_set(resource, "subject", fhir_subject(fhir_text(plan, "patient"))) &&
        fhir_set(resource, "period", period(plan)) &&
        fhir_set_text(resource, "created", fhir_text(plan, "created_at")) &&
        fhir_set(resource, "goal", json_pack("[{s:o}]", "reference", json_sprintf("Goal/%s", id)));
    json_decref(text);
    if (!good)
        json_decref(activity);
    return good && fhir_set(resource, "activity", activity) &&
           fhir_set(resource, "note", notes(plan));
}

json_t *fhir_care_plan(const struct knowledge *knowledge, const json_t *plan) {
    json_t *resource = begin("CarePlan", plan);
    if (resource && fill_care_plan(resource, knowledge, plan))
        return resource;
    json_decref(resource);
    return NULL;
}

/* ---- Goal ---- */

static json_t *target(const json_t *goal) {
    const char *measure = fhir_text(goal, "measure");
    const json_t *value = json_object_get(goal, "target");
    json_t *target = json_object();
    bool good = target != NULL;
    if (good && measure && json_is_number(value))
        good = fhir_set(target, "measure", fhir_instrument(measure)) &&
               fhir_set(target, "detailQuantity", fhir_score(value));
    if (good && fhir_set_text(target, "dueDate", fhir_text(goal, "by")))
        return target;
    json_decref(target);
    return NULL;
}

json_t *fhir_goal(const json_t *plan) {
    static const char *const pairs[][2] = {{"draft", "proposed"},    {"active", "active"},
                                           {"on-hold", "on-hold"},   {"completed", "completed"},
                                           {"revoked", "cancelled"}, {NULL, NULL}};
    const json_t *goal = json_object_get(plan, "goal");
    json_t *resource = begin("Goal", plan), *targets = json_array();
    bool good = resource && targets && fhir_append(targets, target(goal)) &&
                fhir_set_text(resource, "lifecycleStatus",
                              mapped(fhir_text(plan, "status"), pairs, "active")) &&
                fhir_set(resource, "description",
                         fhir_concept(NULL, NULL, NULL, fhir_text(goal, "text"))) &&
                fhir_set(resource, "subject", fhir_subject(fhir_text(plan, "patient"))) &&
                fhir_set_text(resource, "startDate", fhir_text(plan, "starts_on")) &&
                fhir_set(resource, "target", json_incref(targets));
    json_decref(targets);
    if (good)
        return resource;
    json_decref(resource);
    return NULL;
}

/* ---- Provenance ---- */

static json_t *agent(const json_t *plan) {
    const char *actor = fhir_text(plan, "created_by");
    return json_pack(
        "{s:o, s:{s:s}}", "type",
        fhir_concept("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "author",
                     "Author", NULL),
        "who", "display", actor ? actor : "the clinic");
}

static json_t *assembler(void) {
    return json_pack(
        "{s:o, s:{s:s}}", "type",
        fhir_concept("http://terminology.hl7.org/CodeSystem/provenance-participant-type",
                     "assembler", "Assembler", NULL),
        "who", "display", "Unknot " UNKNOT_VERSION);
}

/* What the decision rests on: itself by its id, and the release by version and hash. */
static json_t *entities(const json_t *decision) {
    const char *id = fhir_text(decision, "id"), *hash = fhir_text(decision, "knowledge_sha256");
    const char *version = fhir_text(decision, "knowledge_version");
    if (!id || !hash || !version)
        return NULL;
    return json_pack("[{s:s, s:{s:{s:s, s:s}, s:s}}, {s:s, s:{s:{s:s, s:s}, s:o}}]", "role",
                     "derivation", "what", "identifier", "system",
                     FHIR_CANONICAL "/NamingSystem/decision", "value", id, "display",
                     "The decision on the answers", "role", "source", "what", "identifier",
                     "system", FHIR_CANONICAL "/NamingSystem/knowledge-sha256", "value", hash,
                     "display", json_sprintf("The knowledge release %s", version));
}

json_t *fhir_provenance(const json_t *plan) {
    json_t *resource = begin("Provenance", plan);
    json_t *entity = entities(json_object_get(plan, "decision"));
    long long version = (long long)json_integer_value(json_object_get(plan, "version"));
    bool good = resource && entity &&
                fhir_set(resource, "target",
                         json_pack("[{s:o}]", "reference",
                                   json_sprintf("CarePlan/%s/_history/%lld", fhir_text(plan, "id"),
                                                version))) &&
                fhir_set_text(resource, "recorded", fhir_text(plan, "updated_at")) &&
                fhir_set(resource, "activity",
                         fhir_concept("http://terminology.hl7.org/CodeSystem/v3-DataOperation",
                                      "CREATE", "create", NULL)) &&
                fhir_set(resource, "agent", json_pack("[o, o]", agent(plan), assembler())) &&
                fhir_set(resource, "entity", json_incref(entity));
    json_decref(entity);
    if (good)
        return resource;
    json_decref(resource);
    return NULL;
}
