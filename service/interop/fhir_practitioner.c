#include "interop/fhir_practitioner.h"

#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "interop/fhir_names.h"

static json_t *begin(const char *type, const json_t *therapist) {
    const json_t *version = json_object_get(therapist, "version");
    return json_pack("{s:s, s:s, s:{s:o, s:s}, s:b}", "resourceType", type, "id",
                     fhir_text(therapist, "therapist_id"), "meta", "versionId",
                     json_sprintf("%lld", (long long)json_integer_value(version)), "lastUpdated",
                     fhir_text(therapist, "updated_at"), "active", 1);
}

static json_t *languages(const json_t *therapist) {
    json_t *list = json_array(), *item;
    size_t i;
    json_array_foreach(json_object_get(therapist, "languages"), i, item) {
        (void)fhir_append(list, fhir_concept("urn:ietf:bcp:47", json_string_value(item), NULL,
                                             json_string_value(item)));
    }
    return list;
}

json_t *fhir_practitioner(const json_t *therapist) {
    json_t *resource = begin("Practitioner", therapist);
    const char *name = fhir_text(therapist, "name");
    if (resource && fhir_set(resource, "name", json_pack("[{s:s}]", "text", name ? name : "?")) &&
        fhir_set_text(resource, "gender", fhir_text(therapist, "gender")) &&
        fhir_set(resource, "communication", languages(therapist)))
        return resource;
    json_decref(resource);
    return NULL;
}

/* What they do, in the words of the release. */
static json_t *specialties(const struct knowledge *knowledge, const json_t *therapist) {
    json_t *list = json_array(), *item;
    size_t i;
    json_array_foreach(json_object_get(therapist, "techniques"), i, item) {
        (void)fhir_append(list, fhir_technique(knowledge, json_string_value(item)));
    }
    return list;
}

json_t *fhir_practitioner_role(const struct knowledge *knowledge, const json_t *therapist) {
    json_t *resource = begin("PractitionerRole", therapist);
    const json_t *accepting = json_object_get(therapist, "accepting");
    bool good =
        resource &&
        fhir_set(resource, "practitioner",
                 json_pack("{s:o, s:s}", "reference",
                           json_sprintf("Practitioner/%s", fhir_text(therapist, "therapist_id")),
                           "display", fhir_text(therapist, "name"))) &&
        fhir_set(resource, "code",
                 json_pack("[o]", fhir_concept(NULL, NULL, NULL, "Massage therapist"))) &&
        fhir_set(resource, "specialty", specialties(knowledge, therapist));
    if (good && json_is_false(accepting))
        good = fhir_set_text(resource, "availabilityExceptions", "Takes no new clients now.");
    if (good)
        return resource;
    json_decref(resource);
    return NULL;
}
