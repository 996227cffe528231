#include "interop/fhir_measurement.h"

#include <string.h>

#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "interop/fhir_names.h"

#define SYSTEM_INSTRUMENT FHIR_CODES("instrument")

static const struct instrument {
    const char *name, *loinc, *loinc_display, *display;
} instruments[] = {
    {"nrs", "72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported",
     "Average pain, 0 to 10"},
    {"peg", NULL, NULL, "PEG: pain, enjoyment, general activity, 0 to 10"},
    {"rmdq", NULL, NULL, "Roland-Morris Disability Questionnaire, 0 to 24"},
    {"psfs", NULL, NULL, "Patient-Specific Functional Scale, 0 to 10"},
};
enum { INSTRUMENTS = sizeof instruments / sizeof *instruments };

json_t *fhir_instrument(const char *name) {
    for (size_t i = 0; i < INSTRUMENTS; i++) {
        const struct instrument *known = &instruments[i];
        if (strcmp(known->name, name) != 0)
            continue;
        json_t *concept =
            fhir_concept(SYSTEM_INSTRUMENT, known->name, known->display, known->display);
        if (concept && known->loinc)
            (void)json_array_insert_new(json_object_get(concept, "coding"), 0,
                                        json_pack("{s:s, s:s, s:s}", "system", SYSTEM_LOINC, "code",
                                                  known->loinc, "display", known->loinc_display));
        return concept;
    }
    return NULL;
}

const char *fhir_instrument_of(const json_t *concept) {
    const char *loinc = fhir_code_in(concept, SYSTEM_LOINC);
    const char *own = fhir_code_in(concept, SYSTEM_INSTRUMENT);
    for (size_t i = 0; i < INSTRUMENTS; i++)
        if ((own && strcmp(own, instruments[i].name) == 0) ||
            (!own && loinc && instruments[i].loinc && strcmp(loinc, instruments[i].loinc) == 0))
            return instruments[i].name;
    return NULL;
}

json_t *fhir_score(const json_t *number) {
    return json_pack("{s:O, s:s, s:s, s:s}", "value", number, "unit", "score", "system",
                     SYSTEM_UCUM, "code", "{score}");
}
