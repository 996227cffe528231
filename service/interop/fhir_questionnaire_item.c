#include "interop/fhir_questionnaire_item.h"

#include <string.h>

#include "interop/fhir_names.h"

#define GENDERS "http://hl7.org/fhir/administrative-gender"

enum { LINK_SIZE = 200 };

static const struct plain_item plain_items[] = {
    {"basics", ITEM_GROUP, NULL, NULL},
    {"measurements", ITEM_GROUP, NULL, NULL},
    {"preferences", ITEM_GROUP, NULL, NULL},
    {"clearances", ITEM_GROUP, NULL, NULL},
    {"age", ITEM_WHOLE, "age", NULL},
    {"sex", ITEM_CODE, "sex", GENDERS},
    {"as_of", ITEM_DATE, "as_of", NULL},
    {"pain.intensity", ITEM_DECIMAL, "pain/intensity", NULL},
    {"pain.duration_weeks", ITEM_DECIMAL, "pain/duration_weeks", NULL},
    {"pain.areas", ITEM_CODES, "pain/areas", FHIR_CODES("area")},
    {"presentations", ITEM_CODES, "presentations", FHIR_CODES("presentation")},
    {"presentations.none_of", ITEM_NO_PRESENTATION, "presentations", NULL},
    {"medications", ITEM_MEDICINES, "medications", NULL},
    {"diagnoses", ITEM_DIAGNOSES, "diagnoses", NULL},
    {"diagnoses.weeks_ago", ITEM_DIAGNOSIS_WEEKS, NULL, NULL},
    {"preferences.pressure", ITEM_WHOLE, "preferences/pressure", NULL},
    {"preferences.techniques", ITEM_CODES, "preferences/techniques", FHIR_CODES("technique")},
    {"preferences.avoid_techniques", ITEM_CODES, "preferences/avoid_techniques",
     FHIR_CODES("technique")},
    {"preferences.positions", ITEM_CODES, "preferences/positions", FHIR_CODES("position")},
    {"preferences.therapist_gender", ITEM_CODE, "preferences/therapist_gender", GENDERS},
    {"preferences.clothed", ITEM_BOOLEAN, "preferences/clothed", NULL},
    {"clearances.recorded", ITEM_DATE, "clearances/recorded", NULL},
    {"clearances.expires", ITEM_DATE, "clearances/expires", NULL},
    {"clearances.began", ITEM_DATE, "clearances/began", NULL},
    {"clearances.role", ITEM_STRING, "clearances/role", NULL},
    {"clearances.findings", ITEM_STRINGS, "clearances/findings", NULL},
    {"clearances.rules", ITEM_STRINGS, "clearances/rules", NULL},
    {"clearances.techniques", ITEM_STRINGS, "clearances/techniques", NULL},
};

static struct item_meaning meaning_of_parts(const struct knowledge *k, const char *name,
                                            const char *part) {
    static const char *const attributes[] = {"weeks_ago", "value", "areas", "detail"};
    int64_t finding = name_map_get(&k->finding_names, name);
    int64_t checklist = name_map_get(&k->checklist_names, name);
    if (finding >= 0 && !*part)
        return (struct item_meaning){.kind = ITEM_STATE, .number = (int)finding};
    if (finding >= 0 && strcmp(part, "more") == 0)
        return (struct item_meaning){.kind = ITEM_GROUP};
    for (size_t i = 0; finding >= 0 && i < sizeof attributes / sizeof *attributes; i++)
        if (strcmp(part, attributes[i]) == 0)
            return (struct item_meaning){
                .kind = ITEM_ATTRIBUTE, .number = (int)finding, .part = attributes[i]};
    if (checklist >= 0 && strcmp(part, "none_of") == 0)
        return (struct item_meaning){.kind = ITEM_NONE_OF, .number = (int)checklist};
    if (checklist >= 0 && (!*part || strcmp(part, "items") == 0))
        return (struct item_meaning){.kind = ITEM_GROUP};
    return (struct item_meaning){.kind = ITEM_UNKNOWN};
}

struct item_meaning fhir_questionnaire_item(const struct knowledge *knowledge, const char *link) {
    char name[LINK_SIZE];
    size_t len = strcspn(link, ".");
    for (size_t i = 0; i < sizeof plain_items / sizeof *plain_items; i++)
        if (strcmp(plain_items[i].link, link) == 0)
            return (struct item_meaning){.kind = plain_items[i].kind, .plain = &plain_items[i]};
    if (len >= sizeof name)
        return (struct item_meaning){.kind = ITEM_UNKNOWN};
    memcpy(name, link, len);
    name[len] = '\0';
    return meaning_of_parts(knowledge, name, link[len] ? link + len + 1 : "");
}
