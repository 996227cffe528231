/* Small looks into FHIR's JSON, and the names of code systems. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/codes.h"
#include "interop/fhir_intake_room.h"

const char *record_text(const json_t *object, const char *member) {
    return json_string_value(json_object_get(object, member));
}

void record_name(const json_t *resource, char name[RESOURCE_NAME_SIZE]) {
    const char *type = record_text(resource, "resourceType");
    const char *id = record_text(resource, "id");
    if (type && id)
        (void)snprintf(name, RESOURCE_NAME_SIZE, "%.32s/%.64s", type, id);
    else
        (void)snprintf(name, RESOURCE_NAME_SIZE, "%.32s", type ? type : "");
    (void)utf8_mend(name, strlen(name));
}

const char *record_concept_code(const json_t *concept) {
    return record_text(json_array_get(json_object_get(concept, "coding"), 0), "code");
}

bool record_concept_is(const json_t *concept, const char *code) {
    size_t i;
    json_t *coding;
    json_array_foreach(json_object_get(concept, "coding"), i, coding) {
        const char *own = record_text(coding, "code");
        if (own && strcmp(own, code) == 0)
            return true;
    }
    return false;
}

/* Those that engine/codes.c does not know by URI. ICD-10 of the WHO and its German edition have the
   categories of ICD-10-CM: a code is looked up by its beginning. */
static const struct {
    const char *uri, *name;
} uris[] = {
    {"http://hl7.org/fhir/sid/icd-10", "icd10cm"},
    {"http://fhir.de/CodeSystem/bfarm/icd-10-gm", "icd10cm"},
    {"http://fhir.de/CodeSystem/dimdi/icd-10-gm", "icd10cm"},
    {"urn:oid:2.16.840.1.113883.6.90", "icd10cm"},
    {"urn:oid:2.16.840.1.113883.6.3", "icd10cm"},
    {"urn:oid:2.16.840.1.113883.6.96", "snomed"},
    {"urn:oid:2.16.840.1.113883.6.1", "loinc"},
    {"http://www.nlm.nih.gov/research/umls/rxnorm", "rxnorm"},
    {"urn:oid:2.16.840.1.113883.6.88", "rxnorm"},
    {"http://www.whocc.no/atc", "atc"},
    {"http://fhir.de/CodeSystem/bfarm/atc", "atc"},
    {"urn:oid:2.16.840.1.113883.6.73", "atc"},
};

const char *record_system(const char *uri) {
    if (!uri)
        return NULL;
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++)
        if (strcmp(uris[i].uri, uri) == 0)
            return uris[i].name;
    return code_system(uri);
}

static const json_t *find_contained(const json_t *owner, const char *id) {
    size_t i;
    json_t *inner;
    json_array_foreach(json_object_get(owner, "contained"), i, inner) {
        const char *own = record_text(inner, "id");
        if (own && strcmp(own, id) == 0)
            return inner;
    }
    return NULL;
}

const json_t *record_find(const struct fhir_intake *record, const json_t *owner,
                          const char *reference) {
    char name[RESOURCE_NAME_SIZE];
    if (!reference)
        return NULL;
    if (*reference == '#')
        return find_contained(owner, reference + 1);
    size_t len = strlen(reference);
    for (size_t i = 0; i < record->count; i++) {
        record_name(record->resources[i], name);
        size_t own = strlen(name);
        if (own > 0 && own <= len && strcmp(reference + len - own, name) == 0 &&
            (own == len || reference[len - own - 1] == '/'))
            return record->resources[i];
    }
    return NULL;
}
