#include "interop/fhir_adverse_event.h"

#include <stdio.h>
#include <string.h>

#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "interop/fhir_kept.h"
#include "interop/fhir_record.h"

#define DETAIL_EXTENSION FHIR_CANONICAL "/StructureDefinition/adverse-event-detail"
#define AREA_EXTENSION FHIR_CANONICAL "/StructureDefinition/adverse-event-area"
#define SYSTEM_AREA FHIR_CODES("area")

enum { POINTER_SIZE = 128 };

/* ---- writing ---- */

static json_t *detail_extension(const char *name, const json_t *value) {
    const char *kind = json_is_boolean(value) ? "valueBoolean" : "valueDecimal";
    return json_pack("{s:s, s:[{s:s, s:s}, {s:s, s:O}]}", "url", DETAIL_EXTENSION, "extension",
                     "url", "detail", "valueCode", name, "url", "value", kind, value);
}

static json_t *area_extension(const char *area) {
    return json_pack("{s:s, s:{s:s, s:s}}", "url", AREA_EXTENSION, "valueCoding", "system",
                     SYSTEM_AREA, "code", area);
}

/* All but the id; an empty list where there is nothing more. NULL without memory. */
static json_t *extensions_of(const json_t *event) {
    json_t *list = json_array(), *value, *area;
    const char *name;
    size_t i;
    bool good = list != NULL;
    json_object_foreach((json_t *)event, name, value) {
        if (good && (json_is_boolean(value) || json_is_number(value)))
            good = json_array_append_new(list, detail_extension(name, value)) == 0;
    }
    json_array_foreach(json_object_get(event, "areas"), i, area) {
        good = good && json_array_append_new(list, area_extension(json_string_value(area))) == 0;
    }
    if (good)
        return list;
    json_decref(list);
    return NULL;
}

static bool add_extensions(json_t *object, const json_t *event) {
    json_t *list = extensions_of(event);
    return list && fhir_set(object, "extension", list);
}

static json_t *concept_of(const json_t *event, const char *name) {
    return fhir_concept(SYSTEM_ADVERSE_EVENT, fhir_text(event, "id"), name, name);
}

json_t *fhir_complication(const json_t *event, const char *name) {
    json_t *concept = concept_of(event, name);
    if (concept && add_extensions(concept, event))
    return concept;
    json_decref(concept);
    return NULL;
}

static json_t *seriousness(const char *triage) {
    bool serious = triage && (strcmp(triage, "emergency") == 0 || strcmp(triage, "urgent") == 0);
    return fhir_concept("http://terminology.hl7.org/CodeSystem/adverse-event-seriousness",
                        serious ? "serious" : "non-serious", serious ? "Serious" : "Non-serious",
                        NULL);
}

json_t *fhir_adverse_event(const json_t *row) {
    const json_t *event = json_object_get(row, "event");
    const char *updated = fhir_text(row, "updated_at");
    long long version = (long long)json_integer_value(json_object_get(row, "version"));
    json_t *resource = fhir_record("AdverseEvent", row, version, updated);
    bool good = resource && add_extensions(resource, event) &&
                fhir_set_text(resource, "actuality", "actual") &&
                fhir_set(resource, "event", concept_of(event, fhir_text(row, "name"))) &&
                fhir_set_text(resource, "date", fhir_text(row, "day")) &&
                fhir_set_text(resource, "recordedDate", updated) &&
                fhir_set(resource, "seriousness", seriousness(fhir_text(row, "triage"))) &&
                fhir_set(resource, "suspectEntity",
                         json_pack("[{s:{s:o}}]", "instance", "reference",
                                   json_sprintf("Procedure/%s", fhir_text(row, "session"))));
    if (good)
        return resource;
    json_decref(resource);
    return NULL;
}

/* ---- reading ---- */

static bool is_named(const json_t *extension, const char *url) {
    const char *given = fhir_text(extension, "url");
    return given && strcmp(given, url) == 0;
}

