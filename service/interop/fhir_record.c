#include "interop/fhir_record.h"

#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"

json_t *fhir_record(const char *type, const json_t *row, long long version, const char *updated) {
    json_t *resource =
        json_pack("{s:s, s:s, s:{s:o, s:s}}", "resourceType", type, "id", fhir_text(row, "id"),
                  "meta", "versionId", json_sprintf("%lld", version), "lastUpdated", updated);
    json_t *subject = fhir_subject(fhir_text(row, "patient"));
    if (resource && subject && fhir_set(resource, "subject", json_incref(subject))) {
        json_decref(subject);
        return resource;
    }
    json_decref(subject);
    json_decref(resource);
    return NULL;
}
