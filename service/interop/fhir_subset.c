#include "interop/fhir_subset.h"

#include <stdbool.h>
#include <string.h>

#include "interop/fhir_json.h"

#define OF_DEFINITIONS                                                                             \
    " language url identifier version name title experimental date publisher kind type "

/* What R4 demands of each type we serve, and what it counts to the summary. */
static const struct members {
    const char *type, *mandatory, *summary;
} types[] = {
    {"CarePlan", " status intent subject ",
     " identifier instantiatesCanonical instantiatesUri basedOn replaces partOf category title "
     "description encounter period created author contributor addresses "},
    {"Goal", " lifecycleStatus description subject ",
     " identifier category priority startDate target statusDate expressedBy addresses "},
    {"Observation", " status code ",
     " identifier basedOn partOf subject focus effectiveDateTime issued performer valueQuantity "
     "hasMember derivedFrom component "},
    {"Procedure", " status subject ",
     " identifier instantiatesCanonical instantiatesUri basedOn partOf statusReason category code "
     "encounter performedDateTime performedPeriod recorder asserter performer location reasonCode "
     "reasonReference bodySite outcome "},
    {"AdverseEvent", " actuality subject ",
     " identifier category event date detected recordedDate seriousness severity outcome "
     "suspectEntity "},
    {"Practitioner", "", " identifier active name telecom address gender birthDate "},
    {"PractitionerRole", "",
     " identifier active period practitioner organization code specialty location telecom "},
    {"Provenance", " target recorded agent ", " "},
    {"ActivityDefinition", " status ", OF_DEFINITIONS "code intent "},
    {"PlanDefinition", " status ", OF_DEFINITIONS},
    {"Questionnaire", " status ", OF_DEFINITIONS "subjectType code "},
    {"CodeSystem", " status content ", OF_DEFINITIONS "caseSensitive valueSet "},
    {"ValueSet", " status ", OF_DEFINITIONS "immutable "},
    {"OperationDefinition", " name status kind code system type instance ",
     OF_DEFINITIONS "base resource "},
};

static bool holds(const char *list, const char *name) {
    size_t len = strlen(name);
    for (const char *found = strstr(list, name); found; found = strstr(found + 1, name))
        if (found > list && strchr(" ,", found[-1]) && strchr(" ,", found[len]))
            return true;
    return false;
}

/* Is it a word of "a,b"? */
static bool names_element(const char *elements, const char *name) {
    size_t len = strlen(name);
    for (const char *word = elements; *word;) {
        size_t word_len = strcspn(word, ",");
        if (word_len == len && memcmp(word, name, len) == 0)
            return true;
        word += word_len + (word[word_len] == ',');
    }
    return false;
}

static bool is_kept(const struct members *members, const char *name, const char *summary,
                    const char *elements) {
    if (strcmp(name, "resourceType") == 0 || strcmp(name, "id") == 0 || strcmp(name, "meta") == 0 ||
        holds(members->mandatory, name))
        return true;
    if (elements)
        return names_element(elements, name);
    return strcmp(summary, "text") == 0 ? strcmp(name, "text") == 0 : holds(members->summary, name);
}

static void tag(json_t *resource) {
    json_t *meta = json_object_get(resource, "meta");
    if (meta)
        (void)fhir_set(meta, "tag",
                       json_pack("[{s:s, s:s}]", "system",
                                 "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
                                 "code", "SUBSETTED"));
}

static void leave_out(json_t *resource, const struct members *members, const char *summary,
                      const char *elements) {
    const char *name;
    json_t *value;
    void *next;
    json_object_foreach_safe(resource, next, name, value) {
        if (!is_kept(members, name, summary, elements))
            (void)json_object_del(resource, name);
    }
    tag(resource);
}

json_t *fhir_subset_of(json_t *resource_owned, const char *summary, const char *elements) {
    const char *type = fhir_text(resource_owned, "resourceType");
    if (elements && !*elements)
        elements = NULL;
    if (!type || (!summary && !elements))
        return resource_owned;
    if (!elements && strcmp(summary, "data") == 0) {
        (void)json_object_del(resource_owned, "text");
        tag(resource_owned);
        return resource_owned;
    }
    bool partial = elements || strcmp(summary, "true") == 0 || strcmp(summary, "text") == 0;
    for (size_t i = 0; partial && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].type, type) == 0)
            leave_out(resource_owned, &types[i], summary, elements);
    return resource_owned;
}