/* The value of the part of that name; NULL: there is none. */
static json_t *part_of(const json_t *extension, const char *name, const char *kind) {
    size_t i;
    json_t *part;
    json_array_foreach(json_object_get(extension, "extension"), i, part) {
        if (is_named(part, name) && json_object_get(part, kind))
            return json_object_get(part, kind);
    }
    return NULL;
}

static bool read_detail(json_t *event, const json_t *extension) {
    const char *name = json_string_value(part_of(extension, "detail", "valueCode"));
    json_t *value = part_of(extension, "value", "valueBoolean");
    if (!value)
        value = part_of(extension, "value", "valueDecimal");
    if (!name || !value || strcmp(name, "id") == 0 || strcmp(name, "areas") == 0)
        return false;
    return json_object_set(event, name, value) == 0;
}

static bool read_area(json_t *event, const json_t *extension) {
    const json_t *coding = json_object_get(extension, "valueCoding");
    const char *system = fhir_text(coding, "system"), *code = fhir_text(coding, "code");
    json_t *areas = json_object_get(event, "areas");
    if (!system || !code || strcmp(system, SYSTEM_AREA) != 0)
        return false;
    if (!areas) {
        areas = json_array();
        if (!areas || json_object_set_new(event, "areas", areas) != 0)
            return false;
    }
    return json_array_append_new(areas, json_string(code)) == 0;
}

json_t *fhir_event_of(const json_t *concept, const json_t *extensions, const char *pointer,
                      struct complaints *complaints) {
    const char *id = fhir_code_in(concept, SYSTEM_ADVERSE_EVENT);
    char place[POINTER_SIZE];
    size_t i;
    json_t *extension;
    if (!id) {
        complain(complaints, pointer, "required", "names no adverse event: give a code of %s",
                 SYSTEM_ADVERSE_EVENT);
        return NULL;
    }
    json_t *event = json_pack("{s:s}", "id", id);
    json_array_foreach((json_t *)extensions, i, extension) {
        bool detail = is_named(extension, DETAIL_EXTENSION);
        if (!event || (!detail && !is_named(extension, AREA_EXTENSION)))
            continue;
        if (detail ? read_detail(event, extension) : read_area(event, extension))
            continue;
        (void)snprintf(place, sizeof place, "%s/extension/%zu", pointer, i);
        complain(complaints, place, "value", "is no detail or area of an adverse event");
    }
    return event;
}

/* The one session it came after. */
static const char *session_of(const json_t *resource, struct complaints *complaints) {
    const json_t *list = json_object_get(resource, "suspectEntity");
    const json_t *instance = json_object_get(json_array_get(list, 0), "instance");
    const char *reference = fhir_text(instance, "reference");
    const char *id = reference ? fhir_id_in(reference, "Procedure") : NULL;
    if (id && json_array_size(list) == 1)
        return id;
    complain(complaints, "#/suspectEntity", "required",
             "must be one, whose instance is the session it came after: Procedure/id");
    return NULL;
}

json_t *fhir_adverse_event_read(const json_t *resource, const char **session,
                                struct complaints *complaints) {
    const char *actuality = fhir_text(resource, "actuality");
    if (!actuality || strcmp(actuality, "actual") != 0)
        complain(complaints, "#/actuality", actuality ? "not_supported" : "required",
                 "must be actual: what could have happened is not kept");
    fhir_refuse_modifiers(resource, complaints);
    *session = session_of(resource, complaints);
    json_t *event = fhir_event_of(json_object_get(resource, "event"),
                                  json_object_get(resource, "extension"), "#/event", complaints);
    const char *id = fhir_text(event, "id");
    if (id && strcmp(id, "ae_none") == 0)
        complain(complaints, "#/event", "not_supported",
                 "says that nothing happened: that is the outcome of a Procedure");
    return event;
}
